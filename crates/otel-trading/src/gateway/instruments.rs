//! What a session is measured by.

use std::time::Duration;

use otel_core::{Counter, Gauge, Histogram, Telemetry};

use crate::conventions::gateway as said;
use crate::labels::{Gateway, RejectKind, SessionFact as Fact, SessionState as State};

/// The instruments of one session.
#[derive(Debug)]
pub(super) struct Instruments {
    gateway: Gateway,
    sessions: Gauge<(Gateway, State)>,
    facts: Counter<(Gateway, Fact)>,
    violations: Counter<(State, Fact)>,
    rejects: Counter<(Gateway, RejectKind)>,
    heartbeats_missed: Counter<Gateway>,
    resends: Counter<Gateway>,
    lost: Counter<Gateway>,
    backoff: Histogram<Gateway>,
    outage: Histogram<Gateway>,
}

impl Instruments {
    pub(super) fn new(telemetry: &Telemetry, name: &str) -> Self {
        let made = Self {
            gateway: telemetry.capped().get(name),
            sessions: telemetry.gauge(&said::SESSIONS),
            facts: telemetry.counter(&said::FACTS),
            violations: telemetry.counter(&said::VIOLATIONS),
            rejects: telemetry.counter(&said::REJECTS),
            heartbeats_missed: telemetry.counter(&said::HEARTBEATS_MISSED),
            resends: telemetry.counter(&said::RESENDS),
            lost: telemetry.counter(&said::MESSAGES_LOST),
            backoff: telemetry.histogram(&said::BACKOFF_DURATION),
            outage: telemetry.histogram(&said::OUTAGE_DURATION),
        };
        // A gateway that has refused nothing is a zero, and not unknown.
        for kind in RejectKind::ALL {
            made.rejects.add(0, (made.gateway, *kind));
        }
        made.heartbeats_missed.add(0, made.gateway);
        made.lost.add(0, made.gateway);
        made
    }

    /// One for this state, zero for each other.
    pub(super) fn state(&self, now: State) {
        for state in State::ALL {
            self.sessions.record(i64::from(*state == now), (self.gateway, *state));
        }
    }

    pub(super) fn happened(&self, fact: Fact) {
        self.facts.add(1, (self.gateway, fact));
    }

    pub(super) fn violated(&self, state: State, fact: Fact) {
        self.violations.add(1, (state, fact));
    }

    pub(super) fn rejected(&self, kind: RejectKind) {
        self.rejects.add(1, (self.gateway, kind));
    }

    pub(super) fn missed(&self, heartbeats: u64) {
        self.heartbeats_missed.add(heartbeats, self.gateway);
    }

    pub(super) fn resend(&self, messages: u64) {
        self.resends.add(messages, self.gateway);
    }

    pub(super) fn lost(&self, messages: u64) {
        self.lost.add(messages, self.gateway);
    }

    pub(super) fn backed_off(&self, wait: Duration) {
        self.backoff.record_duration(wait, self.gateway);
    }

    pub(super) fn returned(&self, outage: Duration) {
        self.outage.record_duration(outage, self.gateway);
    }
}
