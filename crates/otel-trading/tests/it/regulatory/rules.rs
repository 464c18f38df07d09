//! The rules between the fields of a transaction report: for each a report that keeps it and one that breaks it.

use otel_core::Sensitive;
use otel_trading::ids::iso::Mic;
use otel_trading::regulatory::rts22::{
    Decider, Decision, Description, Execution, Index, Instrument, NewTransaction, NotionalChange,
    OtcIndicator, Party, PartySide, Price, Quantity, ShortSelling, Side, Term, TermUnit, TradingCapacity,
    Transmission, UpfrontPayment, Waiver,
};
use otel_trading::regulatory::{Field, Problem, Regulation, Rule};

use super::reports::{
    CLIENT, FIRM, OTHER, call, currency, date, dealt, decided_by, figure, for_client, isin, option, person,
    read, staff,
};

#[test]
fn the_reports_that_the_tests_change_are_right() {
    keeps(&dealt("T1"), "own account");
    keeps(&for_client("T1"), "a client's");
    keeps(&option("T1"), "an option");
}

#[test]
fn a_problem_says_where_and_what() {
    let wrong = NewTransaction { venue: Mic::OFF_VENUE, ..dealt("T1") };
    let said: Vec<String> = wrong.validate().iter().map(Problem::to_string).collect();
    assert_eq!(
        said,
        [
            "field 3 (Trading venue transaction identification code) must be empty, because of field 36 (Venue)",
            "field 37 (Country of the branch membership) must be empty, because of field 36 (Venue)",
        ]
    );
    assert_eq!(Field::new(Regulation::Rts22, 65).map(Field::number), Some(65));
    assert_eq!(Field::new(Regulation::Rts22, 66), None);
    assert_eq!(Field::new(Regulation::Rts22, 0), None);
}

#[test]
fn all_problems_are_told_at_once() {
    let wrong = NewTransaction {
        venue: Mic::SYSTEMATIC_INTERNALISER,
        quantity: Quantity::Units(figure("0")),
        decision: None,
        waivers: vec![Waiver::Size, Waiver::Size],
        ..dealt("T1")
    };
    let fields: Vec<u8> = wrong.validate().iter().map(|problem| problem.field.number()).collect();
    assert_eq!(fields, [3, 30, 36, 37, 57, 61, 61]);
}

#[test]
fn a_side_has_parties_that_can_stand_together() {
    breaks(&with_buyer(dealt("T1"), Vec::new()), &[(7, needed(7)), (29, contradicts(4))]);
    let joint = vec![Party::Person(person(), None), Party::Entity(read(CLIENT), None)];
    keeps(&with_buyer(for_client("T1"), joint.clone()), "a joint account");
    let mixed = [joint.clone(), vec![Party::Internal]].concat();
    breaks(&with_buyer(for_client("T1"), mixed), &[(7, Rule::Mixed)]);
    let twice = vec![Party::Entity(read(CLIENT), None); 2];
    breaks(&with_buyer(for_client("T1"), twice), &[(7, Rule::Repeated)]);
    let crowd: Vec<_> = (0..33).map(entity).collect();
    breaks(&with_buyer(for_client("T1"), crowd), &[(7, Rule::TooMany { most: 32 })]);
    let crowd: Vec<_> = (0..32).map(entity).collect();
    keeps(&with_buyer(for_client("T1"), crowd), "a large joint account");
}

#[test]
fn an_aggregated_account_is_on_one_side_only() {
    let internal = || Side { parties: vec![Party::Internal], decider: Vec::new() };
    let market = NewTransaction { buyer: internal(), ..for_client("T1") };
    keeps(&market, "the market side of aggregated orders");
    breaks(&NewTransaction { seller: internal(), ..market }, &[(16, contradicts(7))]);
}

