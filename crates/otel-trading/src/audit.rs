//! The audit trail: what happened, in a form that shows every later change.
//!
//! A trail is a directory: an append-only log in the form of C2SP `tlog-tiles`, with the Merkle tree of RFC 6962 over
//! its entries and Ed25519-signed checkpoints, so that programs by others can read and check it. [`AuditTrail`] writes
//! it, [`Archive`] reads it, and [`verify`](fn@verify) checks it with the public key alone.
//!
//! ```
//! use otel_core::Timestamp;
//! use otel_trading::audit::{AuditTrail, EntityId, EventType, Options, Record, TrailKey, Verdict, Version};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let dir = tempfile::tempdir()?;
//! # let (dir, seed) = (dir.path(), [7; 32]);
//! let trail = AuditTrail::open(dir, TrailKey::new("example.com/desk", seed)?, Options::default())?;
//! let time = Timestamp::from_unix_nanos(1_790_000_000_000_000_000);
//! let receipt = trail.append(&Record::new(EventType("order_created"), time, EntityId("c-1"), Version::FIRST))?;
//! assert_eq!(receipt.wait()?.index, 0); // durable now
//!
//! let checkpoint = trail.flush()?; // to be kept elsewhere
//! let verdict = AuditTrail::verify(dir, &trail.verifier(), Some(&checkpoint))?;
//! assert!(matches!(verdict, Verdict::Intact(_)));
//! # Ok(())
//! # }
//! ```
//!
//! What it proves, and what it does not:
//!
//! - Whoever holds a checkpoint can show any later change, removal, insertion or reordering of what it covers, and which
//!   entry is the first that is not proven.
//! - Without a checkpoint that was kept elsewhere, the end of a trail can be cut off, and nobody can tell.
//! - Whoever has the secret key can write another trail. A checkpoint that was kept elsewhere shows that too.
//! - A crash is told from tampering: an entry that was acknowledged is durable, so only the group that was being
//!   written can be torn.

mod archive;
mod checkpoint;
mod entries;
mod files;
mod finding;
mod forest;
mod history;
mod journal;
mod key;
mod layout;
mod lock;
mod merkle;
mod note;
mod proof;
mod publisher;
mod queue;
mod receipt;
mod record;
mod retention;
mod secrecy;
mod snapshot;
mod trail;
mod verify;
mod writer;

pub use crate::file_error::FileError;
pub use archive::{Archive, ArchiveError};
pub use checkpoint::Checkpoint;
pub use finding::{Fault, Finding};
pub use history::{History, HistoryError, State};
pub use key::{KeyError, TrailKey, VerifierKey};
pub use merkle::Hash;
pub use note::NoteError;
pub use proof::{ConsistencyProof, InclusionProof, ProofError};
pub use queue::Stopped;
pub use receipt::{AuditReceipt, Receipt};
pub use record::{
    Detail, DetailName, EntityId, EventType, ReadError, Record, StoredDetail, StoredRecord, StoredValue,
    Value, Version,
};
pub use secrecy::{KeyFolder, KeyStore, SecrecyError, Subject, SubjectKey};
pub use trail::{AppendError, AuditTrail, OpenError, Options, PruneError, Recovery};
pub use verify::{Summary, Verdict, VerifyError, verify};
