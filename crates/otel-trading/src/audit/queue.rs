//! Where appended entries wait to become durable, and what is known of those that are.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::Waker;

use super::checkpoint::Checkpoint;
use super::files::FileError;
use super::journal::Group;
use super::merkle::Hash;

/// Why a trail takes nothing any more.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stopped {
    /// It was closed.
    Closed,
    /// Something could not be made durable. What a disk that has failed holds nobody knows, so nothing is tried again;
    /// opening the trail anew finds out.
    Failed(FileError),
    /// The operating system gave no thread, or one of them died.
    Thread,
}

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed => f.write_str("the trail is closed"),
            Self::Failed(error) => write!(f, "the trail could not be written: {error}"),
            Self::Thread => f.write_str("a thread of the trail could not be started, or has died"),
        }
    }
}

impl std::error::Error for Stopped {}

/// What appenders, the writer and the publisher share.
#[derive(Debug)]
pub(super) struct Queue {
    most_bytes: usize,
    state: Mutex<State>,
    /// There is room in the waiting group.
    room: Condvar,
    /// There is something to write.
    work: Condvar,
    /// Something became durable, or was published, or never will.
    news: Condvar,
    /// Who wants to know that it failed.
    listener: OnceLock<Listener>,
}

/// Hears why a trail failed, and of how many entries that were appended nobody knows whether they are durable.
pub(super) struct Listener(Box<Hears>);

type Hears = dyn Fn(&Stopped, u64) + Send + Sync;

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listener").finish_non_exhaustive()
    }
}

impl Listener {
    pub(super) fn new(hears: impl Fn(&Stopped, u64) + Send + Sync + 'static) -> Self {
        Self(Box::new(hears))
    }

    fn tell(&self, why: &Stopped, lost: u64) {
        if !matches!(why, Stopped::Closed) {
            self.0(why, lost);
        }
    }
}

#[derive(Debug)]
struct State {
    waiting: Group,
    durable: Checkpoint,
    published: Checkpoint,
    /// Somebody waits for this many entries to be published.
    wanted: u64,
    /// The publisher was told to publish this many.
    asked: u64,
    /// Everything below this is in tiles and in no segment of the journal any more.
    retired: u64,
    /// Somebody waits for this many entries to be so.
    unwanted: u64,
    /// The writer was told to end the segment after this many.
    dismissed: u64,
    is_closing: bool,
    stopped: Option<Stopped>,
    /// Who awaits which entry, by the entry and the number of the task: never more than there are receipts of entries
    /// that are not durable.
    wakers: BTreeMap<(u64, Task), Waker>,
    /// The tasks so far.
    tasks: u64,
}

/// Who awaits an entry: of each receipt there is at most one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Task(u64);

/// What there is to write.
#[derive(Debug)]
pub(super) struct Work {
    pub(super) group: Group,
    /// Whether somebody waits for it to be published.
    pub(super) publish: bool,
    /// Whether somebody waits for it to be nowhere but in tiles.
    pub(super) retire: bool,
    /// Whether it is the last.
    pub(super) is_last: bool,
}

impl Queue {
    /// A queue of a trail that is as far as this published checkpoint.
    pub(super) fn new(most_bytes: usize, published: Checkpoint) -> Self {
        let state = State {
            waiting: Group::starting_at(published.size()),
            durable: published.clone(),
            wanted: published.size(),
            asked: published.size(),
            retired: published.size(),
            unwanted: published.size(),
            dismissed: published.size(),
            published,
            is_closing: false,
            stopped: None,
            wakers: BTreeMap::new(),
            tasks: 0,
        };
        let (state, room, work, news) = (Mutex::new(state), Condvar::new(), Condvar::new(), Condvar::new());
        Self { most_bytes, state, room, work, news, listener: OnceLock::new() }
    }

