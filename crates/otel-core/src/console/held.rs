//! Spans and log records that wait for the root of their trace.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::mem;

use opentelemetry_proto::tonic::logs::v1::LogRecord;
use opentelemetry_proto::tonic::trace::v1::{Span, SpanFlags};

/// How many spans and log records are held at most, once a request has been taken in.
pub(super) const LIMIT: usize = 10_000;

/// How many of the spans that were printed are remembered, to know what comes late.
const REMEMBERED: usize = 10_000;

/// How long a trace is held without its root.
const PATIENCE: u64 = 2_000_000_000;

/// The traces that are not printed yet, oldest first.
#[derive(Default)]
pub(super) struct Held {
    traces: BTreeMap<u64, Trace>,
    by_id: HashMap<Vec<u8>, u64>,
    next: u64,
    size: usize,
    /// Traces that have received a root since they were last looked at.
    rooted: VecDeque<u64>,
    printed: VecDeque<SpanKey>,
    is_printed: HashSet<SpanKey>,
}

/// A span's trace id and span id.
pub(super) type SpanKey = (Vec<u8>, Vec<u8>);

/// What is printed together: a root and all below it, or what a trace has without a root.
#[derive(Default)]
pub(super) struct Part {
    pub(super) trace_id: Vec<u8>,
    pub(super) spans: Vec<Span>,
    pub(super) records: Vec<LogRecord>,
    /// Which of the spans is the root.
    pub(super) root: Option<usize>,
}

#[derive(Default)]
struct Trace {
    part: Part,
    /// The first tick that has found it.
    since: Option<u64>,
}

impl Held {
    /// Holds a span.
    pub(super) fn span(&mut self, span: &Span) {
        let at = self.at(&span.trace_id);
        if is_root(span) {
            self.rooted.push_back(at);
        }
        self.traces.entry(at).or_default().part.spans.push(span.clone());
        self.size += 1;
    }

    /// Whether a record has a tree to wait for.
    pub(super) fn wants(&self, record: &LogRecord) -> bool {
        record.trace_id.iter().any(|byte| *byte != 0)
            && !self.has_printed(&(record.trace_id.clone(), record.span_id.clone()))
    }

    /// Holds a record.
    pub(super) fn record(&mut self, record: &LogRecord) {
        let at = self.at(&record.trace_id);
        self.traces.entry(at).or_default().part.records.push(record.clone());
        self.size += 1;
    }

    /// Whether a span was printed not long ago.
    pub(super) fn has_printed(&self, span: &SpanKey) -> bool {
        self.is_printed.contains(span)
    }

    /// Whether more is held than may be.
    pub(super) fn is_crowded(&self) -> bool {
        self.size > LIMIT
    }

    /// Gives up the next root that has come, with all below it.
    pub(super) fn next_rooted(&mut self) -> Option<Part> {
        while let Some(at) = self.rooted.front() {
            if let Some(part) = self.traces.get_mut(at).and_then(|trace| trace.part.split_off_root()) {
                return Some(self.given_up(*at, part));
            }
            self.rooted.pop_front();
        }
        None
    }

    /// Gives up the oldest trace, without its root.
    pub(super) fn oldest(&mut self) -> Option<Part> {
        let (at, trace) = self.traces.iter_mut().next()?;
        let (at, part) = (*at, mem::take(&mut trace.part));
        Some(self.given_up(at, part))
    }

    /// Gives up the traces that have been held for too long by now.
    pub(super) fn overdue(&mut self, now: u64) -> Vec<Part> {
        let mut late = Vec::new();
        for (at, trace) in &mut self.traces {
            let since = *trace.since.get_or_insert(now);
            if now.saturating_sub(since) >= PATIENCE {
                late.push((*at, mem::take(&mut trace.part)));
            }
        }
        late.into_iter().map(|(at, part)| self.given_up(at, part)).collect()
    }

