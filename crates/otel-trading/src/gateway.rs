//! Sessions with exchange gateways: what each is at, what it misses, and how long it is away.

mod instruments;
mod machine;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use otel_core::{Event, EventDef, Telemetry, Timestamp};

use crate::conventions::{self, gateway as said};
use crate::labels::{RejectKind, SessionFact as Fact, SessionState as State};
use crate::sequence::{Arrived, Gap, Sequence};
use instruments::Instruments;
pub use machine::after;

/// How a session is watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GatewaySettings {
    /// How often each side says something: FIX `HeartBtInt` (108). Default 30 seconds.
    pub heartbeat: Duration,
    /// How much longer a heartbeat may take. Default 6 seconds, a fifth of the interval, as is usual.
    pub allowance: Duration,
    /// The most gaps in the sequence that are remembered. Default 64.
    pub gaps: usize,
}

impl Default for GatewaySettings {
    fn default() -> Self {
        Self { heartbeat: Duration::from_secs(30), allowance: Duration::from_secs(6), gaps: 64 }
    }
}

/// What is to be done about a silent session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Due {
    /// Nothing.
    Nothing,
    /// Ask the other side whether it is there.
    TestRequest,
    /// Disconnect: it was asked, and did not answer.
    Disconnect,
}

/// What a message means for the sequence of its session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Sequenced {
    /// It is the next one.
    InOrder,
    /// These messages before it are missing, and have to be asked for.
    Gap(Gap),
    /// It was missing.
    Recovered,
    /// It came before, and says so.
    Repeated,
    /// It came before, and does not say so: the session is not what it should be, and has to end.
    TooLow,
    /// Nobody is logged on, so it says nothing.
    Unexpected,
}

/// A session with an exchange's gateway, as its owner reports it.
///
/// Each verb is counted in `trading.gateway.facts`; one that does not fit what the session is at changes nothing and
/// is counted in `trading.gateway.violations`. Clones share everything.
#[derive(Clone, Debug)]
pub struct GatewaySession {
    parts: Arc<Parts>,
}

#[derive(Debug)]
struct Parts {
    telemetry: Telemetry,
    name: Box<str>,
    settings: GatewaySettings,
    instruments: Instruments,
    session: Mutex<Session>,
}

#[derive(Debug)]
struct Session {
    state: State,
    incoming: Sequence,
    /// Missing messages that there was no room to remember one by one: only a reset settles them.
    unremembered: u64,
    heard: Timestamp,
    /// Heartbeats that were missed since it was heard of.
    missed: u64,
    /// Whether the owner was told, in this silence, to ask whether the other side is there.
    is_asked: bool,
    lost: Option<Timestamp>,
}

impl GatewaySession {
    /// The session with the gateway of this name, not connected; its gauges start at once.
    pub fn new(telemetry: &Telemetry, name: &str, settings: GatewaySettings) -> Self {
        let telemetry = telemetry.with_scope(&conventions::CATALOGUE);
        let instruments = Instruments::new(&telemetry, name);
        let session = Session {
            state: State::Disconnected,
            incoming: Sequence::unstarted(settings.gaps),
            unremembered: 0,
            heard: Timestamp::default(),
            missed: 0,
            is_asked: false,
            lost: None,
        };
        instruments.state(session.state);
        let (name, session) = (name.into(), Mutex::new(session));
        Self { parts: Arc::new(Parts { telemetry, name, settings, instruments, session }) }
    }

    /// Another attempt to connect will be made after `wait`: `trading.gateway.backoff.duration`.
    pub fn backed_off(&self, wait: Duration) {
        self.parts.instruments.backed_off(wait);
    }

    /// A connection was made.
    pub fn connected(&self, at: Timestamp) -> bool {
        let mut session = self.session();
        session.hear(at);
        self.happened(&mut session, Fact::Connected)
    }

    /// A logon was sent.
    pub fn logon_sent(&self) -> bool {
        self.happened(&mut self.session(), Fact::LogonSent)
    }

