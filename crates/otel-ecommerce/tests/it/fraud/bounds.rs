//! What is remembered has a cap, and what is forgotten is counted.

use otel_ecommerce::anomaly::{
    AmountSettings, Amounts, Basis, Evidence, Feedback, FeedbackSettings, UserCap,
};
use otel_ecommerce::labels::{EntityType, FraudLabel};
use otel_ecommerce::payment::Payment;
use proptest::prelude::*;

use super::{payment, whose};

#[test]
#[expect(clippy::print_stdout, reason = "the figure is what the test is about")]
fn a_user_takes_less_than_124_bytes_in_one_currency() {
    const USERS: usize = 50_000;
    let mut amounts = remembering(USERS);
    for user in 0..USERS {
        amounts.judge(&payment(&format!("user-{user}"), 4_000, 0));
    }
    assert_eq!((amounts.users(), amounts.evicted()), (USERS, 0));
    let each = |amounts: &Amounts| amounts.bytes() as f64 / USERS as f64;
    let full = each(&amounts);
    for user in 0..2 * USERS {
        amounts.judge(&payment(&format!("another-{user}"), 4_000, 0));
    }
    assert_eq!((amounts.users(), amounts.evicted()), (USERS, 2 * USERS as u64));
    println!("{full:.1} bytes for each of {USERS} users, and {:.1} once they change", each(&amounts));
    assert!(each(&amounts) < 124.0);
}

#[test]
fn users_who_come_back_survive_a_flood_of_those_who_do_not() {
    let mut amounts = remembering(1_000);
    for second in 0..20_u64 {
        for user in 0..500 {
            amounts.judge(&payment(&format!("regular-{user}"), 4_000, second));
        }
    }
    for stranger in 0..2_000 {
        amounts.judge(&payment(&format!("stranger-{stranger}"), 4_000, 30));
    }
    let known = |user: &u64| {
        let found = amounts.judge(&payment(&format!("regular-{user}"), 400_000, 40));
        // Who is forgotten is held against everybody.
        matches!(
            found.map(|found| found.evidence),
            Some(Evidence::AmountUnusual { basis: Basis::User, payments: 20, .. })
        )
    };
    let known = (0..500).filter(known).count();
    // Once in a while there is nobody else within the hand's reach.
    assert!(known >= 495, "{known} of 500");
}

#[test]
fn a_user_who_was_just_found_is_not_forgotten() {
    let mut amounts = remembering(50);
    for second in 0..10 {
        amounts.judge(&payment("jane", 4_000, second));
    }
    assert!(amounts.judge(&payment("jane", 400_000, 11)).is_some());
    // Fewer than it takes to know what everybody pays.
    for stranger in 0..400 {
        amounts.judge(&payment(&format!("stranger-{stranger}"), 4_000, 30));
    }
    assert!(amounts.judge(&payment("jane", 400_000, 40)).is_some());
    let week = 8 * 86_400;
    for stranger in 0..400 {
        amounts.judge(&payment(&format!("late-stranger-{stranger}"), 4_000, week));
    }
    assert_eq!(amounts.judge(&payment("jane", 400_000, week)), None);
}

#[test]
fn labels_of_fraud_survive_a_flood_of_genuine_ones() {
    let mut feedback = Feedback::new(FeedbackSettings::default().entities(1_000).expect("a cap"));
    let sale = |name: &str| Payment { terminal: Some(whose(name)), ..payment("jane", 100, 0) };
    for fraud in 0..100 {
        for _ in 0..2 {
            feedback.label(&sale(&format!("bad-{fraud}")), FraudLabel::Fraud);
        }
    }
    for genuine in 0..20_000 {
        feedback.label(&sale(&format!("good-{genuine}")), FraudLabel::Genuine);
    }
    let found = (0..100).filter(|fraud| feedback.judge(&sale(&format!("bad-{fraud}"))).is_some()).count();
    assert_eq!(found, 100);
    assert_eq!((feedback.len(EntityType::Terminal), feedback.evicted(EntityType::Terminal)), (1_000, 19_100));
}

fn remembering(users: usize) -> Amounts {
    Amounts::remembering(AmountSettings::default(), UserCap::new(users).expect("a cap"))
}

proptest! {
    #[test]
    fn whoever_comes_there_are_never_more_than_the_cap_and_none_is_lost_uncounted(
        cap in 1_usize..40,
        visits in prop::collection::vec((0_u8..80, any::<bool>()), 0..400),
    ) {
        let mut feedback = Feedback::new(FeedbackSettings::default().entities(cap).expect("a cap"));
        // Who is remembered, by what the counts say: a newcomer is one more, or one in place of another.
        for (who, is_fraud) in visits {
            let (len, evicted) = (feedback.len(EntityType::Card), feedback.evicted(EntityType::Card));
            let paid = Payment { card: Some(whose(&format!("card-{who}"))), ..payment("jane", 100, 0) };
            let label = if is_fraud { FraudLabel::Fraud } else { FraudLabel::Genuine };
            feedback.label(&paid, label);
            let (new_len, new_evicted) = (feedback.len(EntityType::Card), feedback.evicted(EntityType::Card));
            let (grown, gone) = (new_len - len, new_evicted - evicted);
            prop_assert!(new_len <= cap && grown as u64 + gone <= 1);
            prop_assert!(gone == 0 || len == cap);
            // It is there now: the same again changes nothing.
            feedback.label(&paid, label);
            prop_assert_eq!(feedback.len(EntityType::Card), new_len);
            prop_assert_eq!(feedback.evicted(EntityType::Card), new_evicted);
        }
    }
}
