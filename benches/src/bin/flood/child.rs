//! The other processes of a flood, and what they say when they are done.

use std::error::Error;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use super::Flood;
use super::arms::Arm;

/// What a producer offered, and what that took.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Produced {
    pub(crate) offered: u64,
    /// The time of the producing alone.
    pub(crate) producing: Duration,
    /// The time until the shutdown was over.
    pub(crate) wall: Duration,
    /// The processor time of all threads.
    pub(crate) processor: Duration,
    pub(crate) queue_full: Option<u64>,
    pub(crate) unaccounted: Option<u64>,
}

/// What a sink received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Received {
    pub(crate) requests: u64,
    pub(crate) bytes: u64,
    pub(crate) spans: u64,
    pub(crate) malformed: u64,
    pub(crate) processor: Duration,
}

/// A running sink.
#[derive(Debug)]
pub(crate) struct Sink {
    pub(crate) port: u16,
    child: Child,
    out: BufReader<ChildStdout>,
}

impl Sink {
    pub(crate) fn start() -> Result<Self, Box<dyn Error>> {
        let mut child = this_program()?.arg("sink").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut out = BufReader::new(child.stdout.take().ok_or("a sink without an output")?);
        let mut port = String::new();
        out.read_line(&mut port)?;
        Ok(Self { port: port.trim().parse()?, child, out })
    }

    /// Ends the sink, and returns what it counted.
    pub(crate) fn stop(mut self) -> Result<Received, Box<dyn Error>> {
        drop(self.child.stdin.take());
        let mut said = String::new();
        self.out.read_to_string(&mut said)?;
        self.child.wait()?;
        Received::heard(&said).ok_or_else(|| format!("a sink said `{}`", said.trim()).into())
    }
}

/// Runs a producer to its end.
pub(crate) fn produce(arm: Arm, port: u16, flood: Flood) -> Result<Produced, Box<dyn Error>> {
    let output = this_program()?
        .args(["produce", arm.as_str(), &port.to_string()])
        .args(flood.to_arguments())
        .stderr(Stdio::inherit())
        .output()?;
    let said = String::from_utf8(output.stdout)?;
    Produced::heard(&said).ok_or_else(|| format!("a producer said `{}`", said.trim()).into())
}

fn this_program() -> Result<Command, Box<dyn Error>> {
    Ok(Command::new(std::env::current_exe()?))
}

/// What stands for a number that is not known.
const UNKNOWN: &str = "-";

impl Produced {
    pub(crate) fn say(&self) -> std::io::Result<()> {
        let Self { offered, producing, wall, processor, queue_full, unaccounted } = self;
        let known = |number: &Option<u64>| number.map_or_else(|| UNKNOWN.to_owned(), |n| n.to_string());
        let (producing, wall, processor) = (producing.as_nanos(), wall.as_nanos(), processor.as_nanos());
        let (queue_full, unaccounted) = (known(queue_full), known(unaccounted));
        writeln!(std::io::stdout(), "{offered} {producing} {wall} {processor} {queue_full} {unaccounted}")
    }

    fn heard(said: &str) -> Option<Self> {
        let [offered, producing, wall, processor, queue_full, unaccounted] = words(said)?;
        Some(Self {
            offered: offered.parse().ok()?,
            producing: nanos(producing)?,
            wall: nanos(wall)?,
            processor: nanos(processor)?,
            queue_full: queue_full.parse().ok(),
            unaccounted: unaccounted.parse().ok(),
        })
    }
}

impl Received {
    pub(crate) fn say(&self) -> std::io::Result<()> {
        let Self { requests, bytes, spans, malformed, processor } = self;
        let processor = processor.as_nanos();
        writeln!(std::io::stdout(), "{requests} {bytes} {spans} {malformed} {processor}")
    }

    fn heard(said: &str) -> Option<Self> {
        let [requests, bytes, spans, malformed, processor] = words(said)?;
        Some(Self {
            requests: requests.parse().ok()?,
            bytes: bytes.parse().ok()?,
            spans: spans.parse().ok()?,
            malformed: malformed.parse().ok()?,
            processor: nanos(processor)?,
        })
    }
}

fn words<const N: usize>(said: &str) -> Option<[&str; N]> {
    said.split_whitespace().collect::<Vec<_>>().try_into().ok()
}

fn nanos(word: &str) -> Option<Duration> {
    word.parse().ok().map(Duration::from_nanos)
}
