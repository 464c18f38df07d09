//! A JSON object as it is written.

use otel_core::{Decimal, Money};
use serde_json::Value;

/// A JSON object as it is written, member by member.
#[derive(Debug)]
pub(super) struct Object {
    out: String,
}

impl Object {
    pub(super) fn new() -> Self {
        Self { out: String::from('{') }
    }

    pub(super) fn text(&mut self, name: &str, text: &str) {
        self.raw(name, &Value::from(text).to_string());
    }

    pub(super) fn whole(&mut self, name: &str, number: u32) {
        self.raw(name, &number.to_string());
    }

    /// An amount in major units: the number has all digits of the minor unit, and was never a double.
    pub(super) fn amount(&mut self, name: &str, amount: Money) {
        let scale = u8::try_from(amount.currency().exponent()).unwrap_or(Decimal::MAX_SCALE);
        if let Some(decimal) = Decimal::new(amount.minor(), scale) {
            self.raw(name, &decimal.to_string());
        }
    }

    pub(super) fn list(&mut self, name: &str, objects: &[String]) {
        let mut list = String::from('[');
        for (at, object) in objects.iter().enumerate() {
            if at > 0 {
                list.push(',');
            }
            list.push_str(object);
        }
        list.push(']');
        self.raw(name, &list);
    }

    pub(super) fn finish(mut self) -> String {
        self.out.push('}');
        self.out
    }

    fn raw(&mut self, name: &str, json: &str) {
        if self.out.len() > 1 {
            self.out.push(',');
        }
        self.out.push_str(&Value::from(name).to_string());
        self.out.push(':');
        self.out.push_str(json);
    }
}
