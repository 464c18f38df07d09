//! The diagnosis: everything a doctor found, as a page.

use std::cmp::Reverse;
use std::fmt;

use crate::event::Severity;
use crate::ledger::Report;

use super::super::operator::server_of;
use super::finding::{Finding, Subject};
use super::secrets::Secrets;

/// Why telemetry does not arrive: a verdict, and everything that was found, the most likely reason first.
///
/// It displays a page for people.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a diagnosis is to be read"]
pub struct Diagnosis {
    findings: Vec<Finding>,
    report: Report,
    /// How many ways to other processes were tried.
    tried: usize,
}

impl Diagnosis {
    /// A diagnosis from what was found in order of likelihood, without the secrets in it.
    pub(super) fn new(found: Vec<Finding>, secrets: &Secrets, report: Report, tried: usize) -> Self {
        let mut findings: Vec<Finding> = Vec::new();
        for mut finding in found {
            finding.what = secrets.hide(&finding.what);
            if !findings.iter_mut().any(|earlier| earlier.absorbs(&finding)) {
                findings.push(finding);
            }
        }
        // What is found first stays first among what is as bad.
        findings.sort_by_key(|finding| Reverse(finding.severity));
        Self { findings, report, tried }
    }

    /// Everything that was found: what is worst comes first, and of that what is most likely.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Whether what is recorded arrives: nothing was found that is worse than worth knowing.
    pub fn is_well(&self) -> bool {
        self.findings.iter().all(|finding| finding.severity < Severity::Warn)
    }
}

impl Finding {
    /// Takes `other` over where that is the same trouble: with a destination, it is the same for all streams.
    fn absorbs(&mut self, other: &Self) -> bool {
        if (self.kind, self.severity, &self.remedy) != (other.kind, other.severity, &other.remedy) {
            return false;
        }
        match (&mut self.subject, &other.subject) {
            (
                Subject::Destination { name, endpoint, streams },
                Subject::Destination { name: other_name, endpoint: other_endpoint, streams: others },
            ) if name == other_name => {
                if endpoint != other_endpoint {
                    // Over HTTP the streams differ in their paths.
                    *endpoint = endpoint.as_deref().map(|endpoint| server_of(endpoint).to_owned());
                }
                streams.extend(others);
                // One trouble has several words: a connection is closed or reset, as chance has it.
                if !self.what.contains(&other.what) {
                    self.what += &format!("; also: {}", other.what);
                }
                true
            }
            (mine, other_subject) => mine == other_subject && self.what == other.what,
        }
    }
}

impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.findings.first() {
            Some(Finding { severity, kind, .. }) if *severity > Severity::Warn => {
                writeln!(f, "Telemetry does not arrive: {kind}.")?;
            }
            Some(Finding { severity: Severity::Warn, kind, .. }) => {
                writeln!(f, "Telemetry is not quite well: {kind}.")?;
            }
            _ if self.tried == 0 => f.write_str("Telemetry is well.\n")?,
            _ => f.write_str("Telemetry is well: every endpoint takes what it is sent.\n")?,
        }
        for (at, Finding { kind, severity, subject, what, remedy }) in self.findings.iter().enumerate() {
            let aside = if *severity < Severity::Warn { " (worth knowing)" } else { "" };
            writeln!(f, "\n{}. {kind}{aside}", at + 1)?;
            writeln!(f, "   where  {subject}\n   seen   {what}\n   do     {remedy}")?;
        }
        writeln!(f, "\nSo far: {}.", self.report)
    }
}
