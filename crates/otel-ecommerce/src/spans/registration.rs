//! An account that is being opened.

use std::mem;

use otel_core::{Pseudonym, Span};

use super::current::can_be_current;
use super::ending::Ending;
use crate::conventions::{self, user as said};
use crate::labels::{RegistrationResult, RegistrationSource};
use crate::observability::Observability;
use crate::registration::RegistrationFailure;

/// An account that is being opened: span `create_user`.
///
/// It is counted in `ecommerce.user.registrations`, in `{registration}`; one that is dropped was abandoned, and
/// one that is dropped by a panic is of the class `panic`. What leaves of
/// an address that is taken is what leaves of one that is no address, bit by bit: see [`RegistrationFailure`].
///
/// That is as far as telemetry can go. Whoever can both register and read these traces learns from the refusal of an
/// address that is well written what the shop's own answer must not tell, and how long it took tells the same; so the
/// readers of these spans are to be those who may ask the database.
#[derive(Debug)]
#[must_use = "a registration that is dropped at once counts as abandoned; bind the guard and end it"]
pub struct RegistrationSpan<'a> {
    shop: &'a Observability,
    span: Span,
    source: RegistrationSource,
    result: RegistrationResult,
}

impl<'a> RegistrationSpan<'a> {
    pub(crate) fn begin(shop: &'a Observability, source: RegistrationSource, mut span: Span) -> Self {
        span.set(&said::REGISTRATION_SOURCE, source);
        Self { shop, span, source, result: RegistrationResult::Abandoned }
    }

    /// Ends it with the account: event `ecommerce.user.created`.
    pub fn created(mut self, user: Pseudonym) {
        self.span.set(&conventions::USER, user);
        let event = self.span.event(&said::USER_CREATED).set(&conventions::USER, user);
        event.set(&said::REGISTRATION_SOURCE, self.source).emit();
        self.result = RegistrationResult::Created;
    }

    /// Ends it without one.
    pub fn failed(mut self, failure: RegistrationFailure) {
        self.result = failure.result();
    }
}

can_be_current!(RegistrationSpan<'_>, span);

impl Drop for RegistrationSpan<'_> {
    fn drop(&mut self) {
        let panics = self.result == RegistrationResult::Abandoned && std::thread::panicking();
        if panics {
            self.result = RegistrationResult::Panic;
        }
        self.shop.metrics().user_registered(self.source, self.result);
        let mut span = mem::take(&mut self.span);
        span.set(&said::REGISTRATION_RESULT, self.result);
        if panics {
            // The span ends itself with what it knows of panics.
            return;
        }
        match self.result {
            RegistrationResult::Created => Ending::Well,
            result => Ending::of(result.as_str(), result == RegistrationResult::Unavailable),
        }
        .end(span);
    }
}
