//! What each message means to the trading telemetry.

use std::collections::BTreeMap;

use hotfix_message::fix42;
use otel_core::{PseudonymKey, Sensitive};
use otel_trading::ids::{ClientOrderId, Mic, Symbol};
use otel_trading::lifecycle::Answer;
use otel_trading::order::{NewOrder, Report};
use otel_trading::{Observability, OrderSpan, Quantity};

use crate::codes;
use crate::execution::Execution;
use crate::fix::Fields;
use crate::orders::{Orders, Traits};
use crate::refusal::Refusal;

/// ISO 10383 for "no market".
const NO_MARKET: &str = "XXXX";

/// Tells the trading telemetry what each message says.
pub(crate) struct Driver {
    trading: Observability,
    /// Pseudonyms of this run lead nowhere afterwards.
    key: PseudonymKey,
    orders: Orders,
    told: Told,
}

/// What was told.
#[derive(Debug, Default)]
pub(crate) struct Told {
    /// Messages by what they are.
    pub(crate) messages: BTreeMap<&'static str, u64>,
    /// Facts that were tolerated or refused, by what is wrong with them.
    pub(crate) violations: BTreeMap<&'static str, u64>,
    /// Orders by their last status.
    pub(crate) orders: BTreeMap<&'static str, u64>,
    /// Orders that were first heard of in a report.
    pub(crate) met_midway: u64,
    /// Orders that were forgotten because there were too many.
    pub(crate) forgotten: u64,
}

impl Told {
    /// All messages that were used.
    pub(crate) fn messages(&self) -> u64 {
        self.messages.values().sum()
    }

    fn message(&mut self, kind: &'static str) {
        *self.messages.entry(kind).or_default() += 1;
    }

    fn answer(&mut self, answer: Answer) {
        if let Some(violation) = answer.violation() {
            *self.violations.entry(violation.as_str()).or_default() += 1;
        }
    }
}

impl Driver {
    pub(crate) fn new(trading: Observability) -> Self {
        let (orders, told) = (Orders::default(), Told::default());
        Self { trading, key: PseudonymKey::ephemeral(), orders, told }
    }

    /// Tells one message.
    ///
    /// # Errors
    ///
    /// When a field it needs is missing or cannot be read; nothing was told then.
    pub(crate) fn take(&mut self, message: &Fields) -> Result<(), Refusal> {
        let kind = match message.message_type() {
            "D" => self.new_order(message)?,
            "F" => self.cancel_request(message)?,
            "G" => self.replace_request(message)?,
            "8" => self.execution_report(message)?,
            "9" => self.cancel_reject(message)?,
            _ => "not about orders",
        };
        self.told.message(kind);
        Ok(())
    }

    /// Stops following all orders, and says what was told.
    pub(crate) fn finish(self) -> Told {
        let mut told = self.told;
        (told.orders, told.forgotten) = self.orders.finish();
        told
    }

