//! Settlement and clearing instructions.

use otel_core::testing::TestTelemetry;
use otel_core::{Currency, Money, Telemetry};
use otel_trading::conventions::settlement as said;
use otel_trading::ids::InstructionId;
use otel_trading::labels::{
    Age, CurrencyCode, FailReason, Place, SettlementRefusal as Refusal, SettlementStatus as Status,
};
use otel_trading::regulatory::{Date, Weekdays};
use otel_trading::settlement::{Cycle, Instruction, intended_day};
use otel_trading::{Quantity, Settlement};
use proptest::prelude::*;

use crate::desk::dollars;

const ID: InstructionId<'_> = InstructionId("i-1");

#[test]
fn the_intended_day_is_counted_in_settlement_days() {
    // Thursday 2 April 2026; Good Friday and Easter Monday are holidays.
    let (easter, thursday) = (calendar(), day(2));
    for (traded, cycle, expected) in [
        (thursday, Cycle(0), day(2)),
        (thursday, Cycle::T1, day(7)),
        (thursday, Cycle::T2, day(8)),
        // A trade on a Saturday settles as one of the next days.
        (day(11), Cycle(0), day(13)),
        (day(11), Cycle::T1, day(13)),
        (day(10), Cycle::T1, day(13)),
    ] {
        assert_eq!(intended_day(traded, cycle, &easter), Some(expected), "{traded:?} {cycle:?}");
    }
    let never = Weekdays { holidays: (1..=30).map(day).chain((1..=31).map(may)).collect(), utc_offset: 0 };
    assert_eq!(intended_day(day(1), Cycle::T1, &never), None);
}

#[test]
fn an_instruction_goes_its_way_and_is_counted_at_each_step() {
    let test = TestTelemetry::new();
    let settlement = settlement(&test);
    assert_eq!(settlement.received(&instruction("i-1", 8)), Ok(day(9)));
    settlement.matched(ID).expect("a match");
    settlement.affirmed(ID).expect("an affirmation");
    assert_eq!(settlement.partially_settled(ID, Quantity::whole(60)), Ok(Quantity::whole(40)));
    settlement.failed(ID, FailReason::LackOfSecurities).expect("a failure");
    assert_eq!(settlement.status(ID), Some(Status::Failed));
    settlement.settled(ID, day(10)).expect("an end");
    assert_eq!(settlement.status(ID), None);
    let place = test.capped::<Place>().get("DTCYUS33");
    let recorded = test.finish();
    for status in Status::ALL {
        let expected = (*status != Status::Cancelled).then_some(1);
        assert_eq!(recorded.counter(&said::INSTRUCTIONS, (place, *status)), expected, "{status:?}");
    }
    assert_eq!(recorded.counter(&said::FAILURES, (place, FailReason::LackOfSecurities)), Some(1));
    let last = recorded.events_of(&said::MOVED).last().and_then(|event| event.get(&said::LEFT));
    assert_eq!(last, Some("0".into()));
}

#[test]
fn what_contradicts_an_instruction_changes_nothing_and_says_why() {
    let test = TestTelemetry::new();
    let settlement = Settlement::new(&test, calendar(), 1);
    assert_eq!(settlement.matched(ID), Err(Refusal::Unknown));
    settlement.received(&instruction("i-1", 8)).expect("room");
    assert_eq!(settlement.received(&instruction("i-1", 8)), Err(Refusal::Known));
    assert_eq!(settlement.received(&instruction("i-2", 8)), Err(Refusal::NoRoom));
    let nothing = Instruction { quantity: Quantity::ZERO, ..instruction("i-3", 8) };
    assert_eq!(settlement.received(&nothing), Err(Refusal::Quantity));
    assert_eq!(settlement.settled(ID, day(9)), Err(Refusal::Illegal));
    settlement.matched(ID).expect("a match");
    for part in [0, -1, 100, 101] {
        assert_eq!(settlement.partially_settled(ID, Quantity::whole(part)), Err(Refusal::Quantity), "{part}");
    }
    assert_eq!(settlement.status(ID), Some(Status::Matched));
    let recorded = test.finish();
    let told = recorded.events_of(&said::REFUSED).len() as u64;
    assert_eq!((told, recorded.counter_total(&said::REFUSALS)), (9, 9));
    assert_eq!(recorded.counter(&said::REFUSALS, Refusal::Quantity), Some(5));
    assert_eq!(recorded.counter(&said::VIOLATIONS, Status::Received), Some(1));
}

