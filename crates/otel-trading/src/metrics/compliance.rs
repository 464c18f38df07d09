//! What compliance counts and times.

use std::time::Duration;

use otel_core::{Capped, Counter, Gauge, Histogram, Telemetry};

use crate::audit::{AppendError, Checkpoint, Fault, Stopped, Verdict};
use crate::compliance::flags::Flag;
use crate::compliance::sessions::{Phase, Unknown};
use crate::conventions::{self, compliance as said};
use crate::ids::Mic;
use crate::labels::{
    AuditEvent, AuditFailure, BlindSpot, FlagKind, Judgement, SessionAnswer, TrailFault, Venue,
};

/// The instruments of surveillance and of the audit trail. Clones are cheap and record into the same series.
#[derive(Clone, Debug)]
pub struct ComplianceMetrics {
    venues: Capped<Venue>,
    flags: Counter<(FlagKind, Venue)>,
    facts: Counter<Judgement>,
    session_checks: Counter<(SessionAnswer, Venue)>,
    blind_spots: Counter<BlindSpot>,
    records: Counter<AuditEvent>,
    failures: Counter<AuditFailure>,
    append_duration: Histogram<()>,
    tree_size: Gauge<()>,
    verification_failures: Counter<TrailFault>,
}

impl ComplianceMetrics {
    /// These instruments of a pipeline.
    pub fn new(telemetry: &Telemetry) -> Self {
        let telemetry = telemetry.with_scope(&conventions::CATALOGUE);
        Self {
            venues: telemetry.capped(),
            flags: telemetry.counter(&said::COMPLIANCE_FLAGS),
            facts: telemetry.counter(&said::COMPLIANCE_FACTS),
            session_checks: telemetry.counter(&said::SESSION_CHECKS),
            blind_spots: telemetry.counter(&said::BLIND_SPOTS),
            records: telemetry.counter(&said::AUDIT_RECORDS),
            failures: telemetry.counter(&said::AUDIT_FAILURES),
            append_duration: telemetry.histogram(&said::AUDIT_APPEND_DURATION),
            tree_size: telemetry.gauge(&said::AUDIT_TREE_SIZE),
            verification_failures: telemetry.counter(&said::AUDIT_VERIFICATION_FAILURES),
        }
    }

    /// The label of a venue: `other`, once 24 others were seen.
    pub fn venue(&self, mic: Mic<'_>) -> Venue {
        self.venues.get(mic.0)
    }

    /// Counts one flag: `trading.compliance.flags`, in `{flag}`.
    pub fn flagged(&self, flag: &Flag, venue: Venue) {
        self.flags.add(1, (flag.rule.kind, venue));
    }

    /// Counts one fact that surveillance was given: `trading.compliance.facts`, in `{fact}`.
    pub fn fact_judged(&self, judgement: Judgement) {
        self.facts.add(1, judgement);
    }

    /// Counts one answer of a calendar: `trading.compliance.session.checks`, in `{check}`.
    pub fn session_checked(&self, answer: SessionAnswer, venue: Venue) {
        self.session_checks.add(1, (answer, venue));
    }

    /// Counts what surveillance could not see: `trading.compliance.blind_spots`, in `{occurrence}`.
    pub fn not_seen(&self, spot: BlindSpot, times: u64) {
        self.blind_spots.add(times, spot);
    }

    /// Counts one record appended: `trading.audit.records`, in `{record}`; and how long it took to append it:
    /// `trading.audit.append.duration`, in seconds.
    pub fn record_appended(&self, event: AuditEvent, took: Duration) {
        self.records.add(1, event);
        self.append_duration.record_duration(took, ());
    }

    /// Counts one record that could not be appended: `trading.audit.failures`, in `{record}`.
    pub fn record_failed(&self, failure: AuditFailure) {
        self.failures.add(1, failure);
    }

    /// Counts records that were appended and may be lost: `trading.audit.failures`, in `{record}`.
    pub fn records_lost(&self, why: &Stopped, records: u64) {
        self.failures.add(records, why.into());
    }

    /// Records how many entries are durable by a checkpoint: `trading.audit.tree.size`, in `{entry}`.
    pub fn trail_grown(&self, checkpoint: &Checkpoint) {
        self.tree_size.record(i64::try_from(checkpoint.size()).unwrap_or(i64::MAX), ());
    }

    /// Takes note of what checking a trail has found: `trading.audit.verification.failures`, in `{failure}`, and
    /// otherwise `trading.audit.tree.size`.
    pub fn trail_verified(&self, verdict: &Verdict) {
        match verdict {
            Verdict::Intact(summary) => self.trail_grown(&summary.checkpoint),
            Verdict::Tampered(finding) => self.verification_failures.add(1, finding.fault.into()),
        }
    }
}

impl From<Phase> for SessionAnswer {
    fn from(phase: Phase) -> Self {
        match phase {
            Phase::Open(_) => Self::Open,
            Phase::Break => Self::Break,
            Phase::Closed => Self::Closed,
            Phase::Unknown(Unknown::Venue) => Self::NoCalendar,
            Phase::Unknown(Unknown::TooEarly) => Self::TooEarly,
            Phase::Unknown(Unknown::Expired) => Self::Expired,
        }
    }
}

impl From<Fault> for TrailFault {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Missing => Self::Missing,
            Fault::Malformed => Self::Malformed,
            Fault::Entry => Self::Entry,
            Fault::Hash => Self::Hash,
            Fault::Root => Self::Root,
            Fault::Signature => Self::Signature,
            Fault::Order => Self::Order,
            Fault::Truncated => Self::Truncated,
        }
    }
}

impl From<&AppendError> for AuditFailure {
    fn from(error: &AppendError) -> Self {
        match error {
            AppendError::TooLong { .. } => Self::TooLong,
            AppendError::Secrecy(_) => Self::Secrecy,
            AppendError::Stopped(stopped) => stopped.into(),
        }
    }
}

impl From<&Stopped> for AuditFailure {
    fn from(stopped: &Stopped) -> Self {
        match stopped {
            Stopped::Closed => Self::Closed,
            Stopped::Failed(_) | Stopped::Thread => Self::Failed,
        }
    }
}
