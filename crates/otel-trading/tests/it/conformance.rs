//! Everything this crate can say, held against what its catalogue declares.

use std::time::Duration;

use otel_core::testing::{TestTelemetry, assert_conforms, assert_sound};
use otel_core::{Currency, PseudonymKey, Sensitive, Telemetry, Timestamp};
use otel_trading::audit::{Fault, Finding, Verdict};
use otel_trading::gateway::GatewaySettings;
use otel_trading::ids::{ClientOrderId, ExecId, GroupName, InstructionId, Mic, OrderId, PortfolioId, Symbol};
use otel_trading::labels::{
    CancelReason, CancelRejectReason, FailReason, Line, Liquidity, OrderType, RejectKind, RejectReason,
    RiskMeasure, RiskResult, Side, TimeInForce,
};
use otel_trading::latency::{MOST_OMITTED, Reaction};
use otel_trading::market_data::{ChannelNumber, FeedMessage, FeedSettings};
use otel_trading::order::{Fill, NewOrder, Progress, Replacement, Report};
use otel_trading::positions::PositionTrade;
use otel_trading::regulatory::{Date, Weekdays};
use otel_trading::risk::RiskCalculation;
use otel_trading::settlement::{Cycle, Instruction};
use otel_trading::tape::TapedOrder;
use otel_trading::trade::Trade;
use otel_trading::{
    CATALOGUE, GatewaySession, MarketDataFeed, Observability, OrderSpan, OrderTape, Positions, Quantity,
    Settlement, TickToTrade,
};

use crate::compliance_logger::{logger, lose_a_record};
use crate::desk::{dollars, fill, order, price, report, trade};
use crate::regulatory::observed::report_everything;

#[test]
fn the_catalogue_is_sound() {
    assert_sound(&CATALOGUE);
}

#[test]
fn everything_that_is_said_is_declared_and_everything_declared_is_said() {
    let test = TestTelemetry::new();
    let trading = Observability::new(&test);
    an_order_of_every_kind(&trading);
    an_order_with_everything(&test, &trading);
    orders_that_are_cancelled(&test, &trading);
    orders_that_end_otherwise(&trading);
    trades(&trading);
    calculations(&trading);
    compliance(&test);
    lose_a_record(&test);
    report_everything(&test);
    market_data(&test);
    positions(&test);
    settlement(&test);
    gateway(&test);
    tape(&test);
    ticks(&test);
    assert_conforms(&test.finish(), &CATALOGUE);
}

/// Orders of each type, side and time in force.
fn an_order_of_every_kind(trading: &Observability) {
    for order_type in OrderType::ALL {
        for side in Side::ALL {
            let new = NewOrder { order_type: *order_type, side: *side, ..order("c-kind") };
            trading.track_order_lifecycle(&new).order_submitted();
        }
    }
    for time_in_force in TimeInForce::ALL {
        let new = NewOrder { time_in_force: Some(*time_in_force), ..order("c-time") };
        trading.track_order_lifecycle(&new).order_submitted();
    }
}

/// An order that says everything there is to say, and of which everything is reported.
fn an_order_with_everything(test: &TestTelemetry, trading: &Observability) {
    let time = Some(Timestamp::from_unix_nanos(1_428_322_647_000_000_000));
    let new = NewOrder {
        currency: Currency::from_code("USD"),
        time_in_force: Some(TimeInForce::Day),
        trader: Some(Sensitive::new("jane@desk").pseudonym(&PseudonymKey::new([7; 32]))),
        ..order("c-1")
    };
    let mut order = trading.track_order_lifecycle(&NewOrder { transact_time: time, ..new });
    order.order_submitted();
    let known = Report { order_id: Some(OrderId("v-1")), transact_time: time, ..report("e-1") };
    order.order_pending_new(&known);
    test.advance(Duration::from_secs(1));
    order.order_acknowledged(&report("e-2"));
    order.order_replace_requested(&Report::default());
    order.order_replaced(&Replacement {
        price: Some(price()),
        report: report("e-3"),
        ..Replacement::new(ClientOrderId("c-2"), Quantity::whole(600))
    });
    for (number, liquidity) in Liquidity::ALL.iter().enumerate() {
        let id = format!("e-fill-{number}");
        order.order_partially_filled(&Fill { liquidity: *liquidity, ..fill(&id, 10) });
    }
    let mut order = order.park().resume();
    order.order_restated(&report("e-4"));
    order.trade_corrected(&fill("e-5", 10));
    order.trade_busted(&fill("e-6", 10));
    // Again: a violation.
    order.trade_busted(&fill("e-6", 10));
    let left = order.lifecycle().leaves();
    order.order_filled(&Fill::new(ExecId("e-7"), left, price()));
    order.finish();
}

