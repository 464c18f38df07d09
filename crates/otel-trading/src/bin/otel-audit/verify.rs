//! `otel-audit verify`.

use std::fs;
use std::path::Path;

use indicatif::{ProgressBar, ProgressDrawTarget};
use otel_trading::audit::{
    self, Checkpoint, ConsistencyProof, InclusionProof, NoteError, ProofError, Verdict, VerifierKey,
};

use crate::answer::{Answer, Failure};
use crate::arguments::{self, About, Verify};

pub(crate) fn run(asked: &Verify) -> Result<Answer, Failure> {
    let trail = asked.trail();
    let key = trail.key()?;
    if let Some(path) = &asked.proof.proof {
        return proof(path, &asked.proof.about, &key);
    }
    let last = asked.checkpoint.as_deref().map(|path| arguments::checkpoint(path, &key)).transpose()?;
    // It draws on the standard error, and only where that is a terminal.
    let bar = ProgressBar::with_draw_target(
        None,
        if asked.quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() },
    );
    let verdict = audit::verify(&trail.dir, &key, last.as_ref(), |done, all| {
        bar.set_length(all);
        bar.set_position(done);
    });
    bar.finish_and_clear();
    match verdict.map_err(Failure::Verify)? {
        Verdict::Intact(summary) => {
            Ok(Answer::Intact { summary: Box::new(summary), pinned: trail.key.is_some() })
        }
        Verdict::Tampered(finding) => Ok(Answer::Tampered(finding)),
    }
}

/// A proof takes the key, what it is about, and nothing else.
fn proof(path: &Path, about: &About, key: &VerifierKey) -> Result<Answer, Failure> {
    let text = arguments::read(path)?;
    let checked = match about {
        About { since: Some(since), .. } => {
            let earlier = arguments::checkpoint(since, key)?;
            ConsistencyProof::parse(&text, key)
                .and_then(|proof| proof.verify(&earlier).map(|()| proof.checkpoint().clone()))
        }
        About { leaf: Some(leaf), .. } => included(&text, key, |proof| proof.verify_leaf(*leaf)),
        About { entry: Some(entry), .. } => {
            let bytes = fs::read(entry).map_err(|error| Failure::File(entry.clone(), error))?;
            included(&text, key, |proof| proof.verify(&bytes))
        }
        // The arguments do not allow it.
        About { .. } => Err(ProofError::Wrong),
    };
    match checked {
        Ok(checkpoint) => Ok(Answer::Proven(Box::new(checkpoint))),
        // Another file, or the key of another trail: that says nothing of what it is about.
        Err(
            error @ (ProofError::Malformed
            | ProofError::Checkpoint(NoteError::UnknownSigner | NoteError::Origin)),
        ) => Err(Failure::Proof(path.to_owned(), error)),
        Err(error) => Ok(Answer::Unproven(path.to_owned(), error)),
    }
}

fn included(
    text: &str,
    key: &VerifierKey,
    verify: impl FnOnce(&InclusionProof) -> Result<(), ProofError>,
) -> Result<Checkpoint, ProofError> {
    let proof = InclusionProof::parse(text, key)?;
    verify(&proof)?;
    Ok(proof.checkpoint().clone())
}
