use std::collections::BTreeMap;

use proptest::prelude::*;

use super::super::pace::Rate;
use super::*;
use crate::settings::Backoff;

const MATTERS: [&str; 4] = ["a", "b", "c", "d"];
const EVERY: Duration = Duration::from_millis(10);
const BURST: u32 = 3;
const HOUR: Duration = Duration::from_secs(60 * 60);

/// A state of a matter, and the states it was told in place of.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Note {
    matter: &'static str,
    state: u32,
    instead_of: Vec<u32>,
}

impl Note {
    fn new(matter: &'static str, state: u32) -> Self {
        Self { matter, state, instead_of: Vec::new() }
    }
}

impl Letter for Note {
    fn matter(&self) -> &'static str {
        self.matter
    }

    fn supersede(&mut self, older: Self) {
        self.instead_of.extend(older.instead_of);
        self.instead_of.push(older.state);
    }
}

fn mailbox(capacity: usize, patience: Duration) -> Mailbox<Note> {
    let backoff = Backoff { first: Duration::from_millis(5), longest: Duration::from_millis(50) };
    Mailbox::new(Pace::new(Rate { every: EVERY, burst: BURST }, backoff, 3), capacity, patience)
}

fn send(mailbox: &mut Mailbox<Note>, now: Instant) -> Note {
    match mailbox.next(now) {
        Step::Send(note) => note,
        other => panic!("nothing to send: {other:?}"),
    }
}

fn dropped(mailbox: &Mailbox<Note>) -> [u64; 5] {
    let counts = mailbox.tally().counts("test", mailbox.queued());
    NotDelivered::ALL.map(|reason| counts.not_delivered(reason))
}

#[test]
fn a_newer_letter_takes_the_place_of_an_older_one_about_the_same_matter() {
    let (mut mailbox, now) = (mailbox(10, HOUR), Instant::now());
    for (matter, state) in [("a", 1), ("b", 1), ("a", 2), ("a", 3)] {
        mailbox.offer(now, Note::new(matter, state));
    }
    let first = send(&mut mailbox, now);
    assert_eq!(first, Note { matter: "a", state: 3, instead_of: vec![1, 2] });
    mailbox.answered(now, Outcome::Accepted);
    assert_eq!(send(&mut mailbox, now), Note::new("b", 1));
    assert_eq!(dropped(&mailbox), [2, 0, 0, 0, 0]);
}

#[test]
fn what_failed_on_its_way_is_not_repeated_after_something_newer() {
    let (mut mailbox, now) = (mailbox(10, HOUR), Instant::now());
    mailbox.offer(now, Note::new("a", 1));
    assert_eq!(send(&mut mailbox, now).state, 1);
    mailbox.offer(now, Note::new("a", 2));
    mailbox.answered(now, Outcome::Failed { after: None });
    let later = now + Duration::from_secs(1);
    assert_eq!(send(&mut mailbox, later), Note { matter: "a", state: 2, instead_of: vec![1] });
    mailbox.answered(later, Outcome::Accepted);
    assert_eq!((mailbox.next(later), dropped(&mailbox)), (Step::Rest, [1, 0, 0, 0, 0]));
}

#[test]
fn a_letter_that_always_fails_does_not_keep_the_others_from_trying() {
    let (mut mailbox, now) = (mailbox(10, HOUR), Instant::now());
    mailbox.offer(now, Note::new("a", 1));
    mailbox.offer(now, Note::new("b", 1));
    assert_eq!(send(&mut mailbox, now).matter, "a");
    mailbox.answered(now, Outcome::Failed { after: None });
    assert_eq!(send(&mut mailbox, now + Duration::from_secs(1)).matter, "b");
}

#[test]
fn a_wait_that_the_server_asks_for_is_kept() {
    let (mut mailbox, now) = (mailbox(10, HOUR), Instant::now());
    mailbox.offer(now, Note::new("a", 1));
    send(&mut mailbox, now);
    let after = Duration::from_secs(120);
    mailbox.answered(now, Outcome::Failed { after: Some(after) });
    assert_eq!(mailbox.next(now), Step::Wait(now + after));
    assert_eq!(send(&mut mailbox, now + after).state, 1);
}

#[test]
fn what_is_refused_expired_or_too_much_is_counted_by_its_reason() {
    let (mut mailbox, now) = (mailbox(2, HOUR), Instant::now());
    for matter in ["a", "b", "c"] {
        mailbox.offer(now, Note::new(matter, 1));
    }
    assert_eq!(dropped(&mailbox), [0, 1, 0, 0, 0]);
    assert_eq!(send(&mut mailbox, now).matter, "b", "the oldest had to go");
    mailbox.answered(now, Outcome::Refused);
    assert_eq!(dropped(&mailbox), [0, 1, 1, 0, 0]);
    assert_eq!(mailbox.next(now + HOUR), Step::Rest);
    assert_eq!(dropped(&mailbox), [0, 1, 1, 1, 0]);
    mailbox.offer(now, Note::new("d", 1));
    mailbox.close();
    mailbox.offer(now, Note::new("a", 2));
    assert_eq!((dropped(&mailbox), mailbox.queued()), ([0, 1, 1, 1, 1], 1));
    assert_eq!(send(&mut mailbox, now).matter, "d", "what waited is still delivered");
    mailbox.abandon();
    mailbox.answered(now, Outcome::Accepted);
    assert_eq!((dropped(&mailbox), mailbox.queued()), ([0, 1, 1, 1, 2], 0));
}

