//! Prometheus, by its authors: fetches metrics, evaluates rules, and says which alerts there are.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::failure::Failure;
use crate::ports;
use crate::process::{self, Process, Said};

/// How long it may take to start, and to answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long its log is listened to between two questions whether it is ready.
const BETWEEN_QUESTIONS: Duration = Duration::from_millis(50);

/// How often it fetches and evaluates.
const INTERVAL: &str = "500ms";

/// A running Prometheus, killed when dropped, with what it has written.
#[derive(Debug)]
pub(crate) struct Prometheus {
    process: Process,
    address: SocketAddr,
    folder: PathBuf,
}

impl Prometheus {
    /// Starts it in `folder`, where it finds its rules, and waits until it is ready. It fetches from `target`.
    pub(crate) fn start(
        program: &Path,
        folder: PathBuf,
        target: &str,
        rules: &str,
        journal: Option<&Path>,
    ) -> Result<Self, Failure> {
        let [port] = ports::free().map_err(|error| Failure::missing(format!("no port: {error}")))?;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let written = fs::create_dir_all(&folder)
            .and_then(|()| fs::write(folder.join("rules.yml"), rules))
            .and_then(|()| fs::write(folder.join("prometheus.yml"), configured(target)));
        written
            .map_err(|error| Failure::missing(format!("{} cannot be written: {error}", folder.display())))?;
        let mut command = process::server(program);
        command.arg("--config.file").arg(folder.join("prometheus.yml"));
        command.arg("--storage.tsdb.path").arg(folder.join("data"));
        command.arg("--web.listen-address").arg(address.to_string());
        let process = Process::start(&mut command, journal).map_err(|error| {
            Failure::missing(format!("`setpriv` cannot be run: install the package `util-linux` ({error})"))
        })?;
        let mut started = Self { process, address, folder };
        started.wait()?;
        Ok(started)
    }

    fn wait(&mut self) -> Result<(), Failure> {
        let until = Instant::now() + PATIENCE;
        while self.get("/-/ready").is_err() {
            if self.process.listen(Instant::now() + BETWEEN_QUESTIONS) == Said::Ended
                || Instant::now() > until
            {
                let words = self.process.last_words();
                return Err(Failure::wrong(format!("prometheus does not get ready; {words}")));
            }
        }
        Ok(())
    }

    /// The state of each alert rule, by its name: `inactive`, `pending` or `firing`.
    pub(crate) fn states(&mut self) -> Result<Vec<(String, String)>, Failure> {
        // What it says meanwhile must not fill the pipe.
        while let Said::Line(_) = self.process.listen(Instant::now()) {}
        let body = self.get("/api/v1/rules?type=alert")?;
        let answer: Value = serde_json::from_str(&body)
            .map_err(|error| Failure::wrong(format!("prometheus answers what is no JSON: {error}")))?;
        let groups = answer["data"]["groups"].as_array().into_iter().flatten();
        let rules = groups.flat_map(|group| group["rules"].as_array().into_iter().flatten());
        let text = |rule: &Value, key: &str| rule[key].as_str().unwrap_or_default().to_owned();
        Ok(rules.map(|rule| (text(rule, "name"), text(rule, "state"))).collect())
    }

    /// What it answers to a GET that goes well.
    fn get(&self, path: &str) -> Result<String, Failure> {
        let failed = |error: std::io::Error| Failure::wrong(format!("prometheus does not answer: {error}"));
        let mut stream = TcpStream::connect_timeout(&self.address, PATIENCE).map_err(failed)?;
        stream.set_read_timeout(Some(PATIENCE)).map_err(failed)?;
        // 1.0, so that the answer comes in one piece and ends with the connection.
        let request = format!("GET {path} HTTP/1.0\r\nhost: {}\r\n\r\n", self.address);
        stream.write_all(request.as_bytes()).map_err(failed)?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).map_err(failed)?;
        match answer.split_once("\r\n\r\n") {
            Some((head, body)) if head.split(' ').nth(1) == Some("200") => Ok(body.to_owned()),
            _ => Err(Failure::wrong(format!("prometheus answers {path} with {answer:?}"))),
        }
    }
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        // It must not write any more while its folder is removed; and what is left is of no use.
        let _ = self.process.kill();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn configured(target: &str) -> String {
    format!(
        "global:
  scrape_interval: {INTERVAL}
  evaluation_interval: {INTERVAL}
rule_files: [rules.yml]
scrape_configs:
  - job_name: story
    static_configs:
      - targets: ['{target}']
"
    )
}
