//! The text for Prometheus.

use super::*;
use otel_core::alerting::{Query, QueryError};
use otel_core::{Burn, Matching, NoData};

fn check(rule: &AlertRule, expected: &str) {
    let text = Query::of(rule).unwrap().promql();
    assert_eq!(text, expected, "\n{text}\n");
}

#[test]
fn values_and_rates_are_sums_by_job_and_label() {
    const VALUE: AlertRule = rule(Condition::Value { series: Series::all(DEPTH.facts()), limit: above(5.0) });
    check(&VALUE, "sum by (job) (shop_depth_bytes) > 5");
    check(&VALUE.by(&["shop.venue"]), "sum by (job, shop_venue) (shop_depth_bytes) > 5");
    let rate = |series, limit| rule(Condition::Rate { series, window: Duration::from_millis(90_500), limit });
    const ENDED: &[Matching] = &[Matching::new("shop.ending", "lost")];
    check(
        &rate(Series::all(ORDERS.facts()).only(ENDED), Limit::below(0.25)),
        r#"sum by (job) (rate(shop_orders_total{shop_ending="lost"}[1m30s500ms])) < 0.25"#,
    );
    check(
        &rate(Series::all(LOAD.facts()), Limit::above(-1.0)),
        "sum by (job) (delta(shop_load_ratio[1m30s500ms]) / 90.5) > -1",
    );
}

#[test]
fn a_ratio_is_written_on_lines_of_its_own() {
    const RULE: AlertRule = rule(Condition::Ratio {
        part: Series::all(LOST.facts()),
        whole: Series::all(ORDERS.facts()),
        window: MINUTES_5,
        limit: Limit::above(0.1),
        min_events: 50,
    });
    check(
        &RULE,
        "    sum by (job) (increase(shop_orders_lost_total[5m]))
  /
    sum by (job) (increase(shop_orders_total[5m]))
  > 0.1
and
  sum by (job) (increase(shop_orders_total[5m])) >= 50",
    );
}

#[test]
fn a_limit_with_a_way_back_reads_the_alert_itself() {
    const RULE: AlertRule =
        rule(Condition::Value { series: Series::all(LOAD.facts()), limit: Limit::above(0.8).until(0.5) });
    check(
        &RULE,
        r#"  sum by (job) (shop_load_ratio) > 0.8
or
    sum by (job) (shop_load_ratio) > 0.5
  and
    max by (job) (ALERTS{alertname="shop_is_wrong",alertstate="firing"})"#,
    );
}

#[test]
fn what_becomes_of_missing_data_is_part_of_the_text() {
    const RULE: AlertRule = rule(Condition::Value { series: Series::all(LOAD.facts()), limit: above(0.8) });
    check(
        &RULE.no_data(NoData::Hold),
        r#"  sum by (job) (shop_load_ratio) > 0.8
or
  max by (job) (ALERTS{alertname="shop_is_wrong"}) unless sum by (job) (shop_load_ratio)"#,
    );
    check(&RULE.no_data(NoData::Alert), "sum(shop_load_ratio) > 0.8 or absent(sum(shop_load_ratio))");
    let below = rule(Condition::Ratio {
        part: Series::all(WAIT.facts()).at_most(1.0),
        whole: Series::all(WAIT.facts()),
        window: MINUTES_5,
        limit: Limit::below(0.9),
        min_events: 0,
    });
    check(
        &below,
        r#"  (
      sum by (job) (increase(shop_wait_seconds_bucket{le=~"1|1\\.0"}[5m]))
    or
      0 * sum by (job) (increase(shop_wait_seconds_count[5m]))
  )
/
  sum by (job) (increase(shop_wait_seconds_count[5m]))
< 0.9"#,
    );
}

#[test]
fn a_mean_divides_the_rates_of_sum_and_count() {
    const RULE: AlertRule = rule(Condition::Mean {
        series: Series::all(WAIT.facts()),
        window: MINUTES_5,
        limit: above(0.25),
        min_events: 0,
    });
    check(
        &RULE,
        "  sum by (job) (rate(shop_wait_seconds_sum[5m]))
/
  sum by (job) (rate(shop_wait_seconds_count[5m]))
> 0.25",
    );
}

