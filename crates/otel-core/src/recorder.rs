//! The producers' half of a telemetry: what every span, event and handle shares, and each thread's outbox.

mod limits;
mod scope;
mod streams;
mod writers;

use std::cell::RefCell;
#[cfg(feature = "pipeline")]
use std::collections::HashMap;
use std::fmt;
#[cfg(feature = "pipeline")]
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use opentelemetry::metrics::{Meter, MeterProvider};
use opentelemetry::trace::SpanContext;
use opentelemetry::{Context, ContextGuard, InstrumentationScope};

use crate::alert::Desk;
use crate::budget::Budget;
use crate::clock::Clock;
use crate::draft::Draft;
use crate::event::Writer;
use crate::head::{Fate, HeadSampler};
use crate::ids::Ids;
use crate::label::CappedNames;
use crate::outbox::{Origin, Outbox, OutboxCounts};
use crate::record::Kind;
use crate::sensitive::Guard;

pub(crate) use limits::{AttributeLimits, Limits};
#[cfg(feature = "pipeline")]
pub(crate) use scope::EncodedScope;
pub(crate) use scope::Scope;
use scope::Scopes;
#[cfg(feature = "pipeline")]
pub(crate) use streams::StreamShape;
pub(crate) use streams::Streams;
use writers::Writers;

/// Drafts a thread keeps for reuse; more spans than that open at once on one thread cost an allocation each.
const POOLED_DRAFTS: usize = 256;

/// What all producers of one telemetry share.
pub(crate) struct Recorder {
    pub(crate) clock: Clock,
    pub(crate) ids: Ids,
    pub(crate) sampler: HeadSampler,
    pub(crate) limits: Limits,
    pub(crate) guard: Guard,
    pub(crate) capped: CappedNames,
    pub(crate) streams: Streams,
    /// The way to the alert machine; empty where there is none.
    pub(crate) desk: OnceLock<Desk>,
    meters: Box<dyn MeterProvider + Send + Sync>,
    budget: Arc<Budget>,
    outboxes: Mutex<Outboxes>,
    /// The outbox of threads that are past the destruction of their thread-locals.
    orphans: Mutex<Option<Arc<Outbox>>>,
    scopes: Mutex<Scopes>,
    writers: Mutex<Writers>,
}

#[derive(Debug, Default)]
struct Outboxes {
    live: Vec<Arc<Outbox>>,
    /// The counts of outboxes whose threads are gone.
    forgotten: OutboxCounts,
    closed: bool,
}

impl Outboxes {
    /// Forgets outboxes whose thread is gone and whose records were taken, but not their counts.
    fn forget_finished(&mut self) {
        let Self { live, forgotten, .. } = self;
        live.retain(|outbox| {
            let finished = outbox.is_finished();
            if finished {
                forgotten.absorb(&outbox.counts);
            }
            !finished
        });
    }
}

/// What a recorder is made of.
pub(crate) struct Parts {
    pub(crate) clock: Clock,
    pub(crate) ids: Ids,
    pub(crate) sampler: HeadSampler,
    pub(crate) limits: Limits,
    pub(crate) guard: Guard,
    pub(crate) streams: Streams,
    pub(crate) meters: Box<dyn MeterProvider + Send + Sync>,
    pub(crate) budget: Arc<Budget>,
}

impl Recorder {
    pub(crate) fn new(parts: Parts) -> Arc<Self> {
        let Parts { clock, ids, sampler, limits, guard, streams, meters, budget } = parts;
        Arc::new(Self {
            clock,
            ids,
            sampler,
            limits,
            capped: CappedNames::new(guard.clone()),
            scopes: Mutex::new(Scopes::new(guard.clone())),
            writers: Mutex::default(),
            guard,
            streams,
            desk: OnceLock::new(),
            meters,
            budget,
            outboxes: Mutex::default(),
            orphans: Mutex::default(),
        })
    }

    /// An empty draft: a reused one where this thread has one.
    #[inline]
    pub(crate) fn draft(self: &Arc<Self>) -> Box<Draft> {
        self.local(Local::draft).unwrap_or_else(|| Draft::new(self, None))
    }

    /// Runs `f` with an empty draft and the context that is current on this thread.
    ///
    /// One look at the thread's own serves both: where it is alive, so is the context. See [`LOCALS`].
    #[inline]
    pub(crate) fn draft_in_context<T>(self: &Arc<Self>, f: impl FnOnce(Box<Draft>, &Context) -> T) -> T {
        match self.local(Local::draft) {
            Some(draft) => Context::map_current(|cx| f(draft, cx)),
            None => f(Draft::new(self, None), &Context::new()),
        }
    }

