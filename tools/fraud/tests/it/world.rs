//! The world is as it was published.

use std::collections::{BTreeMap, BTreeSet};

use fraud::world::{Scenario, Shape, Transaction, simulate};

use crate::gate::SMALL;

#[test]
fn a_seed_is_a_world() {
    let shape = Shape { customers: 50, terminals: 100, days: 20, ..SMALL };
    assert_eq!(simulate(&shape.seeded(7)), simulate(&shape.seeded(7)));
    assert_ne!(simulate(&shape.seeded(7)), simulate(&shape.seeded(8)));
}

#[test]
fn people_pay_as_often_and_as_much_as_they_should() {
    let all = simulate(&SMALL);
    assert!(all.is_sorted_by_key(|it| it.second));
    assert!(all.iter().all(|it| it.cents > 0 && it.day() < SMALL.days));
    // Two a day on average, of which the three percent do not happen that would be on another day.
    let daily = all.len() as f64 / f64::from(SMALL.customers * SMALL.days);
    assert!((1.85..2.05).contains(&daily), "{daily}");
    let genuine: Vec<&Transaction> = all.iter().filter(|it| it.fraud.is_none()).collect();
    let mean = genuine.iter().map(|it| f64::from(it.cents)).sum::<f64>() / genuine.len() as f64;
    assert!((5_000.0..5_700.0).contains(&mean), "{mean}");
}

#[test]
fn large_amounts_are_frauds_and_so_is_all_at_two_more_terminals_a_day_for_28_days() {
    let all = simulate(&SMALL);
    assert!(all.iter().all(|it| it.cents <= 22_000 || it.fraud.is_some()));
    assert!(all.iter().filter(|it| it.fraud == Some(Scenario::Amount)).all(|it| it.cents > 22_000));
    let mut days: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
    for it in all.iter().filter(|it| it.fraud == Some(Scenario::Terminal)) {
        days.entry(it.terminal).or_default().insert(it.day());
    }
    assert!((105..=140).contains(&days.len()), "{}", days.len());
    // Whoever was compromised once was it for 28 days, and in them nothing was genuine.
    let of = |terminal: u32| all.iter().filter(move |it| it.terminal == terminal);
    for (terminal, days) in &days {
        let (Some(first), Some(last)) = (days.first(), days.last()) else { continue };
        if last - first < 28 {
            let between = of(*terminal).filter(|it| (*first..=*last).contains(&it.day()));
            assert_eq!(between.filter(|it| it.fraud.is_none()).count(), 0, "terminal {terminal}");
        }
    }
}

#[test]
fn a_third_of_what_compromised_customers_pay_is_five_times_as_much() {
    let all = simulate(&SMALL);
    let stolen: Vec<&Transaction> = all.iter().filter(|it| it.fraud == Some(Scenario::Customer)).collect();
    assert!(stolen.iter().all(|it| it.cents % 5 == 0));
    let mean = |of: &[&Transaction]| of.iter().map(|it| f64::from(it.cents)).sum::<f64>() / of.len() as f64;
    let genuine: Vec<&Transaction> = all.iter().filter(|it| it.fraud.is_none()).collect();
    let times = mean(&stolen) / mean(&genuine);
    assert!((4.0..6.5).contains(&times), "{times}");
    // Three a day, 14 days each, two payments a day, a third of them.
    let expected = f64::from(3 * SMALL.days) * 14.0 * 2.0 / 3.0;
    let share = stolen.len() as f64 / expected;
    assert!((0.6..1.0).contains(&share), "{share}");
}
