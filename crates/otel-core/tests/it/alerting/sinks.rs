//! What sinks are told, and what becomes of what they are not.

mod bodies;
mod set_up;
mod telling;

use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use opentelemetry::{SpanId, TraceId};
use otel_core::alerting::{
    Alert, AlertState, Announcement, AttemptOutcome, Evidence, Labels, NotDelivered, Notification, Office,
    Response, Sink, SinkCounts,
};
use otel_core::settings::Protocol;
use otel_core::testing::TestTelemetry;
use otel_core::{AlertLevel, AlertRule, Condition, Limit, Timestamp};

use crate::server::{Heard, Says, Server};

const PATIENCE: Duration = Duration::from_secs(60);
const AT_ONCE: Duration = Duration::from_millis(1);
const HOUR: Duration = Duration::from_secs(60 * 60);

/// An integration key that is one by its looks.
const KEY: &str = "0123456789abcdef0123456789abcdef";

/// 2024-01-01T00:00:00Z, where a test telemetry's clock stands.
const NOW: Timestamp = Timestamp::from_unix_nanos(1_704_067_200_000_000_000);
const BEFORE: Timestamp = Timestamp::from_unix_nanos(1_704_067_080_500_000_000);

const CONDITION: Condition = Condition::Observed { limit: Limit::above(0.5), holds_for: PATIENCE };

const REJECTS: AlertRule = AlertRule::new(
    "venue_rejects",
    AlertLevel::Critical,
    CONDITION,
    Duration::ZERO,
    "Venues reject <many> orders & trading stops.",
)
.runbook("https://runbooks.example/venue_rejects?a=1&b=2");

const SLOW: AlertRule =
    AlertRule::new("venue_slow", AlertLevel::Medium, CONDITION, Duration::ZERO, "Venues answer late.");

/// An instance of a rule at a venue.
fn alert(rule: &'static AlertRule, venue: &str, state: AlertState) -> Alert {
    let mut alert = Alert::new(rule, Labels::new([("venue", venue)]), BEFORE);
    alert.state = state;
    alert.value = 0.75;
    alert.resolved_at = (state == AlertState::Resolved).then_some(NOW);
    alert
}

fn firing(rule: &'static AlertRule, venue: &str) -> Alert {
    alert(rule, venue, AlertState::Firing)
}

fn about(alerts: impl Into<Vec<Alert>>) -> Notification {
    let alerts = alerts.into();
    Notification::about(alerts[0].rule, NOW, alerts)
}

fn evidence() -> Evidence {
    Evidence::new(TraceId::from_bytes([0xab; 16]), SpanId::from_bytes([0xcd; 8]))
}

fn facts() -> Vec<(String, String)> {
    let facts = [
        ("service.namespace", "shop"),
        ("service.name", "trading"),
        ("service.version", "1.2.3"),
        ("service.instance.id", "one"),
        ("deployment.environment.name", "production"),
    ];
    facts.map(|(key, value)| (key.to_owned(), value.to_owned())).into()
}

/// An office with everything it needs, and what it says aloud.
struct Stage {
    office: Office,
    said: Receiver<Announcement>,
    test: TestTelemetry,
}

impl Stage {
    fn new(sinks: impl AsRef<[Sink]>) -> Self {
        let (tell, said) = mpsc::channel();
        let test = TestTelemetry::new();
        let listener = Box::new(move |announcement: &Announcement| drop(tell.send(announcement.clone())));
        let office = Office::open(sinks.as_ref(), &facts(), test.telemetry(), listener).unwrap();
        Self { office, said, test }
    }

    /// Everything that was said aloud, when the office is closed.
    fn said(self) -> Vec<String> {
        self.office.shutdown(PATIENCE);
        drop(self.office);
        self.said.iter().map(|announcement| announcement.to_string()).collect()
    }

    fn counts(&self) -> SinkCounts {
        self.office.counts().remove(0)
    }
}

/// A server that answers each request with the next answer, and the last one for ever.
fn server(answers: impl Into<Vec<Says>>) -> (Server, Receiver<Heard>) {
    let (tell, heard) = mpsc::channel();
    let answers = answers.into();
    let server = Server::start(Protocol::HttpProtobuf, None, move |number, request| {
        drop(tell.send(request.clone()));
        answers[number.min(answers.len() - 1)].clone()
    });
    (server, heard)
}

fn json(heard: &Heard) -> serde_json::Value {
    serde_json::from_slice(&heard.body).unwrap()
}

/// Delivered, what was not for each reason, and queued; it is all that was offered.
fn fates(counts: &SinkCounts) -> (u64, Vec<(&'static str, u64)>, u64) {
    let not = NotDelivered::ALL.map(|reason| (reason.as_str(), counts.not_delivered(reason)));
    let sum = counts.delivered + not.iter().map(|(_, count)| count).sum::<u64>() + counts.queued;
    assert_eq!(counts.offered, sum, "{counts}");
    (counts.delivered, not.into_iter().filter(|(_, count)| *count > 0).collect(), counts.queued)
}

/// Attempts that were accepted, failed and refused.
fn attempts(counts: &SinkCounts) -> [u64; 3] {
    AttemptOutcome::ALL.map(|outcome| counts.attempts(outcome))
}

/// Comes back as soon as it may.
fn impatient(sink: Sink) -> Sink {
    sink.backoff(AT_ONCE, AT_ONCE).at_most(100, AT_ONCE)
}

fn pager_duty(server: &Server) -> Sink {
    impatient(Sink::pager_duty(KEY).at(format!("{}/v2/enqueue", server.endpoint())))
}

fn slack(server: &Server) -> Sink {
    impatient(Sink::slack(format!("{}/services/T00/B00/s3cr3t", server.endpoint())))
}