#[test]
fn a_market_is_a_party_only_where_there_was_one() {
    let market = Side { parties: vec![Party::Venue(read("XPAR"))], decider: Vec::new() };
    keeps(&NewTransaction { seller: market.clone(), ..dealt("T1") }, "a pre-arranged trade without a name");
    breaks(&NewTransaction { seller: market, ..for_client("T1") }, &[(16, contradicts(36))]);
}

#[test]
fn somebody_decides_for_a_client_only() {
    let mut report = for_client("T1");
    report.buyer.decider = decided_by(OTHER);
    keeps(&report, "a power of representation");
    report.buyer.decider.push(Decider::Person(person()));
    breaks(&report, &[(12, Rule::Mixed)]);
    report.buyer.decider = vec![Decider::Person(person()), Decider::Person(person())];
    breaks(&report, &[(12, Rule::Repeated)]);
    let mut own = dealt("T1");
    own.buyer.decider = decided_by(OTHER);
    breaks(&own, &[(12, excluded(7))]);
    let mut crowd = for_client("T1");
    crowd.seller.decider = (0..33).map(|_| Decider::Person(person())).collect();
    breaks(&crowd, &[(21, Rule::Repeated), (21, Rule::TooMany { most: 32 })]);
}

#[test]
fn a_date_of_birth_agrees_with_the_identifier() {
    let mut stranger = person();
    stranger.birth = Sensitive::new(date("1963-07-03"));
    let wrong = vec![Party::Person(stranger.clone(), None)];
    breaks(&with_buyer(for_client("T1"), wrong.clone()), &[(11, contradicts(7))]);
    let seller = Side { parties: wrong, decider: Vec::new() };
    breaks(&NewTransaction { seller, ..for_client("T1") }, &[(20, contradicts(16))]);
    let mut report = for_client("T1");
    report.buyer.decider = vec![Decider::Person(stranger.clone())];
    breaks(&report, &[(15, contradicts(12))]);
    let mut report = for_client("T1");
    report.seller.decider = vec![Decider::Person(stranger)];
    breaks(&report, &[(24, contradicts(21))]);
}

#[test]
fn a_firm_on_own_account_is_a_party_and_no_other_is() {
    let capacity = |capacity, report| NewTransaction { capacity, ..report };
    breaks(
        &capacity(TradingCapacity::OwnAccount, for_client("T1")),
        &[(29, contradicts(4)), (57, needed(29))],
    );
    let matched = TradingCapacity::MatchedPrincipal;
    breaks(&capacity(matched, dealt("T1")), &[(29, contradicts(4)), (57, excluded(29))]);
    let between = capacity(matched, for_client("T1"));
    keeps(&between, "matched principal");
    let passing_on = Transmission { indicator: true, ..Transmission::default() };
    keeps(&NewTransaction { transmission: passing_on, ..for_client("T1") }, "passed on");
    breaks(&NewTransaction { transmission: passing_on, ..between }, &[(25, contradicts(29))]);
    breaks(&NewTransaction { transmission: passing_on, ..dealt("T1") }, &[(25, contradicts(29))]);
}

#[test]
fn whoever_decides_in_the_firm_is_named_where_the_firm_decides() {
    breaks(&NewTransaction { decision: None, ..dealt("T1") }, &[(57, needed(29))]);
    let decision = Some(Decision::Person(staff()));
    breaks(&NewTransaction { decision: decision.clone(), ..for_client("T1") }, &[(57, excluded(29))]);
    for (side, field) in [(PartySide::Buyer, 12), (PartySide::Seller, 21)] {
        let mut mandate = for_client("T1");
        match side {
            PartySide::Buyer => mandate.buyer.decider = decided_by(FIRM),
            PartySide::Seller => mandate.seller.decider = decided_by(FIRM),
        }
        breaks(&mandate, &[(57, needed(field))]);
        keeps(&NewTransaction { decision: decision.clone(), ..mandate }, "a discretionary mandate");
    }
    let passed_on = Transmission { for_buyer: Some(read(OTHER)), ..Transmission::default() };
    let received = NewTransaction { transmission: passed_on, ..for_client("T1") };
    keeps(&received, "an order that was passed on");
    keeps(&NewTransaction { decision, ..received }, "the firm that passed it on decided");
}

