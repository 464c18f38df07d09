//! Payments that come too fast, held against a count of all of them.

mod oracle;

use std::time::Duration;

use fastrand::Rng;
use otel_core::{AlertLevel, Pseudonym, Timestamp};
use otel_ecommerce::anomaly::{
    CardTesting, CardTestingSettings, Evidence, Finding, SettingsError, Travel, TravelSettings, Velocity,
    VelocityLimits, VelocitySettings,
};
use otel_ecommerce::labels::{EntityType, PaymentFailure, RuleName};
use otel_ecommerce::payment::{Payment, PaymentOutcome};
use otel_ecommerce::place::Place;
use proptest::prelude::*;

use self::oracle::Oracle;
use crate::payments::{DAY, HOUR, MINUTE, SECOND, at, payment, somebody};

const PER_HOUR: fn(u16) -> VelocityLimits =
    |most| VelocityLimits { hour: Some(most), ..VelocityLimits::NONE };

#[test]
fn the_eleventh_payment_of_a_user_in_an_hour_is_one_too_many() {
    let mut velocity = Velocity::new(VelocitySettings::default());
    for number in 0..10 {
        assert_eq!(velocity.judge(&payment(somebody(1), at(number * 5 * MINUTE))), None, "{number}");
    }
    let found = velocity.judge(&payment(somebody(1), at(50 * MINUTE))).expect("too many");
    assert_eq!((found.rule.name, found.rule.level), (RuleName::PaymentVelocity, AlertLevel::Medium));
    let expected = Evidence::Velocity {
        entity: EntityType::User,
        window: Duration::from_secs(3_600),
        payments: 11,
        limit: 10,
    };
    assert_eq!(found.evidence, expected);
    assert_eq!(found.evidence.to_string(), "11 payments of one user in 3600s, 10 allowed");
    assert_eq!(velocity.judge(&payment(somebody(2), at(50 * MINUTE))), None);
}

#[test]
fn a_window_does_not_hold_both_of_its_ends() {
    let mut velocity = of_users(PER_HOUR(1));
    assert_eq!(velocity.judge(&payment(somebody(1), at(0))), None);
    assert_eq!(velocity.judge(&payment(somebody(1), at(HOUR))), None);
    assert!(velocity.judge(&payment(somebody(1), at(2 * HOUR - 1))).is_some());
}

#[test]
fn what_is_far_apart_is_not_near_because_few_bits_of_it_are_kept() {
    let mut velocity = of_users(PER_HOUR(1));
    for number in 0..5 {
        let wrapped = number * (1 << 32);
        assert_eq!(velocity.judge(&payment(somebody(1), at(wrapped))), None, "{number}");
    }
}

#[test]
fn the_five_windows_count_for_users_cards_and_devices() {
    let spans = [MINUTE, 5 * MINUTE, HOUR, DAY, 7 * DAY];
    let only = |window: usize| {
        let limit = |at: usize| (at == window).then_some(2);
        VelocityLimits {
            minute: limit(0),
            minutes_5: limit(1),
            hour: limit(2),
            day: limit(3),
            week: limit(4),
        }
    };
    for (entity, place) in [(EntityType::User, 0), (EntityType::Card, 1), (EntityType::Device, 2)] {
        for (window, span) in spans.into_iter().enumerate() {
            let of = |it| if it == place { only(window) } else { VelocityLimits::NONE };
            let mut velocity = Velocity::new(limited(of(0), of(1), of(2)));
            let judged = [0, span / 2, span - 1, span].map(|millis| {
                let all = Some(somebody(1));
                velocity.judge(&Payment { card: all, device: all, ..payment(somebody(1), at(millis)) })
            });
            let expected =
                Evidence::Velocity { entity, window: Duration::from_millis(span), payments: 3, limit: 2 };
            assert_eq!(
                judged.map(|found| found.map(|found| found.evidence)),
                [None, None, Some(expected), Some(expected)]
            );
        }
    }
}

