//! Limits, and what is usual for a user.

use std::collections::VecDeque;

use otel_core::Money;
use otel_ecommerce::anomaly::{AmountSettings, Amounts, Basis, Evidence, Finding, SettingsError, UserCap};
use otel_ecommerce::labels::{FraudLabel, RuleName};
use otel_ecommerce::payment::Payment;
use proptest::prelude::*;

use super::{currency, dollars, payment};

#[test]
fn a_payment_over_the_limit_of_its_currency_is_found_and_one_in_another_is_not() {
    let settings = AmountSettings::default().limit(dollars(100_000)).expect("a limit");
    let yen = Money::from_minor(5_000, currency("JPY"));
    let amounts = Amounts::new(settings.limit(yen).expect("a limit"));
    assert_eq!(amounts.judge_limit(&payment("jane", 100_000, 0)), None);
    let found = amounts.judge_limit(&payment("jane", 100_001, 0)).expect("a finding");
    assert_eq!(found.rule.name, RuleName::AmountOverLimit);
    let evidence = Evidence::AmountOverLimit { amount: dollars(100_001), limit: dollars(100_000) };
    assert_eq!(found.evidence, evidence);
    let in_yen =
        |minor| Payment { amount: Money::from_minor(minor, currency("JPY")), ..payment("jane", 1, 0) };
    assert!(amounts.judge_limit(&in_yen(5_001)).is_some());
    assert_eq!(amounts.judge_limit(&in_yen(5_000)), None);
    let euros = Payment { amount: Money::from_minor(i64::MAX, currency("EUR")), ..payment("jane", 1, 0) };
    assert_eq!(amounts.judge_limit(&euros), None);
}

#[test]
fn the_last_limit_of_a_currency_counts() {
    let settings = AmountSettings::default().limit(dollars(1)).and_then(|it| it.limit(dollars(50)));
    let amounts = Amounts::new(settings.expect("limits"));
    assert_eq!(amounts.judge_limit(&payment("jane", 50, 0)), None);
    assert!(amounts.judge_limit(&payment("jane", 51, 0)).is_some());
}

#[test]
fn a_setting_that_says_nothing_is_refused() {
    let settings = AmountSettings::default;
    assert_eq!(settings().limit(dollars(0)), Err(SettingsError::Limit));
    assert_eq!(settings().limit(dollars(-1)), Err(SettingsError::Limit));
    for score in [f64::NAN, f64::INFINITY, 0.9, -5.0, 1_001.0] {
        assert_eq!(settings().score(score), Err(SettingsError::Score), "{score}");
    }
    assert_eq!(UserCap::new(0), Err(SettingsError::Cap));
    assert_eq!(UserCap::new(usize::MAX), Err(SettingsError::Cap));
}

#[test]
fn ten_payments_say_what_is_usual_and_nine_do_not() {
    for (before, is_found) in [(9, false), (10, true)] {
        let mut amounts = Amounts::new(AmountSettings::default());
        pay(&mut amounts, "jane", before, |_| 4_000);
        let found = amounts.judge(&payment("jane", 40_000, 99));
        assert_eq!(found.is_some(), is_found, "after {before}");
    }
}

#[test]
fn a_habit_is_of_one_user_in_one_currency() {
    let mut amounts = Amounts::new(AmountSettings::default());
    pay(&mut amounts, "jane", 20, |_| 4_000);
    assert_eq!(amounts.judge(&payment("john", 400_000, 99)), None);
    let euros = Payment { amount: Money::from_minor(400_000, currency("EUR")), ..payment("jane", 1, 99) };
    assert_eq!(amounts.judge(&euros), None);
    assert!(amounts.judge(&payment("jane", 400_000, 99)).is_some());
}

