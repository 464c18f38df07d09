//! A trace as a tree.

use std::collections::{HashMap, HashSet};
use std::mem;

use opentelemetry_proto::tonic::logs::v1::LogRecord;
use opentelemetry_proto::tonic::trace::v1::Span;
use opentelemetry_proto::tonic::trace::v1::span::{Event, SpanKind};
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;

use super::clock;
use super::held::Part;
use super::log;
use super::page::{Ink, Line, Page};
use super::text;

/// How deep a tree is drawn; what is deeper stands where its ancestor of this depth stands.
const DEEPEST: usize = 24;

/// What stands at the top of a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Heading {
    /// The root.
    Root,
    /// No root: it has not come in time.
    Overdue,
    /// No root: others needed the room.
    Crowded,
    /// No root: nothing more will come.
    Finished,
    /// No root: it is printed already.
    Continued,
}

/// Something with a line in the tree.
#[derive(Clone, Copy)]
enum Node<'a> {
    Span(usize, &'a Span),
    Event(&'a Event),
    Record(&'a LogRecord),
}

/// A node and where it stands.
struct Place<'a> {
    node: Node<'a>,
    /// What stands before the lines below it, as far as its parent decides.
    prefix: String,
    depth: usize,
    is_last: bool,
}

/// The nodes below each span, and below the heading.
struct Tree<'a> {
    below: HashMap<usize, Vec<Node<'a>>>,
    top: Vec<Node<'a>>,
    root: Option<(usize, &'a Span)>,
    origin: u64,
}

/// Prints a part of a trace.
pub(super) fn draw(page: &mut Page, part: &Part, heading: Heading) {
    if part.spans.is_empty() {
        // A tree of nothing but leaves is read more easily as lines.
        part.records.iter().for_each(|record| log::line(page, record));
        return;
    }
    let mut tree = Tree::of(part);
    let mut places = Vec::new();
    let mut first = mem::take(&mut tree.top);
    if let Some((index, span)) = tree.root {
        first.retain(|node| !matches!(node, Node::Span(other, _) if *other == index));
        first.extend(tree.below.remove(&index).unwrap_or_default());
        root_line(page, span, &part.trace_id, if first.is_empty() { "   " } else { "│  " });
    } else {
        heading_line(page, &tree, &part.trace_id, heading);
    }
    push(&mut places, first, "", 0);
    while let Some(place) = places.pop() {
        let branch = format!("{}{}", place.prefix, if place.is_last { "└─ " } else { "├─ " });
        let below = if place.depth < DEEPEST {
            format!("{}{}", place.prefix, if place.is_last { "   " } else { "│  " })
        } else {
            place.prefix.clone()
        };
        match place.node {
            Node::Span(index, span) => {
                let nodes = tree.below.remove(&index).unwrap_or_default();
                let indent = format!("{below}{}", if nodes.is_empty() { "   " } else { "│  " });
                span_line(page, span, Line::after(&branch), &indent, Some(tree.origin));
                push(&mut places, nodes, &below, place.depth + 1);
            }
            Node::Event(event) => event_line(page, event, &branch, &format!("{below}   "), tree.origin),
            Node::Record(record) => {
                log::leaf(page, record, &branch, &format!("{below}   "), tree.origin);
            }
        }
    }
}

impl<'a> Tree<'a> {
    fn of(part: &'a Part) -> Self {
        let root = part.root.and_then(|root| Some((root, part.spans.get(root)?)));
        // An empty id names no span, though every root has it as its parent.
        let index: HashMap<&[u8], usize> = part
            .spans
            .iter()
            .enumerate()
            .filter(|(_, span)| !span.span_id.is_empty())
            .map(|(index, span)| (span.span_id.as_slice(), index))
            .collect();
        let mut parents: Vec<Option<usize>> =
            part.spans.iter().map(|span| index.get(span.parent_span_id.as_slice()).copied()).collect();
        if let Some(parent) = part.root.and_then(|root| parents.get_mut(root)) {
            *parent = None;
        }
        open_circles(&mut parents);
        let mut tree = Self { below: HashMap::new(), top: Vec::new(), root, origin: 0 };
        for (index, (span, parent)) in part.spans.iter().zip(&parents).enumerate() {
            tree.add(*parent, Node::Span(index, span));
            for event in &span.events {
                tree.add(Some(index), Node::Event(event));
            }
        }
        for record in &part.records {
            tree.add(index.get(record.span_id.as_slice()).copied().or(part.root), Node::Record(record));
        }
        for nodes in tree.below.values_mut().chain([&mut tree.top]) {
            // Stable, so that what happens at one time stays in the order in which it came.
            nodes.sort_by_key(|node| node.time());
        }
        let first = root.map(|(index, span)| Node::Span(index, span)).or_else(|| tree.top.first().copied());
        tree.origin = first.map_or(0, |node| node.time());
        tree
    }

    fn add(&mut self, parent: Option<usize>, node: Node<'a>) {
        match parent {
            Some(parent) => self.below.entry(parent).or_default().push(node),
            None => self.top.push(node),
        }
    }
}

impl Node<'_> {
    fn time(&self) -> u64 {
        match self {
            Self::Span(_, span) => span.start_time_unix_nano,
            Self::Event(event) => event.time_unix_nano,
            Self::Record(record) => log::recorded(record),
        }
    }
}

