//! The arm `idiomatic`: the facts that `otel_trading` records, through the stock SDK, as well as it can be used by hand.

use std::time::{Instant, SystemTime};

use opentelemetry::logs::{AnyValue, LogRecord as _, Logger as _, Severity};
use opentelemetry::metrics::{BoundCounter, BoundHistogram, BoundUpDownCounter};
use opentelemetry::trace::{Span as _, SpanContext, SpanKind, Status, Tracer as _};
use opentelemetry::{Key, KeyValue};
use opentelemetry_sdk::logs::SdkLogger;
use opentelemetry_sdk::trace::{SdkTracer, Span};
use otel_benches::stock::Stock;
use otel_core::Money;
use otel_trading::labels::{ExecType, Side};

use crate::orders::{Order, VENUES};

const CLIENT_ID: &str = "trading.order.client_id";
const STATUS: &str = "trading.order.status";
const CUMULATIVE: &str = "trading.order.cumulative_quantity";
const LEAVES: &str = "trading.order.leaves_quantity";
const VENUE: &str = "trading.venue.mic";
const SIDE: &str = "trading.order.side";
const LIQUIDITY: &str = "trading.liquidity";
const CURRENCY: &str = "trading.currency.code";

/// What the metrics of one venue are bound to.
struct Venue {
    active: BoundUpDownCounter<i64>,
    /// By what happened, then by side.
    events: [[BoundCounter<u64>; 2]; 3],
    acknowledge: BoundHistogram<f64>,
    fill: BoundHistogram<f64>,
    /// By side.
    trades: [BoundCounter<u64>; 2],
    trade_value: BoundCounter<u64>,
}

/// What happens to an order here.
const HAPPENINGS: [ExecType; 3] = [ExecType::New, ExecType::Fill, ExecType::Restated];
const SIDES: [Side; 2] = [Side::Buy, Side::Sell];

/// One change of an order.
struct Change<'a> {
    /// Index into [`HAPPENINGS`].
    happening: usize,
    event: &'static str,
    status: &'static str,
    exec_id: &'a str,
    cumulative: String,
    leaves: String,
    is_fill: bool,
}

/// Orders and trades, hand-written.
pub(crate) struct Monitor {
    tracer: SdkTracer,
    logger: SdkLogger,
    venues: Vec<Venue>,
}

