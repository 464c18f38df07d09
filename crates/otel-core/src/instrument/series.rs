//! The one place that names the SDK's bound instruments, which are experimental and may be renamed.
//!
//! With the feature `bound`, a series is a bound instrument: two virtual calls, no lock, no hash. Without it, a
//! series is the instrument and its attributes, looked up by the SDK at each measurement. Handles do not notice.

use opentelemetry::KeyValue;
use opentelemetry::metrics;

/// What a series is bound from.
pub(crate) trait Source {
    type Series: Send + Sync;

    fn bind(&self, attributes: Vec<KeyValue>) -> Self::Series;
}

/// An instrument of the OpenTelemetry API.
pub(crate) struct Unbound<I>(pub(crate) I);

macro_rules! sources {
    ($($instrument:ident<$value:ty> => $bound:ident.$record:ident;)+) => {$(
        #[cfg(feature = "bound")]
        impl Source for Unbound<metrics::$instrument<$value>> {
            type Series = metrics::$bound<$value>;

            fn bind(&self, attributes: Vec<KeyValue>) -> Self::Series {
                self.0.bind(&attributes)
            }
        }

        #[cfg(not(feature = "bound"))]
        impl Source for Unbound<metrics::$instrument<$value>> {
            type Series = LookedUp<metrics::$instrument<$value>>;

            fn bind(&self, attributes: Vec<KeyValue>) -> Self::Series {
                LookedUp { instrument: self.0.clone(), attributes }
            }
        }

        #[cfg(not(feature = "bound"))]
        impl LookedUp<metrics::$instrument<$value>> {
            #[inline]
            pub(crate) fn $record(&self, value: $value) {
                self.instrument.$record(value, &self.attributes);
            }
        }
    )+};
}

sources! {
    Counter<u64> => BoundCounter.add;
    UpDownCounter<i64> => BoundUpDownCounter.add;
    Gauge<i64> => BoundGauge.record;
    Gauge<f64> => BoundGauge.record;
    Histogram<f64> => BoundHistogram.record;
}

/// A series without binding: the instrument, and its attributes prepared once.
#[cfg(not(feature = "bound"))]
pub(crate) struct LookedUp<I> {
    instrument: I,
    attributes: Vec<KeyValue>,
}
