//! Deferred events: facts that are stored as they are, and written by the pipeline's thread.

mod queue;
mod stored;
mod wire;
mod writers;

use std::time::Duration;

use otel_core::pipeline::Builder;
use otel_core::settings::{Environment, Protocol};
use otel_core::testing::Receiver;
use otel_core::{
    Bool, Choice, Count, Currency, Decimal, DeferredDef, Double, Event, EventDef, Int, Key, Minor, Money,
    Severity, SpanIds, Telemetry, Text, Time, Timestamp,
};
use proptest::prelude::*;

otel_core::labels! {
    /// Which way it goes.
    pub enum Way: "test.way" {
        /// In.
        In = "in",
        /// Out.
        Out = "out",
        /// Neither.
        Nowhere = "nowhere",
    }
}

otel_core::fixed! {
    /// A part of a fact.
    struct Part {
        weight: f64,
        factor: Option<f32>,
        readings: [i16; 3],
    }

    /// A fact with every kind of field.
    struct Fact {
        number: u64,
        change: i64,
        name: [u8; 12],
        way: Way,
        back: Option<Way>,
        is_open: bool,
        price: Decimal,
        amount: Money,
        currency: Option<Currency>,
        at: Timestamp,
        span: Option<SpanIds>,
        part: Part,
        large: (u128, i8),
    }
}

const NUMBER: Key<Count> = Key::new("test.number", "A number.");
const CHANGE: Key<Int> = Key::new("test.change", "A change.");
const NAME: Key<Text> = Key::new("test.name", "A name.");
const WAY: Key<Choice<Way>> = Key::new("test.way", "A way.");
const OPEN: Key<Bool> = Key::new("test.open", "Whether it is open.");
const PRICE: Key<Decimal> = Key::new("test.price", "A price.");
const AMOUNT: Key<Minor> = Key::new("test.amount.minor", "An amount.");
const CURRENCY: Key<Currency> = Key::new("test.currency", "A currency.");
const AT: Key<Time> = Key::new("test.at", "A time.");
const WEIGHT: Key<Double> = Key::new("test.weight", "A weight.");

const HAPPENED: EventDef = EventDef::new("test.happened", Severity::Info, "Something happened.");
const FACTS: DeferredDef<Fact> = DeferredDef::new(HAPPENED, written).within(|fact| fact.span);

const PATIENCE: Duration = Duration::from_secs(60);

/// Writes everything that a fact says.
fn written(fact: &Fact, event: Event) -> Event {
    let name: String = fact.name.iter().map(|byte| char::from(*byte)).collect();
    let event = event
        .set(&NUMBER, fact.number)
        .set(&CHANGE, fact.change)
        .set(&NAME, &name)
        .set(&WAY, fact.way)
        .set(&OPEN, fact.is_open)
        .set(&PRICE, fact.price)
        .set(&AMOUNT, fact.amount)
        .set(&AT, fact.at)
        .set(&WEIGHT, fact.part.weight);
    match fact.currency {
        Some(currency) => event.set(&CURRENCY, currency),
        None => event,
    }
}

fn builder(receiver: &Receiver) -> Builder {
    let nothing: [(String, String); 0] = [];
    Telemetry::builder("deferred")
        .environment(Environment::of(nothing))
        .self_metrics(false)
        .endpoint(receiver.grpc_endpoint())
        .protocol(Protocol::Grpc)
        .schedule_delay(Duration::from_millis(5))
        .on_diagnostic(|_| {})
}

fn currency() -> impl Strategy<Value = Currency> {
    prop::sample::select(vec!["USD", "EUR", "JPY", "KWD", "XAU", "XXX"])
        .prop_map(|code| Currency::from_code(code).unwrap())
}

fn span_ids() -> impl Strategy<Value = SpanIds> {
    (any::<u128>(), any::<u64>(), any::<bool>()).prop_map(|(trace, span, sampled)| {
        let ids = SpanIds::new(trace, span);
        if sampled { ids.sampled() } else { ids }
    })
}

fn decimal() -> impl Strategy<Value = Decimal> {
    (any::<i64>(), 0..=Decimal::MAX_SCALE)
        .prop_map(|(mantissa, scale)| Decimal::new(mantissa, scale).unwrap())
}

fn part() -> impl Strategy<Value = Part> {
    (any::<f64>(), any::<Option<f32>>(), any::<[i16; 3]>()).prop_map(|(weight, factor, readings)| Part {
        weight,
        factor,
        readings,
    })
}

fn way() -> impl Strategy<Value = Way> {
    prop::sample::select(Way::ALL)
}

/// Any fact there can be, but for numbers that are none.
fn fact() -> impl Strategy<Value = Fact> {
    let money = (any::<i64>(), currency()).prop_map(|(minor, currency)| Money::from_minor(minor, currency));
    let numbers = (any::<u64>(), any::<i64>(), any::<[u8; 12]>(), any::<(u128, i8)>());
    let choices = (way(), prop::option::of(way()), any::<bool>(), prop::option::of(currency()));
    let amounts = (decimal(), money, any::<u64>(), prop::option::of(span_ids()), part());
    (numbers, choices, amounts).prop_map(|(numbers, choices, amounts)| {
        let ((number, change, name, large), (way, back, is_open, currency)) = (numbers, choices);
        let (price, amount, at, span, part) = amounts;
        let at = Timestamp::from_unix_nanos(at);
        Fact { number, change, name, way, back, is_open, price, amount, currency, at, span, part, large }
    })
}

/// The fact with this number; nothing else of it matters.
fn numbered(number: u64) -> Fact {
    Fact {
        number,
        change: -1,
        name: *b"O-2024-00017",
        way: Way::In,
        back: None,
        is_open: true,
        price: Decimal::whole(42),
        amount: Money::from_minor(1_999, Currency::from_code("EUR").unwrap()),
        currency: None,
        at: Timestamp::from_unix_nanos(5),
        span: None,
        part: Part { weight: 0.5, factor: None, readings: [1, -2, 3] },
        large: (1, 2),
    }
}
