//! The arm `ours`: the facts of an item through `otel_core`.

use std::path::Path;
use std::time::Duration;

use opentelemetry_sdk::trace::Sampler;
use otel_core::pipeline::{InstallError, Pipeline};
use otel_core::sampling::TailSampling;
use otel_core::settings::{Environment, Exporter, Protocol, Spool};
use otel_core::{
    Choice, CounterDef, Decimal, Double, EventDef, GaugeDef, HistogramDef, Int, Key, Label as _, Outcome,
    Severity, Span, SpanDef, SpanKind, Telemetry, Text, Unit,
};

use crate::bursts::Engine;
use crate::words::{IdWord, OwnerWord};
use crate::workload::{Class, Direction, Item};

/// The identifier of the item.
pub const ID: Key<Text> = Key::new("bench.item.id", "Identifier of the item.");
/// The identifier of its owner.
pub const OWNER: Key<Text> = Key::new("bench.item.owner", "Identifier of the item's owner.");
/// Which way it goes.
pub const DIRECTION: Key<Choice<Direction>> = Key::new(Direction::KEY, "Which way the item goes.");
/// How many pieces.
pub const QUANTITY: Key<Int> = Key::new("bench.item.quantity", "How many pieces.");
/// Its number.
pub const SEQUENCE: Key<Int> = Key::new("bench.item.sequence", "The item's number.");
/// What a piece weighs.
pub const WEIGHT: Key<Double> = Key::new("bench.item.weight", "What a piece weighs.");
/// The identifier of the item, as a word of a closed list.
pub const ID_WORD: Key<Choice<IdWord>> = Key::new(IdWord::KEY, "Identifier of the item.");
/// The identifier of its owner, as a word of a closed list.
pub const OWNER_WORD: Key<Choice<OwnerWord>> = Key::new(OwnerWord::KEY, "Identifier of the item's owner.");
/// What a piece costs.
pub const PRICE: Key<Decimal> = Key::new("bench.item.price", "What a piece costs.");

/// Handling one item.
pub const HANDLE: SpanDef = SpanDef::new("item_handling", SpanKind::Internal, "One item is handled.");
/// One item was handled.
pub const HANDLED: EventDef = EventDef::new("bench.item.handled", Severity::Info, "One item was handled.");

/// Items handled.
pub const ITEMS: CounterDef<(Direction, Class)> =
    CounterDef::new("bench.items", Unit::new("{item}"), "Items handled.");
/// How long handling takes.
pub const DURATION: HistogramDef<Direction> =
    HistogramDef::new("bench.item.duration", Unit::SECONDS, "How long handling takes.").with_bounds(BOUNDS);
/// How long handling takes, in the buckets that a definition has unless it says otherwise.
pub const EXPONENTIAL: HistogramDef<Direction> =
    HistogramDef::new("bench.item.duration.exponential", Unit::SECONDS, "How long handling takes.");
/// Items that wait.
pub const WAITING: GaugeDef<Direction> =
    GaugeDef::new("bench.items.waiting", Unit::new("{item}"), "Items that wait.");

/// The buckets of the histogram in every arm: the SDK's defaults, so that all arms do the same work.
const BOUNDS: &[f64] = &[
    0.0, 5.0, 10.0, 25.0, 50.0, 75.0, 100.0, 250.0, 500.0, 750.0, 1_000.0, 2_500.0, 5_000.0, 7_500.0,
    10_000.0,
];

/// A pipeline that encodes, drains and batches everything, and throws the batches away.
///
/// # Errors
///
/// When the pipeline's thread cannot be started.
pub fn pipeline() -> Result<Pipeline, InstallError> {
    Telemetry::builder("bench").environment(Environment::default()).exporter(Exporter::Nothing).install()
}

/// The same, with the head sampler that the variables name.
///
/// # Errors
///
/// When the pipeline's thread cannot be started, or there is no such sampler.
pub fn pipeline_sampled_by(name: &str, argument: &str) -> Result<Pipeline, InstallError> {
    let variables = [("OTEL_TRACES_SAMPLER", name), ("OTEL_TRACES_SAMPLER_ARG", argument)];
    Telemetry::builder("bench").environment(Environment::of(variables)).exporter(Exporter::Nothing).install()
}

/// The same, with a head sampler.
///
/// # Errors
///
/// When the pipeline's thread cannot be started.
pub fn sampled_pipeline(sampler: Sampler) -> Result<Pipeline, InstallError> {
    Telemetry::builder("bench")
        .environment(Environment::default())
        .exporter(Exporter::Nothing)
        .sampler(sampler)
        .install()
}

