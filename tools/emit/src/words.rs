//! Rules, numbers and times in words, for people who read them at night.

use std::time::Duration;

use otel_core::{
    AlertLevel, AlertRule, Breach, Buckets, Burn, Condition, Instrument, Limit, NoData, Part, Series, Unit,
};

use crate::problem::Problem;

/// When a rule is breached, as the second half of a sentence that begins with "while".
pub(crate) fn condition(rule: &AlertRule) -> Result<String, Problem> {
    Ok(match &rule.condition {
        Condition::Value { series: it, limit } => {
            format!("{} is {}", series(it)?, beyond(limit, |value| amount(value, it.metric.unit))?)
        }
        Condition::Rate { series: it, window, limit } => {
            let does = if it.is_cumulative() { "grows" } else { "changes" };
            let limit = beyond(limit, |value| format!("{} a second", amount(value, it.metric.unit)))?;
            format!("{} {does} at a rate that is {limit}, over {}", series(it)?, duration(*window))
        }
        Condition::Ratio { part, whole, window, limit, min_events } => {
            let limit = beyond(limit, share)?;
            let [part, whole, window] = [series(part)?, series(whole)?, duration(*window)];
            let enough = enough(*min_events, "of the latter");
            format!("the share of {part} in {whole} over {window} is {limit}{enough}")
        }
        Condition::Mean { series: it, window, limit, min_events } => {
            let limit = beyond(limit, |value| amount(value, it.metric.unit))?;
            let window = duration(*window);
            let enough = enough(*min_events, "values");
            format!("the mean of {} over {window} is {limit}{enough}", series(it)?)
        }
        Condition::BurnRate { bad, total, objective, burn, min_events } => {
            burn_rate([bad, total], *objective, *burn, *min_events)?
        }
        Condition::Absence { series: it, window } => {
            format!("{} has not grown for {}", series(it)?, duration(*window))
        }
        Condition::Deviation { series: it, window, baseline, sigmas, min_change } => {
            let unit = it.metric.unit;
            let (rate, a_second) = match it.is_cumulative() {
                true => (format!("the rate over {} of ", duration(*window)), " a second"),
                false => (String::new(), ""),
            };
            format!(
                "{rate}{} is more than {} standard deviations, and more than {}{a_second}, away from its mean over {}",
                series(it)?,
                number(*sigmas),
                amount(*min_change, unit),
                duration(*baseline),
            )
        }
        Condition::Observed { limit, holds_for } => {
            let limit = beyond(limit, number)?;
            format!("a detector observes a value {limit}; an observation holds for {}", duration(*holds_for))
        }
        _ => return Err(Problem::Unknown("a condition")),
    })
}

fn burn_rate([bad, total]: [&Series; 2], objective: f64, burn: Burn, min: u64) -> Result<String, Problem> {
    let windows = match burn {
        Burn::Fast => {
            "14.4 times too fast over both 1 hour and 5 minutes, or 6 times over both 6 hours and 30 minutes"
        }
        Burn::Slow => {
            "3 times too fast over both 1 day and 2 hours, or faster than it may over both 3 days and 6 hours"
        }
        _ => return Err(Problem::Unknown("a burn rate")),
    };
    Ok(format!(
        "the budget of {} for {} in {} burns more than {windows}{}",
        share(1.0 - objective),
        series(bad)?,
        series(total)?,
        enough(min, "of the latter"),
    ))
}

/// From how many events on a share or a mean says something.
fn enough(events: u64, of_what: &str) -> String {
    match events {
        // Without any there is nothing to judge.
        0 | 1 => String::new(),
        events => format!(", where there are at least {} {of_what}", thousands(events)),
    }
}

/// Which series are meant.
pub(crate) fn series(series: &Series) -> Result<String, Problem> {
    let name = format!("`{}`", series.metric.name);
    let part = match series.part {
        Part::Value | Part::Count => name,
        Part::Sum => format!("the sum of {name}"),
        Part::AtMost(bound) => format!("{name} up to {}", amount(bound, series.metric.unit)),
        _ => return Err(Problem::Unknown("a part of a series")),
    };
    let labels = series.matching.iter().map(|label| format!("`{}` = `{}`", label.key, label.value));
    Ok(match labels.collect::<Vec<_>>().join(" and ") {
        labels if labels.is_empty() => part,
        labels => format!("{part} with {labels}"),
    })
}

