//! How a message is divided: at an item, with what stands around it on both sides.

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::{
    ExponentialHistogram, ExponentialHistogramDataPoint, Gauge, Histogram, HistogramDataPoint, Metric,
    NumberDataPoint, ResourceMetrics, ScopeMetrics, Sum, Summary, SummaryDataPoint,
};
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span};

/// A message that holds items, or is one.
pub(super) trait Divide: Sized {
    /// How many items it holds: spans, log records or data points.
    fn items(&self) -> usize;

    /// Keeps the first `at` items, and returns the others: at least one stays, and at least one goes. An envelope
    /// comes out empty only if it went in so.
    fn split_off(&mut self, at: usize) -> Self;
}

impl<T: Divide> Divide for Vec<T> {
    fn items(&self) -> usize {
        self.iter().map(T::items).sum()
    }

    fn split_off(&mut self, at: usize) -> Self {
        let mut before = 0;
        for index in 0..self.len() {
            let items = self[index].items();
            if before + items > at {
                let cut = at - before;
                let divided = (cut > 0).then(|| self[index].split_off(cut));
                let rest = Self::split_off(self, index + usize::from(cut > 0));
                return divided.into_iter().chain(rest).collect();
            }
            before += items;
        }
        Self::new()
    }
}

/// Messages that are one item.
macro_rules! items {
    ($($item:ty),+) => {$(
        impl Divide for $item {
            fn items(&self) -> usize {
                1
            }

            fn split_off(&mut self, _: usize) -> Self {
                std::mem::take(self)
            }
        }
    )+};
}

items!(Span, LogRecord, NumberDataPoint, HistogramDataPoint, ExponentialHistogramDataPoint, SummaryDataPoint);

/// Messages that hold items in one field, and what they have in common in the others.
macro_rules! holders {
    ($($holder:ident { $held:ident $(, $common:ident)* })+) => {$(
        impl Divide for $holder {
            fn items(&self) -> usize {
                Divide::items(&self.$held)
            }

            fn split_off(&mut self, at: usize) -> Self {
                Self { $held: Divide::split_off(&mut self.$held, at), $($common: self.$common.clone()),* }
            }
        }
    )+};
}

holders! {
    ExportTraceServiceRequest { resource_spans }
    ResourceSpans { scope_spans, resource, schema_url }
    ScopeSpans { spans, scope, schema_url }
    ExportLogsServiceRequest { resource_logs }
    ResourceLogs { scope_logs, resource, schema_url }
    ScopeLogs { log_records, scope, schema_url }
    ExportMetricsServiceRequest { resource_metrics }
    ResourceMetrics { scope_metrics, resource, schema_url }
    ScopeMetrics { metrics, scope, schema_url }
    Metric { data, name, description, unit, metadata }
    Gauge { data_points }
    Sum { data_points, aggregation_temporality, is_monotonic }
    Histogram { data_points, aggregation_temporality }
    ExponentialHistogram { data_points, aggregation_temporality }
    Summary { data_points }
}

impl Divide for Option<Data> {
    fn items(&self) -> usize {
        match self {
            None => 0,
            Some(Data::Gauge(data)) => data.items(),
            Some(Data::Sum(data)) => data.items(),
            Some(Data::Histogram(data)) => data.items(),
            Some(Data::ExponentialHistogram(data)) => data.items(),
            Some(Data::Summary(data)) => data.items(),
        }
    }

    fn split_off(&mut self, at: usize) -> Self {
        Some(match self.as_mut()? {
            Data::Gauge(data) => Data::Gauge(data.split_off(at)),
            Data::Sum(data) => Data::Sum(data.split_off(at)),
            Data::Histogram(data) => Data::Histogram(data.split_off(at)),
            Data::ExponentialHistogram(data) => Data::ExponentialHistogram(data.split_off(at)),
            Data::Summary(data) => Data::Summary(data.split_off(at)),
        })
    }
}