#[derive(Clone, Debug)]
enum Move {
    Offer(usize),
    Pass(u64),
    Try,
    Accept,
    Fail(Option<u64>),
    Refuse,
}

fn moves(with_refusals: bool) -> impl Strategy<Value = Vec<Move>> {
    let one = prop_oneof![
        4 => (0..MATTERS.len()).prop_map(Move::Offer),
        3 => (0_u64..40).prop_map(Move::Pass),
        4 => Just(Move::Try),
        3 => Just(Move::Accept),
        2 => prop::option::of(0_u64..60).prop_map(Move::Fail),
        1 => Just(if with_refusals { Move::Refuse } else { Move::Try }),
    ];
    prop::collection::vec(one, 0..200)
}

/// What the outside sees: what was offered, when requests began, and what was delivered.
struct Seen {
    mailbox: Mailbox<Note>,
    start: Instant,
    now: Instant,
    next_state: u32,
    offered: BTreeMap<&'static str, u32>,
    sent: Option<Note>,
    began: Vec<u128>,
    delivered: BTreeMap<&'static str, Vec<Note>>,
}

impl Seen {
    fn new(mailbox: Mailbox<Note>) -> Self {
        let start = Instant::now();
        let (offered, delivered) = (BTreeMap::new(), BTreeMap::new());
        Self { mailbox, start, now: start, next_state: 0, offered, sent: None, began: vec![], delivered }
    }

    fn make(&mut self, one: &Move) {
        match one {
            Move::Offer(matter) => {
                self.next_state += 1;
                self.mailbox.offer(self.now, Note::new(MATTERS[*matter], self.next_state));
                self.offered.insert(MATTERS[*matter], self.next_state);
            }
            Move::Pass(millis) => self.now += Duration::from_millis(*millis),
            Move::Try => {
                if let Step::Send(note) = self.mailbox.next(self.now) {
                    assert!(self.sent.is_none(), "two are on their way");
                    self.began.push((self.now - self.start).as_millis());
                    self.sent = Some(note);
                }
            }
            Move::Accept => self.answer(Outcome::Accepted),
            Move::Fail(after) => {
                self.answer(Outcome::Failed { after: after.map(Duration::from_millis) });
            }
            Move::Refuse => self.answer(Outcome::Refused),
        }
    }

    fn answer(&mut self, outcome: Outcome) {
        let Some(note) = self.sent.take() else { return };
        if outcome == Outcome::Accepted {
            self.delivered.entry(note.matter).or_default().push(note);
        }
        self.mailbox.answered(self.now, outcome);
    }

    fn finish(&mut self) {
        self.answer(Outcome::Accepted);
        loop {
            match self.mailbox.next(self.now) {
                Step::Send(note) => {
                    self.sent = Some(note);
                    self.answer(Outcome::Accepted);
                }
                Step::Wait(then) => self.now = then,
                Step::Rest => return,
            }
        }
    }
}

proptest! {
    #[test]
    fn nothing_is_lost_uncounted_and_no_rate_exceeded(
        moves in moves(true),
        capacity in 1_usize..5,
        patience in 1_u64..200,
    ) {
        let mut seen = Seen::new(mailbox(capacity, Duration::from_millis(patience)));
        for one in &moves {
            seen.make(one);
            let mailbox = &seen.mailbox;
            prop_assert_eq!(mailbox.tally().offered, mailbox.tally().settled() + mailbox.queued());
            prop_assert!(mailbox.queued() <= capacity as u64);
        }
        for (at, last) in seen.began.iter().enumerate() {
            let first = seen.began[(at + 1).saturating_sub(BURST as usize + 1)];
            let in_a_burst = at < BURST as usize || last - first >= EVERY.as_millis();
            prop_assert!(in_a_burst, "{:?}", seen.began);
        }
        for notes in seen.delivered.values() {
            prop_assert!(notes.is_sorted_by(|a, b| a.state < b.state), "{notes:?}");
        }
        seen.mailbox.abandon();
        prop_assert_eq!(seen.mailbox.queued(), 0);
        prop_assert_eq!(seen.mailbox.tally().offered, seen.mailbox.tally().settled());
    }

    #[test]
    fn the_last_state_offered_is_the_last_delivered_and_says_what_it_replaced(moves in moves(false)) {
        let mut seen = Seen::new(mailbox(MATTERS.len() + 1, HOUR));
        moves.iter().for_each(|one| seen.make(one));
        seen.finish();
        let mut told = Vec::new();
        for (matter, last) in &seen.offered {
            let notes = &seen.delivered[matter];
            prop_assert_eq!(notes.last().map(|note| note.state), Some(*last));
            told.extend(notes.iter().flat_map(|note| note.instead_of.iter().copied().chain([note.state])));
        }
        told.sort_unstable();
        // Each state was told itself or replaced by one that was, once.
        prop_assert_eq!(told, (1..=seen.next_state).collect::<Vec<_>>());
        prop_assert_eq!(seen.mailbox.tally().delivered, seen.delivered.values().flatten().count() as u64);
    }
}
