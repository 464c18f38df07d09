//! One case: what the destination does, and what must become of the request.

use std::time::Duration;

use otel_core::ledger::{DropReason, Stream};
use otel_core::settings::Protocol;
use otel_core::testing::{Answer, Door, TlsIdentity};

/// Both transports.
pub(super) const PROTOCOLS: [Protocol; 2] = [Protocol::Grpc, Protocol::HttpProtobuf];

/// A wait that a passing case never has to the end.
pub(super) const LONG: Duration = Duration::from_secs(60);

/// A wait that is had to the end, by cases about waits that end.
pub(super) const SHORT: Duration = Duration::from_millis(400);

/// One row of the matrix.
#[derive(Clone, Debug)]
pub(super) struct Case {
    pub(super) protocol: Protocol,
    pub(super) stream: Stream,
    what: String,
    /// The rule that decides the outcome.
    pub(super) why: &'static str,
    pub(super) given: Given,
    pub(super) expected: Expected,
}

/// What the destination does, and what the pipeline was told.
#[derive(Clone, Debug)]
pub(super) struct Given {
    pub(super) script: Vec<Answer>,
    pub(super) standing: Answer,
    pub(super) door: Door,
    /// Whether the door opens once the operator was told that it is not open.
    pub(super) opens_later: bool,
    pub(super) items: u64,
    /// Bytes of text in every item.
    pub(super) payload: usize,
    pub(super) attempt_timeout: Duration,
    pub(super) retry_for: Duration,
    pub(super) shutdown: Duration,
    /// How many bytes a gRPC client may send before they are read.
    pub(super) window: Option<u32>,
    pub(super) max_request_bytes: Option<usize>,
    pub(super) tls: Option<TlsIdentity>,
    /// The scheme that the pipeline is told, when it is not the one that is served.
    pub(super) scheme: Option<&'static str>,
    pub(super) variables: Vec<(String, String)>,
}

/// What must become of it.
#[derive(Clone, Debug)]
pub(super) struct Expected {
    pub(super) end: End,
    pub(super) attempts: Attempts,
    pub(super) told: Told,
    /// How often the items arrived, duplicates included; `None` when that is once for each attempt.
    pub(super) deliveries: Option<u64>,
    /// The least time between the first answer and the second attempt.
    pub(super) pause: Duration,
    pub(super) compressed: bool,
    /// Whether all attempts carry the same request.
    pub(super) same_request: bool,
}

/// What the ledger says of the items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Exported,
    /// This many were rejected, the others exported.
    Rejected(u64),
    Dropped(DropReason),
}

/// How many requests reach the destination.
#[derive(Clone, Copy, Debug)]
pub(super) enum Attempts {
    Exactly(usize),
    /// The case ends by the clock, and how many fit is not its point.
    AtLeast(usize),
}

/// What the operator is told.
#[derive(Clone, Copy, Debug)]
pub(super) enum Told {
    Nothing,
    Failing,
    FailingThenWell,
    Unreachable,
    UnreachableThenWell,
    /// That something is wrong; a connection that breaks may count as either.
    Trouble,
    TroubleThenWell,
    /// Something with these words.
    Words(&'static str),
}

impl Case {
    /// A case of spans over `protocol`, in which everything is accepted at once.
    pub(super) fn of(protocol: Protocol, what: impl Into<String>, why: &'static str) -> Self {
        let given = Given {
            script: Vec::new(),
            standing: Answer::Accept,
            door: Door::Open,
            opens_later: false,
            items: 3,
            payload: 0,
            attempt_timeout: LONG,
            retry_for: LONG,
            shutdown: LONG,
            window: None,
            max_request_bytes: None,
            tls: None,
            scheme: None,
            variables: Vec::new(),
        };
        let expected = Expected {
            end: End::Exported,
            attempts: Attempts::Exactly(1),
            told: Told::Nothing,
            deliveries: Some(1),
            pause: Duration::ZERO,
            compressed: false,
            same_request: true,
        };
        Self { protocol, stream: Stream::Traces, what: what.into(), why, given, expected }
    }

    pub(super) fn name(&self) -> String {
        let transport = if self.protocol == Protocol::Grpc { "gRPC" } else { "HTTP" };
        format!("{transport}, {}: {}", self.stream.as_str(), self.what)
    }

    pub(super) const fn stream(mut self, stream: Stream) -> Self {
        self.stream = stream;
        self
    }

    /// The first requests are answered like this, and all others accepted.
    pub(super) fn first(mut self, answers: impl IntoIterator<Item: Into<Answer>>) -> Self {
        self.given.script = answers.into_iter().map(Into::into).collect();
        self
    }

    /// All requests are answered like this.
    pub(super) fn always(mut self, answer: impl Into<Answer>) -> Self {
        self.given.standing = answer.into();
        self
    }

    pub(super) fn given(mut self, change: impl FnOnce(&mut Given)) -> Self {
        change(&mut self.given);
        self
    }

    /// A request of some 640 KiB, to a destination that lets a gRPC client send no more than it reads.
    pub(super) fn large(self) -> Self {
        self.given(|given| (given.items, given.payload, given.window) = (40, 16 * 1024, Some(64 * 1024)))
    }

    /// It is tried again until it is exported, by the attempt after the script.
    pub(super) fn exported_in_the_end(mut self) -> Self {
        self.expected.attempts = Attempts::Exactly(self.given.script.len() + 1);
        self.expected.told = Told::FailingThenWell;
        self
    }

    /// It is exported by the first attempt, and that is that.
    pub(super) const fn exported(self) -> Self {
        self
    }

    pub(super) const fn rejected(mut self, items: u64) -> Self {
        self.expected.end = End::Rejected(items);
        self.told(Told::Failing)
    }

    /// It is refused for good, by the first attempt.
    pub(super) const fn refused(self) -> Self {
        self.ends(End::Dropped(DropReason::Refused)).told(Told::Failing)
    }

    /// It is given up for this reason.
    pub(super) const fn dropped(self, reason: DropReason) -> Self {
        self.ends(End::Dropped(reason)).told(Told::Failing)
    }

    pub(super) const fn ends(mut self, end: End) -> Self {
        self.expected.end = end;
        self.expected.deliveries = Some(0);
        self
    }

    pub(super) const fn attempts(mut self, attempts: Attempts) -> Self {
        self.expected.attempts = attempts;
        self
    }

    pub(super) const fn told(mut self, told: Told) -> Self {
        self.expected.told = told;
        self
    }

    pub(super) const fn delivered(mut self, times: u64) -> Self {
        self.expected.deliveries = Some(times);
        self
    }

    /// Every attempt arrives, and none is known to.
    pub(super) const fn delivered_each_time(mut self) -> Self {
        self.expected.deliveries = None;
        self
    }

    pub(super) const fn paused(mut self, at_least: Duration) -> Self {
        self.expected.pause = at_least;
        self
    }
}
