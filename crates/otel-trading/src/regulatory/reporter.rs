//! The reporter: decides, checks, and delivers once.

mod outcome;
mod register;
mod settings;
mod tally;

use std::collections::VecDeque;
use std::time::Duration;

use otel_core::Timestamp;
pub use outcome::{Candidate, Pumped, Refusal, Reported, StartError};
use register::Register;
pub use settings::ReporterSettings;
pub use tally::ReporterReport;

use super::admission::{Ground, InstrumentAdmissions, Reportability, reportability};
use super::deadline::{Deadline, ReportingCalendar};
use super::filing::{Filing, Reference};
use super::rts22::{Cancellation, TransactionReport};
use super::rts24::OrderRecord;
use super::sink::{Failure, ReportSink};

/// Decides what has to be reported, checks it, and delivers it to a sink, once.
///
/// It has no thread and no clock: who owns it calls [`pump`](Self::pump) from time to time, from a thread that may
/// wait for the sink.
#[derive(Debug)]
pub struct RegulatoryReporter<S, A, C> {
    sink: S,
    admissions: A,
    calendar: C,
    settings: ReporterSettings,
    waiting: VecDeque<Waiting>,
    register: Register,
    failures: u32,
    not_before: Option<Timestamp>,
    tally: ReporterReport,
}

#[derive(Debug)]
struct Waiting {
    filing: Filing,
    reference: Reference,
    deadline: Option<Timestamp>,
}

impl<S: ReportSink, A: InstrumentAdmissions, C: ReportingCalendar> RegulatoryReporter<S, A, C> {
    /// A reporter to this sink, which remembers what the sink has from earlier runs.
    ///
    /// # Errors
    ///
    /// When the sink remembers too much.
    pub fn new(
        mut sink: S,
        admissions: A,
        calendar: C,
        settings: ReporterSettings,
    ) -> Result<Self, StartError> {
        let mut register = Register::new(settings.references);
        let mut fits = true;
        sink.recall(&mut |reference, action| fits &= register.recall(reference, action));
        if !fits {
            return Err(StartError::TooManyReferences { most: settings.references });
        }
        Ok(Self {
            sink,
            admissions,
            calendar,
            settings,
            waiting: VecDeque::new(),
            register,
            failures: 0,
            not_before: None,
            tally: ReporterReport::default(),
        })
    }

    /// Reports a transaction, if it has to be reported.
    ///
    /// # Errors
    ///
    /// When that is not known, when the report is wrong, when it left or waits already, or when there is no room.
    pub fn report_trade(&mut self, candidate: Candidate) -> Result<Reported, Refusal> {
        let ground = match self.decided(&candidate) {
            Ok(ground) => ground,
            Err(verdict) => return verdict,
        };
        let event = candidate.transaction.time.timestamp();
        let report = TransactionReport::New(Box::new(candidate.transaction));
        let deadline = Deadline::MIFIR.after(event, &self.calendar);
        self.hand_in(Filing::Transaction(report), deadline)?;
        Ok(Reported::Queued { ground: Some(ground), deadline })
    }

    /// Takes back a report.
    ///
    /// # Errors
    ///
    /// When there is nothing to take back, or no room.
    pub fn cancel_trade(&mut self, cancellation: Cancellation) -> Result<Reported, Refusal> {
        self.tally.offered += 1;
        self.hand_in(Filing::Transaction(TransactionReport::Cancellation(cancellation)), None)?;
        Ok(Reported::Queued { ground: None, deadline: None })
    }

    /// Replaces a report by one with the same reference: takes back the old one and reports the new one, or does
    /// neither.
    ///
    /// A transaction that turns out to need no report is taken back alone, with [`cancel_trade`](Self::cancel_trade).
    ///
    /// # Errors
    ///
    /// When there is nothing to replace, when the new report is wrong, or when there is no room for both.
    pub fn correct_trade(&mut self, candidate: Candidate) -> Result<Reported, Refusal> {
        let ground = match self.decided(&candidate) {
            Ok(ground) => ground,
            Err(verdict) => return verdict,
        };
        let new = candidate.transaction;
        let cancellation = Cancellation {
            reference: new.reference.clone(),
            executing_entity: new.executing_entity,
            submitting_entity: new.submitting_entity,
        };
        let report = Filing::Transaction(TransactionReport::New(Box::new(new)));
        self.checked(&report)?;
        if self.settings.waiting.saturating_sub(self.waiting.len()) < 2 {
            return Err(self.refused(Refusal::QueueFull));
        }
        self.hand_in(Filing::Transaction(TransactionReport::Cancellation(cancellation)), None)?;
        self.tally.offered += 1;
        self.hand_in(report, None)?;
        Ok(Reported::Queued { ground: Some(ground), deadline: None })
    }

