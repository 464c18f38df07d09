//! The scenarios of FIX, appendix D, groups A to L: every report of each, and what the order is at after it.
//!
//! A row is: `ClOrdID`, `OrigClOrdID`, what happened, the status after it, then `OrderQty`, `CumQty`, `LeavesQty` and
//! `LastQty`, where `-` is left out; and perhaps `@` the price, `avg` the average price, `id` and `ref` the
//! identifiers of executions, and `!` with what is to be counted. Rows that FIX says happen instead of others have a
//! scenario of their own.

use otel_core::Decimal;
use otel_trading::ids::{ClientOrderId, ExecId};
use otel_trading::labels::{ExecType, OrderStatus, Violation};
use otel_trading::lifecycle::{Answer, Fact, Lifecycle, Names, Prices, Quantities};
use otel_trading::{Price, Quantity};

#[test]
fn scenario_a1a_filled_order() {
    play(&[
        "X - New New 10000 0 10000 0",
        "X - Trade PartiallyFilled 10000 2000 8000 2000",
        "X - Trade PartiallyFilled 10000 3000 7000 1000",
        "X - Trade Filled 10000 10000 0 7000",
    ]);
}

#[test]
fn scenario_a1b_part_filled_day_order_done_for_day() {
    play(&[
        "X - New New 10000 0 10000 0",
        "X - Trade PartiallyFilled 10000 2000 8000 2000",
        "X - Trade PartiallyFilled 10000 3000 7000 1000",
        "X - DoneForDay DoneForDay 10000 3000 - 0",
    ]);
}

#[test]
fn scenario_b1a_cancel_request_for_a_zero_filled_order() {
    play(&[
        "X - New New 10000 0 10000 0",
        "Y X PendingCancel PendingCancel 10000 0 10000 0",
        "Y X Canceled Canceled 10000 0 0 0",
    ]);
    play(&[
        "X - New New 10000 0 10000 0",
        "Y X PendingCancel PendingCancel 10000 0 10000 0",
        "Y X CancelRejected New - - - -",
    ]);
}

#[test]
fn scenario_b1b_cancel_request_for_a_part_filled_order_while_executions_occur() {
    let rows = [
        "X - New New 10000 0 10000 0",
        "X - Trade PartiallyFilled 10000 2000 8000 2000",
        "X - Trade PartiallyFilled 10000 5000 5000 3000",
        "Y X PendingCancel PendingCancel 10000 5000 5000 0",
        "X - Trade PendingCancel 10000 6000 4000 1000",
    ];
    play_with(&rows, "Y X Canceled Canceled 10000 6000 0 0");
    play_with(&rows, "Y X CancelRejected PartiallyFilled - - - -");
    play_with(&rows[..3], "Y X CancelRejected PartiallyFilled - - - -");
}

#[test]
fn scenario_b1c_cancel_request_for_an_order_that_is_filled_before() {
    play(&[
        "X - New New 10000 0 10000 0",
        "X - Trade PartiallyFilled 10000 2000 8000 2000",
        "X - Trade PartiallyFilled 10000 5000 5000 3000",
        "Y X PendingCancel PendingCancel 10000 5000 5000 0",
        "X - Trade PendingCancel 10000 10000 0 5000",
        "Y X CancelRejected Filled - - - -",
    ]);
}

#[test]
fn scenario_b1d_cancel_request_for_an_order_not_yet_acknowledged() {
    play(&["Y X PendingCancel PendingCancel 10000 0 10000 0", "Y X Canceled Canceled 10000 0 0 0"]);
}

#[test]
fn scenario_b1e_cancel_request_and_acknowledgement_cross() {
    play(&[
        "X - New New 10000 0 10000 0",
        "Y X PendingCancel PendingCancel 10000 0 10000 0",
        "Y X Canceled Canceled 10000 0 0 0",
    ]);
}

#[test]
fn scenario_b1f_cancel_request_for_an_unknown_order() {
    play(&["X - New New 10000 0 10000 0", "Y Q CancelRejected New - - - - !refused:reference"]);
}

#[test]
fn scenario_c1a_zero_filled_order_replaced_by_a_larger_one() {
    play(&[
        "X - New New 10000 0 10000 0",
        "Y X PendingReplace PendingReplace 10000 0 10000 0",
        "Y X Replaced New 11000 0 11000 0",
        "Y - Trade PartiallyFilled 11000 1000 10000 1000",
        "Y - Trade PartiallyFilled 11000 3000 8000 2000",
    ]);
}

