//! Fields 7 to 27, 29, 57: who did what for whom.

use crate::regulatory::field::Field;
use crate::regulatory::findings::{Findings, Presence};
use crate::regulatory::rts22::field::field;
use crate::regulatory::rts22::{Decider, NewTransaction, Party, PartySide, Person, Side, TradingCapacity};
use crate::regulatory::rule::Rule;

/// More holders than any joint account has; what is beyond is a mistake of whoever filled in the report.
const MOST_PARTIES: u8 = 32;

pub(super) fn check(report: &NewTransaction, findings: &mut Findings) {
    side(report, &report.buyer, PartySide::Buyer, findings);
    side(report, &report.seller, PartySide::Seller, findings);
    let is_internal = |side: &Side| side.parties.iter().any(|party| matches!(party, Party::Internal));
    let both = is_internal(&report.buyer) && is_internal(&report.seller);
    findings.when(both, 16, Rule::Contradicts { other: field(7) });
    capacity(report, findings);
    decision(report, findings);
}

fn side(report: &NewTransaction, side: &Side, which: PartySide, findings: &mut Findings) {
    let code = which.field(0);
    if side.parties.is_empty() {
        findings.add(code, Rule::Needed { by: code });
    }
    let most = usize::from(MOST_PARTIES);
    if side.parties.len() > most {
        findings.add(code, Rule::TooMany { most: MOST_PARTIES });
    }
    if side.decider.len() > most {
        findings.add(which.field(5), Rule::TooMany { most: MOST_PARTIES });
    }
    if side.parties.len() > 1 && side.parties.iter().any(stands_alone) {
        findings.add(code, Rule::Mixed);
    }
    let venue_is_party = side.parties.iter().any(|party| matches!(party, Party::Venue(_)));
    if venue_is_party && !report.venue.is_market() {
        findings.add(code, Rule::Contradicts { other: field(36) });
    }
    findings.distinct(&side.parties, code.number());
    deciders(report, side, which, findings);
    let (parties, deciders) = side.persons();
    births(parties, which.field(4), code, findings);
    births(deciders, which.field(8), which.field(5), findings);
}

/// The market and the aggregated account are nobody's joint account.
const fn stands_alone(party: &Party) -> bool {
    matches!(party, Party::Venue(_) | Party::Internal)
}

fn deciders(report: &NewTransaction, side: &Side, which: PartySide, findings: &mut Findings) {
    let field = which.field(5);
    let entities = side.decider.iter().filter(|decider| matches!(decider, Decider::Entity(_))).count();
    if entities > 0 && side.decider.len() > 1 {
        findings.add(field, Rule::Mixed);
    }
    // Only a client can have somebody decide for it; the firm's own decisions are in field 57.
    let has_no_client = side.is(report.executing_entity) || side.parties.iter().any(stands_alone);
    if has_no_client && !side.decider.is_empty() {
        findings.add(field, Rule::Excluded { by: which.field(0) });
    }
    findings.distinct(&side.decider, field.number());
}

fn births<'a>(
    persons: impl Iterator<Item = &'a Person>,
    field: Field,
    other: Field,
    findings: &mut Findings,
) {
    for person in persons {
        if !person.id.agrees_with(*person.birth.expose()) {
            findings.add(field, Rule::Contradicts { other });
        }
    }
}

fn capacity(report: &NewTransaction, findings: &mut Findings) {
    let is_party = report.buyer.is(report.executing_entity) || report.seller.is(report.executing_entity);
    let deals = report.capacity == TradingCapacity::OwnAccount;
    findings.when(is_party != deals, 29, Rule::Contradicts { other: field(4) });
    let transmits = report.transmission.indicator && report.capacity != TradingCapacity::AnyOther;
    findings.when(transmits, 25, Rule::Contradicts { other: field(29) });
}

fn decision(report: &NewTransaction, findings: &mut Findings) {
    let firm = report.executing_entity;
    let decides = report.buyer.is_decided_by(firm) || report.seller.is_decided_by(firm);
    let was_passed_on = report.transmission.for_buyer.is_some() || report.transmission.for_seller.is_some();
    let (expected, by) = match report.capacity {
        TradingCapacity::OwnAccount => (Presence::Needed, 29),
        _ if report.buyer.is_decided_by(firm) => (Presence::Needed, 12),
        _ if decides => (Presence::Needed, 21),
        // The firm that passed the order on may have decided, and says who did.
        _ if was_passed_on => (Presence::Allowed, 29),
        _ => (Presence::Excluded, 29),
    };
    findings.presence(report.decision.is_some(), 57, expected, by);
}
