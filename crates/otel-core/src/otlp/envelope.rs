//! Batches: encoded records put into the envelope of an export request.
//!
//! An export request for traces or logs is, field by field, the same message: resource (1) and scopes (2) in
//! `ResourceSpans` and `ResourceLogs`, scope (1), records (2) and schema URL (3) in `ScopeSpans` and `ScopeLogs`.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use crate::clock::{Clock, Reading};
use crate::ledger::Stream;
use crate::recorder::{EncodedScope, Recorder};
use crate::wire::{Buffer, field_len};

use super::batch::{Batch, FRAME, write_frame};
use super::buffers::Buffers;

const RESOURCE: u8 = 0x0a;
const SCOPE_RECORDS: u8 = 0x12;
const SCOPE: u8 = 0x0a;
const SCHEMA_URL: u8 = 0x1a;
const RESOURCE_RECORDS: u8 = 0x0a;

/// Collects the records of one stream until there are enough of them.
#[derive(Debug)]
pub(crate) struct Batcher {
    stream: Stream,
    resource: Arc<[u8]>,
    buffers: Buffers,
    max_items: usize,
    max_bytes: usize,
    delay: Duration,
    runs: Vec<Run>,
    items: usize,
    bytes: usize,
    /// When the first record came in, by the clock that is never set.
    opened: Option<Reading>,
}

/// The records of one scope.
#[derive(Debug)]
struct Run {
    number: u16,
    scope: EncodedScope,
    /// Room for everything that stands before the records, then the records. With one scope in a batch, which
    /// is the usual case, the envelope is written into that room and the records are not copied again.
    bytes: Vec<u8>,
    headroom: usize,
}

impl Batcher {
    pub(crate) fn new(
        stream: Stream,
        resource: &Arc<[u8]>,
        buffers: &Buffers,
        max_items: usize,
        max_bytes: usize,
        delay: Duration,
    ) -> Self {
        let resource = Arc::clone(resource);
        Self {
            stream,
            resource,
            buffers: buffers.clone(),
            max_items,
            max_bytes,
            delay,
            runs: Vec::new(),
            items: 0,
            bytes: 0,
            opened: None,
        }
    }

    /// Adds one framed record, and returns a batch when that fills it.
    #[inline]
    pub(crate) fn push(
        &mut self,
        recorder: &Recorder,
        scope: u16,
        framed: &[u8],
        now: Reading,
    ) -> Option<Batch> {
        let full =
            (self.bytes + framed.len() > self.max_bytes && self.items > 0).then(|| self.seal()).flatten();
        let at = match self.runs.iter().position(|run| run.number == scope) {
            Some(at) => at,
            None => self.open(recorder, scope),
        };
        self.runs[at].bytes.extend_from_slice(framed);
        self.bytes += framed.len();
        self.items += 1;
        self.opened.get_or_insert(now);
        // When the one before was full of bytes, this record alone does not fill another.
        full.or_else(|| (self.items >= self.max_items).then(|| self.seal()).flatten())
    }

    fn open(&mut self, recorder: &Recorder, number: u16) -> usize {
        // A number that was handed out always has a scope; without one the records still go out, unnamed.
        let scope = recorder.scope(number).unwrap_or_else(EncodedScope::unnamed);
        let headroom = FRAME + self.resource.len() + scope.message.len() + 64;
        let mut bytes = if self.runs.is_empty() {
            self.buffers.take(headroom + self.max_bytes)
        } else {
            Vec::with_capacity(4_096)
        };
        bytes.resize(headroom, 0);
        self.runs.push(Run { number, scope, bytes, headroom });
        self.runs.len() - 1
    }

    /// Whether the first record has waited long enough.
    pub(crate) fn is_due(&self, clock: &Clock, now: Reading) -> bool {
        self.opened.is_some_and(|opened| clock.between(opened, now) >= self.delay)
    }

    /// Closes the batch, if there is anything in it.
    pub(crate) fn seal(&mut self) -> Option<Batch> {
        self.opened = None;
        self.bytes = 0;
        let items = std::mem::take(&mut self.items) as u64;
        let mut runs = std::mem::take(&mut self.runs);
        let framed = match runs.as_mut_slice() {
            [] => return None,
            [_] => self.wrap_in_place(runs.pop()?),
            [_, ..] => self.wrap_copied(runs),
        };
        Some(Batch::framed_already(self.stream, items, framed, &self.buffers))
    }

    /// The usual case: what stands before the records goes into the room in front of them.
    fn wrap_in_place(&self, mut run: Run) -> Bytes {
        let mut head = Buffer::default();
        write_resource(&mut head, &self.resource, std::slice::from_ref(&run));
        run.write_head(&mut head);
        let mut tail = Buffer::default();
        run.write_tail(&mut tail);
        run.bytes.extend_from_slice(tail.as_slice());
        let start = run.headroom - head.len();
        run.bytes[start..run.headroom].copy_from_slice(head.as_slice());
        write_frame(&mut run.bytes[start - FRAME..], false);
        self.buffers.lend(run.bytes).slice(start - FRAME..)
    }

    fn wrap_copied(&self, runs: Vec<Run>) -> Bytes {
        // What stands around a run's records takes no more room than stands in front of them now.
        let room: usize = runs.iter().map(|run| run.bytes.len()).sum();
        let mut framed = self.buffers.take(room);
        framed.resize(FRAME, 0);
        let mut piece = Buffer::default();
        write_resource(&mut piece, &self.resource, &runs);
        framed.extend_from_slice(piece.as_slice());
        for run in &runs {
            piece.clear();
            run.write_head(&mut piece);
            framed.extend_from_slice(piece.as_slice());
            framed.extend_from_slice(run.records());
            piece.clear();
            run.write_tail(&mut piece);
            framed.extend_from_slice(piece.as_slice());
        }
        write_frame(&mut framed, false);
        // Only the first run of a batch has a pooled buffer.
        if let Some(first) = runs.into_iter().next() {
            self.buffers.keep(first.bytes);
        }
        self.buffers.lend(framed)
    }
}

impl Run {
    fn records(&self) -> &[u8] {
        &self.bytes[self.headroom..]
    }

    /// The length of this run as a `ScopeSpans` or `ScopeLogs` message.
    fn message_len(&self) -> usize {
        let schema_url = self.scope.schema_url.len();
        let schema_url = if schema_url == 0 { 0 } else { field_len(schema_url) };
        field_len(self.scope.message.len()) + self.records().len() + schema_url
    }

    /// Everything of this run that stands before its records.
    fn write_head(&self, out: &mut Buffer) {
        out.put([SCOPE_RECORDS]);
        out.varint(self.message_len() as u64);
        out.field(SCOPE, &self.scope.message);
    }

    fn write_tail(&self, out: &mut Buffer) {
        out.field_unless_empty(SCHEMA_URL, self.scope.schema_url.as_bytes());
    }
}

fn write_resource(out: &mut Buffer, resource: &[u8], runs: &[Run]) {
    let scopes: usize = runs.iter().map(|run| field_len(run.message_len())).sum();
    out.put([RESOURCE_RECORDS]);
    out.varint((field_len(resource.len()) + scopes) as u64);
    out.field(RESOURCE, resource);
}
