//! Events as telemetry.

use std::sync::Arc;

use otel_core::{Counter, Currency, Event, Telemetry, Timestamp};

use super::{
    AmountField, Dialect, ImportError, ImportProblem, Imported, Item, ItemField, ShopEvent, TextField,
};
use crate::conventions::vocabulary as said;
use crate::conventions::{CATALOGUE, CURRENCY};
use crate::invalid::{Field, Invalid};
use crate::labels::EventRefusal;

/// So many items are told by their identifiers; how many there are is told of all.
const TOLD_ITEMS: usize = 20;

/// Tells what happened in a shop, whoever it was that said so and in whatever words.
///
/// Searches, orders and payments that [`EventKind`](super::EventKind) has in common with whoever processes them are told
/// by one of the two. What is not taken is counted by its reason in `ecommerce.vocabulary.refusals`.
#[derive(Clone, Debug)]
pub struct EventLog {
    telemetry: Telemetry,
    refusals: Arc<Counter<EventRefusal>>,
}

impl EventLog {
    /// A log.
    pub fn new(telemetry: &Telemetry) -> Self {
        let telemetry = telemetry.with_scope(&CATALOGUE);
        Self { refusals: Arc::new(telemetry.counter(&said::REFUSALS)), telemetry }
    }

    /// Tells that it happens now, inside the span that is current on this thread.
    pub fn record(&self, event: &ShopEvent) {
        self.told(event).emit();
    }

    /// The same for what happened at another time: what comes late from a browser, or from a file.
    ///
    /// # Errors
    ///
    /// When that is no time, or in the future: it is not told.
    pub fn record_at(&self, event: &ShopEvent, at: Timestamp) -> Result<(), Invalid> {
        if let Err(error) = self.happened(at) {
            self.refusals.add(1, EventRefusal::Time);
            return Err(error);
        }
        self.told(event).at(at).emit();
        Ok(())
    }

    /// Reads what others say in their words, as [`Dialect::import`] does, and tells it.
    ///
    /// # Errors
    ///
    /// With the first thing that is wrong, and where it stands: it is not told.
    pub fn record_from(
        &self,
        dialect: Dialect,
        name: &str,
        params: &str,
        currency: Option<Currency>,
        at: Timestamp,
    ) -> Result<Imported, ImportError> {
        let read = dialect.import(name, params, currency).and_then(|read| {
            self.happened(at).map_err(|error| ImportProblem::Time(error).anywhere())?;
            Ok(read)
        });
        match &read {
            Ok(read) => self.told(&read.event).at(at).emit(),
            Err(error) => self.refusals.add(1, error.problem.refusal()),
        }
        read
    }

    fn happened(&self, at: Timestamp) -> Result<(), Invalid> {
        if at == Timestamp::default() {
            return Err(Invalid::Nothing(Field::Time));
        }
        // Without telemetry nobody knows what time it is.
        if self.telemetry.is_on() { Invalid::unless_past(at, self.telemetry.now()) } else { Ok(()) }
    }

    fn told(&self, event: &ShopEvent) -> Event {
        let mut told = self.telemetry.event(event.kind().event());
        for field in TextField::ALL {
            if let Some(text) = event.text(*field) {
                told = told.set(field.key(), text);
            }
        }
        if let Some(currency) = event.currency() {
            told = told.set(&CURRENCY, currency);
        }
        for field in AmountField::ALL {
            if let Some(amount) = event.amount(*field) {
                told = told.set(field.key(), amount);
            }
        }
        if let Some(step) = event.step() {
            told = told.set(&said::CHECKOUT_STEP, step.into());
        }
        if event.items().is_empty() { told } else { with_items(told, event.items()) }
    }
}

fn with_items(told: Event, items: &[Item]) -> Event {
    let pieces: u64 = items.iter().map(|item| u64::from(item.quantity().unwrap_or(1))).sum();
    let ids: Vec<&str> = items.iter().take(TOLD_ITEMS).filter_map(|item| item.text(ItemField::Id)).collect();
    let count = u64::try_from(items.len()).unwrap_or(u64::MAX);
    let told = told.set(&said::ITEM_COUNT, count).set(&said::ITEM_PIECES, pieces);
    if ids.is_empty() { told } else { told.set(&said::ITEM_IDS, &ids) }
}
