//! Order records: for each rule a record that keeps it and one that breaks it, and lines.

use otel_trading::ids::iso::Mic;
use otel_trading::ids::person::{PersonId, PersonScheme};
use otel_trading::regulatory::rts22::TradingCapacity;
use otel_trading::regulatory::rts24::{
    Aggressor, OrderClass, OrderClient, OrderDecider, OrderDirection, OrderEvent, OrderPrices,
    OrderQuantities, OrderRecord, OrderRestriction, OrderState, PriceUnit, QuantityUnit, ValidityPeriod,
};
use otel_trading::regulatory::{Field, Figure, Filing, LineProblem, Regulation, Rule};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::reports::{CLIENT, FIRM, FRIDAY, currency, date, figure, read};

/// A limit order for 500 that was just received.
pub(super) fn received(sequence: u64) -> OrderRecord {
    OrderRecord {
        submitter: read(FIRM),
        direct_access: false,
        client: Some(OrderClient::Entity(read(CLIENT))),
        decision: None,
        execution: Some(OrderDecider::Algorithm(read("SOR1"))),
        broker: None,
        capacity: TradingCapacity::AnyOther,
        provides_liquidity: false,
        time: FRIDAY.into(),
        validity: ValidityPeriod::Day,
        restrictions: Vec::new(),
        validity_time: None,
        sequence,
        venue: read("XPAR"),
        book: read("TTE"),
        isin: read("FR0000120271"),
        received: date("2026-03-06"),
        order: read("ORDER1"),
        event: OrderEvent::New,
        order_type: read("LIMIT"),
        class: OrderClass::Limit,
        prices: OrderPrices {
            unit: PriceUnit::Monetary(currency("EUR")),
            limit: Some(figure("48.2")),
            stop: None,
            transaction: None,
        },
        direction: OrderDirection::Buy,
        states: vec![OrderState::Active],
        quantities: OrderQuantities {
            unit: QuantityUnit::Units,
            initial: figure("500"),
            remaining: figure("500"),
            displayed: Some(figure("100")),
            traded: None,
            minimum_acceptable: None,
            minimum_executable: None,
        },
        minimum_first_only: None,
        passive_only: false,
        aggressor: None,
        self_execution_prevention: true,
        strategy: None,
        venue_transaction: None,
    }
}

fn executed(event: OrderEvent, remaining: &str) -> OrderRecord {
    let base = received(2);
    OrderRecord {
        event,
        prices: OrderPrices { transaction: Some(figure("48.1")), ..base.prices },
        quantities: OrderQuantities {
            remaining: figure(remaining),
            displayed: None,
            traded: Some(figure("200")),
            ..base.quantities
        },
        aggressor: Some(Aggressor::Passive),
        venue_transaction: Some(read("T1")),
        ..base
    }
}

#[test]
fn the_records_that_the_tests_change_are_right() {
    keeps(&received(1));
    keeps(&executed(OrderEvent::PartiallyFilled, "300"));
    keeps(&executed(OrderEvent::Filled, "0"));
    assert_eq!(Field::new(Regulation::Rts24, 51).map(Field::name), Some("Indicative auction volume"));
    assert_eq!(Field::new(Regulation::Rts24, 52), None);
}

#[test]
fn an_execution_says_what_was_executed_and_nothing_else_does() {
    let expected = [28, 39, 44, 48];
    let wrong = OrderRecord { event: OrderEvent::PartiallyFilled, ..received(1) };
    breaks(&wrong, &expected.map(|field| (field, needed(21))));
    let wrong = OrderRecord { event: OrderEvent::CancelledByMember, ..executed(OrderEvent::Filled, "0") };
    breaks(&wrong, &expected.map(|field| (field, excluded(21))));
    breaks(&executed(OrderEvent::Filled, "1"), &[(37, contradicts(21))]);
    breaks(&executed(OrderEvent::PartiallyFilled, "0"), &[(37, contradicts(21))]);
    let mut nothing = executed(OrderEvent::PartiallyFilled, "300");
    nothing.quantities.traded = Some(figure("0"));
    breaks(&nothing, &[(39, Rule::NotPositive)]);
}

