//! The life of an order beside a model of it.

use otel_core::Money;
use otel_ecommerce::ids::{CaptureId, PaymentId, RefundId, ReturnId, VoidId};
use otel_ecommerce::labels::{OrderStatus, OrderViolation as Violation};
use otel_ecommerce::order::{Answer, Fact, Lifecycle, Told};
use proptest::prelude::*;

use super::MATRIX;
use crate::counter::{euros, money, order};

/// A fact as a property test makes it up.
#[derive(Clone, Copy, Debug)]
enum Thing {
    Came(OrderStatus),
    /// Which identifier, and how many.
    Back(usize, u32),
    /// Which of the five kinds, which identifier, how much, and whether in another currency.
    Money(usize, usize, i64, bool),
}

const NAMES: [&str; 13] = ["p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8", "p9", "pa", "pb", " "];
/// Which of the five kinds of money come in.
const INCOMING: [usize; 3] = [0, 1, 3];

fn thing() -> impl Strategy<Value = Thing> {
    let status = (0..OrderStatus::ALL.len()).prop_map(|at| Thing::Came(OrderStatus::ALL[at]));
    let amount = prop_oneof![9 => -1_i64..60, 1 => Just(i64::MAX)];
    let money = (0..5_usize, 0..NAMES.len(), amount, proptest::bool::weighted(0.05))
        .prop_map(|(kind, name, amount, other)| Thing::Money(kind, name, amount, other));
    let back = (0..NAMES.len(), 0..3_u32).prop_map(|(name, items)| Thing::Back(name, items));
    prop_oneof![4 => status, 1 => back, 8 => money]
}

impl Thing {
    fn fact(self) -> Fact<'static> {
        let amount = |minor, other| if other { money(minor, "USD") } else { euros(minor) };
        match self {
            Self::Came(status) => Fact::Came(status),
            Self::Back(name, items) => Fact::ItemsReturned(ReturnId(NAMES[name]), items),
            Self::Money(0, name, minor, other) => {
                Fact::Authorized(PaymentId(NAMES[name]), amount(minor, other))
            }
            Self::Money(1, name, minor, other) => {
                Fact::Received(PaymentId(NAMES[name]), amount(minor, other))
            }
            Self::Money(2, name, minor, other) => Fact::Voided(VoidId(NAMES[name]), amount(minor, other)),
            Self::Money(3, name, minor, other) => {
                Fact::Captured(CaptureId(NAMES[name]), amount(minor, other))
            }
            Self::Money(_, name, minor, other) => Fact::Refunded(RefundId(NAMES[name]), amount(minor, other)),
        }
    }
}

/// What an order is, worked out again in wide integers, with every name remembered and the matrix above.
#[derive(Debug, Default)]
struct Model {
    at: usize,
    bought: bool,
    sums: [i128; 5],
    back: u32,
    names: Vec<(usize, usize, i64)>,
}

/// What an answer may be.
#[derive(Debug)]
enum Expected {
    Believed,
    Wrong(Violation),
    Refused,
}

impl Model {
    fn apply(&mut self, thing: Thing) -> Expected {
        match thing {
            Thing::Came(status) => self.come(status),
            Thing::Back(name, items) => self.take_back(name, items),
            Thing::Money(kind, name, amount, other) => self.pay(kind, name, amount, other),
        }
    }

    fn come(&mut self, status: OrderStatus) -> Expected {
        let to = OrderStatus::ALL.iter().position(|it| *it == status).expect("a status");
        let letter = MATRIX[self.at].as_bytes()[to];
        let is_first = status == OrderStatus::Processing && !self.bought;
        if letter == b'o' && is_first {
            self.bought = true;
            return Expected::Wrong(Violation::Overtaken);
        }
        if !matches!(letter, b'e' | b's') {
            return Expected::Refused;
        }
        self.at = to;
        self.bought |= is_first;
        self.back = if status == OrderStatus::Returned { 3 } else { self.back };
        if letter == b's' { Expected::Wrong(Violation::Skipped) } else { Expected::Believed }
    }

    fn take_back(&mut self, name: usize, items: u32) -> Expected {
        let is_open = MATRIX[self.at].as_bytes()[6] == b'e';
        if self.knows(5, name) || !is_open || items == 0 || self.back + items > 3 {
            return Expected::Refused;
        }
        self.back += items;
        self.at = if self.back == 3 { 6 } else { self.at };
        self.names.push((5, name, items.into()));
        Expected::Believed
    }

