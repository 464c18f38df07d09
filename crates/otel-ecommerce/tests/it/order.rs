//! The life of an order, as pure logic.

use otel_core::Money;
use otel_ecommerce::ids::PaymentId;
use otel_ecommerce::invalid::{Field, Invalid};
use otel_ecommerce::labels::{OrderFact, OrderStatus, OrderViolation as Violation};
use otel_ecommerce::order::{Answer, Fact, Lifecycle, Progress, Transition, transition};
use proptest::prelude::*;

use crate::counter::{euros, money, order};

/// From the status of a line to that of a column, both in the order of `OrderStatus::ALL`: `e`xpected, `s`kipped,
/// `r`epeated, `o`vertaken, `x` illegal. Written down by hand from what shops do, and not from the code.
const MATRIX: [&str; 8] = [
    //                 due proc pick transit deliv canc ret prob
    /* payment_due */ "resssexe",
    /* processing  */ "ereeeexe", /* pickup      */ "ooroeeee", /* in_transit  */ "ooerexee",
    /* delivered   */ "oooorxee", /* cancelled   */ "ooxxxrxx", /* returned    */ "oooooxrx",
    /* problem     */ "eeeeeeer",
];

#[test]
fn every_pair_of_statuses_is_what_shops_do() {
    for (from, row) in OrderStatus::ALL.iter().zip(MATRIX) {
        assert_eq!(row.len(), OrderStatus::ALL.len());
        for (to, expected) in OrderStatus::ALL.iter().zip(row.bytes()) {
            assert_eq!(letter(transition(*from, *to)), expected, "{from:?} to {to:?}");
        }
    }
}

#[test]
fn the_statuses_are_those_of_schema_org() {
    let words: Vec<_> = OrderStatus::ALL.iter().map(|status| status.as_str()).collect();
    let expected = [
        "payment_due",
        "processing",
        "pickup_available",
        "in_transit",
        "delivered",
        "cancelled",
        "returned",
        "problem",
    ];
    assert_eq!(words, expected);
    for status in OrderStatus::ALL {
        assert_eq!(OrderFact::from(*status).as_str(), status.as_str());
    }
}

#[test]
fn an_order_is_paid_for_sent_and_partly_comes_back() {
    let mut life = Lifecycle::new(&order("o-1"));
    let mut says = |fact| assert_eq!(life.apply(&fact), Answer::Accepted, "{fact:?}");
    says(Fact::Authorized(PaymentId("a"), euros(5_990)));
    says(Fact::Came(OrderStatus::Processing));
    says(Fact::Captured(PaymentId("c-1"), euros(2_000)));
    says(Fact::Captured(PaymentId("c-2"), euros(3_990)));
    says(Fact::Came(OrderStatus::InTransit));
    says(Fact::Came(OrderStatus::Delivered));
    says(Fact::ItemsReturned(1));
    says(Fact::Refunded(PaymentId("r-1"), euros(1_990)));
    assert_eq!((life.status(), life.returned()), (OrderStatus::Delivered, 1));
    let mut says = |fact| assert_eq!(life.apply(&fact), Answer::Accepted, "{fact:?}");
    says(Fact::ItemsReturned(2));
    says(Fact::Refunded(PaymentId("r-2"), euros(4_000)));
    assert_eq!((life.status(), life.returned()), (OrderStatus::Returned, 3));
    assert!(life.is_over());
    assert_eq!((life.captured(), life.refunded()), (euros(5_990), euros(5_990)));
}

#[test]
fn no_more_is_taken_than_was_authorised_and_no_more_given_back_than_was_taken() {
    let mut life = Lifecycle::new(&order("o-1"));
    refuse(&mut life, Fact::Captured(PaymentId("c-0"), euros(1)), Violation::Excess);
    accept(&mut life, Fact::Authorized(PaymentId("a"), euros(100)));
    refuse(&mut life, Fact::Captured(PaymentId("c-1"), euros(101)), Violation::Excess);
    accept(&mut life, Fact::Captured(PaymentId("c-1"), euros(60)));
    refuse(&mut life, Fact::Refunded(PaymentId("r-1"), euros(61)), Violation::Excess);
    accept(&mut life, Fact::Refunded(PaymentId("r-1"), euros(60)));
    refuse(&mut life, Fact::Refunded(PaymentId("r-2"), euros(1)), Violation::Excess);
    refuse(&mut life, Fact::Voided(PaymentId("v-1"), euros(41)), Violation::Excess);
    accept(&mut life, Fact::Voided(PaymentId("v-1"), euros(40)));
    refuse(&mut life, Fact::Captured(PaymentId("c-2"), euros(1)), Violation::Excess);
    refuse(&mut life, Fact::Authorized(PaymentId("a-2"), euros(i64::MAX)), Violation::Excess);
    assert_eq!((life.authorized(), life.captured(), life.refunded()), (euros(60), euros(60), euros(60)));
}

