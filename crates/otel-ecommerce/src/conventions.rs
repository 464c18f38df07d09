//! Everything this crate emits, as const data: with `labels`, the only words that leave the process.

use otel_core::{Catalogue, Choice, Currency, Key, Label, Pseudonym, Text};

use crate::alerts::ALERTS;
use crate::labels::{Channel, CurrencyCode};

/// The currency of an amount.
pub const CURRENCY: Key<Currency> =
    Key::new(CurrencyCode::KEY, "The currency of the amount: an ISO 4217 code.");
/// Where the shop was used.
pub const CHANNEL: Key<Choice<Channel>> = Key::new(Channel::KEY, "Through which channel the shop was used.");
/// The order.
pub const ORDER_ID: Key<Text> = Key::new("ecommerce.order.id", "The identifier of the order.");
/// Who it was.
pub const USER: Key<Pseudonym> = Key::new(
    "ecommerce.user.pseudonym",
    "The keyed pseudonym of the user; the user's identifier never leaves.",
);

/// Everything this crate emits.
pub const CATALOGUE: Catalogue = Catalogue {
    name: env!("CARGO_PKG_NAME"),
    version: env!("CARGO_PKG_VERSION"),
    attributes: &[CURRENCY.facts(), CHANNEL.facts(), ORDER_ID.facts(), USER.facts()],
    spans: &[],
    events: &[],
    metrics: &[],
    alerts: ALERTS,
};
