//! Memory: what is asked for at the beginning is all there ever is.

use allocation_counter::measure;

use super::super::index::Index;
use super::super::peaks::Peaks;
use super::*;
use proptest::prelude::*;

const MIB: usize = 1024 * 1024;

/// Traces of one span, all of them open.
fn open(tail: &mut Tail, traces: u128, mut decided: impl FnMut(Decided<'_>)) {
    let mut random = fastrand::Rng::with_seed(1);
    let bytes = [7; 300];
    for _ in 0..traces {
        let facts = span(TraceId::from(random.u128(..)));
        tail.offer(Duration::ZERO, &facts, &bytes, &mut decided);
    }
}

#[test]
fn two_hundred_thousand_open_traces_stay_within_a_hundredth_of_the_cap() {
    const CAP: usize = 150 * MIB;
    let mut held = 0;
    let measured = measure(|| {
        let mut tail = Tail::new(&TailSampling::new().memory(CAP)).expect("it is fit");
        open(&mut tail, 200_000, |_| ());
        held = tail.counts().held.spans;
    });
    assert_eq!(held, 200_000);
    let used = measured.bytes_max as f64 / CAP as f64;
    assert!((0.99..=1.01).contains(&used), "{used} of the cap, {measured:?}");
}

#[test]
fn more_than_fits_takes_no_more_memory() {
    for mib in [1, 8, 32] {
        let mut held = 0;
        let measured = measure(|| {
            let mut tail = Tail::new(&TailSampling::new().memory(mib * MIB)).expect("it is fit");
            open(&mut tail, 200_000, |_| ());
            held = tail.counts().held.spans;
            assert!(tail.fill() > 0.9, "{}", tail.fill());
        });
        let used = measured.bytes_max as f64 / (mib * MIB) as f64;
        assert!((0.99..=1.01).contains(&used), "{used} of {mib} MiB, {measured:?}");
        assert!(held < 200_000);
    }
}

#[test]
fn in_a_million_spans_nothing_is_allocated() {
    let mut tail = Tail::new(&TailSampling::new().memory(MIB)).expect("it is fit");
    let mut random = fastrand::Rng::with_seed(1);
    let bytes = [7; 1_000];
    let measured = measure(|| {
        for number in 0..170_000 {
            let now = Duration::from_micros(50) * number;
            tail.tick(now, &mut |_| ());
            let id = TraceId::from(random.u128(..));
            for _ in 0..5 {
                let len = random.usize(..bytes.len());
                tail.offer(now, &span(id), &bytes[..len], &mut |_| ());
            }
            tail.offer(now, &root(id), &bytes[..10], &mut |_| ());
        }
        tail.flush(&mut |_| ());
    });
    assert!(tail.counts().offered.spans > 1_000_000 && tail.counts().held == Tally::default());
    assert!(tail.counts().kept.spans > 0 && tail.counts().dropped(Reason::Evicted).spans > 0);
    assert_eq!(measured.count_total, 0, "{measured:?}");
}

proptest! {
    #[test]
    fn the_index_is_a_map(steps: Vec<(u8, bool)>) {
        let mut index = Index::new(40, 3);
        let mut map: HashMap<u32, u32> = HashMap::new();
        for (id, insert) in steps {
            let (slot, hash) = (u32::from(id % 40), index.hash(u128::from(id % 40)));
            if insert && !map.contains_key(&slot) {
                index.insert(hash, slot);
                map.insert(slot, slot);
            } else if !insert && map.remove(&slot).is_some() {
                index.remove(hash, slot);
            }
            for slot in 0..40 {
                let hash = index.hash(u128::from(slot));
                prop_assert_eq!(index.find(hash, |found| found == slot), map.get(&slot).copied());
            }
        }
    }

    #[test]
    fn the_highest_floor_since_an_epoch_is_remembered_or_exaggerated(floors in proptest::collection::vec(0..20_u32, 1..200)) {
        let mut peaks = Peaks::new();
        for (epoch, floor) in floors.iter().enumerate() {
            let now = f64::from(*floor);
            for since in 0..=epoch {
                let highest = floors[since..=epoch].iter().max().map(|floor| f64::from(*floor));
                prop_assert_eq!(Some(peaks.since(since as u32, now)), highest);
            }
            peaks.end(epoch as u32, now);
        }
    }
}

#[test]
fn of_floors_that_never_stop_falling_the_oldest_are_exaggerated() {
    let mut peaks = Peaks::new();
    let measured = measure(|| (0..1_000).for_each(|epoch| peaks.end(epoch, f64::from(1_000 - epoch))));
    assert_eq!(measured.count_total, 0);
    assert_eq!(peaks.since(999, 0.0), 1.0);
    assert_eq!(peaks.since(950, 0.0), 50.0);
    assert_eq!(peaks.since(500, 0.0), 1_000.0);
}
