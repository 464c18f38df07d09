//! Writing a trail.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use super::archive::{Archive, ArchiveError};
use super::checkpoint::Checkpoint;
use super::entries::MAX_ENTRY;
use super::files::{self, FileError};
use super::finding::{Finding, Unsound};
use super::forest::Forest;
use super::journal::Journal;
use super::key::{TrailKey, VerifierKey};
use super::layout::{self, WIDTH};
use super::lock::Lock;
use super::merkle::{Hash, Peaks};
use super::note::NoteError;
use super::proof::{ConsistencyProof, InclusionProof};
use super::publisher::{Due, Publisher, Segments};
use super::queue::{Listener, Queue, Stopped};
use super::receipt::Receipt;
use super::record::Record;
use super::retention;
use super::secrecy::{KeyStore, SecrecyError, Subject};
use super::snapshot::{NoSnapshot, Snapshot};
use super::verify::{Verdict, VerifyError, verify};
use super::writer::Writer;

/// How a trail is written.
#[derive(Clone, Debug)]
pub struct Options {
    /// The bytes that may wait to become durable; whoever appends more waits for room. It is also the size of a group:
    /// the larger it is, the more is appended in a second, and the longer each append takes. At most
    /// [`Options::MAX_QUEUE_BYTES`].
    pub queue_bytes: usize,
    /// The bytes after which a segment of the journal gets no further groups. Only whole segments are removed once they
    /// are in tiles.
    pub segment_bytes: u64,
    /// After how many entries tiles are published without being asked for.
    pub publish_entries: u64,
    /// After how many bytes of entries they are.
    pub publish_bytes: usize,
    /// The keys that personal data is encrypted with. Without them a record with personal data is refused.
    pub keys: Option<Arc<dyn KeyStore>>,
    /// A checkpoint that was kept elsewhere, which the trail has to continue.
    pub last_checkpoint: Option<Checkpoint>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            queue_bytes: 1 << 20,
            segment_bytes: 16 << 20,
            publish_entries: 1 << 16,
            publish_bytes: 32 << 20,
            keys: None,
            last_checkpoint: None,
        }
    }
}

impl Options {
    /// The most that [`Options::queue_bytes`] may be: the journal notes the length of a group in 32 bits.
    pub const MAX_QUEUE_BYTES: usize = u32::MAX as usize;
}

/// The durable groups that may wait for the publisher. With [`Options::queue_bytes`] it bounds what is in memory.
const GROUPS: usize = 32;

// tidy: stays inside: the name of a thread.
const WRITER: &str = "audit-writer";
// tidy: stays inside: the name of a thread.
const PUBLISHER: &str = "audit-publisher";

/// An audit trail: records that cannot be changed, removed or put in another order without it showing.
///
/// Any number of threads append; one makes what they have appended durable together, and one turns it into the files
/// of a C2SP transparency log. The handle can be cloned. When the last clone is dropped, what was appended is written.
#[derive(Clone, Debug)]
pub struct AuditTrail {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    dir: PathBuf,
    key: TrailKey,
    keys: Option<Arc<dyn KeyStore>>,
    queue: Arc<Queue>,
    threads: Mutex<Vec<thread::JoinHandle<()>>>,
    recovery: Recovery,
    /// Held by whoever removes entries after their time.
    pruning: Mutex<()>,
    _lock: Lock,
}

/// What opening a trail has put right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Recovery {
    /// Entries that were durable, and not in tiles yet.
    pub replayed: u64,
    /// Bytes of a group that was being written when its process died. They are removed; nobody was told that its entries
    /// are durable.
    pub torn_bytes: u64,
}

