//! An order, and everything that happens to it.
//!
//! An [`OrderSpan`] stands for what *one process* sees of an order *without a break*. That is all there is to it for
//! an order that lives for milliseconds. An order that rests for hours must not be an open span for hours: nobody
//! sees an open span, and a crash loses it. So whoever follows resting orders parks them in between:
//! [`OrderSpan::park`] ends the span and keeps the little that the next message needs, and [`ParkedOrder::resume`]
//! starts a short span for that message, in the same trace. The verbs are the same either way, and so are all
//! metrics and events.

use std::mem;

use otel_core::{Context, Entered, Event, EventDef, Key, Outcome, Span};

use crate::compliance::logger::StatusChange;
use crate::conventions;
use crate::ids::{ClientOrderId, ExecId, Kept};
use crate::labels::{CancelReason, CancelRejectReason, ExecType, OrderStatus, RejectReason};
use crate::lifecycle::{Answer, Fact, Lifecycle, Names, Prices, Quantities};
use crate::observability::Observability;
use crate::order::{Fill, NewOrder, Progress, Replacement, Report};
use crate::spans::ending::Ending;
use crate::spans::followed::Followed;
use crate::spans::parked::ParkedOrder;

/// An order as one process follows it: span `order_lifecycle`, or `order_step` once it was parked.
///
/// Each verb emits the event of its fact, counts it in `trading.order.events`, in `{event}`, feeds the order's
/// [`Lifecycle`], and says what the life cycle made of it. A fact that is refused is not counted as having happened:
/// it is counted in `trading.order.transition.violations`, in `{violation}`, and told by `trading.order.violated`.
/// The span ends with the order's status and quantities when the guard is finished, parked or dropped.
#[derive(Debug)]
#[must_use = "an order that is dropped at once is not followed; bind the guard, and finish or park it"]
pub struct OrderSpan {
    pub(super) span: Ending,
    pub(super) order: Followed,
}

impl OrderSpan {
    pub(crate) fn begin(
        trading: &Observability,
        new: &NewOrder<'_>,
        parent: &Context,
        progress: Option<Progress>,
    ) -> Self {
        let mut span = match new.trace {
            None => trading.telemetry().span_in(&conventions::ORDER_LIFECYCLE, parent),
            Some(trace) => trading.telemetry().span_agreed(&conventions::ORDER_LIFECYCLE, trace, parent),
        };
        span.set(&conventions::CLIENT_ORDER_ID, new.client_id.0)
            .set(&conventions::SYMBOL, new.symbol.0)
            .set(&conventions::VENUE, new.venue.0)
            .set(&conventions::SIDE, new.side)
            .set(&conventions::ORDER_TYPE, new.order_type)
            .set(&conventions::QUANTITY, new.quantity.0);
        set_if_some(&mut span, &conventions::PRICE, new.price.map(|price| price.0));
        set_if_some(&mut span, &conventions::CURRENCY, new.currency);
        set_if_some(&mut span, &conventions::TIME_IN_FORCE, new.time_in_force);
        set_if_some(&mut span, &conventions::TRADER, new.trader);
        set_if_some(&mut span, &conventions::TRANSACT_TIME, new.transact_time);
        let order = Followed::new(trading, new, progress);
        if let Some(logger) = trading.compliance() {
            let _inside = span.enter();
            drop(match progress {
                None => logger.log_order_creation(new, None),
                Some(progress) => logger.log_order_met(new, None, progress),
            });
        }
        Self { span: Ending::new(span, &order.lifecycle, None), order }
    }

    /// The order was sent: event `trading.order.submitted`; also counted in `trading.orders`, in `{order}`.
    pub fn order_submitted(&mut self) -> Answer {
        self.report(ExecType::Submitted, &conventions::SUBMITTED, &Report::default())
    }

    /// The order was received, and not accepted yet: event `trading.order.pending_new`.
    pub fn order_pending_new(&mut self, report: &Report<'_>) -> Answer {
        self.report(ExecType::PendingNew, &conventions::PENDING_NEW, report)
    }

    /// The order was accepted: event `trading.order.acknowledged`; the first time, the wait for it goes into
    /// `trading.order.acknowledge.duration`, in seconds.
    pub fn order_acknowledged(&mut self, report: &Report<'_>) -> Answer {
        self.report(ExecType::New, &conventions::ACKNOWLEDGED, report)
    }

    /// A part of the order was executed: event `trading.order.partially_filled`.
    pub fn order_partially_filled(&mut self, fill: &Fill<'_>) -> Answer {
        self.execution(ExecType::PartialFill, &conventions::PARTIALLY_FILLED, fill)
    }

