//! Patterns as somebody would trade them, of any size, at any place.

use std::time::Duration;

use otel_core::{Decimal, Timestamp};
use otel_trading::compliance::flags::{
    Action, Execution, MarketFact, OrderKey, OwnerKey, Party, Print, TradeKey,
};
use otel_trading::labels::{CancelReason, FlagKind, Side};
use otel_trading::{Price, Quantity};

use super::lobster::{Event, aapl, aapl_fact};
use super::{Dice, opposite};

/// One pattern, and how it is to be recognised.
#[derive(Debug)]
pub(super) struct Plant {
    pub(super) kind: FlagKind,
    pub(super) owner: OwnerKey,
    pub(super) events: Vec<Event>,
}

/// Writes down what one owner does.
struct Script<'a> {
    dice: &'a mut Dice,
    who: Party,
    at: Timestamp,
    events: Vec<Event>,
}

impl Script<'_> {
    fn wait(&mut self, low_micros: i64, high_micros: i64) {
        let micros = self.dice.between(low_micros, high_micros).unsigned_abs();
        self.at = self.at.after(Duration::from_micros(micros));
    }

    fn tell(&mut self, id: OrderKey, side: Side, action: Action, pieces: i64) {
        let quantity = Quantity::whole(pieces);
        let fact = MarketFact::new(self.at, aapl(), self.who, id, side, action, quantity);
        self.events.push(Event::Fact(aapl_fact(fact)));
    }

    fn enter(&mut self, side: Side, cents: i64, pieces: i64) -> OrderKey {
        let id = OrderKey::new(self.dice.roll());
        self.tell(id, side, Action::New { price: Some(price(cents)) }, pieces);
        id
    }

    fn cancel(&mut self, id: OrderKey, side: Side, pieces: i64) {
        self.tell(id, side, Action::Cancelled { reason: CancelReason::Requested }, pieces);
    }

    /// An order that is executed at once, against somebody, with its print.
    fn trade(&mut self, side: Side, cents: i64, pieces: i64, against: Party) {
        let id = self.enter(side, cents, pieces);
        self.wait(1, 50);
        let quantity = Quantity::whole(pieces);
        self.events.push(Event::Print(Print::new(self.at, aapl(), price(cents), quantity)));
        let trade = Some(TradeKey::new(self.dice.roll()));
        let execution = Execution { price: price(cents), counterparty: Some(against.owner), trade };
        self.tell(id, side, Action::Executed(execution), pieces);
    }

    /// Somebody else.
    fn other(&mut self, members: &[Party]) -> Party {
        loop {
            let drawn = members[self.dice.up_to(members.len() as u64 - 1) as usize];
            if drawn.owner != self.who.owner {
                return drawn;
            }
        }
    }

    fn done(self, kind: FlagKind) -> Plant {
        Plant { kind, owner: self.who.owner, events: self.events }
    }
}

fn script(dice: &mut Dice, who: Party, at: Timestamp) -> Script<'_> {
    Script { dice, who, at, events: Vec::new() }
}

/// One trade with the same owner on both sides, through two accounts.
pub(super) fn self_trade(dice: &mut Dice, who: Party, at: Timestamp) -> Plant {
    let mut script = script(dice, who, at);
    let (cents, pieces) = (script.dice.between(58_300, 58_800), script.dice.between(1, 2_000));
    let bid = script.enter(Side::Buy, cents, pieces);
    script.wait(10, 2_000_000);
    let ask = script.enter(Side::Sell, cents, pieces);
    script.wait(1, 100);
    let trade = Some(TradeKey::new(script.dice.roll()));
    let execution = Execution { price: price(cents), counterparty: Some(who.owner), trade };
    script.tell(bid, Side::Buy, Action::Executed(execution), pieces);
    script.tell(ask, Side::Sell, Action::Executed(execution), pieces);
    script.done(FlagKind::WashTrade)
}

/// Purchases and sales that undo one another through others, three times at least.
pub(super) fn offsetting(dice: &mut Dice, who: Party, others: &[Party], at: Timestamp) -> Plant {
    let mut script = script(dice, who, at);
    for _ in 0..script.dice.between(3, 8) {
        let (cents, pieces) = (script.dice.between(58_300, 58_800), script.dice.between(100, 3_000));
        let side = script.dice.side();
        let against = script.other(others);
        script.trade(side, cents, pieces, against);
        script.wait(1_000, 900_000);
        let against = script.other(others);
        let back = pieces - script.dice.between(0, pieces / 100);
        let cents = cents + script.dice.between(-5, 5);
        script.trade(opposite(side), cents, back, against);
        script.wait(100_000, 7_000_000);
    }
    script.done(FlagKind::WashTrade)
}

