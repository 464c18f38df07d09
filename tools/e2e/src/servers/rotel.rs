//! Rotel, a collector written by others: takes OTLP, decodes it, and sends it on.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};

use otel_core::settings::Protocol;
use serde_json::Value;

use crate::failure::Failure;
use crate::install::Package;
use crate::ports;
use crate::process::{self, Process, Said};
use crate::way::Way;

/// The collector, as it is published for Python.
pub(crate) const PACKAGE: Package = Package {
    name: "rotel",
    version: "0.0.1a15",
    hashes: &[
        // x86_64: Python 3.10 to 3.13.
        "797faed4ec003b0b1ab65fee25a18c991cb863c221f503d383425f0958aaa5fa",
        "2f4117e58410c933e0dc042a268ef738dab2e3a5d63b5831209acdac2a6ddcb7",
        "6b1a12b2d6d52ab10574cb111053402f2bc195fa55453b19294af57c0d35bece",
        "322a830deed963dd5dcc460007e917eec071c5977e51c3a06029348f39e4eec9",
        // aarch64: Python 3.10 to 3.13.
        "817514e91c57467615784f48c0f055bfdfa245d8e3a2946d829e4a7cb943b389",
        "4eb01f9e5d228e4086f63e16cf1d0fa6e92b724bde51f120932a742acec5b0ba",
        "ad64b2ce04e37d2c0e88bf34f90b8981381576dc6af2e9604bac69259e106470",
        "71475e9b9861626c558717f74e3a064ac3cb96121eb6973ea997fe2448ae81fe",
    ],
    program: "rotel/rotel-agent",
};

/// How long it may take to start or to end.
const PATIENCE: Duration = Duration::from_secs(30);

/// The level of an error in its log.
const ERROR: u64 = 50;

/// How long its log is listened to between two knocks at its ports.
const BETWEEN_KNOCKS: Duration = Duration::from_millis(10);

/// Where it listens: the same ports before and after a restart.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ports {
    grpc: u16,
    http: u16,
}

impl Ports {
    pub(crate) fn free() -> Result<Self, Failure> {
        let [grpc, http] = ports::free().map_err(|error| Failure::missing(format!("no port: {error}")))?;
        Ok(Self { grpc, http })
    }

    /// Where telemetry that travels this way is sent to.
    pub(crate) fn endpoint(self, way: Way) -> String {
        format!("http://{}", address(if way.is_grpc() { self.grpc } else { self.http }))
    }
}

fn address(port: u16) -> SocketAddr {
    (Ipv4Addr::LOCALHOST, port).into()
}

/// Whether it reads metrics that come this way.
///
/// In JSON it finds neither the integers nor the histograms, which are written as the specification has it, with
/// 64-bit integers as texts; it answers that all is well, and sends on what is left.
pub(crate) fn reads_metrics(way: Way) -> bool {
    way.protocol != Protocol::HttpJson
}

/// What it says it has taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Taken {
    pub(crate) spans: u64,
    pub(crate) log_records: u64,
    pub(crate) metric_points: u64,
}

/// A running collector, killed when dropped.
#[derive(Debug)]
pub(crate) struct Rotel {
    process: Process,
    taken: Taken,
    /// The first error it logged.
    complaint: Option<String>,
}

impl Rotel {
    /// Starts it, and waits until it listens. What it takes it sends on to the OTLP/HTTP endpoint `onward`.
    pub(crate) fn start(
        program: &Path,
        ports: Ports,
        onward: &str,
        journal: Option<&Path>,
    ) -> Result<Self, Failure> {
        let mut command = process::server(program);
        command.args(["start", "--log-format", "json"]);
        command.args(["--debug-log", "traces", "--debug-log", "metrics", "--debug-log", "logs"]);
        command.args(["--otlp-grpc-endpoint", &address(ports.grpc).to_string()]);
        command.args(["--otlp-http-endpoint", &address(ports.http).to_string()]);
        command.args(["--exporter", "otlp", "--otlp-exporter-endpoint", onward]);
        // It compresses what it sends on, whatever it is told; over gRPC the receiver would not take that.
        command.args(["--otlp-exporter-protocol", "http", "--otlp-exporter-compression", "gzip"]);
        // It drops what it would have to split several times, and splitting is not what is tried here.
        command.args(["--batch-max-size", "1000000"]);
        let process = Process::start(&mut command, journal).map_err(|error| {
            Failure::missing(format!("`setpriv` cannot be run: install the package `util-linux` ({error})"))
        })?;
        let mut rotel = Self { process, taken: Taken::default(), complaint: None };
        for port in [ports.grpc, ports.http] {
            rotel.wait_for(port)?;
        }
        Ok(rotel)
    }

