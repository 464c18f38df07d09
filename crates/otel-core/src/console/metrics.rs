//! Metrics, as what has changed since they were last seen.

mod amount;

use std::collections::HashMap;

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::common::v1::{InstrumentationScope, KeyValue};
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::{
    AggregationTemporality, DataPointFlags, Metric, NumberDataPoint, SummaryDataPoint,
};
use prost::Message;

use self::amount::Number;
use super::clock;
use super::distribution::{Distribution, Largest};
use super::page::{Ink, Line, Page};
use super::text;

/// How many series are remembered; of those beyond, the total is shown instead of the change.
pub(super) const LIMIT: usize = 10_000;

/// The width of the widest name that others are aligned with.
const WIDEST: usize = 48;

/// What each series was when it was last seen.
#[derive(Default)]
pub(super) struct Series {
    last: HashMap<Vec<u8>, Last>,
}

/// A series' state, and since when it is counted.
struct Last {
    start: u64,
    state: State,
}

#[derive(Clone, PartialEq)]
enum State {
    Number(Number),
    Distribution(Distribution),
    Summary { count: u64, sum: f64 },
}

/// What is known of a series' past.
enum Before {
    /// It is counted from zero.
    Nothing,
    /// It was this.
    Was(State),
    /// It is not among those that are remembered.
    Unknown,
}

/// One line of the block.
struct Row {
    name: String,
    change: String,
    attributes: Vec<String>,
    time: u64,
}

/// Where a point belongs.
struct Context<'a> {
    scope: Option<&'a InstrumentationScope>,
    metric: &'a Metric,
    is_cumulative: bool,
}

impl Series {
    /// Prints a block of what has changed; nothing, if nothing has.
    pub(super) fn changes(&mut self, request: &ExportMetricsServiceRequest, page: &mut Page) {
        let mut rows = Vec::new();
        for scope in request.resource_metrics.iter().flat_map(|under| &under.scope_metrics) {
            for metric in &scope.metrics {
                self.metric(scope.scope.as_ref(), metric, &mut rows);
            }
        }
        let Some(time) = rows.iter().map(|row| row.time).max() else { return };
        let widest = rows.iter().map(|row| row.name.chars().count()).filter(|width| *width <= WIDEST).max();
        let mut heading = Line::default();
        heading.column(Ink::Dim, clock::time_of_day(time)).column(Ink::Bold, "metrics");
        page.line(&heading);
        for row in rows {
            let mut line = Line::after("  ");
            line.column(Ink::Plain, format!("{:<1$}", row.name, widest.unwrap_or(0)))
                .column(Ink::Cyan, row.change);
            page.line_with(line, &row.attributes, "      ");
        }
    }

    fn metric(&mut self, scope: Option<&InstrumentationScope>, metric: &Metric, rows: &mut Vec<Row>) {
        let temporality = match &metric.data {
            Some(Data::Sum(sum)) => sum.aggregation_temporality,
            Some(Data::Histogram(histogram)) => histogram.aggregation_temporality,
            Some(Data::ExponentialHistogram(histogram)) => histogram.aggregation_temporality,
            Some(Data::Gauge(_) | Data::Summary(_)) | None => AggregationTemporality::Cumulative as i32,
        };
        let is_cumulative = temporality != AggregationTemporality::Delta as i32;
        let context = Context { scope, metric, is_cumulative };
        match &metric.data {
            Some(Data::Gauge(gauge)) => {
                rows.extend(gauge.data_points.iter().filter_map(|point| self.level(&context, point)));
            }
            // A sum that may fall is a level that many have a part in, and is read like one.
            Some(Data::Sum(sum)) if !sum.is_monotonic && is_cumulative => {
                rows.extend(sum.data_points.iter().filter_map(|point| self.level(&context, point)));
            }
            Some(Data::Sum(sum)) => {
                rows.extend(sum.data_points.iter().filter_map(|point| self.sum(&context, point)));
            }
            Some(Data::Histogram(histogram)) => {
                rows.extend(histogram.data_points.iter().filter_map(|point| {
                    let when = (point.start_time_unix_nano, point.time_unix_nano);
                    let now = Distribution::explicit(point);
                    self.histogram(&context, &point.attributes, when, point.flags, now)
                }));
            }
            Some(Data::ExponentialHistogram(histogram)) => {
                rows.extend(histogram.data_points.iter().filter_map(|point| {
                    let when = (point.start_time_unix_nano, point.time_unix_nano);
                    let now = Distribution::exponential(point);
                    self.histogram(&context, &point.attributes, when, point.flags, now)
                }));
            }
            Some(Data::Summary(summary)) => {
                rows.extend(summary.data_points.iter().filter_map(|point| self.summary(&context, point)));
            }
            None => {}
        }
    }

    /// A value that stands for itself, with its change.
    fn level(&mut self, context: &Context<'_>, point: &NumberDataPoint) -> Option<Row> {
        let now = Number::of(point.value?).filter_recorded(point.flags)?;
        // The start says nothing about a level: it is what it is.
        let before = self.before(context, &point.attributes, 0, &State::Number(now));
        let value = now.shown(&context.metric.unit);
        let change = match before {
            Before::Was(State::Number(last)) => match now.since(last) {
                change if change.is_zero() => return None,
                change => format!("{value} ({})", change.signed("")),
            },
            _ => value,
        };
        Some(context.row(change, &point.attributes, point.time_unix_nano))
    }

