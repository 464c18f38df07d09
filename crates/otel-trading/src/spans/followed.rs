//! An order that is being followed: what outlives any one span of it.

use std::time::Duration;

use otel_core::Timestamp;

use crate::ids::Kept;
use crate::labels::{ExecType, OrderType, Side, Venue};
use crate::lifecycle::{Answer, Fact, Lifecycle};
use crate::observability::Observability;
use crate::order::{NewOrder, Progress};
use crate::spans::summary::Parts;

/// What is kept of an order while it is followed. It counts as active until it is over or forgotten.
#[derive(Debug)]
pub(crate) struct Followed {
    pub(crate) trading: Observability,
    pub(crate) client_id: Kept,
    pub(crate) lifecycle: Lifecycle,
    pub(crate) venue: Venue,
    pub(crate) side: Side,
    pub(crate) order_type: OrderType,
    /// When it was sent; unknown when it was met midway.
    sent: Option<Moment>,
    acknowledged: bool,
    cancel_requested: Option<Moment>,
    is_active: bool,
    since: Timestamp,
    /// Its spans, once it was parked.
    pub(crate) parts: Parts,
}

impl Followed {
    pub(crate) fn new(trading: &Observability, order: &NewOrder<'_>, progress: Option<Progress>) -> Self {
        let lifecycle = match progress {
            None => Lifecycle::new(order.quantity),
            Some(progress) => Lifecycle::at(progress.status, order.quantity, progress.cumulative),
        };
        let lifecycle = lifecycle.called(order.client_id.digest());
        let sent = Moment { seen: trading.telemetry().now(), transacted: order.transact_time };
        let mut followed = Self {
            trading: trading.clone(),
            client_id: Kept::new(order.client_id.0),
            lifecycle,
            venue: trading.metrics().venue(order.venue),
            side: order.side,
            order_type: order.order_type,
            sent: progress.is_none().then_some(sent),
            acknowledged: false,
            cancel_requested: None,
            is_active: false,
            since: sent.seen,
            parts: Parts::default(),
        };
        followed.count_if_active();
        followed
    }

    /// Takes in a fact that was said to happen at `transacted`: feeds the life cycle, counts and times.
    pub(crate) fn take_in(&mut self, fact: &Fact, transacted: Option<Timestamp>) -> Answer {
        let before = self.lifecycle.status();
        let answer = self.lifecycle.apply(fact);
        let metrics = self.trading.metrics();
        if let Some(violation) = answer.violation() {
            metrics.transition_violated(before, fact.exec_type, violation);
        }
        if matches!(answer, Answer::Refused(_)) {
            return answer;
        }
        metrics.order_event(fact.exec_type, self.venue, self.side);
        let moment = Moment { seen: self.trading.telemetry().now(), transacted };
        self.time(fact.exec_type, moment);
        self.count_if_active();
        answer
    }

    /// Records the durations that end here, and remembers where others begin.
    fn time(&mut self, exec_type: ExecType, now: Moment) {
        let metrics = self.trading.metrics();
        let since_sent = self.sent.map(|sent| now.since(sent));
        match exec_type {
            ExecType::Submitted => metrics.order_sent(self.venue, self.order_type),
            ExecType::New if !self.acknowledged => {
                self.acknowledged = true;
                if let Some(waited) = since_sent {
                    metrics.order_acknowledged(waited, self.venue, self.order_type);
                }
            }
            ExecType::Fill => {
                if let Some(took) = since_sent {
                    metrics.order_filled(took, self.venue, self.order_type);
                }
            }
            ExecType::PendingCancel => {
                // The venue's confirmation of a request is not a new request.
                self.cancel_requested.get_or_insert(now);
            }
            ExecType::Canceled => {
                if let Some(requested) = self.cancel_requested.take() {
                    metrics.order_cancelled(now.since(requested), self.venue, self.order_type);
                }
            }
            ExecType::CancelRejected => self.cancel_requested = None,
            _ => {}
        }
    }

    fn count_if_active(&mut self) {
        let is_active = !self.lifecycle.is_over();
        match (self.is_active, is_active) {
            (false, true) => self.trading.metrics().order_opened(self.venue),
            (true, false) => self.trading.metrics().order_closed(self.venue),
            _ => {}
        }
        self.is_active = is_active;
    }
}

impl Drop for Followed {
    fn drop(&mut self) {
        self.parts.summarise(self.trading.telemetry(), self.client_id.as_str(), &self.lifecycle, self.since);
        if self.is_active {
            self.trading.metrics().order_closed(self.venue);
        }
    }
}

/// When something happened: when this process saw it, and when its message says it happened.
#[derive(Clone, Copy, Debug)]
struct Moment {
    seen: Timestamp,
    transacted: Option<Timestamp>,
}

impl Moment {
    /// The time since an earlier moment: by the messages where both say when, else by this process's clock. The two
    /// are never mixed, because nobody knows how far they are apart.
    fn since(self, earlier: Self) -> Duration {
        match (earlier.transacted, self.transacted) {
            (Some(earlier), Some(later)) => later.since(earlier),
            _ => self.seen.since(earlier.seen),
        }
    }
}