#[test]
fn what_is_found_is_no_habit_unless_it_goes_on() {
    let mut amounts = Amounts::new(AmountSettings::default());
    pay(&mut amounts, "jane", 20, |_| 4_000);
    let first = usual(amounts.judge(&payment("jane", 90_000, 21)));
    for second in 22..24 {
        assert_eq!(usual(amounts.judge(&payment("jane", 90_000, second))), first);
    }
    // From the fourth in a row on, it is taken in; once half of the payments are so large, they are usual.
    let found = (24..80).take_while(|second| amounts.judge(&payment("jane", 90_000, *second)).is_some());
    let found = found.count();
    assert!((5..30).contains(&found), "{found} more were found");
}

#[test]
fn a_label_corrects_what_is_a_habit() {
    let judge = |odd: bool, label: Option<(FraudLabel, bool)>| {
        let mut amounts = Amounts::new(AmountSettings::default());
        pay(&mut amounts, "jane", 10, |it| 4_000 + 100 * i64::from(it));
        let paid = payment("jane", 9_000, 50);
        if odd {
            assert_eq!(amounts.judge(&paid), None);
        }
        label.inspect(|(label, was_found)| amounts.label(&paid, *label, *was_found));
        usual(amounts.judge(&payment("jane", 900_000, 60)))
    };
    let (with, without) = (judge(true, None), judge(false, None));
    assert_ne!(with, without);
    assert_eq!(judge(true, Some((FraudLabel::Fraud, false))), without);
    assert_eq!(judge(true, Some((FraudLabel::Genuine, false))), with);
    assert_eq!(judge(false, Some((FraudLabel::Genuine, true))), with);
    // What is not remembered cannot be forgotten.
    assert_eq!(judge(false, Some((FraudLabel::Fraud, false))), without);
}

#[test]
fn what_was_found_and_proved_genuine_is_a_habit_at_once() {
    let found_until_usual = |label: Option<FraudLabel>| {
        let mut amounts = Amounts::new(AmountSettings::default());
        pay(&mut amounts, "jane", 10, |_| 4_000);
        // Every other payment is small, so no three in a row are found.
        let mut found = 0;
        for second in 10..60 {
            let large = payment("jane", 40_000, second);
            if amounts.judge(&large).is_some() {
                found += 1;
                label.inspect(|label| amounts.label(&large, *label, true));
            }
            amounts.judge(&payment("jane", 4_000, second));
        }
        found
    };
    assert_eq!(found_until_usual(None), 50);
    assert_eq!(found_until_usual(Some(FraudLabel::Fraud)), 50);
    let found = found_until_usual(Some(FraudLabel::Genuine));
    assert!((5..40).contains(&found), "{found}");
}

#[test]
fn frauds_that_went_on_for_so_long_that_they_were_a_habit_are_none_once_they_are_labelled() {
    let mut amounts = Amounts::new(AmountSettings::default());
    pay(&mut amounts, "jane", 20, |it| 4_000 + 100 * i64::from(it));
    let frauds: Vec<_> = (20..60).map(|second| payment("jane", 90_000, second)).collect();
    let found: Vec<bool> = frauds.iter().map(|fraud| amounts.judge(fraud).is_some()).collect();
    assert!(!found[39], "by now they are usual");
    for (fraud, found) in frauds.iter().zip(found) {
        amounts.label(fraud, FraudLabel::Fraud, found);
    }
    let (usual, _) = usual(amounts.judge(&payment("jane", 90_000, 70)));
    assert!(usual < 6_000.0, "{usual}");
}

#[test]
fn a_new_user_is_held_against_everybody() {
    let mut amounts = Amounts::new(AmountSettings::default());
    let mut chance = fastrand::Rng::with_seed(1);
    for user in 0..1_000 {
        let amount = 3_000 + chance.i64(0..2_000);
        assert_eq!(amounts.judge(&payment(&format!("user-{user}"), amount, user)), None);
    }
    assert_eq!(amounts.judge(&payment("jane", 4_500, 2_000)), None);
    let found = amounts.judge(&payment("john", 90_000, 2_000)).expect("a finding");
    let Evidence::AmountUnusual { basis, payments, usual, .. } = found.evidence else {
        panic!("{:?}", found.evidence)
    };
    assert_eq!((basis, payments), (Basis::Population, 1_000));
    // Amounts of everybody are kept in eighths.
    assert!((3_500..4_500).contains(&usual.minor()), "{usual}");
}

