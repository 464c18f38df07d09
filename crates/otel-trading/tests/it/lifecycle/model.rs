//! A million random orders, held against a model that only adds up.

#![expect(clippy::print_stdout, reason = "how much was played")]

use otel_core::Decimal;
use otel_trading::ids::ClientOrderId;
use otel_trading::labels::{ExecType, Violation};
use otel_trading::lifecycle::{Answer, Fact, Lifecycle, Names, Prices, Quantities};
use otel_trading::{Price, Quantity};

const STREAMS: u64 = 1_000_000;
const ME: u64 = 7;
const STRANGER: u64 = 8;

/// What a venue knows of the order: every execution, and whether it still trades.
struct Venue {
    ordered: i64,
    executions: Vec<(u64, i64, i64)>,
    is_over: bool,
    next: u64,
}

impl Venue {
    fn cumulative(&self) -> i64 {
        self.executions.iter().map(|(_, pieces, _)| pieces).sum()
    }

    fn leaves(&self) -> i64 {
        if self.is_over { 0 } else { self.ordered - self.cumulative() }
    }

    /// In hundredths of a currency's major unit.
    fn worth(&self) -> i64 {
        self.executions.iter().map(|(_, pieces, cents)| pieces * cents).sum()
    }

    fn name(&mut self) -> u64 {
        self.next += 1;
        self.next
    }
}

#[test]
fn a_million_orders_add_up_whatever_is_repeated_misdirected_or_taken_back() {
    let (facts, untrue) = std::thread::scope(|scope| {
        let workers = [1, 2, 3, 4].map(|seed| scope.spawn(move || play(seed, STREAMS / 4)));
        workers
            .into_iter()
            .map(|worker| worker.join().expect("no panic"))
            .fold((0, 0), |all, one| (all.0 + one.0, all.1 + one.1))
    });
    println!("{STREAMS} orders, {facts} facts that are true, {untrue} that are not");
    assert!(facts > 3 * STREAMS && untrue > STREAMS / 4);
}

/// Plays so many orders, and says how many facts were told that are true, and that are not.
fn play(seed: u64, streams: u64) -> (u64, u64) {
    let mut random = fastrand::Rng::with_seed(seed);
    let (mut facts, mut untrue) = (0, 0);
    for stream in 0..streams {
        let ordered = random.i64(1..=50);
        let mut venue = Venue { ordered, executions: Vec::new(), is_over: false, next: 100 };
        let mut order = Lifecycle::new(Quantity::whole(ordered)).called(ME);
        for _ in 0..random.u8(1..=8) {
            let Some(fact) = next(&mut venue, &mut random) else { continue };
            facts += 1;
            let answer = order.apply(&fact);
            assert!(is_believed(answer), "stream {stream}: {fact:?} is {answer:?}");
            check(stream, &venue, &order, &fact);
            if random.u8(..) < 64 {
                untrue += u64::from(refuse(stream, &mut order, &fact, &mut random));
                check(stream, &venue, &order, &fact);
            }
        }
    }
    (facts, untrue)
}

/// The truth may be a race, but it always adds up.
fn is_believed(answer: Answer) -> bool {
    matches!(answer, Answer::Illustrated | Answer::Tolerated(Violation::Race))
}

/// Something happens at the venue, and is reported.
fn next(venue: &mut Venue, random: &mut fastrand::Rng) -> Option<Fact> {
    let report = venue.name();
    let (what, mut last) = match random.u8(0..8) {
        0..4 if venue.leaves() > 0 => {
            let last = (random.i64(1..=venue.leaves()), random.i64(-50..500));
            venue.executions.push((report, last.0, last.1));
            (if venue.leaves() == 0 { ExecType::Fill } else { ExecType::PartialFill }, Some(last))
        }
        4 if venue.cumulative() == 0 && !venue.is_over => (ExecType::New, None),
        5 if venue.leaves() > 0 => {
            venue.is_over = true;
            (ExecType::Canceled, None)
        }
        6 if !venue.is_over => {
            venue.ordered = (venue.cumulative() + random.i64(0..20)).max(1);
            (ExecType::Replaced, None)
        }
        _ => return take_back(venue, random, report),
    };
    let is_fill = last.is_some();
    let mut fact = told(venue, what, report, last.take());
    fact.quantities.ordered = (what == ExecType::Replaced).then(|| Quantity::whole(venue.ordered));
    if is_fill && random.bool() {
        // Not every venue counts for its clients.
        fact.quantities.cumulative = None;
        fact.prices.average = None;
    }
    Some(fact)
}

