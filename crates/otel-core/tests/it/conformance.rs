//! The conformance test, given telemetry that does not conform: once for everything that it can find.

use std::collections::BTreeSet;
use std::time::Duration;

use otel_core::testing::conformance::{FindingId, Signal, soundness};
use otel_core::testing::{
    Recorded, TestTelemetry, assert_conforms, assert_declared, assert_sound, conformance,
};
use otel_core::{
    AlertLevel, AlertRule, Catalogue, Choice, Condition, CounterDef, EventDef, FloatGaugeDef, GaugeDef,
    HistogramDef, Int, Key, KeyFacts, Limit, Matching, MetricFacts, Outcome, Series, Severity, SpanDef,
    SpanKind, Telemetry, Text, TextList, Unit, UpDownCounterDef,
};

mod sound;

otel_core::labels! {
    /// How a wash went.
    pub enum Result: "wash.result" {
        /// Well.
        Clean = "clean",
        /// Not so well.
        Dirty = "dirty",
    }

    /// The same, as somebody else has it.
    pub enum OtherResult: "wash.result" {
        /// Neither.
        Damp = "damp",
    }
}

otel_core::capped_labels! {
    /// What is washed.
    pub struct Brand: "wash.brand", cap 2;

    /// The same, as somebody with more room has it.
    pub struct MoreBrands: "wash.brand", cap 100;
}

const CAR: Key<Text> = Key::new("wash.car.id", "The car.");
const RESULT: Key<Choice<Result>> = Key::new("wash.result", "How it went.");
const EXTRAS: Key<TextList> = Key::new("wash.extras", "What was done beside.");
const BRAND: Key<Text> = Key::new("wash.brand", "The brand of the car.");

const WASH: SpanDef = SpanDef::new("wash", SpanKind::Server, "A wash.");
const WASHED: EventDef = EventDef::new("wash.car.washed", Severity::Info, "A car was washed.");

const CARS: CounterDef<(Brand, Result)> = CounterDef::new("wash.cars", Unit::new("{car}"), "Cars washed.");
const WAITING: UpDownCounterDef<()> =
    UpDownCounterDef::new("wash.waiting", Unit::new("{car}"), "Cars waiting.");
const DURATION: HistogramDef<Result> =
    HistogramDef::new("wash.duration", Unit::SECONDS, "How long it takes.");
const TANK: FloatGaugeDef<()> = FloatGaugeDef::new("wash.tank.level", Unit::RATIO, "How full the tank is.");
const STAFF: GaugeDef<()> = GaugeDef::new("wash.staff", Unit::new("{person}"), "Who is there.");

const CATALOGUE: Catalogue = Catalogue {
    name: "wash",
    version: "1.0.0",
    attributes: ATTRIBUTES,
    spans: &[WASH],
    events: &[WASHED],
    metrics: METRICS,
    alerts: ALERTS,
};

const ATTRIBUTES: &[KeyFacts] = &[CAR.facts(), RESULT.facts(), EXTRAS.facts(), BRAND.facts()];

const METRICS: &[MetricFacts] =
    &[CARS.facts(), WAITING.facts(), DURATION.facts(), TANK.facts(), STAFF.facts()];

const ALERTS: &[AlertRule] = &[AlertRule::new(
    "wash_dirty",
    AlertLevel::Low,
    Condition::Ratio {
        part: Series::all(CARS.facts()).only(&[Matching::new("wash.result", "dirty")]),
        whole: Series::all(CARS.facts()),
        window: Duration::from_secs(300),
        limit: Limit::above(0.5),
        min_events: 10,
    },
    Duration::ZERO,
    "Cars leave as they came.",
)
.by(&["wash.brand"])];

/// Says everything that the catalogue declares, as it declares it.
fn wash(telemetry: &Telemetry) {
    let mut span = telemetry.span(&WASH);
    span.set(&CAR, "c-1").set(&RESULT, Result::Clean).set(&EXTRAS, &["wax", "polish"]).set(&BRAND, "A");
    span.event(&WASHED).set(&CAR, "c-1").emit();
    span.finish(Outcome::Error("brush"));
    let brands = telemetry.capped::<Brand>();
    telemetry.counter(&CARS).add(1, (brands.get("A"), Result::Clean));
    telemetry.up_down_counter(&WAITING).add(1, ());
    telemetry.histogram(&DURATION).record(60.0, Result::Dirty);
    telemetry.float_gauge(&TANK).record(0.5, ());
    telemetry.gauge(&STAFF).record(2, ());
}