    /// Adds an entry as soon as there is room for it, and says which one it is.
    pub(super) fn push(&self, hash: Hash, len: u16, entry: &[u8]) -> Result<u64, Stopped> {
        let bytes = Group::bytes_of(entry);
        let mut state = self.state();
        loop {
            state.is_open()?;
            if state.waiting.is_empty() || state.waiting.bytes() + bytes <= self.most_bytes {
                break;
            }
            state = self.room.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        let index = state.waiting.end();
        state.waiting.push(hash, len, entry);
        let is_first = state.waiting.first() == index;
        drop(state);
        if is_first {
            self.work.notify_one();
        }
        Ok(index)
    }

    /// Everything that waits, as soon as something does; for the writer.
    pub(super) fn take(&self) -> Work {
        let mut state = self.state();
        loop {
            let publish = state.wanted > state.asked;
            let retire = state.unwanted > state.dismissed;
            let is_last = state.is_closing || state.stopped.is_some();
            if !state.waiting.is_empty() || publish || retire || is_last {
                let next = Group::starting_at(state.waiting.end());
                state.asked = if publish || retire { next.first() } else { state.asked };
                state.dismissed = if retire { next.first() } else { state.dismissed };
                let group = std::mem::replace(&mut state.waiting, next);
                drop(state);
                self.room.notify_all();
                return Work { group, publish, retire, is_last };
            }
            state = self.work.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Notes that everything below a checkpoint is durable.
    pub(super) fn is_durable(&self, checkpoint: Checkpoint) {
        let mut state = self.state();
        let waiting = state.wakers.split_off(&(checkpoint.size(), Task(0)));
        let woken = std::mem::replace(&mut state.wakers, waiting);
        state.durable = checkpoint;
        drop(state);
        self.news.notify_all();
        woken.into_values().for_each(Waker::wake);
    }

    /// Notes that everything below a checkpoint is in tiles, and which is the first entry that is in the journal.
    pub(super) fn is_published(&self, checkpoint: Checkpoint, journal: Option<u64>) {
        let mut state = self.state();
        state.retired = journal.unwrap_or(u64::MAX).min(checkpoint.size());
        state.published = checkpoint;
        drop(state);
        self.news.notify_all();
    }

    /// Notes that nothing goes on from here.
    pub(super) fn stop(&self, why: Stopped) {
        let mut state = self.state();
        let is_first = state.stopped.is_none();
        let why = state.stopped.get_or_insert(why).clone();
        let lost = state.unproven();
        let woken = std::mem::take(&mut state.wakers);
        drop(state);
        if is_first && let Some(listener) = self.listener.get() {
            listener.tell(&why, lost);
        }
        for condition in [&self.room, &self.work, &self.news] {
            condition.notify_all();
        }
        woken.into_values().for_each(Waker::wake);
    }

    /// Has somebody told when the trail fails, at once if it has. There is one; whether this is it.
    pub(super) fn listen(&self, listener: Listener) -> bool {
        let is_it = self.listener.set(listener).is_ok();
        let state = self.state();
        let (stopped, lost) = (state.stopped.clone(), state.unproven());
        drop(state);
        if is_it && let (Some(stopped), Some(listener)) = (stopped, self.listener.get()) {
            listener.tell(&stopped, lost);
        }
        is_it
    }

    /// Takes no more entries; those that wait are still written.
    pub(super) fn close(&self) {
        self.state().is_closing = true;
        self.room.notify_all();
        self.work.notify_all();
    }

    /// Whether an entry is durable: `None` when it is not yet.
    pub(super) fn outcome(&self, index: u64) -> Option<Result<(), Stopped>> {
        self.state().outcome(index)
    }

    /// The same, and otherwise has a task woken when that changes: the one that asked last for this receipt, which gets
    /// its number the first time.
    pub(super) fn poll(
        &self,
        index: u64,
        task: &mut Option<Task>,
        waker: &Waker,
    ) -> Option<Result<(), Stopped>> {
        let mut state = self.state();
        let outcome = state.outcome(index);
        if outcome.is_none() {
            state.tasks += u64::from(task.is_none());
            let task = *task.get_or_insert(Task(state.tasks));
            state.wakers.insert((index, task), waker.clone());
        }
        outcome
    }

    /// Waits until an entry is durable.
    pub(super) fn wait(&self, index: u64) -> Result<(), Stopped> {
        let mut state = self.state();
        loop {
            if let Some(outcome) = state.outcome(index) {
                return outcome;
            }
            state = self.news.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Waits until everything that was appended before is published.
    pub(super) fn publish(&self) -> Result<Checkpoint, Stopped> {
        let mut state = self.state();
        let end = state.waiting.end();
        state.wanted = state.wanted.max(end);
        self.published_when(state, |state| state.published.size() >= end)
    }

    /// Waits until everything that was appended before is published, and nothing of it is in the journal any more.
    pub(super) fn retire(&self) -> Result<Checkpoint, Stopped> {
        let mut state = self.state();
        let end = state.waiting.end();
        state.unwanted = state.unwanted.max(end);
        self.published_when(state, |state| state.retired >= end)
    }

    fn published_when(
        &self,
        mut state: MutexGuard<'_, State>,
        is_so: impl Fn(&State) -> bool,
    ) -> Result<Checkpoint, Stopped> {
        self.work.notify_one();
        loop {
            if is_so(&state) {
                return Ok(state.published.clone());
            }
            if let Some(stopped) = &state.stopped {
                return Err(stopped.clone());
            }
            state = self.news.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// How many entries there are, durable or not.
    pub(super) fn appended(&self) -> u64 {
        self.state().waiting.end()
    }

    pub(super) fn durable(&self) -> Checkpoint {
        self.state().durable.clone()
    }

    pub(super) fn published(&self) -> Checkpoint {
        self.state().published.clone()
    }

    pub(super) fn stopped(&self) -> Option<Stopped> {
        self.state().stopped.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing that is done under the lock can leave the state half changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn is_open(&self) -> Result<(), Stopped> {
        match &self.stopped {
            Some(stopped) => Err(stopped.clone()),
            None if self.is_closing => Err(Stopped::Closed),
            None => Ok(()),
        }
    }

    /// The entries that were appended and are not known to be durable.
    fn unproven(&self) -> u64 {
        self.waiting.end().saturating_sub(self.durable.size())
    }

    fn outcome(&self, index: u64) -> Option<Result<(), Stopped>> {
        if index < self.durable.size() {
            return Some(Ok(()));
        }
        self.stopped.clone().map(Err)
    }
}