    /// Does with a draft what its end asks for, on this thread's outbox, and keeps the draft for reuse.
    #[inline]
    pub(crate) fn finish(draft: Box<Draft>, end: End) {
        let mut draft = Some(draft);
        let _ = LOCALS.try_with(|locals| {
            let mut locals = locals.try_borrow_mut().ok()?;
            let mut finished = draft.take()?;
            let local = find(&mut locals, &finished.recorder);
            finished.end_on(&local.outbox, end);
            if local.pool.len() < POOLED_DRAFTS && finished.is_worth_keeping() {
                local.adopt(&mut finished);
                local.pool.push(finished);
            }
            Some(())
        });
        // Still here: this thread's locals are gone.
        if let Some(mut draft) = draft {
            let recorder = Arc::clone(&draft.recorder);
            recorder.with_orphans(|outbox| draft.end_on(outbox, end));
        }
    }

    /// Leaves a record that is complete, unless this thread's telemetry is suppressed.
    pub(crate) fn leave(self: &Arc<Self>, kind: Kind, record: &[u8]) {
        let leave = |local: &mut Local| {
            // While the thread's own is alive, so is the context. See [`LOCALS`].
            if !Context::is_current_telemetry_suppressed() {
                local.outbox.append(kind, record);
            }
        };
        if self.local(leave).is_none() {
            self.leave_late(kind, record);
        }
    }

    /// Leaves a record of a thread whose locals are gone.
    #[cold]
    #[inline(never)]
    fn leave_late(&self, kind: Kind, record: &[u8]) {
        self.with_orphans(|outbox| outbox.append(kind, record));
    }

    /// Counts a span of the OpenTelemetry API as started; it ends there, too, when it is left out.
    #[cfg(feature = "pipeline")]
    pub(crate) fn count_started_elsewhere(self: &Arc<Self>, parent: Option<&SpanContext>, fate: Fate) {
        let draft = self.draft();
        draft.count_started(parent, fate);
        Self::finish(draft, if fate.is_recorded() { End::Nothing } else { End::SampledOut });
    }

    pub(crate) fn meter(&self, scope: InstrumentationScope) -> Meter {
        self.meters.meter_with_scope(scope)
    }

    /// The number of a scope, the same for equal scopes.
    pub(crate) fn scope_number(&self, scope: &InstrumentationScope) -> u16 {
        lock(&self.scopes).number(scope)
    }

    /// The number of the writer that is asked for; a new one where it is not known yet.
    pub(crate) fn writer_number(
        &self,
        is_it: impl Fn(&dyn Writer) -> bool,
        make: impl FnOnce() -> Arc<dyn Writer>,
    ) -> u16 {
        lock(&self.writers).number(is_it, make)
    }

    /// The number of a scope that arrives with each record, from this thread's own memory where it has it.
    #[cfg(feature = "pipeline")]
    pub(crate) fn scope_number_of_record(self: &Arc<Self>, scope: &InstrumentationScope) -> u16 {
        if let Some(number) = self.local(|local| local.scopes.get(scope).copied()).flatten() {
            return number;
        }
        let number = self.scope_number(scope);
        self.local(|local| local.scopes.insert(scope.clone(), number));
        number
    }

    /// Runs `f` with what this thread has for this recorder; `None` once the thread's locals are gone.
    #[inline]
    fn local<T>(self: &Arc<Self>, f: impl FnOnce(&mut Local) -> T) -> Option<T> {
        let with = |locals: &RefCell<Vec<Local>>| Some(f(find(&mut *locals.try_borrow_mut().ok()?, self)));
        LOCALS.try_with(with).ok().flatten()
    }

    fn with_orphans<T>(&self, f: impl FnOnce(&Outbox) -> T) -> T {
        // The mutex makes this outbox's producers take turns.
        f(lock(&self.orphans).get_or_insert_with(|| self.new_outbox()))
    }

    fn new_outbox(&self) -> Arc<Outbox> {
        let mut outboxes = lock(&self.outboxes);
        if outboxes.closed {
            // The drain, which does this otherwise, is gone.
            outboxes.forget_finished();
        }
        let outbox = Arc::new(Outbox::new(&self.budget, outboxes.closed));
        outboxes.live.push(Arc::clone(&outbox));
        outbox
    }

    pub(crate) fn is_closed(&self) -> bool {
        lock(&self.outboxes).closed
    }
}

/// What becomes of a draft.
#[derive(Clone, Copy, Debug)]
pub(crate) enum End {
    /// It is a finished record.
    Record,
    /// It was a span that is not recorded.
    SampledOut,
    /// It was not needed after all.
    Nothing,
}

impl Draft {
    /// Counts a span as started, on the thread that starts it.
    #[inline]
    pub(crate) fn count_started(&self, parent: Option<&SpanContext>, fate: Fate) {
        let origin = match parent {
            None => Origin::None,
            Some(parent) if parent.is_remote() => Origin::Remote,
            Some(_) => Origin::Local,
        };
        let count = |outbox: &Outbox| OutboxCounts::bump(outbox.counts.started(origin, fate));
        match &self.home {
            Some(home) => count(home),
            None => self.recorder.with_orphans(count),
        }
    }

    #[inline]
    fn end_on(&mut self, outbox: &Outbox, end: End) {
        match end {
            End::Record => outbox.append(self.kind, self.sealed()),
            End::SampledOut => OutboxCounts::bump(&outbox.counts.sampled_out),
            End::Nothing => {}
        }
    }
}

