//! What every guard can do with its span: be what happens around something else.

/// Gives a guard the ways to make its span current, which is in this field.
macro_rules! can_be_current {
    ($guard:ty, $($span:ident).+) => {
        impl $guard {
            /// Makes its span current on this thread until the guard is dropped, for what happens inside.
            pub fn enter(&self) -> otel_core::Entered {
                self.$($span).+.enter()
            }

            /// Makes its span current whenever `future` is polled.
            pub fn wrap<F: Future>(&self, future: F) -> impl Future<Output = F::Output> + use<F> {
                self.$($span).+.wrap(future)
            }

            /// The context with its span: the parent for what happens elsewhere, and what propagators send.
            pub fn context(&self) -> otel_core::Context {
                self.$($span).+.context()
            }
        }
    };
}

pub(crate) use can_be_current;
