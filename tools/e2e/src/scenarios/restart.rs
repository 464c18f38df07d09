//! A collector is killed and started again while telemetry flows, and the books still balance.
//!
//! Each of the two lives of the collector sends on to a receiver of its own, so that it is known by which an item came.
//! The first life's receiver stops taking anything before the kill: what the collector has answered for by then and not
//! sent on dies with it. That is no loss of ours, and it has to be told from one.
//!
//! So the collector is frozen first, in mid-flow: requests are under way, and no answer can come. What the ledger calls
//! exported then was answered for by the first life, and from then until the second start it must not grow: not while
//! requests hang, not when their connections break, and not while nobody listens.
//!
//! Of the items of a signal, with none rejected and none dropped:
//!
//! ```text
//! recorded = exported = answered by the first life + answered by the second
//! answered by the second = taken by it = arrived by it, none twice
//! answered by the first = what did not arrive by the second
//!                       = what arrived by the first alone + what died with it
//! ```
//!
//! So whatever is missing at the end was answered for by the collector that was killed. What arrived by both was taken
//! by the first life, which could not answer any more: it is why delivery is at least once.

use std::collections::HashMap;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use otel_core::ledger::{Counts, Report, Stream};
use otel_core::pipeline::{Diagnostic, Pipeline};
use otel_core::settings::{Compression, Protocol};
use otel_core::testing::{Answer, Receiver};

use super::{Ground, PATIENCE, pipeline, uninstallable, unstartable};
use crate::comparison::{Arrived, arrived, latest_metrics};
use crate::failure::{Failure, ensure};
use crate::servers::rotel::{self, Ports, Rotel, Taken};
use crate::table::{Outcome, Table};
use crate::traffic::{Recorded, Traffic};
use crate::way::Way;

const WAYS: [Way; 3] = [
    Way::new(Protocol::Grpc, Compression::Gzip),
    Way::new(Protocol::HttpProtobuf, Compression::None),
    Way::new(Protocol::HttpJson, Compression::Gzip),
];

const TITLE: &str =
    "restart: rotel is killed in mid-flow; what is missing was answered for by the one that was killed";
const COLUMNS: &[&str] = &["recorded", "answered by 1st", "by 2nd", "arrived", "by both", "died with 1st"];

/// How long is listened to the collector between two requests: a steady flow, not a burst.
const BETWEEN_REQUESTS: Duration = Duration::from_millis(1);

/// Requests that are recorded while nobody listens, and again after the restart.
const REQUESTS: u32 = 500;

/// Requests that are recorded at once before the kill, so that it falls among them.
const BURST: u32 = 2_000;

pub(super) fn run(ground: &Ground) -> Table {
    let mut table = Table::new(TITLE, COLUMNS);
    for way in WAYS {
        table.add(way, survive(ground, way));
    }
    table
}

