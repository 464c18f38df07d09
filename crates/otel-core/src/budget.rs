//! The byte budget: one for all queues of a pipeline, with bytes set aside for the lanes that matter most.
//!
//! What is reserved for a lane is its own; the rest is shared. The bulk lane stops at half of what is shared, so that
//! it is the first to be dropped. Nothing is pre-allocated: the budget counts, and memory is asked for when used.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::lane::Lane;

/// The bytes of a budget, and how they are divided.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Division {
    /// All bytes together.
    pub(crate) bytes: usize,
    /// The bytes of the audit lane alone.
    pub(crate) audit: usize,
    /// The bytes of the alert lane alone.
    pub(crate) alert: usize,
    /// How long a producer of the audit lane waits for room; for as long as it takes when `None`.
    pub(crate) audit_patience: Option<Duration>,
}

/// The bytes all chunks of one pipeline may take together.
#[derive(Debug)]
pub(crate) struct Budget {
    audit: Purse,
    alert: Purse,
    shared: Purse,
    patience: Option<Duration>,
    /// Producers of the audit lane that wait for room.
    waiting: AtomicUsize,
    lock: Mutex<()>,
    freed: Condvar,
}

#[derive(Debug)]
struct Purse {
    cap: usize,
    used: AtomicUsize,
}

impl Purse {
    const fn new(cap: usize) -> Self {
        Self { cap, used: AtomicUsize::new(0) }
    }

    fn take(&self, bytes: usize, cap: usize) -> bool {
        let fits = |used: usize| used.checked_add(bytes).filter(|sum| *sum <= cap);
        self.used.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fits).is_ok()
    }
}

/// The purse bytes came from, and go back to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    Audit,
    Alert,
    Shared,
}

impl Budget {
    pub(crate) fn new(division: &Division) -> Arc<Self> {
        let Division { bytes, audit, alert, audit_patience } = *division;
        Arc::new(Self {
            audit: Purse::new(audit),
            alert: Purse::new(alert),
            shared: Purse::new(bytes.saturating_sub(audit).saturating_sub(alert)),
            patience: audit_patience,
            waiting: AtomicUsize::new(0),
            lock: Mutex::new(()),
            freed: Condvar::new(),
        })
    }

    /// Takes bytes for a lane: its own first, then of those that are shared.
    pub(crate) fn take(self: &Arc<Self>, lane: Lane, bytes: usize) -> Option<Allowance> {
        let own = match lane {
            Lane::Audit => Some(Source::Audit),
            Lane::Alert => Some(Source::Alert),
            Lane::Normal | Lane::Bulk => None,
        };
        let of = |source: Source| self.purse(source).take(bytes, self.purse(source).cap).then_some(source);
        let shared = || self.shared.take(bytes, self.shared_cap_of(lane)).then_some(Source::Shared);
        let source = own.and_then(of).or_else(shared)?;
        Some(Allowance { bytes, source, budget: Arc::clone(self) })
    }

    /// Whether a lane may go on filling chunks that are paid for.
    pub(crate) fn tolerates(&self, lane: Lane) -> bool {
        lane != Lane::Bulk || self.shared.used.load(Ordering::Relaxed) <= self.shared_cap_of(lane)
    }

    fn shared_cap_of(&self, lane: Lane) -> usize {
        if lane == Lane::Bulk { self.shared.cap / 2 } else { self.shared.cap }
    }

    fn purse(&self, source: Source) -> &Purse {
        match source {
            Source::Audit => &self.audit,
            Source::Alert => &self.alert,
            Source::Shared => &self.shared,
        }
    }

    /// Begins to wait for room, as only the audit lane does.
    pub(crate) fn start_waiting(&self) -> Waiting<'_> {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        Waiting {
            budget: self,
            until: self.patience.and_then(|patience| Instant::now().checked_add(patience)),
        }
    }

    /// Whether a producer waits for room.
    pub(crate) fn is_waited_for(&self) -> bool {
        self.waiting.load(Ordering::Relaxed) > 0
    }

    /// Tells who waits that it may look again.
    fn wake(&self) {
        if self.is_waited_for() {
            drop(self.lock.lock().unwrap_or_else(PoisonError::into_inner));
            self.freed.notify_all();
        }
    }
}

/// The drain's side.
#[cfg(feature = "pipeline")]
impl Budget {
    /// The bytes that no lane has for itself.
    pub(crate) const fn shared_cap(&self) -> usize {
        self.shared.cap
    }

    /// The bytes in use.
    pub(crate) fn used(&self) -> usize {
        [&self.audit, &self.alert, &self.shared].map(|purse| purse.used.load(Ordering::Relaxed)).iter().sum()
    }

    /// All bytes there are.
    pub(crate) const fn cap(&self) -> usize {
        self.audit.cap + self.alert.cap + self.shared.cap
    }
}

/// Bytes taken from a budget, which go back when this is dropped.
#[derive(Debug)]
pub(crate) struct Allowance {
    bytes: usize,
    source: Source,
    budget: Arc<Budget>,
}

impl Allowance {
    pub(crate) const fn bytes(&self) -> usize {
        self.bytes
    }

    /// Whether any lane may use them.
    #[cfg(feature = "pipeline")]
    pub(crate) fn is_shared(&self) -> bool {
        self.source == Source::Shared
    }
}

impl Drop for Allowance {
    fn drop(&mut self) {
        self.budget.purse(self.source).used.fetch_sub(self.bytes, Ordering::Relaxed);
        self.budget.wake();
    }
}

/// A producer that waits for room.
pub(crate) struct Waiting<'a> {
    budget: &'a Budget,
    until: Option<Instant>,
}

impl Waiting<'_> {
    /// A look this often, so that a wake-up that came a moment too early costs no more than this.
    const GLANCE: Duration = Duration::from_millis(20);

    /// Waits for a moment, or until somebody says that there is room; `false` when patience is at an end.
    pub(crate) fn for_room(&mut self) -> bool {
        let left = self.until.map(|until| until.saturating_duration_since(Instant::now()));
        if left == Some(Duration::ZERO) {
            return false;
        }
        let pause = left.unwrap_or(Self::GLANCE).min(Self::GLANCE);
        let lock = self.budget.lock.lock().unwrap_or_else(PoisonError::into_inner);
        // Whoever waits looks again, whatever ended the wait.
        drop(self.budget.freed.wait_timeout(lock, pause));
        true
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.budget.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}
