//! Patterns planted into real order flow: all are found, and next to nothing else.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use otel_core::Timestamp;
use otel_trading::compliance::flags::{
    Action, Flag, FxTable, LargeTradeLimits, OrderToTradeLimits, ParticipantKey, Party, Settings,
    Surveillance, TradingSession,
};
use otel_trading::labels::FlagKind;

use super::lobster::{Event, Lobster, aapl};
use super::planted::{self, Plant};
use super::{Dice, OPENS, currency, party};

/// Repetitions: 471 orders each, and 159 that take one.
const ROUNDS: u64 = 240;

/// Quarters of an hour, each with a close.
const SESSION: Duration = Duration::from_secs(900);

/// The rules that look for patterns; the others count, and are held against a count of their own.
const PATTERNS: [FlagKind; 5] = [
    FlagKind::WashTrade,
    FlagKind::Layering,
    FlagKind::Spoofing,
    FlagKind::QuoteStuffing,
    FlagKind::MarkingTheClose,
];

#[test]
fn what_is_planted_into_real_flow_is_found_and_next_to_nothing_else() {
    for (members, seed) in [(10, 1), (25, 2), (100, 3)] {
        let Some(lobster) = Lobster::read(members) else { return };
        let (seen, found, missed) = run(&lobster, seed, true);
        report(members, &seen, &found);
        assert!(missed.is_empty(), "with {members} members, not found: {missed:?}");
        assert!(seen.orders >= 100_000, "{} orders are not enough", seen.orders);
        let false_flags = seen.false_flags.len() as u64;
        assert!(
            false_flags * 10_000 <= seen.orders,
            "{false_flags} false flags: {}",
            shown(&seen.false_flags)
        );
    }
}

#[test]
fn without_plants_next_to_nothing_is_found_and_what_is_counted_is_what_another_count_says() {
    let Some(lobster) = Lobster::read(20) else { return };
    let (seen, _, _) = run(&lobster, 4, false);
    let false_flags = seen.false_flags.len() as u64;
    assert!(false_flags * 10_000 <= seen.orders, "{false_flags} false flags: {}", shown(&seen.false_flags));
    assert_eq!(seen.large, seen.large_by_hand);
    assert_eq!(seen.fast, seen.fast_by_hand);
    assert_eq!(seen.busy, seen.busy_by_hand);
    let compared = seen.large.min(seen.fast.len() as u64).min(seen.busy.len() as u64);
    assert!(compared > 0, "{} large, {} fast, {} busy", seen.large, seen.fast.len(), seen.busy.len());
}

/// The defaults, but for the two limits that such a market would never meet.
fn settings() -> Settings {
    let order_to_trade = OrderToTradeLimits { by_number: RATIO as u32, ..OrderToTradeLimits::default() };
    let limits = LargeTradeLimits::new(FxTable::new(currency("USD"))).above(LARGE_CENTS);
    Settings { order_to_trade, ..Settings::new(limits) }
}

/// 50,000 USD.
const LARGE_CENTS: i64 = 5_000_000;

/// Orders for each trade.
const RATIO: u64 = 3;

/// What came of one run.
#[derive(Debug, Default)]
struct Seen {
    orders: u64,
    facts: u64,
    false_flags: Vec<Flag>,
    by_kind: BTreeMap<&'static str, u64>,
    large: u64,
    large_by_hand: u64,
    /// Who was flagged for their rate of messages, in which session.
    fast: Vec<(ParticipantKey, u64)>,
    fast_by_hand: Vec<(ParticipantKey, u64)>,
    /// The same for those that order much and trade little.
    busy: Vec<(ParticipantKey, u64)>,
    busy_by_hand: Vec<(ParticipantKey, u64)>,
}

type Found = BTreeMap<&'static str, (u64, u64)>;