    /// What was added.
    fn sum(&mut self, context: &Context<'_>, point: &NumberDataPoint) -> Option<Row> {
        let now = Number::of(point.value?).filter_recorded(point.flags)?;
        let unit = &context.metric.unit;
        let before = self.before(context, &point.attributes, point.start_time_unix_nano, &State::Number(now));
        let added = match before {
            Before::Unknown => {
                let change = format!("{} in total", now.shown(unit));
                return Some(context.row(change, &point.attributes, point.time_unix_nano));
            }
            // A counter that has fallen has begun anew, whatever it says about its start.
            Before::Was(State::Number(last)) if !now.is_below(last) => now.since(last),
            _ => now,
        };
        let change = (!added.is_zero()).then(|| added.signed(unit))?;
        Some(context.row(change, &point.attributes, point.time_unix_nano))
    }

    fn histogram(
        &mut self,
        context: &Context<'_>,
        attributes: &[KeyValue],
        (start, time): (u64, u64),
        flags: u32,
        now: Distribution,
    ) -> Option<Row> {
        if flags & DataPointFlags::NoRecordedValueMask as u32 != 0 {
            return None;
        }
        let ceiling = now.named_max();
        let before = self.before(context, attributes, start, &State::Distribution(now.clone()));
        let (added, sign, note) = match before {
            Before::Unknown => (now, "", " in total"),
            Before::Was(State::Distribution(last)) => (now.since(&last).unwrap_or(now), "+", ""),
            _ => (now, "+", ""),
        };
        if added.count == 0 {
            return None;
        }
        let count = format!("{sign}{}{note}", added.count);
        let change = context.described(count, &added, ceiling);
        Some(context.row(change, attributes, time))
    }

    fn summary(&mut self, context: &Context<'_>, point: &SummaryDataPoint) -> Option<Row> {
        if point.flags & DataPointFlags::NoRecordedValueMask as u32 != 0 {
            return None;
        }
        let now = State::Summary { count: point.count, sum: point.sum };
        let before = self.before(context, &point.attributes, point.start_time_unix_nano, &now);
        let (sign, count, note) = match before {
            Before::Unknown => ("", point.count, " in total"),
            Before::Was(State::Summary { count, .. }) if count <= point.count => {
                ("+", point.count - count, "")
            }
            _ => ("+", point.count, ""),
        };
        let mut change = (count > 0).then(|| format!("{sign}{count}{note}"))?;
        for quantile in &point.quantile_values {
            let value = Number::Float(quantile.value).shown(&context.metric.unit);
            let rank = Number::Float(quantile.quantile * 100.0).shown("");
            change.extend(["  p", &rank, "=", &value]);
        }
        Some(context.row(change, &point.attributes, point.time_unix_nano))
    }

    /// What a series was, and from now on it is `now`.
    fn before(&mut self, context: &Context<'_>, attributes: &[KeyValue], start: u64, now: &State) -> Before {
        if !context.is_cumulative {
            return Before::Nothing;
        }
        let key = context.key(attributes);
        if self.last.len() >= LIMIT && !self.last.contains_key(&key) {
            return Before::Unknown;
        }
        match self.last.insert(key, Last { start, state: now.clone() }) {
            Some(last) if last.start == start => Before::Was(last.state),
            _ => Before::Nothing,
        }
    }
}

impl Context<'_> {
    fn row(&self, change: String, attributes: &[KeyValue], time: u64) -> Row {
        let attributes = text::attributes(attributes, 0);
        Row { name: text::plain(&self.metric.name), change, attributes, time }
    }

    /// What is known of the values that were added, behind how many they were.
    fn described(&self, mut text: String, added: &Distribution, ceiling: Option<f64>) -> String {
        let shown = |value| Number::Float(value).shown(&self.metric.unit);
        if let Some(mean) = added.mean() {
            text.extend(["  mean ", &shown(mean)]);
        }
        if let Some(median) = added.median() {
            text.extend(["  p50≈", &shown(median)]);
        }
        match added.largest(ceiling) {
            Some(Largest::Exactly(max)) => text.extend(["  max ", &shown(max)]),
            Some(Largest::AtMost(max)) => text.extend(["  max≤", &shown(max)]),
            None => {}
        }
        text
    }

    /// Names a series, whatever the order of its attributes; lengths keep the parts apart.
    fn key(&self, attributes: &[KeyValue]) -> Vec<u8> {
        let mut parts: Vec<Vec<u8>> = attributes.iter().map(KeyValue::encode_to_vec).collect();
        parts.sort_unstable();
        let scope = self.scope.map(InstrumentationScope::encode_to_vec).unwrap_or_default();
        parts.extend([scope, self.metric.name.clone().into_bytes()]);
        parts
            .iter()
            .flat_map(|part| part.len().to_le_bytes().into_iter().chain(part.iter().copied()))
            .collect()
    }
}
