//! All positions of all portfolios: pure logic.

use std::collections::{BTreeMap, HashMap};

use super::position::Position;
use super::{PositionBreak, PositionTrade, StatementLine};
use crate::ids::{PortfolioId, Symbol};
use crate::labels::{BreakKind, PortfolioGroup, PositionChange, PositionRefusal as Refusal, Side};
use crate::quantity::{Price, Quantity};

/// A position with what is known beside it.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) group: PortfolioGroup,
    pub(super) position: Position,
    pub(super) mark: Option<Price>,
    limit: Option<Quantity>,
}

impl Held {
    /// The profit on paper, in minor units; nothing without a price.
    fn unrealized(&self) -> i64 {
        let found = self.mark.and_then(|price| self.position.unrealized(price));
        found.map_or(0, otel_core::Money::minor)
    }

    /// How full its limit is, where it has one.
    pub(super) fn utilization(&self) -> Option<f64> {
        Some(self.position.quantity().magnitude()?.ratio(self.limit?))
    }
}

/// What an update did to the sums of its group.
#[derive(Clone, Copy, Debug)]
pub(super) struct Effect {
    pub(super) group: PortfolioGroup,
    pub(super) position: Position,
    pub(super) realized: i128,
    pub(super) unrealized: i128,
}

/// All positions.
#[derive(Debug)]
pub(super) struct Book {
    portfolios: HashMap<Box<str>, HashMap<Box<str>, Held>>,
    len: usize,
    room: usize,
    /// How often each kind of difference is in the latest statement of each portfolio.
    breaks: HashMap<Box<str>, [i64; BreakKind::ALL.len()]>,
}

impl Book {
    pub(super) fn new(room: usize) -> Self {
        Self { portfolios: HashMap::new(), len: 0, room, breaks: HashMap::new() }
    }

    pub(super) fn trade(
        &mut self,
        trade: &PositionTrade<'_>,
        group: PortfolioGroup,
    ) -> Result<(PositionChange, Effect), Refusal> {
        let signed = match trade.side {
            _ if trade.quantity <= Quantity::ZERO => None,
            Side::Buy => Some(trade.quantity),
            Side::Sell | Side::SellShort => Quantity::ZERO.checked_sub(trade.quantity),
            Side::Other => None,
        };
        let signed = signed.ok_or(Refusal::Quantity)?;
        let new = Position::flat(trade.currency);
        let known = self.portfolios.get_mut(trade.portfolio.0).and_then(|it| it.get_mut(trade.symbol.0));
        let Some(held) = known else {
            if self.len >= self.room {
                return Err(Refusal::NoRoom);
            }
            let mut held = Held { group, position: new, mark: None, limit: None };
            let result = change(&mut held, |held| held.position.trade(signed, trade.price))?;
            self.portfolios.entry(trade.portfolio.0.into()).or_default().insert(trade.symbol.0.into(), held);
            self.len += 1;
            return Ok(result);
        };
        if held.group != group {
            return Err(Refusal::Group);
        }
        if held.position.cost().currency() != trade.currency {
            return Err(Refusal::Currency);
        }
        change(held, |held| held.position.trade(signed, trade.price))
    }

    pub(super) fn mark(
        &mut self,
        portfolio: PortfolioId<'_>,
        symbol: Symbol<'_>,
        price: Price,
    ) -> Result<Effect, Refusal> {
        let held = self.held(portfolio, symbol).ok_or(Refusal::Unknown)?;
        held.position.unrealized(price).ok_or(Refusal::TooLarge)?;
        let ((), effect) = change(held, |held| {
            held.mark = Some(price);
            Ok(())
        })?;
        Ok(effect)
    }

    pub(super) fn limit(
        &mut self,
        portfolio: PortfolioId<'_>,
        symbol: Symbol<'_>,
        limit: Quantity,
    ) -> Result<(), Refusal> {
        if limit <= Quantity::ZERO {
            return Err(Refusal::Quantity);
        }
        self.held(portfolio, symbol).ok_or(Refusal::Unknown)?.limit = Some(limit);
        Ok(())
    }

    pub(super) fn get(&self, portfolio: PortfolioId<'_>, symbol: Symbol<'_>) -> Option<&Held> {
        self.portfolios.get(portfolio.0)?.get(symbol.0)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Held> {
        self.portfolios.values().flat_map(HashMap::values)
    }

    pub(super) fn reconcile(
        &mut self,
        portfolio: PortfolioId<'_>,
        statement: &[StatementLine<'_>],
    ) -> Result<Vec<PositionBreak>, Refusal> {
        if self.breaks.len() >= self.room && !self.breaks.contains_key(portfolio.0) {
            return Err(Refusal::NoRoom);
        }
        // In the order of names, so that two runs tell the same story.
        let mut both: BTreeMap<&str, (Option<Quantity>, Option<Quantity>)> = BTreeMap::new();
        for line in statement {
            // A custodian lists an instrument once for each account.
            let stated = &mut both.entry(line.symbol.0).or_default().1;
            let sum = stated.unwrap_or(Quantity::ZERO).checked_add(line.quantity);
            *stated = Some(sum.ok_or(Refusal::TooLarge)?);
        }
        for (symbol, held) in self.portfolios.get(portfolio.0).into_iter().flatten() {
            both.entry(symbol).or_default().0 = Some(held.position.quantity());
        }
        let breaks: Vec<_> = both.into_iter().filter_map(|(symbol, pair)| difference(symbol, pair)).collect();
        let mut counts = [0; BreakKind::ALL.len()];
        for found in &breaks {
            if let Some(count) = counts.get_mut(found.kind as usize) {
                *count += 1;
            }
        }
        self.breaks.insert(portfolio.0.into(), counts);
        Ok(breaks)
    }

    /// How often a kind of difference is in the latest statements of all portfolios.
    pub(super) fn unreconciled(&self, kind: BreakKind) -> i64 {
        self.breaks.values().filter_map(|counts| counts.get(kind as usize)).sum()
    }

    fn held(&mut self, portfolio: PortfolioId<'_>, symbol: Symbol<'_>) -> Option<&mut Held> {
        self.portfolios.get_mut(portfolio.0)?.get_mut(symbol.0)
    }
}

/// Changes a position, and says what that did to its profits.
fn change<T>(
    held: &mut Held,
    action: impl FnOnce(&mut Held) -> Result<T, Refusal>,
) -> Result<(T, Effect), Refusal> {
    let profits = |held: &Held| [held.position.realized().minor(), held.unrealized()].map(i128::from);
    let [realized, unrealized] = profits(held);
    let done = action(held)?;
    let [realized_now, unrealized_now] = profits(held);
    let effect = Effect {
        group: held.group,
        position: held.position,
        realized: realized_now - realized,
        unrealized: unrealized_now - unrealized,
    };
    Ok((done, effect))
}

/// How what is held differs from what is stated; nothing held is the same as not known.
fn difference(symbol: &str, (held, stated): (Option<Quantity>, Option<Quantity>)) -> Option<PositionBreak> {
    let some = |quantity: Option<Quantity>| quantity.filter(|quantity| *quantity != Quantity::ZERO);
    let kind = match (some(held), some(stated)) {
        (Some(held), Some(stated)) if held != stated => BreakKind::Quantity,
        (None, Some(_)) => BreakKind::MissingHere,
        (Some(_), None) => BreakKind::MissingThere,
        _ => return None,
    };
    let [held, stated] = [held, stated].map(|quantity| quantity.unwrap_or(Quantity::ZERO));
    Some(PositionBreak { symbol: symbol.into(), kind, held, stated })
}
