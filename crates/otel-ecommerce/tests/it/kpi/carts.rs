//! Carts: declared and silent abandonment, by event time.

use std::collections::BTreeMap;
use std::time::Duration;

use otel_core::testing::{Recorded, TestTelemetry};
use otel_core::{Telemetry, Timestamp};
use otel_ecommerce::conventions::kpi as said;
use otel_ecommerce::ids::CartId;
use otel_ecommerce::kpi::CartNews;
use otel_ecommerce::labels::{
    Abandonment, CartEnd, CartStart, CurrencyCode, FunnelStep as Step, KpiFact, KpiMemory, KpiRefusal,
};
use otel_ecommerce::{KpiMonitor, KpiSettings};
use proptest::prelude::*;

use super::{at, at_millis, label, money, monitor};

/// Half an hour.
const SILENCE: u64 = 1_800;

fn news(cart: &'static str, minor: i64, step: Step, second: u64) -> CartNews<'static> {
    CartNews { cart: CartId(cart), value: money(minor, "EUR"), step, at: at(second) }
}

#[test]
fn a_cart_that_is_silent_for_half_an_hour_is_abandoned_with_what_is_in_it() {
    let test = TestTelemetry::new();
    let kpi = monitor(&test);
    kpi.track_cart_activity(&news("a", 1_000, Step::AddToCart, 0)).expect("a cart");
    kpi.track_cart_activity(&news("a", 2_500, Step::BeginCheckout, 60)).expect("a cart");
    kpi.advance(at(60 + SILENCE - 1));
    assert_eq!(test.recorded().up_down_counter(&said::CART_ACTIVE, ()), Some(1));
    kpi.advance(at(60 + SILENCE));
    kpi.advance(at(60 + 2 * SILENCE));
    let euro = label::<CurrencyCode>(&test, "EUR");
    let recorded = test.finish();
    let labels = (Step::BeginCheckout, Abandonment::Silent);
    assert_eq!(recorded.counter(&said::CART_ABANDONMENTS, labels), Some(1));
    assert_eq!(recorded.counter(&said::CART_ABANDONED_VALUE, (euro, Step::BeginCheckout)), Some(2_500));
    assert_eq!(recorded.counter_total(&said::CART_ABANDONMENTS), 1);
    assert_eq!(recorded.up_down_counter(&said::CART_ACTIVE, ()), Some(0));
}

#[test]
fn a_cart_is_abandoned_when_its_silence_is_over_and_never_before() {
    let test = TestTelemetry::new();
    let kpi = monitor(&test);
    let abandonments = || test.recorded().counter_total(&said::CART_ABANDONMENTS);
    let odd = CartNews { at: at_millis(500), ..news("a", 1, Step::AddToCart, 0) };
    kpi.track_cart_activity(&odd).expect("a cart");
    kpi.advance(at_millis(SILENCE * 1_000 + 499));
    assert_eq!(abandonments(), 0);
    kpi.advance(at(SILENCE + 1));
    assert_eq!(abandonments(), 1);
    // Where nobody looks, the next sign of life shows how long the silence was.
    for (second, expected) in [(2_000, 1), (2_000 + SILENCE - 1, 1), (2_000 + 2 * SILENCE - 1, 2)] {
        kpi.track_cart_activity(&news("b", 1, Step::AddToCart, second)).expect("a cart");
        assert_eq!(abandonments(), expected, "{second}");
    }
}

#[test]
fn activity_revives_an_abandoned_cart_and_a_purchase_ends_it() {
    let test = TestTelemetry::new();
    let kpi = monitor(&test);
    kpi.track_cart_abandonment(&news("a", 300, Step::AddToCart, 0)).expect("a cart");
    // That is known already.
    kpi.track_cart_abandonment(&news("a", 300, Step::AddToCart, 1)).expect("a cart");
    assert_eq!(test.recorded().up_down_counter(&said::CART_ACTIVE, ()), Some(0));
    kpi.track_cart_activity(&news("a", 400, Step::AddToCart, 10)).expect("a cart");
    assert_eq!(test.recorded().up_down_counter(&said::CART_ACTIVE, ()), Some(1));
    kpi.cart_purchased(CartId("a"), at(20)).expect("a cart");
    assert_eq!(kpi.cart_purchased(CartId("a"), at(20)), Err(KpiRefusal::Unknown));
    kpi.track_cart_abandonment(&news("b", 500, Step::AddToCart, 20)).expect("a cart");
    kpi.cart_emptied(CartId("b"), at(30)).expect("a cart");
    kpi.advance(at(30 + 10 * SILENCE));
    let recorded = test.finish();
    let declared = (Step::AddToCart, Abandonment::Declared);
    assert_eq!(recorded.counter(&said::CART_ABANDONMENTS, declared), Some(2));
    assert_eq!(recorded.counter_total(&said::CART_ABANDONED_VALUE), 800);
    assert_eq!(recorded.counter(&said::CART_STARTS, CartStart::New), Some(2));
    assert_eq!(recorded.counter(&said::CART_STARTS, CartStart::Revived), Some(2));
    assert_eq!(recorded.counter(&said::CART_ENDS, CartEnd::Purchased), Some(1));
    assert_eq!(recorded.counter(&said::CART_ENDS, CartEnd::Emptied), Some(1));
    assert_eq!(recorded.counter(&said::REFUSALS, (KpiFact::Cart, KpiRefusal::Unknown)), Some(1));
    // Both have ended, and are known to have.
    assert_eq!(recorded.gauge(&said::REMEMBERED, KpiMemory::Carts), Some(2));
}

#[test]
fn what_is_older_than_what_is_known_is_refused() {
    let test = TestTelemetry::new();
    let kpi = monitor(&test);
    kpi.track_cart_activity(&news("a", 1, Step::AddToCart, 100)).expect("a cart");
    let late = news("a", 900, Step::ViewItem, 99);
    assert_eq!(kpi.track_cart_activity(&late), Err(KpiRefusal::Late));
    assert_eq!(kpi.track_cart_abandonment(&late), Err(KpiRefusal::Late));
    let negative = CartNews { value: money(-1, "EUR"), ..late };
    assert_eq!(kpi.track_cart_activity(&negative), Err(KpiRefusal::Amount));
    assert_eq!(kpi.track_cart_activity(&news("", 1, Step::ViewItem, 99)), Err(KpiRefusal::Identifier));
    kpi.advance(at(100 + SILENCE));
    let recorded = test.finish();
    assert_eq!(recorded.counter(&said::CART_ABANDONMENTS, (Step::AddToCart, Abandonment::Silent)), Some(1));
    assert_eq!(recorded.counter_total(&said::CART_ABANDONED_VALUE), 1);
}

#[test]
fn late_news_of_a_cart_that_was_bought_begins_no_other() {
    let test = TestTelemetry::new();
    let kpi = monitor(&test);
    let heard = |second| kpi.track_cart_activity(&news("a", 9_900, Step::BeginCheckout, second));
    assert_eq!(heard(0), Ok(()));
    assert_eq!(kpi.cart_purchased(CartId("a"), at(100)), Ok(()));
    for second in [50, 99] {
        assert_eq!(heard(second), Err(KpiRefusal::Late), "{second}");
        let declared = kpi.track_cart_abandonment(&news("a", 9_900, Step::BeginCheckout, second));
        assert_eq!(declared, Err(KpiRefusal::Late), "{second}");
    }
    kpi.advance(at(10 * SILENCE));
    // Hours later it is late as well; and what is really new is another cart.
    assert_eq!(heard(99), Err(KpiRefusal::Late));
    assert_eq!(heard(100), Ok(()));
    kpi.advance(at(20 * SILENCE));
    let recorded = test.finish();
    assert_eq!(recorded.counter(&said::CART_STARTS, CartStart::New), Some(2));
    assert_eq!(recorded.counter_total(&said::CART_ABANDONMENTS), 1);
    assert_eq!(recorded.up_down_counter(&said::CART_ACTIVE, ()), Some(0));
}

#[test]
fn a_cart_is_not_emptied_by_late_news() {
    let test = TestTelemetry::new();
    let kpi = monitor(&test);
    kpi.track_cart_activity(&news("a", 1, Step::AddToCart, 0)).expect("a cart");
    kpi.track_cart_activity(&news("a", 2, Step::AddToCart, 60)).expect("a cart");
    assert_eq!(kpi.cart_emptied(CartId("a"), at(30)), Err(KpiRefusal::Late));
    assert_eq!(kpi.cart_purchased(CartId("a"), at(90)), Ok(()));
    assert_eq!(kpi.cart_emptied(CartId("a"), at(95)), Err(KpiRefusal::Unknown));
    // It can be filled within the same second in which it was emptied.
    kpi.track_cart_activity(&news("b", 1, Step::AddToCart, 0)).expect("a cart");
    assert_eq!(kpi.cart_emptied(CartId("b"), at(5)), Ok(()));
    assert_eq!(kpi.track_cart_activity(&news("b", 1, Step::AddToCart, 5)), Ok(()));
    let recorded = test.finish();
    assert_eq!(recorded.counter(&said::CART_ENDS, CartEnd::Purchased), Some(1));
    assert_eq!(recorded.counter(&said::CART_ENDS, CartEnd::Emptied), Some(1));
    assert_eq!(recorded.up_down_counter(&said::CART_ACTIVE, ()), Some(1));
}

#[test]
fn the_cart_that_was_not_heard_of_for_longest_makes_room() {
    let test = TestTelemetry::new();
    let kpi = KpiMonitor::new(&test, KpiSettings::default().carts(2).expect("a setting"));
    for (cart, second) in [("a", 0), ("b", 1), ("a", 2), ("c", 3)] {
        kpi.track_cart_activity(&news(cart, 10, Step::AddToCart, second)).expect("a cart");
    }
    assert_eq!(kpi.cart_purchased(CartId("b"), at(4)), Err(KpiRefusal::Unknown));
    kpi.advance(at(2 + SILENCE));
    kpi.track_cart_activity(&news("d", 10, Step::AddToCart, 3 + SILENCE)).expect("a cart");
    let recorded = test.finish();
    assert_eq!(recorded.counter(&said::CART_ENDS, CartEnd::Evicted), Some(1));
    assert_eq!(recorded.counter(&said::EVICTIONS, KpiMemory::Carts), Some(2));
    assert_eq!(recorded.counter_total(&said::CART_ABANDONMENTS), 1);
    assert_eq!(recorded.up_down_counter(&said::CART_ACTIVE, ()), Some(2));
}

/// What is said of carts.
#[derive(Clone, Copy, Debug)]
enum Act {
    Heard { cart: usize, minor: i64, step: usize },
    Abandoned { cart: usize, minor: i64, step: usize },
    Purchased { cart: usize },
    Emptied { cart: usize },
    Advance,
}

/// What is said, how much later, and how much earlier than that it happened, in milliseconds.
fn any_acts() -> impl Strategy<Value = Vec<(Act, u64, u64)>> {
    let cart = 0_usize..6;
    let act = prop_oneof![
        8 => (cart.clone(), 0_i64..1_000, 0_usize..6)
            .prop_map(|(cart, minor, step)| Act::Heard { cart, minor, step }),
        2 => (cart.clone(), 0_i64..1_000, 0_usize..6)
            .prop_map(|(cart, minor, step)| Act::Abandoned { cart, minor, step }),
        2 => cart.clone().prop_map(|cart| Act::Purchased { cart }),
        1 => cart.prop_map(|cart| Act::Emptied { cart }),
        4 => Just(Act::Advance),
    ];
    let wait = prop_oneof![4 => 0_u64..20_000, 2 => 0_u64..200_000, 1 => 0_u64..90_000_000];
    let back = prop_oneof![3 => Just(0_u64), 1 => 0_u64..90_000];
    prop::collection::vec((act, wait, back), 0..120)
}

/// One cart of the model: when it was heard of, with what, on which step, and how it is with it.
type Known = (u64, i64, usize, State);

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Active,
    Abandoned,
    Bought,
    Empty,
}

