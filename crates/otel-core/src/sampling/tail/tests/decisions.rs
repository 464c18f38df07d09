//! When a trace is decided on, and what becomes of its spans.

use super::super::strata::Standing;
use super::super::trace::Trace;
use super::*;

const MILLI: Duration = Duration::from_millis(1);

/// Room and budget for everything.
fn generous() -> TailSampling {
    TailSampling::new().spans_per_second(1e9).bytes_per_second(1e12)
}

/// A trace with the rank 2⁻ⁿ: the higher, the later it is given up.
fn id(n: u32) -> TraceId {
    TraceId::from((1_u128 << 100) | u128::from((1_u64 << 56) - (1 << (56 - n))))
}

#[test]
fn a_trace_is_decided_on_a_grace_after_its_root() {
    let mut bench = Bench::new(generous());
    bench.offer(MILLI, &span(id(1)), b"child");
    bench.offer(10 * MILLI, &root(id(1)), b"root");
    bench.offer(150 * MILLI, &span(id(1)), b"straggler");
    bench.tick(209 * MILLI);
    assert!(bench.kept.is_empty());
    bench.tick(210 * MILLI);
    let kept = &bench.kept[&id(1)];
    assert_eq!(kept.spans, [&b"child"[..], b"root", b"straggler"]);
    assert_eq!(kept.threshold, Some(Threshold::ALWAYS));
    bench.assert_balanced();
}

#[test]
fn a_trace_without_its_root_is_decided_on_when_it_has_been_silent() {
    let mut bench = Bench::new(generous().idle(Duration::from_secs(16)));
    for second in 0..40 {
        bench.offer(Duration::from_secs(second), &span(id(1)), b"span");
        bench.tick(Duration::from_secs(second));
    }
    assert!(bench.kept.is_empty());
    bench.tick(Duration::from_secs(39 + 15));
    assert!(bench.kept.is_empty());
    // It is not moved at each span, so up to a sixteenth later.
    bench.tick(Duration::from_secs(39 + 17));
    assert_eq!(bench.kept[&id(1)].spans.len(), 40);
}

#[test]
fn a_flush_decides_on_everything() {
    let mut bench = Bench::new(generous());
    bench.offer(MILLI, &span(id(1)), b"open");
    bench.offer(MILLI, &root(id(2)), b"over");
    bench.flush();
    assert_eq!(bench.kept.len(), 2);
    assert_eq!(bench.tail.counts().held, Tally::default());
}

#[test]
fn late_spans_share_the_fate_of_their_trace() {
    let budget = TailSampling::new().reservoir(0).spans_per_second(100.0);
    let mut bench = Bench::new(budget);
    let mut random = fastrand::Rng::with_seed(9);
    let ids: Vec<TraceId> = (0..2_000).map(|_| TraceId::from(random.u128(..))).collect();
    for (at, id) in ids.iter().enumerate() {
        let now = MILLI * at as u32;
        bench.tick(now);
        bench.offer(now, &root(*id), b"root");
    }
    bench.flush();
    let kept = bench.kept.len();
    assert!(kept > 100 && kept < 1_000, "{kept}");
    assert_eq!((bench.dropped(Reason::SampledOut), bench.dropped(Reason::Late)), (2_000 - kept as u64, 0));
    for id in &ids {
        bench.offer(MILLI * 2_000, &span(*id), b"late");
    }
    assert_eq!((bench.kept.len(), bench.dropped(Reason::Late)), (kept, 2_000 - kept as u64));
    assert!(bench.kept.values().all(|kept| kept.spans == [&b"root"[..], b"late"]));
    bench.assert_balanced();
}

#[test]
fn what_comes_after_an_eviction_is_counted_with_it() {
    let setup = generous().memory(TailSampling::LEAST_MEMORY).reservoir(0);
    let mut bench = Bench::new(setup);
    let mut random = fastrand::Rng::with_seed(9);
    let ids: Vec<TraceId> = (0..1_000).map(|_| TraceId::from(random.u128(..))).collect();
    ids.iter().for_each(|id| bench.offer(MILLI, &span(*id), &[7; 300]));
    let evicted = bench.dropped(Reason::Evicted);
    assert!(evicted > 700, "{evicted}");
    ids.iter().for_each(|id| bench.offer(MILLI, &root(*id), b"root"));
    bench.flush();
    assert!(bench.dropped(Reason::Evicted) >= 2 * evicted);
    assert_eq!(bench.dropped(Reason::Late) + bench.dropped(Reason::SampledOut), 0);
    bench.assert_balanced();
    bench.assert_legal();
}

#[test]
fn a_trace_that_is_too_large_is_decided_on_at_once_and_goes_on() {
    let mut bench = Bench::new(generous().memory(TailSampling::LEAST_MEMORY));
    let spans: Vec<Vec<u8>> = (0..100).map(|number| vec![number; 100 + usize::from(number)]).collect();
    spans.iter().for_each(|bytes| bench.offer(MILLI, &span(id(1)), bytes));
    assert_eq!(bench.kept[&id(1)].spans, spans);
    // A span alone can be too large, too.
    let huge = vec![7; 10 * TailSampling::LEAST_MEMORY];
    bench.offer(MILLI, &span(id(2)), &huge);
    assert_eq!(bench.kept[&id(2)].spans, [huge]);
    bench.assert_balanced();
}

