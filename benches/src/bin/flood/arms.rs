//! The arms of the flood.

use std::error::Error;
use std::time::Duration;

use clap::ValueEnum;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{
    BatchConfig, BatchConfigBuilder, BatchSpanProcessor, SdkTracer, SdkTracerProvider,
};
use otel_benches::scratch::Scratch;
use otel_benches::workload::Item;
use otel_benches::{case_study, idiomatic, ours};
use otel_core::Telemetry;
use otel_core::ledger::DropReason;
use otel_core::pipeline::{Builder, Pipeline};
use otel_core::settings::{Environment, Exporter, Protocol, Spool};
use tokio::runtime::Runtime;

/// A way of recording and sending spans.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum Arm {
    /// As the document writes it that this project began with; default batch processor.
    CaseStudy,
    /// The stock SDK, well used, with its default batch processor.
    Idiomatic,
    /// The same with the largest queue and batches that make sense.
    IdiomaticTuned,
    /// `otel_core`.
    Ours,
    /// The same with a spool, which has every span before it is sent.
    OursSpooled,
    /// The same with tail sampling whose budgets keep everything, so that all of it is held, decided on and delivered.
    OursTail,
}

impl Arm {
    pub(crate) const ALL: [Self; 6] = [
        Self::CaseStudy,
        Self::Idiomatic,
        Self::IdiomaticTuned,
        Self::Ours,
        Self::OursSpooled,
        Self::OursTail,
    ];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::CaseStudy => "case_study",
            Self::Idiomatic => "idiomatic",
            Self::IdiomaticTuned => "idiomatic_tuned",
            Self::Ours => "ours",
            Self::OursSpooled => "ours_spooled",
            Self::OursTail => "ours_tail",
        }
    }
}

/// The queue and the batch of the tuned arm: a quarter of a million spans may wait, and a request stays below the four
/// mebibytes that gRPC servers take by default.
const TUNED_QUEUE: usize = 262_144;
const TUNED_BATCH: usize = 8_192;

/// What an arm says of itself once it is shut down, as far as it can.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Account {
    /// Spans that found the queue full.
    pub(crate) queue_full: Option<u64>,
    /// Spans that are neither delivered nor dropped for a reason.
    pub(crate) unaccounted: Option<u64>,
}

/// An arm that runs.
pub(crate) enum Running {
    Stock { case_study: bool, tracers: SdkTracerProvider, tracer: SdkTracer, _runtime: Runtime },
    Ours { pipeline: Box<Pipeline>, _directory: Option<Scratch> },
}

impl Running {
    pub(crate) fn start(arm: Arm, port: u16) -> Result<Self, Box<dyn Error>> {
        let endpoint = format!("http://127.0.0.1:{port}");
        let config = match arm {
            Arm::Ours => {
                let pipeline = Box::new(builder(endpoint).install()?);
                return Ok(Self::Ours { pipeline, _directory: None });
            }
            Arm::OursTail => {
                let pipeline = Box::new(builder(endpoint).tail_sampling(ours::keeping_all()).install()?);
                return Ok(Self::Ours { pipeline, _directory: None });
            }
            Arm::OursSpooled => {
                let directory = Scratch::new("flood")?;
                let spool = Spool::at(directory.path());
                let pipeline = Box::new(builder(endpoint).spool(spool).install()?);
                return Ok(Self::Ours { pipeline, _directory: Some(directory) });
            }
            Arm::CaseStudy | Arm::Idiomatic => BatchConfig::default(),
            Arm::IdiomaticTuned => BatchConfigBuilder::default()
                .with_max_queue_size(TUNED_QUEUE)
                .with_max_export_batch_size(TUNED_BATCH)
                .build(),
        };
        // The transport needs a runtime that is driven until the shutdown is over.
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let entered = runtime.enter();
        let exporter = SpanExporter::builder().with_tonic().with_endpoint(endpoint).build()?;
        drop(entered);
        let processor = BatchSpanProcessor::builder(exporter).with_batch_config(config).build();
        let tracers = SdkTracerProvider::builder()
            .with_resource(Resource::builder_empty().with_service_name("flood").build())
            .with_span_processor(processor)
            .build();
        let tracer = tracers.tracer("bench");
        Ok(Self::Stock { case_study: arm == Arm::CaseStudy, tracers, tracer, _runtime: runtime })
    }

    /// A recorder for one producing thread.
    pub(crate) fn record(&self) -> Box<dyn Fn(&Item) + Send> {
        match self {
            Self::Ours { pipeline, .. } => {
                let telemetry = pipeline.telemetry().clone();
                Box::new(move |item| ours::span(&telemetry, item))
            }
            Self::Stock { case_study: true, tracer, .. } => {
                let tracer = tracer.clone();
                Box::new(move |item| case_study::span(&tracer, item))
            }
            Self::Stock { tracer, .. } => {
                let tracer = tracer.clone();
                Box::new(move |item| idiomatic::span(&tracer, item))
            }
        }
    }

    /// Spans under way, if the arm can tell.
    pub(crate) fn pending(&self) -> u64 {
        match self {
            Self::Stock { .. } => 0,
            Self::Ours { pipeline, .. } => pipeline.report().spans.pending(),
        }
    }

    pub(crate) fn shutdown(&self, deadline: Duration) -> Account {
        match self {
            Self::Stock { tracers, .. } => {
                // What did not arrive is seen at the other end.
                let _ = tracers.shutdown_with_timeout(deadline);
                Account::default()
            }
            Self::Ours { pipeline, .. } => {
                let report = pipeline.shutdown(deadline).unwrap_or_else(|undelivered| *undelivered.report());
                Account {
                    queue_full: Some(report.spans.dropped(DropReason::QueueFull)),
                    unaccounted: Some(report.spans.pending()),
                }
            }
        }
    }
}

fn builder(endpoint: String) -> Builder {
    Telemetry::builder("flood")
        .environment(Environment::default())
        .exporter(Exporter::Otlp)
        .protocol(Protocol::Grpc)
        .endpoint(endpoint)
        .self_metrics(false)
}