#[test]
fn amounts_that_nearly_only_frauds_have_are_learned_from_labels() {
    let mut amounts = Amounts::new(AmountSettings::default());
    for number in 0..1_000_u32 {
        let fraud = number % 20 == 0;
        let amount = if fraud { 30_000 + i64::from(number) } else { 2_000 + i64::from(number) * 10 };
        let labelled = payment("jane", amount, u64::from(number));
        assert_eq!(amounts.judge_labelled(&labelled), None);
        amounts.label(&labelled, if fraud { FraudLabel::Fraud } else { FraudLabel::Genuine }, false);
    }
    let found = amounts.judge_labelled(&payment("john", 31_000, 2_000)).expect("a finding");
    let Evidence::AmountOfFrauds { from, frauds, genuine, .. } = found.evidence else {
        panic!("{:?}", found.evidence)
    };
    assert!((12_000..=31_000).contains(&from.minor()), "{from}");
    assert!(frauds >= 20 && genuine <= frauds / 9, "{frauds} and {genuine}");
    assert_eq!(amounts.judge_labelled(&payment("john", 11_990, 2_000)), None);
    // Such amounts are found, and so they are no habit.
    pay(&mut amounts, "joan", 20, |_| from.minor() - 1_000);
    for second in 3_000..3_003 {
        assert_eq!(amounts.judge(&payment("joan", from.minor(), second)), None);
    }
    let found = amounts.judge(&payment("joan", 100 * from.minor(), 3_003)).map(|found| found.evidence);
    assert!(matches!(found, Some(Evidence::AmountUnusual { payments: 20, .. })), "{found:?}");
}

#[test]
fn what_is_in_a_thirty_third_currency_teaches_nothing_and_is_counted() {
    let mut amounts = Amounts::new(AmountSettings::default());
    let codes = "AED ALL AMD ARS AUD AZN BAM BDT BGN BHD BRL BWP CAD CHF CLP CNY COP CZK DKK EUR GBP GEL HKD HUF IDR ILS \
                 INR ISK JPY KRW MXN NOK";
    let in_currency =
        |code| Payment { amount: Money::from_minor(100, currency(code)), ..payment("jane", 1, 0) };
    let known: Vec<_> = codes.split(' ').collect();
    assert_eq!(known.len(), Amounts::MAX_CURRENCIES);
    for code in known.iter().chain(&known) {
        amounts.judge(&in_currency(code));
    }
    assert_eq!(amounts.unlearned(), 0);
    amounts.judge(&in_currency("SEK"));
    amounts.label(&in_currency("SEK"), FraudLabel::Fraud, false);
    amounts.label(&in_currency("NOK"), FraudLabel::Fraud, false);
    assert_eq!(amounts.unlearned(), 2);
}

#[test]
fn frauds_among_genuine_payments_of_their_size_draw_no_line() {
    let mut amounts = Amounts::new(AmountSettings::default());
    for number in 0..5_000_u32 {
        let labelled = payment("jane", 2_000 + i64::from(number % 977) * 10, u64::from(number));
        let label = if number % 5 == 0 { FraudLabel::Fraud } else { FraudLabel::Genuine };
        amounts.label(&labelled, label, false);
    }
    assert_eq!(amounts.judge_labelled(&payment("john", i64::MAX, 9_000)), None);
}

