//! Alertmanager, by the Prometheus authors: takes alerts, groups them, and notifies people.

use std::fs;
use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::failure::Failure;
use crate::ports;
use crate::process::{self, Process, Said};

/// How long it may take to start or to end.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long its log is listened to between two knocks at its port.
const BETWEEN_KNOCKS: Duration = Duration::from_millis(10);

/// Where Debian's build looks for its templates, and where a copy looks for them: below the folder it is started in.
///
/// The build has no option for that, and nothing is installed on the system. Both paths are of one length, so that
/// nothing in the copy moves.
const INSTALLED: &[u8] = b"/usr/share/prometheus/alertmanager";
const TAKEN_OUT: &[u8; INSTALLED.len()] = b".////share/prometheus/alertmanager";

/// Where it lives: the same before and after a restart. What it keeps there is removed in the end.
#[derive(Debug)]
pub(crate) struct Home {
    folder: PathBuf,
    port: u16,
    /// The folder `usr` of the package.
    usr: PathBuf,
}

impl Home {
    /// A home in `folder` for `program`, which was taken out of its package.
    pub(crate) fn new(folder: PathBuf, program: &Path) -> Result<Self, Failure> {
        let [port] = ports::free().map_err(|error| Failure::missing(format!("no port: {error}")))?;
        let usr = program.ancestors().nth(2).unwrap_or(program).to_owned();
        let home = Self { folder, port, usr };
        home.furnish(program).map_err(|error| {
            Failure::missing(format!("{} cannot be written: {error}", home.folder.display()))
        })?;
        Ok(home)
    }

    /// Makes a copy of the program that finds its templates.
    fn furnish(&self, program: &Path) -> io::Result<()> {
        fs::create_dir_all(&self.folder)?;
        let copy = self.program();
        // With its permissions.
        fs::copy(program, &copy)?;
        let mut bytes = fs::read(program)?;
        let mut rest = bytes.as_mut_slice();
        while let Some(at) = rest.windows(INSTALLED.len()).position(|window| window == INSTALLED) {
            let (path, after) = rest[at..].split_at_mut(INSTALLED.len());
            path.copy_from_slice(TAKEN_OUT);
            rest = after;
        }
        fs::write(&copy, bytes)
    }

    fn program(&self) -> PathBuf {
        self.folder.join("prometheus-alertmanager")
    }

    fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port).into()
    }

    /// Where it is sent to.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address())
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        // What is left is of no use, and nobody is left to be told.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// A running Alertmanager, killed when dropped.
#[derive(Debug)]
pub(crate) struct Alertmanager {
    process: Process,
}

impl Alertmanager {
    /// Starts it, and waits until it listens. It notifies `webhook` of every group of alerts with one name.
    pub(crate) fn start(home: &Home, webhook: &str, journal: Option<&Path>) -> Result<Self, Failure> {
        let configuration = home.folder.join("alertmanager.yml");
        fs::write(&configuration, configured(webhook)).map_err(|error| {
            Failure::missing(format!("{} cannot be written: {error}", configuration.display()))
        })?;
        let mut command = process::server(&home.program());
        command.current_dir(&home.usr);
        command.arg("--config.file").arg(&configuration);
        command.arg("--storage.path").arg(home.folder.join("data"));
        command.arg("--web.listen-address").arg(home.address().to_string());
        // It is alone.
        command.args(["--cluster.listen-address", ""]);
        let process = Process::start(&mut command, journal).map_err(|error| {
            Failure::missing(format!("`setpriv` cannot be run: install the package `util-linux` ({error})"))
        })?;
        let mut started = Self { process };
        started.wait_for(home.address())?;
        Ok(started)
    }

    /// Knocks until it opens.
    fn wait_for(&mut self, address: SocketAddr) -> Result<(), Failure> {
        let until = Instant::now() + PATIENCE;
        loop {
            match TcpStream::connect_timeout(&address, PATIENCE) {
                Ok(_) => return Ok(()),
                Err(error) if error.kind() != ErrorKind::ConnectionRefused => {
                    return Err(Failure::wrong(format!("alertmanager's port {address}: {error}")));
                }
                Err(_) => {}
            }
            if self.process.listen(Instant::now() + BETWEEN_KNOCKS) == Said::Ended || Instant::now() > until {
                let words = self.process.last_words();
                return Err(Failure::wrong(format!("alertmanager does not listen on {address}; {words}")));
            }
        }
    }

    /// Kills it as it stands, with everything it has not written down.
    pub(crate) fn kill(mut self) -> Result<(), Failure> {
        let killed = self.process.kill();
        killed.map_err(|error| Failure::wrong(format!("alertmanager cannot be killed: {error}")))?;
        Ok(())
    }

    /// Asks it to end, which it does when it has written down what it told.
    pub(crate) fn stop(mut self) -> Result<(), Failure> {
        let told = self.process.terminate();
        told.map_err(|error| Failure::wrong(format!("alertmanager cannot be told to end: {error}")))?;
        let until = Instant::now() + PATIENCE;
        loop {
            match self.process.listen(until) {
                Said::Line(_) => {}
                Said::Ended => return Ok(()),
                Said::Nothing => {
                    let words = self.process.last_words();
                    return Err(Failure::wrong(format!("alertmanager does not end; {words}")));
                }
            }
        }
    }
}

/// One group for each name, told soon, and never reminded of.
fn configured(webhook: &str) -> String {
    format!(
        "route:
  receiver: webhook
  group_by: [alertname]
  group_wait: 1s
  group_interval: 1s
  repeat_interval: 1h
receivers:
  - name: webhook
    webhook_configs:
      - url: {webhook}
        send_resolved: true
"
    )
}