/// Carts in a plain map, all of which are looked at whenever time passes. Times in milliseconds.
#[derive(Debug, Default)]
struct Model {
    carts: BTreeMap<usize, Known>,
    starts: [u64; 2],
    declared: [u64; 6],
    silent: [u64; 6],
    values: [u64; 6],
    purchases: u64,
    emptied: u64,
}

/// As the test has them, in milliseconds.
const QUIET: u64 = 60_000;
const KEPT: u64 = 3_600_000;

impl Model {
    fn abandon(&mut self, cart: usize, known: Known, is_silent: bool) {
        let (at, minor, step, _) = known;
        let counts = if is_silent { &mut self.silent } else { &mut self.declared };
        counts[step] += 1;
        self.values[step] += minor as u64;
        self.carts.insert(cart, (at, minor, step, State::Abandoned));
    }

    /// A cart at a time, by the times alone.
    fn as_of(&mut self, cart: usize, now: u64) -> Option<Known> {
        let known = *self.carts.get(&cart)?;
        if known.3 == State::Active && now >= known.0 + QUIET {
            self.abandon(cart, known, true);
        }
        if now >= known.0 + KEPT {
            self.carts.remove(&cart);
        }
        self.carts.get(&cart).copied()
    }

    /// A cart that news of this time is about, and whether the news is late.
    fn about(&mut self, cart: usize, now: u64) -> (Option<Known>, bool) {
        let known = self.as_of(cart, now);
        let is_late = |it: Known| now < it.0;
        (known, known.is_some_and(is_late))
    }

