//! Custody: the spool of one destination, what its entries become in the ledger, and when they are synchronised.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use crate::lane::Lane;
use crate::ledger::{DropReason, Ledger, Stream};
use crate::otlp::{Batch, FRAME};
use crate::recorder::Recorder;
use crate::settings::{Durability, Problem, SpoolSettings};
use crate::spool::{Config, Counts, Disk, Entry, Loss, OwnedEntry, Spool, Ticket};

use super::super::vitals::Vitals;
use super::Recalled;
use super::thread::Ask;

/// How often what is too old is dropped, and what dead processes left is looked for.
const UPKEEP: Duration = Duration::from_secs(60);

/// How long what is only written may wait to be synchronised.
pub(super) const SYNC_EVERY: Duration = Duration::from_millis(500);

/// Whose spool it is, and who is told what becomes of it.
pub(crate) struct Parts {
    /// Which destination it is, by number and by name.
    pub(crate) number: usize,
    pub(crate) name: String,
    pub(crate) recorder: Arc<Recorder>,
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) vitals: Arc<Vitals>,
}

/// The spool of one destination, with everything that has to be known about it.
pub(super) struct Custody {
    spool: Spool<Disk>,
    parts: Parts,
    durability: [Durability; Lane::ALL.len()],
    /// Batches that were written and whose owners have no answer yet.
    written: Vec<(Lane, Ticket, oneshot::Sender<Option<Ticket>>)>,
    /// Entries that somebody holds a ticket for.
    held: u64,
    /// Whether something is written and not synchronised.
    dirty: bool,
    synced_at: Instant,
    upkept_at: Instant,
    /// What the ledger knows of already.
    entered: Counts,
    backlog: Arc<AtomicU64>,
    bytes: u64,
    cpu_nanos: u64,
}

impl Custody {
    /// Opens the spool.
    ///
    /// # Errors
    ///
    /// When no spool can be opened there.
    pub(super) fn open(
        settings: &SpoolSettings,
        parts: Parts,
        backlog: Arc<AtomicU64>,
    ) -> Result<Self, Problem> {
        let root = settings.directory.join(&parts.name);
        let (spool, _) = Spool::open(Disk, &root, config(settings))
            .map_err(|error| Problem::new("spool", format!("{}: {error}", root.display())))?;
        let now = Instant::now();
        let mut custody = Self {
            spool,
            parts,
            durability: settings.durability,
            written: Vec::new(),
            held: 0,
            dirty: false,
            synced_at: now,
            upkept_at: now,
            entered: Counts::default(),
            backlog,
            bytes: 0,
            cpu_nanos: 0,
        };
        custody.enter();
        Ok(custody)
    }

    /// Does what is asked for; who keeps something has no answer before [`Custody::answer`].
    pub(super) fn take(&mut self, ask: Ask) {
        match ask {
            Ask::Keep { lane, batch, reply } => self.keep(lane, &batch, reply),
            Ask::Settle(ticket) => self.settle(ticket),
            Ask::Release(ticket) => {
                self.held -= 1;
                self.spool.release(ticket);
            }
            Ask::Recall { reply } => self.recall(reply),
        }
    }

    fn keep(&mut self, lane: Lane, batch: &Batch, reply: oneshot::Sender<Option<Ticket>>) {
        let entry = Entry {
            lane,
            stream: batch.stream,
            // A batch has far fewer items than that.
            items: u32::try_from(batch.items).unwrap_or(u32::MAX),
            first_unix_nanos: self.parts.recorder.clock.now().unix_nanos(),
            payload: &batch.message(),
        };
        match self.spool.append(&entry) {
            Ok(ticket) => {
                self.held += 1;
                self.dirty = true;
                self.written.push((lane, ticket, reply));
            }
            // It stays in memory, and is sent from there.
            Err(_) => {
                self.parts.vitals.note_spool_refusal(batch.items);
                drop(reply.send(None));
            }
        }
    }

    fn settle(&mut self, ticket: Ticket) {
        self.held -= 1;
        self.spool.settle(ticket);
    }

