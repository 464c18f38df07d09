//! Every pair of a status and a thing that happens, classified by hand.

use otel_trading::Quantity;
use otel_trading::labels::{ExecType, OrderStatus};
use otel_trading::lifecycle::{Answer, Fact, Lifecycle, Quantities, Transition, transition};

use OrderStatus as S;

/// `i` is illustrated, `r` is a race, `x` is illegal. The columns are those of [`COLUMNS`].
const TABLE: [(OrderStatus, &str); 14] = [
    //                    sent pn  new  pf  fill dfd pc  can pr  rep cxr rej sto sus exp res cor bus tri cal
    (S::Submitted, "       i   i   i    r   r    r   i   r   r   r   r   i   r   r   r   r   x   x   r   r"),
    (S::PendingNew, "      r   r   i    r   r    r   i   r   r   r   r   i   r   r   r   r   x   x   i   r"),
    (S::New, "             r   r   i    i   i    i   i   i   i   i   i   i   i   i   i   i   x   x   i   r"),
    (S::PartiallyFilled, " r   r   r    i   i    i   i   i   i   i   i   x   r   i   i   i   i   i   r   r"),
    (S::Filled, "          r   r   r    r   r    r   r   x   i   i   i   x   x   x   x   i   i   i   r   i"),
    (S::DoneForDay, "      r   r   r    i   r    r   r   r   r   r   i   x   r   r   r   i   i   i   r   i"),
    (S::PendingCancel, "   r   r   i    i   i    r   i   i   r   r   i   r   r   r   r   i   i   i   r   r"),
    (S::PendingReplace, "  r   r   i    i   i    r   r   i   i   i   i   r   r   r   r   i   i   i   r   r"),
    (S::Canceled, "        r   x   x    r   r    x   r   x   r   x   i   x   x   x   x   r   i   i   x   r"),
    (S::Rejected, "        r   x   x    x   x    x   r   x   r   x   i   x   x   x   x   x   x   x   x   x"),
    (S::Stopped, "         r   r   r    i   r    r   r   r   r   r   i   x   r   r   r   r   r   r   r   r"),
    (S::Suspended, "       r   r   i    r   r    r   r   i   r   r   i   x   r   r   i   i   r   r   i   r"),
    (S::Expired, "         r   x   x    r   r    x   r   x   r   x   i   x   x   x   x   r   i   i   x   r"),
    (S::Calculated, "      r   r   r    r   r    r   r   r   r   r   i   x   r   r   r   i   i   i   r   i"),
];

/// Every value of `OrdStatus` (39) of FIX 5.0 SP2, and `Replaced`, which only FIX 4.2 and earlier have; nothing where it is
/// no status of an order.
const STATUSES: [(char, Option<OrderStatus>); 15] = [
    ('0', Some(S::New)),
    ('1', Some(S::PartiallyFilled)),
    ('2', Some(S::Filled)),
    ('3', Some(S::DoneForDay)),
    ('4', Some(S::Canceled)),
    // It says what happened, and not what the order is at since.
    ('5', None),
    ('6', Some(S::PendingCancel)),
    ('7', Some(S::Stopped)),
    ('8', Some(S::Rejected)),
    ('9', Some(S::Suspended)),
    ('A', Some(S::PendingNew)),
    ('B', Some(S::Calculated)),
    ('C', Some(S::Expired)),
    // An entry of a bid list, before there is an order.
    ('D', None),
    ('E', Some(S::PendingReplace)),
];

/// Every value of `ExecType` (150) of FIX 4.2 to 5.0 SP2; nothing where it is no step of an order's life.
const STEPS: [(char, Option<ExecType>); 22] = [
    ('0', Some(ExecType::New)),
    ('1', Some(ExecType::PartialFill)),
    ('2', Some(ExecType::Fill)),
    ('3', Some(ExecType::DoneForDay)),
    ('4', Some(ExecType::Canceled)),
    ('5', Some(ExecType::Replaced)),
    ('6', Some(ExecType::PendingCancel)),
    ('7', Some(ExecType::Stopped)),
    ('8', Some(ExecType::Rejected)),
    ('9', Some(ExecType::Suspended)),
    ('A', Some(ExecType::PendingNew)),
    ('B', Some(ExecType::Calculated)),
    ('C', Some(ExecType::Expired)),
    ('D', Some(ExecType::Restated)),
    ('E', Some(ExecType::PendingReplace)),
    // A part or the rest, by what is left: `OrderSpan::order_executed` finds out.
    ('F', Some(ExecType::Fill)),
    ('G', Some(ExecType::TradeCorrect)),
    ('H', Some(ExecType::TradeCancel)),
    // An answer to a question, and two steps of a trade's clearing.
    ('I', None),
    ('J', None),
    ('K', None),
    ('L', Some(ExecType::Triggered)),
];

#[test]
fn every_code_of_fix_is_classified_or_no_step_of_an_orders_life() {
    for status in OrderStatus::ALL {
        // What was sent and not answered has no code: no report says it.
        let is_told = STATUSES.iter().any(|(_, told)| told == &Some(*status));
        assert_eq!(is_told, *status != S::Submitted, "{status:?}");
    }
    for step in ExecType::ALL {
        // A refused cancellation is a message of its own (35=9).
        let own = [ExecType::Submitted, ExecType::CancelRejected];
        assert_eq!(STEPS.iter().any(|(_, told)| told == &Some(*step)), !own.contains(step), "{step:?}");
    }
    for codes in [STATUSES.map(|(code, _)| code).as_slice(), &STEPS.map(|(code, _)| code)] {
        let expected: String = ('0'..='9').chain('A'..='L').take(codes.len()).collect();
        assert_eq!(codes.iter().collect::<String>(), expected);
    }
}

