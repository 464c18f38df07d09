//! Real order flow, masked: every message of it is explained.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a table for people, and a loud skip")]

use std::collections::{BTreeMap, HashMap};
use std::fs;

use otel_core::Decimal;
use otel_trading::ids::{ClientOrderId, ExecId};
use otel_trading::labels::{ExecType, OrderStatus, Violation};
use otel_trading::lifecycle::{Answer, Fact, Lifecycle, Names, Prices, Quantities};
use otel_trading::{Price, Quantity};

/// What lies beside the workspace where there is any.
const FLOW: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/fix/100FIX42.dat");

#[test]
fn every_message_of_a_real_flow_is_explained() {
    let Ok(bytes) = fs::read(FLOW) else {
        eprintln!("SKIPPED: there is no {FLOW}");
        return;
    };
    let text = String::from_utf8_lossy(&bytes);
    let mut orders: HashMap<String, Lifecycle> = HashMap::new();
    let mut explained: BTreeMap<&str, u64> = BTreeMap::new();
    let mut unexplained = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let fields: HashMap<&str, &str> =
            line.split('\u{1}').filter_map(|field| field.split_once('=')).collect();
        match explain(&fields, &mut orders) {
            Some(why) => *explained.entry(why).or_default() += 1,
            None => unexplained.push(line.to_owned()),
        }
    }
    for (why, messages) in &explained {
        println!("{messages:>5}  {why}");
    }
    assert_eq!(unexplained, Vec::<String>::new());
    assert_eq!(explained.values().sum::<u64>(), 100);
    let filled = orders.values().filter(|order| order.status() == OrderStatus::Filled);
    assert_eq!(filled.count(), 25);
}

/// Takes in one message, and says why its answer is what it should be.
fn explain(fields: &HashMap<&str, &str>, orders: &mut HashMap<String, Lifecycle>) -> Option<&'static str> {
    let name = *fields.get("11")?;
    let digest = ClientOrderId(name).digest();
    let quantity = |tag: &str| fields.get(tag)?.parse().ok().map(Quantity);
    let price = |tag: &str| fields.get(tag)?.parse::<Decimal>().ok().map(Price);
    if *fields.get("35")? == "D" {
        let is_known = orders.contains_key(name);
        let ordered = quantity("38")?;
        let order = orders.entry(name.to_owned()).or_insert_with(|| Lifecycle::new(ordered).called(digest));
        return match (order.apply(&Fact::new(ExecType::Submitted)), is_known) {
            (Answer::Illustrated, false) => Some("an order is sent"),
            (Answer::Refused(Violation::Duplicate), true) => {
                Some("an order is routed on under the same name")
            }
            _ => None,
        };
    }
    let order = orders.get_mut(name)?;
    let fact = Fact {
        report: Some(ExecId(fields.get("17")?).digest()),
        names: Names { client: Some(digest), original: None },
        quantities: Quantities {
            last: quantity("32"),
            cumulative: quantity("14"),
            leaves: quantity("151"),
            ordered: None,
        },
        prices: Prices { last: price("31"), average: None },
        ..Fact::new((fields.get("150") == Some(&"2")).then_some(ExecType::Fill)?)
    };
    let masked = {
        let mut order = *order;
        order.apply(&Fact { prices: Prices { average: price("6"), ..fact.prices }, ..fact })
    };
    let answer = order.apply(&fact);
    let fits = order.status() == OrderStatus::Filled && order.average_price() == price("31").map(short);
    match (answer, masked) {
        (Answer::Tolerated(Violation::Race), Answer::Tolerated(Violation::Price)) if fits => Some(
            "a fill whose acknowledgement is not in the log, and whose LastPx (31) is masked and AvgPx (6) is not",
        ),
        (Answer::Tolerated(Violation::Quantity), _) if order.ordered() == Quantity::ZERO => {
            Some("a fill of nothing of an order for nothing: its quantity is masked as well")
        }
        _ => None,
    }
}

/// A price as averages are written: without zeros at the end.
fn short(price: Price) -> Price {
    let text = price.0.to_string();
    Price(text.trim_end_matches('0').parse().expect("a price"))
}
