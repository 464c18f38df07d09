//! OTLP/JSON lines: each request is a line of a file or of standard output.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Stdout, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use crate::settings::Problem;

use super::{Attempt, Batch, Failure, FailureKind};

/// Where lines go. The file grows for as long as it is written to: whoever names it also rotates or removes it.
#[derive(Debug)]
pub(crate) struct JsonLines<W = File> {
    out: Mutex<Out<W>>,
}

#[derive(Debug)]
struct Out<W> {
    to: W,
    /// Whether the last write was not finished and may have left a part of a line behind.
    torn: bool,
}

impl JsonLines<File> {
    /// Appends to the file at `path`, which is made when it is not there: for its owner alone, as telemetry is not
    /// for everyone.
    ///
    /// # Errors
    ///
    /// When the file cannot be opened.
    pub(crate) fn append_to(path: &Path, setting: &str) -> Result<Self, Problem> {
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        match options.open(path) {
            Ok(file) => Ok(Self { out: Mutex::new(Out { to: file, torn: ends_in_a_line(path) }) }),
            Err(error) => {
                Err(Problem::new(setting, format!("`{}` cannot be opened: {error}", path.display())))
            }
        }
    }
}

/// Whether the file ends within a line: its last writer was killed.
fn ends_in_a_line(path: &Path) -> bool {
    let last = || -> io::Result<u8> {
        let mut file = File::open(path)?;
        let mut last = [0];
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
        Ok(last[0])
    };
    // An empty file has no last byte, and what is no file at all need not let anyone read it.
    last().is_ok_and(|last| last != b'\n')
}

impl JsonLines<Stdout> {
    /// Prints on standard output.
    pub(crate) fn stdout() -> Self {
        Self::new(io::stdout())
    }
}

impl<W: Write> JsonLines<W> {
    fn new(to: W) -> Self {
        Self { out: Mutex::new(Out { to, torn: false }) }
    }

    /// Makes one attempt. Whoever reads along sees whole lines: each is written in one piece, and is not kept back.
    pub(crate) fn send(&self, batch: &Batch) -> Attempt {
        let line = match batch.json() {
            Ok(line) => line,
            Err(failure) => return Attempt::Refused(failure),
        };
        match self.out.lock().unwrap_or_else(PoisonError::into_inner).line(&line) {
            Ok(()) => Attempt::Accepted { rejected: 0, message: String::new() },
            Err(error) => {
                let why = Failure::new(FailureKind::NoAnswer, format!("it cannot be written: {error}"));
                Attempt::Retry { after: None, why }
            }
        }
    }
}

impl<W: Write> Out<W> {
    fn line(&mut self, line: &[u8]) -> io::Result<()> {
        let mut whole = Vec::with_capacity(line.len() + 2);
        if self.torn {
            // What is left of the last attempt stands alone, so that only it is unreadable.
            whole.push(b'\n');
        }
        whole.extend_from_slice(line);
        whole.push(b'\n');
        let written = self.to.write_all(&whole).and_then(|()| self.to.flush());
        self.torn = written.is_err();
        written
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use prost::Message as _;

    use super::*;
    use crate::ledger::Stream;
    use crate::otlp::random::Random;
    use crate::otlp::{FRAME, FailureKind};

    fn batch(stream: Stream, seed: u64) -> Batch {
        let mut random = Random::new(seed, 3);
        let mut message = vec![0; FRAME];
        match stream {
            Stream::Traces => random.traces().encode(&mut message),
            Stream::Logs => random.logs().encode(&mut message),
            Stream::Metrics => random.metrics().encode(&mut message),
        }
        .unwrap();
        Batch::new(stream, 1, message)
    }

    fn is_accepted(attempt: &Attempt) -> bool {
        matches!(attempt, Attempt::Accepted { rejected: 0, .. })
    }

    #[test]
    fn a_file_has_a_line_for_each_request_and_keeps_what_was_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("telemetry.jsonl");
        let mut expected = Vec::new();
        for opened in 0..2 {
            let lines = JsonLines::append_to(&path, "json_file").unwrap();
            for stream in Stream::ALL {
                let batch = batch(stream, opened);
                assert!(is_accepted(&lines.send(&batch)));
                expected.push(batch.json().unwrap());
                // Whoever reads along finds it at once.
                let content = std::fs::read(&path).unwrap();
                assert!(content.ends_with(b"\n"));
                let found: Vec<_> = content[..content.len() - 1].split(|byte| *byte == b'\n').collect();
                assert_eq!(found, expected);
            }
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn a_file_that_cannot_be_opened_is_a_problem() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("missing").join("telemetry.jsonl");
        let problem = JsonLines::append_to(&path, "json_file").unwrap_err();
        assert_eq!(problem.setting, "json_file");
        assert!(problem.why.contains("cannot be opened") && problem.why.contains("missing"), "{problem}");
    }

    #[test]
    fn a_line_that_a_killed_process_left_behind_spoils_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("telemetry.jsonl");
        std::fs::write(&path, b"{}\n{\"torn").unwrap();
        let batch = batch(Stream::Traces, 1);
        assert!(is_accepted(&JsonLines::append_to(&path, "json_file").unwrap().send(&batch)));
        let content = std::fs::read(&path).unwrap();
        let found: Vec<_> = content.split(|byte| *byte == b'\n').collect();
        assert_eq!(found, [b"{}", &b"{\"torn"[..], &batch.json().unwrap()[..], b""]);
    }

    /// A disk that is full after some bytes, and has room again later.
    struct Disk {
        written: Vec<u8>,
        room: AtomicUsize,
    }

    impl Write for Disk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let room = self.room.load(Ordering::Relaxed).min(bytes.len());
            if room == 0 {
                return Err(io::ErrorKind::StorageFull.into());
            }
            self.room.fetch_sub(room, Ordering::Relaxed);
            self.written.extend_from_slice(&bytes[..room]);
            Ok(room)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_line_that_was_torn_is_written_again_and_spoils_no_other() {
        let (first, second) = (batch(Stream::Traces, 1), batch(Stream::Logs, 1));
        let room = first.json().unwrap().len() + 1 + 10;
        let lines = JsonLines::new(Disk { written: Vec::new(), room: room.into() });
        assert!(is_accepted(&lines.send(&first)));
        let Attempt::Retry { after: None, why } = lines.send(&second) else { panic!("a full disk took it") };
        assert_eq!(why.kind, FailureKind::NoAnswer);
        assert!(why.why.starts_with("it cannot be written"), "{why}");
        lines.out.lock().unwrap().to.room = usize::MAX.into();
        assert!(is_accepted(&lines.send(&second)));

        let written = std::mem::take(&mut lines.out.lock().unwrap().to.written);
        let found: Vec<_> = written.split(|byte| *byte == b'\n').collect();
        let (first, second) = (first.json().unwrap(), second.json().unwrap());
        assert_eq!(found, [&first[..], &second[..10], &second[..], b""]);
    }
}
