//! Orders that are withdrawn once the other side was executed.

use otel_core::Timestamp;
use otel_trading::Quantity;
use otel_trading::compliance::flags::{
    Evidence, Flag, Layering, LayeringLimits, MarketFact, OrderKey, Touch,
};
use otel_trading::ids::OrderId;
use otel_trading::labels::{FlagKind, Side};

use super::{at_ms, cancelled, entered, executed, opposite, order, party, replaced, surveillance, ticks};

/// What is done, by default just enough: 3 levels of 500 pieces at 1 s, 300 executed at 5 s, all withdrawn at 7 s.
#[derive(Clone, Copy, Debug)]
struct Layers {
    side: Side,
    levels: i64,
    same_price: bool,
    pieces: i64,
    entered: u64,
    executed: i64,
    withdrawn: u64,
    stays: usize,
    usual: i64,
}

const ENOUGH: Layers = Layers {
    side: Side::Sell,
    levels: 3,
    same_price: false,
    pieces: 500,
    entered: 1_000,
    executed: 300,
    withdrawn: 7_000,
    stays: 0,
    usual: 150,
};

#[test]
fn just_enough_is_flagged_and_just_less_is_not() {
    check(ENOUGH, true);
    check(Layers { side: Side::Buy, ..ENOUGH }, true);
    check(Layers { levels: 2, pieces: 1_000, ..ENOUGH }, false);
    check(Layers { same_price: true, ..ENOUGH }, false);
    check(Layers { executed: 301, ..ENOUGH }, false);
    check(Layers { usual: 151, ..ENOUGH }, false);
    check(Layers { withdrawn: 7_001, ..ENOUGH }, false);
    // The orders are one millisecond apart, and the first is entered more than ten seconds before.
    check(Layers { entered: 1_000, ..ENOUGH }, true);
}

#[test]
fn what_was_there_long_before_is_no_layer() {
    let long_before = |seconds: u64| {
        let facts: Vec<_> = script(ENOUGH)
            .into_iter()
            .map(|fact| {
                let later = std::time::Duration::from_secs(if fact.at > at_ms(4_000) { seconds } else { 0 });
                MarketFact { at: fact.at.after(later), ..fact }
            })
            .collect();
        run(LayeringLimits::LAYERS, &facts).len()
    };
    // Executed at 5 s, entered at 1 s: four seconds, ten seconds, and eleven.
    assert_eq!(long_before(0), 1);
    assert_eq!(long_before(6), 1);
    assert_eq!(long_before(7), 0);
}

#[test]
fn a_fifth_of_it_may_stay() {
    let five = Layers { levels: 5, executed: 400, ..ENOUGH };
    check(Layers { stays: 1, ..five }, true);
    check(Layers { stays: 2, executed: 300, ..five }, false);
}

#[test]
fn orders_that_are_moved_away_are_withdrawn_too() {
    let facts: Vec<_> = script(ENOUGH)
        .into_iter()
        .map(|fact| {
            if fact.at < at_ms(6_000) {
                return fact;
            }
            replaced(fact.at, fact.party, fact.order, fact.side, 20_000, 500)
        })
        .collect();
    assert_eq!(run(LayeringLimits::LAYERS, &facts).len(), 1);
    let stay: Vec<_> = facts
        .into_iter()
        .enumerate()
        .map(|(number, fact)| {
            let again = script(ENOUGH)[number % 3].action;
            if fact.at < at_ms(6_000) { fact } else { MarketFact { action: again, ..fact } }
        })
        .collect();
    assert_eq!(run(LayeringLimits::LAYERS, &stay).len(), 0);
}

#[test]
fn orders_that_trade_at_once_or_are_executed_are_no_layers() {
    let crossing: Vec<_> = script(ENOUGH)
        .into_iter()
        .map(|fact| MarketFact { touch: Some(Touch { bid: ticks(20_000), ask: ticks(20_001) }), ..fact })
        .collect();
    assert_eq!(run(LayeringLimits::LAYERS, &crossing).len(), 0);
    let mut executed_instead = script(ENOUGH);
    for fact in executed_instead.iter_mut().filter(|fact| fact.at > at_ms(6_000)) {
        *fact = executed(fact.at, fact.party, fact.order, fact.side, 10_000, 500);
    }
    assert_eq!(run(LayeringLimits::LAYERS, &executed_instead).len(), 0);
}

#[test]
fn a_larger_execution_just_before_hides_nothing() {
    let mut facts = script(ENOUGH);
    facts.insert(3, executed(at_ms(4_900), party("a"), order("larger"), Side::Buy, 10_000, 1_000));
    assert_eq!(run(LayeringLimits::LAYERS, &facts).len(), 1);
    // One that comes while they are withdrawn counts.
    let mut facts = script(ENOUGH);
    facts.insert(5, executed(at_ms(7_000), party("a"), order("one more"), Side::Buy, 10_000, 1));
    assert_eq!(run(LayeringLimits::LAYERS, &facts).len(), 0);
}