#[test]
fn open_instructions_grow_old_in_settlement_days() {
    let test = TestTelemetry::new();
    let settlement = settlement(&test);
    settlement.received(&instruction("i-1", 8)).expect("room");
    // Thursday the 9th is its day; the 11th and 12th are a weekend.
    for (today, expected) in [
        (8, Age::NotDue),
        (9, Age::Due),
        (10, Age::Late1),
        (11, Age::Late1),
        (13, Age::Late2To4),
        (15, Age::Late2To4),
        (16, Age::Late5To7),
        (20, Age::Late5To7),
        (21, Age::Late8),
        (30, Age::Late8),
    ] {
        let found = settlement.check(day(today));
        let expected: Vec<u64> = Age::ALL.iter().map(|age| u64::from(*age == expected)).collect();
        assert_eq!(found.open.to_vec(), expected, "{today}");
    }
    let (place, dollar) = (test.capped::<Place>().get("DTCYUS33"), test.capped::<CurrencyCode>().get("USD"));
    let recorded = test.recorded();
    assert_eq!(recorded.gauge(&said::OUTSTANDING, (place, Age::Late8)), Some(1));
    assert_eq!(recorded.gauge(&said::OUTSTANDING, (place, Age::Due)), Some(0));
    assert_eq!(recorded.gauge(&said::OUTSTANDING_VALUE, (Age::Late8, dollar)), Some(481_400));
    // What is over is not left behind in the gauges.
    settlement.cancelled(ID, day(30)).expect("an end");
    settlement.check(day(30));
    let recorded = test.finish();
    assert_eq!(recorded.gauge(&said::OUTSTANDING, (place, Age::Late8)), Some(0));
    assert_eq!(recorded.gauge(&said::OUTSTANDING_VALUE, (Age::Late8, dollar)), Some(0));
}

#[test]
fn the_fail_rate_is_that_of_the_latest_day_that_is_over() {
    let test = TestTelemetry::new();
    let settlement = settlement(&test);
    for (number, settled) in [Some(9), Some(9), Some(10), None].into_iter().enumerate() {
        let name = format!("i-{number}");
        let id = InstructionId(&name);
        settlement.received(&instruction(&name, 8)).expect("room");
        settlement.matched(id).expect("a match");
        if let Some(settled) = settled {
            settlement.settled(id, day(settled)).expect("an end");
        }
    }
    settlement.received(&instruction("i-cancelled", 8)).expect("room");
    settlement.cancelled(InstructionId("i-cancelled"), day(9)).expect("an end");
    settlement.received(&instruction("i-later", 9)).expect("room");
    assert_eq!(settlement.check(day(9)).fail_rate, None, "the day is not over");
    assert_eq!(settlement.check(day(10)).fail_rate, Some(0.5));
    assert_eq!(test.recorded().float_gauge(&said::FAIL_RATE, ()), Some(0.5));
    assert_eq!(settlement.check(day(13)).fail_rate, Some(1.0));
}

#[test]
fn reasons_are_those_of_the_standard() {
    assert_eq!(FailReason::of_iso_20022("LACK"), Some(FailReason::LackOfSecurities));
    assert_eq!(FailReason::of_iso_20022("OTHR"), Some(FailReason::Other));
    assert_eq!(FailReason::of_iso_20022("lack"), None);
    let codes = [
        "LACK", "CLAC", "MONY", "CMON", "LATE", "PREA", "PRCY", "PRSY", "CSDH", "CVAL", "CDLR", "BLOC",
        "SBLO", "LINK", "INBC", "CYCL", "PART", "OTHR",
    ];
    let reasons: Vec<_> = codes.into_iter().filter_map(FailReason::of_iso_20022).collect();
    assert_eq!(reasons, FailReason::ALL);
}