fn run(lobster: &Lobster, seed: u64, with_plants: bool) -> (Seen, Found, Vec<String>) {
    let mut dice = Dice::new(seed);
    let mut plants = if with_plants { plants(lobster, &mut dice) } else { Vec::new() };
    let mut planted: Vec<Event> = plants.iter_mut().flat_map(|plant| plant.events.clone()).collect();
    planted.sort_by_key(Event::at);
    let mut planted = planted.into_iter().peekable();
    let mut surveillance = Surveillance::new(settings());
    let (mut seen, mut flags, mut tallies) = (Seen::default(), Vec::new(), HashMap::new());
    let mut current = u64::MAX;
    for round in 0..ROUNDS {
        let mut events = lobster.round(round, seed, |at| if with_plants { shift(at) } else { 0 });
        let background = events.len();
        let end = lobster.starts(round + 1);
        while let Some(event) = planted.next_if(|event| event.at() < end) {
            events.push(event);
        }
        seen.orders += events[..background].iter().filter(|event| is_new(event)).count() as u64;
        events.sort_by_key(Event::at);
        for event in &events {
            let number = number_of(event.at());
            if number != current {
                current = number;
                surveillance.session_began(aapl().venue, session(number));
            }
            seen.count(event, number, &mut tallies);
            match event {
                Event::Print(print) => surveillance.print_seen(print).expect("a print"),
                Event::Fact(fact) => {
                    flags.extend_from_slice(surveillance.observe(fact).expect("a fact"));
                }
            }
        }
    }
    seen.sort(&flags, &plants);
    let counts = surveillance.counts();
    assert_eq!((counts.orders_overflowed, counts.parties_overflowed, counts.refused), (0, 0, 0));
    assert_eq!((counts.without_session, counts.without_tape, counts.without_clock), (0, 0, 0));
    let (found, missed) = found(&plants, &flags);
    (seen, found, missed)
}

impl Seen {
    /// Counts what the counting rules count, in the simplest way there is.
    fn count(
        &mut self,
        event: &Event,
        session: u64,
        tallies: &mut HashMap<(ParticipantKey, u64), (u64, u64)>,
    ) {
        let Event::Fact(fact) = event else { return };
        self.facts += 1;
        if let Action::Executed(execution) = fact.action {
            tallies.entry((fact.party.participant, session)).or_default().1 += 1;
            let cents = fact.quantity.0.mantissa() * execution.price.0.mantissa();
            self.large_by_hand += u64::from(cents > LARGE_CENTS);
        } else {
            let who = (fact.party.participant, session);
            let (sent, traded) = tallies.entry(who).or_default();
            *sent += 1;
            if *sent == 2 * SESSION.as_secs() {
                self.fast_by_hand.push(who);
            }
            if *sent >= 1_000 && *sent > (*traded).max(1) * (RATIO + 1) && !self.busy_by_hand.contains(&who) {
                self.busy_by_hand.push(who);
            }
        }
    }

    /// Tells flags that somebody earned from those that nobody did.
    fn sort(&mut self, flags: &[Flag], plants: &[Plant]) {
        for flag in flags {
            let kind = flag.rule.kind;
            *self.by_kind.entry(kind.as_str()).or_default() += 1;
            match kind {
                FlagKind::LargeTrade => self.large += 1,
                FlagKind::HftMessageRate if flag.evidence.to_string().contains("instrument") => {
                    self.fast.push((flag.party.participant, number_of(flag.at)));
                }
                FlagKind::HftMessageRate => {}
                FlagKind::OrderToTradeRatio if flag.evidence.to_string().ends_with("number") => {
                    self.busy.push((flag.party.participant, number_of(flag.at)));
                }
                FlagKind::OrderToTradeRatio => {}
                _ if plants.iter().any(|plant| plant.explains(flag)) => {}
                _ => self.false_flags.push(*flag),
            }
        }
    }
}

impl Plant {
    fn explains(&self, flag: &Flag) -> bool {
        let (Some(first), Some(last)) = (self.events.first(), self.events.last()) else { return false };
        // Whoever is caught layering may well be caught spoofing.
        let withdraws = |kind| matches!(kind, FlagKind::Layering | FlagKind::Spoofing);
        let same = flag.rule.kind == self.kind || (withdraws(flag.rule.kind) && withdraws(self.kind));
        // Their own usual orders on the same side may be the last ones to go.
        let end = last.at().after(Duration::from_secs(2));
        same && flag.party.owner == self.owner && (first.at()..=end).contains(&flag.at)
    }
}

