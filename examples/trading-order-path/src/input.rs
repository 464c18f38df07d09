//! Where messages come from: lines of bounded length, one at a time.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Cursor};

/// The longest line that is read; the rest of a longer one is skipped.
const LONGEST_LINE: usize = 64 * 1024;

/// What is replayed when nobody says what.
const SAMPLE: &[u8] = include_bytes!("../sample.fix");

/// A file, standard input or the sample, read line by line in bounded memory.
pub(crate) struct Input {
    name: String,
    size: Option<u64>,
    source: Box<dyn BufRead>,
    line: Vec<u8>,
    lines: u64,
}

/// One line: its bytes without the line end, or the news that it is too long.
pub(crate) enum Line<'a> {
    Text { number: u64, bytes: &'a [u8], read: u64 },
    TooLong { number: u64, read: u64 },
}

impl Line<'_> {
    /// Its number, from one.
    pub(crate) const fn number(&self) -> u64 {
        match self {
            Self::Text { number, .. } | Self::TooLong { number, .. } => *number,
        }
    }

    /// How much of the input it took.
    pub(crate) const fn bytes_read(&self) -> u64 {
        match self {
            Self::Text { read, .. } | Self::TooLong { read, .. } => *read,
        }
    }
}

impl Input {
    /// Opens a file, or standard input for `-`, or the sample.
    ///
    /// # Errors
    ///
    /// A sentence for the user, when the file cannot be opened or is a directory.
    pub(crate) fn open(file: Option<&str>) -> Result<Self, String> {
        match file {
            None => Ok(Self::new("the sample", Some(SAMPLE.len() as u64), Box::new(Cursor::new(SAMPLE)))),
            Some("-") => Ok(Self::new("standard input", None, Box::new(io::stdin().lock()))),
            Some(path) => {
                let facts = fs::metadata(path).map_err(|error| format!("cannot open {path}: {error}"))?;
                if facts.is_dir() {
                    return Err(format!("{path} is a directory; name a file with FIX messages, or `-`"));
                }
                let file = File::open(path).map_err(|error| format!("cannot open {path}: {error}"))?;
                // A pipe has no size to speak of.
                let size = facts.is_file().then_some(facts.len());
                Ok(Self::new(path, size, Box::new(BufReader::with_capacity(LONGEST_LINE, file))))
            }
        }
    }

    fn new(name: &str, size: Option<u64>, source: Box<dyn BufRead>) -> Self {
        Self { name: name.to_owned(), size, source, line: Vec::new(), lines: 0 }
    }

    /// What to call it.
    pub(crate) fn name(&self) -> String {
        self.name.clone()
    }

    /// Its size in bytes, where it is known.
    pub(crate) const fn size(&self) -> Option<u64> {
        self.size
    }

    /// The number of lines read so far.
    pub(crate) const fn lines(&self) -> u64 {
        self.lines
    }

    /// The next line that is neither blank nor a comment; `None` at the end.
    ///
    /// # Errors
    ///
    /// A sentence for the user, when the input cannot be read on.
    pub(crate) fn next_line(&mut self) -> Result<Option<Line<'_>>, String> {
        let mut skipped = 0;
        loop {
            let read = self.fill().map_err(|error| format!("cannot read {}: {error}", self.name))?;
            if read == 0 {
                return Ok(None);
            }
            self.lines += 1;
            if read > LONGEST_LINE as u64 {
                return Ok(Some(Line::TooLong { number: self.lines, read: read + skipped }));
            }
            while self.line.pop_if(|last| matches!(last, b'\n' | b'\r')).is_some() {}
            if !self.line.is_empty() && self.line.first() != Some(&b'#') {
                break Ok(Some(Line::Text { number: self.lines, bytes: &self.line, read: read + skipped }));
            }
            skipped += read;
        }
    }

    /// Reads to the end of the line, keeps what is not too long, and says how much it was; zero at the end.
    fn fill(&mut self) -> io::Result<u64> {
        self.line.clear();
        let mut read = 0;
        loop {
            let available = match self.source.fill_buf() {
                Ok(available) => available,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            let end = available.iter().position(|byte| *byte == b'\n').map(|at| at + 1);
            let taken = end.unwrap_or(available.len());
            let room = LONGEST_LINE.saturating_sub(self.line.len());
            self.line.extend(available.iter().take(taken.min(room)));
            self.source.consume(taken);
            read += taken as u64;
            if end.is_some() || taken == 0 {
                return Ok(read);
            }
        }
    }
}
