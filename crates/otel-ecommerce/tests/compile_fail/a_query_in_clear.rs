//! What somebody searches for is sensitive before it is counted.

use otel_core::Telemetry;
use otel_ecommerce::Observability;
use otel_ecommerce::labels::SearchType;

fn main() {
    let shop = Observability::new(&Telemetry::noop());
    let _ = shop.search_catalog(SearchType::Text, "red shoes");
}