#[test]
fn a_venue_has_its_codes_and_no_other_place_has() {
    let off = NewTransaction { venue: Mic::OFF_VENUE, ..dealt("T1") };
    breaks(&off, &[(3, excluded(36)), (37, excluded(36))]);
    breaks(&NewTransaction { membership: None, ..dealt("T1") }, &[(37, needed(3))]);
    breaks(&NewTransaction { venue_transaction: None, ..dealt("T1") }, &[(37, excluded(3))]);
    let elsewhere = NewTransaction { venue_transaction: None, membership: None, ..dealt("T1") };
    keeps(&elsewhere, "a systematic internaliser, or a venue outside the Union");
    let internaliser = NewTransaction { venue: Mic::SYSTEMATIC_INTERNALISER, ..elsewhere };
    breaks(&internaliser, &[(36, Rule::NotHere)]);
}

#[test]
fn a_quantity_is_more_than_nothing() {
    let euro = currency("EUR");
    let quantity = |quantity| NewTransaction { quantity, ..dealt("T1") };
    keeps(&quantity(Quantity::Units(figure("0.00000000000000001"))), "a little");
    for nothing in ["0", "-1"] {
        for kind in [
            Quantity::Units(figure(nothing)),
            Quantity::Nominal(figure(nothing), euro),
            Quantity::Monetary(figure(nothing), euro),
        ] {
            breaks(&quantity(kind), &[(30, Rule::NotPositive)]);
        }
    }
    for price in [
        Price::Monetary(figure("-3"), euro),
        Price::Percentage(figure("99.5")),
        Price::Yield(figure("-0.1")),
        Price::BasisPoints(figure("120")),
        Price::Pending(None),
        Price::NotApplicable,
    ] {
        keeps(&NewTransaction { price, ..dealt("T1") }, "any kind of price");
    }
}

#[test]
fn payments_belong_to_what_is_paid_for_so() {
    let net = |amount: &str, report| NewTransaction { net_amount: Some(figure(amount)), ..report };
    keeps(&net("1000", dealt("T1")), "it may be debt");
    breaks(&net("-1", dealt("T1")), &[(35, Rule::Negative)]);
    breaks(&net("1000", option("T1")), &[(35, excluded(43))]);
    keeps(&net("1000", described(bond())), "a bond");
    let payment = Some(UpfrontPayment { amount: figure("-5"), currency: currency("EUR") });
    let paid = |report| NewTransaction { upfront_payment: payment, ..report };
    keeps(&paid(dealt("T1")), "it may be a credit default swap");
    breaks(&paid(option("T1")), &[(38, excluded(43))]);
    let swap = described(Description { cfi: read("SCUCCC"), delivery: Some(read("CASH")), ..future() });
    breaks(&swap, &[(38, needed(43))]);
    keeps(&paid(swap), "a credit default swap");
    let more = NewTransaction { notional_change: Some(NotionalChange::Increase), ..option("T1") };
    breaks(&more, &[(38, needed(32))]);
    keeps(&paid(more), "a larger notional");
}

#[test]
fn an_instrument_is_named_or_described_as_its_venue_demands() {
    let unknown = Instrument { isin: None, description: None };
    breaks(&NewTransaction { instrument: unknown.clone(), ..dealt("T1") }, &[(41, needed(36))]);
    breaks(&NewTransaction { instrument: unknown, ..for_client("T1") }, &[(41, needed(36))]);
    let known = Instrument::known(isin("FR0000120271"));
    breaks(&NewTransaction { instrument: known, ..option("T1") }, &[(42, needed(36))]);
    let both = Instrument { isin: Some(isin("FR0000120271")), ..option("T1").instrument };
    keeps(&NewTransaction { instrument: both.clone(), ..option("T1") }, "an identifier as well");
    breaks(&NewTransaction { instrument: both, ..for_client("T1") }, &[(42, excluded(36))]);
    let foreign = NewTransaction { venue: read("XCBO"), ..option("T1") };
    keeps(&foreign, "a venue outside the Union");
}