#[test]
fn amounts_that_are_none_or_in_another_currency_are_refused() {
    let mut life = Lifecycle::new(&order("o-1"));
    refuse(&mut life, Fact::Authorized(PaymentId("a"), euros(0)), Violation::Amount);
    refuse(&mut life, Fact::Authorized(PaymentId("a"), euros(-1)), Violation::Amount);
    refuse(&mut life, Fact::Authorized(PaymentId("a"), money(100, "USD")), Violation::Currency);
}

#[test]
fn what_is_told_twice_is_added_once() {
    let mut life = Lifecycle::new(&order("o-1"));
    // One identifier may stand for the authorisation and for what is taken of it.
    accept(&mut life, Fact::Authorized(PaymentId("p"), euros(100)));
    accept(&mut life, Fact::Captured(PaymentId("p"), euros(50)));
    refuse(&mut life, Fact::Captured(PaymentId("p"), euros(50)), Violation::Repeated);
    refuse(&mut life, Fact::Authorized(PaymentId("p"), euros(100)), Violation::Repeated);
    // The last sixteen are remembered; the seventeenth before is not, and the sums keep it in bounds.
    for number in 0..14 {
        accept(&mut life, Fact::Refunded(PaymentId(&format!("r-{number}")), euros(1)));
    }
    refuse(&mut life, Fact::Authorized(PaymentId("p"), euros(100)), Violation::Repeated);
    accept(&mut life, Fact::Refunded(PaymentId("r-14"), euros(1)));
    accept(&mut life, Fact::Authorized(PaymentId("p"), euros(100)));
    refuse(&mut life, Fact::Captured(PaymentId("c"), euros(151)), Violation::Excess);
}

#[test]
fn money_is_given_back_for_what_is_over_and_not_taken() {
    let mut life = Lifecycle::new(&order("o-1"));
    accept(&mut life, Fact::Authorized(PaymentId("a"), euros(100)));
    accept(&mut life, Fact::Captured(PaymentId("c"), euros(50)));
    accept(&mut life, Fact::Came(OrderStatus::Cancelled));
    refuse(&mut life, Fact::Captured(PaymentId("c-2"), euros(1)), Violation::Illegal);
    refuse(&mut life, Fact::Authorized(PaymentId("a-2"), euros(1)), Violation::Illegal);
    accept(&mut life, Fact::Voided(PaymentId("v"), euros(50)));
    accept(&mut life, Fact::Refunded(PaymentId("r"), euros(50)));
}

#[test]
fn no_more_comes_back_than_was_ordered_and_nothing_before_it_was_sent() {
    let mut life = Lifecycle::new(&order("o-1"));
    refuse(&mut life, Fact::ItemsReturned(1), Violation::Illegal);
    accept(&mut life, Fact::Came(OrderStatus::Processing));
    accept(&mut life, Fact::Came(OrderStatus::Delivered));
    refuse(&mut life, Fact::ItemsReturned(0), Violation::Items);
    refuse(&mut life, Fact::ItemsReturned(4), Violation::Items);
    accept(&mut life, Fact::ItemsReturned(2));
    refuse(&mut life, Fact::ItemsReturned(2), Violation::Items);
    refuse(&mut life, Fact::ItemsReturned(u32::MAX), Violation::Items);
    accept(&mut life, Fact::Came(OrderStatus::Returned));
    assert_eq!(life.returned(), 3);
    refuse(&mut life, Fact::ItemsReturned(1), Violation::Repeated);
}

#[test]
fn steps_that_were_not_told_are_believed_and_said_to_be_missing() {
    let mut life = Lifecycle::new(&order("o-1"));
    let answer = life.apply(&Fact::Came(OrderStatus::Delivered));
    assert_eq!(answer, Answer::Tolerated(Violation::Skipped));
    assert_eq!((life.status(), answer.is_believed()), (OrderStatus::Delivered, true));
}

#[test]
fn an_order_that_cannot_have_come_so_far_is_not_followed() {
    let new = order("o-1");
    let fine = Progress {
        authorized: euros(100),
        captured: euros(100),
        refunded: euros(100),
        returned: 3,
        ..Progress::unpaid(OrderStatus::Delivered, &new)
    };
    let life = Lifecycle::midway(&new, &fine).expect("an order");
    assert_eq!((life.status(), life.refunded(), life.returned()), (OrderStatus::Delivered, euros(100), 3));
    let refused = [
        (Progress { captured: euros(101), ..fine }, Invalid::Excess(Field::Amount)),
        (Progress { refunded: euros(101), ..fine }, Invalid::Excess(Field::Amount)),
        (Progress { refunded: euros(-1), ..fine }, Invalid::Negative(Field::Amount)),
        (Progress { authorized: money(100, "USD"), ..fine }, Invalid::Currencies),
        (Progress { authorized: money(100, "XXX"), ..fine }, Invalid::Currency),
        (Progress { returned: 4, ..fine }, Invalid::Excess(Field::Items)),
    ];
    for (progress, expected) in refused {
        assert_eq!(Lifecycle::midway(&new, &progress), Err(expected), "{progress:?}");
    }
}

/// A fact as a property test makes it up.
#[derive(Clone, Copy, Debug)]
enum Told {
    Came(OrderStatus),
    Back(u32),
    /// Which of the four kinds, which identifier, how much, and whether in another currency.
    Money(usize, usize, i64, bool),
}

