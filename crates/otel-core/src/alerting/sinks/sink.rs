//! A sink as an application asks for it.

use std::path::PathBuf;
use std::time::Duration;

use super::pace::Rate;
use super::secret::Secret;
use crate::alerting::routing::Response;
use crate::settings::Backoff;

/// Somebody who is told of alerts.
///
/// Each sink has a queue, a rate and patience of its own, so that none keeps another from being told. Of what waits, a
/// newer notification about a rule takes the place of an older one. Attempts that fail without an answer, with HTTP 429
/// or 5xx are repeated after growing waits, or after the wait that the server asks for; every other answer is final.
/// What is not delivered is counted with the reason: see [`SinkCounts`](super::SinkCounts). A notification whose answer
/// got lost is delivered again, so it arrives at least once.
///
/// ```
/// use otel_core::alerting::{Response, Sink};
///
/// # let (key, webhook) = ("0123456789abcdef0123456789abcdef", "https://hooks.slack.com/services/T/B/x");
/// let sinks = [
///     Sink::alertmanager("http://alertmanager:9093"),
///     Sink::pager_duty(key),
///     Sink::slack(webhook).from(Response::Ticket),
///     Sink::events(),
/// ];
/// # let _ = sinks;
/// ```
#[derive(Clone, Debug)]
#[must_use = "a sink is told nothing until it is given to someone who tells"]
pub struct Sink {
    pub(super) kind: Kind,
    pub(super) name: String,
    pub(super) from: Response,
    /// Who mixes them up writes a secret where a name should be.
    pub(super) headers: Vec<(Secret, Secret)>,
    pub(super) authority: Option<PathBuf>,
    pub(super) timeout: Duration,
    pub(super) capacity: usize,
    pub(super) rate: Rate,
    pub(super) backoff: Backoff,
    pub(super) patience: Duration,
}

/// What a sink is, and where.
#[derive(Clone, Debug)]
pub(super) enum Kind {
    Alertmanager { url: Secret, resend: Duration },
    PagerDuty { url: Secret, key: Secret },
    Slack { url: Secret },
    CloudEvents { url: Secret },
    Events,
    Log,
}

const fn rate(millis: u64, burst: u32) -> Rate {
    Rate { every: Duration::from_millis(millis), burst }
}

/// Where PagerDuty's Events API is.
const PAGER_DUTY: &str = "https://events.pagerduty.com/v2/enqueue";

/// How often Alertmanager is told of what has not changed.
const RESEND: Duration = Duration::from_secs(60);

impl Sink {
    /// An Alertmanager with version 2 of the API (0.16 and later), at its external URL. It needs the feature
    /// `alert-http`.
    ///
    /// It is told of instances rather than notifications, because it groups, silences and repeats by itself: of each
    /// that fires or flaps at once and every 60 seconds, and of each that resolved for 5 minutes. What it does not hear
    /// of for three times as long has ended for it, which is what becomes of the alerts of a process that died. All
    /// changes are told, as long as it is reached; its queue is as long as there are instances.
    ///
    /// Of several Alertmanagers in a cluster, each is a sink. Processes of one service share their alerts, unless the
    /// instances' labels tell them apart.
    pub fn alertmanager(url: impl Into<String>) -> Self {
        let kind = Kind::Alertmanager { url: Secret::new(url), resend: RESEND };
        Self::new(kind, "alertmanager", Response::Record, rate(100, 50))
    }

    /// The PagerDuty service with this integration key, through version 2 of the Events API. It needs the features
    /// `alert-http` and `tls`, and is told what somebody is woken up for.
    ///
    /// Each rule of a service has one incident: it is opened when the rule begins to fire, and resolved when no instance
    /// does any more. Processes of one service share it.
    pub fn pager_duty(routing_key: impl Into<String>) -> Self {
        let kind = Kind::PagerDuty { url: Secret::new(PAGER_DUTY), key: Secret::new(routing_key) };
        Self::new(kind, "pager_duty", Response::Page, rate(500, 10))
    }

