//! The rules on key figures, rehearsed.

use std::time::Duration;

use otel_core::alerting::{Alert, AlertState, Alerting};
use otel_core::testing::{AlertRehearsal, TestTelemetry};
use otel_core::{AlertRule, MetricFacts, Series, Timestamp};
use otel_ecommerce::conventions::kpi as said;
use otel_ecommerce::ids::{OrderId, RefundId};
use otel_ecommerce::kpi::Refund;
use otel_ecommerce::labels::{Booking, Channel, KpiRefusal, RefundReason};
use otel_ecommerce::{ALERTS, CATALOGUE, KpiMonitor, KpiSettings};

use super::money;

/// A counter that goes up by so much each minute.
type Flow = (MetricFacts, &'static [(&'static str, &'static str)], f64);

const NEW_SALES: [(&str, &str); 2] =
    [("ecommerce.revenue.entry", "sale"), ("ecommerce.revenue.booking", "new")];
const NEW_REFUNDS: [(&str, &str); 2] =
    [("ecommerce.revenue.entry", "refund"), ("ecommerce.revenue.booking", "new")];
const CHECKOUTS: [(&str, &str); 2] =
    [("ecommerce.funnel.name", "checkout"), ("ecommerce.funnel.step", "begin_checkout")];
const TEXT: [(&str, &str); 1] = [("ecommerce.search.type", "text")];
const SILENT: [(&str, &str); 2] =
    [("ecommerce.funnel.step", "add_to_cart"), ("ecommerce.cart.abandonment", "silent")];
const NEW_CARTS: [(&str, &str); 1] = [("ecommerce.cart.start", "new")];

fn rule(name: &str) -> &'static AlertRule {
    ALERTS.iter().find(|rule| rule.name == name).expect("a rule")
}

/// The state of a rule after these flows have gone on for so many minutes.
fn after(minutes: u32, name: &str, instance: &[(&str, &str)], flows: &[Flow]) -> AlertState {
    let mut rehearsal = AlertRehearsal::of(rule(name));
    for minute in 0..=minutes {
        let at =
            Timestamp::from_unix_nanos(1_700_000_000_000_000_000).after(Duration::from_secs(60) * minute);
        for (metric, labels, flow) in flows {
            let part = Series::all(*metric).part;
            rehearsal.sample_part(at, *metric, part, labels, flow * f64::from(minute));
        }
        rehearsal.evaluate(at);
    }
    rehearsal.state(instance)
}

#[test]
fn revenue_that_stops_while_customers_check_out_is_told_and_a_quiet_night_is_not() {
    let state = |sales, checkouts| {
        let sales = (said::BOOKINGS.facts(), &NEW_SALES[..], sales);
        let checkouts = (said::FUNNEL_ENTRIES.facts(), &CHECKOUTS[..], checkouts);
        after(30, "ecommerce_revenue_stopped", &[], &[sales, checkouts])
    };
    assert_eq!(state(0.0, 10.0), AlertState::Firing);
    assert_eq!(state(4.0, 10.0), AlertState::Inactive);
    assert_eq!(state(0.0, 1.0), AlertState::Inactive);
    assert_eq!(state(0.0, 0.0), AlertState::Inactive);
}

#[test]
fn repeated_orders_are_no_revenue() {
    const REPEATED: [(&str, &str); 2] =
        [("ecommerce.revenue.entry", "sale"), ("ecommerce.revenue.booking", "repeated")];
    let none = (said::BOOKINGS.facts(), &NEW_SALES[..], 0.0);
    let repeated = (said::BOOKINGS.facts(), &REPEATED[..], 10.0);
    let checkouts = (said::FUNNEL_ENTRIES.facts(), &CHECKOUTS[..], 10.0);
    let state = after(30, "ecommerce_revenue_stopped", &[], &[none, repeated, checkouts]);
    assert_eq!(state, AlertState::Firing);
}

#[test]
fn searches_that_find_nothing_are_told_by_their_type() {
    let state = |nothing, all| {
        let nothing = (said::SEARCH_ZERO_RESULTS.facts(), &TEXT[..], nothing);
        let all = (said::SEARCH_RESULTS.facts(), &TEXT[..], all);
        after(30, "ecommerce_search_zero_results_high", &TEXT, &[nothing, all])
    };
    assert_eq!(state(3.0, 10.0), AlertState::Firing);
    assert_eq!(state(1.0, 10.0), AlertState::Inactive);
    assert_eq!(state(3.0, 3.0), AlertState::Inactive, "too few to tell");
}

