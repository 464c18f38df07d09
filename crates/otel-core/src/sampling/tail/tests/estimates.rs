//! Weights that stay true: what is kept speaks for what is not.

use std::thread;

use super::workload::{Real, Workload, normal};
use super::*;

/// Nineteen of twenty numbers of a normal distribution are nearer to its mean, in standard deviations.
const Z: f64 = 1.96;

/// A variance that is carried by no more traces than these is not known well enough for an interval.
const FEW: f64 = 10.0;

/// Something of a trace that can be summed up.
type Of = fn(&Real) -> f64;

/// What is estimated of each trace.
const OF: [(&str, Of); 3] = [
    ("traces", |_| 1.0),
    ("errors", |trace| f64::from(u8::from(trace.error))),
    ("value", |trace| trace.value),
];

/// Estimates of many workloads, the truth, and how often it was in the interval.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    truth: f64,
    estimate: f64,
    covered: u32,
    intervals: u32,
}

impl Sums {
    /// The estimate is that of Horvitz and Thompson: each kept trace speaks for 1 / p. The interval is by the score, as
    /// Wilson made it for shares: the variance is that of what is not there, and grows with it. The plain interval is
    /// too sure of itself whenever the estimate is low.
    fn add(&mut self, workload: &Workload, bench: &Bench, of: Of) {
        let (mut truth, mut estimate) = (0.0, 0.0);
        let (mut missing, mut variance, mut squares) = (0.0, 0.0, 0.0);
        for trace in &workload.traces {
            let x = of(trace);
            truth += x;
            if let Some(kept) = bench.kept.get(&trace.id) {
                let p = kept.threshold.unwrap().probability();
                estimate += x / p;
                let uncertain = x * x * (1.0 - p) / (p * p);
                missing += x * (1.0 - p) / p;
                variance += uncertain;
                squares += uncertain * uncertain;
            }
        }
        self.truth += truth;
        self.estimate += estimate;
        // A variance that hangs on a handful of traces, or on none, says nothing of a normal distribution.
        if variance * variance > FEW * squares {
            let each = variance / missing;
            let middle = estimate + Z * Z * each / 2.0;
            let width = Z * (variance + (Z * each / 2.0).powi(2)).sqrt();
            self.intervals += 1;
            self.covered += u32::from((truth - middle).abs() <= width);
        }
    }

    fn merge(&mut self, other: Self) {
        self.truth += other.truth;
        self.estimate += other.estimate;
        self.covered += other.covered;
        self.intervals += other.intervals;
    }
}

/// Runs many workloads, each half of them on a thread of its own.
fn estimates(workloads: u64, naive: bool) -> [Sums; 3] {
    let half = move |first: u64| {
        let mut sums = [Sums::default(); 3];
        for seed in (first..workloads).step_by(2) {
            let workload = Workload::new(seed);
            let bench = workload.run(naive);
            bench.assert_balanced();
            bench.assert_legal();
            sums.iter_mut().zip(OF).for_each(|(sums, (_, of))| sums.add(&workload, &bench, of));
        }
        sums
    };
    let halves = [0, 1].map(|first| thread::spawn(move || half(first)));
    let mut sums = [Sums::default(); 3];
    for half in halves {
        sums.iter_mut().zip(half.join().expect("a half runs")).for_each(|(sums, half)| sums.merge(half));
    }
    sums
}

/// What is wrong with estimates.
fn wrong(sums: &[Sums; 3]) -> Vec<String> {
    let mut wrong = Vec::new();
    for ((what, _), Sums { truth, estimate, covered, intervals }) in OF.into_iter().zip(sums) {
        let (ratio, share) = (estimate / truth, f64::from(*covered) / f64::from(*intervals));
        if (ratio - 1.0).abs() > 0.005 || !(0.93..=0.97).contains(&share) {
            wrong.push(format!("{what}: {ratio:.4} of the truth, {share:.3} of {intervals} intervals"));
        }
    }
    wrong
}

#[test]
fn what_is_kept_speaks_for_what_is_not() {
    const WORKLOADS: u32 = 2_000;
    let sums = estimates(u64::from(WORKLOADS), false);
    assert_eq!(wrong(&sums), [""; 0], "{sums:?}");
    // Few workloads are too certain, or hang on too few traces, for an interval.
    assert!(sums.iter().all(|sums| sums.intervals > WORKLOADS / 4 * 3), "{sums:?}");
}

#[test]
fn with_the_last_weight_alone_errors_are_undercounted() {
    let sums = estimates(200, true);
    let errors = sums[1].estimate / sums[1].truth;
    assert!(errors < 0.9 && wrong(&sums).len() == OF.len(), "{:?}", wrong(&sums));
}

#[test]
fn of_a_twentieth_the_valuable_and_all_that_failed_are_kept_and_counts_are_near() {
    const TRACES: u32 = 5_000;
    const EPOCHS: u32 = 100;
    // Budgets, means and strata are found out first.
    const WARM: u32 = 3;
    let mut random = fastrand::Rng::with_seed(5);
    let mut bench = Bench::new(TailSampling::new().spans_per_second(2.0 * f64::from(TRACES) / 20.0));
    let mut epochs = Vec::new();
    for epoch in 0..EPOCHS {
        let mut traces = Vec::new();
        for number in 0..TRACES {
            let now = Duration::from_secs(1) * epoch + Duration::from_secs(1) / TRACES * number;
            bench.tick(now);
            let boost = if random.u32(..50) == 0 { 50.0 } else { 1.0 };
            let trace = Real {
                id: TraceId::from(random.u128(..)),
                value: (0.8 * normal(&mut random)).exp() * boost,
                error: random.u32(..200) == 0,
            };
            bench.offer(now, &Facts { worth: trace.value as f32, ..span(trace.id) }, b"first");
            bench.offer(now, &Facts { error: trace.error, worth: 0.0, ..root(trace.id) }, b"second");
            traces.push(trace);
        }
        epochs.push(traces);
    }
    bench.tick(Duration::from_secs(1) * EPOCHS + Duration::from_millis(200));

    let p = |trace: &Real| bench.kept.get(&trace.id).map(|kept| kept.threshold.unwrap().probability());
    let (mut squares, mut kept, mut valuable) = (0.0, 0, 0);
    let warm = &mut epochs[WARM as usize..];
    for traces in &mut *warm {
        let estimate: f64 = traces.iter().filter_map(p).map(|p| 1.0 / p).sum();
        squares += (estimate / f64::from(TRACES) - 1.0).powi(2);
        kept += traces.iter().filter_map(p).count();
        traces.sort_by(|a, b| b.value.total_cmp(&a.value));
        valuable += traces[..TRACES as usize / 50].iter().filter_map(p).count();
        let failed = |trace: &&Real| trace.error;
        assert_eq!(traces.iter().filter(failed).filter_map(p).filter(|p| *p < 1.0).count(), 0);
        assert_eq!(traces.iter().filter(failed).filter_map(p).count(), traces.iter().filter(failed).count());
    }
    let of = f64::from(TRACES) * warm.len() as f64;
    let (kept, valuable) = (kept as f64 / of, valuable as f64 / of * 50.0);
    let deviation = (squares / warm.len() as f64).sqrt();
    let told = format!("kept {kept:.4}, of the valuable {valuable:.3}, deviation of counts {deviation:.3}");
    assert!((0.0475..=0.0525).contains(&kept), "{told}");
    assert!(deviation <= 0.11 && valuable >= 0.75, "{told}");
}
