//! The reports that the tests change.

use std::str::FromStr;

use otel_core::{Currency, Decimal, Sensitive, Timestamp};
use otel_trading::ids::iso::{Country, Isin, Lei, Mic};
use otel_trading::ids::person::{PersonId, PersonScheme};
use otel_trading::regulatory::rts22::{
    Cancellation, Decider, Decision, Description, Execution, Instrument, NewTransaction, OptionTerms, Party,
    Person, Price, Quantity, Side, StaffMember, TradingCapacity, Transmission,
};
use otel_trading::regulatory::{Candidate, Date, Figure};

/// The firm that reports.
pub(super) const FIRM: &str = "5493001KJTIIGC8Y1R12";
/// Another firm.
pub(super) const OTHER: &str = "7LTWFZYICNSX8D621K86";
/// A client.
pub(super) const CLIENT: &str = "HWUPKR0MPOU8FGXBT394";
/// 2026-03-06, a Friday, at 14:30 UTC.
pub(super) const FRIDAY: Timestamp = Timestamp::from_unix_nanos(1_772_807_400_123_456_789);

/// Reads what is known to be right.
pub(super) fn read<T: FromStr>(text: &str) -> T {
    text.parse().ok().expect("a value that can be read")
}

pub(super) fn currency(code: &str) -> Currency {
    Currency::from_code(code).expect("a currency")
}

pub(super) fn figure<const N: u8, const M: u8>(text: &str) -> Figure<N, M> {
    read(text)
}

pub(super) fn date(text: &str) -> Date {
    read(text)
}

/// Own account, at the market side of a venue, in a known share.
pub(super) fn dealt(reference: &str) -> NewTransaction {
    NewTransaction {
        reference: read(reference),
        venue_transaction: Some(read("VENUE1")),
        executing_entity: read(FIRM),
        is_investment_firm: true,
        submitting_entity: read(FIRM),
        buyer: Side::entity(read(FIRM)),
        seller: Side::entity(read(OTHER)),
        transmission: Transmission::default(),
        time: FRIDAY.into(),
        capacity: TradingCapacity::OwnAccount,
        quantity: Quantity::Units(figure("500")),
        notional_change: None,
        price: Price::Monetary(figure("48.141"), currency("EUR")),
        net_amount: None,
        venue: read("XPAR"),
        membership: Some(read("FR")),
        upfront_payment: None,
        complex_trade: None,
        instrument: Instrument::known(read("FR0000120271")),
        decision: Some(Decision::Algorithm(read("ALGO7"))),
        execution: Execution::Person(staff()),
        waivers: Vec::new(),
        short_selling: None,
        otc_indicators: Vec::new(),
        reduces_commodity_risk: None,
        is_securities_financing: false,
    }
}

/// For a natural person, off venue.
pub(super) fn for_client(reference: &str) -> NewTransaction {
    let buyer = Side { parties: vec![Party::Person(person(), Some(read("FR")))], decider: Vec::new() };
    NewTransaction {
        venue_transaction: None,
        buyer,
        capacity: TradingCapacity::AnyOther,
        venue: Mic::OFF_VENUE,
        membership: None,
        decision: None,
        execution: Execution::Client,
        ..dealt(reference)
    }
}

/// An option on a share, over the counter.
pub(super) fn option(reference: &str) -> NewTransaction {
    NewTransaction {
        venue: Mic::NOT_LISTED,
        instrument: Instrument { isin: None, description: Some(Box::new(call())) },
        venue_transaction: None,
        membership: None,
        ..dealt(reference)
    }
}

/// A European call on a share, settled physically.
pub(super) fn call() -> Description {
    Description {
        full_name: read("TTE CALL 60 DEC26"),
        cfi: read("OCESPS"),
        notional_currency: Some(currency("EUR")),
        other_notional_currency: None,
        price_multiplier: Some(figure("100")),
        underlyings: vec![read("FR0000120271")],
        index: None,
        option: Some(OptionTerms {
            option_type: read("CALL"),
            strike: Price::Monetary(figure("60"), currency("EUR")),
            style: read("EURO"),
        }),
        maturity: None,
        expiry: Some(date("2026-12-18")),
        delivery: Some(read("PHYS")),
    }
}

pub(super) fn person() -> Person {
    Person {
        id: PersonId::new(PersonScheme::Concat, "FR19630702ANNA#OBRIE").expect("a person"),
        first_names: read("ANNA"),
        surnames: read("O'BRIEN"),
        birth: Sensitive::new(date("1963-07-02")),
    }
}

pub(super) fn staff() -> StaffMember {
    StaffMember {
        id: PersonId::new(PersonScheme::NationalId, "ES12345678Z").expect("a person"),
        branch: read::<Country>("FR"),
    }
}

pub(super) fn decided_by(lei: &str) -> Vec<Decider> {
    vec![Decider::Entity(read::<Lei>(lei))]
}

pub(super) fn candidate(transaction: NewTransaction) -> Candidate {
    Candidate { transaction, exclusion: None }
}

pub(super) fn cancellation(reference: &str) -> Cancellation {
    Cancellation { reference: read(reference), executing_entity: read(FIRM), submitting_entity: read(FIRM) }
}

pub(super) fn isin(text: &str) -> Isin {
    read(text)
}

pub(super) fn decimal(mantissa: i64, scale: u8) -> Decimal {
    Decimal::new(mantissa, scale).expect("a scale within bounds")
}