    /// The Slack channel of an incoming webhook. It needs the features `alert-http` and `tls`. Slack takes one message a
    /// second.
    pub fn slack(webhook_url: impl Into<String>) -> Self {
        let kind = Kind::Slack { url: Secret::new(webhook_url) };
        Self::new(kind, "slack", Response::Notify, rate(1_000, 3))
    }

    /// A server that takes CloudEvents 1.0 as JSON, in structured mode. It needs the feature `alert-http`.
    pub fn cloud_events(url: impl Into<String>) -> Self {
        let kind = Kind::CloudEvents { url: Secret::new(url) };
        Self::new(kind, "cloud_events", Response::Notify, rate(100, 20))
    }

    /// The pipeline itself: every notification is an event `alert.notification`, in the `alert` lane.
    pub fn events() -> Self {
        Self::new(Kind::Events, "events", Response::Record, rate(10, 100))
    }

    /// One line for each notification, on standard error unless the application listens itself.
    pub fn log() -> Self {
        Self::new(Kind::Log, "log", Response::Record, rate(10, 100))
    }

    fn new(kind: Kind, name: &str, from: Response, rate: Rate) -> Self {
        Self {
            kind,
            name: name.to_owned(),
            from,
            headers: Vec::new(),
            authority: None,
            timeout: Duration::from_secs(10),
            capacity: 1_000,
            rate,
            backoff: Backoff { first: Duration::from_secs(1), longest: Duration::from_secs(60) },
            patience: Duration::from_secs(60 * 60),
        }
    }

    /// Its name in counts and messages, in place of what it is: at most 32 lower-case letters, digits, `-` and `_`. Two
    /// sinks of one kind need two names.
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// The least response it is told of. Unless said here, PagerDuty takes what pages, Slack and CloudEvents what
    /// notifies, and the others everything.
    pub fn from(mut self, response: Response) -> Self {
        self.from = response;
        self
    }

    /// Another address than the usual one: of PagerDuty's European service region, or of a server in a test.
    pub fn at(mut self, address: impl Into<String>) -> Self {
        match &mut self.kind {
            Kind::Alertmanager { url, .. }
            | Kind::PagerDuty { url, .. }
            | Kind::Slack { url }
            | Kind::CloudEvents { url } => *url = Secret::new(address),
            Kind::Events | Kind::Log => {}
        }
        self
    }

    /// A header of every request. Its value is never shown.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((Secret::new(name), Secret::new(value)));
        self
    }

    /// The bearer token that every request is authorised with. It is never shown.
    pub fn bearer_token(self, token: impl Into<String>) -> Self {
        let token: String = token.into();
        self.header("authorization", format!("Bearer {token}"))
    }

    /// A PEM file with the authorities that an `https` server is trusted by, in place of the system's.
    pub fn certificate_authority(mut self, path: impl Into<PathBuf>) -> Self {
        self.authority = Some(path.into());
        self
    }

    /// How long one attempt may take; 10 seconds unless said here.
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How many notifications may wait; 1,000 unless said here. Then the oldest makes room.
    pub const fn queue(mut self, notifications: usize) -> Self {
        self.capacity = notifications;
        self
    }

    /// How often it is spoken to: `burst` times at once, and one more time after each `every`.
    pub const fn at_most(mut self, burst: u32, every: Duration) -> Self {
        self.rate = Rate { every, burst };
        self
    }

    /// How long is waited after the first failure, and how long at most; 1 second and 1 minute unless said here.
    pub const fn backoff(mut self, first: Duration, longest: Duration) -> Self {
        self.backoff = Backoff { first, longest };
        self
    }

    /// How long a notification is worth delivering; 1 hour unless said here.
    pub const fn patience(mut self, time: Duration) -> Self {
        self.patience = time;
        self
    }

    /// How often Alertmanager is told of what has not changed; every minute unless said here. It is for no other sink.
    pub const fn resend_every(mut self, interval: Duration) -> Self {
        if let Kind::Alertmanager { resend, .. } = &mut self.kind {
            *resend = interval;
        }
        self
    }
}