#[test]
fn absence_has_no_job() {
    const RULE: AlertRule =
        rule(Condition::Absence { series: Series::all(LOST.facts()), window: Duration::from_secs(86_400) });
    check(&RULE, "(sum(increase(shop_orders_lost_total[1d])) or vector(0)) == 0");
}

#[test]
fn a_burn_rate_is_two_pairs_of_windows() {
    let rule = |burn| {
        let condition = Condition::BurnRate {
            bad: Series::all(LOST.facts()),
            total: Series::all(ORDERS.facts()),
            objective: 0.999,
            burn,
            min_events: 10,
        };
        Query::of(&rule(condition)).unwrap().promql()
    };
    let fast = rule(Burn::Fast);
    let share = |window: &str| {
        format!(
            "sum by (job) (increase(shop_orders_lost_total[{window}]))\n/\nsum by (job) (increase(shop_orders_total[{window}]))"
        )
    };
    let flat = |text: &str| text.lines().map(str::trim).collect::<Vec<_>>().join("\n");
    let pair = |long: &str, short: &str, factor: &str| {
        format!(
            "{}\n> {factor} * (1 - 0.999)\nand\n{}\n> {factor} * (1 - 0.999)\nand\nsum by (job) (increase(shop_orders_total[{long}])) >= 10",
            share(long),
            share(short)
        )
    };
    assert_eq!(flat(&fast), format!("{}\nor\n{}", pair("1h", "5m", "14.4"), pair("6h", "30m", "6")));
    let slow = rule(Burn::Slow);
    assert_eq!(flat(&slow), format!("{}\nor\n{}", pair("1d", "2h", "3"), pair("3d", "6h", "1")));
}

#[test]
fn a_deviation_looks_at_the_past() {
    const RULE: AlertRule = rule(Condition::Deviation {
        series: Series::all(LOAD.facts()),
        window: MINUTES_5,
        baseline: Duration::from_secs(3_600),
        sigmas: 3.0,
        min_change: 0.5,
    });
    check(
        &RULE,
        "  (
    abs(
        sum by (job) (shop_load_ratio)
      -
        avg_over_time(sum by (job) (shop_load_ratio)[1h:5m] offset 5m)
    )
    >= 0.5
  )
  > 3 * stddev_over_time(sum by (job) (shop_load_ratio)[1h:5m] offset 5m)
and
  count_over_time(sum by (job) (shop_load_ratio)[1h:5m] offset 5m) >= 10",
    );
}

#[test]
fn what_detectors_observe_is_read_from_the_pipelines_own_metric() {
    const RULE: AlertRule = rule(Condition::Observed { limit: above(1.0), holds_for: MINUTE });
    check(
        &RULE,
        r#"max by (job, alert_instance_id) (alert_active{alert_rule_name="shop_is_wrong",alert_state="firing"} > 0)"#,
    );
}

#[test]
fn what_prometheus_cannot_look_at_is_refused() {
    const NAMELESS: GaugeDef<()> = GaugeDef::new("…", Unit::new("{x}"), "Nothing.");
    let nameless = rule(Condition::Value { series: Series::all(NAMELESS.facts()), limit: above(1.0) });
    let error = Query::of(&nameless).unwrap_err();
    assert!(matches!(&error, QueryError::Name(error) if error.name() == "…"), "{error}");
    // A rule that is declared has sound windows, or it does not compile; one can still be changed afterwards.
    for window in [Duration::ZERO, Duration::from_micros(1_500), Duration::MAX] {
        let mut absence = nameless;
        absence.condition = Condition::Absence { series: Series::all(LOST.facts()), window };
        assert_eq!(Query::of(&absence).unwrap_err(), QueryError::Window, "{window:?}");
    }
    let deviation = |baseline| {
        let mut deviation = nameless;
        deviation.condition = Condition::Deviation {
            series: Series::all(LOAD.facts()),
            window: Duration::from_secs(1),
            baseline: Duration::from_secs(baseline),
            sigmas: 3.0,
            min_change: 0.0,
        };
        deviation
    };
    assert!(Query::of(&deviation(11_000)).is_ok());
    assert_eq!(Query::of(&deviation(11_001)).unwrap_err(), QueryError::Baseline);
}