fn recorded(says: impl FnOnce(&Telemetry)) -> Recorded {
    let test = TestTelemetry::new();
    says(&test.with_scope(&CATALOGUE));
    test.finish()
}

/// What is found when something is said beside what is declared.
fn found(says: impl FnOnce(&Telemetry)) -> Vec<(FindingId, Signal, String, String)> {
    let conformance = conformance(&recorded(says), &CATALOGUE);
    let findings = conformance.findings().iter();
    findings.map(|it| (it.id, it.signal, it.name.clone(), it.place.clone())).collect()
}

fn check(says: impl FnOnce(&Telemetry), id: FindingId, signal: Signal, name: &str, place: &str) {
    assert_eq!(found(says), [(id, signal, name.to_owned(), place.to_owned())]);
}

#[test]
fn what_says_everything_as_declared_conforms() {
    assert_conforms(&recorded(wash), &CATALOGUE);
}

#[test]
fn what_others_say_is_not_looked_at() {
    let test = TestTelemetry::new();
    wash(&test.with_scope(&CATALOGUE));
    test.event(&EventDef::new("Odd", Severity::Info, "Odd.")).emit();
    test.span(&SpanDef::new("Odd", SpanKind::Client, "Odd.")).finish(Outcome::Ok);
    assert_conforms(&test.finish(), &CATALOGUE);
}

#[test]
fn undeclared_spans_and_events_are_found() {
    let span = SpanDef::new("rinse", SpanKind::Internal, "A rinse.");
    check(|wash| wash.span(&span).finish(Outcome::Ok), FindingId::MissingSpan, Signal::Span, "rinse", "");
    let event = EventDef::new("wash.car.rinsed", Severity::Info, "A car was rinsed.");
    check(|wash| wash.event(&event).emit(), FindingId::MissingEvent, Signal::Event, "wash.car.rinsed", "");
}

#[test]
fn span_events_of_the_otel_api_are_events_too() {
    use opentelemetry::KeyValue;
    use opentelemetry::trace::TraceContextExt as _;
    let says = |event: &'static str| {
        move |telemetry: &Telemetry| {
            let span = telemetry.span(&WASH);
            span.context().span().add_event(event, vec![KeyValue::new("any", 1)]);
        }
    };
    check(says("rinsed"), FindingId::MissingEvent, Signal::Span, "wash", "rinsed");
    assert_eq!(found(says("exception")), []);
}

#[test]
fn other_kinds_and_severities_are_found() {
    let span = SpanDef::new("wash", SpanKind::Client, "A wash.");
    let id = FindingId::UnexpectedSpanKind;
    check(|wash| wash.span(&span).finish(Outcome::Ok), id, Signal::Span, "wash", "kind");
    let event = EventDef::new("wash.car.washed", Severity::Warn, "A car was washed.");
    let id = FindingId::UnexpectedSeverity;
    check(|wash| wash.event(&event).emit(), id, Signal::Event, "wash.car.washed", "severity");
}

#[test]
fn attributes_that_are_undeclared_or_of_another_type_are_found() {
    const COLOUR: Key<Text> = Key::new("wash.car.colour", "The colour.");
    const NUMBER: Key<Int> = Key::new("wash.car.id", "The car.");
    const ONE: Key<Text> = Key::new("wash.extras", "What was done beside.");
    let event = |wash: &Telemetry| wash.event(&WASHED);
    let name = "wash.car.washed";
    let (missing, other) = (FindingId::MissingAttribute, FindingId::TypeMismatch);
    check(|wash| event(wash).set(&COLOUR, "red").emit(), missing, Signal::Event, name, "wash.car.colour");
    check(|wash| event(wash).set(&NUMBER, 7).emit(), other, Signal::Event, name, "wash.car.id");
    check(|wash| event(wash).set(&ONE, "wax").emit(), other, Signal::Event, name, "wash.extras");
    let says = |wash: &Telemetry| {
        wash.span(&WASH).set(&COLOUR, "red");
    };
    check(says, missing, Signal::Span, "wash", "wash.car.colour");
}

#[test]
fn a_word_outside_its_closed_list_is_found() {
    const OTHER: Key<Choice<OtherResult>> = Key::new("wash.result", "How it went.");
    let says = |wash: &Telemetry| wash.event(&WASHED).set(&OTHER, OtherResult::Damp).emit();
    let id = FindingId::UndefinedEnumVariant;
    check(says, id, Signal::Event, "wash.car.washed", "wash.result");
}

