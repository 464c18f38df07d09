//! `otel-audit prove`.

use std::io::{self, Write as _};

use crate::answer::{Answer, Failure};
use crate::arguments::{self, Prove};

/// A proof is a text of its own form, so that is what is written in any case.
pub(crate) fn run(asked: &Prove) -> Result<Answer, Failure> {
    let archive = asked.trail.archive()?;
    let mut out = io::stdout().lock();
    let written = match (asked.index, &asked.since) {
        (Some(index), _) => write!(out, "{}", archive.prove_inclusion(index).map_err(Failure::Archive)?),
        (None, Some(since)) => {
            let earlier = arguments::checkpoint(since, &asked.trail.key()?)?;
            write!(out, "{}", archive.prove_consistency(&earlier).map_err(Failure::Archive)?)
        }
        // The arguments do not allow it.
        (None, None) => Ok(()),
    };
    written.map_err(Failure::Output)?;
    Ok(Answer::Written)
}