    /// The rest of the order was executed: event `trading.order.filled`; the time since it was sent goes into
    /// `trading.order.fill.duration`, in seconds.
    pub fn order_filled(&mut self, fill: &Fill<'_>) -> Answer {
        self.execution(ExecType::Fill, &conventions::FILLED, fill)
    }

    /// The order or a part of it was executed, and the report does not say which: FIX `Trade` (F) of `ExecType`, since
    /// FIX 4.3. Like [`OrderSpan::order_filled`] when nothing is left after it, else like
    /// [`OrderSpan::order_partially_filled`].
    pub fn order_executed(&mut self, fill: &Fill<'_>) -> Answer {
        let lifecycle = self.lifecycle();
        let sum = || lifecycle.cumulative().checked_add(fill.quantity);
        if fill.report.cumulative.or_else(sum).is_some_and(|cumulative| cumulative >= lifecycle.ordered()) {
            self.order_filled(fill)
        } else {
            self.order_partially_filled(fill)
        }
    }

    /// The order will not be executed any more today: event `trading.order.done_for_day`.
    pub fn order_done_for_day(&mut self, report: &Report<'_>) -> Answer {
        self.report(ExecType::DoneForDay, &conventions::DONE_FOR_DAY, report)
    }

    /// The order was completed for the day, and settled: event `trading.order.calculated`.
    pub fn order_calculated(&mut self, report: &Report<'_>) -> Answer {
        self.report(ExecType::Calculated, &conventions::CALCULATED, report)
    }

    /// Somebody asked for the order's cancellation: event `trading.order.cancel_requested`.
    ///
    /// Say it when the request is sent, when the venue confirms it, or both: where the report has the request's
    /// `client_id` the second changes nothing. With `original_client_id` it is checked that the request is about this
    /// order.
    pub fn order_cancel_requested(&mut self, report: &Report<'_>) -> Answer {
        self.report(ExecType::PendingCancel, &conventions::CANCEL_REQUESTED, report)
    }

    /// The order was cancelled: event `trading.order.canceled`; where it had been asked for, the time since goes into
    /// `trading.order.cancel.duration`, in seconds.
    pub fn order_cancelled(&mut self, reason: CancelReason, report: &Report<'_>) -> Answer {
        let mut happening = Happening::of(ExecType::Canceled, &conventions::CANCELED, report);
        happening.kept.cancel_reason = Some(reason);
        self.record(&happening, |event| event.set(&conventions::CANCEL_REASON, reason))
    }

    /// A cancellation or a replacement was refused: event `trading.order.cancel_rejected`.
    pub fn order_cancel_rejected(&mut self, reason: CancelRejectReason, report: &Report<'_>) -> Answer {
        let mut happening = Happening::of(ExecType::CancelRejected, &conventions::CANCEL_REJECTED, report);
        happening.kept.cancel_reject_reason = Some(reason);
        self.record(&happening, |event| event.set(&conventions::CANCEL_REJECT_REASON, reason))
    }

    /// Somebody asked for the order's replacement: event `trading.order.replace_requested`. Several can be open at
    /// once; what is said of [`OrderSpan::order_cancel_requested`] is true of each.
    pub fn order_replace_requested(&mut self, report: &Report<'_>) -> Answer {
        self.report(ExecType::PendingReplace, &conventions::REPLACE_REQUESTED, report)
    }

    /// The order was replaced: event `trading.order.replaced`. Its identifier is the replacement's from now on, and
    /// the request of that identifier is answered.
    pub fn order_replaced(&mut self, replacement: &Replacement<'_>) -> Answer {
        let mut happening = Happening::of(ExecType::Replaced, &conventions::REPLACED, &replacement.report);
        happening.quantities.ordered = Some(replacement.quantity);
        happening.names.client = Some(replacement.client_id.digest());
        let original = mem::replace(&mut self.order.client_id, Kept::new(replacement.client_id.0));
        happening.kept.order = ClientOrderId(original.as_str());
        happening.kept.replacement = Some(replacement.client_id);
        happening.kept.quantity = Some(replacement.quantity);
        happening.kept.price = replacement.price;
        let answer = self.record(&happening, |mut event| {
            if let Some(price) = replacement.price {
                event = event.set(&conventions::PRICE, price.0);
            }
            event
                .set(&conventions::ORIGINAL_CLIENT_ORDER_ID, original.as_str())
                .set(&conventions::QUANTITY, replacement.quantity.0)
        });
        if matches!(answer, Answer::Refused(_)) {
            self.order.client_id = original;
        }
        answer
    }

