//! What is said of the time from a tick to the order that answers it.

use otel_core::{CounterDef, HistogramDef, Unit};

use crate::labels::{Feed, Venue};

/// Ten buckets to a decade, from 10 ns to 1 s: the preferred numbers R10 of ISO 3.
///
/// Each is a quarter wider than the one before, so no quantile is off by more. Not exponential, because Prometheus has
/// to tell microseconds apart as well, and its text format has none of those.
#[rustfmt::skip]
const BOUNDS: [f64; 81] = [
    1.0e-8, 1.25e-8, 1.6e-8, 2.0e-8, 2.5e-8, 3.15e-8, 4.0e-8, 5.0e-8, 6.3e-8, 8.0e-8,
    1.0e-7, 1.25e-7, 1.6e-7, 2.0e-7, 2.5e-7, 3.15e-7, 4.0e-7, 5.0e-7, 6.3e-7, 8.0e-7,
    1.0e-6, 1.25e-6, 1.6e-6, 2.0e-6, 2.5e-6, 3.15e-6, 4.0e-6, 5.0e-6, 6.3e-6, 8.0e-6,
    1.0e-5, 1.25e-5, 1.6e-5, 2.0e-5, 2.5e-5, 3.15e-5, 4.0e-5, 5.0e-5, 6.3e-5, 8.0e-5,
    1.0e-4, 1.25e-4, 1.6e-4, 2.0e-4, 2.5e-4, 3.15e-4, 4.0e-4, 5.0e-4, 6.3e-4, 8.0e-4,
    1.0e-3, 1.25e-3, 1.6e-3, 2.0e-3, 2.5e-3, 3.15e-3, 4.0e-3, 5.0e-3, 6.3e-3, 8.0e-3,
    1.0e-2, 1.25e-2, 1.6e-2, 2.0e-2, 2.5e-2, 3.15e-2, 4.0e-2, 5.0e-2, 6.3e-2, 8.0e-2,
    1.0e-1, 1.25e-1, 1.6e-1, 2.0e-1, 2.5e-1, 3.15e-1, 4.0e-1, 5.0e-1, 6.3e-1, 8.0e-1,
    1.0,
];

/// From a tick to the order that answers it.
pub const TICK_TO_TRADE_DURATION: HistogramDef<(Venue, Feed)> = HistogramDef::new(
    "trading.tick_to_trade.duration",
    Unit::SECONDS,
    "From the receipt of a tick to the sending of the order that answers it.",
)
.with_bounds(&BOUNDS);
/// Orders from before their tick.
pub const TICK_TO_TRADE_NEGATIVE: CounterDef<(Venue, Feed)> = CounterDef::new(
    "trading.tick_to_trade.negative",
    Unit::new("{order}"),
    "Orders sent before the tick they answer was received: a clock is wrong, and they are not timed.",
);
/// Ticks that a correction left out.
pub const TICK_TO_TRADE_UNCORRECTED: CounterDef<(Venue, Feed)> = CounterDef::new(
    "trading.tick_to_trade.uncorrected",
    Unit::new("{tick}"),
    "Ticks that waited unseen behind a stall and were not added to the durations, because they were too many.",
);
