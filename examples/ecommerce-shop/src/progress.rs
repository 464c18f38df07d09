//! A progress bar for input that takes a while.

use std::io::{self, IsTerminal};

use indicatif::{ProgressBar, ProgressStyle};

/// Input of more bytes than this takes a while.
const LONG_BYTES: u64 = 1024 * 1024;

/// Lines between two movements of the bar.
const STRIDE: u64 = 256;

/// A progress bar on standard error, where the input is long and somebody is looking.
#[derive(Debug)]
pub struct Progress {
    read: u64,
    lines: u64,
    bar: Option<ProgressBar>,
}

impl Progress {
    /// Progress through input of so many bytes; nobody knows how many standard input has.
    pub fn new(size: Option<u64>) -> Self {
        let is_long = size.is_none_or(|size| size > LONG_BYTES);
        let bar = (is_long && io::stderr().is_terminal()).then(|| bar(size));
        Self { read: 0, lines: 0, bar }
    }

    /// Another line was read, of so many bytes.
    pub fn line(&mut self, bytes: u64) {
        self.read += bytes;
        self.lines += 1;
        if let Some(bar) = self.bar.as_ref().filter(|_| self.lines.is_multiple_of(STRIDE)) {
            bar.set_position(self.read);
        }
    }

    /// All was read.
    pub fn done(&self) {
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
