//! Events as telemetry.

use otel_core::{Event, Telemetry, Timestamp};

use super::{AmountField, Item, ItemField, ShopEvent, TextField};
use crate::conventions::vocabulary as said;
use crate::conventions::{CATALOGUE, CURRENCY};

/// So many items are told by their identifiers; how many there are is told of all.
const TOLD_ITEMS: usize = 20;

/// Tells what happened in a shop, whoever it was that said so and in whatever words.
///
/// Searches, orders and payments that [`EventKind`](super::EventKind) has in common with whoever processes them are told
/// by one of the two.
#[derive(Clone, Debug)]
pub struct EventLog {
    telemetry: Telemetry,
}

impl EventLog {
    /// A log.
    pub fn new(telemetry: &Telemetry) -> Self {
        Self { telemetry: telemetry.with_scope(&CATALOGUE) }
    }

    /// Tells that it happens now, inside the span that is current on this thread.
    pub fn record(&self, event: &ShopEvent) {
        self.told(event).emit();
    }

    /// The same for what happened at another time: what comes late from a browser, or from a file.
    pub fn record_at(&self, event: &ShopEvent, at: Timestamp) {
        self.told(event).at(at).emit();
    }

    fn told(&self, event: &ShopEvent) -> Event {
        let mut told = self.telemetry.event(event.kind().event());
        for field in TextField::ALL {
            if let (Some(key), Some(text)) = (field.key(), event.text(*field)) {
                told = told.set(key, text);
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
