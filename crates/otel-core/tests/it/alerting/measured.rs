//! Rules about metrics, on a pipeline that has them.

use std::time::Duration;

use otel_core::alerting::AlertState::{self, Firing, Inactive, Pending, Resolved};
use otel_core::alerting::{Alerting, conventions as names};
use otel_core::settings::{Environment, Protocol};
use otel_core::testing::{AlertRehearsal, Receiver, TestTelemetry};
use otel_core::{
    AlertLevel, AlertRule, Catalogue, Condition, Counter, CounterDef, Gauge, GaugeDef, Limit, Matching,
    Outcome, Series, SpanDef, SpanKind, Telemetry, Unit,
};

use super::{MINUTE, SECOND};

otel_core::labels! {
    /// How a baking ended.
    pub enum Ending: "bakery.ending" {
        /// Well.
        Well = "well",
        /// Burnt.
        Burnt = "burnt",
    }
    /// Which oven.
    pub enum Oven: "bakery.oven" {
        /// The one on the left.
        Left = "left",
        /// The one on the right.
        Right = "right",
    }
}

const LOAVES: CounterDef<(Oven, Ending)> = CounterDef::new("bakery.loaves", Unit::new("{loaf}"), "Loaves.");
const FLOUR: GaugeDef<()> = GaugeDef::new("bakery.flour", Unit::new("kg"), "Flour.");
const BAKE: SpanDef = SpanDef::new("bake", SpanKind::Internal, "Bakes a loaf.");

const BURNT: AlertRule = AlertRule::new(
    "bakery_burnt",
    AlertLevel::High,
    Condition::Ratio {
        part: Series::all(LOAVES.facts()).only(&[Matching::new("bakery.ending", "burnt")]),
        whole: Series::all(LOAVES.facts()),
        window: Duration::from_secs(300),
        limit: Limit::above(0.105),
        min_events: 20,
    },
    Duration::from_secs(30),
    "One loaf in ten is burnt.",
)
.by(&["bakery.oven"]);

const NO_FLOUR: AlertRule = AlertRule::new(
    "bakery_no_flour",
    AlertLevel::Medium,
    Condition::Value { series: Series::all(FLOUR.facts()), limit: Limit::below(10.0).until(50.0) },
    Duration::ZERO,
    "There is not enough flour for tomorrow.",
);

static CATALOGUE: Catalogue = Catalogue {
    name: "bakery",
    version: "1.0.0",
    attributes: &[],
    spans: &[BAKE],
    events: &[],
    metrics: &[LOAVES.facts(), FLOUR.facts()],
    alerts: &[BURNT, NO_FLOUR],
};

struct Bakery {
    test: TestTelemetry,
    loaves: Counter<(Oven, Ending)>,
    flour: Gauge<()>,
}

impl Bakery {
    fn new(test: TestTelemetry) -> Self {
        let telemetry = test.telemetry().with_scope(&CATALOGUE);
        let (loaves, flour) = (telemetry.counter(&LOAVES), telemetry.gauge(&FLOUR));
        flour.record(100, ());
        Self { test, loaves, flour }
    }

    /// Bakes in one oven for a quarter of a minute, and looks.
    fn bake(&self, oven: Oven, well: u64, burnt: u64) {
        self.loaves.add(well, (oven, Ending::Well));
        self.loaves.add(burnt, (oven, Ending::Burnt));
        self.test.advance(15 * SECOND);
    }

    fn state(&self, rule: &str, oven: Option<&str>) -> AlertState {
        let alerts = self.test.alerts_now();
        let mut alerts = alerts.into_iter().filter(|alert| alert.rule.name == rule);
        let alert = alerts.find(|alert| alert.labels.get("bakery.oven") == oven);
        alert.map_or(Inactive, |alert| alert.state)
    }
}

fn alerting() -> Alerting {
    Alerting::new().rules(&CATALOGUE)
}

#[test]
fn a_ratio_fires_for_the_instance_that_it_is_too_high_for() {
    let bakery = Bakery::new(TestTelemetry::alerting(alerting()));
    bakery.state("bakery_burnt", None);
    let mut states = Vec::new();
    for _ in 0..4 {
        bakery.bake(Oven::Left, 9, 3);
        bakery.bake(Oven::Right, 100, 3);
        states.push(bakery.state("bakery_burnt", Some("left")));
        assert_eq!(bakery.state("bakery_burnt", Some("right")), Inactive);
    }
    assert_eq!(
        states,
        [Inactive, Pending, Firing, Firing],
        "too few loaves at first, then for half a minute"
    );
    for _ in 0..11 {
        bakery.bake(Oven::Left, 100, 0);
        bakery.state("bakery_burnt", Some("left"));
    }
    assert_eq!(bakery.state("bakery_burnt", Some("left")), Resolved);
}

#[test]
fn a_value_fires_below_its_limit_and_until_it_is_well_above_it() {
    let bakery = Bakery::new(TestTelemetry::alerting(alerting()));
    let mut states = Vec::new();
    for flour in [100, 9, 11, 49, 51, 11] {
        bakery.flour.record(flour, ());
        bakery.test.advance(15 * SECOND);
        states.push(bakery.state("bakery_no_flour", None));
    }
    assert_eq!(states, [Inactive, Firing, Firing, Firing, Resolved, Resolved]);
}

