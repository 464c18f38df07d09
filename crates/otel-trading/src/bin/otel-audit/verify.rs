//! `otel-audit verify`.

use indicatif::{ProgressBar, ProgressDrawTarget};
use otel_trading::audit::{self, Verdict};

use crate::answer::{Answer, Failure};
use crate::arguments::{self, Verify};

pub(crate) fn run(asked: &Verify) -> Result<Answer, Failure> {
    let key = asked.trail.key()?;
    let last = asked.checkpoint.as_deref().map(|path| arguments::checkpoint(path, &key)).transpose()?;
    // It draws on the standard error, and only where that is a terminal.
    let bar = ProgressBar::with_draw_target(
        None,
        if asked.quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() },
    );
    let verdict = audit::verify(&asked.trail.dir, &key, last.as_ref(), |done, all| {
        bar.set_length(all);
        bar.set_position(done);
    });
    bar.finish_and_clear();
    match verdict.map_err(Failure::Verify)? {
        Verdict::Intact(summary) => {
            Ok(Answer::Intact { summary: Box::new(summary), pinned: asked.trail.key.is_some() })
        }
        Verdict::Tampered(finding) => Ok(Answer::Tampered(finding)),
    }
}