#[test]
fn an_attribute_that_stands_twice_is_found() {
    let says = |wash: &Telemetry| wash.event(&WASHED).set(&CAR, "c-1").set(&CAR, "c-2").emit();
    check(says, FindingId::DuplicateAttribute, Signal::Event, "wash.car.washed", "wash.car.id");
}

#[test]
fn the_same_thing_is_found_once_however_often_it_is_said() {
    let event = EventDef::new("wash.car.rinsed", Severity::Info, "A car was rinsed.");
    assert_eq!(found(|wash| (0..100).for_each(|_| wash.event(&event).emit())).len(), 1);
}

#[test]
fn metrics_that_are_undeclared_or_otherwise_made_are_found() {
    let undeclared = CounterDef::<()>::new("wash.brushes", Unit::new("{brush}"), "Brushes.");
    let says = |wash: &Telemetry| wash.counter(&undeclared).add(1, ());
    check(says, FindingId::MissingMetric, Signal::Metric, "wash.brushes", "");
    let unit = GaugeDef::<()>::new("wash.staff", Unit::new("{robot}"), "Who is there.");
    let says = |wash: &Telemetry| wash.gauge(&unit).record(1, ());
    check(says, FindingId::UnitMismatch, Signal::Metric, "wash.staff", "unit");
    let counter = CounterDef::<()>::new("wash.staff", Unit::new("{person}"), "Who is there.");
    let says = |wash: &Telemetry| wash.counter(&counter).add(1, ());
    check(says, FindingId::UnexpectedInstrument, Signal::Metric, "wash.staff", "instrument");
    let counter = CounterDef::<()>::new("wash.waiting", Unit::new("{car}"), "Cars waiting.");
    let says = |wash: &Telemetry| wash.counter(&counter).add(1, ());
    check(says, FindingId::UnexpectedInstrument, Signal::Metric, "wash.waiting", "instrument");
    let float = FloatGaugeDef::<()>::new("wash.staff", Unit::new("{person}"), "Who is there.");
    let says = |wash: &Telemetry| wash.float_gauge(&float).record(0.5, ());
    check(says, FindingId::TypeMismatch, Signal::Metric, "wash.staff", "value");
}

#[test]
fn labels_that_are_undeclared_missing_or_unknown_are_found() {
    let more = GaugeDef::<Result>::new("wash.staff", Unit::new("{person}"), "Who is there.");
    let says = |wash: &Telemetry| wash.gauge(&more).record(1, Result::Clean);
    check(says, FindingId::MissingAttribute, Signal::Metric, "wash.staff", "wash.result");
    let less = HistogramDef::<()>::new("wash.duration", Unit::SECONDS, "How long it takes.");
    let says = |wash: &Telemetry| wash.histogram(&less).record(1.0, ());
    check(says, FindingId::RequiredAttributeNotPresent, Signal::Metric, "wash.duration", "wash.result");
    let other = HistogramDef::<OtherResult>::new("wash.duration", Unit::SECONDS, "How long it takes.");
    let says = |wash: &Telemetry| wash.histogram(&other).record(1.0, OtherResult::Damp);
    check(says, FindingId::UndefinedEnumVariant, Signal::Metric, "wash.duration", "wash.result");
}

#[test]
fn more_series_than_declared_are_found() {
    let more = CounterDef::<(MoreBrands, Result)>::new("wash.cars", Unit::new("{car}"), "Cars washed.");
    let says = |wash: &Telemetry| {
        let (brands, counter) = (wash.capped::<MoreBrands>(), wash.counter(&more));
        for number in 0..CARS.facts().series + 1 {
            counter.add(1, (brands.get(&number.to_string()), Result::Clean));
        }
    };
    check(says, FindingId::TooManySeries, Signal::Metric, "wash.cars", "series");
}

#[test]
fn what_is_declared_and_never_said_is_listed() {
    let conformance = conformance(&recorded(|wash| wash.event(&WASHED).set(&CAR, "c-1").emit()), &CATALOGUE);
    assert!(conformance.findings().is_empty());
    let coverage = conformance.coverage();
    assert_eq!((coverage.declared(), coverage.seen()), (11, 2));
    let unseen: BTreeSet<_> = coverage.unseen().iter().copied().collect();
    let expected = [
        (Signal::Attribute, "wash.result"),
        (Signal::Attribute, "wash.extras"),
        (Signal::Attribute, "wash.brand"),
        (Signal::Span, "wash"),
        (Signal::Metric, "wash.cars"),
        (Signal::Metric, "wash.waiting"),
        (Signal::Metric, "wash.duration"),
        (Signal::Metric, "wash.tank.level"),
        (Signal::Metric, "wash.staff"),
    ];
    assert_eq!(unseen, expected.into_iter().collect());
}

