//! Where invoices come from: lines of bounded length, one at a time, from one file after the other.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Cursor};
use std::path::Path;

/// The longest line that is read; the rest of a longer one is skipped.
const LONGEST_LINE: usize = 64 * 1024;

/// What is replayed when nobody says what: invented invoices of a shop for candles and mugs.
const SAMPLE: &[u8] = include_bytes!("../../sample.csv");

/// A file, standard input or the sample, read line by line in bounded memory.
pub struct Input {
    name: String,
    size: Option<u64>,
    source: Box<dyn BufRead>,
    line: Vec<u8>,
    lines: u64,
}

/// One line.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// Its number in its file, from one.
    pub number: u64,
    /// How many bytes of the input it took, its end included.
    pub read: u64,
    /// Its bytes without the line end; `None` when there are more than 64 KiB.
    pub bytes: Option<&'a [u8]>,
}

impl Input {
    /// The built-in sample.
    pub fn sample() -> Self {
        Self::new("the sample", Some(SAMPLE.len() as u64), Box::new(Cursor::new(SAMPLE)))
    }

    /// Opens a file, or standard input for `-`.
    ///
    /// # Errors
    ///
    /// A sentence for the user, when the file cannot be opened or is a directory.
    pub fn open(path: &str) -> Result<Self, String> {
        if path == "-" {
            return Ok(Self::new("standard input", None, Box::new(io::stdin().lock())));
        }
        let failed = |error| format!("cannot open {path}: {error}");
        let facts = fs::metadata(path).map_err(failed)?;
        if facts.is_dir() {
            return Err(format!("{path} is a directory; name files with invoices, or `-`"));
        }
        let file = File::open(path).map_err(failed)?;
        let name = Path::new(path).file_name().map_or(path.into(), |name| name.to_string_lossy());
        // A pipe has no size to speak of.
        let size = facts.is_file().then_some(facts.len());
        Ok(Self::new(&name, size, Box::new(BufReader::with_capacity(LONGEST_LINE, file))))
    }

    /// Reads from anything.
    pub fn new(name: &str, size: Option<u64>, source: Box<dyn BufRead>) -> Self {
        Self { name: name.to_owned(), size, source, line: Vec::new(), lines: 0 }
    }

    /// What to call it: the name of the file, without its folder.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its size in bytes, where it is known.
    pub const fn size(&self) -> Option<u64> {
        self.size
    }

    /// The next line that is not blank; `None` at the end.
    ///
    /// # Errors
    ///
    /// A sentence for the user, when the input cannot be read on.
    pub fn next_line(&mut self) -> Result<Option<Line<'_>>, String> {
        let mut skipped = 0;
        loop {
            let read = self.fill().map_err(|error| format!("cannot read {}: {error}", self.name))?;
            if read == 0 {
                return Ok(None);
            }
            self.lines += 1;
            let is_too_long = self.line.len() < read as usize && self.line.len() == LONGEST_LINE;
            while self.line.pop_if(|last| matches!(last, b'\n' | b'\r')).is_some() {}
            if is_too_long || !self.line.is_empty() {
                let bytes = (!is_too_long).then_some(self.line.as_slice());
                return Ok(Some(Line { number: self.lines, read: read + skipped, bytes }));
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

impl std::fmt::Debug for Input {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Input").field("name", &self.name).field("lines", &self.lines).finish_non_exhaustive()
    }
}
