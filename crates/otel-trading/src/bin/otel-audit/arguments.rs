//! What is asked.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, Parser, Subcommand};
use otel_trading::audit::{Archive, Checkpoint, Hash, VerifierKey};

use crate::answer::Failure;

/// Checks, shows and exports audit trails, and proves what is in them.
///
/// Exit codes: 0 all is well; 1 tampered with, or a wrong proof; 2 cannot tell.
#[derive(Debug, Parser)]
#[command(version)]
pub(crate) struct Arguments {
    /// Answer in one JSON object on one line.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check every entry, hash and signature of a trail, or one proof.
    Verify(Verify),
    /// Write a proof that an entry is in a trail, or that a trail continues an earlier checkpoint.
    Prove(Prove),
    /// Show one entry, or all versions of what entries are about.
    Show(Show),
    /// Write entries to the standard output, one JSON object on a line.
    Export(Export),
}

#[derive(Debug, Args)]
pub(crate) struct Trail {
    /// The directory of the trail.
    pub(crate) dir: PathBuf,
    /// The verifier key, `name+id+key`, or a file with it. The one that lies beside the trail if left out, which who
    /// rewrites the trail can replace.
    #[arg(long)]
    pub(crate) key: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// The directory of the trail. A proof is checked without one, if the key is given.
    #[arg(required_unless_present = "proof")]
    dir: Option<PathBuf>,
    /// The verifier key, `name+id+key`, or a file with it. The one that lies beside the trail if left out, which who
    /// rewrites the trail can replace.
    #[arg(long, required_unless_present = "dir")]
    pub(crate) key: Option<String>,
    /// A file with a checkpoint that was kept elsewhere: without it, nobody can tell that the end was cut off.
    #[arg(long, conflicts_with = "proof")]
    pub(crate) checkpoint: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) proof: Proof,
    /// Do not show how far it is.
    #[arg(long)]
    pub(crate) quiet: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Proof {
    /// Check the proof in this file instead, offline: that an entry is in a trail, or that a trail continues an earlier
    /// checkpoint.
    #[arg(long, requires = "about")]
    pub(crate) proof: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) about: About,
}

/// What a proof is about.
#[derive(Debug, Args)]
#[group(id = "about", multiple = false, requires = "proof")]
pub(crate) struct About {
    /// The entry is the content of this file.
    #[arg(long)]
    pub(crate) entry: Option<PathBuf>,
    /// The entry has this hash, as telemetry shows it.
    #[arg(long, value_parser = hash)]
    pub(crate) leaf: Option<Hash>,
    /// The earlier checkpoint is in this file.
    #[arg(long)]
    pub(crate) since: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Prove {
    #[command(flatten)]
    pub(crate) trail: Trail,
    /// Prove that this entry is in the trail.
    #[arg(long, required_unless_present = "since", conflicts_with = "since")]
    pub(crate) index: Option<u64>,
    /// Prove that the trail continues the checkpoint in this file.
    #[arg(long)]
    pub(crate) since: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Show {
    #[command(flatten)]
    pub(crate) trail: Trail,
    /// Show this entry.
    #[arg(long, required_unless_present = "entity", conflicts_with = "entity")]
    pub(crate) index: Option<u64>,
    /// Show all versions of this order, trade or account.
    #[arg(long)]
    pub(crate) entity: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Export {
    #[command(flatten)]
    pub(crate) trail: Trail,
    /// The first entry; by default the first that was not removed after its time.
    #[arg(long)]
    pub(crate) from: Option<u64>,
    /// The entry before which to stop; by default all there are.
    #[arg(long)]
    pub(crate) to: Option<u64>,
}

impl Verify {
    /// The trail, or the place of its key.
    pub(crate) fn trail(&self) -> Trail {
        // Without a directory a key was given.
        Trail { dir: self.dir.clone().unwrap_or_default(), key: self.key.clone() }
    }
}

impl Trail {
    pub(crate) fn key(&self) -> Result<VerifierKey, Failure> {
        let text = match &self.key {
            None => read(&self.dir.join(VerifierKey::FILE))?,
            Some(key) if Path::new(key).is_file() => read(Path::new(key))?,
            Some(key) => key.clone(),
        };
        text.trim_end().parse().map_err(Failure::Key)
    }

    pub(crate) fn archive(&self) -> Result<Archive, Failure> {
        Archive::open(&self.dir, &self.key()?).map_err(Failure::Archive)
    }
}

pub(crate) fn checkpoint(path: &Path, key: &VerifierKey) -> Result<Checkpoint, Failure> {
    Checkpoint::open(&read(path)?, key).map_err(|error| Failure::Note(path.to_owned(), error))
}

pub(crate) fn read(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| Failure::File(path.to_owned(), error))
}

/// What is no hash.
#[derive(Debug)]
struct NotAHash;

impl fmt::Display for NotAHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not the {} hexadecimal digits of a hash", 2 * Hash::BYTES)
    }
}

impl std::error::Error for NotAHash {}

/// The hash with these hexadecimal digits.
fn hash(text: &str) -> Result<Hash, NotAHash> {
    let mut bytes = [0; Hash::BYTES];
    if text.len() != 2 * bytes.len() || !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return Err(NotAHash);
    }
    for (byte, digits) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
        let digits = str::from_utf8(digits).map_err(|_| NotAHash)?;
        *byte = u8::from_str_radix(digits, 16).map_err(|_| NotAHash)?;
    }
    Ok(Hash::new(bytes))
}