    fn start(&mut self, known: Option<Known>) {
        match known.map(|known| known.3) {
            Some(State::Active) => {}
            Some(State::Abandoned) => self.starts[1] += 1,
            Some(State::Bought | State::Empty) | None => self.starts[0] += 1,
        }
    }

    fn act(&mut self, act: Act, now: u64) {
        match act {
            Act::Heard { cart, minor, step } => {
                if let (known, false) = self.about(cart, now) {
                    self.start(known);
                    self.carts.insert(cart, (now, minor, step, State::Active));
                }
            }
            Act::Abandoned { cart, minor, step } => match self.about(cart, now) {
                (_, true) => {}
                (Some((.., State::Abandoned)), _) => {}
                (known, false) => {
                    self.start(known);
                    self.abandon(cart, (now, minor, step, State::Active), false);
                }
            },
            Act::Purchased { cart } | Act::Emptied { cart } => {
                let (Some(known), _) = self.about(cart, now) else { return };
                let buys = matches!(act, Act::Purchased { .. });
                let has_ended = matches!(known.3, State::Bought | State::Empty);
                if has_ended || (!buys && now < known.0) {
                    return;
                }
                self.start(Some(known));
                let count = if buys { &mut self.purchases } else { &mut self.emptied };
                *count += 1;
                let state = if buys { State::Bought } else { State::Empty };
                self.carts.insert(cart, (now.max(known.0), known.1, known.2, state));
            }
            // The wheel has whole seconds: it looks at what was over by the last of them.
            Act::Advance => {
                let all: Vec<usize> = self.carts.keys().copied().collect();
                for cart in all {
                    let known = self.carts[&cart];
                    if known.3 == State::Active && (known.0 + QUIET).div_ceil(1_000) <= now / 1_000 {
                        self.abandon(cart, known, true);
                    }
                    if (known.0 + KEPT).div_ceil(1_000) <= now / 1_000 {
                        self.carts.remove(&cart);
                    }
                }
            }
        }
    }
}

