//! Halving: nothing is lost, nothing comes twice, and everything stays with its resource and scope.

use proptest::prelude::*;

use super::*;
use crate::otlp::random::Random;

/// A request that can be taken apart into items, each by itself in a request of its own.
trait Parts: Message + Default + Clone {
    /// Each item with everything around it, as bytes. The bytes of a request have no order of their own, so equal
    /// items are equal bytes.
    fn items_alone(&self) -> Vec<Vec<u8>>;

    /// Takes out what holds no item.
    fn prune(&mut self);
}

/// Every way from the request down to a list of items.
macro_rules! parts {
    ($request:ident, $resources:ident, $scopes:ident, $items:ident) => {
        impl Parts for $request {
            fn items_alone(&self) -> Vec<Vec<u8>> {
                let mut alone = Vec::new();
                for resource in &self.$resources {
                    for scope in &resource.$scopes {
                        for item in &scope.$items {
                            let mut scope = scope.clone();
                            let mut resource = resource.clone();
                            scope.$items = vec![item.clone()];
                            resource.$scopes = vec![scope];
                            alone.push(Self { $resources: vec![resource] }.encode_to_vec());
                        }
                    }
                }
                alone
            }

            fn prune(&mut self) {
                for resource in &mut self.$resources {
                    resource.$scopes.retain(|scope| !scope.$items.is_empty());
                }
                self.$resources.retain(|resource| !resource.$scopes.is_empty());
            }
        }
    };
}

parts!(ExportTraceServiceRequest, resource_spans, scope_spans, spans);
parts!(ExportLogsServiceRequest, resource_logs, scope_logs, log_records);

impl Parts for ExportMetricsServiceRequest {
    fn items_alone(&self) -> Vec<Vec<u8>> {
        use opentelemetry_proto::tonic::metrics::v1::metric::Data;

        let mut alone = Vec::new();
        for resource in &self.resource_metrics {
            for scope in &resource.scope_metrics {
                for metric in &scope.metrics {
                    macro_rules! each_point {
                        ($kind:ident, $data:ident) => {
                            for point in &$data.data_points {
                                let mut data = $data.clone();
                                data.data_points = vec![point.clone()];
                                let (mut resource, mut scope) = (resource.clone(), scope.clone());
                                let mut metric = metric.clone();
                                metric.data = Some(Data::$kind(data));
                                scope.metrics = vec![metric];
                                resource.scope_metrics = vec![scope];
                                alone.push(Self { resource_metrics: vec![resource] }.encode_to_vec());
                            }
                        };
                    }
                    match &metric.data {
                        None => {}
                        Some(Data::Gauge(data)) => each_point!(Gauge, data),
                        Some(Data::Sum(data)) => each_point!(Sum, data),
                        Some(Data::Histogram(data)) => each_point!(Histogram, data),
                        Some(Data::ExponentialHistogram(data)) => each_point!(ExponentialHistogram, data),
                        Some(Data::Summary(data)) => each_point!(Summary, data),
                    }
                }
            }
        }
        alone
    }

    fn prune(&mut self) {
        for resource in &mut self.resource_metrics {
            for scope in &mut resource.scope_metrics {
                scope.metrics.retain(|metric| metric.data.items() > 0);
            }
            resource.scope_metrics.retain(|scope| !scope.metrics.is_empty());
        }
        self.resource_metrics.retain(|resource| !resource.scope_metrics.is_empty());
    }
}

/// Halves a batch until every part is small enough or a single item, as a courier does.
fn fit(batch: Batch, max_bytes: usize, parts: &mut Vec<Batch>) {
    if batch.message().len() <= max_bytes {
        return parts.push(batch);
    }
    match batch.split() {
        Ok((first, second)) => {
            assert!(first.items.abs_diff(second.items) <= 1, "{} and {}", first.items, second.items);
            fit(first, max_bytes, parts);
            fit(second, max_bytes, parts);
        }
        Err(unsplittable) => {
            assert_eq!((unsplittable.items, batch.items), (1, 1), "only a single item is too large for good");
            parts.push(batch);
        }
    }
}

fn check<R: Parts>(stream: Stream, mut request: R, max_bytes: usize) {
    request.prune();
    let mut expected = request.items_alone();
    if expected.is_empty() {
        return;
    }
    let mut message = vec![0; FRAME];
    request.encode(&mut message).unwrap();
    let mut parts = Vec::new();
    fit(Batch::new(stream, expected.len() as u64, message), max_bytes, &mut parts);

    let mut found = Vec::new();
    for part in &parts {
        assert_eq!(part.stream, stream);
        assert!(part.items == 1 || part.message().len() <= max_bytes, "{} bytes", part.message().len());
        let request = R::decode(part.message()).unwrap();
        let mut pruned = request.clone();
        pruned.prune();
        assert_eq!(pruned.encoded_len(), request.encoded_len(), "an empty envelope");
        let alone = request.items_alone();
        assert_eq!(alone.len() as u64, part.items);
        found.extend(alone);
    }
    expected.sort();
    found.sort();
    assert!(expected == found, "{} items became {}", expected.len(), found.len());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn the_parts_are_the_whole(seed: u64, size in 1_usize..5, max_bytes in 1_usize..4_000) {
        let mut random = Random::new(seed, size);
        check(Stream::Traces, random.traces(), max_bytes);
        check(Stream::Logs, random.logs(), max_bytes);
        check(Stream::Metrics, random.metrics(), max_bytes);
    }
}

#[test]
fn a_request_that_fills_many_is_divided_evenly() {
    let resource_spans = (0..200).flat_map(|seed| Random::new(seed, 4).traces().resource_spans).collect();
    let request = ExportTraceServiceRequest { resource_spans };
    assert!(request.items() > 1_000);
    check(Stream::Traces, request, 64 * 1024);
}

#[test]
fn what_cannot_be_read_is_not_divided() {
    let mut message = vec![0; FRAME];
    message.extend_from_slice(b"\x0a\xff");
    for stream in Stream::ALL {
        let batch = Batch::new(stream, 7, message.clone());
        assert_eq!(batch.split().unwrap_err(), Unsplittable { items: 7 });
    }
}