#[test]
fn handles_can_be_kept_anywhere() {
    fn check<T: Clone + Send + Sync + std::fmt::Debug + 'static>() {}
    check::<Settlement>();
    check::<otel_trading::Positions>();
    check::<otel_trading::GatewaySession>();
    check::<otel_trading::MarketDataFeed>();
}

/// The ways there are, by hand: M for matched, A for affirmed, P for a part, F for failed, S for settled, C for cancelled.
fn ways(from: Status, is_agreed: bool) -> &'static str {
    match (from, is_agreed) {
        (Status::Received, false) => "MAFC",
        (Status::Matched, true) => "APFSC",
        (Status::Affirmed, true) => "MPFSC",
        (Status::Failed, false) => "MAFC",
        (Status::Failed, true) => "MAPFSC",
        (Status::PartiallySettled, true) => "PFSC",
        other => panic!("{other:?} cannot be"),
    }
}

proptest! {
    /// A plain model: the statuses as they were accepted, and how much is left.
    #[test]
    fn an_instruction_only_takes_the_ways_there_are(steps in prop::collection::vec((0_u8..6, (1_i64..4).prop_map(|part| part * 20)), 0..40)) {
        let settlement = settlement(&Telemetry::noop());
        settlement.received(&instruction("i-1", 8)).expect("room");
        let (mut status, mut left, mut is_agreed) = (Some(Status::Received), 100, false);
        for (step, part) in steps {
            let letter = ['M', 'A', 'P', 'F', 'S', 'C'][usize::from(step)];
            let (to, result) = match step {
                0 => (Status::Matched, settlement.matched(ID)),
                1 => (Status::Affirmed, settlement.affirmed(ID)),
                2 => (Status::PartiallySettled, settlement.partially_settled(ID, Quantity::whole(part)).map(drop)),
                3 => (Status::Failed, settlement.failed(ID, FailReason::Late)),
                4 => (Status::Settled, settlement.settled(ID, day(9))),
                _ => (Status::Cancelled, settlement.cancelled(ID, day(9))),
            };
            let expected = match status {
                None => Err(Refusal::Unknown),
                Some(from) if !ways(from, is_agreed).contains(letter) => Err(Refusal::Illegal),
                Some(_) if to == Status::PartiallySettled && part >= left => Err(Refusal::Quantity),
                Some(_) => Ok(()),
            };
            prop_assert_eq!(result, expected);
            if result.is_ok() {
                left -= if to == Status::PartiallySettled { part } else { 0 };
                is_agreed |= "MA".contains(letter);
                status = Some(to).filter(|to| !matches!(to, Status::Settled | Status::Cancelled));
            }
            prop_assert_eq!(settlement.status(ID), status);
        }
    }
}

fn settlement(telemetry: &Telemetry) -> Settlement {
    Settlement::new(telemetry, calendar(), 100)
}

/// Monday to Friday, without Good Friday and Easter Monday of 2026.
fn calendar() -> Weekdays {
    Weekdays { holidays: vec![day(3), day(6)], utc_offset: 0 }
}

/// Traded on this day of April 2026, for T+1.
fn instruction(id: &str, traded: u8) -> Instruction<'_> {
    Instruction {
        id: InstructionId(id),
        place: "DTCYUS33",
        quantity: Quantity::whole(100),
        value: Some(dollars(481_400)),
        traded: day(traded),
        cycle: Cycle::T1,
    }
}

fn day(of_april: u8) -> Date {
    Date::new(2026, 4, of_april).expect("a day")
}

fn may(day: u8) -> Date {
    Date::new(2026, 5, day).expect("a day")
}

#[test]
fn values_without_money_are_counted_and_not_added() {
    let test = TestTelemetry::new();
    let settlement = settlement(&test);
    settlement.received(&Instruction { value: None, ..instruction("i-1", 8) }).expect("room");
    let yen = Money::from_minor(5, Currency::from_code("JPY").expect("a currency"));
    settlement.received(&Instruction { value: Some(yen), ..instruction("i-2", 8) }).expect("room");
    assert_eq!(settlement.check(day(9)).open, [0, 2, 0, 0, 0, 0]);
    let yen = test.capped::<CurrencyCode>().get("JPY");
    assert_eq!(test.finish().gauge(&said::OUTSTANDING_VALUE, (Age::Due, yen)), Some(5));
}