fn say(kpi: &KpiMonitor, act: Act, now: Timestamp) {
    let named = |cart: usize| ["a", "b", "c", "d", "e", "f"][cart];
    let news = |cart, minor, step: usize| CartNews {
        cart: CartId(named(cart)),
        value: money(minor, "EUR"),
        step: Step::ALL[step],
        at: now,
    };
    // What is late or unknown is refused, and the model knows that.
    _ = match act {
        Act::Heard { cart, minor, step } => kpi.track_cart_activity(&news(cart, minor, step)),
        Act::Abandoned { cart, minor, step } => kpi.track_cart_abandonment(&news(cart, minor, step)),
        Act::Purchased { cart } => kpi.cart_purchased(CartId(named(cart)), now),
        Act::Emptied { cart } => kpi.cart_emptied(CartId(named(cart)), now),
        Act::Advance => {
            kpi.advance(now);
            Ok(())
        }
    };
}

fn quick(telemetry: &Telemetry) -> KpiMonitor {
    let settings = KpiSettings::default()
        .cart_silence(Duration::from_millis(QUIET))
        .expect("a setting")
        .abandoned_for(Duration::from_millis(KEPT))
        .expect("a setting");
    KpiMonitor::new(telemetry, settings)
}

/// Abandonments and their values, by step.
fn abandoned(recorded: &Recorded, euro: CurrencyCode, how: Abandonment) -> [(u64, u64); 6] {
    std::array::from_fn(|step| {
        let step = Step::ALL[step];
        let count = recorded.counter(&said::CART_ABANDONMENTS, (step, how)).unwrap_or_default();
        (count, recorded.counter(&said::CART_ABANDONED_VALUE, (euro, step)).unwrap_or_default())
    })
}

