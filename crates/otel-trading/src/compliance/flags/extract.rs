//! What one fact says by itself.

use super::clock_divergence::{self, ClockTier};
use super::fact::{Action, FactError, MarketFact};
use super::flag::Flag;
use super::large_trade::{LargeTrade, LargeTradeLimits};
use super::set::Flags;
use super::wash_trade::{is_self_trade, self_trade};

/// The rules that need no memory: what a trade is worth, who is on both sides of it, and how good the clock was.
#[derive(Debug)]
pub struct StaticRules {
    large_trade: LargeTrade,
    clock: ClockTier,
}

impl StaticRules {
    /// These rules, with their limits.
    pub const fn new(large_trade: LargeTradeLimits, clock: ClockTier) -> Self {
        Self { large_trade: LargeTrade::new(large_trade), clock }
    }

    /// The executions so far whose value could not be compared.
    pub const fn undetermined(&self) -> u64 {
        self.large_trade.undetermined()
    }

    /// Every flag of one fact, with its evidence.
    ///
    /// # Errors
    ///
    /// When the fact cannot be judged: see [`MarketFact::check`].
    pub fn observe(&mut self, fact: &MarketFact) -> Result<[Option<Flag>; 3], FactError> {
        fact.check()?;
        Ok([self.large_trade.observe(fact), self_traded(fact), clock_divergence::judge(self.clock, fact)])
    }
}

/// Whether one fact shows both of its sides to be one owner's.
pub(super) fn self_traded(fact: &MarketFact) -> Option<Flag> {
    match fact.action {
        Action::Executed(execution) if is_self_trade(fact, &execution) => Some(self_trade(fact, &execution)),
        _ => None,
    }
}

/// The flags of one fact about an order or a trade, as far as it says them by itself.
///
/// What takes a history to see is what [`Surveillance`](super::Surveillance) is for; whether the venue was open is
/// what its calendar says.
///
/// # Errors
///
/// When the fact cannot be judged: see [`MarketFact::check`].
pub fn extract_compliance_flags(rules: &mut StaticRules, fact: &MarketFact) -> Result<Flags, FactError> {
    let raised = rules.observe(fact)?;
    Ok(raised.into_iter().flatten().map(|flag| flag.rule.kind).collect())
}