    /// A logon was accepted; the time since the session was lost goes into `trading.gateway.outage.duration`.
    ///
    /// `next` is the number of the other side's next message. What it is ahead by is missing, and is a gap as any other. Where
    /// it is not ahead, both sides began anew, and what was missing is counted in `trading.gateway.messages.lost`.
    pub fn logged_on(&self, next: u64, at: Timestamp) -> bool {
        let mut session = self.session();
        if !self.happened(&mut session, Fact::LoggedOn) {
            return false;
        }
        session.hear(at);
        if session.incoming.next().is_some_and(|expected| next < expected) {
            self.parts.instruments.lost(session.begin_anew(next));
        } else if let Some(gap) = session.incoming.expect(next, at) {
            session.remember();
            self.range(&said::SEQUENCE_GAP, gap.first, gap.last);
        }
        if let Some(lost) = session.lost.take() {
            self.parts.instruments.returned(at.since(lost));
        }
        true
    }

    /// A logon was refused.
    pub fn logon_refused(&self) -> bool {
        self.happened(&mut self.session(), Fact::LogonRefused)
    }

    /// A message came, heartbeats among them, with this number; `is_repeat` where it says so itself: FIX
    /// `PossDupFlag` (43).
    pub fn message_received(&self, number: u64, is_repeat: bool, at: Timestamp) -> Sequenced {
        let mut session = self.session();
        if !self.happened(&mut session, Fact::Message) {
            return Sequenced::Unexpected;
        }
        session.hear(at);
        let arrived = session.incoming.arrive(number, at);
        session.remember();
        match arrived {
            Arrived::InOrder => Sequenced::InOrder,
            Arrived::Ahead(gap) => {
                self.range(&said::SEQUENCE_GAP, gap.first, gap.last);
                Sequenced::Gap(gap)
            }
            Arrived::Recovered => {
                self.recover(&mut session);
                Sequenced::Recovered
            }
            Arrived::Seen | Arrived::BeforeStart if is_repeat => Sequenced::Repeated,
            Arrived::Seen | Arrived::BeforeStart => {
                self.happened(&mut session, Fact::SequenceTooLow);
                Sequenced::TooLow
            }
        }
    }

    /// The other side was asked whether it is there.
    pub fn test_requested(&self) -> bool {
        self.happened(&mut self.session(), Fact::TestRequest)
    }

    /// The other side was asked to send these messages again: `trading.gateway.resends`.
    pub fn resend_requested(&self, first: u64, last: u64) -> bool {
        let fits = self.happened(&mut self.session(), Fact::ResendRequest);
        if fits {
            self.parts.instruments.resend(last.saturating_sub(first).saturating_add(1));
            self.range(&said::RESEND_REQUESTED, first, last);
        }
        fits
    }

    /// The other side will not send `first` and what follows before `next` again: FIX `SequenceReset` (35=4) with
    /// `GapFillFlag`. It ends a recovery when nothing else is missing.
    pub fn gap_filled(&self, first: u64, next: u64, at: Timestamp) -> bool {
        let mut session = self.session();
        let fits = next > first && self.happened(&mut session, Fact::GapFill);
        if fits {
            session.hear(at);
            session.incoming.fill(first, next - 1);
            session.remember();
            self.recover(&mut session);
        }
        fits
    }

    /// The other side set its sequence number anew, whatever is missing: FIX `SequenceReset` (35=4) without
    /// `GapFillFlag`. What was missing and what is passed over is counted in `trading.gateway.messages.lost`.
    pub fn sequence_reset(&self, next: u64, at: Timestamp) -> bool {
        let mut session = self.session();
        let first = session.incoming.next().unwrap_or(next);
        let fits = self.happened(&mut session, Fact::SequenceReset);
        if fits {
            session.hear(at);
            let missing = session.begin_anew(next);
            self.parts.instruments.lost(missing.saturating_add(next.saturating_sub(first)));
            self.range(&said::SEQUENCE_RESET, first, next);
        }
        fits
    }

    /// The other side refused a message of ours: `trading.gateway.rejects`.
    pub fn rejected(&self, kind: RejectKind) -> bool {
        let fits = self.happened(&mut self.session(), Fact::Reject);
        self.parts.instruments.rejected(kind);
        fits
    }

    /// A logout was sent, or came.
    pub fn logged_out(&self) -> bool {
        self.happened(&mut self.session(), Fact::Logout)
    }

