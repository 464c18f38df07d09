//! Settings that cannot be meant are refused.

use std::time::Duration;

use otel_ecommerce::KpiSettings;
use otel_ecommerce::kpi::SettingsError;

#[test]
fn a_cap_is_not_nothing_and_has_a_number_for_each_entry() {
    let most = u32::MAX as usize - 1;
    for set in [KpiSettings::sessions, KpiSettings::bookings, KpiSettings::carts] {
        for cap in [0, most + 1, usize::MAX] {
            assert_eq!(set(KpiSettings::default(), cap), Err(SettingsError::Cap), "{cap}");
        }
        for cap in [1, most] {
            assert!(set(KpiSettings::default(), cap).is_ok_and(|it| it != KpiSettings::default()), "{cap}");
        }
    }
}

#[test]
fn a_window_that_every_fact_would_close_is_refused() {
    let window = |time| KpiSettings::default().window(time).map(|_| ());
    assert_eq!(window(Duration::ZERO), Err(SettingsError::TooShort));
    assert_eq!(window(Duration::from_millis(59_999)), Err(SettingsError::TooShort));
    assert_eq!(window(Duration::from_secs(60)), Ok(()));
}

#[test]
fn times_of_nothing_and_days_ahead_are_refused() {
    let least = Duration::from_secs(1);
    for set in [KpiSettings::bookings_horizon, KpiSettings::cart_silence, KpiSettings::abandoned_for] {
        let short = set(KpiSettings::default(), least - Duration::from_nanos(1));
        assert_eq!(short, Err(SettingsError::TooShort));
        assert!(set(KpiSettings::default(), least).is_ok());
    }
    let ahead = |seconds| KpiSettings::default().ahead(Duration::from_secs(seconds)).map(|_| ());
    assert_eq!((ahead(86_400), ahead(86_401)), (Ok(()), Err(SettingsError::TooFarAhead)));
}