proptest! {
    /// Medians by sorting exact amounts; the detector rounds each to 1.6 %.
    #[test]
    fn what_is_usual_is_the_median_of_the_last_64_payments(
        history in prop::collection::vec(1_000_i64..3_000, 10..150),
        scale in 1_i64..1_000_000_000,
    ) {
        let mut amounts = Amounts::new(AmountSettings::default());
        for (second, amount) in (0..).zip(&history) {
            prop_assert_eq!(amounts.judge(&payment("jane", amount * scale, second)), None);
        }
        let (median, spread) = usual(amounts.judge(&payment("jane", 60_000 * scale, 1_000)));
        let last: Vec<i64> = history.iter().rev().take(64).map(|amount| amount * scale).collect();
        let exact = exact_median(last.clone());
        let away = exact_median(last.iter().map(|amount| (*amount as f64 - exact).abs() as i64).collect());
        let payments = last.len() as f64;
        let expected = (payments * 1.4826 * away + 10.0 * 1.03 * exact) / (payments + 10.0);
        prop_assert!((median / exact - 1.0).abs() < 0.017, "{} is not {}", median, exact);
        // Both a distance and what it is measured from are rounded.
        prop_assert!((spread - expected).abs() < 0.05 * exact + 1.0, "{} is not {}", spread, expected);
    }

    /// The model is a queue; amounts are 10 % apart, so that each has a code of its own.
    #[test]
    fn what_is_forgotten_leaves_the_others_in_their_order(
        steps in prop::collection::vec((0_i32..8, prop::bool::weighted(0.2)), 20..250),
    ) {
        let mut amounts = Amounts::new(AmountSettings::default());
        let mut model: VecDeque<i64> = VecDeque::new();
        for (second, (step, is_fraud)) in (0..).zip(steps) {
            let amount = (10_000.0 * 1.1_f64.powi(step)) as i64;
            if is_fraud {
                amounts.label(&payment("jane", amount, second), FraudLabel::Fraud, false);
                if let Some(oldest) = model.iter().position(|it| *it == amount) {
                    model.remove(oldest);
                }
            } else {
                prop_assert_eq!(amounts.judge(&payment("jane", amount, second)), None);
                model.push_back(amount);
                if model.len() > 64 {
                    model.pop_front();
                }
            }
        }
        prop_assume!(model.len() >= Amounts::MIN_PAYMENTS);
        let found = amounts.judge(&payment("jane", 1_000_000, 1_000)).map(|found| found.evidence);
        let Some(Evidence::AmountUnusual { usual, payments, .. }) = found else { panic!("{found:?}") };
        prop_assert_eq!(payments, model.len() as u64);
        let exact = exact_median(model.into());
        prop_assert!((usual.minor() as f64 / exact - 1.0).abs() < 0.017, "{} is not {}", usual, exact);
    }

    #[test]
    fn any_amount_is_judged_without_a_panic(history in prop::collection::vec(1_i64..=i64::MAX, 0..90)) {
        let mut amounts = Amounts::new(AmountSettings::default());
        for (second, amount) in (0..).zip(history) {
            let payment = payment("jane", amount, second);
            let found = amounts.judge(&payment);
            let label = if second % 2 == 0 { FraudLabel::Fraud } else { FraudLabel::Genuine };
            amounts.label(&payment, label, found.is_some());
        }
    }
}

fn exact_median(mut amounts: Vec<i64>) -> f64 {
    amounts.sort_unstable();
    let half = amounts.len() / 2;
    if amounts.len() % 2 == 1 {
        amounts[half] as f64
    } else {
        (amounts[half - 1] as f64 + amounts[half] as f64) / 2.0
    }
}

fn pay(amounts: &mut Amounts, user: &str, times: u32, amount: impl Fn(u32) -> i64) {
    for time in 0..times {
        assert_eq!(amounts.judge(&payment(user, amount(time), u64::from(time))), None);
    }
}

/// The median and the spread of a finding.
fn usual(found: Option<Finding>) -> (f64, f64) {
    match found.map(|found| found.evidence) {
        Some(Evidence::AmountUnusual { usual, spread, basis: Basis::User, .. }) => {
            (usual.minor() as f64, spread.minor() as f64)
        }
        other => panic!("{other:?}"),
    }
}