/// Makes a top of one span in every circle of spans that are each other's parents, so that all are reached.
fn open_circles(parents: &mut [Option<usize>]) {
    let mut safe = HashSet::new();
    for start in 0..parents.len() {
        let (mut path, mut at) = (HashSet::new(), start);
        while !safe.contains(&at) && path.insert(at) {
            match parents.get(at).copied().flatten() {
                Some(parent) if path.contains(&parent) => {
                    if let Some(parent) = parents.get_mut(at) {
                        *parent = None;
                    }
                }
                Some(parent) => at = parent,
                None => {}
            }
        }
        safe.extend(path);
    }
}

/// Puts nodes where the first of them is drawn next.
fn push<'a>(places: &mut Vec<Place<'a>>, nodes: Vec<Node<'a>>, prefix: &str, depth: usize) {
    let last = nodes.len().saturating_sub(1);
    let placed = nodes.into_iter().enumerate().map(|(index, node)| Place {
        node,
        prefix: prefix.to_owned(),
        depth,
        is_last: index == last,
    });
    places.extend(placed.rev());
}

fn heading_line(page: &mut Page, tree: &Tree<'_>, trace_id: &[u8], heading: Heading) {
    let why = match heading {
        Heading::Root | Heading::Overdue => "incomplete: its root has not come",
        Heading::Crowded => "incomplete: others need the room",
        Heading::Finished => "incomplete: finished before its root has come",
        Heading::Continued => "continued",
    };
    let mut line = Line::default();
    line.column(Ink::Dim, clock::time_of_day(tree.origin))
        .column(Ink::Dim, text::short(trace_id))
        .column(Ink::Yellow, format!("({why})"));
    page.line(&line);
}

fn root_line(page: &mut Page, span: &Span, trace_id: &[u8], indent: &str) {
    let mut line = Line::default();
    line.column(Ink::Dim, clock::time_of_day(span.start_time_unix_nano))
        .column(Ink::Dim, text::short(trace_id));
    span_line(page, span, line, indent, None);
}

fn span_line(page: &mut Page, span: &Span, mut line: Line, indent: &str, origin: Option<u64>) {
    let took = span.end_time_unix_nano.saturating_sub(span.start_time_unix_nano);
    if let Some(origin) = origin {
        line.column(Ink::Dim, clock::offset(origin, span.start_time_unix_nano));
    }
    line.column(Ink::Bold, format!("{}{}", text::plain(&span.name), kind(span)))
        .column(Ink::Cyan, clock::duration(took));
    match &span.status {
        Some(status) if status.code == StatusCode::Error as i32 && status.message.is_empty() => {
            line.column(Ink::Red, "✗")
        }
        Some(status) if status.code == StatusCode::Error as i32 => {
            line.column(Ink::Red, format!("✗ {}", text::plain(&status.message)))
        }
        _ => line.column(Ink::Green, "✓"),
    };
    let mut details = text::attributes(&span.attributes, span.dropped_attributes_count);
    for link in &span.links {
        details.push(format!("→{}/{}", text::short(&link.trace_id), text::short(&link.span_id)));
    }
    for (dropped, what) in [(span.dropped_events_count, "events"), (span.dropped_links_count, "links")] {
        if dropped > 0 {
            details.push(format!("(+{dropped} {what} dropped)"));
        }
    }
    page.line_with(line, &details, indent);
}

fn event_line(page: &mut Page, event: &Event, branch: &str, indent: &str, origin: u64) {
    let mut line = Line::after(branch);
    line.put(Ink::Cyan, "◆ ")
        .column(Ink::Dim, clock::offset(origin, event.time_unix_nano))
        .column(Ink::Bold, text::plain(&event.name));
    page.line_with(line, &text::attributes(&event.attributes, event.dropped_attributes_count), indent);
}

/// The kind, where it says more than that the work was done here.
fn kind(span: &Span) -> &'static str {
    match SpanKind::try_from(span.kind) {
        Ok(SpanKind::Server) => " (server)",
        Ok(SpanKind::Client) => " (client)",
        Ok(SpanKind::Producer) => " (producer)",
        Ok(SpanKind::Consumer) => " (consumer)",
        Ok(SpanKind::Internal | SpanKind::Unspecified) | Err(_) => "",
    }
}
