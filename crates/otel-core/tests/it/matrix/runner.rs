//! Runs cases, several at a time, and tells everything that went wrong.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, mpsc};
use std::time::Duration;

use otel_core::ledger::{Report, Stream};
use otel_core::pipeline::{Diagnostic, Pipeline};
use otel_core::settings::{Environment, Protocol};
use otel_core::testing::{Attempt, Door, Fate, Receiver};
use otel_core::{CounterDef, EventDef, Key, Outcome, Severity, SpanDef, SpanKind, Telemetry, Text, Unit};

use super::case::{Attempts, Case, End, LONG, Told};

const WORK: SpanDef = SpanDef::new("work", SpanKind::Internal, "A piece of work.");
const DONE: EventDef = EventDef::new("work.done", Severity::Info, "A piece of work is done.");
const PAYLOAD: Key<Text> = Key::new("work.payload", "What was worked on.");
const COUNTERS: [CounterDef<()>; 3] = [
    CounterDef::new("works.begun", Unit::new("{work}"), "Pieces of work that were begun."),
    CounterDef::new("works.done", Unit::new("{work}"), "Pieces of work that are done."),
    CounterDef::new("works.left", Unit::new("{work}"), "Pieces of work that were left."),
];

/// Cases that run at once. Most of them wait for something most of the time.
const AT_ONCE: usize = 8;