    fn new_order(&mut self, message: &Fields) -> Result<&'static str, Refusal> {
        let name = message.required(fix42::CL_ORD_ID)?;
        let quantity = message.quantity(fix42::ORDER_QTY)?.ok_or(Refusal::Missing(38))?;
        let (new, traits) = self.order(message, name, quantity)?;
        if let Some(answer) = self.orders.step(name, |order, _| order.order_submitted()) {
            self.told.answer(answer);
            return Ok("new orders");
        }
        let mut order = self.trading.track_order_lifecycle(&new);
        self.told.answer(order.order_submitted());
        self.orders.add(name, order, traits);
        Ok("new orders")
    }

    fn cancel_request(&mut self, message: &Fields) -> Result<&'static str, Refusal> {
        self.request(message, "cancel requests", |order, report| order.order_cancel_requested(report))
    }

    fn replace_request(&mut self, message: &Fields) -> Result<&'static str, Refusal> {
        self.request(message, "replace requests", |order, report| order.order_replace_requested(report))
    }

    fn request(
        &mut self,
        message: &Fields,
        kind: &'static str,
        tell: impl FnOnce(&mut OrderSpan, &Report<'_>) -> Answer,
    ) -> Result<&'static str, Refusal> {
        let original = message.required(fix42::ORIG_CL_ORD_ID)?;
        let name = message.required(fix42::CL_ORD_ID)?;
        let report = Report { transact_time: message.transact_time()?, ..Report::default() };
        let Some(answer) = self.orders.step(original, |order, _| tell(order, &report)) else {
            return Ok("requests for unknown orders");
        };
        self.told.answer(answer);
        self.orders.rename(original, name);
        Ok(kind)
    }

    fn cancel_reject(&mut self, message: &Fields) -> Result<&'static str, Refusal> {
        let name = self.name_of(message)?;
        let reason = codes::cancel_reject_reason(message.text(fix42::CXL_REJ_REASON)?.unwrap_or_default());
        let report = Report { transact_time: message.transact_time()?, ..Report::default() };
        let told = name
            .and_then(|name| self.orders.step(name, |order, _| order.order_cancel_rejected(reason, &report)));
        let Some(answer) = told else { return Ok("requests for unknown orders") };
        self.told.answer(answer);
        Ok("cancel rejects")
    }

    fn execution_report(&mut self, message: &Fields) -> Result<&'static str, Refusal> {
        let execution = Execution::of(message)?;
        if execution.is_answer() {
            return Ok("status reports");
        }
        let name = match self.name_of(message)? {
            Some(name) => name,
            None => self.meet_midway(message, &execution)?,
        };
        let trading = &self.trading;
        let answer = self.orders.step(name, |order, traits| {
            let answer = execution.tell(order);
            let is_new = execution.is_trade() && !matches!(answer, Answer::Refused(_));
            if let Some(trade) = execution.trade(traits).filter(|_| is_new) {
                let _inside = order.enter();
                trading.track_trade_execution(&trade);
            }
            answer
        });
        if let Some(answer) = answer {
            self.told.answer(answer);
        }
        if let Some(id) = execution.report.order_id {
            self.orders.rename(name, id.0);
        }
        Ok("execution reports")
    }

    /// The name under which the order of a message is known: its owner's, the one before, or the venue's.
    fn name_of<'a>(&self, message: &'a Fields) -> Result<Option<&'a str>, Refusal> {
        for field in [fix42::CL_ORD_ID, fix42::ORIG_CL_ORD_ID, fix42::ORDER_ID] {
            if let Some(name) = message.text(field)?
                && self.orders.knows(name)
            {
                return Ok(Some(name));
            }
        }
        Ok(None)
    }

    /// Begins to follow an order that was sent before the first message, or elsewhere.
    fn meet_midway<'a>(
        &mut self,
        message: &'a Fields,
        execution: &Execution<'_>,
    ) -> Result<&'a str, Refusal> {
        let name = match message.text(fix42::CL_ORD_ID)? {
            Some(name) => name,
            None => message.required(fix42::ORDER_ID)?,
        };
        let quantity = execution.order_quantity.ok_or(Refusal::Missing(38))?;
        let (new, traits) = self.order(message, name, quantity)?;
        let order = self.trading.track_order_midway(&new, execution.progress_before());
        self.orders.add(name, order, traits);
        self.told.met_midway += 1;
        Ok(name)
    }

    fn order<'a>(
        &self,
        message: &'a Fields,
        name: &'a str,
        quantity: Quantity,
    ) -> Result<(NewOrder<'a>, Traits), Refusal> {
        let symbol = message.required(fix42::SYMBOL)?;
        let side = codes::side(message.required(fix42::SIDE)?);
        let order_type = codes::order_type(message.text(fix42::ORD_TYPE)?.unwrap_or_default());
        let exchange = match message.text(fix42::SECURITY_EXCHANGE)? {
            Some(exchange) => Some(exchange),
            None => message.text(fix42::EX_DESTINATION)?,
        };
        let venue = exchange.map_or(NO_MARKET, codes::mic);
        let currency = message.currency()?;
        let trader = message.header(fix42::SENDER_SUB_ID).or(message.text(fix42::CLIENT_ID)?);
        let new = NewOrder {
            price: message.price(fix42::PRICE)?,
            currency,
            time_in_force: message.text(fix42::TIME_IN_FORCE)?.map(codes::time_in_force),
            trader: trader.map(|trader| Sensitive::new(trader).pseudonym(&self.key)),
            transact_time: message.transact_time()?,
            ..NewOrder::new(ClientOrderId(name), Symbol(symbol), Mic(venue), side, order_type, quantity)
        };
        Ok((new, Traits { symbol: symbol.into(), venue: venue.into(), side, currency }))
    }
}