#[test]
fn a_part_is_never_more_than_the_whole() {
    let with = |change: fn(&mut OrderQuantities)| {
        let mut record = received(1);
        change(&mut record.quantities);
        record
    };
    breaks(&with(|it| it.remaining = figure("501")), &[(37, exceeds(36))]);
    breaks(&with(|it| it.displayed = Some(figure("500.1"))), &[(38, exceeds(37))]);
    breaks(&with(|it| it.minimum_acceptable = Some(figure("501"))), &[(40, exceeds(36))]);
    breaks(&with(|it| it.minimum_executable = Some(figure("501"))), &[(41, exceeds(36))]);
    breaks(&with(|it| it.displayed = Some(figure("-1"))), &[(38, Rule::Negative)]);
    breaks(&with(|it| it.initial = figure("0")), &[(36, Rule::NotPositive), (37, exceeds(36))]);
    let mut large = executed(OrderEvent::PartiallyFilled, "300");
    large.quantities.traded = Some(figure("501"));
    breaks(&large, &[(39, exceeds(36))]);
}

#[test]
fn money_has_five_digits_after_the_point() {
    let mut record = received(1);
    record.quantities.unit = QuantityUnit::Nominal(currency("EUR"));
    record.quantities.displayed = Some(figure("0.00001"));
    keeps(&record);
    record.quantities.displayed = Some(figure("0.000001"));
    breaks(&record, &[(38, contradicts(34))]);
}

#[test]
fn what_an_order_says_belongs_together() {
    breaks(&OrderRecord { validity: ValidityPeriod::UntilDate, ..received(1) }, &[(12, needed(10))]);
    let until = Some(FRIDAY.into());
    breaks(&OrderRecord { validity_time: until, ..received(1) }, &[(12, excluded(10))]);
    keeps(&OrderRecord { validity: ValidityPeriod::UntilTime, validity_time: until, ..received(1) });
    breaks(
        &OrderRecord { restrictions: vec![OrderRestriction::Auction; 2], ..received(1) },
        &[(11, Rule::Repeated)],
    );
    for venue in [Mic::OFF_VENUE, Mic::SYSTEMATIC_INTERNALISER] {
        breaks(&OrderRecord { venue, ..received(1) }, &[(16, Rule::NotHere)]);
    }
    breaks(&OrderRecord { received: date("2026-03-07"), ..received(1) }, &[(19, exceeds(9))]);
    for states in [[OrderState::Active, OrderState::Inactive], [OrderState::Firm, OrderState::Indicative]] {
        breaks(&OrderRecord { states: states.to_vec(), ..received(1) }, &[(33, Rule::Mixed)]);
    }
    breaks(&OrderRecord { states: vec![OrderState::Active; 2], ..received(1) }, &[(33, Rule::Repeated)]);
    breaks(&OrderRecord { class: OrderClass::Stop, ..received(1) }, &[(26, needed(23))]);
    let mut unlimited = received(1);
    unlimited.prices.limit = None;
    breaks(&unlimited, &[(24, needed(23))]);
    let mut least = OrderRecord { minimum_first_only: Some(true), ..received(1) };
    breaks(&least, &[(42, excluded(41))]);
    least.quantities.minimum_executable = Some(figure("10"));
    keeps(&least);
    breaks(&OrderRecord { decision: Some(OrderDecider::Client), ..received(1) }, &[(4, Rule::NotHere)]);
    keeps(&OrderRecord { execution: Some(OrderDecider::Client), ..received(1) });
}

