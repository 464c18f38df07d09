use std::collections::BTreeMap;

use proptest::prelude::*;

use super::super::pace::Rate;
use super::*;
use crate::alert::{AlertLevel, AlertRule, Condition, Limit};
use crate::alerting::Labels;
use crate::settings::Backoff;

const RESEND: Duration = Duration::from_secs(60);
const START: Timestamp = Timestamp::from_unix_nanos(1_700_000_000_000_000_000);

const RULE: AlertRule = AlertRule::new(
    "device_hot",
    AlertLevel::High,
    Condition::Observed { limit: Limit::above(80.0), holds_for: RESEND },
    Duration::ZERO,
    "A device is too hot.",
);

fn board() -> Board {
    let rate = Rate { every: Duration::ZERO, burst: 1 };
    let backoff = Backoff { first: Duration::from_secs(1), longest: Duration::from_secs(30) };
    Board::new(Pace::new(rate, backoff, 3), RESEND, Slot::default())
}

fn alert(device: usize, state: AlertState, resolved_at: Option<Timestamp>) -> Arc<Alert> {
    let labels = Labels::new([("device", device.to_string())]);
    let mut alert = Alert::new(&RULE, labels, START);
    alert.state = state;
    alert.resolved_at = resolved_at;
    Arc::new(alert)
}

fn show<const N: usize>(board: &mut Board, now: Instant, alerts: [Arc<Alert>; N]) {
    board.show(now, Snapshot { time: START, alerts: alerts.into() });
}

fn firing(device: usize) -> Arc<Alert> {
    alert(device, AlertState::Firing, None)
}

fn send(board: &mut Board, now: Instant) -> Vec<(String, bool)> {
    match board.next(now) {
        Step::Send(page) => page.iter().map(told).collect(),
        other => panic!("nothing to send: {other:?}"),
    }
}

fn told(standing: &Standing) -> (String, bool) {
    (standing.alert.labels.get("device").unwrap().to_owned(), standing.ended.is_none())
}

fn dropped(board: &Board) -> [u64; 5] {
    let counts = board.tally().counts("test", board.queued());
    NotDelivered::ALL.map(|reason| counts.not_delivered(reason))
}

#[test]
fn what_fires_is_told_at_once_and_again_until_it_ends_and_then_for_five_minutes() {
    let (mut board, start) = (board(), Instant::now());
    show(&mut board, start, [firing(1), alert(2, AlertState::Pending, None)]);
    assert_eq!(send(&mut board, start), [("1".to_owned(), true)]);
    board.answered(start, Outcome::Accepted);
    assert_eq!(board.next(start), Step::Wait(start + RESEND));
    assert_eq!(send(&mut board, start + RESEND), [("1".to_owned(), true)]);
    board.answered(start + RESEND, Outcome::Accepted);

    let end = start + Duration::from_secs(90);
    show(&mut board, end, [alert(1, AlertState::Resolved, Some(START))]);
    let mut times = 0;
    let mut now = end;
    loop {
        match board.next(now) {
            Step::Send(page) => {
                assert_eq!(page.iter().map(told).collect::<Vec<_>>(), [("1".to_owned(), false)]);
                board.answered(now, Outcome::Accepted);
                times += 1;
                assert!(times <= 5, "it never ends");
            }
            Step::Wait(then) => now = then,
            Step::Rest => break,
        }
    }
    assert_eq!((times, now - end), (5, RESOLVED_FOR));
    assert_eq!((board.tally().offered, board.tally().delivered, dropped(&board)), (2, 2, [0; 5]));
}

#[test]
fn a_page_has_at_most_five_hundred_instances() {
    let (mut board, now) = (board(), Instant::now());
    board.show(now, Snapshot { time: START, alerts: (0..1_201).map(firing).collect() });
    let pages: Vec<usize> = std::iter::from_fn(|| {
        let Step::Send(page) = board.next(now) else { return None };
        board.answered(now, Outcome::Accepted);
        Some(page.len())
    })
    .collect();
    assert_eq!((pages, board.tally().delivered), (vec![500, 500, 201], 1_201));
}

#[test]
fn what_is_missing_has_ended_and_so_has_what_is_only_pending_again() {
    let (mut board, now) = (board(), Instant::now());
    show(&mut board, now, [firing(1), firing(2)]);
    send(&mut board, now);
    board.answered(now, Outcome::Accepted);
    show(&mut board, now, [alert(2, AlertState::Pending, None)]);
    assert_eq!(send(&mut board, now), [("1".to_owned(), false), ("2".to_owned(), false)]);
}

#[test]
fn a_flapping_instance_has_not_ended() {
    let (mut board, now) = (board(), Instant::now());
    show(&mut board, now, [alert(1, AlertState::Flapping, Some(START))]);
    assert_eq!(send(&mut board, now), [("1".to_owned(), true)]);
}