impl AuditTrail {
    /// Opens the trail in a directory, which is made when there is none, and puts right what a crash has left.
    ///
    /// # Errors
    ///
    /// Somebody else writes it, it is another key's, somebody has tampered with it, or it cannot be read or written.
    pub fn open(dir: &Path, key: TrailKey, options: Options) -> Result<Self, OpenError> {
        if options.queue_bytes > Options::MAX_QUEUE_BYTES {
            return Err(OpenError::QueueBytes { most: Options::MAX_QUEUE_BYTES });
        }
        files::make_dir(dir)?;
        let lock = Lock::take(dir)?.ok_or(OpenError::InUse)?;
        let verifier = key.verifier();
        let (publisher, recovery) = match recover(dir, &key, options.last_checkpoint.as_ref()) {
            Err(OpenError::Tampered(finding)) => {
                // Looking at everything says more precisely where it begins.
                let verdict = verify(dir, &verifier, options.last_checkpoint.as_ref(), |_, _| {});
                let precise = match verdict {
                    Ok(Verdict::Tampered(precise)) => precise,
                    _ => finding,
                };
                return Err(OpenError::Tampered(precise));
            }
            recovered => recovered?,
        };
        show_verifier(dir, &verifier)?;
        files::make_dir(&layout::journal(dir))?;
        let published = publisher.published().clone();
        let peaks = Peaks::of(&Forest::new(dir, published.size()), published.size())?;
        let queue = Arc::new(Queue::new(options.queue_bytes, published));
        let segments = Arc::new(Segments::default());
        let (sender, receiver) = sync_channel(GROUPS);
        let writer = Writer::new(
            dir,
            key.clone(),
            peaks,
            options.segment_bytes,
            Arc::clone(&queue),
            sender,
            Arc::clone(&segments),
        );
        let due = Due { entries: options.publish_entries, bytes: options.publish_bytes };
        let publishing = Arc::clone(&queue);
        let publish = move || publisher.run(&receiver, &publishing, &segments, due);
        let inner = Inner {
            dir: dir.to_owned(),
            key,
            keys: options.keys,
            queue,
            threads: Mutex::default(),
            recovery,
            pruning: Mutex::default(),
            _lock: lock,
        };
        // From here on dropping it ends whichever threads there are.
        inner.spawn(PUBLISHER, publish)?;
        inner.spawn(WRITER, move || writer.run())?;
        Ok(Self { inner: Arc::new(inner) })
    }

    /// What opening has put right.
    pub fn recovery(&self) -> Recovery {
        self.inner.recovery
    }

    /// Appends a record. It waits while there is no room: an audit drops nothing.
    ///
    /// The index and the hash are known at once, that the record is durable is not: see [`Receipt::wait`].
    ///
    /// # Errors
    ///
    /// A record that is too long or holds personal data nobody can encrypt, or a trail that is closed or has failed.
    pub fn append(&self, record: &Record<'_>) -> Result<Receipt, AppendError> {
        let entry = record.entry(self.inner.keys.as_deref()).map_err(AppendError::Secrecy)?;
        let len = u16::try_from(entry.len()).map_err(|_| AppendError::TooLong { bytes: entry.len() })?;
        let leaf_hash = Hash::leaf(&entry);
        let index = self.inner.queue.push(leaf_hash, len, &entry).map_err(AppendError::Stopped)?;
        Ok(Receipt::new(index, leaf_hash, Arc::clone(&self.inner.queue)))
    }

    /// Waits until everything that was appended before is durable and in tiles, and gives the checkpoint that says so.
    ///
    /// Keep it where who can write the trail cannot: it is what later changes are proven with.
    ///
    /// # Errors
    ///
    /// The trail is closed or has failed.
    pub fn flush(&self) -> Result<Checkpoint, Stopped> {
        self.inner.queue.publish()
    }

    /// The newest checkpoint: it covers every record that was acknowledged.
    pub fn checkpoint(&self) -> Checkpoint {
        self.inner.queue.durable()
    }

    /// How many entries the trail has, durable or not: the index that the next record gets.
    ///
    /// Once [`AuditTrail::stopped`] says that it has failed, those that the [`checkpoint`](Self::checkpoint) does not
    /// cover may be lost: whether they are, opening the trail anew finds out.
    pub fn appended(&self) -> u64 {
        self.inner.queue.appended()
    }

    /// Why the trail takes nothing any more; `None` for as long as it does.
    pub fn stopped(&self) -> Option<Stopped> {
        self.inner.queue.stopped()
    }

    /// Has `hears` called once, on a thread of the trail, when it fails: why, and of how many entries that were appended
    /// nobody knows whether they are durable. A trail that has failed already calls it at once. There is one listener to a
    /// trail; whether this is it.
    pub fn on_failure(&self, hears: impl Fn(&Stopped, u64) + Send + Sync + 'static) -> bool {
        self.inner.queue.listen(Listener::new(hears))
    }

    /// The newest checkpoint whose entries are in tiles, as other programs read them.
    pub fn published(&self) -> Checkpoint {
        self.inner.queue.published()
    }

    /// What anyone needs to check this trail.
    pub fn verifier(&self) -> VerifierKey {
        self.inner.key.verifier()
    }