const COLUMNS: [ExecType; 20] = [
    ExecType::Submitted,
    ExecType::PendingNew,
    ExecType::New,
    ExecType::PartialFill,
    ExecType::Fill,
    ExecType::DoneForDay,
    ExecType::PendingCancel,
    ExecType::Canceled,
    ExecType::PendingReplace,
    ExecType::Replaced,
    ExecType::CancelRejected,
    ExecType::Rejected,
    ExecType::Stopped,
    ExecType::Suspended,
    ExecType::Expired,
    ExecType::Restated,
    ExecType::TradeCorrect,
    ExecType::TradeCancel,
    ExecType::Triggered,
    ExecType::Calculated,
];

/// The status matrix of appendix D of FIX 5.0 SP2: from, to, and what leads there.
const FIX: [(OrderStatus, &[(OrderStatus, ExecType)]); 8] = [
    (S::PendingNew, &[(S::New, ExecType::New), (S::Rejected, ExecType::Rejected)]),
    (
        S::New,
        &[
            (S::New, ExecType::Replaced),
            (S::PartiallyFilled, ExecType::PartialFill),
            (S::Filled, ExecType::Fill),
            (S::DoneForDay, ExecType::DoneForDay),
            (S::PendingCancel, ExecType::PendingCancel),
            (S::PendingReplace, ExecType::PendingReplace),
            (S::Rejected, ExecType::Rejected),
            (S::Stopped, ExecType::Stopped),
        ],
    ),
    (
        S::PartiallyFilled,
        &[
            (S::PartiallyFilled, ExecType::PartialFill),
            (S::Filled, ExecType::Fill),
            (S::DoneForDay, ExecType::DoneForDay),
            (S::PendingCancel, ExecType::PendingCancel),
            (S::PendingReplace, ExecType::PendingReplace),
            (S::Canceled, ExecType::Canceled),
        ],
    ),
    (
        S::Filled,
        &[
            (S::PartiallyFilled, ExecType::TradeCancel),
            (S::Filled, ExecType::TradeCorrect),
            (S::PendingReplace, ExecType::PendingReplace),
        ],
    ),
    (S::DoneForDay, &[(S::PartiallyFilled, ExecType::Restated), (S::PartiallyFilled, ExecType::PartialFill)]),
    (
        S::PendingCancel,
        &[
            (S::PartiallyFilled, ExecType::CancelRejected),
            (S::PendingCancel, ExecType::PendingCancel),
            (S::Canceled, ExecType::Canceled),
        ],
    ),
    (
        S::PendingReplace,
        &[
            (S::PartiallyFilled, ExecType::CancelRejected),
            (S::PartiallyFilled, ExecType::Replaced),
            (S::PendingReplace, ExecType::PendingReplace),
            (S::Canceled, ExecType::Canceled),
        ],
    ),
    (S::Stopped, &[(S::PartiallyFilled, ExecType::PartialFill)]),
];

#[test]
fn every_pair_is_classified_as_the_table_says() {
    assert_eq!(TABLE.len(), OrderStatus::ALL.len());
    assert_eq!(COLUMNS.len(), ExecType::ALL.len());
    let mut pairs = 0;
    for (from, marks) in TABLE {
        let marks: Vec<&str> = marks.split_whitespace().collect();
        assert_eq!(marks.len(), COLUMNS.len(), "{from:?}");
        for (what, mark) in COLUMNS.into_iter().zip(marks) {
            let expected = match mark {
                "i" => Transition::Illustrated,
                "r" => Transition::Race,
                _ => Transition::Illegal,
            };
            assert_eq!(transition(from, what), expected, "{what:?} at {from:?}");
            pairs += 1;
        }
    }
    assert_eq!(pairs, 280);
}

#[test]
fn the_matrix_of_fix_is_illustrated_and_leads_where_it_says() {
    for (from, cells) in FIX {
        for (to, what) in cells {
            let cumulative = match from {
                S::PendingNew | S::New => 0,
                S::Filled => 100,
                _ => 40,
            };
            let mut order = Lifecycle::at(from, Quantity::whole(100), Quantity::whole(cumulative));
            assert_eq!(order.status(), from);
            let answer = order.apply(&Fact { quantities: of(*what, *to, cumulative), ..Fact::new(*what) });
            assert_eq!((answer, order.status()), (Answer::Illustrated, *to), "{what:?} at {from:?}");
        }
    }
}

/// What an illegal pair says is not believed, whatever is known besides.
#[test]
fn what_is_illegal_underneath_a_request_is_illegal() {
    for pending in [ExecType::PendingReplace, ExecType::PendingCancel] {
        let mut order = Lifecycle::at(S::PartiallyFilled, Quantity::whole(100), Quantity::whole(40));
        order.apply(&Fact::new(pending));
        let answer = order.apply(&Fact::new(ExecType::Rejected));
        assert!(matches!(answer, Answer::Refused(_)), "{pending:?}: {answer:?}");
    }
}

fn of(what: ExecType, to: OrderStatus, cumulative: i64) -> Quantities {
    let quantity = |pieces| Some(Quantity::whole(pieces));
    match what {
        ExecType::PartialFill => Quantities { last: quantity(10), ..Quantities::default() },
        ExecType::Fill => Quantities { last: quantity(100 - cumulative), ..Quantities::default() },
        ExecType::TradeCancel => Quantities { last: quantity(10), ..Quantities::default() },
        ExecType::Replaced if to == S::PartiallyFilled => {
            Quantities { ordered: quantity(200), ..Quantities::default() }
        }
        _ => Quantities::default(),
    }
}