/// Runs all cases.
pub(super) fn run(cases: &[Case]) {
    let (next, wrong) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE.min(cases.len()) {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let found = wrong_with(case);
                    if !found.is_empty() {
                        let told = format!("{}\n  rule: {}\n  {}", case.name(), case.why, found.join("\n  "));
                        wrong.lock().unwrap().push(told);
                    }
                }
            });
        }
    });
    let mut wrong = wrong.into_inner().unwrap();
    wrong.sort();
    assert!(wrong.is_empty(), "{} of {} cases:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

/// Everything in which a case differs from what it should be.
fn wrong_with(case: &Case) -> Vec<String> {
    let receiver = receiver(case);
    receiver.answer_with(case.given.standing.clone());
    receiver.script(case.given.script.clone());
    receiver.set_door(case.given.door).unwrap();
    let (tell, heard) = mpsc::channel();
    let pipeline = match pipeline(case, &receiver, tell) {
        Ok(pipeline) => pipeline,
        Err(why) => return vec![why],
    };
    record(case, &pipeline);
    let mut told = Vec::new();
    if case.given.opens_later {
        // Only a delivery that is under way says that nobody is there.
        let flush = pipeline.flush(Duration::from_millis(1));
        drop(flush);
        told.extend(heard.recv_timeout(LONG));
        receiver.set_door(Door::Open).unwrap();
    }
    let report = match pipeline.shutdown(case.given.shutdown) {
        Ok(report) => report,
        Err(undelivered) => *undelivered.report(),
    };
    drop(pipeline);
    told.extend(heard);
    let mut found = wrong_in_the_ledger(case, &report);
    found.extend(wrong_at_the_receiver(case, &receiver));
    if !is_told(case.expected.told, &told) {
        found.push(format!("the operator is to be told {:?}, and was told {told:?}", case.expected.told));
    }
    found
}

fn receiver(case: &Case) -> Receiver {
    let mut builder = Receiver::builder();
    if let Some(bytes) = case.given.window {
        builder = builder.window(bytes);
    }
    if let Some(bytes) = case.given.max_request_bytes {
        builder = builder.max_request_bytes(bytes);
    }
    if let Some(identity) = &case.given.tls {
        builder = builder.tls(identity.clone());
    }
    builder.start().unwrap()
}

fn pipeline(case: &Case, receiver: &Receiver, tell: mpsc::Sender<Diagnostic>) -> Result<Pipeline, String> {
    let given = &case.given;
    let endpoint = match case.protocol {
        Protocol::Grpc => receiver.grpc_endpoint(),
        _ => receiver.http_endpoint(),
    };
    let endpoint = match (given.scheme, endpoint.split_once("://")) {
        (Some(scheme), Some((_, rest))) => format!("{scheme}://{rest}"),
        _ => endpoint,
    };
    // What the pipeline says of itself is not part of the case.
    let others = Stream::ALL.into_iter().filter(|stream| *stream != case.stream);
    let off = others
        .map(|stream| (format!("OTEL_{}_EXPORTER", stream.as_str().to_ascii_uppercase()), "none".to_owned()));
    Telemetry::builder("matrix")
        .self_metrics(false)
        .environment(Environment::of(off.chain(given.variables.iter().cloned())))
        .endpoint(endpoint)
        .protocol(case.protocol)
        .schedule_delay(LONG)
        .metric_interval(LONG * 60)
        .export_timeout(given.attempt_timeout)
        .retry_for(given.retry_for)
        .backoff(Duration::from_millis(1), Duration::from_millis(20))
        .on_diagnostic(move |diagnostic| drop(tell.send(diagnostic.clone())))
        .install()
        .map_err(|error| error.to_string())
}

/// Records the items of a case.
fn record(case: &Case, pipeline: &Pipeline) {
    let payload = "x".repeat(case.given.payload);
    for number in 0..case.given.items {
        match case.stream {
            Stream::Traces => {
                let mut span = pipeline.span(&WORK);
                span.set(&PAYLOAD, payload.as_str());
                span.finish(Outcome::Ok);
            }
            Stream::Logs => pipeline.event(&DONE).emit(),
            _ => pipeline.counter(&COUNTERS[usize::try_from(number).unwrap()]).add(1, ()),
        }
    }
}

fn wrong_in_the_ledger(case: &Case, report: &Report) -> Vec<String> {
    let (items, counts) = (case.given.items, report.of(case.stream));
    let (exported, rejected, dropped) = match case.expected.end {
        End::Exported => (items, 0, None),
        End::Rejected(rejected) => (items - rejected, rejected, None),
        End::Dropped(reason) => (0, 0, Some(reason)),
    };
    let lost = items - exported - rejected;
    let right = report.pending() == 0
        && counts.created == items
        && (counts.exported, counts.rejected) == (exported, rejected)
        && counts.dropped_total() == lost
        && dropped.is_none_or(|reason| counts.dropped(reason) == lost);
    if right { Vec::new() } else { vec![format!("the end is to be {:?}: {report}", case.expected.end)] }
}

fn wrong_at_the_receiver(case: &Case, receiver: &Receiver) -> Vec<String> {
    let (counts, attempts, expected) = (receiver.counts(), receiver.attempts(), &case.expected);
    let mut found = Vec::new();
    let enough = match expected.attempts {
        Attempts::Exactly(number) => attempts.len() == number,
        Attempts::AtLeast(number) => attempts.len() >= number,
    };
    if !enough {
        found.push(format!("{:?} attempts are to be made, and {} were", expected.attempts, attempts.len()));
    }
    if attempts.iter().any(|attempt| attempt.stream != case.stream || attempt.fate == Fate::Malformed) {
        found.push("something else was sent".to_owned());
    }
    let received = match case.stream {
        Stream::Traces => counts.spans,
        Stream::Logs => counts.log_records,
        _ => counts.metric_points,
    };
    let deliveries = expected.deliveries.unwrap_or(attempts.len() as u64);
    if received != deliveries * case.given.items {
        found.push(format!("{received} items arrived, and not all {deliveries} times"));
    }
    if (counts.compressed > 0) != expected.compressed {
        found.push(format!("{} requests were compressed", counts.compressed));
    }
    let mut identities: Vec<u64> = attempts.iter().filter_map(|attempt| attempt.identity).collect();
    identities.dedup();
    if expected.same_request && identities.len() > 1 {
        found.push("another attempt carried another request".to_owned());
    }
    if let Some(pause) = pause(&attempts).filter(|pause| *pause < expected.pause) {
        found.push(format!("the second attempt came after {pause:?}, before {:?}", expected.pause));
    }
    found
}

fn pause(attempts: &[Attempt]) -> Option<Duration> {
    attempts.first()?.pause_before(attempts.get(1)?)
}

fn is_told(expected: Told, told: &[Diagnostic]) -> bool {
    use Diagnostic::{Failing, ReachableAgain, Unreachable};
    match (expected, told) {
        (Told::Nothing, [])
        | (Told::Failing | Told::Trouble, [Failing { .. }])
        | (Told::Unreachable | Told::Trouble, [Unreachable { .. }])
        | (Told::FailingThenWell | Told::TroubleThenWell, [Failing { .. }, ReachableAgain { .. }])
        | (Told::UnreachableThenWell | Told::TroubleThenWell, [Unreachable { .. }, ReachableAgain { .. }]) => {
            true
        }
        (Told::Words(words), told) => told.iter().any(|diagnostic| diagnostic.to_string().contains(words)),
        _ => false,
    }
}
