//! Futures that work inside of a span, and with its guard.

use std::pin::pin;

use otel_core::Context;

/// Makes a context current whenever `future` is polled, and at no other time: what `wrap` does for work that leaves the
/// guard of its span alone.
///
/// The guard that `enter` gives is bound to a thread, and what waits gives its thread to others: held over an `.await`, it
/// would make this span the parent of whatever runs there meanwhile.
pub(crate) async fn within<F: Future>(context: Context, future: F) -> F::Output {
    let mut future = pin!(future);
    std::future::poll_fn(move |task| {
        let _entered = context.clone().attach();
        future.as_mut().poll(task)
    })
    .await
}
