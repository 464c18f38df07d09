//! The table at the end.

use std::collections::BTreeMap;
use std::fmt;

use otel_core::alerting::Alert;

use crate::drive::Told;
use crate::export::Delivery;
use crate::fix::Tolerated;
use crate::refusal::Refusals;
use crate::trail::Kept;

/// What was read, what it was about, and what arrived.
pub(crate) struct Summary<'a> {
    pub(crate) source: &'a str,
    pub(crate) told: &'a Told,
    pub(crate) tolerated: &'a Tolerated,
    pub(crate) refusals: &'a Refusals,
    pub(crate) alerts: &'a [Alert],
    pub(crate) kept: Option<&'a Kept>,
    pub(crate) delivery: Delivery,
}

impl fmt::Display for Summary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (used, refused) = (self.told.messages(), self.refusals.total());
        writeln!(f, "{}: {} messages read, {used} used, {refused} refused", self.source, used + refused)?;
        counts(f, &self.told.messages)?;
        self.tolerated(f)?;
        if refused > 0 {
            writeln!(f, "\nrefused messages")?;
            write!(f, "{}", self.refusals)?;
        }
        self.orders(f)?;
        self.alerts(f)?;
        if let Some(kept) = self.kept {
            write!(f, "{kept}")?;
        }
        self.delivery(f)
    }
}

impl Summary<'_> {
    fn tolerated(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Tolerated { body_lengths, check_sums, fields } = self.tolerated;
        if *body_lengths == 0 && *check_sums == 0 && fields.is_empty() {
            return Ok(());
        }
        writeln!(f, "\nput right in messages that were used")?;
        row(f, "wrong BodyLength (9)", *body_lengths)?;
        row(f, "wrong CheckSum (10)", *check_sums)?;
        for (tag, count) in fields {
            row(f, &format!("field {tag} set aside"), *count)?;
        }
        Ok(())
    }

    fn orders(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let told = self.told;
        writeln!(f, "\n{} orders by their last status", told.orders.values().sum::<u64>())?;
        counts(f, &told.orders)?;
        if told.met_midway > 0 {
            row(f, "(first heard of in a report)", told.met_midway)?;
        }
        if told.forgotten > 0 {
            row(f, "(forgotten: too many at once)", told.forgotten)?;
        }
        if !told.violations.is_empty() {
            writeln!(f, "\nfacts that contradict what is known of their order")?;
            counts(f, &told.violations)?;
        }
        Ok(())
    }

    fn alerts(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.alerts.is_empty() {
            return Ok(());
        }
        writeln!(f, "\nalerts")?;
        // One alert of a rule for each set of its labels: here it is enough how many there are.
        let mut counts = BTreeMap::new();
        for alert in self.alerts {
            let (rule, state) = (alert.rule, alert.state.as_str());
            *counts.entry((rule.name, state, rule.level.as_str(), rule.summary)).or_insert(0) += 1;
        }
        counts.into_iter().try_for_each(|((name, state, level, summary), count)| {
            writeln!(f, "  {name:<40}{count:>4} {state:<9} {level}: {summary}")
        })
    }

    fn delivery(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\n  {:<20}{:>10}{:>10}{:>10}{:>10}", "", "created", "sent", "received", "lost")?;
        for row in self.delivery.rows() {
            let received = row.received.map_or_else(|| "?".to_owned(), |received| received.to_string());
            let (created, sent, lost) = (row.sent.created, row.sent.exported, row.lost());
            writeln!(f, "  {:<20}{created:>10}{sent:>10}{received:>10}{lost:>10}", row.name)?;
        }
        writeln!(f, "\nlost = {}", self.delivery.lost())
    }
}

fn counts(f: &mut fmt::Formatter<'_>, counts: &BTreeMap<&'static str, u64>) -> fmt::Result {
    counts.iter().try_for_each(|(name, count)| row(f, name, *count))
}

fn row(f: &mut fmt::Formatter<'_>, name: &str, count: u64) -> fmt::Result {
    writeln!(f, "  {name:<40}{count:>10}")
}