    fn recall(&mut self, reply: oneshot::Sender<Option<Recalled>>) {
        let Some((ticket, entry)) = self.spool.next_backlog() else {
            return drop(reply.send(None));
        };
        self.held += 1;
        let lane = entry.lane;
        let recalled = Recalled { ticket, lane, batch: batch(&entry) };
        if let Err(Some(Recalled { ticket, .. })) = reply.send(Some(recalled)) {
            self.held -= 1;
            self.spool.release(ticket);
        }
    }

    /// Synchronises what has to be, and answers everybody.
    pub(super) fn answer(&mut self) {
        let demanded = self.written.iter().any(|(lane, ..)| self.durability_of(*lane) == Durability::Synced);
        let durable = !demanded || self.sync();
        for (lane, ticket, reply) in std::mem::take(&mut self.written) {
            if self.durability_of(lane) == Durability::Synced && !durable {
                // It cannot be kept as its lane demands, so its owner keeps it.
                self.parts.vitals.note_spool_refusal(ticket.items());
                self.settle(ticket);
                drop(reply.send(None));
            } else if let Err(Some(ticket)) = reply.send(Some(ticket)) {
                // Its owner has counted it as lost meanwhile.
                self.settle(ticket);
            }
        }
        self.rest();
    }

    fn durability_of(&self, lane: Lane) -> Durability {
        self.durability[lane as usize]
    }

    fn sync(&mut self) -> bool {
        let synced = self.spool.sync().is_ok();
        self.dirty = !synced;
        self.synced_at = Instant::now();
        synced
    }

    /// What is to be done from time to time.
    pub(super) fn rest(&mut self) {
        if self.dirty && self.synced_at.elapsed() >= SYNC_EVERY {
            // What fails now is tried again the next time.
            self.sync();
        }
        if self.upkept_at.elapsed() >= UPKEEP {
            self.upkept_at = Instant::now();
            self.spool.expire(self.parts.recorder.clock.now().unix_nanos());
            self.spool.adopt();
        }
        self.enter();
    }

    /// Enters in the ledger what the spool found and lost since the last time.
    fn enter(&mut self) {
        let counts = self.spool.counts().clone();
        let mut pending = 0;
        for lane in Lane::ALL {
            for stream in Stream::ALL {
                let (now, before) = (counts.of(lane, stream), self.entered.of(lane, stream));
                let account = self.parts.ledger.account(self.parts.number, stream, lane);
                pending += now.pending.entries;
                account.recovered(now.recovered.items - before.recovered.items);
                for loss in Loss::ALL {
                    let lost = now.dropped(loss).items - before.dropped(loss).items;
                    account.unspooled(lost);
                    account.dropped(reason(loss), lost);
                }
            }
        }
        self.entered = counts;
        self.backlog.store(pending.saturating_sub(self.held), Ordering::Relaxed);
        let bytes = self.spool.bytes_on_disk();
        self.parts.vitals.note_spool_bytes(self.bytes, bytes);
        self.bytes = bytes;
        self.parts.vitals.effort.note_keeper(&mut self.cpu_nanos);
    }

    /// Leaves everything to a later process.
    pub(super) fn close(mut self) {
        self.enter();
        // What is not durable now was promised to nobody as such.
        let _ = self.spool.close();
    }
}

fn config(settings: &SpoolSettings) -> Config {
    let mut config = Config::new(settings.max_bytes);
    config.max_age = Some(settings.max_age);
    for (grant, when_full) in config.lanes.iter_mut().zip(settings.when_full) {
        grant.when_full = when_full;
    }
    config
}

/// A kept request, as it is sent.
fn batch(entry: &OwnedEntry) -> Batch {
    let mut message = vec![0; FRAME];
    message.extend_from_slice(&entry.payload);
    Batch::new(entry.stream, u64::from(entry.items), message)
}

const fn reason(loss: Loss) -> DropReason {
    match loss {
        Loss::EvictedOldest => DropReason::Evicted,
        Loss::Expired => DropReason::Expired,
        Loss::Damaged | Loss::Unreadable => DropReason::Damaged,
    }
}