    /// The order was refused: event `trading.order.rejected`; also counted in `trading.order.rejections`, in
    /// `{order}`. The span ends as an error of this class.
    pub fn order_rejected(&mut self, reason: RejectReason, report: &Report<'_>) -> Answer {
        let mut happening = Happening::of(ExecType::Rejected, &conventions::REJECTED, report);
        happening.kept.reject_reason = Some(reason);
        let answer = self.record(&happening, |event| event.set(&conventions::REJECT_REASON, reason));
        if !matches!(answer, Answer::Refused(_)) {
            self.order.trading.metrics().order_rejected(self.order.venue, reason);
            self.span.outcome = Outcome::Error(reason.as_str());
        }
        answer
    }

    /// The order got a guaranteed price: event `trading.order.stopped`.
    pub fn order_stopped(&mut self, report: &Report<'_>) -> Answer {
        self.report(ExecType::Stopped, &conventions::STOPPED, report)
    }

    /// The order was put on hold: event `trading.order.suspended`.
    pub fn order_suspended(&mut self, report: &Report<'_>) -> Answer {
        self.report(ExecType::Suspended, &conventions::SUSPENDED, report)
    }

    /// The order's time ran out: event `trading.order.expired`.
    pub fn order_expired(&mut self, report: &Report<'_>) -> Answer {
        self.report(ExecType::Expired, &conventions::EXPIRED, report)
    }

    /// The order is worked again after it was on hold: event `trading.order.resumed`. FIX has no type for it but
    /// `TriggeredOrActivated` (L), so it counts as `triggered`.
    pub fn order_resumed(&mut self, report: &Report<'_>) -> Answer {
        self.report(ExecType::Triggered, &conventions::RESUMED, report)
    }

    /// The market reached the order's stop: event `trading.order.triggered`.
    pub fn order_triggered(&mut self, report: &Report<'_>) -> Answer {
        self.report(ExecType::Triggered, &conventions::TRIGGERED, report)
    }

    /// The venue said again what it knows of the order: event `trading.order.restated`. What it says is ordered is
    /// believed, and when that changes also what it says is executed, as after a share was split. An order that was
    /// done for the day is worked again.
    pub fn order_restated(&mut self, report: &Report<'_>) -> Answer {
        let mut happening = Happening::of(ExecType::Restated, &conventions::RESTATED, report);
        happening.quantities.ordered = report.ordered;
        self.record(&happening, |event| event)
    }

    /// An execution of the order, the one that `fill` refers to, was corrected to what `fill` says: event
    /// `trading.trade.corrected`. Quantities and average price are as if it had been right at once.
    pub fn trade_corrected(&mut self, fill: &Fill<'_>) -> Answer {
        self.execution(ExecType::TradeCorrect, &conventions::TRADE_CORRECTED, fill)
    }

    /// An execution of the order was busted, the one that `fill` refers to, or else that it says again: event
    /// `trading.trade.busted`. Quantities and average price are as if it had never been. A reference to what never
    /// was is refused; to what was forgotten, or was before the order was met, it is tolerated and counted.
    pub fn trade_busted(&mut self, fill: &Fill<'_>) -> Answer {
        self.execution(ExecType::TradeCancel, &conventions::TRADE_BUSTED, fill)
    }

    /// What is known of the order.
    pub fn lifecycle(&self) -> &Lifecycle {
        &self.order.lifecycle
    }

    /// Makes the order's span current on this thread until the guard is dropped, for what happens inside.
    pub fn enter(&self) -> Entered {
        self.span.span.enter()
    }

    /// The context with the order's span: the parent for what happens elsewhere, and what propagators send.
    pub fn context(&self) -> Context {
        self.span.span.context()
    }

    /// Ends the span, and keeps what the next message of this order needs.
    pub fn park(self) -> ParkedOrder {
        let Self { mut span, mut order } = self;
        let trace = span.trace.take().unwrap_or_else(|| {
            let first = span.span.context();
            order.parts.add(first.clone());
            first
        });
        ParkedOrder::new(order, trace)
    }

    /// Ends the span, and stops following the order.
    pub fn finish(self) {
        drop(self);
    }

    fn report(&mut self, exec_type: ExecType, event: &'static EventDef, report: &Report<'_>) -> Answer {
        self.record(&Happening::of(exec_type, event, report), |event| event)
    }

