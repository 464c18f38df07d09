//! A call to a store under way.

use std::mem;

use otel_core::{Outcome, Span, Stopwatch};

use super::DataStore;
use crate::conventions::store as said;
use crate::labels::{QueryClass, StoreFailure};
use crate::spans::can_be_current;

/// What a store itself calls a failure: a `SQLSTATE` (`23505`), a prefix (`WRONGTYPE`), a number (`ORA-17002`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StatusCode<'a>(&'a str);

impl<'a> StatusCode<'a> {
    /// The code, where this is one: one to 16 capitals, digits, underscores and hyphens, at most eight of them digits.
    ///
    /// What stores say beside their codes quotes the data (`Key (name)=(…) already exists`), and telephones and cards have
    /// more digits.
    pub fn of(text: &'a str) -> Option<Self> {
        let is_code =
            |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-');
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        ((1..=16).contains(&text.len()) && digits <= 8 && text.bytes().all(is_code)).then_some(Self(text))
    }

    /// The code's text.
    pub const fn as_str(self) -> &'a str {
        self.0
    }
}

/// A call to a store under way: a client span.
///
/// However it ends, the time it took goes into `db.client.operation.duration`. One that is dropped was
/// [`Cancelled`](StoreFailure::Cancelled): the future that waited for it is gone.
#[derive(Debug)]
#[must_use = "a call that is dropped at once counts as cancelled; bind the guard and say how it ended"]
pub struct OperationSpan {
    store: DataStore,
    span: Span,
    class: Option<QueryClass>,
    watch: Stopwatch,
    failure: Option<StoreFailure>,
}

impl OperationSpan {
    pub(super) fn begin(store: &DataStore, span: Span, class: Option<QueryClass>) -> Self {
        let watch = store.parts.telemetry.stopwatch();
        Self { store: store.clone(), span, class, watch, failure: Some(StoreFailure::Cancelled) }
    }

    /// How many rows, documents or hits came back.
    pub fn rows_returned(&mut self, rows: u64) -> &mut Self {
        self.span.set(&said::RETURNED_ROWS, rows);
        self
    }

    /// Ends it: the store did what it was asked for.
    pub fn succeeded(mut self) {
        self.failure = None;
    }

    /// Ends it: the store did not, and this is what it said, where it said anything.
    pub fn failed(mut self, failure: StoreFailure, status: Option<StatusCode<'_>>) {
        if let Some(status) = status {
            self.span.set(&said::STATUS_CODE, status.as_str());
        }
        self.failure = Some(failure);
    }
}

can_be_current!(OperationSpan, span);

impl Drop for OperationSpan {
    fn drop(&mut self) {
        let took = self.watch.elapsed();
        let panics = std::thread::panicking();
        let failure = if panics { Some(StoreFailure::Other) } else { self.failure };
        self.store.ended(took, self.class, failure);
        let span = mem::take(&mut self.span);
        if panics {
            // The span ends itself with what it knows of panics.
            return;
        }
        // A success stays unset, as the semantic conventions ask of instrumentations.
        span.finish(failure.map_or(Outcome::Unset, |failure| Outcome::Error(failure.as_str())));
    }
}
