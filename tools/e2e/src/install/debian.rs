//! Servers that come as Debian packages, taken out of them: nothing is installed on the system, and nothing started.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{run, unwritable};
use crate::failure::Failure;

/// A Debian package with programs that need nothing but themselves and the C library.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Package {
    pub(crate) name: &'static str,
    /// What its version must begin with: what was compared with another one proves nothing about this one.
    pub(crate) line: &'static str,
}

/// Prometheus, with `prometheus` and `promtool`. What a range selects changed in 3.0.
pub(crate) const PROMETHEUS: Package = Package { name: "prometheus", line: "2." };

/// Alertmanager, with `prometheus-alertmanager` and `amtool`.
pub(crate) const ALERTMANAGER: Package = Package { name: "prometheus-alertmanager", line: "0." };

/// A program of a package, taken out below `folder` unless it is there.
pub(crate) fn executable(package: &Package, program: &str, folder: &Path) -> Result<PathBuf, Failure> {
    let taken = match taken(package, folder) {
        Some(taken) => taken,
        None => take(package, folder)?,
    };
    let program = taken.join("usr/bin").join(program);
    if program.is_file() {
        return Ok(program);
    }
    Err(Failure::missing(format!(
        "{} is not where it should be: remove {} and try again",
        program.display(),
        taken.display()
    )))
}

/// Where a package has been taken out before; of several versions, the last one by name.
fn taken(package: &Package, folder: &Path) -> Option<PathBuf> {
    let beginning = format!("{}-{}", package.name, package.line);
    let entries = fs::read_dir(folder).ok()?.filter_map(Result::ok).map(|entry| entry.path());
    let is_it = |path: &PathBuf| {
        let name = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
        name.starts_with(&beginning) && !name.ends_with(".partial")
    };
    entries.filter(is_it).max()
}

/// Takes it out beside the final place and moves it there, so that what is there is complete.
fn take(package: &Package, folder: &Path) -> Result<PathBuf, Failure> {
    let name = package.name;
    let partial = folder.join(format!("{name}.{}.partial", std::process::id()));
    fs::create_dir_all(&partial).map_err(|error| unwritable(&partial, &error))?;
    let done = download(package, &partial).and_then(|(archive, version)| {
        let content = partial.join("content");
        run("`dpkg -x`", Command::new("dpkg").arg("-x").arg(&archive).arg(&content))
            .map_err(|why| Failure::missing(format!("{} cannot be unpacked: {why}", archive.display())))?;
        let taken = folder.join(format!("{name}-{version}"));
        // Another run may have been faster, and what it took out is as good.
        match fs::rename(&content, &taken) {
            Err(error) if !taken.exists() => Err(unwritable(&taken, &error)),
            _ => Ok(taken),
        }
    });
    // What is left is of no use, whether it was a success or not.
    let _ = fs::remove_dir_all(&partial);
    done
}

/// Downloads the package, which apt checks against the archive's signature, and says where it is and which version.
fn download(package: &Package, partial: &Path) -> Result<(PathBuf, String), Failure> {
    let Package { name, line } = package;
    let missing = |why: String| {
        Failure::missing(format!(
            "{name} {line}* is not there, and apt cannot download it: {why}\nIt needs Debian or one of its children, \
             with an archive it can reach"
        ))
    };
    let known = run(&format!("`apt-get download {name}`"), apt(partial).args(["download", name]));
    if known.is_err() {
        // There may be no lists yet, as in a container. Those of the system are not ours to change.
        let own = partial.join("apt");
        fs::create_dir_all(own.join("lists/partial")).map_err(|error| unwritable(&own, &error))?;
        let lists = format!("Dir::State::lists={}", own.join("lists").display());
        let cache = format!("Dir::Cache={}", own.display());
        let options = ["-o", &lists, "-o", &cache];
        run("`apt-get update`", apt(partial).args(options).arg("update")).map_err(missing)?;
        run(&format!("`apt-get download {name}`"), apt(partial).args(options).args(["download", name]))
            .map_err(missing)?;
    }
    let entries = fs::read_dir(partial).map_err(|error| unwritable(partial, &error))?;
    let archives = entries.filter_map(Result::ok).map(|entry| entry.path());
    let archive = archives.into_iter().find(|path| path.extension() == Some(OsStr::new("deb")));
    let archive = archive.ok_or_else(|| missing("it said it had, but there is nothing".to_owned()))?;
    // name_version_architecture.deb
    let version = archive.file_stem().and_then(OsStr::to_str).and_then(|stem| stem.split('_').nth(1));
    match version {
        Some(version) if version.starts_with(line) => Ok((archive.clone(), version.to_owned())),
        _ => Err(Failure::missing(format!(
            "this system has {}, and what is compared with is {name} {line}*",
            archive.file_name().unwrap_or_default().display()
        ))),
    }
}

/// apt, working in a folder of ours.
fn apt(folder: &Path) -> Command {
    let mut command = Command::new("apt-get");
    // As root it would download as another user, who may not write here.
    command.current_dir(folder).env("LC_ALL", "C").args(["-qq", "-o", "APT::Sandbox::User=root"]);
    command
}
