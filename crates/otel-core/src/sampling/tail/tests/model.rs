//! The sampler against a model that is as simple as can be: maps, lists, and a look at everything each time.

use std::collections::HashMap;
use std::time::Duration;

use proptest::prelude::*;

use super::super::memory::Layout;
use super::super::shelves::Shelf;
use super::super::strata::{Standing, Strata};
use super::super::weight::{self, Scale};
use super::*;

const BLOCK: usize = 252;
const PREFIX: usize = 4;

#[derive(Clone, Debug)]
enum Step {
    Span { trace: u8, root: bool, error: bool, worth: u16, len: usize },
    Pass { millis: u64 },
    Flush,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let span = (any::<u8>(), 0..5_u8, 0..8_u8, any::<u16>(), 1..3_000_usize);
    let span = span.prop_map(|(trace, root, error, worth, len)| Step::Span {
        trace,
        root: root == 0,
        error: error == 0,
        worth: worth % 100,
        len,
    });
    let pass = (0..1_500_u64).prop_map(|millis| Step::Pass { millis });
    proptest::collection::vec(prop_oneof![60 => span, 2 => pass, 1 => Just(Step::Flush)], 1..400)
}

/// A trace, with everything written down.
struct Held {
    facts: Vec<Facts>,
    spans: Vec<Vec<u8>>,
    standing: Standing,
    weight: f64,
    /// The highest share of 2⁵⁶ that was ever left out, looked at whenever anything happened.
    passed: u64,
    /// When its root ended, and how many had ended before.
    ended: Option<(Duration, u32)>,
}

struct Model {
    now: Duration,
    setup: TailSampling,
    layout: Layout,
    traces: Vec<(TraceId, Held)>,
    scale: Scale,
    strata: Strata,
    floor: f64,
    epoch: Duration,
    verdicts: HashMap<TraceId, Option<Threshold>>,
    kept: HashMap<TraceId, Kept>,
    dropped: u64,
    ended: u32,
}

impl Model {
    fn new(setup: TailSampling) -> Self {
        Self {
            now: Duration::ZERO,
            setup,
            layout: Layout::of(&setup),
            traces: Vec::new(),
            scale: Scale::new(&setup),
            strata: Strata::new(setup.reservoir, setup.rare_share),
            floor: 0.0,
            epoch: Duration::ZERO,
            verdicts: HashMap::new(),
            kept: HashMap::new(),
            dropped: 0,
            ended: 0,
        }
    }

    fn offer(&mut self, facts: Facts, span: Vec<u8>) {
        let id = facts.trace_id;
        match self.verdicts.get(&id) {
            Some(Some(_)) => return self.kept.get_mut(&id).unwrap().spans.push(span),
            Some(None) => return self.dropped += 1,
            None => {}
        }
        let at = self.traces.iter().position(|(other, _)| *other == id);
        let at = at.unwrap_or_else(|| {
            let held = Held {
                facts: Vec::new(),
                spans: Vec::new(),
                standing: self.strata.begin(facts.key),
                weight: 0.0,
                passed: 0,
                ended: None,
            };
            self.traces.push((id, held));
            self.traces.len() - 1
        });
        let held = &mut self.traces[at].1;
        held.facts.push(facts);
        held.spans.push(span);
        held.weight = self.scale.weigh(&known(held), held.standing.rare);
        if facts.local_root && held.ended.is_none() {
            self.ended += 1;
            held.ended = Some((self.now, self.ended));
        }
        if held.shelf().bound() <= self.floor {
            let (id, held) = self.traces.remove(at);
            return self.drop(id, &held);
        }
        if held.stored() > self.layout.trace {
            return self.conclude_one(id);
        }
        while !self.fits() {
            let shelves = self.traces.iter().map(|(_, held)| held.shelf());
            let lowest = shelves.min().unwrap();
            self.floor = self.floor.max(lowest.bound());
            while let Some(at) = self.traces.iter().position(|(_, held)| held.shelf() == lowest) {
                let (id, held) = self.traces.remove(at);
                self.drop(id, &held);
            }
        }
        self.look();
    }

    /// Every trace has passed the floor as it is now, with the weight it has now.
    fn look(&mut self) {
        for (_, held) in &mut self.traces {
            let weight = weight::for_a_place(held.weight, held.standing.guaranteed);
            held.passed = held.passed.max(weight::rejected(weight, self.floor));
        }
    }

    fn fits(&self) -> bool {
        let blocks: usize = self.traces.iter().map(|(_, held)| held.stored().div_ceil(BLOCK)).sum();
        self.traces.len() <= self.layout.traces as usize && blocks <= 2 * self.layout.traces as usize
    }

