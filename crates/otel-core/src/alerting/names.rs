//! What Prometheus calls metrics and labels: the translation that its own OTLP receiver makes.
//!
//! It is the strategy `UnderscoreEscapingWithSuffixes` of the reference translator, `prometheus/otlptranslator`, which
//! is what receivers and exporters use unless they are told otherwise. What it answers is always a name that every
//! version of Prometheus takes.
//!
//! ```
//! use otel_core::Instrument;
//! use otel_core::alerting::names;
//!
//! assert_eq!(names::translate("shop.orders", "{order}", Instrument::Counter)?, "shop_orders_total");
//! assert_eq!(names::translate("shop.wait", "s", Instrument::Histogram)?, "shop_wait_seconds");
//! assert_eq!(names::label_name("shop.order.side")?, "shop_order_side");
//! # Ok::<(), names::NameError>(())
//! ```

mod unit;

use std::fmt;

use crate::metric::{Instrument, MetricFacts};

/// A name of which Prometheus could write nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameError {
    name: String,
}

impl NameError {
    /// The name as OpenTelemetry knows it.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Prometheus has no name for {:?}: it has neither letters nor digits of ASCII", self.name)
    }
}

impl std::error::Error for NameError {}

/// What Prometheus calls a metric. The series of a histogram add `_bucket`, `_sum` and `_count` to it.
///
/// # Errors
///
/// When nothing of the name can be written.
pub fn metric_name(metric: &MetricFacts) -> Result<String, NameError> {
    translate(metric.name, metric.unit.code(), metric.instrument)
}

/// What Prometheus calls a metric of this name, unit and kind.
///
/// # Errors
///
/// When nothing of the name can be written.
pub fn translate(name: &str, unit: &str, instrument: Instrument) -> Result<String, NameError> {
    // That empty words are none is how a run of separators becomes one underscore.
    let words = name.split(|c: char| !is_legal(c)).filter(|word| !word.is_empty());
    let mut words: Vec<String> = words.map(str::to_owned).collect();
    unit::append(&mut words, unit);
    match instrument {
        Instrument::Counter => move_to_end(&mut words, "total"),
        // Counters of things have the unit `1` too, and are no ratios.
        Instrument::Gauge | Instrument::FloatGauge if unit == "1" => move_to_end(&mut words, "ratio"),
        _ => {}
    }
    let name_or_nothing = words.join("_");
    match name_or_nothing.chars().next() {
        None => Err(NameError { name: name.to_owned() }),
        Some(first) if first.is_ascii_digit() => Ok(format!("_{name_or_nothing}")),
        Some(_) => Ok(name_or_nothing),
    }
}

/// What Prometheus calls a label.
///
/// # Errors
///
/// When nothing of the name can be written.
pub fn label_name(key: &str) -> Result<String, NameError> {
    let reserved = key.strip_prefix("__").and_then(|rest| rest.strip_suffix("__"));
    let mut written = String::with_capacity(key.len());
    for c in reserved.unwrap_or(key).chars() {
        if c.is_ascii_alphanumeric() {
            written.push(c);
        } else if !written.ends_with('_') {
            written.push('_');
        }
    }
    if !written.contains(|c| c != '_') {
        return Err(NameError { name: key.to_owned() });
    }
    Ok(match reserved {
        Some(_) => format!("__{written}__"),
        None if written.starts_with(|first: char| first.is_ascii_digit()) => format!("key_{written}"),
        None => written,
    })
}

/// Whether the names of metrics may have this character, underscores aside.
const fn is_legal(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == ':'
}

fn move_to_end(words: &mut Vec<String>, word: &str) {
    words.retain(|other| other != word);
    words.push(word.to_owned());
}
