//! What a fact holds is what it was made of, or it is not made.

use otel_core::Fixed;
use otel_trading::ids::Mic;
use otel_trading::tape::{MOST_SYMBOL, MOST_VENUE, OrderFact, TapedText, TooLong};
use proptest::prelude::*;

use super::*;

#[test]
fn a_text_is_refused_when_it_is_longer_than_the_tape_has_room_for() {
    let text = |len: usize| "x".repeat(len);
    let (id, symbol, venue) = (text(MOST_ID), text(MOST_SYMBOL), text(MOST_VENUE));
    let new = |id: &str, symbol: &str, venue: &str| {
        TapedOrder::new(&NewOrder { symbol: Symbol(symbol), venue: Mic(venue), ..order(id) })
    };
    let taped = new(&id, &symbol, &venue).expect("what just fits");
    let refused = |what: TapedText, most: usize| Some((what, most + 1, most));
    let why = |made: Result<TapedOrder, TooLong>| made.err().map(|it| (it.what, it.bytes, it.most));
    assert_eq!(why(new(&text(MOST_ID + 1), &symbol, &venue)), refused(TapedText::ClientOrderId, MOST_ID));
    assert_eq!(why(new(&id, &text(MOST_SYMBOL + 1), &venue)), refused(TapedText::Symbol, MOST_SYMBOL));
    assert_eq!(why(new(&id, &symbol, &text(MOST_VENUE + 1))), refused(TapedText::Venue, MOST_VENUE));

    let long = text(MOST_ID + 1);
    let why = |made: Result<OrderFact, TooLong>| made.err().map(|it| (it.what, it.bytes, it.most));
    let of = |report: Report<'_>| taped.reported(ExecType::New, OrderStatus::New, &report);
    assert_eq!(why(of(Report::new(ExecId(&long)))), refused(TapedText::ExecId, MOST_ID));
    let report = Report { order_id: Some(OrderId(&long)), ..Report::default() };
    assert_eq!(why(of(report)), refused(TapedText::OrderId, MOST_ID));
    let bust = Fill { refers_to: Some(ExecId(&long)), ..fill("e-1", 1) };
    assert_eq!(why(taped.busted(OrderStatus::New, &bust)), refused(TapedText::ExecRefId, MOST_ID));
    assert_eq!(why(taped.corrected(OrderStatus::New, &bust)), refused(TapedText::ExecRefId, MOST_ID));
    assert_eq!(
        of(Report::new(ExecId(&long))).expect_err("too long").to_string(),
        "an execution id of 37 bytes does not fit the tape, which has room for 36"
    );
}

#[test]
fn a_fact_is_as_small_as_is_said() {
    assert_eq!(OrderFact::SIZE, 253);
}

/// Everything a message about an order may say.
#[derive(Clone, Debug)]
struct Said {
    ids: [Option<String>; 3],
    symbol: String,
    venue: String,
    exec_type: ExecType,
    status: OrderStatus,
    side: Side,
    quantity: (i64, u8),
    price: Option<(i64, u8)>,
    /// Executed so far, and left.
    so_far: (Option<i64>, Option<i64>),
    times: (Option<u64>, Option<u64>),
    reason: Option<Reason>,
    execution: Option<(Liquidity, Option<String>)>,
}

fn said() -> impl Strategy<Value = Said> {
    let id = || prop::option::of("[A-Za-z0-9-]{1,20}");
    let reason = prop_oneof![
        prop::sample::select(CancelReason::ALL).prop_map(Reason::Canceled),
        prop::sample::select(RejectReason::ALL).prop_map(Reason::Rejected),
        prop::sample::select(CancelRejectReason::ALL).prop_map(Reason::CancelRejected),
    ];
    let places = ("[A-Z]{1,12}", "[A-Z]{4}");
    let choices = (
        prop::sample::select(ExecType::ALL),
        prop::sample::select(OrderStatus::ALL),
        prop::sample::select(Side::ALL),
    );
    let decimal = || (any::<i64>(), 0..=Decimal::MAX_SCALE);
    let amounts = (decimal(), prop::option::of(decimal()), any::<(Option<i64>, Option<i64>)>());
    let execution = prop::option::of((prop::sample::select(Liquidity::ALL), id()));
    let ids = [id().boxed(), id().boxed(), "[a-z]{1,36}".prop_map(Some).boxed()];
    let times = any::<(Option<u64>, Option<u64>)>();
    let all = (ids, places, choices, amounts, times, prop::option::of(reason), execution);
    all.prop_map(|(ids, places, choices, amounts, times, reason, execution)| {
        let ((symbol, venue), (exec_type, status, side)) = (places, choices);
        let (quantity, price, so_far) = amounts;
        Said {
            ids,
            symbol,
            venue,
            exec_type,
            status,
            side,
            quantity,
            price,
            so_far,
            times,
            reason,
            execution,
        }
    })
}

impl Said {
    fn quantity(&self) -> Quantity {
        Quantity(Decimal::new(self.quantity.0, self.quantity.1).expect("a scale"))
    }

    fn price(&self) -> Option<Price> {
        self.price.and_then(|(mantissa, scale)| Decimal::new(mantissa, scale)).map(Price)
    }

