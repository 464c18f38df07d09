//! Log records, on a line of their own or in a trace's tree.

use opentelemetry_proto::tonic::logs::v1::LogRecord;

use super::clock;
use super::page::{Ink, Line, Page};
use super::text;

/// The names of the severity numbers, four numbers each, and how they look.
const SEVERITIES: [(&str, Ink); 6] = [
    ("TRACE", Ink::Dim),
    ("DEBUG", Ink::Dim),
    ("INFO", Ink::Green),
    ("WARN", Ink::Yellow),
    ("ERROR", Ink::Red),
    ("FATAL", Ink::Red),
];

/// The lowest severity number that is named in a tree, where most is information.
const WARN: i32 = 13;

/// Prints a record on a line of its own.
pub(super) fn line(page: &mut Page, record: &LogRecord) {
    let (severity, ink) = severity(record);
    let mut line = Line::default();
    line.column(Ink::Dim, clock::time_of_day(time(record)))
        .column(ink, format!("{severity:<5}"))
        .column(Ink::Dim, text::short(&record.trace_id));
    what(&mut line, record);
    page.line_with(line, &attributes(record), "      ");
}

/// Prints a record under its span, behind `branch`; `origin` is when the tree begins.
pub(super) fn leaf(page: &mut Page, record: &LogRecord, branch: &str, indent: &str, origin: u64) {
    let mut line = Line::after(branch);
    line.put(Ink::Cyan, "◆ ").column(Ink::Dim, clock::offset(origin, recorded(record)));
    if record.severity_number >= WARN {
        let (severity, ink) = severity(record);
        line.column(ink, severity);
    }
    what(&mut line, record);
    page.line_with(line, &attributes(record), indent);
}

/// When a record was made, or, where nobody says, when it was seen.
pub(super) fn time(record: &LogRecord) -> u64 {
    if record.time_unix_nano == 0 { record.observed_time_unix_nano } else { record.time_unix_nano }
}

/// When a record was recorded, or, where nobody says, when it was made. What it tells of may be long ago; its place
/// among the spans is where it was told.
pub(super) fn recorded(record: &LogRecord) -> u64 {
    if record.observed_time_unix_nano == 0 { record.time_unix_nano } else { record.observed_time_unix_nano }
}

fn what(line: &mut Line, record: &LogRecord) {
    line.column(Ink::Bold, text::plain(&record.event_name));
    line.column(Ink::Plain, record.body.as_ref().map(text::body).unwrap_or_default());
}

fn attributes(record: &LogRecord) -> Vec<String> {
    text::attributes(&record.attributes, record.dropped_attributes_count)
}

fn severity(record: &LogRecord) -> (String, Ink) {
    let index = usize::try_from(record.severity_number - 1).ok().map(|number| number / 4);
    match index.and_then(|index| SEVERITIES.get(index)) {
        Some((name, ink)) => ((*name).to_owned(), *ink),
        None if record.severity_text.is_empty() => ("LOG".to_owned(), Ink::Plain),
        None => (text::plain(&record.severity_text), Ink::Plain),
    }
}
