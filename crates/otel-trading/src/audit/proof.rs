//! Proofs that fit into a text file, and are checked with a public key and nothing else.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::checkpoint::{self, Checkpoint};
use super::key::VerifierKey;
use super::merkle::{self, Hash};
use super::note::NoteError;

// tidy: stays inside: the first line that C2SP `tlog-proof` prescribes.
const HEADER: &str = "c2sp.org/tlog-proof@v1";
// tidy: stays inside: the word that C2SP `tlog-proof` puts before the index.
const INDEX: &str = "index";
// tidy: stays inside: the word that C2SP `tlog-proof` puts before data that nothing vouches for.
const EXTRA: &str = "extra";
// tidy: stays inside: the word that C2SP `tlog-witness` puts before the old size.
const OLD: &str = "old";

// tidy: stays inside: the empty line before the checkpoint.
const EMPTY_LINE: &str = "\n\n";

/// The most hashes of a proof: a tree has no more levels.
const MAX_HASHES: usize = 63;

/// A proof that an entry is in a trail. As text it is a C2SP `tlog-proof`, for a file that ends in `.tlog-proof`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InclusionProof {
    index: u64,
    path: Vec<Hash>,
    checkpoint: Checkpoint,
}

impl InclusionProof {
    pub(super) const fn new(index: u64, path: Vec<Hash>, checkpoint: Checkpoint) -> Self {
        Self { index, path, checkpoint }
    }

    /// Reads the text of a proof. The signature of its checkpoint is checked, the proof is not: that takes the entry.
    ///
    /// # Errors
    ///
    /// A text that is no such proof, or a checkpoint that this key has not signed.
    pub fn parse(text: &str, key: &VerifierKey) -> Result<Self, ProofError> {
        let (head, note) = text.split_once(EMPTY_LINE).ok_or(ProofError::Malformed)?;
        let mut lines = head.split('\n');
        if lines.next() != Some(HEADER) {
            return Err(ProofError::Malformed);
        }
        let mut line = lines.next();
        if line.and_then(|line| word(line, EXTRA)).is_some() {
            line = lines.next();
        }
        let index = line.and_then(|line| word(line, INDEX)).and_then(checkpoint::number);
        let index = index.ok_or(ProofError::Malformed)?;
        let path = hashes(lines)?;
        Ok(Self { index, path, checkpoint: Checkpoint::open(note, key)? })
    }

    /// Checks that this entry is in the trail, at the index of the proof.
    ///
    /// # Errors
    ///
    /// The entry is not there, or the proof is wrong.
    pub fn verify(&self, entry: &[u8]) -> Result<(), ProofError> {
        self.verify_leaf(Hash::leaf(entry))
    }

    /// The same for who has the hash of the entry only, as telemetry does.
    ///
    /// # Errors
    ///
    /// The entry is not there, or the proof is wrong.
    pub fn verify_leaf(&self, leaf: Hash) -> Result<(), ProofError> {
        let root = merkle::root_of_inclusion(self.index, self.checkpoint.size(), leaf, &self.path);
        if root == Some(self.checkpoint.root()) { Ok(()) } else { Err(ProofError::Wrong) }
    }

    /// Which entry it is about.
    pub const fn index(&self) -> u64 {
        self.index
    }

    /// The checkpoint it leads to.
    pub const fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The hashes from the sibling of the entry to the children of the root.
    pub fn path(&self) -> &[Hash] {
        &self.path
    }
}

impl fmt::Display for InclusionProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}\n{INDEX} {}", self.index)?;
        write_hashes(f, &self.path)?;
        write!(f, "\n{}", self.checkpoint)
    }
}

/// A proof that an earlier state of a trail is the beginning of a later one: nothing of it was changed since.
///
/// As text it is what C2SP `tlog-witness` asks of a log that wants a checkpoint countersigned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsistencyProof {
    old: u64,
    path: Vec<Hash>,
    checkpoint: Checkpoint,
}

impl ConsistencyProof {
    pub(super) const fn new(old: u64, path: Vec<Hash>, checkpoint: Checkpoint) -> Self {
        Self { old, path, checkpoint }
    }

    /// Reads the text of a proof. The signature of its checkpoint is checked, the proof is not: that takes the earlier
    /// checkpoint.
    ///
    /// # Errors
    ///
    /// A text that is no such proof, or a checkpoint that this key has not signed.
    pub fn parse(text: &str, key: &VerifierKey) -> Result<Self, ProofError> {
        let (head, note) = text.split_once(EMPTY_LINE).ok_or(ProofError::Malformed)?;
        let mut lines = head.split('\n');
        let old = lines.next().and_then(|line| word(line, OLD)).and_then(checkpoint::number);
        let old = old.ok_or(ProofError::Malformed)?;
        Ok(Self { old, path: hashes(lines)?, checkpoint: Checkpoint::open(note, key)? })
    }

    /// Checks that the trail of this proof begins with all that an earlier checkpoint covers.
    ///
    /// # Errors
    ///
    /// It does not, or the proof is wrong or about another checkpoint.
    pub fn verify(&self, earlier: &Checkpoint) -> Result<(), ProofError> {
        let (old, size) = (self.old, self.checkpoint.size());
        let (before, after) = (earlier.root(), self.checkpoint.root());
        let is_right = match &self.path[..] {
            [] if old == size => before == after,
            [] if old == 0 => before == Hash::of_nothing(),
            path => merkle::roots_of_consistency(old, size, before, path) == Some((before, after)),
        };
        if is_right && earlier.size() == old { Ok(()) } else { Err(ProofError::Wrong) }
    }

    /// The size of the earlier trail.
    pub const fn old(&self) -> u64 {
        self.old
    }

    /// The later checkpoint.
    pub const fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The hashes, in the order of RFC 6962.
    pub fn path(&self) -> &[Hash] {
        &self.path
    }
}

impl fmt::Display for ConsistencyProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{OLD} {}", self.old)?;
        write_hashes(f, &self.path)?;
        write!(f, "\n{}", self.checkpoint)
    }
}

/// Why a proof proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProofError {
    /// It is not the text of a proof.
    Malformed,
    /// Its checkpoint is not signed by the key of the trail.
    Checkpoint(NoteError),
    /// It does not lead to the root of its checkpoint.
    Wrong,
}

impl fmt::Display for ProofError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed => f.write_str("not the text of a proof"),
            Self::Checkpoint(error) => write!(f, "the checkpoint of the proof: {error}"),
            Self::Wrong => f.write_str("the proof does not lead to the root that was signed"),
        }
    }
}

impl std::error::Error for ProofError {}

impl From<NoteError> for ProofError {
    fn from(error: NoteError) -> Self {
        Self::Checkpoint(error)
    }
}

/// What follows a word and a space.
fn word<'l>(line: &'l str, word: &str) -> Option<&'l str> {
    line.strip_prefix(word)?.strip_prefix(' ')
}

fn hashes<'l>(lines: impl Iterator<Item = &'l str>) -> Result<Vec<Hash>, ProofError> {
    let hashes = lines.take(MAX_HASHES + 1).map(|line| checkpoint::hash(line).ok_or(ProofError::Malformed));
    let hashes: Vec<Hash> = hashes.collect::<Result<_, _>>()?;
    if hashes.len() > MAX_HASHES { Err(ProofError::Malformed) } else { Ok(hashes) }
}

fn write_hashes(f: &mut fmt::Formatter<'_>, hashes: &[Hash]) -> fmt::Result {
    hashes.iter().try_for_each(|hash| writeln!(f, "{}", STANDARD.encode(hash.as_bytes())))
}
