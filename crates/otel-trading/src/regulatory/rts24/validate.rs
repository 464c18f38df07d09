//! The rules between the fields of an order record.

use std::cmp::Ordering;

use super::field::field;
use super::{OrderClass, OrderDecider, OrderEvent, OrderRecord, OrderState, QuantityUnit};
use crate::Quantity;
use crate::regulatory::field::Regulation;
use crate::regulatory::figure::Figure;
use crate::regulatory::findings::Findings;
use crate::regulatory::findings::Presence::{Allowed, Excluded, Needed};
use crate::regulatory::rule::{Problem, Rule};

/// Fractions of a nominal or monetary value: `{DECIMAL-18/5}`.
const MONETARY_FRACTION: u8 = 5;

pub(super) fn all(record: &OrderRecord) -> Vec<Problem> {
    let mut findings = Findings::new(Regulation::Rts24);
    order(record, &mut findings);
    quantities(record, &mut findings);
    execution(record, &mut findings);
    findings.in_order()
}

fn order(record: &OrderRecord, findings: &mut Findings) {
    let decided_by_client = matches!(record.decision, Some(OrderDecider::Client));
    findings.when(decided_by_client, 4, Rule::NotHere);
    let time = if record.validity.has_time() { Needed } else { Excluded };
    findings.presence(record.validity_time.is_some(), 12, time, 10);
    findings.distinct(&record.restrictions, 11);
    findings.when(!record.venue.is_market(), 16, Rule::NotHere);
    findings.when(record.received > record.time.date(), 19, Rule::Exceeds { other: field(9) });
    let is = |state| record.states.contains(&state);
    let excluding = is(OrderState::Active) && is(OrderState::Inactive)
        || is(OrderState::Firm) && is(OrderState::Indicative);
    findings.when(excluding, 33, Rule::Mixed);
    findings.distinct(&record.states, 33);
    let limit = if record.class == OrderClass::Limit { Needed } else { Allowed };
    findings.presence(record.prices.limit.is_some(), 24, limit, 23);
    let stop = if record.class == OrderClass::Stop { Needed } else { Allowed };
    findings.presence(record.prices.stop.is_some(), 26, stop, 23);
    let first_only = if record.quantities.minimum_executable.is_some() { Allowed } else { Excluded };
    findings.presence(record.minimum_first_only.is_some(), 42, first_only, 41);
}

fn quantities(record: &OrderRecord, findings: &mut Findings) {
    let all = &record.quantities;
    findings.when(!all.initial.is_positive(), 36, Rule::NotPositive);
    let parts = [
        (37, Some(all.remaining), 36, all.initial),
        (38, all.displayed, 37, all.remaining),
        (39, all.traded, 36, all.initial),
        (40, all.minimum_acceptable, 36, all.initial),
        (41, all.minimum_executable, 36, all.initial),
    ];
    for (number, part, other, whole) in parts {
        let Some(part) = part else { continue };
        findings.when(part.is_negative(), number, Rule::Negative);
        findings.when(compared(part, whole).is_gt(), number, Rule::Exceeds { other: field(other) });
        let is_money = all.unit != QuantityUnit::Units;
        let too_fine = is_money && part.decimal().scale() > MONETARY_FRACTION;
        findings.when(too_fine, number, Rule::Contradicts { other: field(34) });
    }
}

fn execution(record: &OrderRecord, findings: &mut Findings) {
    let expected = if record.event.is_execution() { Needed } else { Excluded };
    findings.presence(record.prices.transaction.is_some(), 28, expected, 21);
    findings.presence(record.quantities.traded.is_some(), 39, expected, 21);
    findings.presence(record.aggressor.is_some(), 44, expected, 21);
    findings.presence(record.venue_transaction.is_some(), 48, expected, 21);
    let is_nothing_left = !record.quantities.remaining.is_positive();
    let contradicts = match record.event {
        OrderEvent::Filled => !is_nothing_left,
        OrderEvent::PartiallyFilled => is_nothing_left,
        _ => false,
    };
    findings.when(contradicts, 37, Rule::Contradicts { other: field(21) });
    let not_positive = record.quantities.traded.is_some_and(|traded| !traded.is_positive());
    findings.when(not_positive, 39, Rule::NotPositive);
}

fn compared(left: Figure<18, 17>, right: Figure<18, 17>) -> Ordering {
    Quantity(left.decimal()).cmp(&Quantity(right.decimal()))
}
