//! The running counts of one pipeline.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::lane::Lane;
use crate::record::Kind;
use crate::recorder::Recorder;

use super::{Counts, DestinationReport, DropReason, Report, Stream};

type PerLane<T> = [[T; Lane::ALL.len()]; Stream::ALL.len()];

/// The counts of all destinations, beside those that the outboxes still hold.
#[derive(Debug)]
pub(crate) struct Ledger {
    /// Metric points, which are not born in an outbox.
    metric_points: AtomicU64,
    /// Metric points that were lost before any destination had them.
    metrics_dropped: [AtomicU64; DropReason::ALL.len()],
    /// Spans the tail sampler left out, by their lanes.
    sampled_out: [AtomicU64; Lane::ALL.len()],
    /// Deferred events that could not be written, by their lanes.
    unwritten: [AtomicU64; Lane::ALL.len()],
    books: Vec<Book>,
}

/// The accounts of one destination.
#[derive(Debug)]
struct Book {
    name: String,
    serves: [bool; Stream::ALL.len()],
    accounts: PerLane<Account>,
}

/// What became of one lane of one stream at one destination.
#[derive(Debug, Default)]
pub(crate) struct Account {
    exported: AtomicU64,
    rejected: AtomicU64,
    recovered: AtomicU64,
    spooled: AtomicU64,
    dropped: [AtomicU64; DropReason::ALL.len()],
    /// Items in requests that have no answer yet.
    in_flight: AtomicU64,
}

impl Account {
    /// So many items are on their way.
    pub(crate) fn departed(&self, items: u64) {
        add(&self.in_flight, items);
    }

    /// So many items are not on their way any more, whatever became of them.
    pub(crate) fn returned(&self, items: u64) {
        self.in_flight.fetch_sub(items, Ordering::Relaxed);
    }

    pub(crate) fn in_flight(&self) -> u64 {
        read(&self.in_flight)
    }

    /// The destination answered: it took `items`, and rejected some of them.
    pub(crate) fn delivered(&self, items: u64, rejected: u64) {
        let rejected = rejected.min(items);
        add(&self.exported, items - rejected);
        add(&self.rejected, rejected);
    }

    pub(crate) fn dropped(&self, reason: DropReason, items: u64) {
        add(&self.dropped[reason as usize], items);
    }
}

/// What happens to items in a spool.
impl Account {
    /// They were there when this process began.
    #[cfg(all(feature = "spool", unix))]
    pub(crate) fn recovered(&self, items: u64) {
        add(&self.recovered, items);
        add(&self.spooled, items);
    }

    /// They are on disk and no longer in memory.
    pub(crate) fn spooled(&self, items: u64) {
        add(&self.spooled, items);
    }

    /// They are in memory again, or gone.
    pub(crate) fn unspooled(&self, items: u64) {
        // Each item leaves once for each time it came; nothing is gained by wrapping if that were ever wrong.
        let less = |spooled: u64| Some(spooled.saturating_sub(items));
        let _ = self.spooled.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less);
    }
}

impl Ledger {
    /// A ledger for destinations, by their names and the streams they serve.
    pub(crate) fn new(destinations: impl IntoIterator<Item = (String, [bool; Stream::ALL.len()])>) -> Self {
        let book = |(name, serves)| Book { name, serves, accounts: PerLane::default() };
        Self {
            metric_points: AtomicU64::new(0),
            metrics_dropped: Default::default(),
            sampled_out: Default::default(),
            unwritten: Default::default(),
            books: destinations.into_iter().map(book).collect(),
        }
    }

    /// The account of one lane of a stream at a destination, by its number.
    pub(crate) fn account(&self, destination: usize, stream: Stream, lane: Lane) -> &Account {
        &self.books[destination].accounts[stream as usize][lane as usize]
    }

    pub(crate) fn metrics_created(&self, points: u64) {
        add(&self.metric_points, points);
    }

    /// Metric points that were collected and that no destination will be given.
    pub(crate) fn metrics_lost(&self, reason: DropReason, points: u64) {
        // In this order a report between the two shows nothing that is pending for ever.
        add(&self.metrics_dropped[reason as usize], points);
        self.metrics_created(points);
    }

