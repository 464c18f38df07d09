//! How good the detectors have to be, in worlds that nothing was chosen by.

use fraud::replay::{Replay, ReplayError, replay};
use fraud::score::{Found, Scores};
use fraud::table::Table;
use fraud::world::{Shape, simulate};

/// A fifth of the customers and terminals, and 70 days; as many of them are compromised each day.
pub(crate) const SMALL: Shape = Shape { customers: 1_000, terminals: 2_000, days: 70, ..Shape::PUBLISHED };

#[test]
fn without_a_limit_and_with_labels_a_week_late_the_rules_reach_what_was_promised() {
    let scores = judged(SMALL.seeded(101), &Replay::PUBLISHED);
    let amounts = scores.of("all amount rules").expect("a row");
    assert!(amounts.precision() >= 0.97, "{}", amounts.precision());
    assert!(amounts.recall_of_amounts() >= 0.75, "{}", amounts.recall_of_amounts());
    let all = scores.of("all").expect("a row");
    assert!(all.precision() >= 0.6, "{}", all.precision());
    assert!(all.recall() >= 0.6, "{}", all.recall());
    let unusual = scores.of("amount unusual").expect("a row");
    assert!(unusual.false_alarms() <= 0.5, "{}", unusual.false_alarms());
    // An amount says nothing of a compromised terminal.
    assert!(amounts.recall_terminal() < 0.01, "{}", amounts.recall_terminal());
}

#[test]
fn with_a_limit_and_labels_a_day_late_they_reach_more() {
    let how = Replay { delay_days: 1, limit: Some(22_000), ..Replay::PUBLISHED };
    let scores = judged(SMALL.seeded(102), &how);
    // The limit is the very rule by which these frauds were made.
    assert_eq!(scores.of("amount over limit").as_ref().map(Found::recall_amount), Some(1.0));
    assert_eq!(scores.of("amount over limit").as_ref().map(Found::precision), Some(1.0));
    let labelled = scores.of("labelled fraud").expect("a row");
    assert!(labelled.recall_terminal() >= 0.8, "{}", labelled.recall_terminal());
    let all = scores.of("all").expect("a row");
    assert!(all.precision() >= 0.8 && all.recall() >= 0.65, "{} {}", all.precision(), all.recall());
}

#[test]
fn without_labels_nothing_but_the_amount_counts() {
    let how = Replay { delay_days: 1_000, ..Replay::PUBLISHED };
    let scores = judged(Shape { customers: 200, terminals: 400, days: 60, ..SMALL }.seeded(103), &how);
    let found = |name| scores.of(name).map(|it: Found| it.found.payments());
    assert_eq!((found("labelled fraud"), found("amount of frauds")), (Some(0), Some(0)));
    assert_eq!(found("all"), found("amount unusual"));
    assert!(found("all") > Some(0));
}

#[test]
fn a_limit_of_nothing_is_refused() {
    let shape = Shape { customers: 1, terminals: 1, days: 1, ..SMALL };
    let how = Replay { limit: Some(0), ..Replay::PUBLISHED };
    assert!(matches!(replay(&shape, &simulate(&shape), &how), Err(ReplayError::Settings(_))));
}

#[expect(clippy::print_stdout, reason = "the table is what the test is about")]
fn judged(shape: Shape, how: &Replay) -> Scores {
    let scores = replay(&shape, &simulate(&shape), how).expect("judged");
    println!("seed {}, labels {} days late\n\n{}", shape.seed, how.delay_days, Table(&scores));
    scores
}
