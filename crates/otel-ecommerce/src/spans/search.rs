//! A search under way.

use std::mem;

use otel_core::{Sensitive, Span};

use super::current::can_be_current;
use super::ending::Ending;
use crate::conventions::search as said;
use crate::labels::{SearchFailure, SearchType};

/// A search under way: span `search_catalog`.
///
/// One that is dropped was abandoned, as when somebody types on before the suggestions are there. It is not counted here:
/// [`KpiMonitor`](crate::KpiMonitor) measures searches.
#[derive(Debug)]
#[must_use = "a search that is dropped at once counts as abandoned; bind the guard and end it"]
pub struct SearchSpan {
    span: Span,
    kind: SearchType,
    query_length: u64,
    failure: Option<SearchFailure>,
}

impl SearchSpan {
    pub(crate) fn begin(mut span: Span, kind: SearchType, query: Sensitive<&str>) -> Self {
        let query_length = query.expose().chars().count() as u64;
        span.set(&said::TYPE, kind).set(&said::QUERY_LENGTH, query_length);
        Self { span, kind, query_length, failure: Some(SearchFailure::Abandoned) }
    }

    /// Ends it with how many products were found: event `ecommerce.search.performed`.
    pub fn found(mut self, results: u64) {
        self.span.set(&said::RESULT_COUNT, results);
        let event = self.span.event(&said::PERFORMED).set(&said::TYPE, self.kind);
        event.set(&said::QUERY_LENGTH, self.query_length).set(&said::RESULT_COUNT, results).emit();
        self.failure = None;
    }

    /// Ends it without an answer; a query that makes no sense is no error of the shop.
    pub fn failed(mut self, failure: SearchFailure) {
        self.failure = Some(failure);
    }

    /// How many characters the query has: for others who measure searches, so that nobody counts twice.
    pub const fn query_length(&self) -> u64 {
        self.query_length
    }
}

can_be_current!(SearchSpan, span);

impl Drop for SearchSpan {
    fn drop(&mut self) {
        let span = mem::take(&mut self.span);
        if self.failure == Some(SearchFailure::Abandoned) && std::thread::panicking() {
            // The span ends itself with what it knows of panics.
            return;
        }
        match self.failure {
            None => Ending::Well,
            Some(failure) => Ending::of(failure.as_str(), failure.is_fault()),
        }
        .end(span);
    }
}