    /// Spans that the tail sampler has left out.
    pub(crate) fn sampled_out(&self, lane: Lane, spans: u64) {
        add(&self.sampled_out[lane as usize], spans);
    }

    /// A deferred event that could not be written.
    pub(crate) fn unwritten(&self, lane: Lane) {
        add(&self.unwritten[lane as usize], 1);
    }

    /// The counts now: each stream as the destination has it that is furthest behind.
    pub(crate) fn report(&self, recorder: &Recorder) -> Report {
        let reports = self.reports(recorder);
        Report::of_lanes(Stream::ALL.map(|stream| {
            let serving = reports.iter().zip(&self.books).filter(|(_, book)| book.serves[stream as usize]);
            let behind =
                serving.map(|(report, _)| &report.report).min_by_key(|report| report.of(stream).exported);
            behind.map_or_else(Default::default, |report| Lane::ALL.map(|lane| *report.of_lane(stream, lane)))
        }))
    }

    /// The counts now, destination by destination.
    pub(crate) fn reports(&self, recorder: &Recorder) -> Vec<DestinationReport> {
        // Outcomes are read before origins, so that nothing looks delivered before it was created.
        let outcomes: Vec<_> = self.books.iter().map(Book::read).collect();
        let origins = self.origins(recorder);
        let report = |(book, mut lanes): (&Book, PerLane<Counts>)| {
            for stream in Stream::ALL.into_iter().filter(|stream| book.serves[*stream as usize]) {
                let stream = stream as usize;
                lanes[stream].iter_mut().zip(origins[stream]).for_each(|(counts, origin)| *counts += origin);
            }
            DestinationReport { name: book.name.clone(), report: Report::of_lanes(lanes) }
        };
        self.books.iter().zip(outcomes).map(report).collect()
    }

    /// What was created of one stream, and what of that was lost before any destination had it.
    pub(crate) fn origin(&self, recorder: &Recorder, stream: Stream) -> Counts {
        *Report::of_lanes(self.origins(recorder)).of(stream)
    }

    fn origins(&self, recorder: &Recorder) -> PerLane<Counts> {
        let mut origins = PerLane::<Counts>::default();
        let spans = &mut origins[Stream::Traces as usize];
        spans.iter_mut().zip(&self.sampled_out).for_each(|(lane, tail)| lane.sampled_out = read(tail));
        let logs = &mut origins[Stream::Logs as usize];
        for (lane, unwritten) in logs.iter_mut().zip(&self.unwritten) {
            lane.dropped[DropReason::WriterFailed as usize] = read(unwritten);
        }
        let metrics = &mut origins[Stream::Metrics as usize][Lane::Normal as usize];
        metrics.dropped = std::array::from_fn(|reason| read(&self.metrics_dropped[reason]));
        metrics.created = read(&self.metric_points);
        recorder.for_each_count(|outbox| {
            for kind in Kind::all() {
                let here = outbox.of(kind);
                let counts = &mut origins[Stream::from(kind.signal) as usize][kind.lane as usize];
                counts.dropped[DropReason::QueueFull as usize] += read(&here.queue_full);
                counts.dropped[DropReason::AlreadyShutDown as usize] += read(&here.already_shut_down);
                counts.created += read(&here.created);
            }
            // What the head sampler left out has no lane; it was created and is accounted for at once.
            let (spans, left_out) =
                (&mut origins[Stream::Traces as usize][Lane::Normal as usize], read(&outbox.sampled_out));
            spans.sampled_out += left_out;
            spans.created += left_out;
        });
        origins
    }
}

impl Book {
    fn read(&self) -> PerLane<Counts> {
        Stream::ALL.map(|stream| {
            Lane::ALL.map(|lane| {
                let account = &self.accounts[stream as usize][lane as usize];
                Counts {
                    exported: read(&account.exported),
                    rejected: read(&account.rejected),
                    dropped: std::array::from_fn(|reason| read(&account.dropped[reason])),
                    spooled: read(&account.spooled),
                    recovered: read(&account.recovered),
                    ..Counts::default()
                }
            })
        })
    }
}

fn add(counter: &AtomicU64, items: u64) {
    counter.fetch_add(items, Ordering::Relaxed);
}

fn read(counter: &AtomicU64) -> u64 {
    counter.load(Ordering::Relaxed)
}