fn orders_that_are_cancelled(test: &TestTelemetry, trading: &Observability) {
    for reason in CancelReason::ALL {
        let mut order = accepted(trading);
        order.order_cancel_requested(&Report::default());
        test.advance(Duration::from_secs(1));
        order.order_cancelled(*reason, &report("e-2"));
        order.finish();
    }
    for reason in CancelRejectReason::ALL {
        let mut order = accepted(trading);
        order.order_cancel_requested(&Report::default());
        order.order_cancel_rejected(*reason, &report("e-2"));
        order.finish();
    }
}

fn orders_that_end_otherwise(trading: &Observability) {
    for reason in RejectReason::ALL {
        let mut order = trading.track_order_lifecycle(&order("c-rejected"));
        order.order_submitted();
        order.order_rejected(*reason, &report("e-1"));
        order.finish();
    }
    let ends: [fn(&mut OrderSpan); 4] = [
        |order| {
            order.order_done_for_day(&report("e-2"));
            order.order_calculated(&report("e-3"));
        },
        |order| {
            order.order_triggered(&report("e-2"));
            order.order_suspended(&report("e-3"));
            order.order_resumed(&report("e-4"));
            order.order_executed(&fill("e-5", 500));
            let bust = Fill { refers_to: Some(ExecId("e-5")), ..fill("e-6", 500) };
            order.trade_busted(&bust);
        },
        |order| {
            order.order_stopped(&report("e-2"));
        },
        |order| {
            order.order_suspended(&report("e-2"));
            order.order_expired(&report("e-3"));
        },
    ];
    for end in ends {
        end(&mut accepted(trading));
    }
    let progress = Progress {
        status: otel_trading::labels::OrderStatus::PartiallyFilled,
        cumulative: Quantity::whole(100),
    };
    trading.track_order_midway(&order("c-midway"), progress).finish();
}

fn trades(trading: &Observability) {
    for liquidity in Liquidity::ALL {
        let time = Some(Timestamp::from_unix_nanos(1_428_322_647_000_000_000));
        let trade = Trade { liquidity: *liquidity, transact_time: time, ..trade(100, "48.141", "USD") };
        trading.track_trade_execution(&trade);
    }
}

fn calculations(trading: &Observability) {
    for measure in RiskMeasure::ALL {
        let new = RiskCalculation::new(PortfolioId("p-4711"), GroupName("rates"), *measure);
        let new = RiskCalculation { confidence: Some(0.99), limit: Some(dollars(2_000_000)), ..new };
        trading.track_risk_calculation(&new).calculated(dollars(1_250_000));
        for result in RiskResult::ALL {
            trading.track_risk_calculation(&new).ended(*result);
        }
    }
}

/// An order that is flagged, and a trail that breaks and was tampered with.
fn compliance(test: &TestTelemetry) {
    let dir = tempfile::tempdir().expect("a directory");
    let logger = logger(test, dir.path());
    let night = Timestamp::from_unix_nanos(1_709_694_000_000_000_000);
    let new = NewOrder { transact_time: Some(night), ..order("c-night") };
    assert!(!logger.log_order_creation(&new, None).flags.is_empty());
    let finding = Finding { first_bad: 0, fault: Fault::Root, file: "checkpoint".into() };
    logger.trail_verified(&Verdict::Tampered(finding));
    logger.trail().clone().close().expect("written");
    assert!(logger.log_order_creation(&new, None).receipt.is_err());
}