#[test]
fn what_the_head_left_out_is_part_of_the_threshold() {
    let half = Threshold::from_probability(0.5);
    let known = |head: Option<_>| Facts { head: head.map_or(Head::Unknown, Head::At), ..root(id(4)) };
    let child = |facts| Facts { local_root: false, ..facts };
    let unsaid = Facts { head: Head::Unsaid, ..known(None) };
    let cases = [
        // A child that was kept less often than its parent.
        (vec![child(known(Some(Threshold::ALWAYS))), known(half)], half),
        (vec![known(half)], half),
        // Nobody knows.
        (vec![child(known(half)), known(None)], None),
        // A child does not know, and its parent does; or nobody has been asked who does.
        (vec![child(unsaid), known(half)], half),
        (vec![child(unsaid)], None),
        // A head that says it leaves out what it did not.
        (vec![known(Threshold::from_probability(0.001))], None),
    ];
    for (spans, threshold) in cases {
        let mut bench = Bench::new(generous());
        spans.iter().for_each(|facts| bench.offer(MILLI, facts, b"span"));
        bench.flush();
        assert_eq!(bench.kept[&id(4)].threshold, threshold, "{spans:?}");
    }
}

#[test]
fn a_trace_that_other_services_left_out_is_said_to_be_promoted() {
    for sampled in [false, true] {
        let mut bench = Bench::new(generous());
        bench.offer(MILLI, &Facts { sampled, ..root(id(1)) }, b"root");
        bench.flush();
        bench.offer(MILLI, &Facts { sampled, ..span(id(1)) }, b"late");
        assert_eq!(bench.kept[&id(1)].promoted, !sampled);
        assert_eq!(bench.kept[&id(1)].spans.len(), 2);
    }
}

#[test]
fn a_threshold_is_the_highest_that_was_passed() {
    const WHOLE: u64 = 1 << 56;
    let hash = Bench::new(generous()).tail.memory.hash(id(1));
    let standing = Standing { guaranteed: false, rare: false };
    let mut trace = Trace::new(&span(id(1)), hash, standing);
    trace.reweigh(1.0, 0, 0.0);
    assert_eq!(trace.passed(0.0), 0);
    assert_eq!(trace.passed(1.0), 0);
    assert_eq!(trace.passed(2.0), WHOLE / 2);
    // It becomes heavy under a floor of 4: a quarter of those like it are here.
    trace.reweigh(50.0, 3, 4.0);
    assert_eq!(trace.passed(4.0), WHOLE / 4 * 3);
    assert_eq!(trace.passed(100.0), WHOLE / 4 * 3);
    assert_eq!(trace.passed(400.0), WHOLE / 8 * 7);
    // It becomes lighter, and then the floor is gone.
    trace.reweigh(2.0, 4, 400.0);
    assert_eq!(trace.passed(0.0), WHOLE / 8 * 7);
    assert_eq!(trace.passed(32.0), WHOLE / 16 * 15);
}

#[test]
fn a_worth_that_is_no_number_is_none_and_the_domain_says_what_counts() {
    let worth = |facts: &TraceFacts| if facts.error { f64::NAN } else { -1.0 };
    let mut bench = Bench::new(generous().worth(worth));
    for n in 1..20 {
        bench.offer(MILLI, &Facts { error: n % 2 == 0, worth: f32::NAN, ..root(id(n)) }, b"root");
    }
    bench.tick(Duration::from_secs(2));
    bench.offer(Duration::from_secs(2), &Facts { worth: f32::INFINITY, ..root(id(20)) }, b"root");
    bench.flush();
    assert_eq!(bench.kept.len(), 20);
    bench.assert_legal();
}

#[test]
fn the_same_work_has_the_same_outcome() {
    for seed in 0..8 {
        let workload = workload::Workload::new(seed);
        let (one, other) = (workload.run(false), workload.run(false));
        assert_eq!(one.kept, other.kept);
        assert_eq!(one.tail.counts(), other.tail.counts());
    }
}

#[test]
fn what_does_not_fit_is_refused_by_name() {
    let new = TailSampling::new;
    let day = Duration::from_secs(24 * 60 * 60);
    let cases = [
        (new().memory(1_000), Unfit::Memory(1_000)),
        (new().memory(usize::MAX), Unfit::Memory(usize::MAX)),
        (new().uniform_share(0.0), Unfit::Share("uniform_share")),
        (new().uniform_share(f64::NAN), Unfit::Share("uniform_share")),
        (new().notable_share(1.1), Unfit::Share("notable_share")),
        (new().rare(-0.1, 2.0), Unfit::Share("rare share")),
        (new().spans_per_second(0.0), Unfit::NotPositive("spans_per_second")),
        (new().bytes_per_second(f64::NAN), Unfit::NotPositive("bytes_per_second")),
        (new().error_boost(-1.0), Unfit::NotPositive("error_boost")),
        (new().grace(Duration::ZERO), Unfit::Time("grace")),
        (new().idle(2 * day), Unfit::Time("idle")),
    ];
    for (setup, unfit) in cases {
        assert_eq!(setup.check(), Err(unfit));
        assert!(!unfit.to_string().is_empty());
        assert_eq!(Tail::new(&setup).err(), Some(unfit));
    }
    assert_eq!(new().check(), Ok(()));
}
