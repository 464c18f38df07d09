//! A process of someone else's program: what it says, and that it ends when we do.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read, Write as _};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use rustix::process::{Pid, Signal, kill_process};

/// Lines that are quoted when a process has failed.
const LAST_WORDS: usize = 15;

/// A running process, killed when dropped.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    lines: Receiver<String>,
    last: VecDeque<String>,
}

/// What a process was heard to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    /// One line, on either of its outputs.
    Line(String),
    /// Nothing until the deadline.
    Nothing,
    /// It has closed its outputs, and everything it said has been heard.
    Ended,
}

/// The command of a server: it is killed when we end, however we end, and has no environment but what it is given.
pub(crate) fn server(program: &Path) -> Command {
    // Drop kills it too, but no drop is run when we are killed ourselves.
    let mut command = Command::new("setpriv");
    command.env_clear().args(["--pdeathsig", "KILL", "--"]).arg(program);
    command
}

impl Process {
    /// Starts a program; what it says is also written to `journal`.
    pub(crate) fn start(command: &mut Command, journal: Option<&Path>) -> io::Result<Self> {
        let journal = journal.map(File::create).transpose()?.map(|file| Arc::new(Mutex::new(file)));
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        let outputs: [Option<Box<dyn Read + Send>>; 2] = [
            child.stdout.take().map(|it| Box::new(it) as _),
            child.stderr.take().map(|it| Box::new(it) as _),
        ];
        let (heard, lines) = mpsc::channel();
        // From here on a failure drops the process, which kills it.
        let process = Self { child, lines, last: VecDeque::new() };
        for output in outputs.into_iter().flatten() {
            let (heard, journal) = (heard.clone(), journal.clone());
            thread::Builder::new()
                .name("e2e-listener".to_owned())
                .spawn(move || hear(output, &heard, journal.as_deref()))?;
        }
        Ok(process)
    }

    /// The next line, if one comes until the deadline.
    pub(crate) fn listen(&mut self, until: Instant) -> Said {
        match self.lines.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(line) => {
                if self.last.len() == LAST_WORDS {
                    self.last.pop_front();
                }
                self.last.push_back(line.clone());
                Said::Line(line)
            }
            Err(RecvTimeoutError::Timeout) => Said::Nothing,
            Err(RecvTimeoutError::Disconnected) => Said::Ended,
        }
    }

    /// Kills it, without a chance to tidy up, and waits until it is gone with all its connections.
    pub(crate) fn kill(&mut self) -> io::Result<ExitStatus> {
        self.child.kill()?;
        self.child.wait()
    }

    /// Asks it to end.
    pub(crate) fn terminate(&self) -> io::Result<()> {
        Ok(kill_process(Pid::from_child(&self.child), Signal::TERM)?)
    }

    /// Stops it where it stands, with its connections open. It can still be killed.
    pub(crate) fn freeze(&self) -> io::Result<()> {
        Ok(kill_process(Pid::from_child(&self.child), Signal::STOP)?)
    }

    /// How it ended, once it has been heard to.
    ///
    /// A process that closed its outputs without ending is killed, so that this cannot take for ever. For one that
    /// is ending anyway that comes too late to change how.
    pub(crate) fn status(&mut self) -> io::Result<ExitStatus> {
        self.kill()
    }

    /// The last lines it was heard to say.
    pub(crate) fn last_words(&self) -> String {
        if self.last.is_empty() {
            return "it said nothing".to_owned();
        }
        let lines: Vec<String> = self.last.iter().map(|line| format!("    {line}")).collect();
        format!("its last words:\n{}", lines.join("\n"))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // One that has ended cannot be killed again, and there is nobody to tell.
        let _ = self.kill();
    }
}

fn hear(output: impl Read, heard: &Sender<String>, journal: Option<&Mutex<File>>) {
    for line in BufReader::new(output).split(b'\n') {
        let Ok(line) = line else { return };
        let line = String::from_utf8_lossy(&line).into_owned();
        if let Some(journal) = journal {
            let mut journal = journal.lock().unwrap_or_else(PoisonError::into_inner);
            // A full disk must not stop the process that is listened to.
            let _ = writeln!(journal, "{line}");
        }
        // Nobody may be listening any more, but an output that is not read would stop the process.
        let _ = heard.send(line);
    }
}