#[test]
fn a_counter_that_never_counted_was_not_seen() {
    const CLEAN: CounterDef<Result> = CounterDef::new("wash.clean", Unit::new("{car}"), "Clean cars.");
    let catalogue = Catalogue { metrics: const { &[CLEAN.facts()] }, ..CATALOGUE };
    let seen = |count| {
        let recorded = recorded(|wash| wash.counter(&CLEAN).add(count, Result::Clean));
        conformance(&recorded, &catalogue).coverage().unseen().iter().all(|(_, name)| *name != "wash.clean")
    };
    assert_eq!((seen(0), seen(1)), (false, true));
}

#[test]
fn a_part_is_enough_where_only_a_part_is_asked_for() {
    let part = recorded(|wash| wash.event(&WASHED).set(&CAR, "c-1").emit());
    assert_declared(&part, &CATALOGUE);
    let whole = panic_of(|| assert_conforms(&part, &CATALOGUE));
    assert!(whole.contains("never seen: span wash"));
}

#[test]
fn a_span_with_a_name_of_its_own_is_known_by_its_kind_and_by_what_is_said_of_it() {
    const CALL: SpanDef = SpanDef::new("wash.call", SpanKind::Client, "A call.").with_own_names(&BRAND);
    let catalogue = Catalogue { spans: &[WASH, CALL], ..CATALOGUE };
    let named = |kind, key: &'static Key<Text>| {
        let def = SpanDef::new("SELECT cars", kind, "A call.");
        recorded(move |wash| {
            let mut span = wash.span(&def);
            span.set(key, "A");
            span.finish(Outcome::Ok);
        })
    };
    let call = conformance(&named(SpanKind::Client, &BRAND), &catalogue);
    assert!(call.findings().is_empty(), "{:?}", call.findings());
    assert!(!call.coverage().unseen().contains(&(Signal::Span, "wash.call")));
    // Another kind of span, and another call: to a service, and not to this store.
    for other in [named(SpanKind::Producer, &BRAND), named(SpanKind::Client, &CAR)] {
        let other = conformance(&other, &catalogue);
        assert!(other.coverage().unseen().contains(&(Signal::Span, "wash.call")));
        let found: Vec<FindingId> = other.findings().iter().map(|finding| finding.id).collect();
        assert_eq!(found, [FindingId::MissingSpan]);
    }
}

#[test]
fn a_label_that_may_be_missing_is_not_missed() {
    const OPTIONAL: GaugeDef<Option<Result>> =
        GaugeDef::new("wash.staff", Unit::new("{person}"), "Who is there.");
    const METRICS: &[MetricFacts] = &[OPTIONAL.facts()];
    let catalogue = Catalogue { metrics: METRICS, alerts: &[], ..CATALOGUE };
    let staff = recorded(|wash| {
        wash.gauge(&OPTIONAL).record(1, None);
        wash.gauge(&OPTIONAL).record(2, Some(Result::Clean));
    });
    let found = conformance(&staff, &catalogue);
    assert!(found.findings().is_empty(), "{:?}", found.findings());
    let text = catalogue.to_string();
    assert!(text.contains("  by wash.result 3 or none [clean, dirty]"), "{text}");
}

#[test]
fn a_test_that_recorded_nothing_has_tested_nothing() {
    let nothing = recorded(|_| {});
    let result = panic_of(|| assert_declared(&nothing, &CATALOGUE));
    assert!(result.contains("nothing of wash was recorded"));
}

#[test]
fn everything_that_is_wrong_is_said_at_once() {
    let wrong = recorded(|wash| {
        wash.event(&EventDef::new("wash.a", Severity::Info, "A.")).emit();
        wash.event(&EventDef::new("wash.b", Severity::Info, "B.")).emit();
    });
    let catalogue = Catalogue { metrics: &[], ..CATALOGUE };
    let message = panic_of(|| assert_conforms(&wrong, &catalogue));
    for part in [
        "missing_event: event wash.a: is not declared",
        "event wash.b",
        "missing_metric: alert",
        "never seen",
    ] {
        assert!(message.contains(part), "{message}");
    }
}

/// What an assertion that fails says.
fn panic_of(asserts: impl FnOnce()) -> String {
    let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(asserts));
    *panic.unwrap_err().downcast::<String>().unwrap()
}
