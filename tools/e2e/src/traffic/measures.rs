//! A value with each instrument, and the sums that should arrive, added up by other means.

use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value as Number;
use opentelemetry_proto::tonic::metrics::v1::{
    ExponentialHistogram, ExponentialHistogramDataPoint, Gauge, Histogram, HistogramDataPoint, Metric,
    NumberDataPoint, Sum,
};
use otel_core::{
    Counter, FloatGauge, Gauge as OurGauge, Histogram as OurHistogram, MetricFacts, Telemetry, UpDownCounter,
};

use super::definitions::{BOUNDS, Colour, ITEMS, LASTED, LEVEL, MARK, SHARE, SIZE};
use super::wire::{attributes, text};

const CUMULATIVE: i32 = 2;

/// The instruments.
#[derive(Debug)]
pub(super) struct Measures {
    items: Counter<Colour>,
    level: UpDownCounter<()>,
    mark: OurGauge<Colour>,
    share: FloatGauge<()>,
    size: OurHistogram<()>,
    lasted: OurHistogram<Colour>,
}

/// What was measured, by colour where there is one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Measured {
    items: [i64; 2],
    level: i64,
    mark: [i64; 2],
    share: f64,
    sizes: Vec<f64>,
    lasted: [Vec<f64>; 2],
}

impl Measures {
    pub(super) fn new(telemetry: &Telemetry) -> Self {
        Self {
            items: telemetry.counter(&ITEMS),
            level: telemetry.up_down_counter(&LEVEL),
            mark: telemetry.gauge(&MARK),
            share: telemetry.float_gauge(&SHARE),
            size: telemetry.histogram(&SIZE),
            lasted: telemetry.histogram(&LASTED),
        }
    }

    pub(super) fn record(&self, number: u32, measured: &mut Measured) {
        let (at, colour) = if number.is_multiple_of(2) { (0, Colour::Red) } else { (1, Colour::Blue) };
        let wide = i64::from(number);
        self.items.add(u64::from(number % 5), colour);
        measured.items[at] += wide % 5;
        self.level.add(wide % 11 - 5, ());
        measured.level += wide % 11 - 5;
        self.mark.record(-wide, colour);
        measured.mark[at] = -wide;
        let share = f64::from(number % 1_000) / 1_024.0;
        self.share.record(share, ());
        measured.share = share;
        let size = f64::from(number % 200);
        self.size.record(size, ());
        measured.sizes.push(size);
        // No power of two, and so on no bucket's edge.
        let lasted = f64::from(number % 1_000 * 2 + 3) / 1_024.0;
        self.lasted.record(lasted, colour);
        measured.lasted[at].push(lasted);
    }
}

impl Measured {
    /// Every metric as it should arrive, without the times of its points. The scale of an exponential histogram is
    /// whatever `scale` says: the sender chooses it.
    pub(crate) fn metrics(&self, scale: impl Fn(&str, &str) -> i32) -> Vec<Metric> {
        let sum = |points, is_monotonic| {
            Data::Sum(Sum { data_points: points, aggregation_temporality: CUMULATIVE, is_monotonic })
        };
        let both = |numbers: [i64; 2]| {
            Colour::ALL
                .iter()
                .zip(numbers)
                .map(|(colour, it)| point(Some(*colour), Number::AsInt(it)))
                .collect()
        };
        let lasted = Colour::ALL.iter().zip(&self.lasted).filter(|(_, values)| !values.is_empty());
        let lasted = lasted.map(|(colour, values)| {
            exponential(*colour, values, scale(LASTED.facts().name, colour.as_str()))
        });
        vec![
            metric(ITEMS.facts(), sum(both(self.items), true)),
            metric(LEVEL.facts(), sum(vec![point(None, Number::AsInt(self.level))], false)),
            metric(MARK.facts(), Data::Gauge(Gauge { data_points: both(self.mark) })),
            metric(
                SHARE.facts(),
                Data::Gauge(Gauge { data_points: vec![point(None, Number::AsDouble(self.share))] }),
            ),
            metric(
                SIZE.facts(),
                Data::Histogram(Histogram {
                    data_points: vec![explicit(&self.sizes)],
                    aggregation_temporality: CUMULATIVE,
                }),
            ),
            metric(
                LASTED.facts(),
                Data::ExponentialHistogram(ExponentialHistogram {
                    data_points: lasted.collect(),
                    aggregation_temporality: CUMULATIVE,
                }),
            ),
        ]
    }
}

fn metric(facts: MetricFacts, data: Data) -> Metric {
    Metric {
        name: facts.name.to_owned(),
        description: facts.brief.to_owned(),
        unit: facts.unit.code().to_owned(),
        metadata: Vec::new(),
        data: Some(data),
    }
}

fn point(colour: Option<Colour>, value: Number) -> NumberDataPoint {
    let colour = colour.map(|colour| ("e2e.colour", text(colour.as_str())));
    NumberDataPoint { attributes: attributes(colour), value: Some(value), ..NumberDataPoint::default() }
}

fn explicit(values: &[f64]) -> HistogramDataPoint {
    let mut bucket_counts = vec![0; BOUNDS.len() + 1];
    for value in values {
        // Bounds are inclusive.
        bucket_counts[BOUNDS.iter().filter(|bound| *value > **bound).count()] += 1;
    }
    HistogramDataPoint {
        count: count(values),
        sum: Some(values.iter().sum()),
        bucket_counts,
        explicit_bounds: BOUNDS.to_vec(),
        min: values.iter().copied().reduce(f64::min),
        max: values.iter().copied().reduce(f64::max),
        ..HistogramDataPoint::default()
    }
}

fn exponential(colour: Colour, values: &[f64], scale: i32) -> ExponentialHistogramDataPoint {
    use opentelemetry_proto::tonic::metrics::v1::exponential_histogram_data_point::Buckets;
    // The bucket of index i holds the values above b^i and up to b^(i+1), where b is 2^(2^-scale).
    let index = |value: &f64| (value.log2() * f64::from(scale).exp2()).ceil() as i32 - 1;
    let indices: Vec<i32> = values.iter().map(index).collect();
    let offset = indices.iter().copied().min().unwrap_or_default();
    let mut bucket_counts = Vec::new();
    for index in indices {
        let at = usize::try_from(index - offset).unwrap_or_default();
        bucket_counts.resize(bucket_counts.len().max(at + 1), 0);
        bucket_counts[at] += 1;
    }
    ExponentialHistogramDataPoint {
        attributes: attributes([("e2e.colour", text(colour.as_str()))]),
        count: count(values),
        sum: Some(values.iter().sum()),
        scale,
        positive: Some(Buckets { offset, bucket_counts }),
        negative: Some(Buckets::default()),
        min: values.iter().copied().reduce(f64::min),
        max: values.iter().copied().reduce(f64::max),
        ..ExponentialHistogramDataPoint::default()
    }
}

fn count(values: &[f64]) -> u64 {
    u64::try_from(values.len()).unwrap_or(u64::MAX)
}
