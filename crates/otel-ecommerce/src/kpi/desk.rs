//! What is said of a shop passes here first: what is not sound is not taken in.

use std::time::Duration;

use otel_core::{Capped, CappedLabel, Counter, Gauge, Label, Money, Telemetry, Timestamp};

use crate::conventions::kpi as said;
use crate::labels::{CurrencyCode, KpiFact, KpiMemory, KpiRefusal};

/// An amount that can be counted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Amount {
    pub(super) minor: u64,
    pub(super) currency: CurrencyCode,
}

/// What all key figures need.
#[derive(Debug)]
pub(super) struct Desk {
    pub(super) telemetry: Telemetry,
    currencies: Capped<CurrencyCode>,
    refusals: Counter<(KpiFact, KpiRefusal)>,
    evictions: Counter<KpiMemory>,
    remembered: Gauge<KpiMemory>,
    tolerance: Duration,
}

impl Desk {
    pub(super) fn new(telemetry: &Telemetry, tolerance: Duration) -> Self {
        Self {
            telemetry: telemetry.clone(),
            currencies: telemetry.capped(),
            refusals: telemetry.counter(&said::REFUSALS),
            evictions: telemetry.counter(&said::EVICTIONS),
            remembered: telemetry.gauge(&said::REMEMBERED),
            tolerance,
        }
    }

    /// Refuses what has no name, and what has not happened yet: one wrong clock would move all windows on.
    pub(super) fn check(&self, identifier: &str, at: Timestamp) -> Result<(), KpiRefusal> {
        if identifier.is_empty() {
            return Err(KpiRefusal::Identifier);
        }
        // Without telemetry there is no clock, and nothing to be wrong about.
        if self.telemetry.is_on() && at > self.telemetry.now().after(self.tolerance) {
            return Err(KpiRefusal::Future);
        }
        Ok(())
    }

    /// The time of a fact as windows go by it: what is ahead of the clock is of now, for one clock that is fast ends no
    /// window for everybody.
    pub(super) fn present(&self, at: Timestamp) -> Timestamp {
        if self.telemetry.is_on() { at.min(self.telemetry.now()) } else { at }
    }

    /// An amount as it is counted.
    pub(super) fn amount(&self, money: Money) -> Result<Amount, KpiRefusal> {
        let minor = u64::try_from(money.minor()).map_err(|_| KpiRefusal::Amount)?;
        let currency = self.currency(money).ok_or(KpiRefusal::Currency)?;
        Ok(Amount { minor, currency })
    }

    /// The label of a currency, if it is one of those that are kept apart: beyond the cap are several, which have no sum.
    pub(super) fn currency(&self, money: Money) -> Option<CurrencyCode> {
        let currency = self.currencies.get(money.currency().code());
        (currency.index() < CurrencyCode::CAP).then_some(currency)
    }

    /// Counts what was not taken in.
    pub(super) fn judge<T>(&self, fact: KpiFact, taken: Result<T, KpiRefusal>) -> Result<T, KpiRefusal> {
        if let Err(refusal) = taken {
            self.refusals.add(1, (fact, refusal));
        }
        taken
    }

    pub(super) fn evicted(&self, memory: KpiMemory, entries: u64) {
        if entries > 0 {
            self.evictions.add(entries, memory);
        }
    }

    pub(super) fn remembers(&self, memory: KpiMemory, entries: usize) {
        self.remembered.record(i64::try_from(entries).unwrap_or(i64::MAX), memory);
    }
}