    fn execution(&mut self, exec_type: ExecType, event: &'static EventDef, fill: &Fill<'_>) -> Answer {
        let mut happening = Happening::of(exec_type, event, &fill.report);
        happening.quantities.last = Some(fill.quantity);
        happening.kept.quantity = Some(fill.quantity);
        happening.kept.price = Some(fill.price);
        happening.prices.last = Some(fill.price);
        happening.refers_to = fill.refers_to;
        self.record(&happening, |mut event| {
            if let Some(id) = fill.refers_to {
                event = event.set(&conventions::EXEC_REF_ID, id.0);
            }
            event
                .set(&conventions::FILL_QUANTITY, fill.quantity.0)
                .set(&conventions::FILL_PRICE, fill.price.0)
                .set(&conventions::LIQUIDITY, fill.liquidity)
        })
    }

    /// Takes in what happened, and tells it; `details` adds what only this kind of event has.
    fn record(&mut self, what: &Happening<'_>, details: impl FnOnce(Event) -> Event) -> Answer {
        let before = self.order.lifecycle.status();
        let fact = Fact {
            exec_type: what.exec_type,
            report: what.report.exec_id.map(|id| id.digest()),
            refers_to: what.refers_to.map(|id| id.digest()),
            names: what.names,
            quantities: what.quantities,
            prices: what.prices,
        };
        let answer = self.order.take_in(&fact, what.report.transact_time);
        self.keep(what, answer);
        if let Some(violation) = answer.violation() {
            self.event(&conventions::VIOLATED, what, before).set(&conventions::VIOLATION, violation).emit();
        }
        if matches!(answer, Answer::Refused(_)) {
            return answer;
        }
        let lifecycle = &self.order.lifecycle;
        let event = self
            .event(what.event, what, lifecycle.status())
            .set(&conventions::CUMULATIVE_QUANTITY, lifecycle.cumulative().0)
            .set(&conventions::LEAVES_QUANTITY, lifecycle.leaves().0);
        details(event).emit();
        self.span.note(&self.order.lifecycle);
        answer
    }

    /// Tells compliance what happened, where there is a logger.
    fn keep(&self, what: &Happening<'_>, answer: Answer) {
        let Some(logger) = self.order.trading.compliance() else { return };
        let lifecycle = &self.order.lifecycle;
        let order = if what.kept.replacement.is_some() {
            what.kept.order
        } else {
            ClientOrderId(self.order.client_id.as_str())
        };
        let (status, cumulative) = (lifecycle.status(), Some(lifecycle.cumulative()));
        let _inside = self.span.span.enter();
        // A record that could not be appended, or was lost later, is counted, told and an alert by the logger.
        drop(logger.log_order_status_change(&StatusChange {
            order,
            status,
            cumulative,
            answer,
            report: *what.report,
            ..what.kept
        }));
    }

    /// An event with what all events of an order have.
    fn event(&self, def: &EventDef, what: &Happening<'_>, status: OrderStatus) -> Event {
        let mut event = self
            .span
            .span
            .event(def)
            .set(&conventions::CLIENT_ORDER_ID, self.order.client_id.as_str())
            .set(&conventions::STATUS, status)
            .set(&conventions::EXEC_TYPE, what.exec_type);
        if let Some(id) = what.report.order_id {
            event = event.set(&conventions::ORDER_ID, id.0);
        }
        if let Some(id) = what.report.exec_id {
            event = event.set(&conventions::EXEC_ID, id.0);
        }
        match what.report.transact_time {
            Some(time) => event.at(time),
            None => event,
        }
    }
}

/// What happened, and how it is told.
struct Happening<'a> {
    exec_type: ExecType,
    event: &'static EventDef,
    report: &'a Report<'a>,
    refers_to: Option<ExecId<'a>>,
    names: Names,
    quantities: Quantities,
    prices: Prices,
    /// What only compliance keeps of it; the order, its status and the answer are not known yet.
    kept: StatusChange<'a>,
}

impl<'a> Happening<'a> {
    fn of(exec_type: ExecType, event: &'static EventDef, report: &'a Report<'a>) -> Self {
        Self {
            exec_type,
            event,
            report,
            refers_to: None,
            names: Names {
                client: report.client_id.map(|id| id.digest()),
                original: report.original_client_id.map(|id| id.digest()),
            },
            quantities: Quantities {
                cumulative: report.cumulative,
                leaves: report.leaves,
                ..Quantities::default()
            },
            prices: Prices { average: report.average, ..Prices::default() },
            kept: StatusChange::new(ClientOrderId(Default::default()), exec_type, OrderStatus::Submitted),
        }
    }
}

fn set_if_some<T: otel_core::AttributeType>(span: &mut Span, key: &Key<T>, value: Option<T::Value<'_>>) {
    if let Some(value) = value {
        span.set(key, value);
    }
}
