//! A search under way.

use std::mem;

use otel_core::{Context, Entered, Sensitive, Span};

use super::ending::Ending;
use crate::conventions::search as said;
use crate::labels::{SearchFailure, SearchType};
use crate::observability::Observability;

/// A search under way: span `search_catalog`.
#[derive(Debug)]
#[must_use = "a search that is dropped at once has found nothing; bind the guard and end it"]
pub struct SearchSpan {
    span: Span,
    kind: SearchType,
    query_length: u64,
}

impl SearchSpan {
    pub(crate) fn begin(shop: &Observability, kind: SearchType, query: Sensitive<&str>) -> Self {
        let query_length = query.expose().chars().count() as u64;
        let mut span = shop.telemetry().span(&said::SEARCH_CATALOG);
        span.set(&said::TYPE, kind).set(&said::QUERY_LENGTH, query_length);
        Self { span, kind, query_length }
    }

    /// Ends it with how many products were found: event `ecommerce.search.performed`.
    pub fn found(mut self, results: u64) {
        self.span.set(&said::RESULT_COUNT, results);
        let event = self.span.event(&said::PERFORMED).set(&said::TYPE, self.kind);
        event.set(&said::QUERY_LENGTH, self.query_length).set(&said::RESULT_COUNT, results).emit();
        Ending::Well.end(mem::take(&mut self.span));
    }

    /// Ends it without an answer; a query that makes no sense is no error of the shop.
    pub fn failed(mut self, failure: SearchFailure) {
        let is_fault = failure != SearchFailure::Query;
        Ending::of(failure.as_str(), is_fault).end(mem::take(&mut self.span));
    }

    /// How many characters the query has: for others who measure searches, so that nobody counts twice.
    pub const fn query_length(&self) -> u64 {
        self.query_length
    }

    /// Makes its span current on this thread until the guard is dropped, for what happens inside.
    pub fn enter(&self) -> Entered {
        self.span.enter()
    }

    /// The context with its span: the parent for what happens elsewhere, and what propagators send.
    pub fn context(&self) -> Context {
        self.span.context()
    }
}
