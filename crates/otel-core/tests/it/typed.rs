//! Random attributes of every type, with what each should be on the wire.

use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::common::v1::{AnyValue, ArrayValue, KeyValue};
use otel_core::{
    AttributeType, Bool, Choice, Count, Currency, Decimal, Double, Int, Key, Minor, Money, Pseudonym,
    PseudonymKey, Sensitive, Span, Text, TextList, Time, Timestamp,
};

use crate::guards::OnEvent;
use crate::random::Random;

otel_core::labels! {
    /// A closed list.
    pub enum Side: "test.side" {
        /// Buys.
        Buy = "buy",
        /// Sells.
        Sell = "sell",
    }
}

const TEXT: Key<Text> = Key::new("t", "The shortest name.");
const INT: Key<Int> = Key::new("test.int", "An integer.");
const COUNT: Key<Count> = Key::new("test.count", "A count.");
const DOUBLE: Key<Double> = Key::new("test.double", "A double.");
const BOOL: Key<Bool> = Key::new("test.bool", "A truth.");
const TIME: Key<Time> = Key::new("test.time", "A time.");
const LIST: Key<TextList> = Key::new("test.list", "A list.");
const MINOR: Key<Minor> = Key::new("test.amount.minor", "An amount.");
const CURRENCY: Key<Currency> = Key::new("ünïcode.currency", "A currency.");
const SIDE: Key<Choice<Side>> = Key::new("test.side", "A side.");
const PERSON: Key<Pseudonym> = Key::new("test.person", "A person.");
const PRICE: Key<Decimal> =
    Key::new("a.key.of.exactly.sixty.two.bytes.which.is.the.longest.there.is", "The longest name.");

/// What attributes can be set on.
pub(crate) trait Takes {
    fn take<T: AttributeType>(&mut self, key: &Key<T>, value: T::Value<'_>);
}

impl Takes for Span {
    fn take<T: AttributeType>(&mut self, key: &Key<T>, value: T::Value<'_>) {
        self.set(key, value);
    }
}

impl Takes for OnEvent {
    fn take<T: AttributeType>(&mut self, key: &Key<T>, value: T::Value<'_>) {
        self.0 = self.0.take().map(|event| event.set(key, value));
    }
}

/// Sets one random attribute, and says what it should be on the wire.
pub(crate) fn random_attribute(random: &mut Random, on: &mut impl Takes) -> KeyValue {
    let set = (random, on);
    match set.0.below(12) {
        0 => {
            let text = if set.0.once_in(2_000) { "ü".repeat(60_000) } else { set.0.text() };
            put(set.1, &TEXT, &text, Any::StringValue(text.clone()))
        }
        1 => with(set.0.int(), |it| put(set.1, &INT, it, Any::IntValue(it))),
        2 => with(set.0.int() as u64, |it| {
            let capped = if it > i64::MAX as u64 { i64::MAX } else { it as i64 };
            put(set.1, &COUNT, it, Any::IntValue(capped))
        }),
        3 => with(set.0.double(), |it| put(set.1, &DOUBLE, it, Any::DoubleValue(it))),
        4 => with(set.0.truth(), |it| put(set.1, &BOOL, it, Any::BoolValue(it))),
        5 => with(set.0.int() as u64 >> 1, |it| {
            put(set.1, &TIME, Timestamp::from_unix_nanos(it), Any::IntValue(it as i64))
        }),
        6 => list(set.0, set.1),
        7 => with(set.0.int(), |it| put(set.1, &MINOR, Money::from_minor(it, usd()), Any::IntValue(it))),
        8 => {
            let code = set.0.one_of(&["USD", "JPY", "KWD", "XAU", "CHF"]);
            put(set.1, &CURRENCY, Currency::from_code(code).unwrap(), Any::StringValue(code.to_owned()))
        }
        9 => {
            let side = set.0.one_of(Side::ALL);
            put(set.1, &SIDE, side, Any::StringValue(side.as_str().to_owned()))
        }
        10 => {
            let pseudonym = Sensitive::new(set.0.text()).pseudonym(&PseudonymKey::new([7; 32]));
            put(set.1, &PERSON, pseudonym, Any::StringValue(pseudonym.to_string()))
        }
        _ => {
            let (mantissa, scale) = (set.0.int(), set.0.below(19));
            let price = Decimal::new(mantissa, scale as u8).unwrap();
            put(set.1, &PRICE, price, Any::StringValue(plain(mantissa, scale)))
        }
    }
}

fn list(random: &mut Random, on: &mut impl Takes) -> KeyValue {
    let texts: Vec<String> = (0..random.below(6)).map(|_| random.text()).collect();
    let values = texts.iter().map(|text| any(Any::StringValue(text.clone()))).collect();
    let borrowed: Vec<&str> = texts.iter().map(String::as_str).collect();
    put(on, &LIST, &borrowed, Any::ArrayValue(ArrayValue { values }))
}

/// A decimal in plain notation, made from its digits as text.
fn plain(mantissa: i64, scale: usize) -> String {
    let digits = format!("{:0>width$}", mantissa.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    let sign = if mantissa < 0 { "-" } else { "" };
    let point = if scale > 0 { "." } else { "" };
    format!("{sign}{whole}{point}{fraction}")
}

fn with<V: Copy>(value: V, f: impl FnOnce(V) -> KeyValue) -> KeyValue {
    f(value)
}

fn put<T: AttributeType>(on: &mut impl Takes, key: &Key<T>, value: T::Value<'_>, expected: Any) -> KeyValue {
    on.take(key, value);
    KeyValue { key: key.name().to_owned(), value: Some(any(expected)), ..KeyValue::default() }
}

fn any(value: Any) -> AnyValue {
    AnyValue { value: Some(value) }
}

fn usd() -> Currency {
    Currency::from_code("USD").unwrap()
}
