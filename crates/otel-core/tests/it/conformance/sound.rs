//! Catalogues by themselves.

use super::*;

const fn metric(name: &'static str, unit: Unit) -> MetricFacts {
    CounterDef::<()>::new(name, unit, "A metric.").facts()
}

fn ids(catalogue: &Catalogue) -> Vec<(FindingId, Signal, String, String)> {
    let findings = soundness(catalogue).into_iter();
    findings.map(|it| (it.id, it.signal, it.name, it.place)).collect()
}

fn check(catalogue: &Catalogue, id: FindingId, signal: Signal, name: &str, place: &str) {
    assert_eq!(ids(catalogue), [(id, signal, name.to_owned(), place.to_owned())]);
}

#[test]
fn our_own_catalogues_are_sound() {
    assert_sound(&CATALOGUE);
    assert_sound(&otel_core::alerting::conventions::CATALOGUE);
}

#[test]
fn names_are_written_as_the_conventions_ask_for() {
    for name in ["wash.Car", "1wash.car", "wash.car_", "wash..car", "wash.car__wash", "wash._car", "otel.car"]
    {
        let metrics = Box::leak(Box::new([metric(name, Unit::new("{car}"))]));
        let catalogue = Catalogue { metrics, alerts: &[], ..CATALOGUE };
        check(&catalogue, FindingId::InvalidFormat, Signal::Metric, name, "");
    }
    const ODD: SpanDef = SpanDef::new("Wash {car}", SpanKind::Internal, "A wash.");
    let catalogue = Catalogue { spans: &[ODD], ..CATALOGUE };
    check(&catalogue, FindingId::InvalidFormat, Signal::Span, "Wash {car}", "");
}

#[test]
fn a_name_is_in_a_namespace_and_is_none() {
    const BARE: EventDef = EventDef::new("washed", Severity::Info, "A car was washed.");
    let catalogue = Catalogue { events: &[BARE], ..CATALOGUE };
    check(&catalogue, FindingId::MissingNamespace, Signal::Event, "washed", "");
    const LEAF: Key<Text> = Key::new("wash.car", "The car.");
    let catalogue = Catalogue {
        attributes: const { &[CAR.facts(), RESULT.facts(), BRAND.facts(), LEAF.facts()] },
        ..CATALOGUE
    };
    check(&catalogue, FindingId::IllegalNamespace, Signal::Attribute, "wash.car", "");
}

#[test]
fn nothing_is_declared_twice() {
    let catalogue = Catalogue { spans: &[WASH, WASH], ..CATALOGUE };
    check(&catalogue, FindingId::DuplicateName, Signal::Span, "wash", "");
}

#[test]
fn a_metric_does_not_say_twice_what_it_is() {
    for name in ["wash.cars_total", "wash.time.seconds", "wash.water_bytes"] {
        let metrics = Box::leak(Box::new([metric(name, Unit::new("{car}"))]));
        let catalogue = Catalogue { metrics, alerts: &[], ..CATALOGUE };
        check(&catalogue, FindingId::InvalidFormat, Signal::Metric, name, "");
    }
}

#[test]
fn units_are_ucum_and_durations_are_in_seconds() {
    for (unit, sound) in [
        ("s", true),
        ("ms", true),
        ("By", true),
        ("KiBy/s", true),
        ("1", true),
        ("%", true),
        ("Cel", true),
        ("{car}/min", true),
        ("By{compressed}", true),
        ("m/s", true),
        ("seconds", false),
        ("bytes", false),
        ("MB", false),
        ("{Car}", false),
        ("{}", false),
        ("{car", false),
        ("s/", false),
        ("cars", false),
    ] {
        let metrics = Box::leak(Box::new([metric("wash.speed", Unit::new(unit))]));
        let catalogue = Catalogue { metrics, alerts: &[], ..CATALOGUE };
        let expected = if sound { vec![] } else { vec![FindingId::InvalidFormat] };
        let found: Vec<_> = ids(&catalogue).into_iter().map(|(id, ..)| id).collect();
        assert_eq!(found, expected, "{unit}");
    }
    const SLOW: HistogramDef<()> = HistogramDef::new("wash.duration", Unit::new("ms"), "How long it takes.");
    let catalogue = Catalogue { metrics: const { &[SLOW.facts()] }, alerts: &[], ..CATALOGUE };
    check(&catalogue, FindingId::UnitMismatch, Signal::Metric, "wash.duration", "unit");
}

#[test]
fn labels_are_attributes_with_the_same_values() {
    let catalogue = Catalogue { attributes: const { &[CAR.facts(), BRAND.facts()] }, ..CATALOGUE };
    assert_eq!(
        ids(&catalogue),
        ["wash.cars", "wash.duration"].map(|name| (
            FindingId::MissingAttribute,
            Signal::Metric,
            name.to_owned(),
            "wash.result".to_owned()
        ))
    );
    const OTHER: HistogramDef<OtherResult> =
        HistogramDef::new("wash.duration", Unit::SECONDS, "How long it takes.");
    let catalogue = Catalogue { metrics: const { &[OTHER.facts()] }, alerts: &[], ..CATALOGUE };
    check(&catalogue, FindingId::UndefinedEnumVariant, Signal::Metric, "wash.duration", "wash.result");
}

#[test]
fn a_rule_watches_what_the_catalogue_declares() {
    let catalogue = Catalogue { metrics: const { &[WAITING.facts()] }, ..CATALOGUE };
    check(&catalogue, FindingId::MissingMetric, Signal::Alert, "wash_dirty", "wash.cars");
    // The same name, and something else: its label is gone with it.
    const GAUGE: GaugeDef<Brand> = GaugeDef::new("wash.cars", Unit::new("{lorry}"), "Lorries.");
    let catalogue = Catalogue { metrics: const { &[GAUGE.facts()] }, ..CATALOGUE };
    let found: Vec<_> = ids(&catalogue).into_iter().map(|(id, _, _, place)| (id, place)).collect();
    let expected = [
        (FindingId::UnitMismatch, "wash.cars"),
        (FindingId::UnexpectedInstrument, "wash.cars"),
        (FindingId::MissingAttribute, "wash.result"),
    ];
    let sorted = |mut list: Vec<(FindingId, String)>| {
        list.sort();
        list
    };
    assert_eq!(sorted(found), sorted(expected.map(|(id, place)| (id, place.to_owned())).to_vec()));
}

#[test]
fn a_rule_whose_labels_were_changed_behind_the_compilers_back_is_found() {
    let rule = |change: fn(&mut AlertRule)| {
        let mut rule = ALERTS[0];
        change(&mut rule);
        let alerts = Box::leak(Box::new([rule]));
        ids(&Catalogue { alerts, ..CATALOGUE })
    };
    let place = |(id, signal, _, place): &(FindingId, Signal, String, String)| (*id, *signal, place.clone());
    let found = rule(|rule| rule.by = &["wash.colour"]);
    assert_eq!(place(&found[0]), (FindingId::MissingAttribute, Signal::Alert, "wash.colour".to_owned()));
    let found = rule(|rule| {
        let Condition::Ratio { part, .. } = &mut rule.condition else { panic!("it is a ratio") };
        const DAMP: &[Matching] = &[Matching::new("wash.result", "damp")];
        part.matching = DAMP;
    });
    assert_eq!(place(&found[0]), (FindingId::UndefinedEnumVariant, Signal::Alert, "wash.result".to_owned()));
    let found = rule(|rule| rule.name = "WashDirty");
    assert_eq!(place(&found[0]), (FindingId::InvalidFormat, Signal::Alert, String::new()));
}