fn take_back(venue: &mut Venue, random: &mut fastrand::Rng, report: u64) -> Option<Fact> {
    let at = random.usize(..venue.executions.len().max(1));
    let (refers_to, pieces, _) = venue.executions.get(at).copied()?;
    let (what, last) = if random.bool() {
        venue.executions.remove(at);
        (ExecType::TradeCancel, None)
    } else {
        let last = (random.i64(1..=pieces), random.i64(-50..500));
        venue.executions[at] = (report, last.0, last.1);
        (ExecType::TradeCorrect, Some(last))
    };
    Some(Fact { refers_to: Some(refers_to), ..told(venue, what, report, last) })
}

fn told(venue: &Venue, what: ExecType, report: u64, last: Option<(i64, i64)>) -> Fact {
    let cumulative = venue.cumulative();
    let average = (cumulative > 0).then(|| {
        // Four digits, and the rest cut off.
        Price(Decimal::new(venue.worth() * 100 / cumulative, 4).expect("a price"))
    });
    Fact {
        report: Some(report),
        names: Names { client: Some(ME), original: None },
        quantities: Quantities {
            last: last.map(|(pieces, _)| Quantity::whole(pieces)),
            cumulative: Some(Quantity::whole(cumulative)),
            leaves: Some(Quantity::whole(venue.leaves())),
            ordered: None,
        },
        prices: Prices { last: last.map(|(_, cents)| cents_of(cents)), average },
        ..Fact::new(what)
    }
}

/// What is not true of this order is refused.
fn refuse(stream: u64, order: &mut Lifecycle, fact: &Fact, random: &mut fastrand::Rng) -> bool {
    let report = Some(random.u64(1 << 32..));
    let (untrue, expected) = match random.u8(0..4) {
        0 => (*fact, Violation::Duplicate),
        1 => {
            let names = Names { client: Some(STRANGER), original: None };
            (Fact { report, names, ..Fact::new(ExecType::PartialFill) }, Violation::Reference)
        }
        2 if order.cumulative() > Quantity::ZERO => {
            let bust = Fact::new(ExecType::TradeCancel);
            (Fact { report, refers_to: Some(random.u64(1 << 32..)), ..bust }, Violation::Reference)
        }
        _ => return false,
    };
    assert_eq!(order.apply(&untrue), Answer::Refused(expected), "stream {stream}: {untrue:?}");
    true
}

fn check(stream: u64, venue: &Venue, order: &Lifecycle, fact: &Fact) {
    let place = || format!("stream {stream} after {fact:?}");
    assert_eq!(order.cumulative(), Quantity::whole(venue.cumulative()), "{}", place());
    assert_eq!(order.leaves(), Quantity::whole(venue.leaves()), "{}", place());
    assert_eq!(order.ordered(), Quantity::whole(venue.ordered), "{}", place());
    let Some(average) = order.average_price() else {
        assert_eq!(venue.cumulative(), 0, "{}", place());
        return;
    };
    // Half a unit of the ninth digit, for every piece: `average × pieces` is nearly the worth.
    let scale = 10_i128.pow(u32::from(average.0.scale()));
    let error = i128::from(average.0.mantissa()) * 100 * i128::from(venue.cumulative())
        - i128::from(venue.worth()) * scale;
    let allowed = if average.0.scale() == 9 { 50 * i128::from(venue.cumulative()) } else { 0 };
    // A shorter one is exact, or ended in zeros after it was rounded.
    let allowed = allowed.max(50 * i128::from(venue.cumulative()) * scale / 1_000_000_000);
    assert!(error.abs() <= allowed, "{average:?} for {}: {}", venue.worth(), place());
}

fn cents_of(cents: i64) -> Price {
    Price(Decimal::new(cents, 2).expect("a price"))
}

/// Digests and the like are made elsewhere; this only shows that names are what they are made of.
#[test]
fn a_name_has_one_digest() {
    assert_eq!(ClientOrderId("c-1").digest(), ClientOrderId("c-1").digest());
    assert_ne!(ClientOrderId("c-1").digest(), ClientOrderId("c-2").digest());
}
