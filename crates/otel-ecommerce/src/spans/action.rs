//! Something that somebody does.

use std::mem;

use otel_core::{Money, Pseudonym, Span};

use super::current::can_be_current;
use super::ending::Ending;
use crate::conventions::{self, user as said};
use crate::ids::SessionId;
use crate::invalid::{Field, Invalid};
use crate::labels::{Action, ActionFailure, Channel};
use crate::observability::Observability;

/// Something that somebody does: span `user_action`.
///
/// However it ends, it is counted in `ecommerce.user.actions`, in `{action}`. One that is dropped was abandoned, as when a
/// browser is closed; one that is dropped by a panic is a fault of the class `panic`.
#[derive(Debug)]
#[must_use = "an action that is dropped at once counts as abandoned; bind the guard and finish it"]
pub struct ActionSpan<'a> {
    shop: &'a Observability,
    span: Span,
    action: Action,
    failure: Option<ActionFailure>,
}

impl<'a> ActionSpan<'a> {
    #[inline]
    pub(crate) fn begin(shop: &'a Observability, mut span: Span, user: Pseudonym, action: Action) -> Self {
        span.set(&said::ACTION, action).set(&conventions::USER, user);
        Self { shop, span, action, failure: Some(ActionFailure::Abandoned) }
    }

    /// Says through which channel it is done.
    #[inline]
    pub fn set_channel(&mut self, channel: Channel) -> &mut Self {
        self.span.set(&conventions::CHANNEL, channel);
        self
    }

    /// Says in which visit it is done: `session.id`.
    ///
    /// # Errors
    ///
    /// When the identifier is empty; then nothing is set.
    #[inline]
    pub fn set_session(&mut self, session: SessionId<'_>) -> Result<&mut Self, Invalid> {
        Invalid::unless_there(session.0, Field::Session)?;
        self.span.set(&said::SESSION, session.0);
        Ok(self)
    }

    /// Says what is at stake: the worth of the trace to a tail sampler, in minor units, as that of orders is.
    pub fn set_worth(&mut self, worth: Money) -> &mut Self {
        self.span.worth(worth.minor() as f32);
        self
    }

    /// Ends it.
    #[inline]
    pub fn finish(mut self, outcome: Result<(), ActionFailure>) {
        self.failure = outcome.err();
    }
}

can_be_current!(ActionSpan<'_>, span);

impl Drop for ActionSpan<'_> {
    #[inline]
    fn drop(&mut self) {
        let span = mem::take(&mut self.span);
        if self.failure == Some(ActionFailure::Abandoned) && std::thread::panicking() {
            self.shop.metrics().user_acted(self.action, Some(ActionFailure::Panic));
            // The span ends itself with what it knows of panics.
            return;
        }
        self.shop.metrics().user_acted(self.action, self.failure);
        match self.failure {
            None => Ending::Well,
            Some(failure) => Ending::of(failure.as_str(), failure.is_fault()),
        }
        .end(span);
    }
}
