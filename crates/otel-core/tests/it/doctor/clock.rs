//! Clocks that cannot be right, or not both.

use std::time::Duration;

use otel_core::pipeline::FindingKind;
use otel_core::testing::TestTelemetry;

use super::{PATIENCE, PROTOCOLS, kinds, patient, the, to};
use crate::server::{Says, Server};

#[test]
fn our_clock_and_the_servers_disagree() {
    let cases = [
        ("Sun, 06 Nov 1994 08:49:37 GMT", "ahead of the clock"),
        ("Fri, 31 Dec 2100 23:59:59 GMT", "behind the clock"),
    ];
    for protocol in PROTOCOLS {
        for (date, said) in cases {
            let server = Server::start(protocol, None, move |_, _| Says::yes(protocol).with("date", date));
            let pipeline = patient(to(server.endpoint(), protocol));
            let diagnosis = pipeline.doctor(PATIENCE);
            let finding = the(&diagnosis, FindingKind::ClockOff);
            assert!(finding.what.contains(said) && finding.remedy.contains("NTP"), "{diagnosis}");
            assert!(!diagnosis.is_well());
        }
        // What is no date says nothing, and neither does a server that sets its own.
        for says in [Says::yes(protocol).with("date", "yesterday"), Says::yes(protocol)] {
            let server = Server::start(protocol, None, move |_, _| says.clone());
            let diagnosis = patient(to(server.endpoint(), protocol)).doctor(PATIENCE);
            assert_eq!(kinds(&diagnosis)[0], FindingKind::NothingRecorded, "{diagnosis}");
            assert!(!kinds(&diagnosis).contains(&FindingKind::ClockOff), "{diagnosis}");
        }
    }
}

#[test]
fn our_clock_shows_a_time_that_cannot_be() {
    let test = TestTelemetry::new();
    let right = test.pipeline().doctor(PATIENCE);
    assert!(!kinds(&right).contains(&FindingKind::ClockImplausible), "{right}");
    test.advance(Duration::from_secs(100 * 366 * 24 * 60 * 60));
    let late = test.pipeline().doctor(PATIENCE);
    assert!(the(&late, FindingKind::ClockImplausible).what.contains("after 2099"), "{late}");
    assert!(!late.is_well());
}
