//! What is said of stock that is set aside.

use otel_core::{Choice, Count, CounterDef, EventDef, Key, Label, Severity, SpanDef, SpanKind, Text, Unit};

use crate::labels::{ReleaseReason, ReservationResult};

/// What is sold.
pub const PRODUCT_ID: Key<Text> = Key::new("ecommerce.product.id", "The identifier of what is sold.");
/// What became of the reservation.
pub const RESULT: Key<Choice<ReservationResult>> =
    Key::new(ReservationResult::KEY, "What became of the reservation.");
/// How many pieces were asked for.
pub const WANTED: Key<Count> =
    Key::new("ecommerce.inventory.units.wanted", "How many pieces were asked for.");
/// How many pieces there were.
pub const SET_ASIDE: Key<Count> =
    Key::new("ecommerce.inventory.units.reserved", "How many pieces were set aside.");
/// How many pieces are for sale again.
pub const FREED: Key<Count> =
    Key::new("ecommerce.inventory.units.released", "How many pieces are for sale again.");
/// Why.
pub const RELEASE_REASON: Key<Choice<ReleaseReason>> =
    Key::new(ReleaseReason::KEY, "Why the pieces are for sale again.");

/// Stock is set aside.
pub const RESERVE_INVENTORY: SpanDef =
    SpanDef::new("reserve_inventory", SpanKind::Internal, "Stock is set aside for an order or a checkout.");

/// There was not enough.
pub const RAN_SHORT: EventDef = EventDef::new(
    "ecommerce.inventory.ran_short",
    Severity::Warn,
    "Fewer pieces of a product were there than were asked for.",
);
/// Stock is for sale again.
pub const RELEASED: EventDef = EventDef::new(
    "ecommerce.inventory.released",
    Severity::Info,
    "Pieces of a product that were set aside are for sale again.",
);

/// Reservations.
pub const RESERVATIONS: CounterDef<ReservationResult> = CounterDef::new(
    "ecommerce.inventory.reservations",
    Unit::new("{reservation}"),
    "Times that stock was to be set aside.",
);
/// Pieces that were not there.
pub const SHORTAGE: CounterDef<()> = CounterDef::new(
    "ecommerce.inventory.shortage",
    Unit::new("{piece}"),
    "Pieces that were asked for and were not there.",
);
/// Pieces that are for sale again.
pub const RELEASES: CounterDef<ReleaseReason> = CounterDef::new(
    "ecommerce.inventory.releases",
    Unit::new("{piece}"),
    "Pieces that were set aside and are for sale again.",
);

/// The name of the alert on missing stock.
pub(crate) const SHORT: &str = "ecommerce_inventory_short";
/// What the alert on missing stock means.
pub(crate) const SHORT_MEANS: &str = "Of more than one reservation in ten nothing is in stock: what sells is sold out, or the stock that is shown is wrong.";
