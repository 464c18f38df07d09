//! What arrived, compared with what was recorded: whole messages, field by field.

mod metrics;

use std::collections::HashMap;
use std::fmt::Debug;
use std::time::{Duration, SystemTime};

use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{InstrumentationScope, KeyValue};
use opentelemetry_proto::tonic::logs::v1::LogRecord;
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::Span;
use otel_core::Timestamp;
use otel_core::testing::Received;

use crate::failure::Failure;
use crate::traffic::wire::{sort, text};
use crate::traffic::{Recorded, ScopeName};
use crate::way::Way;

pub(crate) use self::metrics::latest as latest_metrics;

/// How far the clock that times telemetry may be from the one that is looked at here.
const CLOCKS: Duration = Duration::from_secs(1);

/// How much is shown of what lies before a difference, and of what lies behind.
const BEFORE: usize = 120;
const AFTER: usize = 180;

/// How many differences are shown.
const SHOWN: usize = 3;

/// How often each thing arrived, by its identity; each time as it was recorded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Arrived {
    pub(crate) spans: HashMap<u64, u64>,
    pub(crate) log_records: HashMap<u64, u64>,
}

/// Compares every span and log record that arrived with the one that was recorded.
pub(crate) fn arrived(recorded: &Recorded, received: &Received, way: Way) -> Result<Arrived, Failure> {
    let mut differences = Differences { way, found: Vec::new(), clock: Clock::since(recorded.began) };
    let mut arrived = Arrived::default();
    for (resource, scope, span) in received.spans() {
        differences.resource(resource);
        let id = span.span_id.as_slice().try_into().map(u64::from_be_bytes).unwrap_or_default();
        let Some((expected_scope, expected)) = recorded.spans.get(&id) else {
            differences.unknown(span);
            continue;
        };
        differences.scope(*expected_scope, scope);
        differences.span(expected, span.clone());
        *arrived.spans.entry(id).or_default() += 1;
    }
    for (resource, scope, record) in received.log_records() {
        differences.resource(resource);
        let number = number(&record.attributes);
        let Some((expected_scope, expected)) = number.and_then(|it| recorded.log_records.get(&it)) else {
            differences.unknown(record);
            continue;
        };
        differences.scope(*expected_scope, scope);
        differences.log_record(expected, record.clone());
        *arrived.log_records.entry(number.unwrap_or_default()).or_default() += 1;
    }
    differences.into_result().map(|()| arrived)
}

/// The number that a log record carries.
fn number(attributes: &[KeyValue]) -> Option<u64> {
    let numbered = attributes.iter().find(|attribute| attribute.key == "e2e.record")?;
    match numbered.value.as_ref()?.value.as_ref()? {
        Value::IntValue(number) => u64::try_from(*number).ok(),
        _ => None,
    }
}

/// What a clock may have shown since recording began.
#[derive(Clone, Copy, Debug)]
struct Clock {
    began: SystemTime,
    looked: SystemTime,
}

impl Clock {
    fn since(began: SystemTime) -> Self {
        Self { began, looked: SystemTime::now() }
    }

    fn may_show(self, unix_nanos: u64) -> bool {
        let nanos = |time: SystemTime| Timestamp::from(time).unix_nanos();
        (nanos(self.began - CLOCKS)..=nanos(self.looked + CLOCKS)).contains(&unix_nanos)
    }
}

/// What is not as it should be.
struct Differences {
    way: Way,
    found: Vec<String>,
    clock: Clock,
}

impl Differences {
    fn resource(&mut self, resource: Option<&Resource>) {
        let value = |key: &str| {
            let attributes = resource.map(|resource| resource.attributes.as_slice()).unwrap_or_default();
            attributes.iter().find(|it| it.key == key).and_then(|it| it.value.as_ref()?.value.clone())
        };
        self.expect("resource", &Some(text("e2e")), &value("service.name"));
        self.expect("resource", &Some(text(self.way.to_string())), &value("e2e.way"));
    }

    fn scope(&mut self, expected: ScopeName, arrived: &InstrumentationScope) {
        let expected = InstrumentationScope {
            name: expected.name.to_owned(),
            version: expected.version.to_owned(),
            ..InstrumentationScope::default()
        };
        self.expect("scope", &expected, arrived);
    }

    fn span(&mut self, expected: &Span, mut arrived: Span) {
        sort(&mut arrived.attributes);
        arrived.events.iter_mut().for_each(|event| sort(&mut event.attributes));
        arrived.links.iter_mut().for_each(|link| sort(&mut link.attributes));
        self.timed("a span's end", expected.end_time_unix_nano, &mut arrived.end_time_unix_nano);
        self.expect("span", expected, &arrived);
    }

    fn log_record(&mut self, expected: &LogRecord, mut arrived: LogRecord) {
        sort(&mut arrived.attributes);
        let observed = &mut arrived.observed_time_unix_nano;
        self.timed("a record's observed time", expected.observed_time_unix_nano, observed);
        self.expect("log record", expected, &arrived);
    }

    /// A time that was left to the clock, where none is expected: it may be any that the clock has shown.
    fn timed(&mut self, what: &str, expected: u64, arrived: &mut u64) {
        if expected == 0 {
            if !self.clock.may_show(*arrived) {
                self.found.push(format!("{what}, {arrived}, is not in {:?}", self.clock));
            }
            *arrived = 0;
        }
    }

    fn expect<T: Debug + PartialEq>(&mut self, what: &str, expected: &T, arrived: &T) {
        if expected != arrived {
            let (expected, arrived) = (format!("{expected:?}"), format!("{arrived:?}"));
            let (expected, arrived) = around_the_difference(&expected, &arrived);
            self.found.push(format!(
                "a {what} is not as it was recorded\n    recorded … {expected}\n    arrived  … {arrived}"
            ));
        }
    }

    fn unknown(&mut self, arrived: &impl Debug) {
        self.found.push(format!("nobody recorded what arrived: {arrived:?}"));
    }

    fn into_result(self) -> Result<(), Failure> {
        let Self { found, .. } = self;
        if found.is_empty() {
            return Ok(());
        }
        let shown: Vec<&str> = found.iter().take(SHOWN).map(String::as_str).collect();
        Err(Failure::wrong(format!("{} differences, such as:\n{}", found.len(), shown.join("\n"))))
    }
}

/// The parts of two texts around the first place where they differ.
fn around_the_difference<'a>(one: &'a str, other: &'a str) -> (&'a str, &'a str) {
    let same = one.chars().zip(other.chars()).take_while(|(one, other)| one == other).count();
    let part = |text: &'a str| {
        let at = |number: usize| text.char_indices().nth(number).map_or(text.len(), |(at, _)| at);
        &text[at(same.saturating_sub(BEFORE))..at(same + AFTER)]
    };
    (part(one), part(other))
}

#[cfg(test)]
mod tests;
