//! Records as lines, and back.

use otel_trading::regulatory::rts22::{
    Decider, Decision, Description, Execution, Index, Instrument, NewTransaction, NotionalChange,
    OptionTerms, OtcIndicator, Party, Price, Quantity, ShortSelling, Side, Term, TermUnit, TradingCapacity,
    TransactionReport, Transmission, UpfrontPayment, Waiver,
};
use otel_trading::regulatory::{Action, Figure, Filing, LineProblem};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::reports::{
    FIRM, call, cancellation, currency, date, dealt, decimal, for_client, isin, option, person, read, staff,
};

#[test]
fn a_line_is_what_the_documentation_says() {
    let line = filing(for_client("T1")).to_line();
    assert_eq!(
        line,
        concat!(
            r#"{"0":["RTS22","V1"],"1":["NEWT"],"2":["T1"],"4":["5493001KJTIIGC8Y1R12"],"5":["true"],"#,
            r#""6":["5493001KJTIIGC8Y1R12"],"7":["CONCAT","FR19630702ANNA#OBRIE"],"8":["FR"],"9":["ANNA"],"#,
            r#""10":["O'BRIEN"],"11":["1963-07-02"],"16":["LEI","7LTWFZYICNSX8D621K86"],"17":[""],"18":[""],"#,
            r#""19":[""],"20":[""],"25":["false"],"28":["2026-03-06T14:30:00.123456Z"],"29":["AOTC"],"#,
            r#""30":["UNIT","500"],"33":["MONE","48.141"],"34":["EUR"],"36":["XOFF"],"41":["FR0000120271"],"#,
            r#""59":["NORE"],"65":["false"]}"#,
        )
    );
    let cancelled = Filing::Transaction(TransactionReport::Cancellation(cancellation("T1")));
    let expected = format!(r#"{{"0":["RTS22","V1"],"1":["CANC"],"2":["T1"],"4":["{FIRM}"],"6":["{FIRM}"]}}"#);
    assert_eq!(cancelled.to_line(), expected);
    assert_eq!(cancelled.action(), Action::Cancellation);
    assert_eq!(Filing::from_line(&expected), Ok(cancelled));
}

#[test]
fn what_is_wrong_with_a_line_is_said_with_its_field() {
    let line = filing(for_client("T1")).to_line();
    for (from, to, problem) in [
        ("{", "[", LineProblem::Malformed),
        ("V1", "V2", LineProblem::UnknownFormat),
        (r#""2":["T1"],"#, "", LineProblem::Missing(2)),
        (r#"["T1"]"#, r#"["T 1"]"#, LineProblem::Value(2)),
        (r#"["T1"]"#, r#"["T1","T2"]"#, LineProblem::Count(2)),
        (r#"["AOTC"]"#, r#"["AOTD"]"#, LineProblem::Value(29)),
        ("1R12", "1R13", LineProblem::Value(4)),
        (r#""8":["FR"]"#, r#""8":["FR","FR"]"#, LineProblem::Count(8)),
        (r#""10":["O'BRIEN"]"#, r#""10":["o'brien"]"#, LineProblem::Value(10)),
        (r#""1963-07-02""#, r#""1963-02-30""#, LineProblem::Value(11)),
        (r#"["UNIT","500"]"#, r#"["PERC","500"]"#, LineProblem::Value(30)),
        (r#","34":["EUR"]"#, "", LineProblem::Missing(34)),
        (r#"["EUR"]"#, r#"["EUX"]"#, LineProblem::Value(34)),
        (r#""65":["#, r#""66":["x"],"65":["#, LineProblem::Unexpected(66)),
        (r#""1":["NEWT"],"2":["T1"]"#, r#""2":["T1"],"1":["NEWT"]"#, LineProblem::NotCanonical),
        (r#""500""#, r#""0500""#, LineProblem::NotCanonical),
        (r#""500""#, r#""500.0""#, LineProblem::NotCanonical),
        ("{", "{ ", LineProblem::NotCanonical),
        (r#""2":["T1"],"#, r#""2":["T0"],"2":["T1"],"#, LineProblem::NotCanonical),
    ] {
        let changed = line.replacen(from, to, 1);
        let found = Filing::from_line(&changed).expect_err(&changed);
        assert_eq!(found.problem, problem, "{changed}");
        assert!(!found.to_string().contains("BRIEN"));
    }
}

proptest! {
    #[test]
    fn every_report_comes_back_as_it_was(report in any_transaction()) {
        let filing = filing(report);
        let line = filing.to_line();
        prop_assert!(!line.contains('\n'));
        prop_assert_eq!(Filing::from_line(&line), Ok(filing), "{}", line);
    }

    #[test]
    fn checking_never_fails_and_always_says_the_same(report in any_transaction()) {
        let problems = report.validate();
        prop_assert!(problems.is_sorted());
        prop_assert_eq!(problems, report.validate());
    }

    #[test]
    fn a_line_that_was_damaged_is_refused_or_is_another_record(
        report in any_transaction(), at in any::<prop::sample::Index>(), byte in 32_u8..127,
    ) {
        let filing = filing(report);
        let mut bytes = filing.to_line().into_bytes();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let damaged = String::from_utf8_lossy(&bytes).into_owned();
        if let Ok(read) = Filing::from_line(&damaged) {
            prop_assert_eq!(read.to_line(), damaged);
        }
    }

    #[test]
    fn no_text_makes_a_line_panic(text in any::<String>(), near in r#"\{("[0-9]{1,3}":\["[A-Z0-9]{0,4}"\],?){0,6}\}"#) {
        let _ = (Filing::from_line(&text).is_ok(), Filing::from_line(&near).is_ok());
    }
}

fn filing(report: NewTransaction) -> Filing {
    Filing::Transaction(TransactionReport::New(Box::new(report)))
}

/// Reports of every shape, right or wrong.
pub(super) fn any_transaction() -> impl Strategy<Value = NewTransaction> {
    let base = prop_oneof![Just(dealt("T1")), Just(for_client("T2")), Just(option("T3"))];
    let sides = (any_side(), any_side());
    let terms = (any_quantity(), any_price(), maybe(any_figure()), maybe(any_figure()));
    let codes = (
        select(TradingCapacity::ALL),
        maybe(select(NotionalChange::ALL)),
        maybe(select(ShortSelling::ALL)),
        subsequence(Waiver::ALL, 0..=3),
        subsequence(OtcIndicator::ALL, 0..=3),
        maybe(any::<bool>()),
    );
    let who = (any_decision(), maybe(any_decision()), any::<[bool; 3]>());
    (base, sides, terms, codes, who, any_instrument(), any::<u64>()).prop_map(
        |(base, (buyer, seller), terms, codes, (execution, decision, flags), instrument, nanos)| {
            NewTransaction {
                buyer,
                seller,
                quantity: terms.0,
                price: terms.1,
                net_amount: terms.2,
                upfront_payment: terms.3.map(|amount| UpfrontPayment { amount, currency: currency("JPY") }),
                capacity: codes.0,
                notional_change: codes.1,
                short_selling: codes.2,
                waivers: codes.3,
                otc_indicators: codes.4,
                reduces_commodity_risk: codes.5,
                execution: match (execution, flags[0]) {
                    (_, true) => Execution::Client,
                    (Decision::Algorithm(code), _) => Execution::Algorithm(code),
                    (Decision::Person(member), _) => Execution::Person(member),
                },
                decision,
                transmission: Transmission {
                    indicator: flags[1],
                    for_buyer: flags[2].then(|| read(FIRM)),
                    for_seller: flags[0].then(|| read(FIRM)),
                },
                is_securities_financing: flags[2],
                complex_trade: flags[1].then(|| read("STRADDLE1")),
                instrument,
                time: otel_core::Timestamp::from_unix_nanos(nanos).into(),
                ..base
            }
        },
    )
}

fn maybe<T: std::fmt::Debug + Clone>(some: impl Strategy<Value = T>) -> impl Strategy<Value = Option<T>> {
    prop::option::of(some)
}

fn any_figure<const N: u8, const M: u8>() -> impl Strategy<Value = Figure<N, M>> {
    (any::<i64>(), 0..=18_u8).prop_filter_map("a figure that fits", |(mantissa, scale)| {
        Figure::rounded(decimal(mantissa >> (scale * 2), scale)).ok()
    })
}

fn any_price() -> impl Strategy<Value = Price> {
    prop_oneof![
        any_figure().prop_map(|amount| Price::Monetary(amount, currency("USD"))),
        any_figure().prop_map(Price::Percentage),
        any_figure().prop_map(Price::Yield),
        any_figure().prop_map(Price::BasisPoints),
        any::<bool>().prop_map(|known| Price::Pending(known.then(|| currency("USD")))),
        Just(Price::NotApplicable),
    ]
}

fn any_quantity() -> impl Strategy<Value = Quantity> {
    prop_oneof![
        any_figure().prop_map(Quantity::Units),
        any_figure().prop_map(|amount| Quantity::Nominal(amount, currency("GBP"))),
        any_figure().prop_map(|amount| Quantity::Monetary(amount, currency("GBP"))),
    ]
}

fn any_side() -> impl Strategy<Value = Side> {
    let party = prop_oneof![
        any::<bool>().prop_map(|known| Party::Entity(read(FIRM), known.then(|| read("DE")))),
        any::<bool>().prop_map(|known| Party::Person(person(), known.then(|| read("DE")))),
        Just(Party::Internal),
        Just(Party::Venue(read("XETR"))),
    ];
    let decider = prop_oneof![Just(Decider::Entity(read(FIRM))), Just(Decider::Person(person()))];
    (prop::collection::vec(party, 0..4), prop::collection::vec(decider, 0..3))
        .prop_map(|(parties, decider)| Side { parties, decider })
}

fn any_decision() -> impl Strategy<Value = Decision> {
    prop_oneof![
        "[A-Z0-9]{1,50}".prop_map(|code| Decision::Algorithm(read(&code))),
        Just(Decision::Person(staff()))
    ]
}

fn any_instrument() -> impl Strategy<Value = Instrument> {
    let index = (r"[A-Z0-9 %?#+/]{1,25}", 1..=999_u16, select(TermUnit::ALL), any::<bool>()).prop_map(
        |(name, count, unit, has_term)| Index {
            name: read(&name),
            term: has_term.then_some(Term { count, unit }),
        },
    );
    let option =
        (any_price(), select(&["CALL", "PUTO", "OTHR"][..]), select(&["EURO", "ASIA", "OTHR"][..])).prop_map(
            |(strike, kind, style)| OptionTerms { option_type: read(kind), strike, style: read(style) },
        );
    let codes = select(&["OCESPS", "FFNPSX", "DBFTFR", "SCUCCC", "ESVUFR", "HTSAAP", "KYXXXX"][..]);
    let underlyings = subsequence(vec!["FR0000120271", "US0378331005", "CH0038863350"], 0..=3);
    let described =
        (codes, maybe(index), maybe(option), underlyings, maybe(any_figure()), any::<[bool; 4]>()).prop_map(
            |(cfi, index, option, underlyings, price_multiplier, has)| Description {
                cfi: read(cfi),
                index,
                option,
                underlyings: underlyings.into_iter().map(isin).collect(),
                price_multiplier,
                maturity: has[0].then(|| date("2031-12-31")),
                expiry: has[1].then(|| date("2026-04-17")),
                notional_currency: has[2].then(|| currency("KWD")),
                other_notional_currency: has[3].then(|| currency("CHF")),
                delivery: has[0].then(|| read("OPTL")),
                ..call()
            },
        );
    (any::<bool>(), maybe(described)).prop_map(|(known, description)| Instrument {
        isin: known.then(|| isin("FR0000120271")),
        description: description.map(Box::new),
    })
}
