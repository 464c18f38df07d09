//! What compliance keeps of each order and trade: judged, written into the audit trail, and told.
//!
//! A [`ComplianceLogger`] is told what happened by whoever sees it, or by an
//! [`Observability`](crate::Observability) that has one. It asks the calendars whether the venue was in session, lets
//! surveillance judge the fact, appends a record to the audit trail, and tells of it: where the record is and what was
//! flagged, and nothing of what it says.

mod change;
mod desk;
mod details;
mod logged;
mod orders;
mod principal;
mod settings;
mod told;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use otel_core::{Telemetry, Timestamp};

pub use change::StatusChange;
pub use logged::{Logged, NotRecorded};
pub use principal::{Principal, Trader};
pub use settings::ComplianceSettings;

use self::desk::Desk;
use self::details::Details;
use self::orders::Traits;
use self::told::Told;
use super::flags::{
    Action, ClockReading, Execution, FactError, Flags, MarketFact, OrderKey, OwnerKey, Party, Surveillance,
    TradingSession,
};
use super::sessions::{Calendars, Phase};
use crate::audit::{ArchiveError, AuditTrail, Checkpoint, Stopped, Verdict};
use crate::conventions;
use crate::ids::Mic;
use crate::labels::{AuditEvent, FlagKind, Judgement};
use crate::metrics::ComplianceMetrics;
use crate::order::{NewOrder, Progress};
use crate::quantity::Quantity;
use crate::trade::Trade;

/// Judges what happens to orders, keeps it in an audit trail, and tells of both. Clones are cheap and share everything.
///
/// The versions of an order are counted in the order of the calls, so one lock is held while a fact is judged and its
/// record appended: only threads that log for compliance ever wait for it, and while the trail has no room, all of them
/// do. An identifier of an order stands for one order in the whole trail.
#[derive(Clone, Debug)]
pub struct ComplianceLogger {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    telemetry: Telemetry,
    metrics: ComplianceMetrics,
    trail: AuditTrail,
    calendars: Calendars,
    house: Party,
    desk: Mutex<Desk>,
}

/// How a fact is judged.
#[derive(Clone, Copy, Debug)]
enum Judging {
    /// By surveillance, and the venue should be in session.
    InSession,
    /// By surveillance, whenever it is: an order may end at night.
    AtAnyTime,
    /// As in session, but only by what holds whoever it belongs to.
    WithoutOwner,
}

/// How far ahead of this process's clock a fact may be. Clocks are synchronised far better than that (RTS 25 allows
/// milliseconds at most); what is further ahead was stamped in another time zone, or wrongly.
const FUTURE: Duration = Duration::from_secs(5 * 60);

