//! Metrics without what must not leave: labels of our own are closed or capped, but those of others are not.

use std::borrow::Cow;

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::metrics::v1::Metric;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;

use crate::sensitive::{Bearer, Guard, Origin};
use crate::wire::foreign;

/// Cleans everything in a request that could hold what must not leave, and takes out metrics with labels that may not
/// leave at all: a series without one of its labels would be another's. The resource was cleaned when it was made.
pub(super) fn clean(request: &mut ExportMetricsServiceRequest, guard: &Guard) {
    for resource in &mut request.resource_metrics {
        for scope in &mut resource.scope_metrics {
            if let Some(scope) = &mut scope.scope {
                clean_text(&mut scope.name, guard, Origin::Free);
                clean_text(&mut scope.version, guard, Origin::Free);
                scope.attributes.retain(|attribute| guard.lets_out(&attribute.key, Bearer::Scope));
                scope.attributes.iter_mut().for_each(|attribute| clean_pair(attribute, guard));
            }
            clean_text(&mut scope.schema_url, guard, Origin::Free);
            scope.metrics.retain_mut(|metric| {
                clean_text(&mut metric.name, guard, Origin::Free);
                clean_text(&mut metric.description, guard, Origin::Free);
                clean_text(&mut metric.unit, guard, Origin::Free);
                labels(metric).into_iter().all(|labels| {
                    let leave = labels.iter().all(|label| guard.lets_out(&label.key, Bearer::Metric));
                    labels.iter_mut().for_each(|label| clean_pair(label, guard));
                    leave
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
    if let Some(value) = &mut pair.value {
        clean_value(&pair.key, value, guard, foreign::origin_of(&pair.key));
    }
    clean_text(&mut pair.key, guard, Origin::Free);
}

fn clean_value(key: &str, value: &mut AnyValue, guard: &Guard, origin: Origin) {
    match &mut value.value {
        Some(Value::StringValue(text)) => {
            if let Cow::Owned(clean) = guard.clean_value(key, text, origin) {
                *text = clean;
            }
        }
        Some(Value::IntValue(int)) => {
            if let Some(clean) = foreign::cleaned_int(key, *int, guard) {
                value.value = Some(Value::StringValue(clean));
            }
        }
        Some(Value::ArrayValue(array)) => {
            array.values.iter_mut().for_each(|value| clean_value(key, value, guard, origin));
        }
        // Attributes of metrics and scopes are flat.
        _ => {}
    }
}

fn clean_text(text: &mut String, guard: &Guard, origin: Origin) {
    if let Cow::Owned(clean) = guard.clean(text, origin) {
        *text = clean;
    }
}