proptest! {
    /// Whatever is said in whatever order: the wheel finds what looking at everything finds.
    #[test]
    fn carts_are_what_a_model_without_a_wheel_says(acts in any_acts()) {
        let test = TestTelemetry::new();
        let kpi = quick(&test);
        let (mut model, mut now) = (Model::default(), 100_000);
        for (act, wait, back) in acts {
            now += wait;
            let when = if matches!(act, Act::Advance) { now } else { now - back };
            say(&kpi, act, at_millis(when));
            model.act(act, when);
        }
        let euro = label::<CurrencyCode>(&test, "EUR");
        let recorded = test.finish();
        for (how, counts) in [(Abandonment::Silent, model.silent), (Abandonment::Declared, model.declared)] {
            let expected: [_; 6] = std::array::from_fn(|step| (counts[step], model.values[step]));
            prop_assert_eq!(abandoned(&recorded, euro, how), expected, "{:?}", how);
        }
        let starts = |start| recorded.counter(&said::CART_STARTS, start).unwrap_or_default();
        prop_assert_eq!([starts(CartStart::New), starts(CartStart::Revived)], model.starts);
        let ends = recorded.counter(&said::CART_ENDS, CartEnd::Purchased);
        prop_assert_eq!(ends, Some(model.purchases));
        prop_assert_eq!(recorded.counter(&said::CART_ENDS, CartEnd::Emptied), Some(model.emptied));
        let active = model.carts.values().filter(|known| known.3 == State::Active).count() as i64;
        prop_assert_eq!(recorded.up_down_counter(&said::CART_ACTIVE, ()), Some(active));
    }

    /// What counts is when things happened, and not how often anybody looked.
    #[test]
    fn how_often_time_passes_makes_no_difference(acts in any_acts()) {
        let sums = |looks: bool| {
            let test = TestTelemetry::new();
            let (kpi, mut now) = (quick(&test), 100_000);
            for (act, wait, _) in &acts {
                now += wait;
                if looks || !matches!(act, Act::Advance) {
                    say(&kpi, *act, at_millis(now));
                }
            }
            kpi.advance(at_millis(now + 2 * KEPT));
            let euro = label::<CurrencyCode>(&test, "EUR");
            let recorded = test.finish();
            let [silent, declared] =
                [Abandonment::Silent, Abandonment::Declared].map(|how| abandoned(&recorded, euro, how));
            (silent, declared, recorded.counter_total(&said::CART_STARTS))
        };
        prop_assert_eq!(sums(true), sums(false));
    }
}
