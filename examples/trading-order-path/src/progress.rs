//! A progress bar for input that takes a while.

use std::io::{self, IsTerminal};

use indicatif::{ProgressBar, ProgressStyle};

/// Input of more bytes than this takes a while.
const LONG_BYTES: u64 = 1024 * 1024;

/// Input of more lines than this takes a while.
const LONG_LINES: u64 = 10_000;

/// Lines between two movements of the bar.
const STRIDE: u64 = 256;

/// A progress bar on standard error, once the input turns out to be long and somebody is looking.
pub(crate) struct Progress {
    size: Option<u64>,
    read: u64,
    is_watched: bool,
    bar: Option<ProgressBar>,
}

impl Progress {
    /// Progress through an input of this size.
    pub(crate) fn new(size: Option<u64>) -> Self {
        Self { size, read: 0, is_watched: io::stderr().is_terminal(), bar: None }
    }

    /// Another line was read.
    pub(crate) fn line(&mut self, number: u64, bytes: u64) {
        self.read += bytes;
        if !self.is_watched || !number.is_multiple_of(STRIDE) {
            return;
        }
        let is_long = number > LONG_LINES || self.size.is_some_and(|size| size > LONG_BYTES);
        if is_long {
            self.bar.get_or_insert_with(|| bar(self.size)).set_position(self.read);
        }
    }

    /// All was read.
    pub(crate) fn done(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn bar(size: Option<u64>) -> ProgressBar {
    let (bar, template) = match size {
        Some(size) => (ProgressBar::new(size), "{bar:40} {bytes} of {total_bytes}, {eta} left"),
        None => (ProgressBar::new_spinner(), "{spinner} {bytes}"),
    };
    // The default style shows the same in other words, should the template ever not be understood.
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    bar.with_style(style)
}
