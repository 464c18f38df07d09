//! Whether telemetry is what its catalogue says, as a plain test.
//!
//! What [`conformance`] finds has the ids of Weaver's live-check, where it has one for it, so that both read alike. It
//! needs no server, no registry and no network, and knows more: kinds of spans, severities of events, and values and
//! numbers of series are part of a catalogue.

mod attributes;
mod coverage;
mod finding;
mod metrics;
mod names;
mod signals;
mod soundness;

pub use coverage::Coverage;
pub use finding::{Finding, FindingId, Signal};

use super::recorded::Recorded;
use crate::catalogue::Catalogue;

/// What was found when telemetry was held against its catalogue.
#[derive(Clone, Debug)]
pub struct Conformance {
    findings: Vec<Finding>,
    coverage: Coverage,
}

impl Conformance {
    /// Everything that was emitted and is not as declared, each once.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// How much of what is declared was seen.
    pub const fn coverage(&self) -> &Coverage {
        &self.coverage
    }
}

/// Holds what was recorded under a catalogue's scope against the catalogue.
///
/// `error.type` and the attributes of exceptions need no declaration: they may stand on anything that fails.
pub fn conformance(recorded: &Recorded, catalogue: &Catalogue) -> Conformance {
    let mut findings = signals::findings(recorded, catalogue);
    findings.extend(metrics::findings(recorded, catalogue));
    findings.sort();
    findings.dedup();
    Conformance { findings, coverage: Coverage::of(recorded, catalogue) }
}

/// Asserts that a catalogue is sound, that everything recorded under its scope is declared in it, and that everything
/// it declares was seen.
///
/// # Panics
///
/// With everything that is wrong.
pub fn assert_conforms(recorded: &Recorded, catalogue: &Catalogue) {
    let Conformance { findings, coverage } = conformance(recorded, catalogue);
    let mut wrong = soundness::findings(catalogue);
    wrong.extend(findings);
    let unseen = coverage.unseen();
    assert!(wrong.is_empty() && unseen.is_empty(), "{}", report(catalogue, &wrong, &coverage));
}

/// Asserts that everything recorded under a catalogue's scope is declared in it, for tests that see only a part.
///
/// # Panics
///
/// With everything that is wrong; and when nothing was recorded under the scope, because then nothing was tested.
pub fn assert_declared(recorded: &Recorded, catalogue: &Catalogue) {
    let Conformance { findings, coverage } = conformance(recorded, catalogue);
    assert!(coverage.seen() > 0, "nothing of {} was recorded", catalogue.name);
    assert!(findings.is_empty(), "{}", report(catalogue, &findings, &Coverage::default()));
}

/// Asserts that a catalogue is sound by itself: names, units, and alert rules that only watch what is declared.
///
/// # Panics
///
/// With everything that is wrong.
pub fn assert_sound(catalogue: &Catalogue) {
    let findings = soundness(catalogue);
    assert!(findings.is_empty(), "{}", report(catalogue, &findings, &Coverage::default()));
}

/// Everything that is wrong with a catalogue by itself.
pub fn soundness(catalogue: &Catalogue) -> Vec<Finding> {
    soundness::findings(catalogue)
}

fn report(catalogue: &Catalogue, findings: &[Finding], coverage: &Coverage) -> String {
    let mut text = format!("{} does not conform:\n", catalogue.name);
    for finding in findings {
        text += &format!("  {finding}\n");
    }
    for (signal, name) in coverage.unseen() {
        text += &format!("  never seen: {} {name}\n", signal.as_str());
    }
    text
}