#[test]
fn scenario_c1b_part_filled_order_replaced_by_a_larger_one_while_executions_occur() {
    let rows = [
        "X - New New 10000 0 10000 0",
        "X - Trade PartiallyFilled 10000 1000 9000 1000",
        "Y X PendingReplace PendingReplace 10000 1000 9000 0",
        "X - Trade PendingReplace 10000 1100 8900 100",
    ];
    play_with(&rows, "Y X CancelRejected PartiallyFilled - - - -");
    let mut rows = rows.to_vec();
    rows.push("Y X Replaced PartiallyFilled 12000 1100 10900 0");
    play_with(&rows, "Y - Trade Filled 12000 12000 0 10900");
}

#[test]
fn scenario_c1c_filled_order_replaced_by_a_larger_one() {
    play(&[
        "X - New New 10000 0 10000 0",
        "X - Trade Filled 10000 10000 0 10000",
        "Y X PendingReplace PendingReplace 10000 10000 0 0",
        "Y X Replaced PartiallyFilled 12000 10000 2000 0",
        "Y - Trade Filled 12000 12000 0 2000",
    ]);
}

#[test]
fn scenario_c2a_replacement_refused_because_of_a_fill() {
    play(&[
        "X - New New 10000 0 10000 0",
        "X - Trade PartiallyFilled 10000 1000 9000 1000",
        "X - Trade Filled 10000 10000 0 9000",
        "Y X CancelRejected Filled - - - -",
    ]);
}

#[test]
fn scenario_c3a_replaced_by_a_smaller_one_of_more_than_is_executed() {
    play(&[
        "X - New New 10000 0 10000 0",
        "X - Trade PartiallyFilled 10000 7000 3000 7000",
        "Y X PendingReplace PendingReplace 10000 7000 3000 0",
        "Y X Replaced PartiallyFilled 8000 7000 1000 0",
        "Y - Trade Filled 8000 8000 0 1000",
    ]);
}

#[test]
fn scenario_c3b_replaced_by_what_is_executed() {
    play(&[
        "X - New New 10000 0 10000 0",
        "X - Trade PartiallyFilled 10000 7000 3000 7000",
        "Y X Replaced Filled 7000 7000 0 0",
    ]);
}

#[test]
fn scenario_c3c_replaced_by_less_than_is_executed() {
    play(&[
        "X - New New 10000 0 10000 0",
        "X - Trade PartiallyFilled 10000 8000 2000 8000",
        "Y X Replaced Filled 8000 8000 0 0",
    ]);
}

#[test]
fn scenario_d1a_one_replacement_after_the_other() {
    play(&[
        "X - New New 10000 0 10000 0",
        "X - Trade PartiallyFilled 10000 1000 9000 1000",
        "Y X PendingReplace PendingReplace 10000 1000 9000 0",
        "X - Trade PendingReplace 10000 1500 8500 500",
        "Y X Replaced PartiallyFilled 8000 1500 6500 0",
        "Y - Trade PartiallyFilled 8000 3500 4500 2000",
        "Z Y PendingReplace PendingReplace 8000 3500 4500 0",
        "Z Y Replaced PartiallyFilled 6000 3500 2500 0",
        "Z - Trade Filled 6000 6000 0 2500",
    ]);
}

#[test]
fn scenario_d1b_a_replacement_refused_before_it_is_pending() {
    play(&[
        "X - New New 10000 0 10000 0",
        "X - Trade PartiallyFilled 10000 1000 9000 1000",
        "Y X CancelRejected PartiallyFilled - - - -",
        "Z X PendingReplace PendingReplace 10000 1000 9000 0",
        "Z X Replaced PartiallyFilled 6000 1000 5000 0",
        "Z - Trade Filled 6000 6000 0 5000",
    ]);
}

#[test]
fn scenario_d1c_a_replacement_refused_after_it_is_pending() {
    play(&[
        "X - New New 10000 0 10000 0",
        "X - Trade PartiallyFilled 10000 1000 9000 1000",
        "Y X PendingReplace PendingReplace 10000 1000 9000 0",
        "X - Trade PendingReplace 10000 1500 8500 500",
        "Y X CancelRejected PartiallyFilled - - - -",
        "Z X PendingReplace PendingReplace 10000 1500 8500 0",
        "Z X Replaced PartiallyFilled 6000 1500 4500 0",
        "Z - Trade Filled 6000 6000 0 4500",
    ]);
}

