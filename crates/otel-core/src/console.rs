//! The console for development: what would be exported, as people read it.
//!
//! It formats export requests and knows nothing of where they come from, so that it shows exactly what a
//! backend would get.

mod clock;
mod distribution;
mod held;
mod log;
mod metrics;
mod page;
mod text;
mod tree;

#[cfg(test)]
mod tests;

use std::fmt;
use std::io::Write;

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;

use self::held::{Held, Part};
use self::metrics::Series;
use self::page::Page;
use self::tree::Heading;

/// A readable account of telemetry: a tree for each trace, a line for each event, a block of changes for
/// metrics.
///
/// A trace is held until its root has come, and log records are held with the trace they belong to; of one
/// drain, logs are therefore best given before traces. What is held has a hard limit, [`held::LIMIT`], and
/// everything given is printed in the end. A writer that fails loses what it fails to write, and nothing else
/// happens.
pub(crate) struct Console<W> {
    out: W,
    colour: bool,
    held: Held,
    series: Series,
}

impl<W: Write> Console<W> {
    /// A console without colours.
    pub(crate) fn new(out: W) -> Self {
        Self { out, colour: false, held: Held::default(), series: Series::default() }
    }

    /// Whether to write ANSI colours.
    #[must_use]
    pub(crate) fn with_colour(mut self, colour: bool) -> Self {
        self.colour = colour;
        self
    }

    /// Takes spans, and prints the traces whose root is among them.
    pub(crate) fn traces(&mut self, request: &ExportTraceServiceRequest) {
        let scopes = request.resource_spans.iter().flat_map(|under| &under.scope_spans);
        for span in scopes.flat_map(|scope| &scope.spans) {
            self.held.span(span);
        }
        let mut page = Page::new(self.colour);
        while let Some(part) = self.held.next_rooted() {
            self.draw(&mut page, &part, Heading::Root);
        }
        self.make_room(&mut page);
        self.write(&page);
    }

    /// Takes log records, and prints those that belong to no trace, or to a span that is printed already.
    pub(crate) fn logs(&mut self, request: &ExportLogsServiceRequest) {
        let mut page = Page::new(self.colour);
        let scopes = request.resource_logs.iter().flat_map(|under| &under.scope_logs);
        for record in scopes.flat_map(|scope| &scope.log_records) {
            if self.held.wants(record) {
                self.held.record(record);
            } else {
                log::line(&mut page, record);
            }
        }
        self.make_room(&mut page);
        self.write(&page);
    }

    /// Prints what has changed since the metrics before.
    pub(crate) fn metrics(&mut self, request: &ExportMetricsServiceRequest) {
        let mut page = Page::new(self.colour);
        self.series.changes(request, &mut page);
        self.write(&page);
    }

    /// Prints the traces whose root has not come for two seconds of the clock that is given here.
    pub(crate) fn tick(&mut self, now_unix_nano: u64) {
        let mut page = Page::new(self.colour);
        for part in self.held.overdue(now_unix_nano) {
            self.draw(&mut page, &part, Heading::Overdue);
        }
        self.write(&page);
    }

    /// Prints everything that is still held.
    pub(crate) fn finish(&mut self) {
        let mut page = Page::new(self.colour);
        while let Some(part) = self.held.oldest() {
            self.draw(&mut page, &part, Heading::Finished);
        }
        self.write(&page);
    }

    fn make_room(&mut self, page: &mut Page) {
        while self.held.is_crowded() {
            let Some(part) = self.held.oldest() else { return };
            self.draw(page, &part, Heading::Crowded);
        }
    }

    fn draw(&self, page: &mut Page, part: &Part, heading: Heading) {
        let continued =
            part.root.is_none() && part.parents_outside().any(|parent| self.held.has_printed(&parent));
        tree::draw(page, part, if continued { Heading::Continued } else { heading });
    }

    /// Writes a page at once, so that other writers of the same terminal do not get in between.
    fn write(&mut self, page: &Page) {
        if !page.is_empty() {
            // There is nowhere left to report a console that cannot be written.
            drop(self.out.write_all(page.as_bytes()).and_then(|()| self.out.flush()));
        }
    }
}

impl<W> fmt::Debug for Console<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Console").field("colour", &self.colour).finish_non_exhaustive()
    }
}
