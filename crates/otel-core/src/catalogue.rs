//! Everything a domain emits, as one const.

use std::fmt;

use crate::alert::AlertRule;
use crate::event::EventDef;
use crate::key::KeyFacts;
use crate::metric::MetricFacts;
use crate::span::SpanDef;

/// Everything one instrumentation scope emits: the single source of its reference pages, rules and dashboards.
///
/// Its `Display` is a stable text with one line per item, made for snapshots: a change of the telemetry contract
/// is a visible change of that text.
#[derive(Clone, Copy, Debug)]
pub struct Catalogue {
    /// The scope's name: the crate's.
    pub name: &'static str,
    /// The scope's version: the crate's.
    pub version: &'static str,
    /// Attributes of spans and events.
    pub attributes: &'static [KeyFacts],
    /// Spans.
    pub spans: &'static [SpanDef],
    /// Events.
    pub events: &'static [EventDef],
    /// Metrics.
    pub metrics: &'static [MetricFacts],
    /// Alert rules.
    pub alerts: &'static [AlertRule],
}

impl fmt::Display for Catalogue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for key in self.attributes {
            write!(f, "attribute {} {:?}", key.name, key.kind)?;
            write_values(f, key.values)?;
        }
        for span in self.spans {
            writeln!(f, "span {} {:?}", span.name(), span.kind())?;
        }
        for event in self.events {
            writeln!(f, "event {} {}", event.name(), event.severity().as_str())?;
        }
        for metric in self.metrics {
            write!(f, "metric {} {:?} {}", metric.name, metric.instrument, metric.unit)?;
            writeln!(f, " {} series", metric.series)?;
            for dimension in metric.dimensions {
                write!(f, "  by {} {}", dimension.key, dimension.cardinality)?;
                if dimension.optional {
                    f.write_str(" or none")?;
                }
                write_values(f, dimension.values)?;
            }
        }
        for alert in self.alerts {
            writeln!(f, "alert {} {:?} after {:?}", alert.name, alert.level, alert.pending)?;
        }
        Ok(())
    }
}

fn write_values(f: &mut fmt::Formatter<'_>, values: &[&str]) -> fmt::Result {
    if !values.is_empty() {
        write!(f, " [{}]", values.join(", "))?;
    }
    writeln!(f)
}