impl ComplianceLogger {
    /// A logger that goes on where the trail ends. It reads the whole trail once, to know the latest version of each
    /// order.
    ///
    /// # Errors
    ///
    /// The trail cannot be read.
    pub fn new(
        telemetry: &Telemetry,
        trail: AuditTrail,
        settings: ComplianceSettings,
    ) -> Result<Self, ArchiveError> {
        let telemetry = telemetry.with_scope(&conventions::CATALOGUE);
        let metrics = ComplianceMetrics::new(&telemetry);
        let archive = trail.archive()?;
        metrics.trail_grown(archive.checkpoint());
        let desk = Desk::resume(settings.surveillance, settings.orders, &archive)?;
        let (told, counted) = (telemetry.clone(), metrics.clone());
        trail.on_failure(move |why, unproven| {
            counted.records_lost(why, unproven);
            told::tell_failure(&told, why, unproven);
        });
        let (calendars, house) = (settings.calendars, settings.house);
        let inner = Inner { telemetry, metrics, trail, calendars, house, desk: Mutex::new(desk) };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Keeps that an order was created, and judges it. An order without a principal is the house's own.
    pub fn log_order_creation(&self, order: &NewOrder<'_>, principal: Option<&Principal<'_>>) -> Logged {
        self.log_order(AuditEvent::OrderCreated, order, principal, None)
    }

    /// Keeps that an order was met in the middle of its life. It is not judged, for it is not new.
    pub fn log_order_met(
        &self,
        order: &NewOrder<'_>,
        principal: Option<&Principal<'_>>,
        progress: Progress,
    ) -> Logged {
        self.log_order(AuditEvent::OrderMet, order, principal, Some(progress))
    }

    /// Keeps what happened to an order, and judges replacements and ends. Executions are judged by
    /// [`log_trade_execution`](Self::log_trade_execution), so that none is judged twice.
    ///
    /// What was refused as impossible is kept as well, and neither believed nor judged.
    pub fn log_order_status_change(&self, change: &StatusChange<'_>) -> Logged {
        let at = change.report.transact_time.unwrap_or_else(|| self.now());
        let event =
            if change.is_refused() { AuditEvent::OrderFactRefused } else { AuditEvent::OrderStatusChanged };
        let mut desk = self.desk();
        let key = desk.orders.resolve(change.order);
        let traits = desk.orders.traits(key).cloned();
        let mut told = Told::new(event, at, traits.as_ref());
        if !change.is_refused() {
            match (change.action(), &traits) {
                (Some(action), Some(traits)) => {
                    if let Some(quantity) = change.judged_quantity(traits) {
                        let fact = traits.fact(at, key, action, quantity);
                        let judging =
                            if change.is_replacement() { Judging::InSession } else { Judging::AtAnyTime };
                        self.judge(&mut desk, &fact, traits, judging, &mut told);
                    }
                }
                (Some(_), None) => told.head.judgement = Some(Judgement::UnknownOrder),
                (None, _) => {}
            }
            desk.orders.take_in(key, change);
        }
        let name = desk.orders.name(key, change.order.0);
        self.finish(desk, key, &name, Details::of_change(change), told)
    }

    /// Keeps a trade, and judges it. It belongs to the history of its order; without one, it has its own.
    ///
    /// `counterparty` is the beneficial owner on the other side, as far as the caller may know.
    pub fn log_trade_execution(&self, trade: &Trade<'_>, counterparty: Option<OwnerKey>) -> Logged {
        let at = trade.transact_time.unwrap_or_else(|| self.now());
        let mut desk = self.desk();
        let (key, name) = match trade.client_id {
            Some(order) => {
                let key = desk.orders.resolve(order);
                (key, desk.orders.name(key, order.0))
            }
            None => desk.orders.begin_trade(trade.id),
        };
        let known = desk.orders.traits(key).cloned();
        // The house's own is what no order stands behind, and not what stands behind an order nobody remembers.
        let is_unowned = known.is_none() && trade.client_id.is_some();
        let traits = Traits::of_trade(trade, known, self.inner.house);
        let execution = Execution { price: trade.price, counterparty, trade: Some(trade.id.into()) };
        let fact = traits.fact(at, key, Action::Executed(execution), trade.quantity);
        let mut told = Told::new(AuditEvent::TradeExecuted, at, Some(&traits));
        let judging = if is_unowned { Judging::WithoutOwner } else { Judging::InSession };
        self.judge(&mut desk, &fact, &traits, judging, &mut told);
        self.finish(desk, key, &name, Details::of_trade(trade), told)
    }

    /// The flags of one fact as far as it and the calendar of its venue say them by themselves. Nothing is kept,
    /// counted or told.
    ///
    /// # Errors
    ///
    /// When the fact cannot be judged: see [`MarketFact::check`].
    pub fn extract_compliance_flags(&self, fact: &MarketFact, venue: Mic<'_>) -> Result<Flags, FactError> {
        let mut flags = self.desk().surveillance.extract(fact)?;
        if is_outside(self.inner.calendars.trading_at(venue, fact.at)) {
            flags.insert(FlagKind::OutsideSession);
        }
        Ok(flags)
    }

    /// Says how good the clock is that stamps records from now on.
    pub fn clock_read(&self, reading: ClockReading) {
        self.desk().clock = Some(reading);
    }

    /// Lets the caller speak to surveillance: for prints of the tape, exchange rates, and what was counted.
    pub fn surveillance<T>(&self, speak: impl FnOnce(&mut Surveillance) -> T) -> T {
        speak(&mut self.desk().surveillance)
    }

    /// Waits until everything that was logged before is durable and in tiles, and gives the checkpoint that says so:
    /// see [`AuditTrail::flush`].
    ///
    /// # Errors
    ///
    /// The trail is closed or has failed.
    pub fn flush(&self) -> Result<Checkpoint, Stopped> {
        let checkpoint = self.inner.trail.flush()?;
        self.inner.metrics.trail_grown(&checkpoint);
        Ok(checkpoint)
    }

    /// Takes note of what checking the trail has found: see [`ComplianceMetrics::trail_verified`].
    pub fn trail_verified(&self, verdict: &Verdict) {
        self.inner.metrics.trail_verified(verdict);
    }

    /// The trail.
    pub fn trail(&self) -> &AuditTrail {
        &self.inner.trail
    }

    fn log_order(
        &self,
        event: AuditEvent,
        order: &NewOrder<'_>,
        principal: Option<&Principal<'_>>,
        progress: Option<Progress>,
    ) -> Logged {
        let at = order.transact_time.unwrap_or_else(|| self.now());
        let pseudonym = order.trader.map(|trader| trader.to_string());
        let details = Details::of_order(order, principal, pseudonym.as_deref());
        let details = match &progress {
            Some(progress) => details.met_at(progress),
            None => details,
        };
        let cumulative = progress.map_or(Quantity::ZERO, |progress| progress.cumulative);
        let traits = Traits::of_order(order, principal, self.inner.house, cumulative);
        let mut told = Told::new(event, at, Some(&traits));
        let mut desk = self.desk();
        let key = OrderKey::from(order.client_id);
        if progress.is_none() {
            let fact = traits.fact(at, key, Action::New { price: order.price }, order.quantity);
            self.judge(&mut desk, &fact, &traits, Judging::InSession, &mut told);
            desk.orders.begin(key, order.client_id, traits);
        } else {
            desk.orders.meet(key, order.client_id, traits);
        }
        self.finish(desk, key, order.client_id.0, details, told)
    }

    /// Lets surveillance judge a fact, and the calendar if it is asked.
    fn judge(&self, desk: &mut Desk, fact: &MarketFact, traits: &Traits, judging: Judging, told: &mut Told) {
        if self.inner.telemetry.is_on() && fact.at > self.now().after(FUTURE) {
            return told.judged(Err(FactError::FromTheFuture));
        }
        let (mic, calendars) = (Mic(&traits.venue), &self.inner.calendars);
        let fact = MarketFact { session: session_of(calendars, mic, fact.at), ..*fact };
        if !matches!(judging, Judging::AtAnyTime) {
            told.asked(calendars.trading_at(mic, fact.at), &fact);
        }
        match judging {
            Judging::InSession | Judging::AtAnyTime => told.judged(desk.judge(&fact)),
            Judging::WithoutOwner => told.judged_unowned(desk.judge_unowned(&fact)),
        }
    }

    /// Appends the record, leaves the desk, and tells of it.
    fn finish(
        &self,
        mut desk: MutexGuard<'_, Desk>,
        key: OrderKey,
        name: &str,
        details: Details<'_>,
        told: Told,
    ) -> Logged {
        let texts = told.texts();
        let details = details.judged(&told, &texts);
        let started = self.now();
        let receipt = desk.append(&self.inner.trail, key, name, &told.head, details.as_slice());
        let unseen = desk.unseen();
        drop(desk);
        unseen.for_each(|(spot, times)| self.inner.metrics.not_seen(spot, times));
        let took = self.now().since(started);
        let flags = told.flags();
        let Told { head, raised, unjudged } = told;
        let logged = Logged { receipt, flags, raised, unjudged };
        told::tell(&self.inner.telemetry, &self.inner.metrics, &head, name, &logged, took);
        logged
    }

    fn now(&self) -> Timestamp {
        self.inner.telemetry.now()
    }

    fn desk(&self) -> MutexGuard<'_, Desk> {
        // A detector that was interrupted may have missed a fact; that is no reason to keep nothing from then on.
        self.inner.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The session that `at` belongs to, breaks and auctions included.
fn session_of(calendars: &Calendars, mic: Mic<'_>, at: Timestamp) -> Option<TradingSession> {
    let session = calendars.get(mic)?.trading_of(at)?;
    TradingSession::new(session.start, session.end)
}

/// Whether a venue was known not to be in session.
const fn is_outside(phase: Phase) -> bool {
    matches!(phase, Phase::Closed | Phase::Break)
}
