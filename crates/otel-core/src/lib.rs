#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "pipeline"), expect(dead_code, reason = "without it, all telemetry is a no-op"))]

// The waist: what a domain crate is written with. It names no engine module.
mod alert;
mod budget;
mod catalogue;
mod clock;
mod decimal;
mod draft;
mod event;
mod head;
mod ids;
mod instrument;
mod key;
mod label;
mod lane;
mod metric;
mod money;
mod otel;
mod outbox;
mod record;
mod recorder;
mod sensitive;
mod span;
mod suspicion;
mod telemetry;
mod time;
mod value;
mod wire;

// The engine: one module for each noun, one feature for each that brings a dependency. Applications only.
#[cfg(feature = "pipeline")]
pub mod alerting;
#[cfg(feature = "pipeline")]
mod console;
#[cfg(feature = "pipeline")]
pub mod ledger;
#[cfg(feature = "pipeline")]
mod otlp;
#[cfg(feature = "pipeline")]
pub mod pipeline;
#[cfg(feature = "pipeline")]
pub mod privacy;
#[cfg(feature = "pipeline")]
pub mod propagation;
#[cfg(feature = "pipeline")]
pub mod sampling;
#[cfg(feature = "pipeline")]
pub mod settings;
#[cfg(all(feature = "spool", unix))]
mod spool;
#[cfg(feature = "testing")]
pub mod testing;

pub use alert::{
    AlertLabel, AlertLevel, AlertRule, Alerts, Breach, Burn, Condition, Limit, Matching, NoData, Part, Series,
};
pub use catalogue::Catalogue;
pub use clock::Stopwatch;
pub use decimal::{Decimal, ParseDecimalError};
pub use event::{Deferred, DeferredDef, Event, EventDef, Fixed, Severity};
pub use instrument::{Counter, FloatGauge, Gauge, Histogram, UpDownCounter};
pub use key::{Key, KeyFacts};
pub use label::{Capped, CappedLabel, Dimension, Label, LabelSet, MAX_SERIES};
pub use lane::Lane;
pub use metric::{
    Buckets, CounterDef, FloatGaugeDef, GaugeDef, HistogramDef, Instrument, MetricFacts, Unit,
    UpDownCounterDef,
};
pub use money::{Currency, Money};
pub use opentelemetry::Context;
pub use sensitive::{DataClass, Nature, Pseudonym, PseudonymKey, Sensitive};
pub use span::{AgreedTrace, ERROR_TYPE, Entered, Outcome, Span, SpanDef, SpanIds, SpanKind, SpanReference};
pub use telemetry::Telemetry;
pub use time::Timestamp;
pub use value::{
    AttributeType, AttributeWriter, Bool, CardNumber, Choice, Count, Double, Email, Iban, Int, IpAddress,
    Kind, Minor, Personal, Phone, Place, Query, Secret, Text, TextList, Time,
};