#[test]
fn five_minutes_late_is_in_time_and_a_millisecond_more_is_refused_and_counted() {
    // The limit of a week is only there to be counted up to.
    let mut velocity = of_users(VelocityLimits { week: Some(9), ..PER_HOUR(1) });
    velocity.judge(&payment(somebody(1), at(HOUR)));
    assert_eq!(count(velocity.judge(&payment(somebody(1), at(HOUR - 5 * MINUTE)))), 2);
    assert_eq!(velocity.late(), 0);
    assert_eq!(velocity.judge(&payment(somebody(1), at(HOUR - 5 * MINUTE - 1))), None);
    assert_eq!(velocity.late(), 1);
    // For somebody else it is not late.
    velocity.judge(&payment(somebody(2), at(0)));
    assert_eq!(count(velocity.judge(&payment(somebody(2), at(1)))), 2);
    assert_eq!(velocity.late(), 1);
}

#[test]
fn what_more_than_64_newer_ones_overtook_is_refused_and_counted() {
    let mut velocity = of_users(PER_HOUR(3));
    for number in 1..=64 {
        velocity.judge(&payment(somebody(1), at(number * SECOND)));
    }
    assert_eq!(count(velocity.judge(&payment(somebody(1), at(0)))), 4);
    assert_eq!(velocity.late(), 0);
    velocity.judge(&payment(somebody(1), at(SECOND + 1)));
    assert_eq!(velocity.judge(&payment(somebody(1), at(0))), None);
    assert_eq!(velocity.late(), 1);
}

#[test]
fn the_worst_of_several_excesses_is_told() {
    let limits = VelocityLimits { minute: Some(1), hour: Some(3), ..VelocityLimits::NONE };
    let mut velocity = of_users(limits);
    let judged: Vec<_> =
        (0..6).map(|number| velocity.judge(&payment(somebody(1), at(number * 40 * SECOND)))).collect();
    let windows = judged.iter().flatten().map(|found| match found.evidence {
        Evidence::Velocity { window, payments, .. } => (window.as_secs(), payments),
        other => panic!("{other}"),
    });
    // 2 of 1 is as bad as 4 of 3, and the shorter window comes first; one more is worse. Counts end at one too many.
    assert_eq!(windows.collect::<Vec<_>>(), [(60, 2), (60, 2), (60, 2), (60, 2), (60, 2)]);
}

#[test]
fn a_user_who_makes_room_is_counted_and_one_who_comes_back_stays() {
    let users = limited(PER_HOUR(2), VelocityLimits::NONE, VelocityLimits::NONE);
    let mut velocity = Velocity::new(users.entities(100).expect("a cap"));
    for number in 0..1_000 {
        velocity.judge(&payment(somebody(number), at(number * SECOND)));
        let regular = velocity.judge(&payment(somebody(0), at(number * SECOND)));
        assert_eq!(regular.is_some(), number >= 1, "{number}");
    }
    assert_eq!(velocity.known(EntityType::User), 100);
    assert_eq!(velocity.evicted(EntityType::User), 900);
    assert_eq!(velocity.evicted(EntityType::Card), 0);
}

#[test]
fn every_answer_is_that_of_a_count_of_everything() {
    for (seed, settings) in [(1, VelocitySettings::default()), (2, tight())] {
        let settings = settings.entities(3_000).expect("a cap");
        let mut random = Rng::with_seed(seed);
        let people: Vec<Pseudonym> = (0..3_000).map(somebody).collect();
        let mut velocity = Velocity::new(settings);
        let mut oracle = Oracle::new(settings);
        let (mut clock, mut found) = (DAY, 0_u64);
        for number in 0..40_000 {
            let next = made_up(&mut random, &people, &mut clock);
            let (expected, judged) = (oracle.judge(&next), velocity.judge(&next));
            assert_eq!(judged.map(|found| found.evidence), expected, "payment {number} of seed {seed}");
            found += u64::from(judged.is_some());
        }
        assert_eq!(velocity.late(), oracle.late());
        // Otherwise it is not tested.
        assert!(
            (5_000..50_000).contains(&found) && velocity.late() > 100,
            "{found}, {} late",
            velocity.late()
        );
    }
}

#[test]
fn a_limit_that_every_payment_is_over_is_refused() {
    let settings = VelocitySettings::default();
    let none = VelocityLimits { day: Some(0), ..settings.limits(EntityType::Card) };
    for refused in [settings.user(none), settings.card(none), settings.device(none)] {
        assert_eq!(refused, Err(SettingsError::Count));
    }
    assert_eq!(settings.entities(0), Err(SettingsError::Cap));
    assert_eq!(settings.limits(EntityType::Terminal), VelocityLimits::NONE);
}

