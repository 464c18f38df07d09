//! What can be wrong, and where.

use std::fmt;

/// One kind of telemetry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Signal {
    /// An attribute, wherever it stands.
    Attribute,
    /// A span.
    Span,
    /// An event.
    Event,
    /// A metric.
    Metric,
    /// An alert rule.
    Alert,
}

impl Signal {
    /// The signal's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Attribute => "attribute",
            Self::Span => "span",
            Self::Event => "event",
            Self::Metric => "metric",
            Self::Alert => "alert",
        }
    }
}

macro_rules! finding_ids {
    ($($(#[$doc:meta])* $name:ident = $id:literal,)+) => {
        /// What is wrong: an id of Weaver's live-check, or one in its manner for what it does not look at.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum FindingId {
            $($(#[$doc])* $name,)+
        }

        impl FindingId {
            /// Every id.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The id as text.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $id,)+
                }
            }
        }
    };
}

finding_ids! {
    /// An attribute is not declared; for a rule, a label that its metric does not have.
    MissingAttribute = "missing_attribute",
    /// A metric is not declared; for a rule, one that it watches.
    MissingMetric = "missing_metric",
    /// An event is not declared.
    MissingEvent = "missing_event",
    /// A span is not declared; Weaver does not look at the names of spans.
    MissingSpan = "missing_span",
    /// A value is of another type than declared.
    TypeMismatch = "type_mismatch",
    /// A value is not in the closed list of its attribute.
    UndefinedEnumVariant = "undefined_enum_variant",
    /// A metric has another unit than declared, or than its name asks for.
    UnitMismatch = "unit_mismatch",
    /// A metric is made with another instrument than declared.
    UnexpectedInstrument = "unexpected_instrument",
    /// A series lacks a dimension of its metric.
    RequiredAttributeNotPresent = "required_attribute_not_present",
    /// A span has another kind than declared; not one of Weaver's.
    UnexpectedSpanKind = "unexpected_span_kind",
    /// An event has another severity than declared; not one of Weaver's.
    UnexpectedSeverity = "unexpected_severity",
    /// A metric has more series than declared; not one of Weaver's.
    TooManySeries = "too_many_series",
    /// An attribute stands twice where it may stand once; not one of Weaver's.
    DuplicateAttribute = "duplicate_attribute",
    /// Something is declared twice; not one of Weaver's.
    DuplicateName = "duplicate_name",
    /// A name or a unit is not written as the conventions ask for.
    InvalidFormat = "invalid_format",
    /// A name is in no namespace.
    MissingNamespace = "missing_namespace",
    /// A name is also the namespace of another name.
    IllegalNamespace = "illegal_namespace",
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Finding {
    /// What kind of telemetry it is about.
    pub signal: Signal,
    /// The name of the span, event, metric, rule or attribute.
    pub name: String,
    /// Where in it: an attribute's or a label's key, `unit`, `kind`; empty for the whole.
    pub place: String,
    /// What is wrong.
    pub id: FindingId,
    /// The same in words.
    pub message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { signal, name, place, id, message } = self;
        write!(f, "{}: {} {name}", id.as_str(), signal.as_str())?;
        if !place.is_empty() {
            write!(f, ", {place}")?;
        }
        write!(f, ": {message}")
    }
}

/// Collects what is wrong with one thing.
#[derive(Debug)]
pub(super) struct Inspection<'a> {
    signal: Signal,
    name: &'a str,
    findings: &'a mut Vec<Finding>,
}

impl<'a> Inspection<'a> {
    pub(super) fn of(signal: Signal, name: &'a str, findings: &'a mut Vec<Finding>) -> Self {
        Self { signal, name, findings }
    }

    pub(super) fn find(&mut self, id: FindingId, place: &str, message: impl Into<String>) {
        self.findings.push(Finding {
            signal: self.signal,
            name: self.name.to_owned(),
            place: place.to_owned(),
            id,
            message: message.into(),
        });
    }

    /// Finds something unless it holds.
    pub(super) fn expect(&mut self, holds: bool, id: FindingId, place: &str, message: impl Into<String>) {
        if !holds {
            self.find(id, place, message);
        }
    }
}
