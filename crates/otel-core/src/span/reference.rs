//! Which span it was, for whoever wants to link to it long after.

use opentelemetry::Context;
use opentelemetry::trace::TraceContextExt as _;

/// A span that others link to, however long after it: its identity, and nothing else.
///
/// A [`Context`] also carries baggage and whatever the application put into it, and keeps all of that alive. Who keeps
/// a span for days keeps this.
#[derive(Clone, Debug)]
pub struct SpanReference {
    context: Context,
}

impl SpanReference {
    /// The span of this context, if it has one.
    pub fn of(context: &Context) -> Option<Self> {
        let identity = context.span().span_context().clone();
        identity.is_valid().then(|| Self { context: Context::new().with_remote_span_context(identity) })
    }

    /// A context with this span and nothing else in it: for [`Span::link`](crate::Span::link), and what propagators send.
    pub const fn context(&self) -> &Context {
        &self.context
    }
}