    /// The connection ended; without a logout the session is lost.
    pub fn disconnected(&self, at: Timestamp) -> bool {
        let mut session = self.session();
        let fits = self.happened(&mut session, Fact::Disconnected);
        if fits && session.state == State::Lost {
            session.lost.get_or_insert(at);
            self.event(&said::SESSION_LOST).set(&said::STATE, State::Lost).emit();
        }
        fits
    }

    /// Looks how long the other side has been silent: counts the heartbeats it missed, and says what to do.
    ///
    /// A silence of the interval and its allowance asks for a test request; twice that, with a test request
    /// unanswered, asks for a disconnect. Call it about once a second.
    pub fn check(&self, now: Timestamp) -> Due {
        let mut session = self.session();
        let is_watched = matches!(session.state, State::Active | State::Testing | State::Recovering);
        let GatewaySettings { heartbeat, allowance, .. } = self.parts.settings;
        let silence = now.since(session.heard).as_nanos();
        let Some(missed) = silence.checked_div(heartbeat.saturating_add(allowance).as_nanos()) else {
            return Due::Nothing;
        };
        let missed = u64::try_from(missed).unwrap_or(u64::MAX);
        if !is_watched || missed == 0 {
            return Due::Nothing;
        }
        if missed > session.missed {
            self.parts.instruments.missed(missed - session.missed);
            session.missed = missed;
            self.event(&said::HEARTBEAT_MISSED).set(&said::STATE, session.state).emit();
        }
        // A test request that the owner has sent of itself is one.
        let was_asked = std::mem::replace(&mut session.is_asked, true) || session.state == State::Testing;
        if !was_asked || session.state == State::Active {
            Due::TestRequest
        } else if missed > 1 {
            Due::Disconnect
        } else {
            Due::Nothing
        }
    }

    /// What the session is at.
    pub fn state(&self) -> State {
        self.session().state
    }

    /// How many messages of the other side are missing.
    pub fn missing(&self) -> u64 {
        self.session().missing()
    }

    fn session(&self) -> MutexGuard<'_, Session> {
        self.parts.session.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a fact, and moves on if it fits.
    fn happened(&self, session: &mut Session, fact: Fact) -> bool {
        let instruments = &self.parts.instruments;
        let Some(next) = after(session.state, fact) else {
            instruments.violated(session.state, fact);
            self.event(&said::VIOLATED).set(&said::STATE, session.state).set(&said::FACT, fact).emit();
            return false;
        };
        instruments.happened(fact);
        self.go(session, next);
        true
    }

    /// Ends a recovery when nothing is missing.
    fn recover(&self, session: &mut Session) {
        if session.state == State::Recovering && session.missing() == 0 {
            self.go(session, State::Active);
        }
    }

    fn go(&self, session: &mut Session, next: State) {
        if next != session.state {
            let previous = std::mem::replace(&mut session.state, next);
            self.parts.instruments.state(next);
            let event = self.event(&said::STATE_CHANGED);
            event.set(&said::PREVIOUS_STATE, previous).set(&said::STATE, next).emit();
        }
    }

    fn range(&self, def: &EventDef, first: u64, last: u64) {
        self.event(def).set(&said::FIRST, first).set(&said::LAST, last).emit();
    }

    fn event(&self, def: &EventDef) -> Event {
        self.parts.telemetry.event(def).set(&said::GATEWAY, &self.parts.name)
    }
}

impl Session {
    fn hear(&mut self, at: Timestamp) {
        self.heard = self.heard.max(at);
        self.missed = 0;
        self.is_asked = false;
    }

    fn remember(&mut self) {
        let given_up = self.incoming.given_up().map_or(0, |gap| gap.len());
        self.unremembered = self.unremembered.saturating_add(given_up);
    }

    /// Begins the numbers anew: how many messages were missing, and never will come.
    fn begin_anew(&mut self, next: u64) -> u64 {
        let missing = self.incoming.reset(next);
        missing.saturating_add(std::mem::take(&mut self.unremembered))
    }

    fn missing(&self) -> u64 {
        self.incoming.missing().saturating_add(self.unremembered)
    }
}