#[test]
fn scenario_d2a_two_replacements_at_once_processed_in_turn() {
    play(&[
        "X - New New 10000 0 10000 0",
        "X - Trade PartiallyFilled 10000 1000 9000 1000",
        "Y X PendingReplace PendingReplace 10000 1000 9000 0",
        "Y X Replaced PartiallyFilled 8000 1000 7000 0",
        "Z Y PendingReplace PendingReplace 8000 1000 7000 0",
        "Z Y Replaced PartiallyFilled 7000 1000 6000 0",
        "Z - Trade Filled 7000 7000 0 6000",
    ]);
}

/// FIX shows the quantities of Y in the report that Z is pending; those of the order are X's until Y replaces it.
#[test]
fn scenario_d2b_two_replacements_at_once_both_pending() {
    play(&[
        "X - New New 10000 0 10000 0",
        "X - Trade PartiallyFilled 10000 1000 9000 1000",
        "Y X PendingReplace PendingReplace 10000 1000 9000 0",
        "Z X PendingReplace PendingReplace - 1000 - 0",
        "Y X Replaced PendingReplace 8000 1000 7000 0",
        "Z Y Replaced PartiallyFilled 7000 1000 6000 0",
        "Z - Trade Filled 7000 7000 0 6000",
    ]);
}

#[test]
fn scenario_d2d_two_replacements_at_once_the_second_refused() {
    play(&[
        "X - New New 10000 0 10000 0",
        "X - Trade PartiallyFilled 10000 1000 9000 1000",
        "Y X PendingReplace PendingReplace 10000 1000 9000 0",
        "Z X CancelRejected PendingReplace - - - -",
        "Y X Replaced PartiallyFilled 8000 1000 7000 0",
        "Y - Trade PartiallyFilled 8000 3000 5000 2000",
    ]);
}

/// FIX shows `LeavesQty` 0 in the acknowledgement, which nothing explains; it is not told here.
#[test]
fn scenario_e1a_telephoned_order() {
    play(&[
        "- - New New 10000 0 - 0",
        "- - Trade PartiallyFilled 10000 2000 8000 2000",
        "- - Trade PartiallyFilled 10000 3000 7000 1000",
        "- - Trade Filled 10000 10000 0 7000",
    ]);
}

#[test]
fn scenario_e1b_unsolicited_cancel_of_a_part_filled_order() {
    play(&[
        "X - New New 10000 0 10000 0",
        "X - Trade PartiallyFilled 10000 1000 9000 1000",
        "X - Canceled Canceled 10000 1000 0 0",
    ]);
}

#[test]
fn scenario_e1c_unsolicited_replacement_of_a_part_filled_order() {
    play(&[
        "X - New New 10000 0 10000 0",
        "X - Restated New 11000 0 11000 0",
        "X - Trade PartiallyFilled 11000 1000 10000 1000",
        "X - Restated PartiallyFilled 12000 1000 11000 0",
    ]);
}

#[test]
fn scenario_e1d_unsolicited_reduction_of_the_quantity() {
    play(&[
        "X - New New 10000 0 10000 0",
        "X - Restated New 9000 0 9000 0",
        "X - Trade Filled 9000 9000 0 9000",
    ]);
}

#[test]
fn scenario_f1_rejected_order() {
    play(&["X - Rejected Rejected 10000 0 0 0"]);
    play(&["X - PendingNew PendingNew 10000 0 10000 0", "X - Rejected Rejected 10000 0 0 0"]);
}

#[test]
fn scenario_f1b_a_report_that_is_sent_again() {
    play(&[
        "X - New New 10000 0 10000 0 id=A",
        "X - Trade PartiallyFilled 10000 1000 9000 1000 id=B",
        "X - Trade PartiallyFilled 10000 1000 9000 1000 id=B !refused:duplicate",
    ]);
}

/// A status report has `ExecType` `OrderStatus` (I): nothing happened, so there is no verb for it.
#[test]
fn scenario_g1_an_order_that_is_received_and_not_accepted_yet() {
    play(&["X - PendingNew PendingNew 10000 0 10000 0", "X - New New 10000 0 10000 0"]);
}

#[test]
fn scenario_h1a_order_renewed_and_partially_filled_the_following_day() {
    play_with(&FIRST_DAY, "X - Trade PartiallyFilled 10000 3000 7000 1000");
}

#[test]
fn scenario_h1b_order_with_a_share_split() {
    play(&[
        "X - New New 10000 0 10000 0",
        "X - Trade PartiallyFilled 10000 2000 8000 2000 @50 avg=50",
        "X - DoneForDay DoneForDay 10000 2000 8000 0",
        "X - Restated PartiallyFilled 20000 4000 16000 0 avg=25",
        "X - Trade PartiallyFilled 20000 5000 15000 1000 @25 avg=25",
        "X - Trade Filled 20000 20000 0 15000 @25 avg=25",
    ]);
}