#[test]
fn what_is_traded_nowhere_is_described_in_full() {
    let bare = Description { price_multiplier: None, underlyings: Vec::new(), delivery: None, ..call() };
    breaks(&described(bare.clone()), &[(46, needed(36)), (47, needed(36)), (56, needed(36))]);
    let foreign = Instrument { isin: None, description: Some(Box::new(bare)) };
    keeps(&NewTransaction { venue: read("XCBO"), instrument: foreign, ..option("T1") }, "on a venue");
    let multiplier = Description { price_multiplier: Some(figure("0")), ..call() };
    breaks(&described(multiplier), &[(46, Rule::NotPositive)]);
    let twice = Description { underlyings: vec![isin("FR0000120271"); 2], ..call() };
    breaks(&described(twice), &[(47, Rule::Repeated)]);
    breaks(&described(Description { notional_currency: None, ..call() }), &[(44, needed(43))]);
}

#[test]
fn an_index_is_named_where_there_is_one() {
    let index = |term| Some(Index { name: read("EURIBOR"), term });
    let months = Some(Term { count: 3, unit: TermUnit::Months });
    let on = |cfi: &str, index| described(Description { cfi: read(cfi), index, ..call() });
    breaks(&on("OCEIPS", None), &[(48, needed(43))]);
    keeps(&on("OCEIPS", index(None)), "an option on an index");
    breaks(&on("OCENPS", index(None)), &[(49, needed(43))]);
    keeps(&on("OCENPS", index(months)), "an option on a rate");
    let alone = Description { cfi: read("OCEIPS"), index: index(None), underlyings: Vec::new(), ..call() };
    keeps(&described(alone), "an index without an identifier");
    let rate = |index| described(Description { cfi: read("FFNPSX"), index, ..future() });
    breaks(&rate(None), &[(48, needed(43))]);
    keeps(&rate(index(months)), "a future on a rate");
    breaks(&described(Description { index: index(None), ..bond() }), &[(48, excluded(43))]);
}

#[test]
fn an_option_says_what_its_classification_says() {
    breaks(&described(Description { option: None, ..call() }), &[(50, needed(43))]);
    breaks(&described(Description { option: call().option, ..future() }), &[(50, excluded(43))]);
    let warrant = Description { cfi: read("RWSTCA"), expiry: None, ..call() };
    keeps(&described(warrant.clone()), "a warrant");
    breaks(&described(Description { cfi: read("RWSTPA"), ..warrant }), &[(50, contradicts(43))]);
    breaks(&described(Description { cfi: read("OPESPS"), ..call() }), &[(50, contradicts(43))]);
    breaks(&described(Description { cfi: read("OCASPS"), ..call() }), &[(53, contradicts(43))]);
    keeps(&described(Description { cfi: read("HESAAP"), ..call() }), "a European call, not listed");
    breaks(
        &described(Description { cfi: read("HESAEP"), ..call() }),
        &[(50, contradicts(43)), (53, contradicts(43))],
    );
    let mut no_strike = call();
    no_strike.option.as_mut().expect("an option").strike = Price::NotApplicable;
    breaks(&described(no_strike), &[(51, Rule::NotHere)]);
}

#[test]
fn the_nine_letters_of_options_that_are_not_listed_are_told_apart() {
    let kinds = [("CALL", "ABC"), ("PUTO", "DEF"), ("OTHR", "GHI")];
    for (kind, letters) in kinds {
        for (style, letter) in ["EURO", "AMER", "BERM"].into_iter().zip(letters.chars()) {
            for (other_kind, _) in kinds {
                let mut description = Description { cfi: read(&format!("HESA{letter}P")), ..call() };
                let option = description.option.as_mut().expect("an option");
                option.option_type = read(other_kind);
                option.style = read(style);
                let report = described(description);
                if kind == other_kind {
                    keeps(&report, kind);
                } else {
                    breaks(&report, &[(50, contradicts(43))]);
                }
            }
        }
    }
}

