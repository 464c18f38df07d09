//! Trace and span identifiers.

use std::fmt;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};

use opentelemetry::{SpanId, TraceFlags, TraceId};

/// The flag of W3C Trace Context, level 2, that says that the last 56 bits of a trace id are random.
pub(crate) const RANDOM: TraceFlags = TraceFlags::new(0x02);

/// Where identifiers come from.
pub(crate) enum Ids {
    /// The generator at hand, seeded by the operating system.
    Random,
    /// 1, 2, 3, …: identifiers a test can predict.
    #[cfg_attr(
        not(feature = "testing"),
        expect(dead_code, reason = "only tests need predictable identifiers")
    )]
    Sequential(AtomicU64),
    /// The SDK's `IdGenerator` an application brought.
    #[cfg(feature = "pipeline")]
    Custom(Box<dyn opentelemetry_sdk::trace::IdGenerator>),
}

impl Ids {
    /// Whether the last 56 bits of a trace id are random, which is what the flag [`RANDOM`] promises. An application's
    /// generator has no way to say so.
    #[inline]
    pub(crate) const fn are_random(&self) -> bool {
        matches!(self, Self::Random)
    }

    #[inline]
    pub(crate) fn trace_id(&self, random: &mut Random) -> TraceId {
        match self {
            Self::Random => TraceId::from(random.trace_id()),
            Self::Sequential(next) => TraceId::from(u128::from(next.fetch_add(1, Ordering::Relaxed))),
            #[cfg(feature = "pipeline")]
            Self::Custom(generator) => generator.new_trace_id(),
        }
    }

    #[inline]
    pub(crate) fn span_id(&self, random: &mut Random) -> SpanId {
        match self {
            Self::Random => SpanId::from(random.span_id()),
            Self::Sequential(next) => SpanId::from(next.fetch_add(1, Ordering::Relaxed)),
            #[cfg(feature = "pipeline")]
            Self::Custom(generator) => generator.new_span_id(),
        }
    }
}

/// A source of random identifiers.
///
/// Two generators with 64 bits of state each, seeded apart: with one, the runs of two processes of a large fleet
/// would overlap sooner or later, and from there on they would hand out the same trace ids.
#[derive(Debug)]
pub(crate) struct Random {
    high: fastrand::Rng,
    low: fastrand::Rng,
}

impl Random {
    pub(crate) fn new() -> Self {
        // Not `fastrand`'s own seed, which an application can fix and a thread that ends falls back to a constant for.
        let seed = || fastrand::Rng::with_seed(RandomState::new().hash_one(0));
        Self { high: seed(), low: seed() }
    }

    #[inline]
    fn trace_id(&mut self) -> u128 {
        (u128::from(non_zero(&mut self.high)) << 64) | u128::from(self.low.u64(..))
    }

    #[inline]
    fn span_id(&mut self) -> u64 {
        non_zero(&mut self.low)
    }
}

/// A random number that is a valid identifier: zero is not.
#[inline]
fn non_zero(random: &mut fastrand::Rng) -> u64 {
    loop {
        let id = random.u64(..);
        if id != 0 {
            return id;
        }
    }
}

impl fmt::Debug for Ids {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Random => "Random",
            Self::Sequential(_) => "Sequential",
            #[cfg(feature = "pipeline")]
            Self::Custom(_) => "Custom",
        })
    }
}
