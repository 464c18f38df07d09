//! How context travels to other processes, by the rules of the W3C.
//!
//! What arrives was written by strangers. It is bounded, it is believed only where it follows the grammar, and
//! nothing of it becomes an attribute by itself: baggage travels on, and reaches telemetry only where code puts it.

mod baggage;
mod trace_context;

pub use baggage::BaggagePropagator;
pub use trace_context::TraceContextPropagator;

use std::borrow::Cow;

use opentelemetry::propagation::Extractor;

/// A header that may stand several times, as the one that its values make together.
fn combined<'a>(extractor: &'a dyn Extractor, name: &str) -> Option<Cow<'a, str>> {
    let values = extractor.get_all(name)?;
    match values.as_slice() {
        [] => None,
        [one] => Some(Cow::Borrowed(*one)),
        several => Some(Cow::Owned(several.join(","))),
    }
}

/// A text without the white space that headers may have around it.
fn trimmed(text: &str) -> &str {
    text.trim_matches([' ', '\t'])
}
