//! Searches.

use std::time::Duration;

use otel_core::testing::TestTelemetry;
use otel_ecommerce::conventions::kpi as said;
use otel_ecommerce::kpi::SearchFacts;
use otel_ecommerce::labels::{SearchOutcome, SearchType};

use super::monitor;

const SEARCH: SearchFacts = SearchFacts {
    search_type: SearchType::Text,
    outcome: SearchOutcome::Answered,
    query_length: Some(12),
    results: 40,
    duration: Duration::from_millis(250),
};

#[test]
fn a_search_says_how_long_it_took_and_what_it_found() {
    let test = TestTelemetry::new();
    let kpi = monitor(&test);
    kpi.track_search_performance(&SEARCH);
    kpi.track_search_performance(&SearchFacts { results: 0, query_length: Some(3), ..SEARCH });
    let recorded = test.finish();
    let labels = (SearchType::Text, SearchOutcome::Answered);
    let duration = recorded.histogram(&said::SEARCH_DURATION, labels).expect("durations");
    assert_eq!((duration.count, duration.sum), (2, 0.5));
    let lengths = recorded.histogram(&said::SEARCH_QUERY_LENGTH, SearchType::Text).expect("lengths");
    assert_eq!((lengths.count, lengths.sum), (2, 15.0));
    let results = recorded.histogram(&said::SEARCH_RESULTS, SearchType::Text).expect("results");
    assert_eq!((results.count, results.max, results.min), (2, 40.0, 0.0));
    assert_eq!(recorded.counter(&said::SEARCH_ZERO_RESULTS, SearchType::Text), Some(1));
    assert_eq!(recorded.counter(&said::SEARCH_ZERO_RESULTS, SearchType::Voice), Some(0));
}

#[test]
fn a_search_that_failed_has_not_found_nothing() {
    let test = TestTelemetry::new();
    let kpi = monitor(&test);
    for outcome in [SearchOutcome::TimedOut, SearchOutcome::Rejected, SearchOutcome::Failed] {
        kpi.track_search_performance(&SearchFacts { outcome, results: 0, query_length: None, ..SEARCH });
    }
    let recorded = test.finish();
    assert_eq!(recorded.counter_total(&said::SEARCH_ZERO_RESULTS), 0);
    assert_eq!(recorded.series(&said::SEARCH_RESULTS.facts()), 0);
    assert_eq!(recorded.series(&said::SEARCH_QUERY_LENGTH.facts()), 0);
    assert_eq!(recorded.series(&said::SEARCH_DURATION.facts()), 3);
}
