//! Trace and span identifiers.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use fastrand::Rng;
use opentelemetry::{SpanId, TraceId};

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
    #[inline]
    pub(crate) fn trace_id(&self, random: &mut Rng) -> TraceId {
        match self {
            Self::Random => TraceId::from((u128::from(non_zero(random)) << 64) | u128::from(random.u64(..))),
            Self::Sequential(next) => TraceId::from(u128::from(next.fetch_add(1, Ordering::Relaxed))),
            #[cfg(feature = "pipeline")]
            Self::Custom(generator) => generator.new_trace_id(),
        }
    }

    #[inline]
    pub(crate) fn span_id(&self, random: &mut Rng) -> SpanId {
        match self {
            Self::Random => SpanId::from(non_zero(random)),
            Self::Sequential(next) => SpanId::from(next.fetch_add(1, Ordering::Relaxed)),
            #[cfg(feature = "pipeline")]
            Self::Custom(generator) => generator.new_span_id(),
        }
    }
}

/// A random number that is a valid identifier: zero is not.
#[inline]
fn non_zero(random: &mut Rng) -> u64 {
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
