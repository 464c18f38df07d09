//! Events of the Consolidated Audit Trail, and of RTS 24, from what FIX says.

use std::collections::BTreeSet;

use otel_trading::labels::ExecType;
use otel_trading::regulatory::cat::{CatAction, CatEvent, EVENTS, Standing, record};
use otel_trading::regulatory::rts24::{OrderEvent, Origin, order_event};

/// Executor and router; a dash where nothing is reported. Written down apart from the code, from the specification.
const RECORDS: [(ExecType, &str, &str); 20] = [
    (ExecType::Submitted, "-", "MEOR NEW"),
    (ExecType::PendingNew, "-", "-"),
    (ExecType::New, "MENO NEW", "-"),
    (ExecType::PartialFill, "MEOT NEW", "-"),
    (ExecType::Fill, "MEOT NEW", "-"),
    (ExecType::DoneForDay, "-", "-"),
    (ExecType::PendingCancel, "MEOCR NEW", "-"),
    (ExecType::Canceled, "MEOC NEW", "MECR NEW"),
    (ExecType::PendingReplace, "MEOMR NEW", "-"),
    (ExecType::Replaced, "MEOM NEW", "MEMR NEW"),
    (ExecType::CancelRejected, "-", "-"),
    (ExecType::Rejected, "-", "-"),
    (ExecType::Stopped, "-", "-"),
    (ExecType::Suspended, "-", "-"),
    (ExecType::Expired, "-", "-"),
    (ExecType::Restated, "-", "-"),
    (ExecType::TradeCorrect, "MEOT COR", "-"),
    (ExecType::TradeCancel, "MEOT DEL", "-"),
    (ExecType::Triggered, "-", "-"),
    (ExecType::Calculated, "-", "-"),
];

/// Member, automatic, human.
const ORDER_EVENTS: [(ExecType, [&str; 3]); 20] = [
    (ExecType::Submitted, ["-", "-", "-"]),
    (ExecType::PendingNew, ["-", "-", "-"]),
    (ExecType::New, ["NEWO", "NEWO", "NEWO"]),
    (ExecType::PartialFill, ["PARF", "PARF", "PARF"]),
    (ExecType::Fill, ["FILL", "FILL", "FILL"]),
    (ExecType::DoneForDay, ["-", "-", "-"]),
    (ExecType::PendingCancel, ["-", "-", "-"]),
    (ExecType::Canceled, ["CAME", "CAMO", "CAMO"]),
    (ExecType::PendingReplace, ["-", "-", "-"]),
    (ExecType::Replaced, ["REME", "REMA", "REMH"]),
    (ExecType::CancelRejected, ["-", "-", "-"]),
    (ExecType::Rejected, ["REMO", "REMO", "REMO"]),
    (ExecType::Stopped, ["CHME", "CHMA", "CHMH"]),
    (ExecType::Suspended, ["CHME", "CHMA", "CHMH"]),
    (ExecType::Expired, ["EXPI", "EXPI", "EXPI"]),
    (ExecType::Restated, ["-", "REMA", "REMH"]),
    (ExecType::TradeCorrect, ["-", "-", "-"]),
    (ExecType::TradeCancel, ["-", "-", "-"]),
    (ExecType::Triggered, ["TRIG", "TRIG", "TRIG"]),
    (ExecType::Calculated, ["-", "-", "-"]),
];

#[test]
fn every_report_of_fix_has_its_cat_record() {
    let kinds: Vec<_> = RECORDS.iter().map(|(exec_type, ..)| *exec_type).collect();
    assert_eq!(kinds, ExecType::ALL);
    let text = |record: Option<(CatEvent, CatAction)>| {
        record.map_or("-".to_owned(), |(event, action)| format!("{event} {action}"))
    };
    for (exec_type, executor, router) in RECORDS {
        assert_eq!(text(record(exec_type, Standing::Executor)), executor, "{exec_type:?}");
        assert_eq!(text(record(exec_type, Standing::Router)), router, "{exec_type:?}");
    }
}

#[test]
fn every_report_of_fix_has_its_order_event() {
    let kinds: Vec<_> = ORDER_EVENTS.iter().map(|(exec_type, _)| *exec_type).collect();
    assert_eq!(kinds, ExecType::ALL);
    for (exec_type, expected) in ORDER_EVENTS {
        let found = [Origin::Member, Origin::Automatic, Origin::Human]
            .map(|origin| order_event(exec_type, origin).map_or("-", OrderEvent::as_str));
        assert_eq!(found, expected, "{exec_type:?}");
    }
}

#[test]
fn each_event_stands_for_one_fact() {
    let events: BTreeSet<_> = EVENTS.iter().map(|(_, event)| *event).collect();
    assert_eq!(events.len(), EVENTS.len());
    assert_eq!(events.into_iter().collect::<Vec<_>>(), CatEvent::ALL);
    for event in CatEvent::ALL {
        assert_eq!(event.as_str().parse(), Ok(*event));
    }
}