fn survive(ground: &Ground, way: Way) -> Outcome {
    let receivers = [start_receiver()?, start_receiver()?];
    let journal = |life: &str| ground.journal(&format!("restart-{}-{life}", way.slug()));
    let ports = Ports::free()?;
    let program = ground.rotel()?;
    let start = |life: usize, journal: Option<std::path::PathBuf>| {
        Rotel::start(&program, ports, &receivers[life].http_endpoint(), journal.as_deref())
    };
    let (tell, told) = mpsc::channel();
    let pipeline = pipeline(way, ports.endpoint(way))
        .metric_interval(Duration::from_millis(100))
        // Nobody may be listening any more.
        .on_diagnostic(move |diagnostic| drop(tell.send(diagnostic.clone())))
        .install()
        .map_err(|error| uninstallable(&error))?;
    let mut traffic = Traffic::new(&pipeline);

    let mut first = start(0, journal("1st"))?;
    flow_until_something_would_die(&mut traffic, &pipeline, &mut first, &receivers[0])?;
    (0..BURST).for_each(|_| traffic.record());
    first.freeze()?;
    let answered_by_first = silence(&mut traffic, &pipeline, &told);
    let taken_by_first = first.kill()?;
    let after_the_outage = outage(&mut traffic, &pipeline, &told)?;
    for stream in Stream::ALL {
        let [before, after] = [answered_by_first, after_the_outage].map(|report| report.of(stream).exported);
        ensure(before == after, || {
            format!("while nobody answered, {} {} were called exported", after - before, stream.as_str())
        })?;
    }

    let mut second = start(1, journal("2nd"))?;
    for _ in 0..REQUESTS {
        traffic.record();
        second.taken_within(BETWEEN_REQUESTS);
    }
    let report = pipeline.shutdown(PATIENCE).map_err(|error| Failure::wrong(error.to_string()))?;
    receivers[1].wait_until(PATIENCE, |counts| {
        counts.spans + answered_by_first.spans.exported >= report.spans.exported
            && counts.log_records + answered_by_first.logs.exported >= report.logs.exported
            && (counts.metric_points + answered_by_first.metric_points.exported
                >= report.metric_points.exported
                || !rotel::reads_metrics(way))
    });
    let taken_by_second = second.stop()?;

    let recorded = traffic.recorded();
    let received = receivers.each_ref().map(Receiver::received);
    let lives = [arrived(recorded, &received[0], way)?, arrived(recorded, &received[1], way)?];
    if rotel::reads_metrics(way) {
        // What was measured before the kill is in the sums that arrive after it.
        latest_metrics(recorded, &received[1], way)?;
    }
    Books { recorded, answered_by_first, report, taken: [taken_by_first, taken_by_second], lives }.balance()
}

fn start_receiver() -> Result<Receiver, Failure> {
    Receiver::start().map_err(|error| unstartable(&error))
}

/// Lets telemetry flow through, then stops it behind the collector, and waits until the collector has answered for
/// spans and log records that it cannot send on.
fn flow_until_something_would_die(
    traffic: &mut Traffic<'_>,
    pipeline: &Pipeline,
    first: &mut Rotel,
    receiver: &Receiver,
) -> Result<(), Failure> {
    let until = Instant::now() + PATIENCE;
    let mut flow = |what: &str, done: &dyn Fn() -> bool| {
        while !done() {
            traffic.record();
            first.taken_within(BETWEEN_REQUESTS);
            ensure(Instant::now() < until, || format!("{what}, even after a minute: {}", pipeline.report()))?;
        }
        Ok(())
    };
    flow("nothing arrives through rotel", &|| {
        let counts = receiver.counts();
        counts.spans >= 1_000 && counts.log_records >= 1_000 && counts.metric_points > 0
    })?;
    receiver.answer_with(Answer::Unavailable);
    flow("rotel takes no more than it can send on", &|| {
        let (report, counts) = (pipeline.report(), receiver.counts());
        report.spans.exported > counts.spans && report.logs.exported > counts.log_records
    })
}

/// Goes on recording while the collector is frozen, and returns the books of that time.
///
/// Every answer of the first life lies in our sockets, and the pipeline has half a second to read it.
fn silence(traffic: &mut Traffic<'_>, pipeline: &Pipeline, told: &mpsc::Receiver<Diagnostic>) -> Report {
    for _ in 0..REQUESTS {
        traffic.record();
        // Nothing is to be told yet; it is only something to wait for.
        let _ = told.recv_timeout(BETWEEN_REQUESTS);
    }
    pipeline.report()
}

/// Goes on recording while nobody listens, until the pipeline has noticed, and returns its books of that time.
fn outage(
    traffic: &mut Traffic<'_>,
    pipeline: &Pipeline,
    told: &mpsc::Receiver<Diagnostic>,
) -> Result<Report, Failure> {
    let until = Instant::now() + PATIENCE;
    let (mut noticed, mut requests) = (false, 0);
    while !noticed || requests < REQUESTS {
        traffic.record();
        requests += 1;
        noticed |= told.recv_timeout(BETWEEN_REQUESTS).is_ok();
        ensure(Instant::now() < until, || "the pipeline does not notice that nobody listens".to_owned())?;
    }
    Ok(pipeline.report())
}

