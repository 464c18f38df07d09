//! What is said of searches: everything but what was searched for.

use otel_core::{Choice, Count, EventDef, Key, Label, Severity, SpanDef, SpanKind};

use crate::labels::SearchType;

/// What the search goes by.
pub const TYPE: Key<Choice<SearchType>> = Key::new(SearchType::KEY, "What the search goes by.");
/// How long the query is.
pub const QUERY_LENGTH: Key<Count> =
    Key::new("ecommerce.search.query.length", "How many characters the query has; the query never leaves.");
/// How much was found.
pub const RESULT_COUNT: Key<Count> =
    Key::new("ecommerce.search.result.count", "How many products were found.");

/// The catalogue is searched.
pub const SEARCH_CATALOG: SpanDef =
    SpanDef::new("search_catalog", SpanKind::Internal, "The catalogue is searched.");

/// The catalogue was searched.
pub const PERFORMED: EventDef =
    EventDef::new("ecommerce.search.performed", Severity::Info, "The catalogue was searched.");
