//! How context travels to other processes.

use opentelemetry::propagation::{TextMapCompositePropagator, TextMapPropagator};

use crate::propagation::{BaggagePropagator, TraceContextPropagator};
use crate::sensitive::Guard;
use crate::settings::{PropagationSettings, Propagator};

/// All propagators as one.
pub(super) fn composite(settings: &PropagationSettings, guard: &Guard) -> TextMapCompositePropagator {
    let each = settings.propagators.iter().map(|propagator| -> Box<dyn TextMapPropagator + Send + Sync> {
        match propagator {
            Propagator::TraceContext => Box::new(TraceContextPropagator::new()),
            Propagator::Baggage => {
                Box::new(BaggagePropagator::new(settings.baggage.clone()).guarded_by(guard))
            }
        }
    });
    TextMapCompositePropagator::new(each.collect())
}
