//! What the quantities of an order would be after a fact.

use crate::labels::ExecType;
use crate::lifecycle::executions::{Execution, Executions};
use crate::lifecycle::notional::Notional;
use crate::lifecycle::{Fact, Lifecycle, takes_back};
use crate::quantity::Quantity;

/// What the quantities of an order would be after a fact.
pub(super) struct After {
    pub(super) ordered: Quantity,
    pub(super) cumulative: Quantity,
    pub(super) notional: Option<Notional>,
    pub(super) executions: Executions,
    /// Whether what the fact says adds up with what is known.
    pub(super) adds_up: bool,
    /// Whether the fact refers to an execution that may have been and is not known.
    pub(super) is_guess: bool,
}

impl After {
    /// What would be; `None` when the fact takes back an execution that never was.
    pub(super) fn of(order: &Lifecycle, fact: &Fact) -> Option<Self> {
        let mut after = Self {
            ordered: order.ordered,
            cumulative: order.cumulative,
            notional: order.notional,
            executions: order.executions,
            adds_up: true,
            is_guess: false,
        };
        match fact.exec_type {
            // An acknowledgement that was overtaken by an execution does not know of it.
            ExecType::New | ExecType::PendingNew => {}
            ExecType::PartialFill | ExecType::Fill => after.execute(fact),
            ExecType::TradeCancel | ExecType::TradeCorrect => after.take_back(fact)?,
            _ if fact.quantities.are_unknown() => {}
            ExecType::Restated => after.restate(fact),
            _ => {
                after.ordered = fact.quantities.ordered.unwrap_or(after.ordered);
                after.agree(Some(after.cumulative), fact);
            }
        }
        if after.cumulative == Quantity::ZERO {
            // Whatever was unknown is gone.
            after.notional = Some(Notional::ZERO);
        }
        Some(after)
    }

    fn execute(&mut self, fact: &Fact) {
        let last = fact.quantities.last.unwrap_or(Quantity::ZERO);
        let is_plausible = last > Quantity::ZERO;
        self.add(fact, last);
        self.agree(self.cumulative.checked_add(last), fact);
        let is_all = self.cumulative == self.ordered;
        let may_be_all = fact.exec_type == ExecType::Fill;
        self.adds_up &= is_plausible && is_all == may_be_all && self.cumulative <= self.ordered;
    }

    fn take_back(&mut self, fact: &Fact) -> Option<()> {
        let found = fact.refers_to.and_then(|report| self.executions.find(report));
        if fact.refers_to.is_some() && found.is_none() {
            if self.executions.are_complete() {
                return None;
            }
            self.is_guess = true;
        }
        let corrects = fact.exec_type == ExecType::TradeCorrect;
        let said = fact.quantities.last;
        let taken = match found {
            Some(execution) => Some(execution.quantity),
            // Without a reference only the venue knows how much it was before.
            None if corrects => fact.quantities.cumulative.and_then(|cumulative| {
                self.cumulative.checked_add(said.unwrap_or(Quantity::ZERO))?.checked_sub(cumulative)
            }),
            None => said,
        };
        let worth = match found {
            Some(execution) => execution.notional(),
            None if corrects => None,
            None => said.zip(fact.prices.last).map(|(last, price)| Notional::of(last, price)),
        };
        match found {
            Some(execution) => self.executions.remove(execution.report),
            None => self.executions.miss(),
        }
        self.notional = self.notional.zip(worth).and_then(|(all, worth)| all.checked_sub(worth));
        let mut expected = self.cumulative.checked_sub(taken.unwrap_or(Quantity::ZERO));
        if corrects && taken.is_some() {
            let last = said.unwrap_or(Quantity::ZERO);
            expected = expected.and_then(|expected| expected.checked_add(last));
            self.add(fact, last);
        }
        self.agree(expected, fact);
        Some(())
    }

    /// A restatement that changes what is ordered may change everything: a share was split.
    fn restate(&mut self, fact: &Fact) {
        let ordered = fact.quantities.ordered.unwrap_or(self.ordered);
        let (is_changed, cumulative) = (ordered != self.ordered, fact.quantities.cumulative);
        self.ordered = ordered;
        match cumulative.filter(|cumulative| is_changed && *cumulative >= Quantity::ZERO) {
            Some(cumulative) => {
                if cumulative != self.cumulative {
                    // The amount stays through a split, but what single executions were does not.
                    self.executions = Executions::new(false);
                }
                self.cumulative = cumulative;
                self.adds_up &= cumulative <= ordered;
            }
            None => self.agree(Some(self.cumulative), fact),
        }
    }

    /// Adds what was executed to what is known of single executions, and its worth to that of all.
    fn add(&mut self, fact: &Fact, quantity: Quantity) {
        let price = fact.prices.last;
        self.notional =
            self.notional.zip(price).and_then(|(all, price)| all.checked_add(Notional::of(quantity, price)));
        // What is no execution cannot be taken back either.
        match fact.report.filter(|_| quantity > Quantity::ZERO) {
            Some(report) => self.executions.insert(Execution { report, quantity, price }),
            None => self.executions.miss(),
        }
    }

    /// Believes what the venue says is executed, and compares it with what was expected.
    fn agree(&mut self, expected: Option<Quantity>, fact: &Fact) {
        let reported = fact.quantities.cumulative;
        let mut cumulative = reported.or(expected).unwrap_or(self.cumulative);
        self.adds_up &=
            expected == Some(cumulative) && cumulative >= Quantity::ZERO && cumulative <= self.ordered;
        if takes_back(fact.exec_type) {
            cumulative = cumulative.max(Quantity::ZERO);
        } else {
            // Only a bust takes executions back; anything else that reports fewer of them is late.
            cumulative = cumulative.max(self.cumulative);
        }
        if expected != Some(cumulative) {
            // Executions are missing here, and nobody knows at what price.
            self.notional = None;
            self.executions.miss();
        }
        self.cumulative = cumulative;
    }
}
