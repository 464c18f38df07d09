//! Searches: how long they take, and what they find.

use std::time::Duration;

use otel_core::{Counter, Histogram, Telemetry};

use crate::conventions::kpi as said;
use crate::labels::{SearchOutcome, SearchType};

/// A search of the shop. What was searched for is nobody's business: only its length is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SearchFacts {
    /// How something was searched for.
    pub search_type: SearchType,
    /// How it ended.
    pub outcome: SearchOutcome,
    /// How many characters the query had; none where there were no words.
    pub query_length: Option<u32>,
    /// How many results there are. Only of a search that was answered.
    pub results: u64,
    /// From the query to the answer, or to giving up.
    pub duration: Duration,
}

/// Everything about searches.
#[derive(Debug)]
pub(super) struct Searches {
    duration: Histogram<(SearchType, SearchOutcome)>,
    query_length: Histogram<SearchType>,
    results: Histogram<SearchType>,
    zero_results: Counter<SearchType>,
}

impl Searches {
    pub(super) fn new(telemetry: &Telemetry) -> Self {
        Self {
            duration: telemetry.histogram(&said::SEARCH_DURATION),
            query_length: telemetry.histogram(&said::SEARCH_QUERY_LENGTH),
            results: telemetry.histogram(&said::SEARCH_RESULTS),
            zero_results: telemetry.counter(&said::SEARCH_ZERO_RESULTS),
        }
    }

    pub(super) fn searched(&self, facts: &SearchFacts) {
        let SearchFacts { search_type, outcome, query_length, results, duration } = *facts;
        self.duration.record_duration(duration, (search_type, outcome));
        if let Some(length) = query_length {
            self.query_length.record(f64::from(length), search_type);
        }
        // What failed has not found nothing.
        if outcome == SearchOutcome::Answered {
            self.results.record(results as f64, search_type);
            self.zero_results.add(u64::from(results == 0), search_type);
        }
    }
}
