//! Metrics without what must not leave: labels of our own are closed or capped, but those of others are not.

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::metrics::v1::Metric;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;

use crate::sensitive::{Guard, Origin};
use crate::wire::foreign;

/// Cleans everything in a request that could hold what must not leave, and takes out metrics with labels that may not
/// leave at all: a series without one of its labels would be another's.
pub(super) fn clean(request: &mut ExportMetricsServiceRequest, guard: &Guard) {
    for resource in &mut request.resource_metrics {
        if let Some(resource) = &mut resource.resource {
            resource.attributes.iter_mut().for_each(|attribute| clean_pair(attribute, guard));
        }
        for scope in &mut resource.scope_metrics {
            if let Some(scope) = &mut scope.scope {
                clean_text(&mut scope.name, guard, Origin::Free);
                clean_text(&mut scope.version, guard, Origin::Free);
                scope.attributes.iter_mut().for_each(|attribute| clean_pair(attribute, guard));
            }
            scope.metrics.retain_mut(|metric| {
                clean_text(&mut metric.name, guard, Origin::Free);
                clean_text(&mut metric.description, guard, Origin::Free);
                labels(metric).into_iter().all(|labels| {
                    labels.iter_mut().for_each(|label| clean_pair(label, guard));
                    labels.iter().all(|label| guard.lets_out(&label.key))
                })
            });
        }
    }
}

/// The labels of each point of a metric.
fn labels(metric: &mut Metric) -> Vec<&mut Vec<KeyValue>> {
    match &mut metric.data {
        Some(Data::Gauge(data)) => data.data_points.iter_mut().map(|point| &mut point.attributes).collect(),
        Some(Data::Sum(data)) => data.data_points.iter_mut().map(|point| &mut point.attributes).collect(),
        Some(Data::Histogram(data)) => {
            data.data_points.iter_mut().map(|point| &mut point.attributes).collect()
        }
        Some(Data::ExponentialHistogram(data)) => {
            data.data_points.iter_mut().map(|point| &mut point.attributes).collect()
        }
        Some(Data::Summary(data)) => data.data_points.iter_mut().map(|point| &mut point.attributes).collect(),
        None => Vec::new(),
    }
}

fn clean_pair(pair: &mut KeyValue, guard: &Guard) {
    let origin = foreign::origin_of(&pair.key);
    clean_text(&mut pair.key, guard, Origin::Free);
    if let Some(value) = &mut pair.value {
        clean_value(value, guard, origin);
    }
}

fn clean_value(value: &mut AnyValue, guard: &Guard, origin: Origin) {
    match &mut value.value {
        Some(Value::StringValue(text)) => clean_text(text, guard, origin),
        Some(Value::ArrayValue(array)) => {
            array.values.iter_mut().for_each(|value| clean_value(value, guard, origin));
        }
        Some(Value::KvlistValue(list)) => list.values.iter_mut().for_each(|pair| clean_pair(pair, guard)),
        _ => {}
    }
}

fn clean_text(text: &mut String, guard: &Guard, origin: Origin) {
    if guard.suspects(text) {
        *text = guard.clean(text, origin).into_owned();
    }
}
