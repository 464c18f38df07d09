//! How context travels to other processes.

use opentelemetry::propagation::{TextMapCompositePropagator, TextMapPropagator};

use crate::propagation::{BaggagePropagator, TraceContextPropagator};
use crate::settings::{PropagationSettings, Propagator};

/// All propagators as one.
pub(super) fn composite(settings: &PropagationSettings) -> TextMapCompositePropagator {
    let each = settings.propagators.iter().map(|propagator| -> Box<dyn TextMapPropagator + Send + Sync> {
        match propagator {
            Propagator::TraceContext => Box::new(TraceContextPropagator::new()),
            Propagator::Baggage => Box::new(BaggagePropagator::new(settings.baggage.clone())),
        }
    });
    TextMapCompositePropagator::new(each.collect())
}
