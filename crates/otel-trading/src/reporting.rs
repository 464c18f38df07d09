//! A regulatory reporter that is watched: what becomes of every record, as metrics.

use otel_core::{Counter, Gauge, Telemetry, Timestamp};

use crate::conventions::{self, compliance as said};
use crate::labels::{ReportRegime, ReportStatus};
use crate::regulatory::rts22::Cancellation;
use crate::regulatory::rts24::OrderRecord;
use crate::regulatory::{
    Candidate, Filing, InstrumentAdmissions, Pumped, Refusal, RegulatoryReporter, ReportSink, Reported,
    ReporterReport, ReportingCalendar,
};

/// A [`RegulatoryReporter`] whose every answer is counted.
///
/// `trading.report.records` says what became of what was handed in; `trading.report.waiting`, `trading.report.overdue`,
/// `trading.report.late` and `trading.report.retries` say whether it leaves in time.
#[derive(Debug)]
pub struct ObservedReporter<S, A, C> {
    reporter: RegulatoryReporter<S, A, C>,
    records: Counter<(ReportRegime, ReportStatus)>,
    waiting: Gauge<ReportRegime>,
    overdue: Gauge<()>,
    late: Counter<()>,
    retries: Counter<()>,
}

impl<S: ReportSink, A: InstrumentAdmissions, C: ReportingCalendar> ObservedReporter<S, A, C> {
    /// Watches a reporter from now on. What it did before is not counted.
    pub fn new(telemetry: &Telemetry, reporter: RegulatoryReporter<S, A, C>) -> Self {
        let telemetry = telemetry.with_scope(&conventions::CATALOGUE);
        Self {
            reporter,
            records: telemetry.counter(&said::REPORT_RECORDS),
            waiting: telemetry.gauge(&said::REPORTS_WAITING),
            overdue: telemetry.gauge(&said::REPORTS_OVERDUE),
            late: telemetry.counter(&said::REPORTS_LATE),
            retries: telemetry.counter(&said::REPORT_RETRIES),
        }
    }

    /// Reports a transaction, if it has to be reported: see [`RegulatoryReporter::report_trade`].
    ///
    /// # Errors
    ///
    /// When it will not be delivered, with the reason.
    pub fn report_trade(&mut self, candidate: Candidate) -> Result<Reported, Refusal> {
        self.counted(ReportRegime::Rts22, |reporter| reporter.report_trade(candidate))
    }

    /// Takes back a report: see [`RegulatoryReporter::cancel_trade`].
    ///
    /// # Errors
    ///
    /// When it will not be delivered, with the reason.
    pub fn cancel_trade(&mut self, cancellation: Cancellation) -> Result<Reported, Refusal> {
        self.counted(ReportRegime::Rts22, |reporter| reporter.cancel_trade(cancellation))
    }

    /// Replaces a report: see [`RegulatoryReporter::correct_trade`].
    ///
    /// # Errors
    ///
    /// When it will not be delivered, with the reason.
    pub fn correct_trade(&mut self, candidate: Candidate) -> Result<Reported, Refusal> {
        self.counted(ReportRegime::Rts22, |reporter| reporter.correct_trade(candidate))
    }

    /// Keeps an order record: see [`RegulatoryReporter::record_order`].
    ///
    /// # Errors
    ///
    /// When it will not be delivered, with the reason.
    pub fn record_order(&mut self, record: OrderRecord) -> Result<Reported, Refusal> {
        self.counted(ReportRegime::Rts24, |reporter| reporter.record_order(record))
    }

    /// Delivers what waits, until nothing does or the sink fails: see [`RegulatoryReporter::pump`].
    pub fn pump(&mut self, now: Timestamp) -> Pumped {
        let (before, waited) = (self.reporter.report(), Waiting::of(&self.reporter));
        let pumped = self.reporter.pump(now);
        let (after, waits) = (self.reporter.report(), Waiting::of(&self.reporter));
        let refused = Waiting::count(pumped.refused.iter().map(|(filing, _)| filing));
        let stranded = Waiting::count(pumped.stranded.iter());
        for regime in ReportRegime::ALL {
            let (refused, stranded) = (refused.by(*regime), stranded.by(*regime));
            let left = waited.by(*regime).saturating_sub(waits.by(*regime));
            let delivered = left.saturating_sub(refused).saturating_sub(stranded);
            self.records.add(delivered, (*regime, ReportStatus::Delivered));
            self.records.add(refused, (*regime, ReportStatus::RefusedBySink));
            self.records.add(stranded, (*regime, ReportStatus::Stranded));
        }
        self.late.add(after.delivered_late.saturating_sub(before.delivered_late), ());
        self.retries.add(after.retries.saturating_sub(before.retries), ());
        self.overdue.record(i64::try_from(self.reporter.overdue(now)).unwrap_or(i64::MAX), ());
        self.show(waits);
        pumped
    }

    /// The reporter, for its totals and for what waits.
    pub const fn reporter(&self) -> &RegulatoryReporter<S, A, C> {
        &self.reporter
    }

    /// The reporter, watched no longer.
    pub fn into_inner(self) -> RegulatoryReporter<S, A, C> {
        self.reporter
    }

    fn counted<T>(
        &mut self,
        regime: ReportRegime,
        verb: impl FnOnce(&mut RegulatoryReporter<S, A, C>) -> T,
    ) -> T {
        let before = self.reporter.report();
        let answer = verb(&mut self.reporter);
        let after = self.reporter.report();
        for (status, total) in ANSWERS {
            self.records.add(total(&after).saturating_sub(total(&before)), (regime, *status));
        }
        self.show(Waiting::of(&self.reporter));
        answer
    }

    fn show(&self, waits: Waiting) {
        for regime in ReportRegime::ALL {
            self.waiting.record(i64::try_from(waits.by(*regime)).unwrap_or(i64::MAX), *regime);
        }
    }
}

/// One total of a reporter.
type Total = fn(&ReporterReport) -> u64;

/// The totals that handing in changes.
const ANSWERS: &[(ReportStatus, Total)] = &[
    (ReportStatus::Queued, |report| report.queued),
    (ReportStatus::NotReportable, |report| report.not_reportable),
    (ReportStatus::Undetermined, |report| report.undetermined),
    (ReportStatus::Invalid, |report| report.invalid),
    (ReportStatus::Duplicate, |report| report.duplicate),
    (ReportStatus::NothingToCancel, |report| report.nothing_to_cancel),
    (ReportStatus::QueueFull, |report| report.queue_full),
    (ReportStatus::RegisterFull, |report| report.register_full),
];

/// Records by their regulation.
#[derive(Clone, Copy, Debug, Default)]
struct Waiting {
    transactions: u64,
    orders: u64,
}

impl Waiting {
    fn of<S: ReportSink, A: InstrumentAdmissions, C: ReportingCalendar>(
        reporter: &RegulatoryReporter<S, A, C>,
    ) -> Self {
        Self::count(reporter.waiting())
    }

    fn count<'a>(filings: impl Iterator<Item = &'a Filing>) -> Self {
        filings.fold(Self::default(), |count, filing| match filing {
            Filing::Transaction(_) => Self { transactions: count.transactions + 1, ..count },
            Filing::Order(_) => Self { orders: count.orders + 1, ..count },
        })
    }

    const fn by(self, regime: ReportRegime) -> u64 {
        match regime {
            ReportRegime::Rts22 => self.transactions,
            ReportRegime::Rts24 => self.orders,
        }
    }
}