/// Many orders on one side, an execution on the other, and nearly all of them withdrawn.
pub(super) fn layering(dice: &mut Dice, who: Party, others: &[Party], at: Timestamp) -> Plant {
    let mut script = script(dice, who, at);
    let levels = script.dice.between(3, 8);
    layer_once(&mut script, levels, (200, 2_000), (8, 40), others);
    script.done(FlagKind::Layering)
}

/// One or two large orders in the same way, three times at least.
pub(super) fn spoofing(dice: &mut Dice, who: Party, others: &[Party], at: Timestamp) -> Plant {
    let mut script = script(dice, who, at);
    for _ in 0..script.dice.between(3, 5) {
        let levels = script.dice.between(1, 2);
        layer_once(&mut script, levels, (2_000, 10_000), (15, 60), others);
        script.wait(12_000_000, 40_000_000);
    }
    script.done(FlagKind::Spoofing)
}

/// Orders of such a size on so many levels, and an execution that is so much smaller.
fn layer_once(script: &mut Script<'_>, levels: i64, size: (i64, i64), ratio: (i64, i64), others: &[Party]) {
    let side = script.dice.side();
    let away = if side == Side::Buy { -1 } else { 1 };
    let touch = script.dice.between(58_400, 58_700);
    let mut placed = Vec::new();
    for level in 0..levels {
        for _ in 0..script.dice.between(1, 3) {
            let pieces = script.dice.between(size.0, size.1);
            let id = script.enter(side, touch + away * 3 * level, pieces);
            placed.push((id, pieces));
            script.wait(1_000, 400_000);
        }
    }
    let total: i64 = placed.iter().map(|(_, pieces)| pieces).sum();
    let times = script.dice.between(ratio.0, ratio.1);
    // A little less, for a part of it may stay.
    let wanted = (total * 9 / 10 / times).max(1);
    let against = script.other(others);
    script.trade(opposite(side), touch - away * 5, wanted, against);
    script.wait(5_000, 1_000_000);
    for (id, pieces) in placed {
        script.cancel(id, side, pieces);
        script.wait(10, 30_000);
    }
}

/// A burst of orders that are taken back within milliseconds.
pub(super) fn stuffing(dice: &mut Dice, who: Party, at: Timestamp) -> Plant {
    let mut script = script(dice, who, at);
    let side = script.dice.side();
    let orders = script.dice.between(400, 2_000);
    let pace = 900_000 / orders;
    for _ in 0..orders {
        let cents = script.dice.between(58_000, 58_400);
        let pieces = script.dice.between(1, 300);
        let id = script.enter(side, cents, pieces);
        script.wait(1, pace / 2);
        script.cancel(id, side, pieces);
        script.wait(1, pace / 2);
    }
    script.done(FlagKind::QuoteStuffing)
}

/// Purchases or sales until the close that make up a third of all trading and more.
pub(super) fn close(
    dice: &mut Dice,
    who: Party,
    others: &[Party],
    closes: Timestamp,
    (up, traded): (bool, i64),
) -> Plant {
    let minutes = dice.between(2, 8).unsigned_abs();
    let length = Duration::from_secs(60 * minutes);
    let start = Timestamp::from_unix_nanos(closes.unix_nanos() - length.as_nanos() as u64);
    let mut script = script(dice, who, start);
    let share = script.dice.between(38, 60);
    let (wanted, count) = (traded * share / (100 - share), script.dice.between(20, 100));
    let side = if up { Side::Buy } else { Side::Sell };
    let pause = length.as_micros() as i64 / (count + 1);
    for number in 1..=count {
        script.wait(pause / 2, pause);
        let moved = 500 * number / count;
        let cents = if up { 58_500 + moved } else { 58_500 - moved };
        let against = script.other(others);
        script.trade(side, cents, wanted / count + 1, against);
    }
    script.done(FlagKind::MarkingTheClose)
}

fn price(cents: i64) -> Price {
    Price(Decimal::new(cents, 2).expect("a price"))
}