const NAMES: [&str; 12] = ["p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8", "p9", "pa", "pb"];

fn told() -> impl Strategy<Value = Told> {
    let status = (0..OrderStatus::ALL.len()).prop_map(|at| Told::Came(OrderStatus::ALL[at]));
    let amount = prop_oneof![9 => -1_i64..60, 1 => Just(i64::MAX)];
    let money = (0..4_usize, 0..NAMES.len(), amount, proptest::bool::weighted(0.05))
        .prop_map(|(kind, name, amount, other)| Told::Money(kind, name, amount, other));
    prop_oneof![4 => status, 1 => (0..3_u32).prop_map(Told::Back), 8 => money]
}

/// What an order is, worked out again in wide integers, with every name remembered and the matrix above.
#[derive(Debug, Default)]
struct Model {
    at: usize,
    sums: [i128; 3],
    back: u32,
    names: Vec<(usize, usize)>,
}

impl Model {
    /// Whether the fact is believed.
    fn apply(&mut self, told: Told) -> bool {
        match told {
            Told::Came(status) => {
                let to = OrderStatus::ALL.iter().position(|it| *it == status).expect("a status");
                let believed = matches!(MATRIX[self.at].as_bytes()[to], b'e' | b's');
                if believed {
                    self.at = to;
                    self.back = if status == OrderStatus::Returned { 3 } else { self.back };
                }
                believed
            }
            Told::Back(items) => {
                let open = matches!(MATRIX[self.at].as_bytes()[6], b'e' | b's');
                let believed = open && items > 0 && self.back + items <= 3;
                if believed {
                    self.back += items;
                    self.at = if self.back == 3 { 6 } else { self.at };
                }
                believed
            }
            Told::Money(kind, name, amount, other) => self.pay(kind, name, i128::from(amount), other),
        }
    }

    fn pay(&mut self, kind: usize, name: usize, amount: i128, other: bool) -> bool {
        let [authorized, captured, refunded] = self.sums;
        let is_over = self.at == 5 || self.at == 6;
        let remembered = self.names.iter().rev().take(16).any(|it| *it == (kind, name));
        let sums = match kind {
            0 => [authorized + amount, captured, refunded],
            1 => [authorized - amount, captured, refunded],
            2 => [authorized, captured + amount, refunded],
            _ => [authorized, captured, refunded + amount],
        };
        let adds_up = sums[2] <= sums[1] && sums[1] <= sums[0] && sums[0] <= i128::from(i64::MAX);
        let believed =
            !other && amount > 0 && !remembered && !(is_over && (kind == 0 || kind == 2)) && adds_up;
        if believed {
            self.sums = sums;
            self.names.push((kind, name));
        }
        believed
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_told_an_order_is_what_the_model_says(all in proptest::collection::vec(told(), 0..80)) {
        let mut life = Lifecycle::new(&order("o-1"));
        let mut model = Model::default();
        for one in all {
            let before = life;
            let amount = |minor, other| if other { money(minor, "USD") } else { euros(minor) };
            let fact = match one {
                Told::Came(status) => Fact::Came(status),
                Told::Back(items) => Fact::ItemsReturned(items),
                Told::Money(0, name, minor, other) => {
                    Fact::Authorized(PaymentId(NAMES[name]), amount(minor, other))
                }
                Told::Money(1, name, minor, other) => Fact::Voided(PaymentId(NAMES[name]), amount(minor, other)),
                Told::Money(2, name, minor, other) => {
                    Fact::Captured(PaymentId(NAMES[name]), amount(minor, other))
                }
                Told::Money(_, name, minor, other) => {
                    Fact::Refunded(PaymentId(NAMES[name]), amount(minor, other))
                }
            };
            let answer = life.apply(&fact);
            prop_assert_eq!(answer.is_believed(), model.apply(one), "{:?} at {:?}", fact, before);
            prop_assert!(answer.is_believed() || life == before, "{:?} was refused and changed {:?}", fact, before);
            prop_assert_eq!(life.status(), OrderStatus::ALL[model.at]);
            prop_assert_eq!(life.returned(), model.back);
            let sums = [life.authorized(), life.captured(), life.refunded()].map(Money::minor);
            prop_assert_eq!(sums.map(i128::from), model.sums);
            prop_assert!(0 <= sums[2] && sums[2] <= sums[1] && sums[1] <= sums[0]);
        }
    }
}

fn letter(transition: Transition) -> u8 {
    match transition {
        Transition::Expected => b'e',
        Transition::Skipped => b's',
        Transition::Repeated => b'r',
        Transition::Overtaken => b'o',
        Transition::Illegal => b'x',
        other => panic!("{other:?} is new"),
    }
}

fn accept(life: &mut Lifecycle, fact: Fact<'_>) {
    assert_eq!(life.apply(&fact), Answer::Accepted, "{fact:?}");
}

fn refuse(life: &mut Lifecycle, fact: Fact<'_>, violation: Violation) {
    let before = *life;
    assert_eq!(life.apply(&fact), Answer::Refused(violation), "{fact:?}");
    assert_eq!(*life, before, "{fact:?} was refused");
}