#[test]
fn an_order_that_grows_in_between_stands_there_with_more() {
    // Of five levels one stays, as above; but it grows from 500 to 501, and then more than a fifth stays.
    let mut facts = script(Layers { levels: 5, executed: 400, stays: 1, ..ENOUGH });
    let grown = replaced(at_ms(6_000), party("a"), facts[4].order, Side::Sell, 10_104, 501);
    facts.insert(6, MarketFact { usual_order: facts[0].usual_order, ..grown });
    assert_eq!(run(LayeringLimits::LAYERS, &facts).len(), 0);
}

#[test]
fn nobody_makes_their_own_large_orders_usual() {
    let mut surveillance = surveillance();
    let mut feed = |facts: &[MarketFact]| -> usize {
        let layering = |flag: &&Flag| flag.rule.kind == FlagKind::Layering;
        facts
            .iter()
            .map(|fact| surveillance.observe(fact).expect("a fact").iter().filter(layering).count())
            .sum()
    };
    let usual =
        |number: u64, pieces| entered(at_ms(0), party("b"), OrderKey::new(number), Side::Buy, 9_000, pieces);
    feed(&(0..100).map(|number| usual(number, 100)).collect::<Vec<_>>());
    feed(&(100..160).map(|number| usual(number, 100_000)).collect::<Vec<_>>());
    let layers = Layers { pieces: 5_000, ..ENOUGH };
    let facts: Vec<_> =
        script(layers).into_iter().map(|fact| MarketFact { usual_order: None, ..fact }).collect();
    assert_eq!(feed(&facts), 1);
}

#[test]
fn a_large_order_is_a_spoof_from_the_third_time_in_five_minutes() {
    let one = Layers { levels: 1, pieces: 3_000, usual: 300, ..ENOUGH };
    assert_eq!(repeated(one, 3, 100_000).len(), 1);
    assert_eq!(repeated(one, 2, 100_000).len(), 0);
    assert_eq!(repeated(one, 3, 150_000).len(), 1);
    assert_eq!(repeated(one, 3, 150_001).len(), 0);
    assert_eq!(repeated(Layers { usual: 301, ..one }, 3, 100_000).len(), 0);
    assert_eq!(repeated(Layers { executed: 301, ..one }, 3, 100_000).len(), 0);
    // Many large levels are layers.
    assert_eq!(repeated(Layers { levels: 3, ..one }, 3, 100_000).len(), 0);
}

#[test]
fn the_evidence_says_what_was_done() {
    let flags = run(LayeringLimits::LAYERS, &script(ENOUGH));
    let Some(Flag {
        evidence: Evidence::Layering { orders, levels, placed, withdrawn, executed, .. }, ..
    }) = flags.first()
    else {
        panic!("{flags:?}")
    };
    assert_eq!((*orders, *levels), (3, 3));
    let expected = (Quantity::whole(1_500), Quantity::whole(1_500), Quantity::whole(300));
    assert_eq!((*placed, *withdrawn, *executed), expected);
    assert_eq!(flags[0].since, at_ms(1_000));
}

fn check(layers: Layers, is_flagged: bool) {
    let flags = run(LayeringLimits::LAYERS, &script(layers));
    assert_eq!(flags.len(), usize::from(is_flagged), "{layers:?}");
}

fn repeated(layers: Layers, times: u64, millis: u64) -> Vec<Flag> {
    let mut facts = Vec::new();
    for number in 0..times {
        let later = std::time::Duration::from_millis(number * millis);
        facts.extend(script(layers).into_iter().map(|fact| MarketFact { at: fact.at.after(later), ..fact }));
    }
    run(LayeringLimits::SPOOFS, &facts)
}

fn run(limits: LayeringLimits, facts: &[MarketFact]) -> Vec<Flag> {
    let mut detector = if limits.min_levels == 1 {
        Layering::of_spoofs(limits, 16)
    } else {
        Layering::of_layers(limits, 16)
    };
    facts.iter().filter_map(|fact| detector.observe(fact)).collect()
}

fn script(layers: Layers) -> Vec<MarketFact> {
    let who = party("a");
    let usual_order = Some(Quantity::whole(layers.usual));
    let id = |level: i64| OrderId(&format!("layer {level}")).into();
    let cents = |level: i64| 10_100 + if layers.same_price { 0 } else { level };
    let mut facts = Vec::new();
    for level in 0..layers.levels {
        let at: Timestamp = at_ms(layers.entered);
        facts.push(entered(at, who, id(level), layers.side, cents(level), layers.pieces));
    }
    facts.push(executed(at_ms(5_000), who, order("own"), opposite(layers.side), 10_000, layers.executed));
    for level in 0..layers.levels - layers.stays as i64 {
        facts.push(cancelled(at_ms(layers.withdrawn), who, id(level), layers.side, layers.pieces));
    }
    facts.into_iter().map(|fact| MarketFact { usual_order, ..fact }).collect()
}
