//! What stands between a text and a record: everything that could hold what must not leave is looked at before it is
//! written.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use super::{Bearer, Nature};
use crate::suspicion::{announces, suspects};

/// How much is known of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The value of an attribute that was declared: what it is about is known, and that addresses of machines may be
    /// in it.
    Declared,
    /// Anything else: messages, names, and attributes of others.
    Free,
}

/// Who knows what must not leave, and what may leave in its place. The engine has one.
pub(crate) trait Censor: fmt::Debug + Send + Sync {
    /// What may leave of a text, when that is not the text.
    fn clean(&self, text: &str, origin: Origin) -> Option<String>;

    /// The same for the value of somebody else's attribute: its key says more of it.
    fn clean_value(&self, key: &str, value: &str, origin: Origin) -> Option<String>;

    /// Hands `then` what may leave of data that is known to be sensitive; nothing when nothing may.
    fn disguise(&self, nature: Nature, value: &str, then: &mut dyn FnMut(&str));

    /// Whether an attribute of somebody else may leave, by its key.
    fn lets_out(&self, key: &str, bearer: Bearer) -> bool;

    /// Whether a header may be shown on a span, by its name.
    fn shows_header(&self, name: &str) -> bool;
}

/// The censor of a telemetry, where there is one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Guard(Option<Arc<dyn Censor>>);

impl Guard {
    /// A guard that lets everything out.
    pub(crate) const NONE: Self = Self(None);

    #[cfg(feature = "pipeline")]
    pub(crate) fn new(censor: Arc<dyn Censor>) -> Self {
        Self(Some(censor))
    }

    /// The text as it may leave.
    #[inline]
    pub(crate) fn clean<'t>(&self, text: &'t str, origin: Origin) -> Cow<'t, str> {
        match &self.0 {
            Some(censor) if suspects(text.as_bytes()) => look(censor.as_ref(), text, origin),
            _ => Cow::Borrowed(text),
        }
    }

    /// The value of somebody else's attribute as it may leave. That it is a secret may only be seen from its key.
    pub(crate) fn clean_value<'t>(&self, key: &str, value: &'t str, origin: Origin) -> Cow<'t, str> {
        let look = |censor: &Arc<dyn Censor>| censor.clean_value(key, value, origin);
        let censor = self.0.as_ref().filter(|_| suspects(value.as_bytes()) || announces(key));
        censor.and_then(look).map_or(Cow::Borrowed(value), Cow::Owned)
    }

    /// Whether a text has to be looked at.
    #[inline]
    pub(crate) fn suspects(&self, text: &str) -> bool {
        self.0.is_some() && suspects(text.as_bytes())
    }

    /// Whether the value of somebody else's attribute has to be looked at because of its key.
    pub(crate) fn suspects_key(&self, key: &str) -> bool {
        self.0.is_some() && announces(key)
    }

    /// Hands `then` what may leave of data that is known to be sensitive. Without a censor that is nothing.
    pub(crate) fn disguise(&self, nature: Nature, value: &str, then: &mut dyn FnMut(&str)) {
        if let Some(censor) = &self.0 {
            censor.disguise(nature, value, then);
        }
    }

    /// Whether an attribute of somebody else may leave, by its key.
    pub(crate) fn lets_out(&self, key: &str, bearer: Bearer) -> bool {
        self.0.as_ref().is_none_or(|censor| censor.lets_out(key, bearer))
    }

    /// Whether a header may be shown on a span, by its name. Without a censor none is.
    pub(crate) fn shows_header(&self, name: &str) -> bool {
        self.0.as_ref().is_some_and(|censor| censor.shows_header(name))
    }
}

#[cold]
#[inline(never)]
fn look<'t>(censor: &dyn Censor, text: &'t str, origin: Origin) -> Cow<'t, str> {
    censor.clean(text, origin).map_or(Cow::Borrowed(text), Cow::Owned)
}
