//! Runs one operation in one arm a given number of times, and nothing else: for instruction counts and profiles.
//!
//! It prints the mean time, which is a first impression and no benchmark. Instructions for each operation are the difference between two runs: see `docs/performance.md`.

use std::time::Duration;

use clap::{Parser, ValueEnum};
use otel_benches::bursts::Arm as Measured;
use otel_benches::order_flow::{self, OrderFlow};
use otel_benches::stock::Stock;
use otel_benches::workload::Work;
use otel_benches::{case_study, idiomatic, ours};
use otel_core::pipeline::InstallError;
use otel_trading::{Observability, OrderTape};

/// Runs one operation in one arm a given number of times.
#[derive(Debug, Parser)]
struct Options {
    /// What is done.
    operation: Operation,
    /// In which arm.
    arm: Arm,
    /// How often.
    times: u64,
    /// With which head sampler in our arm, by the names of `OTEL_TRACES_SAMPLER`.
    #[arg(long, default_value = "parentbased_always_on")]
    sampler: String,
    /// The sampler's `OTEL_TRACES_SAMPLER_ARG`.
    #[arg(long, default_value = "1")]
    argument: String,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Operation {
    Span,
    /// At whose texts our guard does not look.
    SpanOfWords,
    ChildSpan,
    SpanWithEvent,
    Event,
    /// At whose text our guard does not look.
    EventOfWords,
    /// An event of the order path, written where it is recorded.
    OrderEvent,
    /// The same, left to the pipeline's thread where there is a way to.
    Taped,
    /// The same, made of its message first.
    MadeAndTaped,
    Counter,
    Histogram,
    Gauge,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Arm {
    CaseStudy,
    Idiomatic,
    Ours,
}

fn main() -> Result<(), InstallError> {
    let options = Options::parse();
    let time = match options.arm {
        Arm::CaseStudy => run_case_study(&options),
        Arm::Idiomatic => run_idiomatic(&options),
        Arm::Ours => run_ours(&options)?,
    };
    say(time.as_nanos() as f64 / options.times as f64);
    Ok(())
}

#[expect(clippy::print_stdout, reason = "this program is started by hand")]
fn say(mean: f64) {
    println!("{mean:.1} ns");
}

fn run_case_study(options: &Options) -> Duration {
    let stock = Stock::new();
    let (tracer, logger) = (stock.tracer(), stock.logger());
    let metrics = case_study::Metrics::new(&stock.meter());
    let (mut work, mut flow) = (Work::seeded(), OrderFlow::seeded());
    let _current = stock.current(matches!(options.operation, Operation::ChildSpan));
    let operation = || match options.operation {
        Operation::Span | Operation::SpanOfWords | Operation::ChildSpan => {
            case_study::span(&tracer, work.item());
        }
        Operation::SpanWithEvent => case_study::span_with_event(&tracer, &logger, work.item()),
        Operation::Event | Operation::EventOfWords => case_study::event(&logger, work.item()),
        Operation::OrderEvent | Operation::Taped | Operation::MadeAndTaped => {
            order_flow::case_study(&logger, flow.message());
        }
        Operation::Counter => metrics.handled(work.item()),
        Operation::Histogram => metrics.took(work.item()),
        Operation::Gauge => metrics.waiting(work.item()),
    };
    Measured::new(&stock, 1).warm(options.times, operation)
}

fn run_idiomatic(options: &Options) -> Duration {
    let stock = Stock::new();
    let (tracer, logger) = (stock.tracer(), stock.logger());
    let metrics = idiomatic::Metrics::new(&stock.meter());
    let (mut work, mut flow) = (Work::seeded(), OrderFlow::seeded());
    let _current = stock.current(matches!(options.operation, Operation::ChildSpan));
    let operation = || match options.operation {
        Operation::Span | Operation::SpanOfWords | Operation::ChildSpan => {
            idiomatic::span(&tracer, work.item());
        }
        Operation::SpanWithEvent => idiomatic::span_with_event(&tracer, &logger, work.item()),
        Operation::Event | Operation::EventOfWords => idiomatic::event(&logger, work.item()),
        Operation::OrderEvent | Operation::Taped | Operation::MadeAndTaped => {
            order_flow::idiomatic(&logger, flow.message());
        }
        Operation::Counter => metrics.handled(work.item()),
        Operation::Histogram => metrics.took(work.item()),
        Operation::Gauge => metrics.waiting(work.item()),
    };
    Measured::new(&stock, 1).warm(options.times, operation)
}

fn run_ours(options: &Options) -> Result<Duration, InstallError> {
    let pipeline = ours::pipeline_sampled_by(&options.sampler, &options.argument)?;
    let (items, duration) = (pipeline.counter(&ours::ITEMS), pipeline.histogram(&ours::DURATION));
    let waiting = pipeline.gauge(&ours::WAITING);
    let parent = pipeline.span(&ours::HANDLE);
    let _current = matches!(options.operation, Operation::ChildSpan).then(|| parent.enter());
    let (trading, tape) = (Observability::new(&pipeline), OrderTape::new(&pipeline));
    let (mut work, mut flow) = (Work::seeded(), OrderFlow::seeded());
    let operation = || {
        let item = work.item();
        match options.operation {
            Operation::Span | Operation::ChildSpan => ours::span(&pipeline, item),
            Operation::SpanOfWords => ours::span_of_words(&pipeline, item),
            Operation::SpanWithEvent => ours::span_with_event(&pipeline, item),
            Operation::Event => ours::event(&pipeline, item),
            Operation::EventOfWords => ours::event_of_words(&pipeline, item),
            Operation::OrderEvent => order_flow::encoded(&pipeline, trading.metrics(), flow.message()),
            Operation::Taped => order_flow::taped(&tape, flow.message()),
            Operation::MadeAndTaped => order_flow::made_and_taped(&tape, flow.message()),
            Operation::Counter => items.add(1, (item.direction, item.class)),
            Operation::Histogram => duration.record(item.weight, item.direction),
            Operation::Gauge => waiting.record(item.quantity, item.direction),
        }
    };
    Ok(Measured::new(&pipeline, 1).warm(options.times, operation))
}
