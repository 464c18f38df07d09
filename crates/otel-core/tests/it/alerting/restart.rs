//! What is remembered over a restart.

use std::fs;

use otel_core::alerting::AlertState::{Firing, Pending, Resolved};
use otel_core::testing::TestTelemetry;

use super::{MINUTE, SECOND, bakery, observe, state_of};

#[test]
fn what_fires_goes_on_firing_in_the_next_process() {
    let folder = tempfile::tempdir().unwrap();
    let first = TestTelemetry::alerting(bakery().remember_in(folder.path()));
    observe(&first, "1", 300.0);
    first.advance(10 * SECOND);
    assert_eq!(state_of(&first, "1"), Some(Firing));
    observe(&first, "2", 300.0);
    let before = first.alerts_now();
    let stopped = first.now();
    first.finish();

    let second = TestTelemetry::alerting_at(stopped.after(5 * SECOND), bakery().remember_in(folder.path()));
    let after = second.alerts_now();
    assert_eq!(after[0].started_at, before[0].started_at);
    assert_eq!(after[0].fingerprint(), before[0].fingerprint());
    assert_eq!(state_of(&second, "1"), Some(Firing));
    assert_eq!(state_of(&second, "2"), Some(Pending), "it was breached for five seconds");
    second.advance(5 * SECOND);
    assert_eq!(state_of(&second, "2"), Some(Firing), "and now it is ten");
    second.advance(MINUTE);
    assert_eq!(state_of(&second, "1"), Some(Resolved), "nobody has said since the restart that it is hot");
    assert_eq!(second.finish().events().len(), 3, "what was known before is not told again");
}

#[test]
fn a_memory_that_is_damaged_in_any_byte_is_not_used_and_does_not_keep_anything_from_starting() {
    let folder = tempfile::tempdir().unwrap();
    let first = TestTelemetry::alerting(bakery().remember_in(folder.path()));
    observe(&first, "1", 300.0);
    first.finish();
    let path = folder.path().join("alerts.state");
    let sound = fs::read(&path).unwrap();
    for at in (0..sound.len()).step_by(7) {
        let mut damaged = sound.clone();
        damaged[at] ^= 0x10;
        fs::write(&path, damaged).unwrap();
        let next = TestTelemetry::alerting(bakery().remember_in(folder.path()));
        assert!(next.alerts_now().is_empty(), "byte {at} was wrong");
    }
    for length in (0..sound.len()).step_by(11) {
        fs::write(&path, &sound[..length]).unwrap();
        let next = TestTelemetry::alerting(bakery().remember_in(folder.path()));
        assert!(next.alerts_now().is_empty(), "it was {length} bytes long");
    }
}
