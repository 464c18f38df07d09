//! The doctor: says why nothing arrives.
//!
//! It asks every endpoint itself, and then looks through everything the pipeline knows: its settings, its ledger, its
//! health and its clock. Each file below looks at one of them; what they find is a [`Finding`], and all of it together
//! a [`Diagnosis`].

mod books;
mod choices;
mod clock;
mod diagnosis;
mod finding;
mod knob;
mod port;
mod reading;
mod remedy;
mod secrets;
mod visit;

use std::time::Duration;

pub use diagnosis::Diagnosis;
pub use finding::{Finding, FindingKind, Subject};

use crate::event::Severity;
use crate::ledger::Report;

use super::health::Stage;
use super::{Engine, Pipeline};
use secrets::Secrets;
use visit::Visit;

/// The longest patience there is; who has more has as much.
const LONGEST: Duration = Duration::from_secs(60 * 60);

impl Pipeline {
    /// Finds out why telemetry does not arrive.
    ///
    /// Every endpoint is asked whether it takes an empty request, once for each stream that goes there, with the
    /// TLS, the headers and the compression of the real ones but through connections of its own. Such a request
    /// leaves nothing behind, here or there. Then the settings, the counts, the clock and the health of the pipeline
    /// are looked through. It works as well while the pipeline is stuck, and after it was shut down.
    ///
    /// It may be called from anywhere, inside any runtime or outside; it blocks the calling thread, for `patience`
    /// and a quarter of a second at most. An endpoint has three quarters of `patience` to answer.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use otel_core::Telemetry;
    /// # use otel_core::settings::Environment;
    ///
    /// # let environment = Environment::of([("OTEL_SDK_DISABLED", "true")]);
    /// let pipeline = Telemetry::builder("warehouse")
    /// #   .environment(environment)
    ///     .install()?;
    /// let diagnosis = pipeline.doctor(Duration::from_secs(5));
    /// if !diagnosis.is_well() {
    ///     println!("{diagnosis}");
    /// }
    /// # Ok::<(), otel_core::pipeline::InstallError>(())
    /// ```
    pub fn doctor(&self, patience: Duration) -> Diagnosis {
        match &self.engine {
            Some(engine) => engine.doctor(patience.min(LONGEST)),
            None => {
                let found = choices::disabled(&self.effective);
                Diagnosis::new(found, &Secrets::default(), Report::default(), 0)
            }
        }
    }
}

impl Engine {
    fn doctor(&self, patience: Duration) -> Diagnosis {
        let settings = &self.settings;
        // After a shutdown nobody else follows the wall clock.
        self.recorder.clock.align();
        let ways = visit::ways(&settings.destinations);
        let visits = visit::all(&ways, &self.recorder, patience);
        // Whatever happened meanwhile shows in what is looked at from here on.
        let (report, closed) = (self.report(), self.recorder.is_closed());
        // What was stuck when the pipeline ended is over, and what came of it is in the ledger.
        let stuck = if closed { Vec::new() } else { self.vitals.pulse.health(true).stuck };
        let (drain, stages): (Vec<_>, Vec<_>) = stuck.into_iter().partition(|stage| *stage == Stage::Drain);

        let mut found = Vec::new();
        found.extend(closed.then(shut_down));
        found.extend(books::stuck(&drain));
        for (way, visit) in ways.iter().zip(&visits) {
            found.extend(reading::finding(way, visit.as_ref(), &settings.effective, patience));
        }
        found.extend(choices::filters(settings, &report));
        found.extend(clock::implausible(self.recorder.clock.now()));
        found.extend(clocks(&ways, &visits));
        found.extend(books::losses(self));
        found.extend(books::stuck(&stages));
        found.extend(books::absences(self, settings, &report));
        Diagnosis::new(found, &Secrets::of(&settings.destinations), report, ways.len())
    }
}

fn shut_down() -> Finding {
    Finding {
        kind: FindingKind::ShutDown,
        severity: Severity::Warn,
        subject: Subject::Pipeline,
        what: "what is recorded from now on is dropped, and counted".to_owned(),
        remedy: "keep the pipeline until everything that records has ended, and install it once".to_owned(),
    }
}

/// What the answers say about our clock: one of each destination is enough.
fn clocks(ways: &[visit::Way], visits: &[Option<Visit>]) -> Vec<Finding> {
    let mut told: Vec<&str> = Vec::new();
    let mut found = Vec::new();
    for (way, visit) in ways.iter().zip(visits) {
        let Some(Visit::Asked(asked)) = visit else { continue };
        if told.contains(&way.to.as_str()) {
            continue;
        }
        if let Some(finding) = clock::off(asked.times, || reading::subject(way)) {
            told.push(&way.to);
            found.push(finding);
        }
    }
    found
}
