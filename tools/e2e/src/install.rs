//! Servers that come as Python packages, pinned by version and hash; and those that come as Debian packages.

pub(crate) mod debian;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use crate::failure::Failure;
use crate::process::{Process, Said};

/// How long one step of an installation may take: a slow network, and not a broken one.
const PATIENCE: Duration = Duration::from_secs(240);

/// A program inside a Python package.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Package {
    pub(crate) name: &'static str,
    pub(crate) version: &'static str,
    /// The SHA-256 of every wheel of that version we trust: one for each version of Python and architecture.
    pub(crate) hashes: &'static [&'static str],
    /// Where the program lies in the package.
    pub(crate) program: &'static str,
}

/// The package's program, installed below `folder` unless it is there.
pub(crate) fn executable(package: &Package, folder: &Path) -> Result<PathBuf, Failure> {
    let Package { name, version, program, .. } = package;
    let installed = folder.join(format!("{name}-{version}"));
    if !installed.exists() {
        install(package, folder, &installed)?;
    }
    let program = installed.join(program);
    if program.is_file() {
        return Ok(program);
    }
    Err(Failure::missing(format!(
        "{} is not where it should be: remove {} and try again",
        program.display(),
        installed.display()
    )))
}

/// Installs beside the final place and moves it there, so that what is there is complete.
fn install(package: &Package, folder: &Path, installed: &Path) -> Result<(), Failure> {
    let Package { name, version, hashes, .. } = package;
    let partial = folder.join(format!("{name}-{version}.{}.partial", std::process::id()));
    let requirements = partial.join("requirements.txt");
    fs::create_dir_all(&partial).map_err(|error| unwritable(&partial, &error))?;
    let hashes: String = hashes.iter().map(|hash| format!(" --hash=sha256:{hash}")).collect();
    fs::write(&requirements, format!("{name}=={version}{hashes}\n"))
        .map_err(|error| unwritable(&requirements, &error))?;
    let done = pip(folder).and_then(|mut pip| {
        let fixed = ["install", "--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary", ":all:"];
        pip.args(fixed).arg("--require-hashes").arg("--requirement").arg(&requirements);
        pip.arg("--target").arg(&partial);
        run(&format!("`pip install {name}=={version}`"), &mut pip).map_err(|why| {
            Failure::missing(format!(
                "{name} {version} is not installed, and pip cannot install it: {why}\nIt needs a package index it can \
                 reach, and a Python and an architecture that the package is published for"
            ))
        })
    });
    // Another run may have been faster, and what it installed is as good.
    let moved = done.and_then(|()| match fs::rename(&partial, installed) {
        Err(error) if !installed.exists() => Err(unwritable(installed, &error)),
        _ => Ok(()),
    });
    // What is left of a failure is of no use, and it is not there any more after a success.
    let _ = fs::remove_dir_all(&partial);
    moved
}

/// The pip of a virtual environment in `folder`, which is made unless it is there: no one's system is changed.
fn pip(folder: &Path) -> Result<Command, Failure> {
    let environment = folder.join("python");
    let pip = environment.join("bin/pip");
    if !pip.is_file() {
        run("python3", Command::new("python3").arg("--version")).map_err(|why| {
            Failure::missing(format!("there is no python3: install the package `python3` ({why})"))
        })?;
        run("`import venv, ensurepip`", Command::new("python3").args(["-c", "import venv, ensurepip"]))
            .map_err(|why| {
                Failure::missing(format!(
                    "this python3 cannot make virtual environments: install the package `python3-venv` ({why})"
                ))
            })?;
        run("`python3 -m venv`", Command::new("python3").args(["-m", "venv", "--clear"]).arg(&environment))
            .map_err(Failure::missing)?;
    }
    Ok(Command::new(pip))
}

/// Runs a program to its end, or says why it did not do its work.
fn run(name: &str, command: &mut Command) -> Result<(), String> {
    let mut process = Process::start(command, None).map_err(|error| format!("{name}: {error}"))?;
    let until = Instant::now() + PATIENCE;
    loop {
        match process.listen(until) {
            Said::Line(_) => {}
            Said::Nothing => return Err(format!("{name} takes too long; {}", process.last_words())),
            Said::Ended => break,
        }
    }
    let status = process.status().map_err(|error| format!("{name}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{name}: {status}; {}", process.last_words())) }
}

fn unwritable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::missing(format!("{} cannot be written: {error}", path.display()))
}