    /// Checks the trail in a directory: see [`verify`](fn@verify), which also tells how far it is.
    ///
    /// # Errors
    ///
    /// A trail that cannot be judged.
    pub fn verify(dir: &Path, key: &VerifierKey, last: Option<&Checkpoint>) -> Result<Verdict, VerifyError> {
        verify(dir, key, last, |_, _| {})
    }

    /// The trail as it is now, for reading.
    ///
    /// # Errors
    ///
    /// It cannot be read, or is not what was signed.
    pub fn archive(&self) -> Result<Archive, ArchiveError> {
        Archive::open(&self.inner.dir, &self.inner.key.verifier())
    }

    /// A proof that an entry is in the trail.
    ///
    /// # Errors
    ///
    /// There is no such durable entry, or the trail cannot be read or is not what was signed.
    pub fn prove_inclusion(&self, index: u64) -> Result<InclusionProof, ArchiveError> {
        self.archive()?.prove_inclusion(index)
    }

    /// A proof that an earlier checkpoint is of the beginning of this trail.
    ///
    /// # Errors
    ///
    /// It is not, or the trail cannot be read.
    pub fn prove_consistency(&self, earlier: &Checkpoint) -> Result<ConsistencyProof, ArchiveError> {
        self.archive()?.prove_consistency(earlier)
    }

    /// Removes the entries below `index` as far as they fill whole bundles of 256, and says which is the first that is
    /// left. Their hashes stay: proofs about all that remains, and about what was removed, stay valid.
    ///
    /// When it returns, no file of the trail has their bytes any more, and that is durable. What the medium keeps of
    /// files that were removed is its own affair.
    ///
    /// # Errors
    ///
    /// The trail is closed or has failed, or the entries could not be removed.
    pub fn prune(&self, index: u64) -> Result<u64, PruneError> {
        let published = self.inner.queue.retire().map_err(PruneError::Stopped)?;
        let _one_at_a_time = self.inner.pruning.lock().unwrap_or_else(PoisonError::into_inner);
        let (dir, key) = (&self.inner.dir, &self.inner.key);
        let before = retention::minimum(dir, &key.verifier()).map_err(|unsound| match unsound {
            Unsound::Tampered(finding) => PruneError::Tampered(finding),
            Unsound::Unreadable(error) => PruneError::File(error),
        })?;
        let minimum = (index.min(published.size()) / WIDTH * WIDTH).max(before);
        retention::remove_below(dir, minimum, key).map_err(PruneError::File)?;
        Ok(minimum)
    }

    /// Destroys the key of a subject: all personal data that was recorded of it is unreadable from now on, and no hash
    /// changes.
    ///
    /// # Errors
    ///
    /// The trail was opened without a key store, or the store fails.
    pub fn shred(&self, subject: Subject<'_>) -> Result<(), SecrecyError> {
        self.inner.keys.as_ref().ok_or(SecrecyError::NoStore)?.destroy(subject)
    }

    /// Writes what was appended, and ends. Other handles take nothing any more.
    ///
    /// # Errors
    ///
    /// Something could not be written.
    pub fn close(self) -> Result<Checkpoint, Stopped> {
        self.inner.end();
        match self.inner.queue.stopped() {
            Some(Stopped::Closed) => Ok(self.inner.queue.published()),
            Some(stopped) => Err(stopped),
            None => Err(Stopped::Thread),
        }
    }
}

impl Inner {
    fn spawn(&self, name: &str, run: impl FnOnce() + Send + 'static) -> Result<(), OpenError> {
        let thread =
            thread::Builder::new().name(name.to_owned()).spawn(run).map_err(|_| OpenError::Thread)?;
        self.threads.lock().unwrap_or_else(PoisonError::into_inner).push(thread);
        Ok(())
    }