#[test]
fn carts_that_are_all_abandoned_are_told() {
    let state = |abandoned| {
        let abandoned = (said::CART_ABANDONMENTS.facts(), &SILENT[..], abandoned);
        let started = (said::CART_STARTS.facts(), &NEW_CARTS[..], 100.0);
        after(60, "ecommerce_cart_abandonment_high", &[], &[abandoned, started])
    };
    assert_eq!(state(95.0), AlertState::Firing);
    assert_eq!(state(70.0), AlertState::Inactive);
}

#[test]
fn refunds_that_are_many_for_the_orders_are_told() {
    let state = |refunds| {
        let refunds = (said::BOOKINGS.facts(), &NEW_REFUNDS[..], refunds);
        let sales = (said::BOOKINGS.facts(), &NEW_SALES[..], 10.0);
        after(60, "ecommerce_refunds_high", &[], &[refunds, sales])
    };
    assert_eq!(state(4.0), AlertState::Firing);
    assert_eq!(state(1.7), AlertState::Inactive);
}

/// What fires after something was said to a monitor, by the whole pipeline.
fn fired(say: impl Fn(&KpiMonitor, Timestamp)) -> Vec<(&'static str, String)> {
    let test = TestTelemetry::alerting(Alerting::new().rules(&CATALOGUE));
    let kpi = KpiMonitor::new(&test, KpiSettings::default());
    let wait = || {
        for _ in 0..8 {
            test.advance(Duration::from_secs(15));
            test.alerts_now();
        }
    };
    wait();
    say(&kpi, test.now());
    wait();
    let firing = test.alerts_now().into_iter().filter(|alert| alert.state == AlertState::Firing);
    let entry = |alert: &Alert| alert.labels.get("ecommerce.revenue.entry").unwrap_or_default().to_owned();
    firing.map(|alert| (alert.rule.name, entry(&alert))).collect()
}

fn sale(kpi: &KpiMonitor, minor: i64, at: Timestamp) -> Result<Booking, KpiRefusal> {
    kpi.track_revenue(OrderId("o-1"), money(minor, "EUR"), Channel::Web, at)
}

fn refund(kpi: &KpiMonitor, minor: i64, at: Timestamp) -> Result<Booking, KpiRefusal> {
    let (order, id, reason) = (OrderId("o-1"), RefundId("r-1"), RefundReason::Other);
    kpi.track_refund(&Refund { order, id, amount: money(minor, "EUR"), reason, at })
}

#[test]
fn money_that_sums_lack_is_told_as_that_both_ways() {
    let future = |now: Timestamp| now.after(Duration::from_secs(86_400));
    let lacking = fired(|kpi, now| {
        sale(kpi, i64::MAX, now).expect("a sale");
        let more = kpi.track_revenue(OrderId("o-2"), money(1, "EUR"), Channel::Web, now);
        assert_eq!(more, Err(KpiRefusal::Overflow));
    });
    assert_eq!(lacking, [("ecommerce_revenue_refused", "sale".to_owned())]);
    let ahead = fired(|kpi, now| assert_eq!(sale(kpi, 1, future(now)), Err(KpiRefusal::Future)));
    assert_eq!(ahead, [("ecommerce_revenue_refused", "sale".to_owned())]);
    let refused = fired(|kpi, now| assert_eq!(refund(kpi, -1, now), Err(KpiRefusal::Amount)));
    assert_eq!(refused, [("ecommerce_revenue_refused", "refund".to_owned())]);
}

#[test]
fn money_that_may_be_counted_is_never_told_as_missing() {
    let contradicted = fired(|kpi, now| {
        assert_eq!(sale(kpi, 100, now), Ok(Booking::New));
        assert_eq!(sale(kpi, 101, now), Err(KpiRefusal::Contradiction));
    });
    assert_eq!(contradicted, [("ecommerce_revenue_doubted", "sale".to_owned())]);
    let refunded = fired(|kpi, now| {
        assert_eq!(refund(kpi, 100, now), Ok(Booking::New));
        assert_eq!(refund(kpi, 101, now), Err(KpiRefusal::Contradiction));
    });
    assert_eq!(refunded, [("ecommerce_revenue_doubted", "refund".to_owned())]);
    let repeated = fired(|kpi, now| {
        assert_eq!(sale(kpi, 100, now), Ok(Booking::New));
        assert_eq!(sale(kpi, 100, now), Ok(Booking::Repeated));
    });
    assert_eq!(repeated, []);
}
