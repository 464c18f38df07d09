//! What the codes of FIX 4.2 mean.

use otel_trading::labels::{CancelRejectReason, OrderType, RejectReason, Side, TimeInForce};

/// `Side` (54).
pub(crate) fn side(code: &str) -> Side {
    match code {
        "1" | "3" => Side::Buy,
        "2" | "4" => Side::Sell,
        "5" | "6" => Side::SellShort,
        _ => Side::Other,
    }
}

/// `OrdType` (40).
pub(crate) fn order_type(code: &str) -> OrderType {
    match code {
        "1" => OrderType::Market,
        "2" | "6" | "7" | "8" => OrderType::Limit,
        "3" => OrderType::Stop,
        "4" => OrderType::StopLimit,
        "5" | "A" | "B" => OrderType::Auction,
        "P" => OrderType::Pegged,
        _ => OrderType::Other,
    }
}

/// `TimeInForce` (59).
pub(crate) fn time_in_force(code: &str) -> TimeInForce {
    match code {
        "0" => TimeInForce::Day,
        "1" => TimeInForce::GoodTillCancel,
        "2" => TimeInForce::AtOpen,
        "3" => TimeInForce::ImmediateOrCancel,
        "4" => TimeInForce::FillOrKill,
        "6" => TimeInForce::GoodTillDate,
        _ => TimeInForce::Other,
    }
}

/// `OrdRejReason` (103).
pub(crate) fn reject_reason(code: &str) -> RejectReason {
    match code {
        "0" => RejectReason::BrokerOption,
        "1" => RejectReason::UnknownSymbol,
        "2" => RejectReason::ExchangeClosed,
        "3" => RejectReason::ExceedsLimit,
        "4" => RejectReason::TooLate,
        "5" => RejectReason::UnknownOrder,
        "6" | "7" => RejectReason::DuplicateOrder,
        "8" => RejectReason::StaleOrder,
        _ => RejectReason::Other,
    }
}

/// `CxlRejReason` (102).
pub(crate) fn cancel_reject_reason(code: &str) -> CancelRejectReason {
    match code {
        "0" => CancelRejectReason::TooLate,
        "1" => CancelRejectReason::UnknownOrder,
        "2" => CancelRejectReason::BrokerOption,
        "3" => CancelRejectReason::AlreadyPending,
        _ => CancelRejectReason::Other,
    }
}

/// The market identifier code of a `SecurityExchange` (207), which FIX 4.2 writes as Reuters does.
///
/// What is not in this short list is taken for a market identifier code already.
pub(crate) fn mic(exchange: &str) -> &str {
    match exchange {
        "A" => "XASE",
        "DE" => "XETR",
        "L" => "XLON",
        "N" => "XNYS",
        "O" | "OQ" => "XNAS",
        "P" => "ARCX",
        "PA" => "XPAR",
        "T" => "XTKS",
        other => other,
    }
}
