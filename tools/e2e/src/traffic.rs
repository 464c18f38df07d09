//! Telemetry of every kind, and beside it what should arrive, written by other means.

mod definitions;
mod measures;
mod records;
mod spans;
pub(crate) mod wire;

use std::collections::HashMap;
use std::time::{Duration, SystemTime};

use opentelemetry::Context;
use opentelemetry_proto::tonic::logs::v1::LogRecord;
use opentelemetry_proto::tonic::trace::v1::Span;
use otel_core::pipeline::Pipeline;
use otel_core::{Telemetry, Timestamp};

use self::definitions::{API_SCOPE, SCOPE};
pub(crate) use self::measures::Measured;
use self::measures::Measures;

/// The scope that something was recorded under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ScopeName {
    pub(crate) name: &'static str,
    pub(crate) version: &'static str,
}

pub(crate) const OURS: ScopeName = ScopeName { name: SCOPE.name, version: SCOPE.version };
const OF_API: ScopeName = ScopeName { name: API_SCOPE, version: "" };

/// Everything that was recorded, as it should arrive.
#[derive(Debug)]
pub(crate) struct Recorded {
    /// By span id.
    pub(crate) spans: HashMap<u64, (ScopeName, Span)>,
    /// By the number that each carries.
    pub(crate) log_records: HashMap<u64, (ScopeName, LogRecord)>,
    pub(crate) measured: Measured,
    /// When recording began. What was timed by a clock must lie between then and when it is looked at.
    pub(crate) began: SystemTime,
}

/// Records into a pipeline, and keeps what should arrive.
#[derive(Debug)]
pub(crate) struct Traffic<'a> {
    pipeline: &'a Pipeline,
    telemetry: Telemetry,
    measures: Measures,
    recorded: Recorded,
    /// The request before, to link to.
    before: Context,
    next: u32,
}

impl<'a> Traffic<'a> {
    pub(crate) fn new(pipeline: &'a Pipeline) -> Self {
        let telemetry = pipeline.telemetry().with_scope(&SCOPE);
        let measures = Measures::new(&telemetry);
        let recorded = Recorded {
            spans: HashMap::new(),
            log_records: HashMap::new(),
            measured: Measured::default(),
            began: SystemTime::now(),
        };
        Self { pipeline, telemetry, measures, recorded, before: Context::new(), next: 0 }
    }

    /// Records a request: three spans, two log records, and a value with each instrument.
    pub(crate) fn record(&mut self) {
        let number = self.next;
        self.next += 1;
        self.spans_and_event(number);
        self.log_record(number);
        self.measures.record(number, &mut self.recorded.measured);
    }

    pub(crate) fn recorded(&self) -> &Recorded {
        &self.recorded
    }
}

/// The time of a request: none that a clock would show, so that a time that was passed on is told from one that was
/// made up.
fn time(number: u32) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::new(1_700_000_000, 1) + Duration::from_micros(number.into()) * 1_001
}

fn nanos(time: SystemTime) -> u64 {
    Timestamp::from(time).unix_nanos()
}