/// The drain's side.
#[cfg(feature = "pipeline")]
impl Recorder {
    /// The outboxes of all threads.
    pub(crate) fn outboxes(&self) -> Vec<Arc<Outbox>> {
        lock(&self.outboxes).live.clone()
    }

    /// Runs `f` with the counts of each thread that is there, and of all that are gone.
    pub(crate) fn for_each_count(&self, mut f: impl FnMut(&OutboxCounts)) {
        let outboxes = lock(&self.outboxes);
        f(&outboxes.forgotten);
        outboxes.live.iter().for_each(|outbox| f(&outbox.counts));
    }

    /// Spans that ended without having been recorded.
    pub(crate) fn spans_left_out(&self) -> u64 {
        self.sum(|counts| counts.sampled_out.load(Ordering::Relaxed))
    }

    /// Spans begun so far.
    pub(crate) fn spans_started(&self, origin: Origin, fate: Fate) -> u64 {
        self.sum(|counts| counts.started(origin, fate).load(Ordering::Relaxed))
    }

    fn sum(&self, mut of: impl FnMut(&OutboxCounts) -> u64) -> u64 {
        let mut sum = 0;
        self.for_each_count(|counts| sum += of(counts));
        sum
    }

    /// Forgets outboxes whose thread is gone and whose records were taken.
    pub(crate) fn forget_finished_outboxes(&self) {
        lock(&self.outboxes).forget_finished();
    }

    /// Gives closed outboxes to new threads from now on; the outboxes there are have to be closed one by one.
    pub(crate) fn close(&self) {
        lock(&self.outboxes).closed = true;
    }

    /// The writer of deferred facts with this number.
    pub(crate) fn writer(&self, number: u16) -> Option<Arc<dyn Writer>> {
        lock(&self.writers).get(number)
    }

    /// The encoded scope with this number.
    pub(crate) fn scope(&self, number: u16) -> Option<EncodedScope> {
        lock(&self.scopes).encoded(number)
    }
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder")
            .field("clock", &self.clock)
            .field("sampler", &self.sampler)
            .finish_non_exhaustive()
    }
}

thread_local! {
    // Thread-locals are destroyed in the reverse order of their first use. OpenTelemetry's context is used first, so
    // while this one is alive, that one is; asking for a context that is gone would end the process.
    static LOCALS: RefCell<Vec<Local>> = {
        Context::map_current(|_| ());
        RefCell::default()
    };
}

/// The context that is current on this thread: an empty one when the thread is being destroyed.
pub(crate) fn current_context() -> Context {
    if LOCALS.try_with(|_| ()).is_ok() { Context::current() } else { Context::new() }
}

/// Makes a context current on this thread, unless the thread is being destroyed.
pub(crate) fn attach(context: Context) -> Option<ContextGuard> {
    LOCALS.try_with(|_| ()).is_ok().then(|| context.attach())
}

/// What one thread has for one recorder.
struct Local {
    recorder: Arc<Recorder>,
    outbox: Arc<Outbox>,
    #[expect(clippy::vec_box, reason = "a span guard is one pointer; moving it must not move the draft")]
    pool: Vec<Box<Draft>>,
    /// Scopes of records that arrive through the OpenTelemetry API.
    #[cfg(feature = "pipeline")]
    scopes: HashMap<InstrumentationScope, u16>,
}

impl Local {
    /// A draft of this thread, reused where there is one.
    #[inline]
    fn draft(&mut self) -> Box<Draft> {
        self.pool.pop().unwrap_or_else(|| Draft::new(&self.recorder, Some(Arc::clone(&self.outbox))))
    }

    /// Makes a draft that came from another thread one of this thread.
    #[inline]
    fn adopt(&self, draft: &mut Draft) {
        if !draft.home.as_ref().is_some_and(|home| Arc::ptr_eq(home, &self.outbox)) {
            draft.home = Some(Arc::clone(&self.outbox));
        }
    }
}

impl Drop for Local {
    fn drop(&mut self) {
        self.outbox.retire();
    }
}

#[inline]
fn find<'a>(locals: &'a mut Vec<Local>, recorder: &Arc<Recorder>) -> &'a mut Local {
    let at = locals.iter().position(|local| Arc::ptr_eq(&local.recorder, recorder));
    let at = at.unwrap_or_else(|| join(locals, recorder));
    &mut locals[at]
}

/// Gives this thread an outbox, and forgets recorders that were shut down.
#[cold]
#[inline(never)]
fn join(locals: &mut Vec<Local>, recorder: &Arc<Recorder>) -> usize {
    locals.retain(|local| !local.recorder.is_closed());
    let outbox = recorder.new_outbox();
    locals.push(Local {
        recorder: Arc::clone(recorder),
        outbox,
        pool: Vec::with_capacity(POOLED_DRAFTS),
        #[cfg(feature = "pipeline")]
        scopes: HashMap::new(),
    });
    locals.len() - 1
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
