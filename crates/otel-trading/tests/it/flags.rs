//! Surveillance: what is flagged, what is not, and what that costs.

mod background;
mod bounds;
mod clocks;
mod close;
mod large;
mod layers;
mod lobster;
mod planted;
mod properties;
mod rates;
mod rules;
mod stuffing;
mod wash;

use std::time::Duration;

use otel_core::{Currency, Decimal, PseudonymKey, Sensitive, Timestamp};
use otel_trading::compliance::flags::{
    AccountKey, Action, Execution, FxTable, LargeTradeLimits, Listing, MarketFact, OrderKey, OwnerKey,
    ParticipantKey, Party, Print, Settings, Surveillance, TradingSession,
};
use otel_trading::ids::{Mic, OrderId, Symbol};
use otel_trading::labels::{CancelReason, Side};
use otel_trading::{Price, Quantity};

/// 2026-03-02, 08:00 UTC: a Monday.
pub(crate) const OPENS: Timestamp = Timestamp::from_unix_nanos(1_772_438_400_000_000_000);

/// Eight and a half hours later.
pub(crate) fn session() -> TradingSession {
    TradingSession::new(OPENS, OPENS.after(Duration::from_secs(30_600))).expect("a session")
}

pub(crate) fn at_ms(millis: u64) -> Timestamp {
    OPENS.after(Duration::from_millis(millis))
}

pub(crate) fn sap() -> Listing {
    Listing { instrument: Symbol("SAP").into(), venue: Mic("XETR").into() }
}

/// A member that trades for itself.
pub(crate) fn party(name: &str) -> Party {
    let pseudonym = Sensitive::new(name).pseudonym(&PseudonymKey::new([7; 32]));
    let party = Party::new(ParticipantKey::from(pseudonym), AccountKey::from(pseudonym));
    party.owned_by(OwnerKey::from(pseudonym))
}

pub(crate) fn order(name: &str) -> OrderKey {
    OrderId(name).into()
}

pub(crate) fn ticks(cents: i64) -> Price {
    Price(Decimal::new(cents, 2).expect("a price"))
}

pub(crate) fn entered(
    at: Timestamp,
    who: Party,
    id: OrderKey,
    side: Side,
    cents: i64,
    pieces: i64,
) -> MarketFact {
    let action = Action::New { price: Some(ticks(cents)) };
    MarketFact::new(at, sap(), who, id, side, action, Quantity::whole(pieces))
}

pub(crate) fn replaced(
    at: Timestamp,
    who: Party,
    id: OrderKey,
    side: Side,
    cents: i64,
    pieces: i64,
) -> MarketFact {
    let action = Action::Replaced { price: Some(ticks(cents)) };
    MarketFact { action, ..entered(at, who, id, side, cents, pieces) }
}

pub(crate) fn cancelled(at: Timestamp, who: Party, id: OrderKey, side: Side, pieces: i64) -> MarketFact {
    let action = Action::Cancelled { reason: CancelReason::Requested };
    MarketFact { action, ..entered(at, who, id, side, 0, pieces) }
}

pub(crate) fn executed(
    at: Timestamp,
    who: Party,
    id: OrderKey,
    side: Side,
    cents: i64,
    pieces: i64,
) -> MarketFact {
    let action = Action::Executed(Execution::at(ticks(cents)));
    MarketFact { action, ..entered(at, who, id, side, cents, pieces) }
}

pub(crate) fn print(at: Timestamp, cents: i64, pieces: i64) -> Print {
    Print::new(at, sap(), ticks(cents), Quantity::whole(pieces))
}

pub(crate) fn currency(code: &str) -> Currency {
    Currency::from_code(code).expect("a currency")
}

/// All defaults, reporting in euros, with the session of XETR.
pub(crate) fn surveillance() -> Surveillance {
    surveillance_with(settings())
}

pub(crate) fn surveillance_with(settings: Settings) -> Surveillance {
    let mut surveillance = Surveillance::new(settings);
    surveillance.session_began(sap().venue, session());
    surveillance
}

pub(crate) fn settings() -> Settings {
    Settings::new(LargeTradeLimits::new(FxTable::new(currency("EUR"))))
}

/// Numbers that are random enough, and the same in every run: SplitMix64.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) const fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// From `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        low + (self.roll() % (high - low + 1).unsigned_abs()) as i64
    }

    pub(crate) fn up_to(&mut self, high: u64) -> u64 {
        self.roll() % (high + 1)
    }

    pub(crate) fn side(&mut self) -> Side {
        if self.roll() & 1 == 0 { Side::Buy } else { Side::Sell }
    }
}

pub(crate) fn opposite(side: Side) -> Side {
    if side == Side::Buy { Side::Sell } else { Side::Buy }
}