fn market_data(telemetry: &Telemetry) {
    let feed = MarketDataFeed::new(telemetry, "itch", FeedSettings::default());
    let message = |line, sequence, second| FeedMessage {
        channel: ChannelNumber(1),
        line,
        sequence,
        sent: Some(at(10)),
        received: at(second),
    };
    // In order and ahead, recovered, and from the future.
    for (line, sequence, second) in [(Line::A, 1, 11), (Line::A, 3, 11), (Line::B, 2, 11), (Line::B, 3, 9)] {
        feed.received(&message(line, sequence, second));
    }
    feed.received(&message(Line::A, 9, 11));
    feed.check(at(12));
    feed.check(at(60));
    feed.reset(ChannelNumber(1), 1, at(61));
}

fn positions(telemetry: &Telemetry) {
    let positions = Positions::new(telemetry, 1);
    let trade = PositionTrade {
        portfolio: PortfolioId("p-4711"),
        group: GroupName("rates"),
        symbol: Symbol("SJM"),
        side: Side::Buy,
        quantity: Quantity::whole(5),
        price: price(),
        currency: Currency::from_code("USD").expect("a currency"),
    };
    assert!(positions.traded(&trade).is_ok());
    assert!(positions.traded(&PositionTrade { symbol: Symbol("IBM"), ..trade }).is_err());
    assert!(positions.limited(trade.portfolio, trade.symbol, Quantity::whole(10)).is_ok());
    assert!(positions.reconciled(trade.portfolio, &[]).is_ok_and(|breaks| breaks.len() == 1));
    positions.check();
}

fn settlement(telemetry: &Telemetry) {
    let day = |day| Date::new(2026, 4, day).expect("a day");
    let settlement = Settlement::new(telemetry, Weekdays::default(), 10);
    let id = InstructionId("i-1");
    let value = Some(dollars(481_400));
    let (quantity, place) = (Quantity::whole(100), "DTCYUS33");
    let new = Instruction { id, place, quantity, value, traded: day(8), cycle: Cycle::T1 };
    assert_eq!(settlement.received(&new), Ok(day(9)));
    assert!(settlement.settled(id, day(9)).is_err());
    for reason in FailReason::ALL {
        assert!(settlement.failed(id, *reason).is_ok());
    }
    settlement.check(day(30));
}

fn gateway(telemetry: &Telemetry) {
    let session = GatewaySession::new(telemetry, "XNAS-1", GatewaySettings::default());
    session.backed_off(Duration::from_secs(1));
    for _ in 0..2 {
        assert!(session.connected(at(1)) && session.logon_sent() && session.logged_on(1, at(1)));
        session.message_received(3, false, at(1));
        assert!(session.resend_requested(1, 2) && session.sequence_reset(4, at(1)));
        session.check(at(60));
        assert!(session.rejected(RejectKind::Session) && session.disconnected(at(60)));
    }
    assert!(!session.logged_out());
}

/// What only the tape says.
fn tape(telemetry: &Telemetry) {
    let taped = TapedOrder::new(&order("c-taped")).expect("an order that fits");
    OrderTape::new(telemetry).record(&taped.submitted().received_at(at(1)));
}

/// An order after its tick, one before it, and one behind a stall without end.
fn ticks(telemetry: &Telemetry) {
    let timed = TickToTrade::new(telemetry, "itch").expecting(Duration::from_nanos(1));
    for (received, sent) in [(1, 1), (2, 1), (1, 2)] {
        timed.reacted(Mic("XNYS"), &Reaction { tick_received: at(received), order_sent: at(sent) });
    }
    assert!(Duration::from_secs(1).as_nanos() > u128::from(MOST_OMITTED));
}

fn at(second: u64) -> Timestamp {
    Timestamp::from_unix_nanos(1_428_322_647_000_000_000 + second * 1_000_000_000)
}

/// An order that its venue has accepted.
fn accepted(trading: &Observability) -> OrderSpan {
    let mut order = trading.track_order_lifecycle(&order("c-3"));
    order.order_submitted();
    order.order_acknowledged(&report("e-1"));
    order
}