    /// Knocks until someone opens. Between two knocks it listens to what the process says.
    fn wait_for(&mut self, port: u16) -> Result<(), Failure> {
        let until = Instant::now() + PATIENCE;
        loop {
            match TcpStream::connect_timeout(&address(port), PATIENCE) {
                Ok(_) => return Ok(()),
                Err(error) if error.kind() != ErrorKind::ConnectionRefused => {
                    return Err(Failure::wrong(format!("rotel's port {port}: {error}")));
                }
                Err(_) => {}
            }
            if !self.hear(Instant::now() + BETWEEN_KNOCKS) || Instant::now() > until {
                let words = self.process.last_words();
                return Err(Failure::wrong(format!("rotel does not listen on port {port}; {words}")));
            }
        }
    }

    /// What it said it has taken so far, after listening for a while.
    pub(crate) fn taken_within(&mut self, time: Duration) -> Taken {
        self.hear(Instant::now() + time);
        self.taken
    }

    /// Stops it where it stands, with its connections open: from now on it takes nothing and answers nothing.
    pub(crate) fn freeze(&self) -> Result<(), Failure> {
        self.process.freeze().map_err(|error| Failure::wrong(format!("rotel cannot be stopped: {error}")))
    }

    /// Kills it as it stands, and returns what it said it had taken.
    pub(crate) fn kill(mut self) -> Result<Taken, Failure> {
        self.process.kill().map_err(|error| Failure::wrong(format!("rotel cannot be killed: {error}")))?;
        self.hear_out()
    }

    /// Asks it to end, which it does when it has sent on what it has, and returns what it said it had taken.
    ///
    /// That it logged an error is a failure too.
    pub(crate) fn stop(mut self) -> Result<Taken, Failure> {
        self.process
            .terminate()
            .map_err(|error| Failure::wrong(format!("rotel cannot be told to end: {error}")))?;
        let taken = self.hear_out()?;
        if let Some(complaint) = self.complaint.take() {
            return Err(Failure::wrong(format!("rotel logged an error: {complaint}")));
        }
        let status =
            self.process.status().map_err(|error| Failure::wrong(format!("rotel's end: {error}")))?;
        if status.success() {
            return Ok(taken);
        }
        Err(Failure::wrong(format!("rotel ended with {status}; {}", self.process.last_words())))
    }

    fn hear_out(&mut self) -> Result<Taken, Failure> {
        if self.hear(Instant::now() + PATIENCE) {
            return Err(Failure::wrong(format!("rotel does not end; {}", self.process.last_words())));
        }
        Ok(self.taken)
    }

    /// Counts what it says it takes until the deadline, and says whether it still runs.
    fn hear(&mut self, until: Instant) -> bool {
        loop {
            match self.process.listen(until) {
                Said::Line(line) => self.understand(line),
                Said::Nothing => return true,
                Said::Ended => return false,
            }
        }
    }

    fn understand(&mut self, line: String) {
        // What is no JSON is no log: a panic, or a usage that it does not know. It is among the last words.
        let Ok(said) = serde_json::from_str(&line) else { return };
        self.taken.count(&said);
        if said["level"].as_u64().is_some_and(|level| level >= ERROR) {
            self.complaint.get_or_insert(line);
        }
    }
}

impl Taken {
    /// Adds what an entry of the log tells, if it tells of anything taken.
    fn count(&mut self, said: &Value) {
        let number = |name: &str| said[name].as_u64().unwrap_or_default();
        match said["msg"].as_str() {
            Some("Received traces.") => self.spans += number("spans"),
            Some("Received logs.") => self.log_records += number("logs"),
            // It counts points, and calls them metrics.
            Some("Received metrics.") => self.metric_points += number("metrics"),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_it_takes_is_counted_and_nothing_else() {
        let mut taken = Taken::default();
        for said in [
            r#"{"msg":"Starting Rotel.","level":30,"spans":7}"#,
            r#"{"msg":"Received traces.","level":30,"data_type":"traces","spans":3,"resource_spans":1}"#,
            r#"{"msg":"Received traces.","level":30,"data_type":"traces","spans":4,"resource_spans":1}"#,
            r#"{"msg":"Received logs.","level":30,"data_type":"logs","logs":5,"resource_logs":1}"#,
            r#"{"msg":"Received metrics.","level":30,"data_type":"metrics","metrics":6,"resource_metrics":1}"#,
        ] {
            taken.count(&serde_json::from_str(said).unwrap());
        }
        assert_eq!(taken, Taken { spans: 7, log_records: 5, metric_points: 6 });
    }

    #[test]
    fn each_wheel_has_a_hash_of_its_own() {
        let mut hashes = PACKAGE.hashes.to_vec();
        assert!(hashes.iter().all(|hash| hash.len() == 64 && hash.bytes().all(|it| it.is_ascii_hexdigit())));
        hashes.sort_unstable();
        hashes.dedup();
        assert_eq!(hashes.len(), PACKAGE.hashes.len());
    }
}
