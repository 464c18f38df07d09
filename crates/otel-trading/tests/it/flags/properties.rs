//! What holds for all facts.

use otel_core::Timestamp;
use otel_trading::Quantity;
use otel_trading::compliance::flags::{
    Action, Caps, Evidence, Execution, Flag, Listing, MarketFact, OrderKey, Print, Settings, Surveillance,
    VenueKey,
};
use otel_trading::ids::{Mic, Symbol};
use otel_trading::labels::{CancelReason, Side};
use proptest::prelude::*;

use super::{OPENS, at_ms, currency, opposite, party, session, settings, ticks};

/// A step of one instrument's story, as small numbers.
type Step = (u8, u8, u8, bool, u16, u16);

proptest! {
    #[test]
    fn how_instruments_interleave_does_not_matter(
        first in steps(), second in steps(), order in prop::collection::vec(any::<bool>(), 400),
    ) {
        let alone: Vec<Flag> = run(&mut strict(Caps::default()), &story(0, &first));
        let beside: Vec<Flag> = run(&mut strict(Caps::default()), &story(1, &second));
        let mut stories = [story(0, &first).into_iter().peekable(), story(1, &second).into_iter().peekable()];
        let mut mixed = Vec::new();
        for takes_second in order {
            mixed.extend(stories[usize::from(takes_second)].next());
        }
        mixed.extend(stories.into_iter().flatten());
        let together = run(&mut strict(Caps::default()), &mixed);
        for (number, expected) in [(0, alone), (1, beside)] {
            let own: Vec<Flag> = together.iter().copied().filter(|flag| flag.listing == listing(number)).collect();
            prop_assert_eq!(own, expected);
        }
    }

    #[test]
    fn every_flag_has_its_evidence_and_the_same_facts_give_the_same_flags(steps in steps()) {
        let facts = story(0, &steps);
        let flags = run(&mut strict(Caps::default()), &facts);
        for flag in &flags {
            prop_assert!(flag.since <= flag.at, "{:?}", flag);
            prop_assert!(is_evident(&flag.evidence), "{:?}", flag);
            prop_assert!(facts.iter().any(|fact| fact.order == flag.order && fact.at == flag.at));
        }
        prop_assert_eq!(flags, run(&mut strict(Caps::default()), &facts));
    }

    #[test]
    fn caps_hold_whatever_happens(steps in steps(), cap in 1_usize..4) {
        let caps = Caps { orders: cap, parties: cap, venues: 1 };
        let mut surveillance = strict(caps);
        for fact in story(0, &steps) {
            let raised = surveillance.observe(&fact).map(<[Flag]>::len).unwrap_or_default();
            prop_assert!(raised <= 11);
            prop_assert!(surveillance.open_orders() <= cap);
        }
        let counts = surveillance.counts();
        prop_assert_eq!(counts.facts + counts.refused, steps.len() as u64);
    }
}

/// Limits that are easily met, so that random facts meet them.
fn strict(caps: Caps) -> Surveillance {
    let mut settings = Settings { caps, ..settings() };
    settings.layering.min_levels = 2;
    settings.layering.ratio = 1;
    settings.layering.total_size = 0;
    settings.spoofing.ratio = 1;
    settings.spoofing.order_size = 1;
    settings.spoofing.total_size = 0;
    settings.spoofing.episodes = 1;
    settings.wash_trade.pairs = 1;
    settings.quote_stuffing.min_messages = 3;
    settings.quote_stuffing.factor = 1;
    settings.quote_stuffing.withdrawn.0 = 30;
    settings.marking_the_close.min_prints = 0;
    settings.order_to_trade.min_messages = 3;
    settings.order_to_trade.by_number = 1;
    settings.order_to_trade.by_volume = 1;
    let mut surveillance = Surveillance::new(settings);
    for number in 0..2 {
        surveillance.session_began(listing(number).venue, session());
    }
    surveillance
}

fn run(surveillance: &mut Surveillance, facts: &[MarketFact]) -> Vec<Flag> {
    let mut flags = Vec::new();
    for fact in facts {
        if let Action::Executed(execution) = fact.action {
            let print = Print::new(fact.at, fact.listing, execution.price, fact.quantity);
            surveillance.print_seen(&print).ok();
        }
        flags.extend_from_slice(surveillance.observe(fact).unwrap_or_default());
    }
    flags
}

/// Whether the figures are such as only a flag has.
fn is_evident(evidence: &Evidence) -> bool {
    match evidence {
        Evidence::LargeTrade { compared, threshold, .. } => compared.minor() > threshold.minor(),
        Evidence::MessageRate { messages, session, limit, .. } => {
            *messages >= u64::from(*limit) * session.as_secs()
        }
        Evidence::WashTrade { pairs, share, .. } => *pairs >= 1 && share.0 >= 80,
        Evidence::Layering { orders, levels, placed, withdrawn, executed, .. } => {
            *orders >= *levels && withdrawn <= placed && withdrawn >= executed && *levels >= 1
        }
        Evidence::QuoteStuffing { messages, entered, withdrawn, fleeting, .. } => {
            *messages >= 3 && *entered > 0 && *fleeting > 0 && fleeting <= withdrawn
        }
        Evidence::MarkingTheClose { share, moved_bps, .. } => share.0 >= 30 && moved_bps.abs() >= 50,
        Evidence::OrderToTrade { messages, .. } => *messages >= 3,
        Evidence::ClockDivergence { divergence, max_divergence, .. } => divergence > max_divergence,
        _ => true,
    }
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = (0_u8..10, 0_u8..3, 0_u8..6, any::<bool>(), 0_u16..400, 0_u16..300);
    prop::collection::vec(step, 0..200)
}

/// What happens to one instrument, each at a venue of its own, in its last minutes.
fn story(number: u8, steps: &[Step]) -> Vec<MarketFact> {
    let (mut at, mut facts) = (at_ms(30_590_000 - 540_000), Vec::new());
    for (what, who, id, is_buy, wait, size) in steps.iter().copied() {
        at = Timestamp::from_unix_nanos(at.unix_nanos() + u64::from(wait) * 1_000_000);
        let side = if is_buy { Side::Buy } else { Side::Sell };
        let price = ticks(10_000 + i64::from(size % 7) * 20);
        let other = party(&format!("party {}", (who + u8::from(size % 3 > 0)) % 3)).owner;
        let (action, side) = match what {
            0..=3 => (Action::New { price: Some(price) }, side),
            4 => (Action::Replaced { price: Some(price) }, side),
            5..=7 => (Action::Cancelled { reason: CancelReason::Requested }, side),
            _ => (
                Action::Executed(Execution { price, counterparty: Some(other), trade: None }),
                opposite(side),
            ),
        };
        // Orders are the same number on both venues, and not the same.
        let order = OrderKey::new(u64::from(id));
        let who = party(&format!("party {who}"));
        let quantity = Quantity::whole(i64::from(size));
        let fact = MarketFact::new(at, listing(number), who, order, side, action, quantity);
        facts.push(MarketFact { currency: Some(currency("EUR")), ..fact });
    }
    assert!(facts.iter().all(|fact| fact.at >= OPENS));
    facts
}

fn listing(number: u8) -> Listing {
    let (symbol, venue): (_, VenueKey) = match number {
        0 => (Symbol("SAP"), Mic("XETR").into()),
        _ => (Symbol("ASML"), Mic("XAMS").into()),
    };
    Listing { instrument: symbol.into(), venue }
}