impl Monitor {
    pub(crate) fn new(stock: &Stock) -> Self {
        let meter = stock.meter();
        let active = meter.i64_up_down_counter("trading.order.active").build();
        let events = meter.u64_counter("trading.order.events").build();
        let acknowledge = meter.f64_histogram("trading.order.acknowledge.duration").with_unit("s").build();
        let fill = meter.f64_histogram("trading.order.fill.duration").with_unit("s").build();
        let trades = meter.u64_counter("trading.trades").build();
        let trade_value = meter.u64_counter("trading.trade.value").build();
        let of_venue = |mic: &'static str| {
            let venue = || KeyValue::new(VENUE, mic);
            let side = |at: usize| KeyValue::new(SIDE, SIDES[at].as_str());
            let limit = || [KeyValue::new("trading.order.type", "limit"), venue()];
            let exec = |at: usize| KeyValue::new("trading.exec.type", HAPPENINGS[at].as_str());
            Venue {
                active: active.bind(&[venue()]),
                events: std::array::from_fn(|happening| {
                    std::array::from_fn(|at| events.bind(&[exec(happening), side(at), venue()]))
                }),
                acknowledge: acknowledge.bind(&limit()),
                fill: fill.bind(&limit()),
                trades: std::array::from_fn(|at| {
                    trades.bind(&[KeyValue::new(LIQUIDITY, "removed"), side(at), venue()])
                }),
                trade_value: trade_value.bind(&[KeyValue::new(CURRENCY, "USD"), venue()]),
            }
        };
        Self {
            tracer: stock.tracer(),
            logger: stock.logger(),
            venues: VENUES.into_iter().map(of_venue).collect(),
        }
    }

    /// An order that is sent, acknowledged and filled.
    pub(crate) fn lifecycle(&self, order: &Order) {
        let venue = &self.venues[order.venue];
        let mut span = self.begin(order);
        let sent = Instant::now();
        venue.active.add(1);
        let acknowledged = Change {
            happening: 0,
            event: "trading.order.acknowledged",
            status: "new",
            exec_id: &order.acknowledged,
            cumulative: "0".to_owned(),
            leaves: order.quantity.to_string(),
            is_fill: false,
        };
        self.changed(span.span_context(), order, acknowledged);
        venue.acknowledge.record(sent.elapsed().as_secs_f64());
        let filled = Change {
            happening: 1,
            event: "trading.order.filled",
            status: "filled",
            exec_id: &order.filled,
            cumulative: order.quantity.to_string(),
            leaves: "0".to_owned(),
            is_fill: true,
        };
        self.changed(span.span_context(), order, filled);
        venue.fill.record(sent.elapsed().as_secs_f64());
        venue.active.add(-1);
        span.set_attribute(KeyValue::new(STATUS, "filled"));
        span.set_attribute(KeyValue::new(CUMULATIVE, order.quantity.to_string()));
        span.set_attribute(KeyValue::new(LEAVES, "0"));
        span.set_status(Status::Ok);
        span.end();
    }

    pub(crate) fn begin(&self, order: &Order) -> Span {
        // Room for the three that come at the end.
        let mut attributes = Vec::with_capacity(12);
        attributes.extend([
            KeyValue::new(CLIENT_ID, order.client_id.clone()),
            KeyValue::new("trading.instrument.symbol", order.symbol),
            KeyValue::new(VENUE, order.mic()),
            KeyValue::new(SIDE, order.side.as_str()),
            KeyValue::new("trading.order.type", "limit"),
            KeyValue::new("trading.order.quantity", order.quantity.to_string()),
            KeyValue::new("trading.order.price", order.price.to_string()),
            KeyValue::new(CURRENCY, order.currency.code()),
            KeyValue::new("trading.order.time_in_force", "day"),
        ]);
        let builder = self.tracer.span_builder("order_lifecycle").with_kind(SpanKind::Internal);
        self.tracer.build(builder.with_attributes(attributes))
    }

    /// One event of an order that is being followed.
    pub(crate) fn restated(&self, span: &Span, order: &Order) {
        let restated = Change {
            happening: 2,
            event: "trading.order.restated",
            status: "new",
            exec_id: &order.acknowledged,
            cumulative: "0".to_owned(),
            leaves: order.quantity.to_string(),
            is_fill: false,
        };
        self.changed(span.span_context(), order, restated);
    }

    fn changed(&self, span: &SpanContext, order: &Order, change: Change<'_>) {
        let side = usize::from(order.side == Side::Sell);
        self.venues[order.venue].events[change.happening][side].add(1);
        let mut record = self.logger.create_log_record();
        record.set_event_name(change.event);
        record.set_severity_number(Severity::Info);
        record.set_severity_text("INFO");
        record.set_timestamp(SystemTime::now());
        record.set_trace_context(span.trace_id(), span.span_id(), Some(span.trace_flags()));
        let mut add = |key, value: AnyValue| record.add_attribute(Key::from_static_str(key), value);
        add(CLIENT_ID, order.client_id.clone().into());
        add(STATUS, change.status.into());
        add("trading.exec.type", HAPPENINGS[change.happening].as_str().into());
        add("trading.order.id", order.order_id.clone().into());
        add("trading.exec.id", change.exec_id.to_owned().into());
        add(CUMULATIVE, change.cumulative.into());
        add(LEAVES, change.leaves.into());
        if change.is_fill {
            add("trading.fill.quantity", order.quantity.to_string().into());
            add("trading.fill.price", order.price.to_string().into());
            add(LIQUIDITY, "removed".into());
        }
        self.logger.emit(record);
    }

    /// One trade: a span, an event, two counters.
    pub(crate) fn trade(&self, order: &Order) {
        let notional = Money::of(order.quantity, order.price, order.currency).map_or(0, Money::minor);
        let attributes = vec![
            KeyValue::new("trading.trade.id", order.trade_id.clone()),
            KeyValue::new("trading.instrument.symbol", order.symbol),
            KeyValue::new(VENUE, order.mic()),
            KeyValue::new(SIDE, order.side.as_str()),
            KeyValue::new("trading.trade.quantity", order.quantity.to_string()),
            KeyValue::new("trading.trade.price", order.price.to_string()),
            KeyValue::new(CURRENCY, order.currency.code()),
            KeyValue::new(LIQUIDITY, "removed"),
            KeyValue::new("trading.trade.notional", notional),
            KeyValue::new(CLIENT_ID, order.client_id.clone()),
        ];
        let builder = self.tracer.span_builder("trade_execution").with_kind(SpanKind::Internal);
        let mut span = self.tracer.build(builder.with_attributes(attributes));
        let mut record = self.logger.create_log_record();
        record.set_event_name("trading.trade.executed");
        record.set_severity_number(Severity::Info);
        record.set_severity_text("INFO");
        record.set_timestamp(SystemTime::now());
        let context = span.span_context();
        record.set_trace_context(context.trace_id(), context.span_id(), Some(context.trace_flags()));
        let mut add = |key, value: AnyValue| record.add_attribute(Key::from_static_str(key), value);
        add("trading.trade.id", order.trade_id.clone().into());
        add("trading.trade.notional", notional.into());
        add(CURRENCY, order.currency.code().into());
        add(CLIENT_ID, order.client_id.clone().into());
        self.logger.emit(record);
        let venue = &self.venues[order.venue];
        venue.trades[usize::from(order.side == Side::Sell)].add(1);
        venue.trade_value.add(notional.unsigned_abs());
        span.set_status(Status::Ok);
        span.end();
    }
}