#[test]
fn a_leg_in_another_currency_is_told() {
    let swap = |other| {
        let cfi = read("SFACCC");
        described(Description {
            cfi,
            other_notional_currency: other,
            delivery: Some(read("CASH")),
            ..future()
        })
    };
    breaks(&swap(None), &[(45, needed(43))]);
    keeps(&swap(Some(currency("USD"))), "a swap of currencies");
    let mut alone = call();
    alone.notional_currency = None;
    alone.other_notional_currency = Some(currency("USD"));
    breaks(&described(alone), &[(44, needed(43)), (45, excluded(44))]);
}

#[test]
fn days_belong_to_what_ends_on_them() {
    breaks(&described(Description { expiry: None, ..call() }), &[(55, needed(43))]);
    breaks(&described(Description { expiry: None, ..future() }), &[(55, needed(43))]);
    breaks(&described(Description { maturity: None, ..bond() }), &[(54, needed(43))]);
    let day = Some(date("2027-01-01"));
    breaks(&described(Description { maturity: day, ..call() }), &[(54, excluded(43))]);
    breaks(&described(Description { expiry: day, ..bond() }), &[(55, excluded(43))]);
    let past = Some(date("2026-03-05"));
    breaks(&described(Description { expiry: past, ..call() }), &[(55, Rule::BeforeTransaction)]);
    breaks(&described(Description { maturity: past, ..bond() }), &[(54, Rule::BeforeTransaction)]);
    keeps(&described(Description { expiry: Some(date("2026-03-06")), ..call() }), "on its last day");
}

#[test]
fn a_settlement_is_what_the_classification_says() {
    for (cfi, delivery, is_right) in [
        ("OCESPS", "PHYS", true),
        ("OCESPS", "CASH", false),
        ("OCESCS", "CASH", true),
        ("OCESCS", "PHYS", false),
        ("OCESNS", "OPTL", true),
        ("OCESPS", "OPTL", false),
    ] {
        let report = described(Description { cfi: read(cfi), delivery: Some(read(delivery)), ..call() });
        if is_right { keeps(&report, cfi) } else { breaks(&report, &[(56, contradicts(43))]) }
    }
    let cash = Some(read("CASH"));
    breaks(&described(Description { delivery: cash, ..future() }), &[(56, contradicts(43))]);
    let forward = Description { cfi: read("JESXFP"), delivery: cash, ..future() };
    breaks(&described(forward), &[(56, contradicts(43))]);
}

#[test]
fn a_waiver_is_of_a_venue_and_of_one_kind() {
    let waived = |waivers: &[Waiver], report| NewTransaction { waivers: waivers.to_vec(), ..report };
    keeps(&waived(&[Waiver::NegotiatedLiquid, Waiver::ReferencePrice], dealt("T1")), "equity");
    keeps(&waived(&[Waiver::Illiquid, Waiver::Size], dealt("T1")), "not equity");
    breaks(&waived(&[Waiver::Illiquid, Waiver::ReferencePrice], dealt("T1")), &[(61, Rule::Mixed)]);
    breaks(&waived(&[Waiver::Size; 2], dealt("T1")), &[(61, Rule::Repeated)]);
    breaks(&waived(&[Waiver::Size], for_client("T1")), &[(61, excluded(36))]);
}

#[test]
fn a_short_sale_is_of_shares_or_debt_and_the_firm_knows_its_own() {
    let sold = |said, report| NewTransaction { short_selling: Some(said), ..report };
    keeps(&sold(ShortSelling::Undisclosed, for_client("T1")), "the client did not say");
    keeps(&sold(ShortSelling::Short, described(bond())), "debt");
    breaks(&sold(ShortSelling::Short, option("T1")), &[(62, excluded(43))]);
    let own =
        NewTransaction { buyer: Side::entity(read(OTHER)), seller: Side::entity(read(FIRM)), ..dealt("T1") };
    keeps(&sold(ShortSelling::ShortExempt, own.clone()), "as a market maker");
    breaks(&sold(ShortSelling::Undisclosed, own), &[(62, contradicts(16))]);
}

