//! Everything this crate can say, held against what its catalogue declares.

mod fraud;
mod journey;
mod kpi;
mod layers;
mod performance;

use otel_core::testing::{TestTelemetry, assert_conforms, assert_sound};
use otel_ecommerce::CATALOGUE;

#[test]
fn the_catalogue_is_sound() {
    assert_sound(&CATALOGUE);
}

#[test]
fn everything_that_is_said_is_declared_and_everything_declared_is_said() {
    let test = TestTelemetry::new();
    journey::say_everything(&test);
    kpi::say_everything(&test);
    fraud::say_everything(&test);
    performance::say_everything(&test);
    layers::say_everything(&test);
    assert_conforms(&test.finish(), &CATALOGUE);
}
