//! What is recorded: every type of attribute, every instrument.

use otel_core::{
    Bool, Catalogue, Choice, Count, CounterDef, Currency, Decimal, Double, EventDef, FloatGaugeDef, GaugeDef,
    HistogramDef, Int, Key, Minor, Pseudonym, Severity, SpanDef, SpanKind, Text, TextList, Time, Unit,
    UpDownCounterDef,
};

/// The scope of everything that is recorded with `otel-core`.
pub(crate) const SCOPE: Catalogue = Catalogue {
    name: "e2e",
    version: "1.2.3",
    attributes: &[],
    spans: &[REQUEST, STEP],
    events: &[NOTED],
    metrics: &[],
    alerts: &[],
};

/// The scope of everything that is recorded with the OpenTelemetry API.
pub(crate) const API_SCOPE: &str = "e2e.api";

pub(crate) const REQUEST: SpanDef = SpanDef::new("e2e.request", SpanKind::Server, "A request.");
pub(crate) const STEP: SpanDef = SpanDef::new("e2e.step", SpanKind::Client, "A part of its work.");
pub(crate) const NOTED: EventDef = EventDef::new("e2e.noted", Severity::Warn, "Something was noted.");

/// What a log record is told apart by; spans have their ids.
pub(crate) const RECORD: Key<Count> = Key::new("e2e.record", "Which record this is.");

pub(crate) const TEXT: Key<Text> = Key::new("e2e.text", "A text.");
pub(crate) const INT: Key<Int> = Key::new("e2e.int", "An integer.");
pub(crate) const COUNT: Key<Count> = Key::new("e2e.count", "A count.");
pub(crate) const DOUBLE: Key<Double> = Key::new("e2e.double", "A double.");
pub(crate) const BOOL: Key<Bool> = Key::new("e2e.bool", "A truth.");
pub(crate) const TIME: Key<Time> = Key::new("e2e.time", "A time.");
pub(crate) const TEXTS: Key<TextList> = Key::new("e2e.texts", "Some texts.");
pub(crate) const CHOICE: Key<Choice<Colour>> = Key::new("e2e.choice", "One of a few.");
pub(crate) const MINOR: Key<Minor> = Key::new("e2e.minor", "An amount.");
pub(crate) const CURRENCY: Key<Currency> = Key::new("e2e.currency", "What the amount is in.");
pub(crate) const DECIMAL: Key<Decimal> = Key::new("e2e.decimal", "A decimal.");
pub(crate) const PSEUDONYM: Key<Pseudonym> = Key::new("e2e.pseudonym", "Someone.");

otel_core::labels! {
    /// A dimension.
    pub enum Colour: "e2e.colour" {
        /// Red.
        Red = "red",
        /// Blue.
        Blue = "blue",
    }
}

pub(crate) const ITEMS: CounterDef<Colour> =
    CounterDef::new("e2e.items", Unit::new("{item}"), "Things counted.");
pub(crate) const LEVEL: UpDownCounterDef<()> =
    UpDownCounterDef::new("e2e.level", Unit::BYTES, "Up and down.");
pub(crate) const MARK: GaugeDef<Colour> = GaugeDef::new("e2e.mark", Unit::new("{mark}"), "The latest mark.");
pub(crate) const SHARE: FloatGaugeDef<()> = FloatGaugeDef::new("e2e.share", Unit::RATIO, "The latest share.");
pub(crate) const SIZE: HistogramDef<()> =
    HistogramDef::new("e2e.size", Unit::BYTES, "How large.").with_bounds(&BOUNDS);
pub(crate) const LASTED: HistogramDef<Colour> = HistogramDef::new("e2e.lasted", Unit::SECONDS, "How long.");

/// The upper bounds of the histogram that has some.
pub(crate) const BOUNDS: [f64; 3] = [1.0, 10.0, 100.0];
