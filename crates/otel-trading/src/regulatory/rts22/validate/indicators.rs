//! Fields 61 to 64: waivers, short sales, post-trade indicators, commodities.

use crate::ids::iso::{Cfi, CfiCategory};
use crate::regulatory::findings::{Findings, Presence};
use crate::regulatory::rts22::field::field;
use crate::regulatory::rts22::{NewTransaction, OtcIndicator, ShortSelling, Waiver};
use crate::regulatory::rule::Rule;

pub(super) fn check(report: &NewTransaction, findings: &mut Findings) {
    waivers(report, findings);
    short_selling(report, findings);
    otc(report, findings);
    let commodity = match report.instrument.cfi() {
        Some(cfi) if is_commodity_derivative(cfi) => Presence::Needed,
        Some(_) => Presence::Excluded,
        // What is only named may be one.
        None => Presence::Allowed,
    };
    findings.presence(report.reduces_commodity_risk.is_some(), 64, commodity, 43);
}

fn waivers(report: &NewTransaction, findings: &mut Findings) {
    let waivers = &report.waivers;
    let expected = if report.venue.is_market() { Presence::Allowed } else { Presence::Excluded };
    findings.presence(!waivers.is_empty(), 61, expected, 36);
    findings.distinct(waivers, 61);
    let equity = waivers.iter().filter(|waiver| Waiver::is_for_equity(**waiver)).count();
    findings.when(equity > 0 && equity < waivers.len(), 61, Rule::Mixed);
}

fn short_selling(report: &NewTransaction, findings: &mut Findings) {
    let Some(said) = report.short_selling else { return };
    // Regulation (EU) No 236/2012 is about shares and sovereign debt.
    let can_be_short = |cfi: Cfi| matches!(cfi.category(), CfiCategory::Equity | CfiCategory::Debt);
    let expected = match report.instrument.cfi() {
        Some(cfi) if !can_be_short(cfi) => Presence::Excluded,
        _ => Presence::Allowed,
    };
    findings.presence(true, 62, expected, 43);
    // A firm knows what it owns itself; only a client may not have said.
    let is_own = report.seller.is(report.executing_entity);
    findings.when(is_own && said == ShortSelling::Undisclosed, 62, Rule::Contradicts { other: field(16) });
}

fn otc(report: &NewTransaction, findings: &mut Findings) {
    let indicators = &report.otc_indicators;
    // A venue publishes its transactions itself. Without a venue's transaction code, the code of field 36 may be
    // that of a systematic internaliser.
    let on_venue = report.venue_transaction.is_some();
    findings.presence(
        !indicators.is_empty(),
        63,
        if on_venue { Presence::Excluded } else { Presence::Allowed },
        3,
    );
    findings.distinct(indicators, 63);
    let equity = indicators.iter().any(|it| OtcIndicator::is_for_equity(*it));
    let other = indicators.iter().any(|it| OtcIndicator::is_for_others(*it));
    findings.when(equity && other, 63, Rule::Mixed);
}

const fn is_commodity_derivative(cfi: Cfi) -> bool {
    let [_, second, ..] = cfi.attributes();
    match (cfi.category(), cfi.group()) {
        (CfiCategory::Option, _) => second == 'T',
        (CfiCategory::Future, group) => group == 'C',
        (CfiCategory::Swap | CfiCategory::ComplexOption | CfiCategory::Forward, group) => group == 'T',
        _ => false,
    }
}
