//! The spool by itself: without the pipeline, for measurements and for processes that are killed.

use std::collections::BTreeMap;
use std::path::Path;

use crate::lane::Lane;
use crate::ledger::Stream;
use crate::spool::{Config, Disk, Entry, Spool, Ticket};

/// The spool by itself, on the disk: what the pipeline keeps its requests in when their destination is away.
///
/// A request has a number here, for as long as it is neither settled nor given up.
#[derive(Debug)]
pub struct DiskQueue {
    spool: Spool<Disk>,
    tickets: BTreeMap<u64, Ticket>,
}

/// What cannot be done here, the pipeline would count; a test or a measurement has failed.
#[expect(clippy::panic, reason = "a test or a measurement without its disk has failed")]
fn done<T, E: std::fmt::Display>(result: Result<T, E>) -> T {
    result.unwrap_or_else(|error| panic!("{error}"))
}

impl DiskQueue {
    /// Opens a queue of at most `max_bytes` under `root`, with everything that dead processes left there.
    ///
    /// # Panics
    ///
    /// When no directory can be made there.
    pub fn open(root: &Path, max_bytes: u64) -> Self {
        let (spool, _) = done(Spool::open(Disk, root, Config::new(max_bytes)));
        Self { spool, tickets: BTreeMap::new() }
    }

    /// Writes a request, and returns its number. From then on it survives the death of the process.
    ///
    /// # Panics
    ///
    /// When the queue is full or the disk fails.
    pub fn append(&mut self, lane: Lane, payload: &[u8]) -> u64 {
        let entry = Entry { lane, stream: Stream::Traces, items: 1, first_unix_nanos: 0, payload };
        let ticket = done(self.spool.append(&entry));
        let number = ticket.seq();
        self.tickets.insert(number, ticket);
        number
    }

    /// Makes everything that was appended durable. From then on it survives the loss of power.
    ///
    /// # Panics
    ///
    /// When the disk fails.
    pub fn sync(&mut self) {
        done(self.spool.sync());
    }

    /// The request with this number is delivered.
    pub fn settle(&mut self, number: u64) {
        if let Some(ticket) = self.tickets.remove(&number) {
            self.spool.settle(ticket);
        }
    }

    /// The next request of another process, or one that was given up.
    pub fn next_backlog(&mut self) -> Option<(u64, Vec<u8>)> {
        let (ticket, entry) = self.spool.next_backlog()?;
        let number = ticket.seq();
        self.tickets.insert(number, ticket);
        Some((number, entry.payload))
    }

    /// The bytes its files take.
    pub fn bytes_on_disk(&self) -> u64 {
        self.spool.bytes_on_disk()
    }

    /// Ends it in good order.
    ///
    /// # Panics
    ///
    /// When the disk fails.
    pub fn close(self) {
        done(self.spool.close());
    }
}