#[test]
fn what_resolved_before_a_restart_is_told_for_the_rest_of_its_time() {
    let (mut board, now) = (board(), Instant::now());
    let later = START.after(Duration::from_secs(200));
    let resolved = [alert(1, AlertState::Resolved, Some(START)), alert(2, AlertState::Inactive, Some(START))];
    board.show(now, Snapshot { time: later, alerts: resolved.into() });
    assert_eq!(send(&mut board, now), [("1".to_owned(), false)]);
    board.answered(now, Outcome::Accepted);
    assert_eq!(send(&mut board, now + RESEND).len(), 1);
    board.answered(now + RESEND, Outcome::Accepted);
    assert_eq!(board.next(now + Duration::from_secs(120)), Step::Rest);
}

#[test]
fn what_could_not_be_told_is_counted_by_its_reason() {
    let (mut board, now) = (board(), Instant::now());
    show(&mut board, now, [firing(1), firing(2)]);
    // The first ends before anybody heard of it.
    show(&mut board, now, [firing(2)]);
    assert_eq!(dropped(&board), [1, 0, 0, 0, 0]);
    send(&mut board, now);
    // The second ends while it is told that it fires, which fails.
    show(&mut board, now, []);
    board.answered(now, Outcome::Failed { after: None });
    assert_eq!((dropped(&board), board.queued()), ([2, 0, 0, 0, 0], 2));
    // Nobody answers for so long that nobody needs to know.
    assert_eq!(board.next(now + RESOLVED_FOR), Step::Rest);
    assert_eq!((dropped(&board), board.queued()), ([2, 0, 0, 2, 0], 0));
    show(&mut board, now, [firing(3), firing(4)]);
    send(&mut board, now + RESOLVED_FOR);
    board.answered(now + RESOLVED_FOR, Outcome::Refused);
    assert_eq!(dropped(&board), [2, 0, 2, 2, 0]);
    show(&mut board, now, []);
    board.abandon();
    assert_eq!((dropped(&board), board.queued()), ([2, 0, 2, 2, 2], 0));
}

#[derive(Clone, Debug)]
enum Move {
    /// How three instances are now.
    Show([bool; 3]),
    Pass(u64),
    Send(bool),
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let one = prop_oneof![
        2 => any::<[bool; 3]>().prop_map(Move::Show),
        2 => (1_u64..50).prop_map(Move::Pass),
        3 => any::<bool>().prop_map(Move::Send),
    ];
    prop::collection::vec(one, 0..150)
}

proptest! {
    /// A model of the one who listens: it knows until when each instance fires, and forgets what it does not hear of.
    #[test]
    fn who_listens_knows_what_fires(moves in moves()) {
        let (mut board, start) = (board(), Instant::now());
        let (mut now, mut shown) = (start, [false; 3]);
        let mut known: BTreeMap<String, Instant> = BTreeMap::new();
        let listen = |known: &mut BTreeMap<String, Instant>, page: &[Standing], now: Instant| {
            for (device, fires) in page.iter().map(told) {
                known.insert(device, if fires { now + 3 * RESEND } else { now });
            }
        };
        for one in moves {
            match one {
                Move::Show(fire) => {
                    shown = fire;
                    let alerts = (0..3).filter(|at| fire[*at]).map(firing).collect();
                    board.show(now, Snapshot { time: START.after(now - start), alerts });
                }
                Move::Pass(seconds) => now += Duration::from_secs(seconds),
                Move::Send(arrives) => {
                    if let Step::Send(page) = board.next(now) {
                        if arrives {
                            listen(&mut known, &page, now);
                        }
                        let failed = Outcome::Failed { after: None };
                        board.answered(now, if arrives { Outcome::Accepted } else { failed });
                    }
                }
            }
            let tally = board.tally();
            prop_assert_eq!(tally.offered, tally.settled() + board.queued());
        }
        // From now on it is reached, for ten minutes.
        let end = now + 2 * RESOLVED_FOR;
        let mut reached = false;
        while now < end {
            match board.next(now) {
                Step::Send(page) => {
                    listen(&mut known, &page, now);
                    board.answered(now, Outcome::Accepted);
                    reached = true;
                    continue;
                }
                // It still recovers from what failed before.
                Step::Wait(then) if !reached => {
                    now = then;
                    continue;
                }
                Step::Wait(then) => now = then,
                Step::Rest => now = end,
            }
            prop_assert_eq!(board.queued(), 0);
            for (device, fires) in shown.iter().enumerate() {
                let knows = known.get(&device.to_string()).is_some_and(|until| *until > now);
                prop_assert_eq!(knows, *fires, "{} at {:?}", device, now - start);
            }
        }
    }
}
