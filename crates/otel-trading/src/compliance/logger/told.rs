//! What telemetry says of a record: where it is and what was flagged, and nothing of what it holds.

use std::fmt::Write as _;
use std::time::Duration;

use otel_core::{AlertLabel, Event, Telemetry, Timestamp};

use crate::alerts::compliance::alert_of;
use crate::audit::Stopped;
use crate::compliance::flags::{Evidence, FactError, Flag, Flags, MarketFact};
use crate::compliance::logger::is_outside;
use crate::compliance::logger::logged::Logged;
use crate::compliance::logger::orders::Traits;
use crate::compliance::sessions::Phase;
use crate::conventions::{self, compliance as said};
use crate::ids::Mic;
use crate::labels::{AuditEvent, FlagKind, Judgement};
use crate::metrics::ComplianceMetrics;

/// What was found about a fact so far.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) head: Head,
    pub(super) raised: Vec<Flag>,
    pub(super) unjudged: Option<FactError>,
}

/// What a record is about.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) event: AuditEvent,
    pub(super) at: Timestamp,
    /// Where, and what was traded.
    place: Option<(Box<str>, Box<str>)>,
    pub(super) phase: Option<Phase>,
    pub(super) judgement: Option<Judgement>,
}

impl Told {
    pub(super) fn new(event: AuditEvent, at: Timestamp, traits: Option<&Traits>) -> Self {
        let place = traits.map(|traits| (traits.venue.clone(), traits.symbol.clone()));
        let head = Head { event, at, place, phase: None, judgement: None };
        Self { head, raised: Vec::new(), unjudged: None }
    }

    /// Takes note of what the calendar said.
    pub(super) fn asked(&mut self, phase: Phase, fact: &MarketFact) {
        self.head.phase = Some(phase);
        if is_outside(phase) {
            let evidence = Evidence::OutsideSession { phase };
            self.raised.push(Flag::new(&conventions::flags::OUTSIDE_SESSION, fact, fact.at, evidence));
        }
    }

    /// Takes note of what surveillance said.
    pub(super) fn judged(&mut self, answer: Result<&[Flag], FactError>) {
        match answer {
            Ok(raised) => {
                self.head.judgement = Some(Judgement::Judged);
                self.raised.extend_from_slice(raised);
            }
            Err(error) => {
                self.head.judgement = Some(Judgement::Refused);
                self.unjudged = Some(error);
            }
        }
    }

    /// Takes note of what surveillance said of a fact of which it is not known whose it is.
    pub(super) fn judged_unowned(&mut self, answer: Result<&[Flag], FactError>) {
        self.judged(answer);
        if self.unjudged.is_none() {
            self.head.judgement = Some(Judgement::UnknownOrder);
        }
    }

    pub(super) fn flags(&self) -> Flags {
        self.raised.iter().map(|flag| flag.rule.kind).collect()
    }

    /// What the record says of each rule that was met: its level, version and reference, and each evidence.
    pub(super) fn texts(&self) -> Vec<(FlagKind, String)> {
        let mut texts: Vec<(FlagKind, String)> = Vec::new();
        for Flag { rule, level, evidence, .. } in &self.raised {
            // Writing into memory cannot fail.
            if let Some((_, text)) = texts.iter_mut().find(|(kind, _)| *kind == rule.kind) {
                let _infallible = write!(text, "; {evidence}");
            } else {
                let (mut text, level) = (String::new(), level.as_str());
                let _infallible =
                    write!(text, "{level}, version {}, {}: {evidence}", rule.version, rule.reference);
                texts.push((rule.kind, text));
            }
        }
        texts
    }
}

/// Tells of a record, or that there is none.
pub(super) fn tell(
    telemetry: &Telemetry,
    metrics: &ComplianceMetrics,
    head: &Head,
    name: &str,
    logged: &Logged,
    took: Duration,
) {
    if let Some(judgement) = head.judgement {
        metrics.fact_judged(judgement);
    }
    if let Some((venue, symbol)) = &head.place {
        let label = metrics.venue(Mic(venue));
        if let Some(phase) = head.phase {
            metrics.session_checked(phase.into(), label);
        }
        for flag in &logged.raised {
            metrics.flagged(flag, label);
            let labels =
                [AlertLabel::of(&conventions::VENUE, venue), AlertLabel::of(&conventions::SYMBOL, symbol)];
            telemetry.alerts().observe(alert_of(flag), &labels, 1.0);
            flagged(telemetry, head, name, flag)
                .set(&conventions::VENUE, venue)
                .set(&conventions::SYMBOL, symbol)
                .emit();
        }
    }
    recorded(telemetry, metrics, head, name, logged, took);
}

/// Tells that the trail has failed. What was appended last was told as such, and may be lost.
pub(super) fn tell_failure(telemetry: &Telemetry, why: &Stopped, unproven: u64) {
    telemetry
        .event(&said::AUDIT_LOST)
        .set(&said::AUDIT_FAILURE, why.into())
        .set(&said::AUDIT_UNPROVEN, unproven)
        .emit();
}

/// The event of one flag.
fn flagged(telemetry: &Telemetry, head: &Head, name: &str, flag: &Flag) -> Event {
    telemetry
        .event(&said::FLAGGED)
        .at(head.at)
        .set(&said::FLAG, flag.rule.kind)
        .set(&said::FLAG_VERSION, u64::from(flag.rule.version))
        .set(&said::FLAG_REFERENCE, flag.rule.reference)
        .set(&said::FLAG_LEVEL, flag.level.as_str())
        .set(&said::AUDIT_ENTITY, name)
}

/// Tells where the record is, or why there is none.
fn recorded(
    telemetry: &Telemetry,
    metrics: &ComplianceMetrics,
    head: &Head,
    name: &str,
    logged: &Logged,
    took: Duration,
) {
    let event = match &logged.receipt {
        Ok(receipt) => {
            metrics.record_appended(head.event, took);
            let receipt = receipt.expected();
            let hash = receipt.leaf_hash.to_string();
            telemetry
                .event(&said::AUDIT_RECORDED)
                .set(&said::AUDIT_INDEX, receipt.index)
                .set(&said::AUDIT_LEAF_HASH, &hash)
        }
        Err(error) => {
            metrics.record_failed(error.class());
            telemetry.event(&said::AUDIT_NOT_RECORDED).set(&said::AUDIT_FAILURE, error.class())
        }
    };
    let event = event.at(head.at).set(&said::AUDIT_EVENT, head.event).set(&said::AUDIT_ENTITY, name);
    let flags: Vec<&str> = logged.flags.iter().map(FlagKind::as_str).collect();
    if flags.is_empty() { event.emit() } else { event.set(&said::FLAGS, &flags).emit() }
}