#[test]
fn scenario_h1c_order_renewed_and_cancelled_the_following_day() {
    let mut rows = FIRST_DAY.to_vec();
    play_with(&rows, "Y X CancelRejected PartiallyFilled - - - -");
    rows.push("Y X PendingCancel PendingCancel 10000 2000 8000 0");
    play_with(&rows, "Y X CancelRejected PartiallyFilled - - - -");
    play_with(&rows, "Y X Canceled Canceled 10000 2000 0 0");
}

#[test]
fn scenario_h1d_order_renewed_and_replaced_by_a_larger_one_the_following_day() {
    let mut rows = FIRST_DAY.to_vec();
    rows.push("Y X PendingReplace PendingReplace 10000 2000 8000 0");
    rows.push("X - Trade PendingReplace 10000 3000 7000 1000");
    play_with(&rows, "Y X CancelRejected PartiallyFilled - - - -");
    play_with(&rows, "Y X Replaced PartiallyFilled 15000 3000 12000 0");
}

#[test]
fn scenario_i1a_fill_or_kill_order_that_cannot_be_filled() {
    play(&["X - New New 10000 0 10000 0", "X - Canceled Canceled 10000 0 0 0"]);
}

#[test]
fn scenario_i1b_immediate_or_cancel_order_that_is_hit_in_part() {
    play(&[
        "X - New New 10000 0 10000 0",
        "X - Trade PartiallyFilled 10000 1000 9000 1000",
        "X - Canceled Canceled 10000 1000 0 0",
    ]);
}

#[test]
fn scenario_j1a_filled_order_with_corrections_and_busts() {
    play(&[
        "X - New New 10000 0 10000 0 id=B",
        "X - Trade PartiallyFilled 10000 1000 9000 1000 @100 avg=100 id=C",
        "X - Trade Filled 10000 10000 0 9000 @110 avg=109 id=D",
        "X - Bust PartiallyFilled 10000 9000 1000 0 avg=110 id=E ref=C",
        "X - Correct PartiallyFilled 10000 9000 1000 9000 @100 avg=100 id=F ref=D",
        "X - Trade Filled 10000 10000 0 1000 @120 avg=102 id=G",
        "X - Correct Filled 10000 10000 0 9000 @120 avg=120 id=H ref=F",
        "Y X PendingReplace PendingReplace 10000 10000 0 0 avg=120 id=I",
        "Y X Replaced PartiallyFilled 12000 10000 2000 0 avg=120 id=J",
        "Y - Correct PartiallyFilled 12000 10500 1500 9500 @120 avg=120 id=K ref=H",
    ]);
}

/// The matrix of FIX has no way out of `Canceled`, so the last execution is a race.
#[test]
fn scenario_j1b_cancelled_order_with_a_bust_and_a_new_execution() {
    play(&[
        "X - New New 10000 0 10000 0 id=A",
        "X - Trade PartiallyFilled 10000 5000 5000 5000 @50 avg=50 id=B",
        "Y X PendingCancel PendingCancel 10000 5000 5000 0 id=C",
        "Y X Canceled Canceled 10000 5000 0 0 id=D",
        "X - Bust Canceled 10000 0 0 0 id=E ref=B",
        "X - Trade Canceled 10000 4000 0 4000 @51 avg=51 id=F !tolerated:race",
    ]);
}

#[test]
fn scenario_j1c_renewed_order_with_corrections_of_both_days() {
    play(&[
        "X - New New 10000 0 10000 0 id=A",
        "X - Trade PartiallyFilled 10000 2000 8000 2000 id=B",
        "X - DoneForDay DoneForDay 10000 2000 8000 0 id=C",
        "X - Restated PartiallyFilled 10000 2000 8000 0 id=D",
        "X - Trade PartiallyFilled 10000 3000 7000 1000 id=E",
        "X - Correct PartiallyFilled 10000 2500 7500 1500 id=F ref=B",
        "X - Correct PartiallyFilled 10000 2000 8000 500 id=G ref=E",
    ]);
}

#[test]
fn scenario_k1a_trading_halt_and_reinstated() {
    play(&[
        "X - New New 10000 0 10000 0",
        "X - Suspended Suspended 10000 0 10000 0",
        "X - Triggered New 10000 0 10000 0",
        "X - Trade Filled 10000 10000 0 10000",
    ]);
}

