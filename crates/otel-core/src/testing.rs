//! Telemetry in tests: an in-memory pipeline with a clock and ids the test controls, and an in-process OTLP
//! receiver.
//!
//! ```
//! use otel_core::testing::TestTelemetry;
//! use otel_core::{Key, Outcome, SpanDef, SpanKind, Text};
//!
//! const CHECK: SpanDef = SpanDef::new("check", SpanKind::Internal, "A check.");
//! const SUBJECT: Key<Text> = Key::new("check.subject", "What was checked.");
//!
//! let test = TestTelemetry::new();
//! let mut span = test.span(&CHECK);
//! span.set(&SUBJECT, "tyres");
//! span.finish(Outcome::Ok);
//!
//! let recorded = test.finish();
//! assert_eq!(recorded.span(&CHECK).get(&SUBJECT), Some("tyres".into()));
//! ```

pub mod conformance;
mod disk_queue;
mod receiver;
mod recorded;
mod rehearsal;
mod tail_buffer;
mod value;

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

pub use conformance::{assert_conforms, assert_declared, assert_sound, conformance};
pub use disk_queue::DiskQueue;
pub use receiver::{
    Answer, Attempt, Counts, Door, Fate, GrpcCode, GrpcStatus, HttpStatus, Moment, Received, Receiver,
    ReceiverBuilder, RequestHead, RetryAfter, TlsIdentity, Transport,
};
pub use recorded::{Recorded, TestEvent, TestHistogram, TestSpan, TestStatus};
pub use rehearsal::AlertRehearsal;
pub use tail_buffer::TailBuffer;
pub use value::TestValue;

use crate::alerting::{Alert, Alerting};
use crate::clock::{Clock, ManualClock};
use crate::head::{BuiltIn, HeadSampler, Root};
use crate::ids::Ids;
use crate::pipeline::{Destination, Memory, Parts, Pipeline, Resource, Site, Way};
use crate::privacy::Privacy;
use crate::sampling::GovernorSettings;
use crate::settings::{Code, Environment, Exporter, Settings};
use crate::telemetry::Telemetry;
use crate::time::Timestamp;

/// How long a test waits for its own pipeline before it fails.
const PATIENCE: Duration = Duration::from_secs(30);

/// The moment a test begins: 2024-01-01T00:00:00Z.
const BEGINNING: Timestamp = Timestamp::from_unix_nanos(1_704_067_200_000_000_000);

/// A pipeline that keeps everything in memory, with a clock that only moves when told and ids that count up.
///
/// It is the real pipeline with another clock, other ids and another destination. Each is independent of all
/// others, so tests run in parallel. It dereferences to [`Telemetry`].
#[derive(Debug)]
pub struct TestTelemetry {
    pipeline: Pipeline,
    memory: Arc<Memory>,
    clock: Arc<ManualClock>,
}

impl TestTelemetry {
    /// A pipeline with nothing in it.
    ///
    /// # Panics
    ///
    /// When the pipeline's thread cannot be started.
    #[expect(clippy::new_without_default, reason = "making one starts a thread, which a default should not")]
    pub fn new() -> Self {
        Self::at(BEGINNING, None, Privacy::standard())
    }

    /// A pipeline with nothing in it that does something else about what must not leave than others do.
    ///
    /// # Panics
    ///
    /// When the pipeline's thread cannot be started.
    pub fn private(privacy: Privacy) -> Self {
        Self::at(BEGINNING, None, privacy)
    }

    /// A pipeline with nothing in it but an alert machine, which looks at what there is when
    /// [`TestTelemetry::alerts_now`] says so.
    ///
    /// # Panics
    ///
    /// When a thread cannot be started, or the memory of the alerts cannot be kept.
    pub fn alerting(alerting: Alerting) -> Self {
        Self::at(BEGINNING, Some(alerting), Privacy::standard())
    }

    /// The same as [`TestTelemetry::alerting`], but later: for what happens after a restart.
    ///
    /// # Panics
    ///
    /// When a thread cannot be started, or the memory of the alerts cannot be kept.
    pub fn alerting_at(beginning: Timestamp, alerting: Alerting) -> Self {
        Self::at(beginning, Some(alerting), Privacy::standard())
    }

