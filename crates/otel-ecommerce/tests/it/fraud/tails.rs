//! Amounts as they are in shops: scattered much further than normally distributed ones.

use otel_ecommerce::anomaly::{AmountSettings, Amounts};

use super::payment;

#[test]
fn amounts_with_a_long_tail_do_not_flood_anybody_with_alarms() {
    // Of what everybody pays, a fifth of a percent at most; without looking at the tail it is six percent.
    let (found, of) = false_alarms(1.0);
    assert!(found * 1_000 <= of * 4, "{found} of {of}");
    let (found, of) = false_alarms(0.5);
    assert!(found * 1_000 <= of * 2, "{found} of {of}");
}

#[test]
fn amounts_without_one_leave_the_limit_where_it_is() {
    let mut amounts = Amounts::new(AmountSettings::default());
    let mut chance = fastrand::Rng::with_seed(5);
    for second in 0..20_000 {
        let user = format!("user-{}", second % 200);
        let amount = (4_000.0 + 2_000.0 * normal(&mut chance)).max(1.0);
        amounts.judge(&payment(&user, amount as i64, second));
    }
    // Of users who pay 40 give or take 20, 105 is 3.3 spreads over it, and 175 is 6.8.
    let mut found = |amount| {
        let is_found =
            |user: &u64| amounts.judge(&payment(&format!("user-{user}"), amount, 30_000)).is_some();
        (0..100_u64).filter(is_found).count()
    };
    let (near, far) = (found(10_500), found(17_500));
    assert!(near <= 3 && far >= 95, "{near} and {far} of 100");
}

/// Of log-normally distributed payments, none of them fraud.
fn false_alarms(deviation: f64) -> (u64, u64) {
    let mut amounts = Amounts::new(AmountSettings::default());
    let mut chance = fastrand::Rng::with_seed(5);
    let (mut found, mut of) = (0, 0);
    for second in 0..60_000 {
        let user = second % 300;
        let usual = 1_000.0 + 100.0 * user as f64;
        let amount = usual * (deviation * normal(&mut chance)).exp();
        let is_found = amounts.judge(&payment(&format!("user-{user}"), amount as i64 + 1, second)).is_some();
        if second >= 20_000 {
            found += u64::from(is_found);
            of += 1;
        }
    }
    (found, of)
}

/// By Box and Muller.
fn normal(chance: &mut fastrand::Rng) -> f64 {
    let (u, v) = (1.0 - chance.f64(), chance.f64());
    (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos()
}
