//! Whether a transaction has to be reported.

use otel_trading::regulatory::rts22::{Index, NewTransaction, Quantity};
use otel_trading::regulatory::{
    Admission, Date, Exclusion, Ground, InstrumentAdmissions, Jurisdiction, Reportability, Subject,
    reportability,
};

use super::reports::{dealt, figure, isin, option, read};

/// What a lookup of the tests knows: the Union trades one share, the Kingdom nothing.
#[derive(Debug)]
pub(super) struct Known;

impl InstrumentAdmissions for Known {
    fn admission(&self, subject: Subject<'_>, _: Date, jurisdiction: Jurisdiction) -> Admission {
        if jurisdiction == Jurisdiction::UnitedKingdom {
            return Admission::NotTraded;
        }
        match subject {
            Subject::Instrument(code) | Subject::Underlying(code) => match code.as_str() {
                "FR0000120271" => Admission::Traded,
                "DE0007164600" => Admission::Requested,
                "NL0010273215" => Admission::UnderlyingTraded,
                "CH0038863350" => Admission::PartTraded,
                "US0378331005" => Admission::NotTraded,
                _ => Admission::Unknown,
            },
            Subject::Index(name) if name.as_str() == "CAC 40" => Admission::Traded,
            _ => Admission::NotTraded,
        }
    }
}

#[track_caller]
fn check(transaction: &NewTransaction, claimed: Option<Exclusion>, expected: Reportability) {
    let found = reportability(transaction, claimed, &Known, Jurisdiction::EuropeanUnion);
    assert_eq!(found, expected, "{found}");
}

fn of(code: &str) -> NewTransaction {
    let mut transaction = dealt("T1");
    transaction.instrument.isin = Some(isin(code));
    transaction
}

fn on(codes: &[&str], index: Option<&str>) -> NewTransaction {
    let mut transaction = option("T1");
    let mut description = transaction.instrument.description.take().expect("a description");
    description.underlyings = codes.iter().map(|code| isin(code)).collect();
    description.index = index.map(|name| Index { name: read(name), term: None });
    transaction.instrument.description = Some(description);
    transaction
}

#[test]
fn the_admission_of_an_instrument_decides() {
    check(&of("FR0000120271"), None, Reportability::Reportable(Ground::Instrument));
    check(&of("DE0007164600"), None, Reportability::Reportable(Ground::Instrument));
    check(&of("NL0010273215"), None, Reportability::Reportable(Ground::Underlying));
    check(&of("CH0038863350"), None, Reportability::Reportable(Ground::IndexOrBasket));
    check(&of("US0378331005"), None, Reportability::OutOfScope);
    check(&of("GB0002634946"), None, Reportability::Undetermined);
}

#[test]
fn what_a_derivative_stands_on_decides() {
    check(&on(&["FR0000120271"], None), None, Reportability::Reportable(Ground::Underlying));
    // Somebody asked for its admission, but nobody trades it yet.
    check(&on(&["DE0007164600"], None), None, Reportability::OutOfScope);
    check(&on(&["CH0038863350"], None), None, Reportability::Reportable(Ground::IndexOrBasket));
    let basket = on(&["US0378331005", "FR0000120271"], None);
    check(&basket, None, Reportability::Reportable(Ground::IndexOrBasket));
    check(&on(&[], Some("CAC 40")), None, Reportability::Reportable(Ground::IndexOrBasket));
    check(&on(&[], Some("MY INDEX")), None, Reportability::OutOfScope);
    check(&on(&["US0378331005"], None), None, Reportability::OutOfScope);
    check(&on(&["US0378331005", "GB0002634946"], None), None, Reportability::Undetermined);
    // A described instrument without anything under it: nobody can tell.
    check(&on(&[], None), None, Reportability::Undetermined);
}

#[test]
fn the_value_of_a_transaction_decides_nothing() {
    for quantity in ["0.00000000000000001", "1", "999999999999999999"] {
        for (code, expected) in [
            ("FR0000120271", Reportability::Reportable(Ground::Instrument)),
            ("US0378331005", Reportability::OutOfScope),
        ] {
            let transaction = NewTransaction { quantity: Quantity::Units(figure(quantity)), ..of(code) };
            check(&transaction, None, expected);
        }
    }
}

#[test]
fn each_jurisdiction_has_its_own_venues() {
    let found = reportability(&of("FR0000120271"), None, &Known, Jurisdiction::UnitedKingdom);
    assert_eq!(found, Reportability::OutOfScope);
}

#[test]
fn every_exclusion_has_its_point() {
    let all = [
        Exclusion::SecuritiesFinancing,
        Exclusion::ClearingOrSettlement,
        Exclusion::NetSettlement,
        Exclusion::Custody,
        Exclusion::Novation,
        Exclusion::Compression,
        Exclusion::FundUnits,
        Exclusion::Exercise,
        Exclusion::Terms,
        Exclusion::NotionalTerms,
        Exclusion::Composition,
        Exclusion::DividendPlan,
        Exclusion::EmployeePlan,
        Exclusion::TenderOffer,
        Exclusion::Collateral,
    ];
    assert_eq!(all.map(Exclusion::point).iter().collect::<String>(), "abcdefghijklmno");
    for exclusion in all {
        check(&of("FR0000120271"), Some(exclusion), Reportability::Excluded(exclusion));
    }
    assert_eq!(Exclusion::Custody.to_string(), "Article 2(5)(d) of Delegated Regulation (EU) 2017/590");
}

#[test]
fn securities_financing_with_a_central_bank_is_reported_here() {
    let transaction = NewTransaction { is_securities_financing: true, ..of("FR0000120271") };
    let financing = Some(Exclusion::SecuritiesFinancing);
    check(&transaction, financing, Reportability::Reportable(Ground::Instrument));
    let said = Reportability::Reportable(Ground::Instrument).to_string();
    assert_eq!(said, "reportable by Article 26(2)(a) of Regulation (EU) No 600/2014");
}