    fn pay(&mut self, kind: usize, name: usize, amount: i64, other: bool) -> Expected {
        let sum = self.sums[kind] + i128::from(amount);
        if other || amount <= 0 || sum > i128::from(i64::MAX) || self.knows(kind, name) {
            return Expected::Refused;
        }
        let before = self.accounts();
        self.sums[kind] = sum;
        self.names.push((kind, name, amount));
        let mut found = [false; 2];
        for ((there, used), (was_there, was_used)) in self.accounts().into_iter().zip(before) {
            let is_new = used > was_used || was_used <= was_there || was_there == 0;
            found[0] |= used > there && there == 0 && used > was_used;
            found[1] |= used > there && there > 0 && is_new;
        }
        match found {
            [_, true] => Expected::Wrong(Violation::Excess),
            [true, _] => Expected::Wrong(Violation::Unmatched),
            _ if (self.at == 5 || self.at == 6) && INCOMING.contains(&kind) => {
                Expected::Wrong(Violation::AfterEnd)
            }
            _ => Expected::Believed,
        }
    }

    /// What there is, and what is used of it: of what was authorised, and of what came in.
    fn accounts(&self) -> [(i128, i128); 2] {
        let [authorized, received, voided, captured, refunded] = self.sums;
        [(authorized, captured + voided), (captured + received, refunded)]
    }

    /// Whether it may not be told by this name: there is none, or it is among the last that were told.
    fn knows(&self, kind: usize, name: usize) -> bool {
        let mut last = self.names.iter().rev().take(Told::ROOM);
        NAMES[name].trim().is_empty() || last.any(|it| (it.0, it.1) == (kind, name))
    }
}

fn sums(life: &Lifecycle) -> [i128; 5] {
    [life.authorized(), life.received(), life.voided(), life.captured(), life.refunded()]
        .map(|amount| Money::minor(amount).into())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_told_an_order_is_what_the_model_says(all in proptest::collection::vec(thing(), 0..80)) {
        let mut life = Lifecycle::new(&order("o-1"));
        let mut model = Model::default();
        for one in all {
            let before = life;
            let answer = life.apply(&one.fact());
            match model.apply(one) {
                Expected::Believed => prop_assert_eq!(answer, Answer::Accepted, "{:?} at {:?}", one, before),
                Expected::Wrong(violation) => {
                    prop_assert_eq!(answer, Answer::Tolerated(violation), "{:?} at {:?}", one, before);
                }
                Expected::Refused => {
                    prop_assert!(!answer.is_believed(), "{:?} at {:?}: {:?}", one, before, answer);
                    prop_assert_eq!(life, before, "{:?} was refused", one);
                }
            }
            prop_assert_eq!(life.status(), OrderStatus::ALL[model.at]);
            prop_assert_eq!((life.returned(), life.is_completed()), (model.back, model.bought));
            prop_assert_eq!(sums(&life), model.sums);
            prop_assert_eq!(life.adds_up(), model.accounts().iter().all(|(there, used)| used <= there));
        }
    }

    #[test]
    fn money_is_the_same_in_whatever_order_it_is_told(
        amounts in proptest::collection::vec((0..5_usize, 1_i64..60), 0..12),
        order_of_arrival in Just((0..12_usize).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let things = amounts.iter().enumerate().map(|(name, (kind, amount))| Thing::Money(*kind, name, *amount, false));
        let things: Vec<_> = things.collect();
        let mut sorted = things.clone();
        sorted.sort_by_key(|thing| if let Thing::Money(kind, ..) = thing { *kind } else { 0 });
        let mut lives = [Lifecycle::new(&order("o-1")); 2];
        let mut too_much = [false; 2];
        let shuffled: Vec<_> = order_of_arrival.iter().filter_map(|at| things.get(*at).copied()).collect();
        for (at, way) in [sorted, shuffled].into_iter().enumerate() {
            for thing in way {
                let answer = lives[at].apply(&thing.fact());
                prop_assert!(answer.is_believed());
                too_much[at] |= answer == Answer::Tolerated(Violation::Excess);
            }
        }
        prop_assert_eq!(sums(&lives[0]), sums(&lives[1]));
        prop_assert_eq!(lives[0].adds_up(), lives[1].adds_up());
        let [authorized, received, voided, captured, refunded] = sums(&lives[0]);
        let is_too_much = (captured + voided > authorized && authorized > 0)
            || (refunded > captured + received && captured + received > 0);
        if is_too_much {
            prop_assert_eq!(too_much, [true; 2], "it is told in either order");
        }
    }
}
