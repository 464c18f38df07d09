//! Real order flow as background: LOBSTER messages of AAPL, repeated until there are enough of them.
//!
//! LOBSTER says neither who sent an order nor who took it, so both are drawn. Each repetition starts where the one
//! before ended, with its own order identifiers; each order is larger or smaller than the original by up to a half;
//! each message is up to a millisecond later; and the price of each repetition has wandered by up to 20 cents. One
//! member sends an order with a probability that falls with its number, so a few send most, as in real markets.

use std::time::Duration;

use otel_core::{Decimal, Timestamp};
use otel_trading::compliance::flags::{
    Action, ClockReading, Execution, LiquidMarket, Listing, MarketFact, OrderKey, Party, Print, TradeKey,
};
use otel_trading::ids::{Mic, Symbol};
use otel_trading::labels::{CancelReason, Side};
use otel_trading::{Price, Quantity};

use super::{Dice, OPENS, currency, opposite, party};

const FILE: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/lobster/AAPL_2012-06-21_message_10.csv");

/// One line of the file.
#[derive(Clone, Copy, Debug)]
struct Message {
    nanos: u64,
    kind: u8,
    order: u64,
    size: i64,
    price: i64,
    side: Side,
}

/// What surveillance is fed.
#[derive(Clone, Copy, Debug)]
pub(super) enum Event {
    Fact(MarketFact),
    Print(Print),
}

impl Event {
    pub(super) const fn at(&self) -> Timestamp {
        match self {
            Self::Fact(fact) => fact.at,
            Self::Print(print) => print.at,
        }
    }
}

/// The file, and who trades.
#[derive(Debug)]
pub(super) struct Lobster {
    messages: Vec<Message>,
    pub(super) members: Vec<Party>,
    /// How much each member weighs, added up.
    weights: Vec<u64>,
    /// How long one repetition takes.
    pub(super) round: Duration,
}

pub(super) fn aapl() -> Listing {
    Listing { instrument: Symbol("AAPL").into(), venue: Mic("XNAS").into() }
}

impl Lobster {
    /// The flow among so many members; `None`, said loudly, where the file is not.
    #[expect(clippy::print_stderr, reason = "whoever runs the tests has to see what was not tested")]
    pub(super) fn read(members: usize) -> Option<Self> {
        let Ok(text) = std::fs::read_to_string(FILE) else {
            eprintln!("SKIPPED: there is no {FILE}");
            return None;
        };
        let messages: Vec<Message> = text.lines().map(message).collect();
        let (first, last) = (messages.first()?.nanos, messages.last()?.nanos);
        let weights = (1..=members as u64)
            .scan(0, |sum, rank| {
                *sum += 1_000_000 / rank;
                Some(*sum)
            })
            .collect();
        Some(Self {
            messages: messages.iter().map(|it| Message { nanos: it.nanos - first, ..*it }).collect(),
            members: (0..members).map(|number| party(&format!("member {number}"))).collect(),
            weights,
            round: Duration::from_nanos(last - first) + Duration::from_millis(50),
        })
    }

    pub(super) fn starts(&self, round: u64) -> Timestamp {
        OPENS.after(self.round * u32::try_from(round).expect("few rounds"))
    }

    pub(super) fn member(&self, dice: &mut Dice) -> Party {
        let drawn = dice.up_to(self.weights.last().copied().unwrap_or(1) - 1);
        self.members[self.weights.partition_point(|weight| *weight <= drawn)]
    }

    /// One repetition, in the order of time; `shift` moves its prices, in cents, at each moment.
    pub(super) fn round(&self, round: u64, seed: u64, shift: impl Fn(Timestamp) -> i64) -> Vec<Event> {
        let mut dice = Dice::new(seed ^ round.wrapping_mul(0x2545_F491_4F6C_DD1D));
        let wander = dice.between(-20, 20);
        let mut events = Vec::with_capacity(3 * self.messages.len());
        let mut latest = self.starts(round);
        for message in &self.messages {
            let jitter = Duration::from_nanos(dice.up_to(1_000_000));
            latest = latest.max(self.starts(round).after(Duration::from_nanos(message.nanos) + jitter));
            let cents = message.price / 100 + wander + shift(latest);
            self.tell(message, round, latest, cents, seed, &mut dice, &mut events);
        }
        events
    }

    #[expect(clippy::too_many_arguments, reason = "all of it is one message")]
    fn tell(
        &self,
        message: &Message,
        round: u64,
        at: Timestamp,
        cents: i64,
        seed: u64,
        dice: &mut Dice,
        events: &mut Vec<Event>,
    ) {
        // What an order is drawn with depends on the order, so that its end fits its beginning.
        let mut own = Dice::new(seed ^ message.order.wrapping_mul(31) ^ (round << 40));
        let owner = self.member(&mut own);
        let size = (message.size * own.between(50, 150) / 100).max(1);
        let id = OrderKey::new(own.roll());
        let price = Price(Decimal::new(cents, 2).expect("a price"));
        let fact = |who, id, side, action| {
            Event::Fact(aapl_fact(MarketFact::new(at, aapl(), who, id, side, action, Quantity::whole(size))))
        };
        match message.kind {
            1 => events.push(fact(owner, id, message.side, Action::New { price: Some(price) })),
            2 | 3 => {
                let action = Action::Cancelled { reason: CancelReason::Requested };
                events.push(fact(owner, id, message.side, action));
            }
            _ => {
                let mut taker = self.member(dice);
                while taker.owner == owner.owner {
                    taker = self.member(dice);
                }
                let (taken, trade) = (OrderKey::new(dice.roll()), Some(TradeKey::new(dice.roll())));
                let execution = |against: Party| {
                    Action::Executed(Execution { price, counterparty: Some(against.owner), trade })
                };
                let other = opposite(message.side);
                events.push(fact(taker, taken, other, Action::New { price: Some(price) }));
                events.push(Event::Print(Print::new(at, aapl(), price, Quantity::whole(size))));
                events.push(fact(owner, id, message.side, execution(taker)));
                events.push(fact(taker, taken, other, execution(owner)));
            }
        }
    }
}

/// A fact with what is the same of all of them.
pub(super) fn aapl_fact(fact: MarketFact) -> MarketFact {
    let clock = ClockReading {
        offset: Duration::from_micros(20),
        error_bound: Duration::from_micros(50),
        granularity: Duration::from_nanos(1),
    };
    MarketFact { currency: Some(currency("USD")), liquid: LiquidMarket::Yes, clock: Some(clock), ..fact }
}

fn message(line: &str) -> Message {
    let fields: Vec<&str> = line.split(',').collect();
    let [time, kind, order, size, price, side] =
        <[&str; 6]>::try_from(fields).expect("a line with six fields");
    let (seconds, fraction) = time.split_once('.').expect("a time with a fraction");
    let nanos: u64 = format!("{fraction:0<9}").parse().expect("nanoseconds");
    Message {
        nanos: seconds.parse::<u64>().expect("seconds") * 1_000_000_000 + nanos,
        kind: kind.parse().expect("a kind"),
        order: order.parse().expect("an order"),
        size: size.parse().expect("a size"),
        price: price.parse().expect("a price"),
        side: if side == "1" { Side::Buy } else { Side::Sell },
    }
}
