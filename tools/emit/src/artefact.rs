//! Files that are made, and how they compare with those that are committed.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{fmt, fs, io};

/// The folders that hold nothing but artefacts: what else lies there is left over from something renamed.
const FOLDERS: [&str; 4] = ["docs/telemetry", "docs/registry", "docs/rules", "docs/dashboards"];

/// A file that is made from the catalogues.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Artefact {
    /// Where it lies, from the root of the repository.
    pub path: String,
    /// What it holds.
    pub text: String,
}

impl Artefact {
    pub(crate) fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { path: path.into(), text: text.into() }
    }
}

/// How a committed file differs from what would be made.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Difference {
    /// It is not there.
    Missing(String),
    /// It holds something else.
    Stale(String),
    /// Nothing makes it any more.
    LeftOver(String),
}

impl Difference {
    /// The file, from the root of the repository.
    pub fn path(&self) -> &str {
        let (Self::Missing(path) | Self::Stale(path) | Self::LeftOver(path)) = self;
        path
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(path) => write!(f, "{path} is missing"),
            Self::Stale(path) => write!(f, "{path} is stale"),
            Self::LeftOver(path) => write!(f, "{path} is left over"),
        }
    }
}

/// How the files of a repository differ from the artefacts, in the order of their paths.
///
/// # Errors
///
/// When a file cannot be read.
pub fn differences(repository: &Path, artefacts: &[Artefact]) -> io::Result<Vec<Difference>> {
    let mut found = Vec::new();
    for Artefact { path, text } in artefacts {
        match fs::read(repository.join(path)) {
            Ok(committed) if committed == text.as_bytes() => {}
            Ok(_) => found.push(Difference::Stale(path.clone())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                found.push(Difference::Missing(path.clone()));
            }
            Err(error) => return Err(error),
        }
    }
    let made: BTreeSet<PathBuf> = artefacts.iter().map(|artefact| repository.join(&artefact.path)).collect();
    for folder in FOLDERS {
        for file in files(&repository.join(folder))?.into_iter().filter(|file| !made.contains(file)) {
            let path = file.strip_prefix(repository).unwrap_or(&file);
            // The same on every system: a path in a message is written with slashes.
            let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
            found.push(Difference::LeftOver(parts.join("/")));
        }
    }
    found.sort_by(|a, b| a.path().cmp(b.path()));
    Ok(found)
}

/// Makes the files of a repository equal to the artefacts, and answers what was different.
///
/// # Errors
///
/// When a file cannot be read, written or removed.
pub fn write(repository: &Path, artefacts: &[Artefact]) -> io::Result<Vec<Difference>> {
    let differences = differences(repository, artefacts)?;
    for difference in &differences {
        let file = repository.join(difference.path());
        match artefacts.iter().find(|artefact| artefact.path == difference.path()) {
            Some(artefact) => {
                if let Some(folder) = file.parent() {
                    fs::create_dir_all(folder)?;
                }
                fs::write(&file, &artefact.text)?;
            }
            None => fs::remove_file(&file)?,
        }
    }
    Ok(differences)
}

/// All files under a folder, which need not be there.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            found.extend(files(&entry.path())?);
        } else {
            found.push(entry.path());
        }
    }
    Ok(found)
}