#[test]
fn what_is_wrong_with_a_line_is_said_with_its_field() {
    let line = Filing::Order(Box::new(received(7))).to_line();
    for (from, to, problem) in [
        (r#""15":["7"]"#, r#""15":["-7"]"#, LineProblem::Value(15)),
        (r#""15":["7"]"#, r#""15":["07"]"#, LineProblem::NotCanonical),
        (r#"["DAVY"]"#, r#"["DAYS"]"#, LineProblem::Value(10)),
        (r#""31":["MONE"]"#, r#""31":["UNIT"]"#, LineProblem::Value(31)),
        (r#""34":["UNIT"]"#, r#""34":["YIEL"]"#, LineProblem::Value(34)),
        (r#"["LEI","#, r#"["ALGO","#, LineProblem::Value(3)),
        (r#"["LEI","#, r#"["LEI","","#, LineProblem::Count(3)),
        ("RTS24", "RTS22", LineProblem::Value(1)),
    ] {
        let changed = line.replacen(from, to, 1);
        assert_eq!(Filing::from_line(&changed).expect_err(&changed).problem, problem, "{changed}");
    }
}

proptest! {
    #[test]
    fn every_record_comes_back_as_it_was(record in any_record()) {
        let filing = Filing::Order(Box::new(record));
        let line = filing.to_line();
        prop_assert_eq!(Filing::from_line(&line), Ok(filing), "{}", line);
    }
}

fn any_record() -> impl Strategy<Value = OrderRecord> {
    let figure = || prop::option::of("[1-9][0-9]{0,5}(\\.[0-9]{0,4}[1-9])?".prop_map(|text| read(&text)));
    let person = || PersonId::new(PersonScheme::Passport, "DE12345").expect("a person");
    let decider = prop::option::of(prop_oneof![
        Just(OrderDecider::Client),
        Just(OrderDecider::Person(person())),
        "[A-Z0-9]{1,50}".prop_map(|code| OrderDecider::Algorithm(read(&code))),
    ]);
    let client = prop::option::of(prop_oneof![
        Just(OrderClient::Aggregated),
        Just(OrderClient::PendingAllocation),
        Just(OrderClient::Person(person())),
        Just(OrderClient::Entity(read(CLIENT))),
    ]);
    let unit = prop_oneof![
        Just(PriceUnit::Percentage),
        Just(PriceUnit::Yield),
        Just(PriceUnit::BasisPoints),
        Just(PriceUnit::Monetary(currency("USD"))),
    ];
    let of = prop_oneof![
        Just(QuantityUnit::Units),
        Just(QuantityUnit::Nominal(currency("USD"))),
        Just(QuantityUnit::Monetary(currency("USD"))),
    ];
    let amounts = (figure(), figure(), figure(), figure());
    let codes = (
        select(ValidityPeriod::ALL),
        select(OrderEvent::ALL),
        select(OrderClass::ALL),
        subsequence(OrderState::ALL, 0..=4),
        subsequence(OrderRestriction::ALL, 0..=3),
        prop::option::of(select(Aggressor::ALL)),
    );
    (client, decider.clone(), decider, unit, of, amounts, codes, any::<[bool; 5]>(), any::<u64>()).prop_map(
        |(client, decision, execution, unit, of, amounts, codes, flags, sequence)| {
            let base = received(sequence);
            OrderRecord {
                client,
                decision,
                execution,
                prices: OrderPrices {
                    unit,
                    limit: short(amounts.0),
                    stop: None,
                    transaction: short(amounts.1),
                },
                quantities: OrderQuantities {
                    unit: of,
                    displayed: amounts.1,
                    traded: amounts.2,
                    minimum_executable: amounts.3,
                    ..base.quantities
                },
                validity: codes.0,
                event: codes.1,
                class: codes.2,
                states: codes.3,
                restrictions: codes.4,
                aggressor: codes.5,
                validity_time: flags[0].then_some(base.time),
                broker: flags[1].then(|| read(FIRM)),
                strategy: flags[2].then(|| read("S1")),
                venue_transaction: flags[3].then(|| read("T1")),
                minimum_first_only: flags[4].then_some(flags[0]),
                direct_access: flags[1],
                provides_liquidity: flags[2],
                ..base
            }
        },
    )
}

fn short(figure: Option<Figure<18, 17>>) -> Option<Figure<18, 13>> {
    figure.map(|figure| Figure::rounded(figure.decimal()).expect("a small figure"))
}

#[track_caller]
fn keeps(record: &OrderRecord) {
    let problems = record.validate();
    assert!(problems.is_empty(), "{problems:?}");
}

#[track_caller]
fn breaks(record: &OrderRecord, expected: &[(u8, Rule)]) {
    let found: Vec<_> =
        record.validate().iter().map(|problem| (problem.field.number(), problem.rule)).collect();
    assert_eq!(found, expected);
}

fn field(number: u8) -> Field {
    Field::new(Regulation::Rts24, number).expect("a field")
}

fn needed(by: u8) -> Rule {
    Rule::Needed { by: field(by) }
}

fn excluded(by: u8) -> Rule {
    Rule::Excluded { by: field(by) }
}

fn contradicts(other: u8) -> Rule {
    Rule::Contradicts { other: field(other) }
}

fn exceeds(other: u8) -> Rule {
    Rule::Exceeds { other: field(other) }
}
