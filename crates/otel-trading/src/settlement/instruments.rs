//! What settlement is measured by.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use otel_core::{Capped, CappedLabel, Counter, FloatGauge, Gauge, Label, Money, Telemetry};

use crate::conventions::settlement as said;
use crate::labels::{
    Age, CurrencyCode, FailReason, Place, SettlementRefusal as Refusal, SettlementStatus as Status,
};

/// The instruments of settlement.
#[derive(Debug)]
pub(super) struct Instruments {
    places: Capped<Place>,
    currencies: Capped<CurrencyCode>,
    instructions: Counter<(Place, Status)>,
    failures: Counter<(Place, FailReason)>,
    refusals: Counter<Refusal>,
    violations: Counter<Status>,
    outstanding: Gauge<(Place, Age)>,
    outstanding_value: Gauge<(Age, CurrencyCode)>,
    fail_rate: FloatGauge<()>,
    /// What was recorded, by the positions of labels: it has to go back to zero when nothing is left of it.
    recorded: Mutex<Recorded>,
}

#[derive(Debug, Default)]
struct Recorded {
    places: BTreeMap<usize, Place>,
    currencies: BTreeMap<usize, CurrencyCode>,
}

impl Instruments {
    pub(super) fn new(telemetry: &Telemetry) -> Self {
        Self {
            places: telemetry.capped(),
            currencies: telemetry.capped(),
            instructions: telemetry.counter(&said::INSTRUCTIONS),
            failures: telemetry.counter(&said::FAILURES),
            refusals: telemetry.counter(&said::REFUSALS),
            violations: telemetry.counter(&said::VIOLATIONS),
            outstanding: telemetry.gauge(&said::OUTSTANDING),
            outstanding_value: telemetry.gauge(&said::OUTSTANDING_VALUE),
            fail_rate: telemetry.float_gauge(&said::FAIL_RATE),
            recorded: Mutex::default(),
        }
    }

    pub(super) fn moved(&self, place: &str, to: Status) {
        self.instructions.add(1, (self.places.get(place), to));
    }

    pub(super) fn failed(&self, place: &str, reason: FailReason) {
        self.failures.add(1, (self.places.get(place), reason));
    }

    pub(super) fn refused(&self, refusal: Refusal) {
        self.refusals.add(1, refusal);
    }

    pub(super) fn violated(&self, status: Status) {
        self.violations.add(1, status);
    }

    pub(super) fn fail_rate(&self, rate: f64) {
        self.fail_rate.record(rate, ());
    }

    pub(super) fn sums(&self) -> Sums<'_> {
        Sums { instruments: self, counts: BTreeMap::new(), values: BTreeMap::new() }
    }

    fn recorded(&self) -> MutexGuard<'_, Recorded> {
        self.recorded.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is open, added up.
#[derive(Debug)]
pub(super) struct Sums<'a> {
    instruments: &'a Instruments,
    counts: BTreeMap<(usize, usize), i64>,
    values: BTreeMap<(usize, usize), i128>,
}

impl Sums<'_> {
    pub(super) fn add(&mut self, place: &str, age: Age, value: Option<Money>) {
        let mut recorded = self.instruments.recorded();
        let place = self.instruments.places.get(place);
        recorded.places.insert(Label::index(place), place);
        *self.counts.entry((Label::index(place), age as usize)).or_default() += 1;
        let Some(value) = value else { return };
        let currency = self.instruments.currencies.get(value.currency().code());
        // Beyond the cap are several currencies, which have no sum.
        if Label::index(currency) < CurrencyCode::CAP {
            recorded.currencies.insert(Label::index(currency), currency);
            *self.values.entry((Label::index(currency), age as usize)).or_default() +=
                i128::from(value.minor());
        }
    }

    pub(super) fn record(self) {
        let recorded = self.instruments.recorded();
        for age in Age::ALL {
            for (index, place) in &recorded.places {
                let count = self.counts.get(&(*index, *age as usize)).copied().unwrap_or_default();
                self.instruments.outstanding.record(count, (*place, *age));
            }
            for (index, currency) in &recorded.currencies {
                let sum = self.values.get(&(*index, *age as usize)).copied().unwrap_or_default();
                // What no integer of the wire can hold is not said at all, rather than wrongly.
                if let Ok(sum) = i64::try_from(sum) {
                    self.instruments.outstanding_value.record(sum, (*age, *currency));
                }
            }
        }
    }
}