/// A limit and the way back.
fn beyond(limit: &Limit, say: impl Fn(f64) -> String) -> Result<String, Problem> {
    let side = match limit.breach {
        Breach::Above => "above",
        Breach::Below => "below",
        _ => return Err(Problem::Unknown("a side of a limit")),
    };
    let back = match limit.has_hysteresis() {
        true => format!(" (once it fires, until it is back at {})", say(limit.clear_at)),
        false => String::new(),
    };
    Ok(format!("{side} {}{back}", say(limit.at)))
}

/// What a level stands for.
pub(crate) fn level(level: AlertLevel) -> Result<&'static str, Problem> {
    Ok(match level {
        AlertLevel::Low => "nobody notices yet",
        AlertLevel::Medium => "some work is slower or done by hand; nothing is lost",
        AlertLevel::High => "customers notice, or money is at risk if it goes on",
        AlertLevel::Critical => "money, data or safety is being lost now",
        _ => return Err(Problem::Unknown("a level of alerts")),
    })
}

/// What becomes of an alert whose data is gone.
pub(crate) fn no_data(policy: NoData) -> Result<&'static str, Problem> {
    Ok(match policy {
        NoData::Resolve => "it resolves: what nobody reports counts as well",
        NoData::Alert => "it fires: silence is a breach",
        NoData::Hold => "it stays as it was",
        _ => return Err(Problem::Unknown("an answer to missing data")),
    })
}

/// What a metric is.
pub(crate) fn instrument(instrument: Instrument) -> Result<&'static str, Problem> {
    Ok(match instrument {
        Instrument::Counter => "counter",
        Instrument::UpDownCounter => "up-down counter",
        Instrument::Gauge => "gauge",
        Instrument::FloatGauge => "gauge (fractions)",
        Instrument::Histogram => "histogram",
        _ => return Err(Problem::Unknown("a kind of metric")),
    })
}

/// A number of seconds, minutes, hours or days.
pub(crate) fn duration(time: Duration) -> String {
    const UNITS: [(u128, &str); 4] =
        [(86_400_000, "day"), (3_600_000, "hour"), (60_000, "minute"), (1_000, "second")];
    let millis = time.as_millis();
    let unit = UNITS.iter().find(|(unit, _)| millis >= *unit && millis.is_multiple_of(*unit));
    let (count, name) = unit.map_or((millis, "millisecond"), |(unit, name)| (millis / unit, name));
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {name}{plural}")
}

/// A share as a percentage.
pub(crate) fn share(share: f64) -> String {
    format!("{} %", number(share * 100.0))
}

/// A value with its unit.
pub(crate) fn amount(value: f64, unit: Unit) -> String {
    match unit.code() {
        "1" => number(value),
        "s" if value.abs() < 1.0 && value != 0.0 => format!("{} ms", number(value * 1_000.0)),
        code => {
            let annotation = code.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
            let word = annotation.map(|word| word.replace('_', " "));
            let plural = if annotation.is_some() && value != 1.0 { "s" } else { "" };
            format!("{} {}{plural}", number(value), word.as_deref().unwrap_or(code))
        }
    }
}

/// A number without what binary fractions add at its end.
pub(crate) fn number(value: f64) -> String {
    let rounded = format!("{value:.9}");
    let short = rounded.trim_end_matches('0').trim_end_matches('.');
    match short {
        "0" | "-0" if value != 0.0 => format!("{value:e}"),
        "-0" => "0".to_owned(),
        short => short.to_owned(),
    }
}

/// How a histogram sorts its values.
pub(crate) fn buckets(buckets: Buckets, unit: Unit) -> Result<String, Problem> {
    Ok(match buckets {
        Buckets::Exponential => "exponential, 160 at most; explicit on the scrape page".to_owned(),
        Buckets::Explicit(bounds) => {
            let bounds = bounds.iter().map(|bound| amount(*bound, unit)).collect::<Vec<_>>();
            format!("up to {}, and beyond", bounds.join(", "))
        }
        _ => return Err(Problem::Unknown("a kind of buckets")),
    })
}

/// A count, in groups of three digits.
pub(crate) fn thousands(count: u64) -> String {
    let digits = count.to_string();
    let groups = digits.as_bytes().rchunks(3).rev();
    groups.map(|group| String::from_utf8_lossy(group)).collect::<Vec<_>>().join(",")
}
