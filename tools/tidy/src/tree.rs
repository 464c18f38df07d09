use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{fs, io};

use crate::manifest::Manifest;

/// Folders that hold no sources, for trees that git cannot list.
const NOT_SOURCES: [&str; 2] = [".git", "target"];

/// Crates under `crates/` that are not a domain.
const NOT_DOMAINS: [&str; 2] = ["crates/otel-core", "crates/otel-viewer"];

/// The text files of the repository, in memory, so that a rule can be tried on a sample as well.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    texts: BTreeMap<String, Source>,
    /// Files and folders, text or not: what a link may point at.
    paths: BTreeSet<String>,
}

/// One text file.
#[derive(Clone, Debug)]
pub struct Source {
    path: String,
    text: String,
}

impl Tree {
    /// Reads every file git knows or would add, or every file of a tree that is no git repository.
    ///
    /// # Errors
    ///
    /// When the folder cannot be read.
    pub fn read(root: &Path) -> io::Result<Self> {
        let mut tree = Self::default();
        let files = match listed_by_git(root) {
            Some(files) => files,
            None => walked(root)?,
        };
        for path in files {
            // A file deleted but not yet committed is still listed.
            let Ok(bytes) = fs::read(root.join(&path)) else { continue };
            tree.insert(path, String::from_utf8(bytes).ok());
        }
        Ok(tree)
    }

    /// A tree of samples: paths from the root, and their text.
    pub fn of<'a>(samples: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut tree = Self::default();
        for (path, text) in samples {
            tree.insert(path.to_owned(), Some(text.to_owned()));
        }
        tree
    }

    fn insert(&mut self, path: String, text: Option<String>) {
        let mut folder = path.as_str();
        while let Some((parent, _)) = folder.rsplit_once('/') {
            self.paths.insert(parent.to_owned());
            folder = parent;
        }
        self.paths.insert(path.clone());
        if let Some(text) = text {
            self.texts.insert(path.clone(), Source { path, text });
        }
    }

    /// Every text file.
    pub fn texts(&self) -> impl Iterator<Item = &Source> {
        self.texts.values()
    }

    /// Every text file whose name ends so: `.rs`, `.md`.
    pub fn ending<'a>(&'a self, ending: &'a str) -> impl Iterator<Item = &'a Source> {
        self.texts().filter(move |source| source.path.ends_with(ending))
    }

    /// One text file.
    pub fn get(&self, path: &str) -> Option<&Source> {
        self.texts.get(path)
    }

    /// Whether a file or folder of this path exists.
    pub fn has(&self, path: &str) -> bool {
        self.paths.contains(path)
    }

    /// The folders under `crates/` that hold a package.
    pub fn published(&self) -> impl Iterator<Item = &str> {
        self.texts.keys().filter_map(|path| {
            let folder = path.strip_suffix("/Cargo.toml")?;
            (folder.starts_with("crates/") && folder.matches('/').count() == 1).then_some(folder)
        })
    }

    /// The folders of the domain crates.
    pub fn domains(&self) -> impl Iterator<Item = &str> {
        self.published().filter(|folder| folder.starts_with("crates/otel-") && !NOT_DOMAINS.contains(folder))
    }

    /// The manifest of a package folder; the root's is at the empty path.
    pub(crate) fn manifest(&self, folder: &str) -> Option<Manifest<'_>> {
        let path = if folder.is_empty() { "Cargo.toml".to_owned() } else { format!("{folder}/Cargo.toml") };
        Manifest::of(self.get(&path)?)
    }
}

impl Source {
    /// The path from the root of the repository, with `/` between its parts.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What the file says.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The name without folders and without `.rs`.
    pub fn stem(&self) -> &str {
        let name = self.path.rsplit('/').next().unwrap_or(&self.path);
        name.strip_suffix(".rs").unwrap_or(name)
    }

    /// Whether the file lies in a folder of this name, at any depth.
    pub fn lies_in(&self, folder: &str) -> bool {
        self.path.split('/').rev().skip(1).any(|part| part == folder)
    }

    /// A line by its number, without blanks around it; empty where there is none.
    pub(crate) fn line(&self, number: usize) -> &str {
        let index = number.checked_sub(1);
        index.and_then(|index| self.text.lines().nth(index)).unwrap_or_default().trim()
    }
}

/// What git tracks or would add, so that scratch files someone has told git to ignore stay out of the rules.
fn listed_by_git(root: &Path) -> Option<Vec<String>> {
    let output = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output()
        .ok()?;
    let listing = String::from_utf8(output.stdout).ok()?;
    let files: Vec<String> = listing.split('\0').filter(|path| !path.is_empty()).map(str::to_owned).collect();
    // A tree unpacked inside someone else's repository is not listed by it.
    let whole = output.status.success() && files.iter().any(|path| path == "Cargo.toml");
    whole.then_some(files)
}

fn walked(root: &Path) -> io::Result<Vec<String>> {
    let mut files = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root.join(&folder))? {
            let entry = entry?;
            let path = folder.join(entry.file_name());
            if !entry.file_type()?.is_dir() {
                let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
                files.push(parts.join("/"));
            } else if !NOT_SOURCES.iter().any(|name| entry.file_name() == *name) {
                folders.push(path);
            }
        }
    }
    Ok(files)
}