    fn drop(&mut self, id: TraceId, held: &Held) {
        self.dropped += held.spans.len() as u64;
        self.verdicts.insert(id, None);
    }

    fn conclude(&mut self, id: TraceId, held: Held) {
        let weight = weight::for_a_place(held.weight, held.standing.guaranteed);
        let passed = held.passed.max(weight::rejected(weight, self.floor));
        let threshold = Threshold::rounded_up(passed);
        self.scale.learn(&known(&held), 1.0 / weight::share(passed));
        if threshold.keeps(held.facts[0].randomness) {
            self.verdicts.insert(id, Some(threshold));
            self.kept.insert(id, Kept { threshold: Some(threshold), promoted: false, spans: held.spans });
        } else {
            self.drop(id, &held);
        }
    }

    fn tick(&mut self) {
        if self.now - self.epoch >= self.setup.epoch {
            self.epoch = self.now;
            self.floor = weight::lowered(self.floor / 2.0);
            self.scale.turn();
            self.strata.turn();
        }
        let (grace, now) = (self.setup.grace, self.now);
        self.conclude_all(|held| held.ended.is_some_and(|(ended, _)| ended + grace <= now));
    }

    fn flush(&mut self) {
        self.conclude_all(|_| true);
    }

    /// Those that ended first come first, and then those that began first.
    fn conclude_all(&mut self, which: impl Fn(&Held) -> bool) {
        let traces = self.traces.iter().filter(|(_, held)| which(held));
        let mut all: Vec<_> =
            traces.map(|(id, held)| (held.ended.map_or(u32::MAX, |(_, nth)| nth), *id)).collect();
        all.sort_by_key(|(nth, _)| *nth);
        all.into_iter().for_each(|(_, id)| self.conclude_one(id));
    }

    fn conclude_one(&mut self, id: TraceId) {
        let at = self.traces.iter().position(|(other, _)| *other == id).unwrap();
        let (id, held) = self.traces.remove(at);
        self.conclude(id, held);
    }
}

impl Held {
    fn stored(&self) -> usize {
        self.spans.iter().map(|span| PREFIX + span.len()).sum()
    }

    fn shelf(&self) -> Shelf {
        Shelf::of(weight::priority(self.weight, self.standing.guaranteed, self.facts[0].randomness))
    }
}

fn known(held: &Held) -> TraceFacts {
    let facts = &held.facts;
    TraceFacts {
        value: facts.iter().map(|facts| f64::from(facts.worth)).fold(0.0, f64::max),
        error: facts.iter().any(|facts| facts.error),
        duration: facts.iter().map(|facts| facts.duration).max().unwrap(),
        spans: facts.len() as u32,
        key: facts[0].key,
    }
}

/// A trace id with randomness of its own, the same for the same number.
fn id(trace: u8) -> TraceId {
    TraceId::from(fastrand::Rng::with_seed(u64::from(trace)).u128(..))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn it_does_what_the_model_does(steps in steps()) {
        // Nothing ends by silence here, and the budget is never short: both have tests of their own.
        let setup = TailSampling::new()
            .memory(TailSampling::LEAST_MEMORY)
            .idle(Duration::from_secs(20_000))
            .spans_per_second(f64::INFINITY)
            .bytes_per_second(f64::INFINITY);
        let (mut bench, mut model) = (Bench::new(setup), Model::new(setup));
        let mut offered = 0;
        for step in steps {
            match step {
                Step::Span { trace, root, error, worth, len } => {
                    offered += 1;
                    let key = u16::from(trace % 8);
                    let facts = Facts { local_root: root, error, worth: f32::from(worth), key, ..span(id(trace)) };
                    let bytes: Vec<u8> = (0..len).map(|at| (at + offered) as u8).collect();
                    bench.offer(model.now, &facts, &bytes);
                    model.offer(facts, bytes);
                }
                Step::Pass { millis } => {
                    model.now += Duration::from_millis(millis);
                    bench.tick(model.now);
                    model.tick();
                }
                Step::Flush => {
                    bench.flush();
                    model.flush();
                }
            }
            bench.assert_balanced();
            prop_assert_eq!(bench.tail.floor, model.floor);
            prop_assert_eq!(bench.tail.counts().kept.spans as usize, model.kept.values().map(|kept| kept.spans.len()).sum::<usize>());
        }
        bench.flush();
        model.flush();
        let dropped: u64 = Reason::ALL.into_iter().map(|reason| bench.dropped(reason)).sum();
        prop_assert_eq!(dropped, model.dropped);
        for (id, kept) in &bench.kept {
            prop_assert_eq!((&kept.threshold, &kept.spans), (&model.kept[id].threshold, &model.kept[id].spans));
        }
    }
}