#[test]
fn scenario_k1b_trading_halt_and_cancelled() {
    play(&[
        "X - New New 10000 0 10000 0",
        "X - Trade PartiallyFilled 10000 1000 9000 1000",
        "X - Suspended Suspended 10000 1000 9000 0",
        "X - Canceled Canceled 10000 1000 0 0",
    ]);
}

#[test]
fn scenario_l1a_guarantee_before_execution() {
    play(&[
        "X - New New 10000 0 10000 0",
        "X - Stopped Stopped 10000 0 10000 0",
        "X - Trade PartiallyFilled 10000 1000 9000 1000",
        "X - Trade Filled 10000 10000 0 9000",
    ]);
}

/// How the scenarios of group H begin.
const FIRST_DAY: [&str; 4] = [
    "X - New New 10000 0 10000 0",
    "X - Trade PartiallyFilled 10000 2000 8000 2000",
    "X - DoneForDay DoneForDay 10000 2000 8000 0",
    "X - Restated PartiallyFilled 10000 2000 8000 0",
];

fn play_with(rows: &[&str], last: &str) {
    play(&[rows, &[last]].concat());
}

/// Plays an order X for 10,000, and compares everything after each row.
fn play(rows: &[&str]) {
    let mut order = Lifecycle::new(Quantity::whole(10_000)).called(ClientOrderId("X").digest());
    assert_eq!(order.apply(&Fact::new(ExecType::Submitted)), Answer::Illustrated);
    for (number, row) in rows.iter().enumerate() {
        let words: Vec<&str> = row.split_whitespace().collect();
        let [client, original, what, status, ordered, cumulative, leaves, last, more @ ..] = &words[..]
        else {
            panic!("{row}")
        };
        let more = |key: &str| more.iter().find_map(|word| word.strip_prefix(key));
        let name = |text: &str| (text != "-").then(|| ClientOrderId(text).digest());
        let id = more("id=").map_or_else(|| format!("row {number}"), str::to_owned);
        let quantities = Quantities {
            last: quantity(last),
            cumulative: quantity(cumulative),
            leaves: quantity(leaves),
            ordered: quantity(ordered).filter(|_| ["Replaced", "Restated"].contains(what)),
        };
        let is_all = quantities.cumulative.is_some() && quantities.cumulative == quantity(ordered);
        let answer = order.apply(&Fact {
            report: Some(ExecId(&id).digest()),
            refers_to: more("ref=").map(|id| ExecId(id).digest()),
            names: Names { client: name(client), original: name(original) },
            prices: Prices { last: more("@").map(price), average: more("avg=").map(price) },
            quantities,
            ..Fact::new(exec_type(what, is_all))
        });
        assert_eq!(answer, more("!").map_or(Answer::Illustrated, counted), "{row}");
        assert_eq!(order.status().as_str().replace('_', ""), status.to_lowercase(), "{row}");
        assert_eq!(order.cumulative(), quantities.cumulative.unwrap_or(order.cumulative()), "{row}");
        assert_eq!(order.leaves(), quantities.leaves.unwrap_or(order.leaves()), "{row}");
        assert_eq!(order.ordered(), quantity(ordered).unwrap_or(order.ordered()), "{row}");
        if let Some(average) = more("avg=") {
            assert_eq!(order.average_price(), Some(price(average)), "{row}");
        }
    }
}

fn exec_type(word: &str, is_all: bool) -> ExecType {
    match word {
        "Trade" if is_all => ExecType::Fill,
        "Trade" => ExecType::PartialFill,
        "Bust" => ExecType::TradeCancel,
        "Correct" => ExecType::TradeCorrect,
        _ => {
            let is_it = |what: &&ExecType| format!("{what:?}") == word;
            *ExecType::ALL.iter().find(is_it).unwrap_or_else(|| panic!("{word}"))
        }
    }
}

fn counted(word: &str) -> Answer {
    match word {
        "refused:duplicate" => Answer::Refused(Violation::Duplicate),
        "refused:reference" => Answer::Refused(Violation::Reference),
        "tolerated:race" => Answer::Tolerated(Violation::Race),
        _ => panic!("{word}"),
    }
}

fn quantity(word: &str) -> Option<Quantity> {
    word.parse().ok().map(Quantity::whole)
}

fn price(word: &str) -> Price {
    Price(word.parse::<Decimal>().expect("a price"))
}

/// The statuses of the rows are written like the variants.
#[test]
fn the_rows_can_say_every_status() {
    for status in OrderStatus::ALL {
        assert_eq!(status.as_str().replace('_', ""), format!("{status:?}").to_lowercase());
    }
}
