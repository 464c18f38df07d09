//! The stock SDK, set up as its documentation says: default batch processors, one meter provider.

use std::time::Duration;

use opentelemetry::logs::LoggerProvider as _;
use opentelemetry::metrics::{Meter, MeterProvider as _};
use opentelemetry::trace::{TraceContextExt as _, Tracer as _, TracerProvider as _};
use opentelemetry::{Context, ContextGuard};
use opentelemetry_sdk::logs::{BatchLogProcessor, SdkLogger, SdkLoggerProvider};
use opentelemetry_sdk::metrics::{PeriodicReader, SdkMeterProvider};
use opentelemetry_sdk::trace::{BatchSpanProcessor, Sampler, SdkTracer, SdkTracerProvider};

use crate::bursts::Engine;
use crate::discard::Discard;

/// The scope everything is recorded under.
const SCOPE: &str = "bench";

/// The providers of one application, which export to nowhere.
#[derive(Debug)]
pub struct Stock {
    exported: Discard,
    tracers: SdkTracerProvider,
    loggers: SdkLoggerProvider,
    meters: SdkMeterProvider,
}

impl Stock {
    /// Providers with the default sampler.
    pub fn new() -> Self {
        Self::with_sampler(Sampler::ParentBased(Box::new(Sampler::AlwaysOn)))
    }

    /// Providers with this sampler.
    pub fn with_sampler(sampler: Sampler) -> Self {
        let exported = Discard::default();
        let spans = BatchSpanProcessor::builder(exported.clone()).build();
        let logs = BatchLogProcessor::builder(exported.clone()).build();
        let reader = PeriodicReader::builder(exported.clone()).with_interval(Duration::from_secs(60)).build();
        Self {
            exported,
            tracers: SdkTracerProvider::builder().with_sampler(sampler).with_span_processor(spans).build(),
            loggers: SdkLoggerProvider::builder().with_log_processor(logs).build(),
            meters: SdkMeterProvider::builder().with_reader(reader).build(),
        }
    }

    /// A tracer, to be kept.
    pub fn tracer(&self) -> SdkTracer {
        self.tracers.tracer(SCOPE)
    }

    /// A logger, to be kept.
    pub fn logger(&self) -> SdkLogger {
        self.loggers.logger(SCOPE)
    }

    /// A meter.
    pub fn meter(&self) -> Meter {
        self.meters.meter(SCOPE)
    }

    /// Makes a span of this application current on this thread, if `wanted`, until the guard is dropped.
    pub fn current(&self, wanted: bool) -> Option<ContextGuard> {
        wanted.then(|| Context::current_with_span(self.tracer().start("parent")).attach())
    }
}

impl Engine for Stock {
    fn settle(&self) {
        // What did not arrive shows in the counts.
        let _ = self.tracers.force_flush();
        let _ = self.loggers.force_flush();
    }

    fn rest(&self) {
        self.settle();
    }

    fn lost(&self, made: u64) -> u64 {
        made.saturating_sub(self.exported.spans() + self.exported.logs())
    }
}

impl Default for Stock {
    fn default() -> Self {
        Self::new()
    }
}
