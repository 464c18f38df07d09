//! What positions are measured by.

use std::collections::HashMap;

use otel_core::{Capped, CappedLabel, Counter, FloatGauge, Gauge, Label, Telemetry};

use super::book::{Book, Effect};
use crate::conventions::positions as said;
use crate::ids::GroupName;
use crate::labels::{BreakKind, CurrencyCode, PortfolioGroup, PositionChange, PositionRefusal as Refusal};
use crate::quantity::Quantity;

/// The instruments of positions.
#[derive(Debug)]
pub(super) struct Instruments {
    groups: Capped<PortfolioGroup>,
    currencies: Capped<CurrencyCode>,
    changes: Counter<(PortfolioGroup, PositionChange)>,
    refusals: Counter<Refusal>,
    open: Gauge<PortfolioGroup>,
    realized: Gauge<(PortfolioGroup, CurrencyCode)>,
    unrealized: Gauge<(PortfolioGroup, CurrencyCode)>,
    utilization: FloatGauge<PortfolioGroup>,
    breaks: Counter<BreakKind>,
    unreconciled: Gauge<BreakKind>,
}

/// The profits of each group in each currency, realised and on paper.
pub(super) type Profits = HashMap<(PortfolioGroup, CurrencyCode), (i128, i128)>;

impl Instruments {
    pub(super) fn new(telemetry: &Telemetry) -> Self {
        Self {
            groups: telemetry.capped(),
            currencies: telemetry.capped(),
            changes: telemetry.counter(&said::CHANGES),
            refusals: telemetry.counter(&said::REFUSALS),
            open: telemetry.gauge(&said::OPEN),
            realized: telemetry.gauge(&said::PROFIT_REALIZED),
            unrealized: telemetry.gauge(&said::PROFIT_UNREALIZED),
            utilization: telemetry.float_gauge(&said::LIMIT_UTILIZATION),
            breaks: telemetry.counter(&said::BREAKS),
            unreconciled: telemetry.gauge(&said::UNRECONCILED),
        }
    }

    pub(super) fn group(&self, group: GroupName<'_>) -> PortfolioGroup {
        self.groups.get(group.0)
    }

    pub(super) fn changed(&self, change: PositionChange, effect: &Effect) {
        self.changes.add(1, (effect.group, change));
    }

    pub(super) fn refused(&self, refusal: Refusal) {
        self.refusals.add(1, refusal);
    }

    /// Records the profits of a group after one of its positions changed.
    pub(super) fn earned(&self, profits: &mut Profits, effect: &Effect) {
        let currency = self.currencies.get(effect.position.cost().currency().code());
        // Beyond the cap are several currencies, which have no sum.
        if Label::index(currency) >= CurrencyCode::CAP {
            return;
        }
        let labels = (effect.group, currency);
        let (realized, unrealized) = profits.entry(labels).or_default();
        *realized += effect.realized;
        *unrealized += effect.unrealized;
        for (gauge, sum) in [(&self.realized, *realized), (&self.unrealized, *unrealized)] {
            // What no integer of the wire can hold is not said at all, rather than wrongly.
            if let Ok(sum) = i64::try_from(sum) {
                gauge.record(sum, labels);
            }
        }
    }

    pub(super) fn checked(&self, book: &Book) {
        let mut groups: HashMap<PortfolioGroup, (i64, Option<f64>)> = HashMap::new();
        for held in book.all() {
            let (open, fullest) = groups.entry(held.group).or_default();
            *open += i64::from(held.position.quantity() != Quantity::ZERO);
            if let Some(utilization) = held.utilization() {
                *fullest = Some(fullest.map_or(utilization, |most: f64| most.max(utilization)));
            }
        }
        for (group, (open, fullest)) in groups {
            self.open.record(open, group);
            if let Some(fullest) = fullest {
                self.utilization.record(fullest, group);
            }
        }
    }

    pub(super) fn broken(&self, kind: BreakKind) {
        self.breaks.add(1, kind);
    }

    pub(super) fn unreconciled(&self, book: &Book) {
        for kind in BreakKind::ALL {
            self.unreconciled.record(book.unreconciled(*kind), *kind);
        }
    }
}