proptest! {
    #[test]
    fn the_order_of_arrival_does_not_matter(
        mut millis in prop::collection::vec(0..5 * MINUTE, 1..60),
        earlier in prop::collection::vec(0..7 * DAY, 0..30),
        seed: u64,
    ) {
        let mut history = earlier;
        history.sort_unstable();
        let worst = |recent: &[u64]| {
            let mut velocity = of_users(VelocityLimits { minute: Some(1), ..PER_HOUR(1_000) });
            let judged = history.iter().copied().chain(recent.iter().map(|late| 7 * DAY + late));
            judged.filter_map(|millis| velocity.judge(&payment(somebody(1), at(millis)))).map(|it| count(Some(it))).max()
        };
        let once = worst(&millis);
        Rng::with_seed(seed).shuffle(&mut millis);
        prop_assert_eq!(worst(&millis), once);
    }
}

proptest! {
    #[test]
    fn no_time_is_too_strange(nanos in prop::collection::vec(any::<u64>(), 1..20), from in 0_usize..4) {
        let mut velocity = Velocity::new(VelocitySettings::default());
        let mut travel = Travel::new(TravelSettings::default());
        let mut testing = CardTesting::new(CardTestingSettings::default());
        let ends = [0, 1, u64::MAX - 1, u64::MAX];
        for nanos in ends.iter().skip(from).chain(&nanos).chain(&ends) {
            let all = Some(somebody(1));
            let strange = Payment {
                card: all,
                device: all,
                terminal: all,
                place: Place::new(1.0, 1.0, 1.0).ok(),
                ..payment(somebody(1), Timestamp::from_unix_nanos(*nanos))
            };
            velocity.judge(&strange);
            prop_assert_eq!(travel.judge(&strange), None);
            testing.judge(&strange, PaymentOutcome::Failed(PaymentFailure::InvalidCard));
        }
    }
}

/// A payment by somebody, often by who pays in bursts, often out of order, and now and then a month later.
fn made_up(random: &mut Rng, people: &[Pseudonym], clock: &mut u64) -> Payment<'static> {
    *clock += match random.u32(..100_000) {
        0 => random.u64(DAY..60 * DAY),
        1..100 => random.u64(..HOUR),
        _ => random.u64(..20 * SECOND),
    };
    let late = match random.u32(..10) {
        0..6 => 0,
        6..9 => random.u64(..=5 * MINUTE),
        _ => random.u64(..6 * MINUTE),
    };
    let someone = |random: &mut Rng| {
        // Few pay often, and the more so in the burst of their hour.
        let few = ((*clock / HOUR) as usize * 7) % people.len();
        let number = if random.u32(..4) == 0 { few } else { random.usize(..people.len()) };
        people.get(number).copied()
    };
    let user = someone(random).unwrap_or_else(|| somebody(0));
    let card = if random.u32(..10) == 0 { None } else { someone(random) };
    let device = if random.u32(..3) == 0 { None } else { someone(random) };
    Payment { card, device, ..payment(user, at(*clock - late)) }
}

fn of_users(user: VelocityLimits) -> Velocity {
    Velocity::new(limited(user, VelocityLimits::NONE, VelocityLimits::NONE))
}

fn limited(user: VelocityLimits, card: VelocityLimits, device: VelocityLimits) -> VelocitySettings {
    let settings = VelocitySettings::default().user(user).and_then(|it| it.card(card));
    settings.and_then(|it| it.device(device)).and_then(|it| it.entities(1_000)).expect("settings")
}

/// Limits that are reached at once, and some that are none.
fn tight() -> VelocitySettings {
    let user = VelocityLimits { minute: Some(1), minutes_5: Some(3), ..VelocityLimits::NONE };
    let card = VelocityLimits { hour: Some(30), week: Some(200), ..VelocityLimits::NONE };
    limited(user, card, PER_HOUR(20))
}

fn count(found: Option<Finding>) -> u32 {
    match found.map(|found| found.evidence) {
        Some(Evidence::Velocity { payments, .. }) => payments,
        other => panic!("{other:?}"),
    }
}