#[test]
fn the_last_failed_span_of_the_rules_crate_is_its_evidence() {
    let bakery = Bakery::new(TestTelemetry::alerting(alerting()));
    bakery.state("bakery_burnt", None);
    bakery.test.span(&BAKE).finish(Outcome::Error("of somebody else"));
    bakery.test.telemetry().with_scope(&CATALOGUE).span(&BAKE).finish(Outcome::Error("burnt"));
    bakery.test.span(&BAKE).finish(Outcome::Error("of somebody else, and later"));
    for _ in 0..6 {
        bakery.bake(Oven::Left, 30, 10);
        bakery.state("bakery_burnt", None);
    }
    let recorded = bakery.test.finish();
    let span = recorded.spans().iter().find(|span| span.scope == "bakery").unwrap();
    let told = recorded.events_of(&names::TRANSITION);
    assert_eq!(told.len(), 2, "pending and firing");
    for event in told {
        assert_eq!((&event.trace_id, &event.span_id), (&span.trace_id, &span.span_id));
    }
}

#[test]
fn what_the_pipeline_measures_is_evaluated_as_in_a_rehearsal() {
    let bakery = Bakery::new(TestTelemetry::alerting(alerting()));
    let mut rehearsal = AlertRehearsal::of(&CATALOGUE.alerts[0]);
    let mut random = fastrand::Rng::with_seed(11);
    let (mut well, mut burnt) = ([0; 2], [0; 2]);
    for step in 0..400 {
        // Storms and quiet times, so that all states are seen.
        let bad = (step / 40) % 3 == 1;
        for (at, oven) in [Oven::Left, Oven::Right].into_iter().enumerate() {
            let more = [random.u64(0..9), if bad { random.u64(0..4) } else { random.u64(0..2) }];
            bakery.loaves.add(more[0], (oven, Ending::Well));
            bakery.loaves.add(more[1], (oven, Ending::Burnt));
            well[at] += more[0];
            burnt[at] += more[1];
        }
        bakery.test.advance(15 * SECOND);
        let now = bakery.test.now();
        for (at, oven) in ["left", "right"].into_iter().enumerate() {
            for (ending, count) in [("well", well[at]), ("burnt", burnt[at])] {
                let labels = [("bakery.oven", oven), ("bakery.ending", ending)];
                rehearsal.sample(now, LOAVES.facts(), &labels, count as f64);
            }
        }
        rehearsal.evaluate(now);
        let alerts = bakery.test.alerts_now();
        for oven in ["left", "right"] {
            let alert = alerts.iter().find(|alert| alert.labels.get("bakery.oven") == Some(oven));
            let state = alert.map_or(Inactive, |alert| alert.state);
            assert_eq!(state, rehearsal.shown(&[("bakery.oven", oven)]), "step {step}, {oven}");
        }
    }
    let seen = bakery.test.finish().events_of(&names::TRANSITION).len();
    assert!(seen > 10, "{seen} transitions are not much of a test");
}

#[test]
fn what_fires_is_held_after_a_restart_until_there_was_time_to_measure() {
    let folder = tempfile::tempdir().unwrap();
    let bakery = Bakery::new(TestTelemetry::alerting(alerting().remember_in(folder.path())));
    bakery.state("bakery_burnt", None);
    for _ in 0..6 {
        bakery.bake(Oven::Left, 30, 10);
        bakery.state("bakery_burnt", None);
    }
    assert_eq!(bakery.state("bakery_burnt", Some("left")), Firing);
    let stopped = bakery.test.now();
    bakery.test.finish();

    let again = TestTelemetry::alerting_at(stopped.after(MINUTE), alerting().remember_in(folder.path()));
    let bakery = Bakery::new(again);
    let mut states = Vec::new();
    for _ in 0..26 {
        bakery.bake(Oven::Left, 30, 0);
        states.push(bakery.state("bakery_burnt", Some("left")));
    }
    let held = states.iter().take_while(|state| **state == Firing).count();
    assert!((20..=24).contains(&held), "five minutes and one to begin with: {states:?}");
    assert_eq!(states.last(), Some(&Resolved));
}

#[test]
fn metrics_that_are_sent_as_differences_are_added_up() {
    static MANY: AlertRule = AlertRule::new(
        "bakery_many",
        AlertLevel::Low,
        Condition::Value { series: Series::all(LOAVES.facts()), limit: Limit::above(5.0) },
        Duration::ZERO,
        "There are more loaves than shelves.",
    );
    let receiver = Receiver::counting().unwrap();
    let delta = ("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "delta");
    let pipeline = Telemetry::builder("bakery")
        .environment(Environment::of([delta]))
        .endpoint(receiver.grpc_endpoint())
        .protocol(Protocol::Grpc)
        .alerting(Alerting::new().rule(&MANY))
        .install()
        .unwrap();
    let loaves = pipeline.counter(&LOAVES);
    loaves.add(3, (Oven::Left, Ending::Well));
    assert!(pipeline.alerts_now(MINUTE).is_empty());
    loaves.add(3, (Oven::Left, Ending::Well));
    let [alert] = pipeline.alerts_now(MINUTE).try_into().unwrap();
    assert_eq!((alert.state, alert.value), (Firing, 6.0));
}

#[test]
fn metrics_are_looked_at_more_often_than_they_are_sent() {
    let bakery = Bakery::new(TestTelemetry::alerting(alerting()));
    for _ in 0..10 {
        bakery.bake(Oven::Left, 1, 0);
        bakery.test.alerts_now();
    }
    assert_eq!(bakery.test.pipeline().report().metric_points.created, 0);
}
