//! The Consolidated Audit Trail of SEC Rule 613: which event stands for which fact of an industry member's order.
//!
//! The codes are those of the CAT reporting technical specifications for industry members, version 4: equities, and
//! the order events that options share with them. Only the mapping is here; CAT has its own records and interface.

use super::code::codes;
use crate::labels::ExecType;

codes! {
    /// An event that an industry member reports to CAT.
    pub enum CatEvent {
        /// New order.
        NewOrder = MENO,
        /// Order accepted from another reporter.
        OrderAccepted = MEOA,
        /// Order route.
        OrderRoute = MEOR,
        /// Modified order route.
        RouteModified = MEMR,
        /// Cancelled order route.
        RouteCancelled = MECR,
        /// Internal route accepted.
        InternalRoute = MEIR,
        /// Internal route modified.
        InternalRouteModified = MEIM,
        /// Internal route cancelled.
        InternalRouteCancelled = MEIC,
        /// Child order.
        ChildOrder = MECO,
        /// Child order modified.
        ChildModified = MECOM,
        /// Child order cancelled.
        ChildCancelled = MECOC,
        /// Order modification request.
        ModificationRequest = MEOMR,
        /// Order modified.
        OrderModified = MEOM,
        /// Order adjusted: a small change of price or size by the firm itself.
        OrderAdjusted = MEOJ,
        /// Order cancel request.
        CancelRequest = MEOCR,
        /// Order cancelled.
        OrderCancelled = MEOC,
        /// Order effective: a condition came true.
        OrderEffective = MEOE,
        /// Trade.
        Trade = MEOT,
        /// Order fulfilment: a client's order out of what was traded for it.
        Fulfilment = MEOF,
        /// Fulfilment amendment.
        FulfilmentAmended = MEFA,
        /// Allocation after the trade.
        Allocation = MEPA,
        /// New quote.
        NewQuote = MENQ,
    }

    /// What a record does to what was reported before: `actionType`.
    pub enum CatAction {
        /// It is new.
        New = NEW,
        /// It corrects a record that was accepted.
        Correction = COR,
        /// It repairs a record that was refused.
        Repair = RPR,
        /// It deletes a record.
        Deletion = DEL,
    }
}

/// A fact of an order's life, as an industry member sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OrderFact {
    /// Received from a customer or a firm that does not report, or originated by the firm itself.
    Received,
    /// Received from another reporter.
    Accepted,
    /// Sent to another firm or an exchange.
    Routed,
    /// What was sent was changed.
    RouteModified,
    /// What was sent was cancelled.
    RouteCancelled,
    /// Passed to another desk of the firm.
    PassedOn,
    /// What was passed on was changed.
    PassedOnModified,
    /// What was passed on was cancelled.
    PassedOnCancelled,
    /// Split off from another order.
    SplitOff,
    /// What was split off was changed.
    SplitOffModified,
    /// What was split off was cancelled.
    SplitOffCancelled,
    /// The customer asked for a change.
    ModificationRequested,
    /// Changed.
    Modified,
    /// Changed a little by the firm.
    Adjusted,
    /// The customer asked for its cancellation.
    CancellationRequested,
    /// Cancelled.
    Cancelled,
    /// Its condition came true.
    Triggered,
    /// Executed by the firm.
    Executed,
    /// Filled from what the firm traded for it.
    Fulfilled,
    /// The fulfilment was changed.
    FulfilmentAmended,
    /// Allocated to accounts.
    Allocated,
    /// A quote was made.
    Quoted,
}

/// The event of each fact.
pub const EVENTS: &[(OrderFact, CatEvent)] = &[
    (OrderFact::Received, CatEvent::NewOrder),
    (OrderFact::Accepted, CatEvent::OrderAccepted),
    (OrderFact::Routed, CatEvent::OrderRoute),
    (OrderFact::RouteModified, CatEvent::RouteModified),
    (OrderFact::RouteCancelled, CatEvent::RouteCancelled),
    (OrderFact::PassedOn, CatEvent::InternalRoute),
    (OrderFact::PassedOnModified, CatEvent::InternalRouteModified),
    (OrderFact::PassedOnCancelled, CatEvent::InternalRouteCancelled),
    (OrderFact::SplitOff, CatEvent::ChildOrder),
    (OrderFact::SplitOffModified, CatEvent::ChildModified),
    (OrderFact::SplitOffCancelled, CatEvent::ChildCancelled),
    (OrderFact::ModificationRequested, CatEvent::ModificationRequest),
    (OrderFact::Modified, CatEvent::OrderModified),
    (OrderFact::Adjusted, CatEvent::OrderAdjusted),
    (OrderFact::CancellationRequested, CatEvent::CancelRequest),
    (OrderFact::Cancelled, CatEvent::OrderCancelled),
    (OrderFact::Triggered, CatEvent::OrderEffective),
    (OrderFact::Executed, CatEvent::Trade),
    (OrderFact::Fulfilled, CatEvent::Fulfilment),
    (OrderFact::FulfilmentAmended, CatEvent::FulfilmentAmended),
    (OrderFact::Allocated, CatEvent::Allocation),
    (OrderFact::Quoted, CatEvent::NewQuote),
];

/// What a firm is to an order whose reports it reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "whoever reads a report sent the order or received it")]
pub enum Standing {
    /// It sent the order on, and another firm or an exchange reports about it.
    Router,
    /// It received the order from a customer, and executes it.
    Executor,
}

/// The record for what FIX says of an order; `None` where the firm reports nothing: what is pending or refused, what
/// only repeats, and executions that whoever executed reports.
pub const fn record(exec_type: ExecType, standing: Standing) -> Option<(CatEvent, CatAction)> {
    let event = match (standing, exec_type) {
        (Standing::Router, ExecType::Submitted) => CatEvent::OrderRoute,
        (Standing::Router, ExecType::Replaced) => CatEvent::RouteModified,
        (Standing::Router, ExecType::Canceled) => CatEvent::RouteCancelled,
        (Standing::Executor, ExecType::New) => CatEvent::NewOrder,
        (Standing::Executor, ExecType::Replaced) => CatEvent::OrderModified,
        (Standing::Executor, ExecType::Canceled) => CatEvent::OrderCancelled,
        (Standing::Executor, ExecType::PendingReplace) => CatEvent::ModificationRequest,
        (Standing::Executor, ExecType::PendingCancel) => CatEvent::CancelRequest,
        (Standing::Executor, ExecType::PartialFill | ExecType::Fill) => CatEvent::Trade,
        (Standing::Executor, ExecType::TradeCorrect) => {
            return Some((CatEvent::Trade, CatAction::Correction));
        }
        (Standing::Executor, ExecType::TradeCancel) => return Some((CatEvent::Trade, CatAction::Deletion)),
        _ => return None,
    };
    Some((event, CatAction::New))
}