/// The same, with a tail sampler.
///
/// # Errors
///
/// When the pipeline's thread cannot be started, or the sampler cannot be as asked for.
pub fn pipeline_with_tail(tail: TailSampling) -> Result<Pipeline, InstallError> {
    let builder = Telemetry::builder("bench").environment(Environment::default()).exporter(Exporter::Nothing);
    builder.tail_sampling(tail).install()
}

/// Tail sampling whose budgets keep everything; a trace is decided on a millisecond after its end.
pub fn keeping_all() -> TailSampling {
    TailSampling::new().spans_per_second(1e12).bytes_per_second(1e15).grace(Duration::from_millis(1))
}

/// Tail sampling that keeps so many spans a second.
pub fn keeping(spans_per_second: f64) -> TailSampling {
    keeping_all().spans_per_second(spans_per_second)
}

/// A pipeline that leaves everything to a spool in this directory, because nobody listens where it sends to.
///
/// # Errors
///
/// When the pipeline's thread cannot be started, or the spool cannot be opened.
pub fn spooled_pipeline(directory: &Path) -> Result<Pipeline, InstallError> {
    let nothing: [(String, String); 0] = [];
    Telemetry::builder("bench")
        .environment(Environment::of(nothing))
        .self_metrics(false)
        .endpoint(NOBODY)
        .protocol(Protocol::Grpc)
        .spool(Spool::at(directory).max_bytes(ROOM))
        .on_diagnostic(|_| {})
        .install()
}

/// Room for everything that a benchmark records, so that nothing has to make way.
const ROOM: u64 = 8 * 1024 * 1024 * 1024;

/// The discard port, where nobody listens.
const NOBODY: &str = "http://127.0.0.1:9";

impl Engine for Pipeline {
    /// Waits until the drain has caught up. What is left then fits batches that have not waited long enough.
    fn settle(&self) {
        while self.report().pending() > CAUGHT_UP {
            // Nobody unparks this thread, so this is a short sleep: to spin would take the drain's processor.
            std::thread::park_timeout(MOMENT);
        }
    }

    fn rest(&self) {
        // What is lost is said by the account.
        let _ = self.flush(PATIENCE);
    }

    fn lost(&self, _: u64) -> u64 {
        self.report().lost()
    }
}

/// How long a flush may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long to wait before another look.
const MOMENT: Duration = Duration::from_micros(100);

/// Records that may wait for company in the batches of both signals; the queue holds ten times as many.
const CAUGHT_UP: u64 = 32 * 1_024;

/// A span around one item, with six attributes.
#[inline]
pub fn span(telemetry: &Telemetry, item: &Item) {
    started(telemetry, item).finish(Outcome::Ok);
}

/// The span of one item, its attributes set.
#[inline]
pub fn started(telemetry: &Telemetry, item: &Item) -> Span {
    let mut span = telemetry.span(&HANDLE);
    span.set(&ID, &item.id)
        .set(&OWNER, &item.owner)
        .set(&DIRECTION, item.direction)
        .set(&QUANTITY, item.quantity)
        .set(&SEQUENCE, item.sequence)
        .set(&WEIGHT, item.weight);
    span
}

/// The same with words for its texts, at which the guard does not look.
#[inline]
pub fn span_of_words(telemetry: &Telemetry, item: &Item) {
    let mut span = telemetry.span(&HANDLE);
    span.set(&ID_WORD, IdWord::of(item))
        .set(&OWNER_WORD, OwnerWord::of(item))
        .set(&DIRECTION, item.direction)
        .set(&QUANTITY, item.quantity)
        .set(&SEQUENCE, item.sequence)
        .set(&WEIGHT, item.weight);
    span.finish(Outcome::Ok);
}

/// A span around one item with an event inside it.
#[inline]
pub fn span_with_event(telemetry: &Telemetry, item: &Item) {
    let span = started(telemetry, item);
    span.event(&HANDLED).set(&ID, &item.id).set(&QUANTITY, item.quantity).emit();
    span.finish(Outcome::Ok);
}

/// An event about one item, with three attributes.
#[inline]
pub fn event(telemetry: &Telemetry, item: &Item) {
    telemetry
        .event(&HANDLED)
        .set(&ID, &item.id)
        .set(&DIRECTION, item.direction)
        .set(&QUANTITY, item.quantity)
        .emit();
}

/// The same with a word for its text, at which the guard does not look.
#[inline]
pub fn event_of_words(telemetry: &Telemetry, item: &Item) {
    telemetry
        .event(&HANDLED)
        .set(&ID_WORD, IdWord::of(item))
        .set(&DIRECTION, item.direction)
        .set(&QUANTITY, item.quantity)
        .emit();
}