    fn end(&self) {
        self.queue.close();
        let mut threads = self.threads.lock().unwrap_or_else(PoisonError::into_inner);
        // The writer first, for the publisher waits for it to be gone.
        while let Some(thread) = threads.pop() {
            if thread.join().is_err() {
                self.queue.stop(Stopped::Thread);
            }
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.end();
    }
}

/// Lays the public key beside what it checks.
fn show_verifier(dir: &Path, verifier: &VerifierKey) -> Result<(), FileError> {
    let (path, text) = (layout::verifier(dir), verifier.to_string());
    match files::read(&path)? {
        Some(shown) if shown == text.as_bytes() => Ok(()),
        _ => files::replace(&path, text.as_bytes()),
    }
}

/// Brings the tiles up to what is durable, and removes the journal, which says nothing more then.
fn recover(
    dir: &Path,
    key: &TrailKey,
    last: Option<&Checkpoint>,
) -> Result<(Publisher, Recovery), OpenError> {
    let verifier = key.verifier();
    let snapshot = match Snapshot::read(dir, &verifier) {
        Err(NoSnapshot::NoTrail) if last.is_none_or(|last| last.size() == 0) => {
            let empty = Checkpoint::sign(0, Hash::of_nothing(), key);
            files::replace(&layout::checkpoint(dir), empty.note().as_bytes())?;
            Snapshot::read(dir, &verifier)
        }
        snapshot => snapshot,
    }?;
    if let Some(last) = last {
        Checkpoint::open(last.note(), &verifier).map_err(OpenError::Key)?;
        snapshot.against(dir, last)?;
    }
    let replayed = snapshot.newest.size() - snapshot.published.size();
    let mut publisher = Publisher::resume(dir, snapshot.published)?;
    for group in &snapshot.tail {
        publisher.add(group, &snapshot.newest)?;
    }
    publisher.publish()?;
    Journal::list(dir)?.remove()?;
    retention::finish(dir, retention::minimum(dir, &verifier)?)?;
    Ok((publisher, Recovery { replayed, torn_bytes: snapshot.torn_bytes }))
}

/// Why a trail cannot be opened for writing.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OpenError {
    /// Somebody else writes it.
    InUse,
    /// [`Options::queue_bytes`] is too large.
    QueueBytes {
        /// The most it may be.
        most: usize,
    },
    /// It is not signed by this key, or the checkpoint that it has to continue is not.
    Key(NoteError),
    /// The checkpoint that it has to continue is of a trail, and here is none.
    NoTrail,
    /// It is not what was signed.
    Tampered(Finding),
    /// A file of it cannot be read or written.
    File(FileError),
    /// The operating system gives no thread.
    Thread,
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InUse => f.write_str("another process or handle writes this trail"),
            Self::QueueBytes { most } => write!(f, "the queue may have at most {most} bytes"),
            Self::Key(error) => write!(f, "not a trail of this key: {error}"),
            Self::NoTrail => f.write_str("there should be a trail in this directory, and is none"),
            Self::Tampered(finding) => finding.fmt(f),
            Self::File(error) => error.fmt(f),
            Self::Thread => f.write_str("the operating system gives no thread"),
        }
    }
}

impl std::error::Error for OpenError {}

impl From<FileError> for OpenError {
    fn from(error: FileError) -> Self {
        Self::File(error)
    }
}

impl From<Unsound> for OpenError {
    fn from(unsound: Unsound) -> Self {
        match unsound {
            Unsound::Tampered(finding) => Self::Tampered(finding),
            Unsound::Unreadable(error) => Self::File(error),
        }
    }
}

impl From<NoSnapshot> for OpenError {
    fn from(error: NoSnapshot) -> Self {
        match error {
            NoSnapshot::NoTrail => Self::NoTrail,
            NoSnapshot::Key(error) => Self::Key(error),
            NoSnapshot::Unsound(unsound) => unsound.into(),
        }
    }
}

/// Why a record was not appended.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AppendError {
    /// Written down, it is longer than the 65,535 bytes of an entry.
    TooLong {
        /// Its bytes.
        bytes: usize,
    },
    /// It holds personal data that cannot be encrypted.
    Secrecy(SecrecyError),
    /// The trail takes nothing any more.
    Stopped(Stopped),
}

impl fmt::Display for AppendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { bytes } => write!(f, "a record of {bytes} bytes, and {MAX_ENTRY} is the most"),
            Self::Secrecy(error) => error.fmt(f),
            Self::Stopped(stopped) => stopped.fmt(f),
        }
    }
}

impl std::error::Error for AppendError {}

/// Why entries were not removed, or not all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PruneError {
    /// The trail takes nothing any more.
    Stopped(Stopped),
    /// What was removed before is not what was signed.
    Tampered(Finding),
    /// A file could not be read, written or removed.
    File(FileError),
}

impl fmt::Display for PruneError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stopped(stopped) => stopped.fmt(f),
            Self::Tampered(finding) => finding.fmt(f),
            Self::File(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for PruneError {}