    /// Where a trace is held, which begins here if it is new.
    fn at(&mut self, trace_id: &[u8]) -> u64 {
        if let Some(at) = self.by_id.get(trace_id) {
            return *at;
        }
        let at = self.next;
        self.next += 1;
        self.by_id.insert(trace_id.to_vec(), at);
        let part = Part { trace_id: trace_id.to_vec(), ..Part::default() };
        self.traces.insert(at, Trace { part, since: None });
        at
    }

    /// Notes that a part of a trace is no longer held.
    fn given_up(&mut self, at: u64, part: Part) -> Part {
        self.size -= part.spans.len() + part.records.len();
        if self.traces.get(&at).is_some_and(|trace| trace.part.is_empty()) {
            self.traces.remove(&at);
            self.by_id.remove(&part.trace_id);
        }
        for span in &part.spans {
            let key = (part.trace_id.clone(), span.span_id.clone());
            if self.is_printed.insert(key.clone()) {
                self.printed.push_back(key);
            }
        }
        while self.printed.len() > REMEMBERED {
            if let Some(forgotten) = self.printed.pop_front() {
                self.is_printed.remove(&forgotten);
            }
        }
        part
    }
}

impl Part {
    /// The parents of its spans that are not in it.
    pub(super) fn parents_outside(&self) -> impl Iterator<Item = SpanKey> {
        let inside: HashSet<&[u8]> = self.spans.iter().map(|span| span.span_id.as_slice()).collect();
        self.spans
            .iter()
            .filter(move |span| !is_root(span) && !inside.contains(span.parent_span_id.as_slice()))
            .map(|span| (self.trace_id.clone(), span.parent_span_id.clone()))
    }

    fn is_empty(&self) -> bool {
        self.spans.is_empty() && self.records.is_empty()
    }

    /// Takes out one root, all spans below it, and the records of these spans and of no span.
    fn split_off_root(&mut self) -> Option<Self> {
        let root = self.outermost_root()?;
        let below = self.below(root);
        let (mut taken, mut left) = (Vec::new(), Vec::new());
        let mut new_root = None;
        for (index, span) in mem::take(&mut self.spans).into_iter().enumerate() {
            if index == root {
                new_root = Some(taken.len());
            }
            if below.contains(&index) { taken.push(span) } else { left.push(span) }
        }
        self.spans = left;
        let inside: HashSet<&[u8]> = taken.iter().map(|span| span.span_id.as_slice()).collect();
        let (records, left) = mem::take(&mut self.records)
            .into_iter()
            .partition(|record| record.span_id.is_empty() || inside.contains(record.span_id.as_slice()));
        self.records = left;
        Some(Self { trace_id: self.trace_id.clone(), spans: taken, records, root: new_root })
    }

    /// The root to begin with: a caller and its callee in one process are one tree, though both have a root.
    fn outermost_root(&self) -> Option<usize> {
        let ids: HashSet<&[u8]> = self.spans.iter().map(|span| span.span_id.as_slice()).collect();
        self.spans
            .iter()
            .position(|span| is_root(span) && !ids.contains(span.parent_span_id.as_slice()))
            .or_else(|| self.spans.iter().position(is_root))
    }

    /// The spans below one, itself included.
    fn below(&self, root: usize) -> HashSet<usize> {
        let mut children: HashMap<&[u8], Vec<usize>> = HashMap::new();
        for (index, span) in self.spans.iter().enumerate() {
            children.entry(&span.parent_span_id).or_default().push(index);
        }
        let (mut found, mut next) = (HashSet::from([root]), vec![root]);
        while let Some(span) = next.pop().and_then(|index| self.spans.get(index)) {
            if span.span_id.is_empty() {
                // Nothing names it as its parent, though every root seems to.
                continue;
            }
            for child in children.get(span.span_id.as_slice()).into_iter().flatten() {
                if found.insert(*child) {
                    next.push(*child);
                }
            }
        }
        found
    }
}

/// Whether no span of this process is above it.
pub(super) fn is_root(span: &Span) -> bool {
    const REMOTE: u32 = SpanFlags::ContextHasIsRemoteMask as u32 | SpanFlags::ContextIsRemoteMask as u32;
    span.parent_span_id.iter().all(|byte| *byte == 0) || span.flags & REMOTE == REMOTE
}
