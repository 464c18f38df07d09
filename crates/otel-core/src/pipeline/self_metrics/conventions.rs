//! The names of the pipeline's own metrics. Those that begin with `otel.sdk` are the set of the semantic conventions
//! (`docs/otel/sdk-metrics.md`), whole; the others are ours.

use crate::metric::Unit;

pub(super) const COMPONENT_NAME: &str = "otel.component.name";
pub(super) const COMPONENT_TYPE: &str = "otel.component.type";
pub(super) const ERROR_TYPE: &str = "error.type";
pub(super) const SERVER_ADDRESS: &str = "server.address";
pub(super) const SERVER_PORT: &str = "server.port";
pub(super) const PARENT_ORIGIN: &str = "otel.span.parent.origin";
pub(super) const SAMPLING_RESULT: &str = "otel.span.sampling_result";
pub(super) const DESTINATION: &str = "otel_core.destination";
pub(super) const STREAM: &str = "otel_core.stream";
pub(super) const LANE: &str = "otel_core.lane";
pub(super) const OUTCOME: &str = "otel_core.outcome";
pub(super) const STAGE: &str = "otel_core.stage";
pub(super) const DECISION: &str = "otel_core.sampling.decision";
pub(super) const KIND: &str = "otel_core.kind";
pub(super) const ACTION: &str = "otel_core.action";
pub(super) const BEARER: &str = "otel_core.bearer";

/// Every key that a series of these metrics has.
pub(crate) const LABELS: [&str; 16] = [
    COMPONENT_NAME,
    COMPONENT_TYPE,
    ERROR_TYPE,
    SERVER_ADDRESS,
    SERVER_PORT,
    PARENT_ORIGIN,
    SAMPLING_RESULT,
    DESTINATION,
    STREAM,
    LANE,
    OUTCOME,
    STAGE,
    DECISION,
    KIND,
    ACTION,
    BEARER,
];

/// What collects metrics, as a component.
pub(super) const READER: [(&str, &str); 2] =
    [(COMPONENT_NAME, "periodic_metric_reader/0"), (COMPONENT_TYPE, "periodic_metric_reader")];

/// A metric: its name, its unit, and one sentence that says what it measures.
#[derive(Clone, Copy, Debug)]
pub(super) struct Metric {
    pub(super) name: &'static str,
    pub(super) unit: Unit,
    pub(super) brief: &'static str,
}

const fn metric(name: &'static str, unit: Unit, brief: &'static str) -> Metric {
    Metric { name, unit, brief }
}

const SPANS: Unit = Unit::new("{span}");
const LOGS: Unit = Unit::new("{log_record}");
const POINTS: Unit = Unit::new("{data_point}");
const RECORDS: Unit = Unit::new("{record}");

pub(super) const SPAN_LIVE: Metric =
    metric("otel.sdk.span.live", SPANS, "Recorded spans that have begun and not ended.");
pub(super) const SPAN_STARTED: Metric =
    metric("otel.sdk.span.started", SPANS, "Spans begun, recorded or not.");
pub(super) const SPAN_QUEUE_SIZE: Metric =
    metric("otel.sdk.processor.span.queue.size", SPANS, "Spans that wait to be put into a request.");
pub(super) const SPAN_QUEUE_CAPACITY: Metric = metric(
    "otel.sdk.processor.span.queue.capacity",
    SPANS,
    "Spans the queue has room for. It is bounded by bytes, so this is an estimate from the mean size so far.",
);
pub(super) const SPAN_PROCESSED: Metric =
    metric("otel.sdk.processor.span.processed", SPANS, "Spans handed over to exporters, or lost before.");
pub(super) const SPAN_IN_FLIGHT: Metric =
    metric("otel.sdk.exporter.span.inflight", SPANS, "Spans in requests that have no answer yet.");
pub(super) const SPAN_EXPORTED: Metric =
    metric("otel.sdk.exporter.span.exported", SPANS, "Spans for which an export is over, well or not.");
pub(super) const LOG_CREATED: Metric = metric("otel.sdk.log.created", LOGS, "Log records created.");
pub(super) const LOG_QUEUE_SIZE: Metric =
    metric("otel.sdk.processor.log.queue.size", LOGS, "Log records that wait to be put into a request.");