    /// Keeps an order record.
    ///
    /// # Errors
    ///
    /// When it is wrong, when it left or waits already, or when there is no room.
    pub fn record_order(&mut self, record: OrderRecord) -> Result<Reported, Refusal> {
        self.tally.offered += 1;
        self.hand_in(Filing::Order(Box::new(record)), None)?;
        Ok(Reported::Queued { ground: None, deadline: None })
    }

    /// Delivers what waits, until nothing does or the sink fails.
    pub fn pump(&mut self, now: Timestamp) -> Pumped {
        let mut pumped = Pumped::default();
        if self.not_before.is_some_and(|then| now < then) {
            pumped.next = self.not_before;
            return pumped;
        }
        self.not_before = None;
        while let Some(waiting) = self.waiting.pop_front() {
            let action = waiting.filing.action();
            if !self.register.may_leave(&waiting.reference, action) {
                self.register.settle(&waiting.reference, action, false);
                self.tally.stranded += 1;
                pumped.stranded.push(waiting.filing);
                continue;
            }
            match self.sink.deliver(&waiting.filing, &waiting.filing.to_line()) {
                Ok(()) => {
                    self.register.settle(&waiting.reference, action, true);
                    self.failures = 0;
                    pumped.delivered += 1;
                    self.tally.delivered += 1;
                    let is_late = waiting.deadline.is_some_and(|deadline| now >= deadline);
                    self.tally.delivered_late += u64::from(is_late);
                }
                Err(Failure::Refused { reason }) => {
                    self.register.settle(&waiting.reference, action, false);
                    self.failures = 0;
                    self.tally.refused_by_sink += 1;
                    pumped.refused.push((waiting.filing, reason));
                }
                Err(Failure::Later { after }) => {
                    self.waiting.push_front(waiting);
                    self.tally.retries += 1;
                    let then = now.after(self.wait(after));
                    self.not_before = Some(then);
                    pumped.next = Some(then);
                    break;
                }
            }
        }
        pumped
    }

    /// What became of everything so far.
    pub fn report(&self) -> ReporterReport {
        let waiting = u64::try_from(self.waiting.len()).unwrap_or(u64::MAX);
        ReporterReport { waiting, references: self.register.len(), ..self.tally }
    }

    /// How many of those that wait are late by now.
    pub fn overdue(&self, now: Timestamp) -> usize {
        let is_late = |waiting: &&Waiting| waiting.deadline.is_some_and(|deadline| now >= deadline);
        self.waiting.iter().filter(is_late).count()
    }

    /// What waits, first come first: what to keep somewhere else before the reporter is dropped.
    pub fn waiting(&self) -> impl Iterator<Item = &Filing> {
        self.waiting.iter().map(|waiting| &waiting.filing)
    }

    /// Ends the reporter, and gives back its sink with what still waits.
    pub fn into_parts(self) -> (S, Vec<Filing>) {
        (self.sink, self.waiting.into_iter().map(|waiting| waiting.filing).collect())
    }

    /// The ground on which a candidate has to be reported, or what to answer when there is none.
    fn decided(&mut self, candidate: &Candidate) -> Result<Ground, Result<Reported, Refusal>> {
        self.tally.offered += 1;
        let Candidate { transaction, exclusion } = candidate;
        match reportability(transaction, *exclusion, &self.admissions, self.settings.jurisdiction) {
            Reportability::Reportable(ground) => Ok(ground),
            Reportability::Undetermined => Err(Err(self.refused(Refusal::Undetermined))),
            reason => {
                self.tally.not_reportable += 1;
                Err(Ok(Reported::NotReportable(reason)))
            }
        }
    }

    fn hand_in(&mut self, filing: Filing, deadline: Option<Timestamp>) -> Result<(), Refusal> {
        self.checked(&filing)?;
        if self.waiting.len() >= self.settings.waiting {
            return Err(self.refused(Refusal::QueueFull));
        }
        let reference = filing.reference();
        if let Err(refusal) = self.register.admit(&reference, filing.action()) {
            return Err(self.refused(refusal));
        }
        self.tally.queued += 1;
        self.waiting.push_back(Waiting { filing, reference, deadline });
        Ok(())
    }

    fn checked(&mut self, filing: &Filing) -> Result<(), Refusal> {
        match filing.validate() {
            problems if problems.is_empty() => Ok(()),
            problems => Err(self.refused(Refusal::Invalid(problems))),
        }
    }

    fn refused(&mut self, refusal: Refusal) -> Refusal {
        self.tally.refuse(&refusal);
        refusal
    }

    fn wait(&mut self, asked: Option<Duration>) -> Duration {
        let doubled =
            self.settings.first_wait.saturating_mul(1_u32.checked_shl(self.failures).unwrap_or(u32::MAX));
        self.failures = self.failures.saturating_add(1).min(31);
        doubled.max(asked.unwrap_or_default()).min(self.settings.longest_wait)
    }
}