fn plants(lobster: &Lobster, dice: &mut Dice) -> Vec<Plant> {
    let others = &lobster.members;
    let length = lobster.starts(ROUNDS).since(OPENS);
    let mut plants = Vec::new();
    for number in 0..20 {
        let mut place = || {
            let nanos = dice.up_to((length - Duration::from_secs(300)).as_nanos() as u64);
            OPENS.after(Duration::from_nanos(nanos))
        };
        let places: [Timestamp; 5] = std::array::from_fn(|_| place());
        // Half of them are done by somebody who also trades as everybody does.
        let mut who = |what: &str| -> Party {
            if number % 2 == 0 { party(&format!("{what} {number}")) } else { lobster.member(dice) }
        };
        let (washer, layerer, spoofer, stuffer) = (who("wash"), who("layers"), who("spoof"), who("stuff"));
        plants.push(planted::self_trade(dice, washer, places[0]));
        let offsetter = party(&format!("offset {number}"));
        plants.push(planted::offsetting(dice, offsetter, others, places[1]));
        plants.push(planted::layering(dice, layerer, others, places[2]));
        plants.push(planted::spoofing(dice, spoofer, others, places[3]));
        plants.push(planted::stuffing(dice, stuffer, places[4]));
    }
    let sessions = length.as_secs() / SESSION.as_secs();
    for number in (0..sessions).filter(|number| is_marked(*number)) {
        let who = party(&format!("close {number}"));
        let up = goes_up(number);
        // What is traded in ten minutes of background, as the test below measures.
        let traded = traded_before_a_close(lobster);
        plants.push(planted::close(dice, who, others, session(number).closes(), (up, traded)));
    }
    plants
}

/// The pieces that the background trades in ten minutes.
fn traded_before_a_close(lobster: &Lobster) -> i64 {
    let prints = lobster.round(0, 1, |_| 0).into_iter().filter_map(|event| match event {
        Event::Print(print) => Some(print.quantity.0.mantissa()),
        Event::Fact(_) => None,
    });
    prints.sum::<i64>() * 600_000 / lobster.round.as_millis() as i64
}

fn found(plants: &[Plant], flags: &[Flag]) -> (Found, Vec<String>) {
    let (mut found, mut missed) = (Found::new(), Vec::new());
    for plant in plants {
        let (hits, all) = found.entry(plant.kind.as_str()).or_default();
        let mut own = flags.iter().filter(|flag| flag.rule.kind == plant.kind && plant.explains(flag));
        *all += 1;
        match own.next() {
            Some(_) => *hits += 1,
            None => missed.push(format!(
                "{} by {:?} from {:?} to {:?}\n",
                plant.kind.as_str(),
                plant.owner,
                plant.events.first().map(Event::at),
                plant.events.last().map(Event::at)
            )),
        }
    }
    (found, missed)
}

#[expect(clippy::print_stdout, reason = "these are the figures the documentation states")]
fn report(members: usize, seen: &Seen, found: &Found) {
    println!("{members} members: {} background orders, {} facts", seen.orders, seen.facts);
    for kind in PATTERNS.map(FlagKind::as_str) {
        let (hits, all) = found.get(kind).copied().unwrap_or_default();
        let wrong = seen.false_flags.iter().filter(|flag| flag.rule.kind.as_str() == kind).count();
        println!("  {kind}: {hits} of {all} found, {wrong} false flags");
    }
    println!("  all flags: {:?}{}", seen.by_kind, shown(&seen.false_flags));
}

fn shown(flags: &[Flag]) -> String {
    flags
        .iter()
        .map(|flag| {
            format!("\n{} {:?} {:?}: {}", flag.rule.kind.as_str(), flag.at, flag.party.owner, flag.evidence)
        })
        .collect()
}

fn is_new(event: &Event) -> bool {
    matches!(event, Event::Fact(fact) if matches!(fact.action, Action::New { .. }))
}

fn number_of(at: Timestamp) -> u64 {
    at.since(OPENS).as_secs() / SESSION.as_secs()
}

fn session(number: u64) -> TradingSession {
    let opens = OPENS.after(SESSION * u32::try_from(number).expect("few sessions"));
    TradingSession::new(opens, opens.after(SESSION)).expect("a session")
}

/// Every other close is marked.
const fn is_marked(session: u64) -> bool {
    session % 2 == 1
}

const fn goes_up(session: u64) -> bool {
    session % 4 == 1
}

/// How far a marked close has pulled the market along, in cents: 5 dollars in the end.
fn shift(at: Timestamp) -> i64 {
    let number = number_of(at);
    let left = session(number).closes().since(at).as_secs();
    let pulled = 5 * (120_u64.saturating_sub(left)) as i64 * 100 / 120;
    match (is_marked(number), goes_up(number)) {
        (true, true) => pulled,
        (true, false) => -pulled,
        _ => 0,
    }
}
