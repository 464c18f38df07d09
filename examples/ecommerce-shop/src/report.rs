//! What is printed at the end.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use otel_core::alerting::Alert;
use otel_core::{Currency, Money};

use crate::agreement::Agreement;
use crate::export::Delivery;
use crate::figures::{Carts, Figures, Sales};

/// What happened, what the metrics say of it, and what arrived.
#[derive(Debug)]
pub struct Report<'a, S> {
    /// What happened, told by whoever did it.
    pub story: S,
    /// The key figures.
    pub figures: &'a Figures,
    /// What is worth waking somebody up for.
    pub alerts: &'a [Alert],
    /// Whether the figures are what was counted without them.
    pub agreement: Option<&'a Agreement>,
    /// What became of the telemetry.
    pub delivery: &'a Delivery,
}

impl<S: fmt::Display> fmt::Display for Report<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.story, self.figures)?;
        alerts(f, self.alerts)?;
        if let Some(agreement) = self.agreement {
            write!(f, "{agreement}")?;
        }
        write!(f, "{}", self.delivery)
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.funnel(f)?;
        self.sales.iter().try_for_each(|(currency, sales)| sold(f, currency, sales))?;
        self.carts(f)?;
        if self.searches > 0 {
            writeln!(f, "\nsearches")?;
            row(f, "answered", self.searches)?;
            part(f, "with nothing", self.found_nothing, self.searches)?;
        }
        self.payments(f)
    }
}

impl Figures {
    fn funnel(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_walked = self.funnel.iter().filter(|step| step.entries > 0).count() > 1;
        if is_walked {
            let heads = ["entries", "sessions", "of before", "median"].map(|head| format!("{head:>12}"));
            writeln!(f, "\n  {:<40}{}", "funnel", heads.concat())?;
        }
        let mut before = None;
        for step in self.funnel.iter().filter(|_| is_walked) {
            // Of those who came, and not of how often they did: whoever tries again has come once.
            let share = before.map_or_else(String::new, |before| percent(step.sessions, before));
            let median = step.median.map(seconds).unwrap_or_default();
            let (name, entries, sessions) = (step.step.as_str(), step.entries, step.sessions);
            writeln!(f, "  {name:<40}{entries:>12}{sessions:>12}{share:>12}{median:>12}")?;
            before = Some(step.sessions);
        }
        if self.customers + self.accounts > 0 {
            writeln!(f, "\npeople")?;
            row(f, "who bought, about", self.customers)?;
        }
        if self.accounts > 0 {
            row(f, "who opened an account", self.accounts)?;
        }
        Ok(())
    }

    fn carts(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Carts { started, bought, abandoned } = self.carts;
        if started == 0 {
            return Ok(());
        }
        writeln!(f, "\ncarts")?;
        row(f, "started", started)?;
        part(f, "bought", bought, started)?;
        part(f, "abandoned", abandoned, started)
    }

    fn payments(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.payments > 0 {
            writeln!(f, "\npayments that no issuer declined")?;
            row(f, "asked for", self.payments)?;
            part(f, "authorised", self.authorised, self.payments)?;
        }
        if !self.suspected.is_empty() {
            writeln!(f, "\npayments to look at, by the worst rule they met")?;
        }
        self.suspected.iter().try_for_each(|(rule, count)| row(f, rule, *count))
    }
}

fn sold(f: &mut fmt::Formatter<'_>, currency: &str, sales: &Sales) -> fmt::Result {
    let Sales { orders, revenue, refunds } = *sales;
    writeln!(f, "\nsales in {currency}")?;
    row(f, "orders", orders)?;
    money(f, "revenue", currency, revenue)?;
    money(f, "given back", currency, refunds)?;
    // Rounded half up, as people do.
    match (revenue + orders / 2).checked_div(orders) {
        Some(average) => money(f, "an order on average", currency, average),
        None => Ok(()),
    }
}

/// As in the other stories: one alert of a rule for each set of its labels, of which it is enough how many there are.
fn alerts(f: &mut fmt::Formatter<'_>, alerts: &[Alert]) -> fmt::Result {
    if alerts.is_empty() {
        return Ok(());
    }
    writeln!(f, "\nalerts")?;
    let mut counts = BTreeMap::new();
    for alert in alerts {
        let (rule, state) = (alert.rule, alert.state.as_str());
        *counts.entry((rule.name, state, rule.level.as_str(), rule.summary)).or_insert(0) += 1;
    }
    counts.into_iter().try_for_each(|((name, state, level, summary), count)| {
        writeln!(f, "  {name:<40}{count:>4} {state:<9} {level}: {summary}")
    })
}

/// A name and a count, as all tables of the report have them.
pub(crate) fn row(f: &mut fmt::Formatter<'_>, name: &str, count: u64) -> fmt::Result {
    writeln!(f, "  {name:<40}{count:>12}")
}

fn part(f: &mut fmt::Formatter<'_>, name: &str, count: u64, whole: u64) -> fmt::Result {
    writeln!(f, "  {name:<40}{count:>12}{:>12}", percent(count, whole))
}

fn money(f: &mut fmt::Formatter<'_>, name: &str, currency: &str, minor: u64) -> fmt::Result {
    let amount = Currency::from_code(currency)
        .zip(i64::try_from(minor).ok())
        .map(|(currency, minor)| Money::from_minor(minor, currency).to_string());
    writeln!(f, "  {name:<40}{:>16}", amount.unwrap_or_else(|| format!("{minor} minor units")))
}

fn percent(count: u64, whole: u64) -> String {
    if whole == 0 { String::new() } else { format!("{:.1} %", 100.0 * count as f64 / whole as f64) }
}

fn seconds(time: Duration) -> String {
    if time < Duration::from_secs(1) {
        format!("{:.1} ms", time.as_secs_f64() * 1_000.0)
    } else {
        format!("{:.1} s", time.as_secs_f64())
    }
}
