//! What is answered: a text for people or a JSON object for programs, and an exit code.

use std::fmt;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use otel_trading::audit::{
    ArchiveError, Checkpoint, Finding, HistoryError, KeyError, NoteError, ProofError, Summary, VerifyError,
};
use serde::Serialize;

/// An answer.
#[derive(Debug)]
pub(crate) enum Answer {
    /// All of a trail was checked, and is as it was signed; with a key that the caller gave, when that is pinned.
    Intact { summary: Box<Summary>, pinned: bool },
    /// It is not.
    Tampered(Finding),
    /// A proof is right, and this is the checkpoint that it leads to.
    Proven(Box<Checkpoint>),
    /// The proof in a file is wrong, or about something else.
    Unproven(PathBuf, ProofError),
    /// What was asked for is on the standard output.
    Written,
    /// Nobody can tell.
    Unknown(Failure),
}

/// Why nobody can tell.
#[derive(Debug)]
pub(crate) enum Failure {
    Key(KeyError),
    Note(PathBuf, NoteError),
    Proof(PathBuf, ProofError),
    File(PathBuf, io::Error),
    Output(io::Error),
    Archive(ArchiveError),
    History(HistoryError),
    Verify(VerifyError),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(error) => write!(f, "--key: {error}"),
            Self::Note(path, error) => write!(f, "{}: {error}", path.display()),
            Self::Proof(path, error) => write!(f, "{}: {error}", path.display()),
            Self::File(path, error) => write!(f, "{}: {error}", path.display()),
            Self::Output(error) => write!(f, "the standard output: {error}"),
            Self::Archive(error) => error.fmt(f),
            Self::History(error) => error.fmt(f),
            Self::Verify(error) => error.fmt(f),
        }
    }
}

/// The answer as a program reads it.
#[derive(Debug, Default, Serialize)]
struct Reply {
    verdict: Verdict,
    #[serde(skip_serializing_if = "Option::is_none")]
    pinned: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    entries: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    root: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    minimum: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    torn_bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_bad: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "snake_case")]
enum Verdict {
    Intact,
    Tampered,
    Proven,
    Wrong,
    #[default]
    Unknown,
}

impl From<Failure> for Answer {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Archive(ArchiveError::Tampered(finding))
            | Failure::History(HistoryError::Archive(ArchiveError::Tampered(finding))) => {
                Self::Tampered(finding)
            }
            failure => Self::Unknown(failure),
        }
    }
}

impl Answer {
    /// Writes the answer, and gives the exit code for it.
    pub(crate) fn give(self, json: bool) -> ExitCode {
        let code = match &self {
            Self::Intact { .. } | Self::Proven(_) | Self::Written => 0,
            Self::Tampered(_) | Self::Unproven(..) => 1,
            Self::Unknown(_) => 2,
        };
        let written = if json { self.as_json() } else { self.as_text() };
        // Who does not read the answer still gets the exit code.
        drop(written);
        ExitCode::from(code)
    }

    fn as_json(&self) -> io::Result<()> {
        let reply = match self {
            Self::Written => return Ok(()),
            Self::Intact { summary, pinned } => Reply {
                verdict: Verdict::Intact,
                pinned: Some(*pinned),
                entries: Some(summary.checkpoint.size()),
                root: Some(summary.checkpoint.root().to_string()),
                minimum: Some(summary.minimum),
                torn_bytes: Some(summary.torn_bytes),
                ..Reply::default()
            },
            Self::Tampered(finding) => Reply {
                verdict: Verdict::Tampered,
                first_bad: Some(finding.first_bad),
                file: Some(finding.file.clone()),
                reason: Some(finding.fault.to_string()),
                ..Reply::default()
            },
            Self::Proven(checkpoint) => Reply {
                verdict: Verdict::Proven,
                entries: Some(checkpoint.size()),
                root: Some(checkpoint.root().to_string()),
                ..Reply::default()
            },
            Self::Unproven(path, error) => Reply {
                verdict: Verdict::Wrong,
                file: Some(path.clone()),
                reason: Some(error.to_string()),
                ..Reply::default()
            },
            Self::Unknown(failure) => Reply { reason: Some(failure.to_string()), ..Reply::default() },
        };
        let mut out = io::stdout().lock();
        serde_json::to_writer(&mut out, &reply)?;
        writeln!(out)
    }

    fn as_text(&self) -> io::Result<()> {
        match self {
            Self::Written => Ok(()),
            Self::Intact { summary, pinned } => {
                let (size, root) = (summary.checkpoint.size(), summary.checkpoint.root());
                let mut out = io::stdout().lock();
                writeln!(out, "INTACT: {size} entries, root {root}")?;
                if summary.minimum > 0 {
                    writeln!(out, "Entries below {} were removed after their time.", summary.minimum)?;
                }
                if summary.torn_bytes > 0 {
                    writeln!(
                        out,
                        "{} bytes at the end were never acknowledged: a crash, or somebody is writing.",
                        summary.torn_bytes
                    )?;
                }
                if !pinned {
                    writeln!(
                        out,
                        "The key lay beside the trail. Against people, give one that was kept elsewhere: --key."
                    )?;
                }
                Ok(())
            }
            Self::Tampered(finding) => writeln!(io::stdout(), "TAMPERED: {finding}"),
            Self::Proven(checkpoint) => {
                let (size, root) = (checkpoint.size(), checkpoint.root());
                writeln!(io::stdout(), "PROVEN: in a trail of {size} entries, root {root}")
            }
            Self::Unproven(path, error) => writeln!(io::stdout(), "WRONG: {}: {error}", path.display()),
            Self::Unknown(failure) => writeln!(io::stderr(), "CANNOT TELL: {failure}"),
        }
    }
}