    /// A pipeline with nothing in it that exports counters and histograms as differences from export to export. What is
    /// recorded is their sum.
    ///
    /// # Panics
    ///
    /// When the pipeline's thread cannot be started.
    pub fn delta() -> Self {
        let delta = ("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "delta");
        Self::with(BEGINNING, None, Privacy::standard(), settings([delta]))
    }

    fn at(beginning: Timestamp, alerting: Option<Alerting>, privacy: Privacy) -> Self {
        Self::with(beginning, alerting, privacy, settings([]))
    }

    fn with(beginning: Timestamp, alerting: Option<Alerting>, privacy: Privacy, settings: Settings) -> Self {
        let memory = Arc::new(Memory::default());
        let clock = Arc::new(ManualClock::new(beginning));
        let kept = Arc::clone(&memory);
        let parts = Parts {
            clock: Clock::Manual(Arc::clone(&clock)),
            ids: Ids::Sequential(AtomicU64::new(1)),
            sampler: HeadSampler::BuiltIn(BuiltIn { parent_based: true, root: Root::AlwaysOn }),
            resource: Resource::bare("test"),
            listener: Arc::new(|_| {}),
            sites: Box::new(move |_| {
                let destination = Arc::new(Destination::Memory(kept));
                let way = || Some(Way { destination: Arc::clone(&destination), attempt: PATIENCE });
                Ok(vec![Site { streams: std::array::from_fn(|_| way()) }])
            }),
            settings,
            alerting,
            chores: Vec::new(),
            governor: GovernorSettings::default(),
            privacy,
        };
        match parts.install() {
            Ok(pipeline) => Self { pipeline, memory, clock },
            #[expect(clippy::panic, reason = "a test without its telemetry has failed")]
            Err(error) => panic!("{error}"),
        }
    }

    /// The handle to give to what is tested.
    pub const fn telemetry(&self) -> &Telemetry {
        self.pipeline.telemetry()
    }

    /// The pipeline, for its providers.
    pub const fn pipeline(&self) -> &Pipeline {
        &self.pipeline
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: Duration) {
        self.clock.advance(by);
    }

    /// Sets the wall clock, as NTP does: what is stamped from now on has other times, and no duration notices.
    pub fn set_clock(&self, to: Timestamp) {
        self.clock.set(to);
    }

    /// Collects metrics, evaluates all alert rules, and returns every alert that is remembered.
    pub fn alerts_now(&self) -> Vec<Alert> {
        self.pipeline.alerts_now(PATIENCE)
    }

    /// Everything recorded so far.
    ///
    /// # Panics
    ///
    /// When the pipeline lost something.
    pub fn recorded(&self) -> Recorded {
        complete(self.pipeline.flush(PATIENCE));
        Recorded::decode(&self.memory.requests(), self.telemetry())
    }

    /// Shuts the pipeline down and returns everything recorded.
    ///
    /// # Panics
    ///
    /// When the pipeline lost something, or cannot account for everything.
    pub fn finish(self) -> Recorded {
        let report = complete(self.pipeline.shutdown(PATIENCE));
        assert_eq!(report.pending(), 0, "unaccounted: {report}");
        Recorded::decode(&self.memory.requests(), self.telemetry())
    }
}

#[expect(clippy::panic, reason = "a test whose telemetry lost something has failed")]
fn complete(result: Result<crate::ledger::Report, crate::pipeline::Undelivered>) -> crate::ledger::Report {
    result.unwrap_or_else(|undelivered| panic!("{undelivered}"))
}

impl Deref for TestTelemetry {
    type Target = Telemetry;

    fn deref(&self) -> &Telemetry {
        self.telemetry()
    }
}

/// The defaults but for what would leave the process, with metrics collected only when the test asks for them.
#[expect(clippy::panic, reason = "the defaults are valid, whatever the environment of the test")]
fn settings<const N: usize>(variables: [(&'static str, &'static str); N]) -> Settings {
    let code = Code {
        service_name: "test".to_owned(),
        exporter: Some(Exporter::Console),
        self_metrics: Some(false),
        metric_interval: Some(Duration::from_secs(24 * 60 * 60)),
        ..Code::default()
    };
    Settings::resolve(&code, &Environment::of(variables)).unwrap_or_else(|problems| panic!("{problems:?}"))
}