/// All that is known when it is over.
struct Books<'a> {
    recorded: &'a Recorded,
    /// The ledger when the first life could not answer any more.
    answered_by_first: Report,
    /// The ledger at the end.
    report: Report,
    taken: [Taken; 2],
    lives: [Arrived; 2],
}

impl Books<'_> {
    /// Checks that they balance, for spans and log records each, and adds up what the table shows.
    fn balance(&self) -> Outcome {
        ensure(self.report.pending() == 0, || format!("not all is accounted for: {}", self.report))?;
        let [first, second] = &self.lives;
        let [taken_by_first, taken_by_second] = self.taken;
        let spans = Signal {
            recorded: self.recorded.spans.keys().copied().collect(),
            taken: [taken_by_first.spans, taken_by_second.spans],
            lives: [&first.spans, &second.spans],
        };
        let log_records = Signal {
            recorded: self.recorded.log_records.keys().copied().collect(),
            taken: [taken_by_first.log_records, taken_by_second.log_records],
            lives: [&first.log_records, &second.log_records],
        };
        let of = |stream| (self.answered_by_first.of(stream), self.report.of(stream));
        let spans = spans.balance("spans", of(Stream::Traces))?;
        let log_records = log_records.balance("log records", of(Stream::Logs))?;
        Ok(spans.into_iter().zip(log_records).map(|(spans, log_records)| Some(spans + log_records)).collect())
    }
}

/// What is known of one signal.
struct Signal<'a> {
    recorded: Vec<u64>,
    taken: [u64; 2],
    lives: [&'a HashMap<u64, u64>; 2],
}

impl Signal<'_> {
    fn balance(&self, name: &str, ledger: (&Counts, &Counts)) -> Result<[u64; 6], Failure> {
        let [first, second] = self.lives;
        let number = |of: usize| u64::try_from(of).unwrap_or(u64::MAX);
        let among = |is: &dyn Fn(bool, bool) -> bool| {
            let lives = self.recorded.iter().map(|id| (first.contains_key(id), second.contains_key(id)));
            number(lives.filter(|(first, second)| is(*first, *second)).count())
        };
        let recorded = number(self.recorded.len());
        let by_first_alone = among(&|first, second| first && !second);
        let by_second = among(&|_, second| second);
        let by_both = among(&|first, second| first && second);
        let died = among(&|first, second| !first && !second);
        let (answered_by_first, exported) = (ledger.0.exported, ledger.1.exported);
        let answered_by_second = exported.saturating_sub(answered_by_first);
        let facts = || {
            format!(
                "{name}: {recorded} recorded; {} created, {exported} exported, {} lost; {answered_by_first} answered by \
                 the first life and {answered_by_second} by the second; {:?} taken; {by_first_alone} arrived by the \
                 first alone, {by_second} by the second, {by_both} by both, {died} by neither",
                ledger.1.created,
                ledger.1.lost(),
                self.taken,
            )
        };
        let claim = |claim: bool, what: &str| ensure(claim, || format!("{what}; {}", facts()));
        claim(ledger.1.created == recorded, "the ledger has not seen all that was recorded")?;
        claim(ledger.1.lost() == 0, "something was given up")?;
        claim(exported == recorded, "not everything was answered for")?;
        claim(second.values().all(|times| *times == 1), "the second life sent something on twice")?;
        claim(first.values().all(|times| *times == 1), "the first life sent something on twice")?;
        claim(self.taken[1] == by_second, "the second life did not send on what it took")?;
        claim(answered_by_second == by_second, "the ledger and the second life disagree")?;
        claim(
            answered_by_first == by_first_alone + died,
            "something is missing that the collector that was killed has not answered for",
        )?;
        claim(self.taken[0] >= by_first_alone + by_both, "the first life sent on what it did not take")?;
        claim(died > 0, "nothing died with the first life, which is what was tried")?;
        let arrived = by_first_alone + by_second;
        Ok([recorded, answered_by_first, answered_by_second, arrived, by_both, died])
    }
}