pub(super) const LOG_QUEUE_CAPACITY: Metric = metric(
    "otel.sdk.processor.log.queue.capacity",
    LOGS,
    "Log records the queue has room for. It is bounded by bytes, so this is an estimate from the mean size so far.",
);
pub(super) const LOG_PROCESSED: Metric =
    metric("otel.sdk.processor.log.processed", LOGS, "Log records handed over to exporters, or lost before.");
pub(super) const LOG_IN_FLIGHT: Metric =
    metric("otel.sdk.exporter.log.inflight", LOGS, "Log records in requests that have no answer yet.");
pub(super) const LOG_EXPORTED: Metric =
    metric("otel.sdk.exporter.log.exported", LOGS, "Log records for which an export is over, well or not.");
pub(super) const POINT_IN_FLIGHT: Metric = metric(
    "otel.sdk.exporter.metric_data_point.inflight",
    POINTS,
    "Metric data points in requests that have no answer yet.",
);
pub(super) const POINT_EXPORTED: Metric = metric(
    "otel.sdk.exporter.metric_data_point.exported",
    POINTS,
    "Metric data points for which an export is over, well or not.",
);
pub(super) const COLLECTION_DURATION: Metric = metric(
    "otel.sdk.metric_reader.collection.duration",
    Unit::SECONDS,
    "How long it took to collect the metrics, before they were exported.",
);
pub(super) const OPERATION_DURATION: Metric =
    metric("otel.sdk.exporter.operation.duration", Unit::SECONDS, "How long one attempt to export took.");

pub(super) const OUTCOMES: Metric = metric(
    "otel_core.records",
    RECORDS,
    "What became of everything, by stream, lane and destination: created and recovered are what came in, the rest \
     is where it went.",
);
pub(super) const PENDING: Metric =
    metric("otel_core.records.pending", RECORDS, "Records in memory, queued or on their way.");
pub(super) const SPOOLED: Metric =
    metric("otel_core.records.spooled", RECORDS, "Records on disk and nowhere else.");
pub(super) const QUEUE_BYTES: Metric =
    metric("otel_core.queue.size", Unit::BYTES, "Memory that the queue takes.");
pub(super) const QUEUE_LIMIT: Metric =
    metric("otel_core.queue.limit", Unit::BYTES, "Memory that the queue may take.");
pub(super) const REQUEST_BYTES: Metric = metric(
    "otel_core.requests.size",
    Unit::BYTES,
    "Memory that requests take which are over for no destination.",
);
pub(super) const SPOOL_BYTES: Metric =
    metric("otel_core.spool.size", Unit::BYTES, "Disk that the spools take.");
pub(super) const SPOOL_REFUSED: Metric = metric(
    "otel_core.spool.refused",
    RECORDS,
    "Records that a spool had no room for or could not write. They stayed in memory.",
);
pub(super) const STUCK: Metric = metric(
    "otel_core.stage.stuck",
    Unit::new("{stage}"),
    "Whether a stage has work and gets nowhere: 1 or 0 for each stage.",
);
pub(super) const SIFTED: Metric = metric(
    "otel_core.sampling.spans",
    Unit::new("{span}"),
    "Spans the tail sampler decided on: kept, sampled out, evicted for want of memory, or late for a trace that was \
     sampled out.",
);
pub(super) const HELD: Metric =
    metric("otel_core.sampling.held", Unit::new("{span}"), "Spans that wait for the end of their trace.");
pub(super) const HELD_BYTES: Metric = metric(
    "otel_core.sampling.held.size",
    Unit::BYTES,
    "Bytes of the spans that wait for the end of their trace.",
);
pub(super) const FACTOR: Metric = metric(
    "otel_core.sampling.factor",
    Unit::RATIO,
    "The share of the sampling budgets that the governor leaves.",
);
pub(super) const REDACTIONS: Metric = metric(
    "otel_core.redactions",
    Unit::new("{redaction}"),
    "What was found that must not leave, by its kind and by what was done about it.",
);
pub(super) const UNDECLARED: Metric = metric(
    "otel_core.attributes.undeclared",
    Unit::new("{attribute}"),
    "Attributes of others that were left out in strict mode, by what would have borne them.",
);
pub(super) const CPU_TIME: Metric =
    metric("otel_core.cpu.time", Unit::SECONDS, "Processor time of the pipeline's own threads.");