    fn fact(&self) -> OrderFact {
        let new = NewOrder {
            price: self.price(),
            quantity: self.quantity(),
            side: self.side,
            symbol: Symbol(&self.symbol),
            venue: Mic(&self.venue),
            ..order(self.ids[2].as_deref().unwrap_or_default())
        };
        let taped = TapedOrder::new(&new).expect("an order that fits");
        let report = Report {
            exec_id: self.ids[0].as_deref().map(ExecId),
            order_id: self.ids[1].as_deref().map(OrderId),
            cumulative: self.so_far.0.map(Quantity::whole),
            leaves: self.so_far.1.map(Quantity::whole),
            transact_time: self.times.0.map(Timestamp::from_unix_nanos),
            ..Report::default()
        };
        let fact = match &self.execution {
            None => taped.reported(self.exec_type, self.status, &report),
            Some((liquidity, refers_to)) => {
                let fill = Fill::new(ExecId(""), self.quantity(), self.price().unwrap_or(price()));
                let refers_to = refers_to.as_deref().map(ExecId);
                taped.corrected(self.status, &Fill { liquidity: *liquidity, refers_to, report, ..fill })
            }
        };
        let fact = fact.expect("what fits");
        let fact = self.reason.map_or(fact, |reason| fact.because(reason));
        self.times.1.map_or(fact, |time| fact.received_at(Timestamp::from_unix_nanos(time)))
    }

    /// What its event has to say, said anew from the message.
    fn expected(&self) -> Vec<(&'static str, Option<TestValue>)> {
        let text = |it: &Option<String>| it.as_deref().map(TestValue::from);
        let decimal = |it: Option<Decimal>| it.map(|it| TestValue::from(it.to_string().as_str()));
        // OTLP has no later time than this, in the year 2262.
        let time = |nanos: u64| TestValue::Int(i64::try_from(nanos).unwrap_or(i64::MAX));
        let (quantity, price) = (Some(self.quantity().0), self.price().map(|it| it.0));
        let is_execution = self.execution.is_some();
        let exec_type = if is_execution { ExecType::TradeCorrect } else { self.exec_type };
        let of = |wanted: bool, value: Option<TestValue>| value.filter(|_| wanted);
        let of_fill = price.or(Some(super::price().0));
        let liquidity = self.execution.as_ref().map(|(liquidity, _)| liquidity.as_str().into());
        let reason = |of: fn(Reason) -> Option<&'static str>| self.reason.and_then(of).map(TestValue::from);
        vec![
            (conventions::CLIENT_ORDER_ID.name(), text(&self.ids[2])),
            (conventions::EXEC_ID.name(), text(&self.ids[0])),
            (conventions::ORDER_ID.name(), text(&self.ids[1])),
            (conventions::SYMBOL.name(), Some(self.symbol.as_str().into())),
            (conventions::VENUE.name(), Some(self.venue.as_str().into())),
            (conventions::SIDE.name(), Some(self.side.as_str().into())),
            (conventions::ORDER_TYPE.name(), Some(OrderType::Limit.as_str().into())),
            (conventions::EXEC_TYPE.name(), Some(exec_type.as_str().into())),
            (conventions::STATUS.name(), Some(self.status.as_str().into())),
            (conventions::QUANTITY.name(), of(!is_execution, decimal(quantity))),
            (conventions::PRICE.name(), of(!is_execution, decimal(price))),
            (conventions::FILL_QUANTITY.name(), of(is_execution, decimal(quantity))),
            (conventions::FILL_PRICE.name(), of(is_execution, decimal(of_fill))),
            (conventions::LIQUIDITY.name(), liquidity),
            (conventions::EXEC_REF_ID.name(), self.execution.as_ref().and_then(|(_, id)| text(id))),
            (conventions::ORIGINAL_CLIENT_ORDER_ID.name(), None),
            (conventions::CUMULATIVE_QUANTITY.name(), decimal(self.so_far.0.map(Decimal::whole))),
            (conventions::LEAVES_QUANTITY.name(), decimal(self.so_far.1.map(Decimal::whole))),
            (conventions::TRANSACT_TIME.name(), self.times.0.map(time)),
            (said::RECEIVE_TIME.name(), self.times.1.map(time)),
            (
                conventions::CANCEL_REASON.name(),
                reason(|it| match it {
                    Reason::Canceled(why) => Some(why.as_str()),
                    _ => None,
                }),
            ),
            (
                conventions::REJECT_REASON.name(),
                reason(|it| match it {
                    Reason::Rejected(why) => Some(why.as_str()),
                    _ => None,
                }),
            ),
            (
                conventions::CANCEL_REJECT_REASON.name(),
                reason(|it| match it {
                    Reason::CancelRejected(why) => Some(why.as_str()),
                    _ => None,
                }),
            ),
        ]
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_stored_is_what_comes_back(said in said()) {
        let fact = said.fact();
        let mut bytes = vec![0xa5; OrderFact::SIZE];
        fact.store(&mut bytes);
        prop_assert_eq!(OrderFact::load(&bytes), fact);
    }

    #[test]
    fn an_event_says_exactly_what_the_message_said(all in prop::collection::vec(said(), 1..8)) {
        let test = TestTelemetry::new();
        let tape = OrderTape::new(&test);
        all.iter().for_each(|said| tape.record(&said.fact()));
        let now = test.now();
        let recorded = test.finish();
        prop_assert_eq!(recorded.events().len(), all.len());
        // One thread's records arrive, and not always one after the other.
        let mut expected: Vec<_> = all
            .iter()
            .map(|said| {
                let time = said.times.0.or(said.times.1).map_or(now, Timestamp::from_unix_nanos);
                let mut says: Vec<_> =
                    said.expected().into_iter().filter_map(|(key, it)| Some((key, it?))).collect();
                says.sort_by_key(|(key, _)| *key);
                format!("{time:?} {says:?}")
            })
            .collect();
        let mut told: Vec<_> = recorded.events().iter().map(|event| {
            let (_, _, _, says) = says(event);
            let says: Vec<_> = says.into_iter().map(|(key, value)| (key, value.clone())).collect();
            format!("{:?} {says:?}", event.time)
        }).collect();
        expected.sort_unstable();
        told.sort_unstable();
        prop_assert_eq!(told, expected);
    }
}
