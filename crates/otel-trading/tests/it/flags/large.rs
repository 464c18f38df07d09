//! Trades that are worth a lot.

use otel_core::{AlertLevel, Decimal, Money};
use otel_trading::compliance::flags::{
    Action, ClockReading, Evidence, Execution, Flags, FxError, FxTable, LargeTrade, LargeTradeLimits,
    MarketFact, Settings, Surveillance, Undetermined,
};
use otel_trading::labels::{FlagKind, Side};
use otel_trading::{Price, Quantity};

use super::{OPENS, currency, executed, order, party, sap};

#[test]
fn a_million_is_not_large_and_a_cent_more_is() {
    let mut detector = LargeTrade::new(limits());
    assert!(detector.observe(&trade("EUR", 1_000_000, "1")).is_none());
    assert!(detector.observe(&trade("EUR", 1, "1000000.01")).is_some());
    // A spread below zero is worth what it costs to get out of it.
    assert!(detector.observe(&trade("EUR", 1, "-1000000.01")).is_some());
}

#[test]
fn other_currencies_are_compared_in_the_reporting_one() {
    let mut detector = LargeTrade::new(limits());
    // 1 USD is 0.9 EUR: 1,111,111.11 USD is 999,999.999 EUR, rounded 1,000,000.00.
    assert!(detector.observe(&trade("USD", 1, "1111111.11")).is_none());
    let flag = detector.observe(&trade("USD", 1, "1111111.13")).expect("a flag");
    let Evidence::LargeTrade { value, compared, threshold } = flag.evidence else { panic!("{flag:?}") };
    assert_eq!(value.to_string(), "1111111.13 USD");
    assert_eq!(compared.to_string(), "1000000.02 EUR");
    assert_eq!(threshold.to_string(), "1000000.00 EUR");
    assert_eq!(flag.level, AlertLevel::Medium);
    // 1 JPY is 0.006 EUR, and has no cents.
    assert!(detector.observe(&trade("JPY", 166_666_666, "1")).is_none());
    assert!(detector.observe(&trade("JPY", 166_666_669, "1")).is_some());
}

#[test]
fn a_value_that_nobody_can_compare_is_flagged_as_such_and_counted() {
    let mut detector = LargeTrade::new(limits());
    for (fact, expected) in [
        (trade("GBP", 1, "1"), Undetermined::NoRate),
        (MarketFact { currency: None, ..trade("EUR", 1, "1") }, Undetermined::NoCurrency),
        (trade("EUR", i64::MAX, "1000"), Undetermined::Beyond),
    ] {
        let flag = detector.observe(&fact).expect("a flag");
        let Evidence::LargeTradeUndetermined { why, .. } = flag.evidence else { panic!("{flag:?}") };
        assert_eq!((why, flag.level), (expected, AlertLevel::Low));
    }
    assert_eq!(detector.undetermined(), 3);
}

#[test]
fn an_instrument_goes_before_a_currency_and_a_currency_before_the_rest() {
    let limits = limits()
        .in_currency(Money::from_minor(50_000, currency("GBP")))
        .for_instrument(sap().instrument, Money::from_minor(1_000, currency("EUR")));
    let mut detector = LargeTrade::new(limits);
    assert!(detector.observe(&trade("EUR", 10, "1")).is_none());
    assert!(detector.observe(&trade("EUR", 11, "1")).is_some());
    let other = |fact: MarketFact| {
        let listing = otel_trading::compliance::flags::Listing {
            instrument: otel_trading::ids::Symbol("BAE").into(),
            ..fact.listing
        };
        MarketFact { listing, ..fact }
    };
    // There is no rate for pounds, and none is needed.
    assert!(detector.observe(&other(trade("GBP", 500, "1"))).is_none());
    assert!(detector.observe(&other(trade("GBP", 501, "1"))).is_some());
    assert!(detector.observe(&other(trade("EUR", 11, "1"))).is_none());
}

#[test]
fn a_rate_is_positive_and_not_of_the_reporting_currency() {
    let mut rates = FxTable::new(currency("EUR"));
    assert_eq!(rates.set(currency("USD"), Decimal::whole(0)), Err(FxError::NotPositive));
    assert_eq!(rates.set(currency("EUR"), Decimal::whole(1)), Err(FxError::ReportingCurrency));
    assert!(!rates.knows(currency("USD")));
}

#[test]
fn one_fact_says_all_it_can_say_by_itself() {
    let mut surveillance = Surveillance::new(Settings::new(limits()));
    let mut fact = trade("EUR", 1, "2000000");
    let second = std::time::Duration::from_secs(1);
    fact.clock = Some(ClockReading { offset: second, error_bound: second, granularity: second });
    if let Action::Executed(execution) = &mut fact.action {
        execution.counterparty = Some(fact.party.owner);
    }
    let flags = surveillance.extract(&fact).expect("flags");
    assert_eq!(flags.to_string(), "large_trade,wash_trade,clock_divergence");
    assert_eq!(flags.len(), 3);
    assert!(flags.contains(FlagKind::WashTrade) && !flags.contains(FlagKind::Layering));
    let nothing = trade("EUR", 1, "1");
    assert_eq!(surveillance.extract(&nothing), Ok(Flags::NONE));
    let wrong = MarketFact { quantity: Quantity::ZERO, ..nothing };
    assert!(surveillance.extract(&wrong).is_err());
    // Of whom nobody knows whose it is, only what holds whoever it is.
    let flags = surveillance.observe_unowned(&fact).expect("flags");
    let kinds: Vec<_> = flags.iter().map(|flag| flag.rule.kind).collect();
    assert_eq!(kinds, [FlagKind::LargeTrade, FlagKind::ClockDivergence]);
    assert_eq!(surveillance.counts().unknown_orders, 1);
    assert!(surveillance.observe_unowned(&wrong).is_err());
}

fn limits() -> LargeTradeLimits {
    let mut rates = FxTable::new(currency("EUR"));
    rates.set(currency("USD"), Decimal::new(9, 1).expect("a rate")).expect("a rate");
    rates.set(currency("JPY"), Decimal::new(6, 3).expect("a rate")).expect("a rate");
    LargeTradeLimits::new(rates)
}

fn trade(code: &str, pieces: i64, price: &str) -> MarketFact {
    let price = Price(price.parse().expect("a price"));
    let action = Action::Executed(Execution::at(price));
    let fact = executed(OPENS, party("a"), order("1"), Side::Buy, 1, pieces);
    MarketFact { action, currency: Some(currency(code)), ..fact }
}
