//! Gateway, stores and vocabulary, held against what is declared.

use otel_core::Telemetry;
use otel_core::testing::{TestTelemetry, assert_declared, assert_sound, conformance};
use otel_ecommerce::CATALOGUE;

use crate::{gateway, store, vocabulary};

#[test]
fn the_catalogue_is_sound() {
    assert_sound(&CATALOGUE);
}

#[test]
fn everything_that_is_said_is_declared_and_everything_declared_is_said() {
    let test = TestTelemetry::new();
    say_everything(&test);
    let recorded = test.finish();
    assert_declared(&recorded, &CATALOGUE);
    let conformance = conformance(&recorded, &CATALOGUE);
    let unseen: Vec<&str> = conformance.coverage().unseen().iter().map(|(_, name)| *name).collect();
    assert_eq!(unseen, ["ecommerce.channel"], "others say where the shop was used");
}

/// Everything that there is to say here.
pub(crate) fn say_everything(telemetry: &Telemetry) {
    gateway::say_everything(telemetry);
    store::say_everything(telemetry);
    vocabulary::say_everything(telemetry);
}
