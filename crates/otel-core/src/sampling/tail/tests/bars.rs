//! Budgets: what is exported keeps to them, and something of everything is kept.

use super::super::cost::Cost;
use super::super::demand::Demand;
use super::*;
use proptest::prelude::*;

const SECOND: Duration = Duration::from_secs(1);

/// Offers traces of one span, so many in each second, and says how many were kept in each.
fn kept_by_second(bench: &mut Bench, loads: &[u32]) -> Vec<f64> {
    let mut random = fastrand::Rng::with_seed(3);
    let mut before = 0;
    let mut kept = Vec::new();
    for (second, load) in (0..).zip(loads) {
        for number in 0..*load {
            let now = SECOND * second + SECOND / *load * number;
            if number % 16 == 0 {
                bench.tick(now);
            }
            bench.offer(now, &root(TraceId::from(random.u128(..))), b"root");
        }
        bench.tick(SECOND * (second + 1));
        let all = bench.tail.counts().kept.spans;
        kept.push((all - before) as f64);
        before = all;
    }
    kept
}

#[test]
fn after_a_load_ten_times_as_high_the_budget_is_kept_again_within_seconds() {
    const TARGET: f64 = 4_000.0;
    let loads = [[8_000; 8].as_slice(), &[80_000; 8], &[8_000; 8]].concat();
    let mut bench = Bench::new(TailSampling::new().spans_per_second(TARGET));
    let kept = kept_by_second(&mut bench, &loads);
    for calm in [3..8, 13..16, 21..24] {
        for second in calm {
            let share = kept[second] / TARGET;
            assert!((0.9..=1.1).contains(&share), "second {second}: {kept:?}");
        }
    }
    // Not even the second of the step is out of hand, and nothing swings between one second and the next.
    assert!(kept.iter().all(|kept| *kept < 2.0 * TARGET), "{kept:?}");
    let swings = |calm: &[f64]| calm.windows(2).any(|pair| (pair[1] / pair[0] - 1.0).abs() > 0.1);
    assert!(!swings(&kept[3..8]) && !swings(&kept[10..16]) && !swings(&kept[19..24]), "{kept:?}");
}

#[test]
fn a_budget_of_bytes_is_kept_like_one_of_spans() {
    let setup = TailSampling::new().spans_per_second(f64::INFINITY).bytes_per_second(8_000.0);
    let mut bench = Bench::new(setup);
    // A root is four bytes here.
    let kept = kept_by_second(&mut bench, &[20_000; 6]);
    assert!(kept[3..].iter().all(|kept| (1_800.0..=2_200.0).contains(kept)), "{kept:?}");
}

#[test]
fn a_governor_is_obeyed_at_once_downwards() {
    let mut bench = Bench::new(TailSampling::new().spans_per_second(4_000.0));
    let mut all = kept_by_second(&mut bench, &[20_000; 4]);
    bench.tail.scale_budgets(0.25);
    let mut random = fastrand::Rng::with_seed(4);
    let mut before = bench.tail.counts().kept.spans;
    for second in 4..8 {
        for number in 0..20_000 {
            let now = SECOND * second + SECOND / 20_000 * number;
            bench.tick(now);
            bench.offer(now, &root(TraceId::from(random.u128(..))), b"root");
        }
        all.push((bench.tail.counts().kept.spans - before) as f64);
        before = bench.tail.counts().kept.spans;
    }
    assert!(all[4] < 2_000.0 && (900.0..=1_100.0).contains(&all[6]), "{all:?}");
}

#[test]
fn the_first_traces_of_every_key_are_kept_for_certain() {
    let mut bench = Bench::new(TailSampling::new().spans_per_second(100.0).reservoir(2));
    let mut random = fastrand::Rng::with_seed(5);
    let mut first = Vec::new();
    for second in 0..5 {
        for number in 0..4_000 {
            let now = SECOND * second + SECOND / 4_000 * number;
            bench.tick(now);
            // Key 7 is one in a thousand; those from 512 on are one stratum.
            let key = if number % 1_000 == 500 { 7 } else { 600 + (number % 3) as u16 };
            let id = TraceId::from(random.u128(..));
            if number < 2 || number == 500 || number == 1_500 {
                first.push(id);
            }
            bench.offer(now, &Facts { key, ..root(id) }, b"root");
        }
    }
    bench.flush();
    for id in first {
        assert_eq!(bench.kept[&id].threshold, Some(Threshold::ALWAYS));
    }
    assert!(bench.kept.len() < 1_000, "{}", bench.kept.len());
}

#[test]
fn errors_beyond_their_budget_are_sampled_by_their_weight() {
    let mut bench = Bench::new(TailSampling::new().spans_per_second(500.0));
    let mut random = fastrand::Rng::with_seed(6);
    let (mut failed, mut others) = (0.0, 0.0);
    for second in 0..10 {
        for number in 0..5_000 {
            let now = SECOND * second + SECOND / 5_000 * number;
            bench.tick(now);
            let error = number % 5 == 0;
            bench.offer(
                now,
                &Facts { error, ..root(TraceId::from(random.u128(..))) },
                if error { b"!" } else { b"." },
            );
        }
    }
    bench.flush();
    for kept in bench.kept.values() {
        let count = kept.threshold.unwrap().adjusted_count();
        *(if kept.spans[0] == b"!" { &mut failed } else { &mut others }) += count;
    }
    // A thousand errors a second are more than the budget, let alone half of it: still they are counted right.
    assert!((9_000.0..=11_000.0).contains(&failed), "{failed}");
    assert!((30_000.0..=50_000.0).contains(&others), "{others}");
    let rate = bench.tail.counts().kept.spans as f64 / 10.0;
    assert!((450.0..=600.0).contains(&rate), "{rate}");
}

proptest! {
    #[test]
    fn as_much_comes_over_a_bar_as_there_is_room_for(
        traces in proptest::collection::vec((0.001..1e6_f64, 1..50_u32), 1..200),
        share in 0.01..0.99_f64,
    ) {
        let mut demand = Demand::new();
        for (weight, spans) in &traces {
            let spans = f64::from(*spans);
            demand.add(*weight, Cost { spans, bytes: spans * 100.0 });
        }
        let room = demand.all() * share;
        let bar = demand.bar(room);
        let over: f64 = traces.iter().map(|(weight, spans)| (weight / bar).min(1.0) * f64::from(*spans)).sum();
        // The one step in which the bar lies is not known in detail.
        prop_assert!((0.8..=1.2).contains(&(over / room.spans)), "{over} for {}", room.spans);
        prop_assert!((0.99..=1.01).contains(&(demand.over(bar).spans / room.spans)));
    }
}