#[test]
fn a_publication_after_the_trade_is_not_the_venues() {
    let told = |all: &[OtcIndicator], report| NewTransaction { otc_indicators: all.to_vec(), ..report };
    keeps(&told(&[OtcIndicator::Benchmark, OtcIndicator::SpecialDividend], for_client("T1")), "equity");
    breaks(&told(&[OtcIndicator::Benchmark], dealt("T1")), &[(63, excluded(3))]);
    let mixed = [OtcIndicator::SpecialDividend, OtcIndicator::Package];
    breaks(&told(&mixed, for_client("T1")), &[(63, Rule::Mixed)]);
    breaks(&told(&[OtcIndicator::Size; 2], for_client("T1")), &[(63, Rule::Repeated)]);
}

#[test]
fn a_commodity_derivative_says_whether_it_reduces_a_risk() {
    let said = |reduces, report| NewTransaction { reduces_commodity_risk: reduces, ..report };
    keeps(&said(Some(true), dealt("T1")), "it may be one");
    breaks(&said(Some(false), option("T1")), &[(64, excluded(43))]);
    for cfi in ["OCETPS", "HTSAAP"] {
        let oil = described(Description { cfi: read(cfi), ..call() });
        breaks(&oil, &[(64, needed(43))]);
        keeps(&said(Some(false), oil), cfi);
    }
    for cfi in ["FCEPSX", "STXXXP", "JTXXFP"] {
        let oil = described(Description { cfi: read(cfi), ..future() });
        breaks(&oil, &[(64, needed(43))]);
        keeps(&said(Some(true), oil), cfi);
    }
}

#[test]
fn who_executes_is_said_in_any_way() {
    for execution in [Execution::Client, Execution::Person(staff()), Execution::Algorithm(read("SOR1"))] {
        keeps(&NewTransaction { execution, ..dealt("T1") }, "any kind");
    }
}

#[track_caller]
fn keeps(report: &NewTransaction, why: &str) {
    let problems = report.validate();
    assert!(problems.is_empty(), "{why}: {problems:?}");
}

#[track_caller]
fn breaks(report: &NewTransaction, expected: &[(u8, Rule)]) {
    let found: Vec<_> =
        report.validate().iter().map(|problem| (problem.field.number(), problem.rule)).collect();
    let mut expected = expected.to_vec();
    expected.sort_unstable();
    let mut sorted = found.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, expected);
}

fn field(number: u8) -> Field {
    Field::new(Regulation::Rts22, number).expect("a field")
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

fn with_buyer(report: NewTransaction, parties: Vec<Party>) -> NewTransaction {
    NewTransaction { buyer: Side { parties, decider: Vec::new() }, ..report }
}

/// The instrument over the counter.
fn described(description: Description) -> NewTransaction {
    NewTransaction {
        instrument: Instrument { isin: None, description: Some(Box::new(description)) },
        ..option("T1")
    }
}

fn future() -> Description {
    Description { cfi: read("FFSPSX"), option: None, ..call() }
}

fn bond() -> Description {
    Description {
        cfi: read("DBFTFR"),
        option: None,
        expiry: None,
        maturity: Some(date("2030-01-01")),
        ..call()
    }
}

/// One of many entities.
fn entity(at: u8) -> Party {
    let stem = format!("OTELTRADING000000{}", char::from(b'A' + at % 26));
    let stem = if at < 26 { stem } else { stem.replace("TRADING0", "TRADING1") };
    let right = (0..98).find_map(|check| format!("{stem}{check:02}").parse().ok());
    Party::Entity(right.expect("check digits"), None)
}
