//! Nothing in the repository depends on whose machine it was written on.

use crate::{Tree, Violation};

const RULE: &str = "places";

/// No machine's folders and no package registry's hosts, in any file.
pub fn check(tree: &Tree) -> Vec<Violation> {
    let (folders, hosts) = forbidden();
    let mut found = Vec::new();
    for source in tree.texts() {
        for (index, line) in source.text().lines().enumerate() {
            let folders = folders.iter().filter(|folder| starts_a_path(line, folder));
            let hosts = hosts.iter().filter(|host| line.contains(host.as_str()));
            for place in folders.chain(hosts) {
                found.push(Violation::at(
                    source,
                    index + 1,
                    RULE,
                    format!("`{place}` belongs to one machine"),
                    "use a path from the root of the repository, and a package by its name",
                ));
            }
        }
    }
    found
}

/// Written in pieces, so that this file does not break its own rule.
fn forbidden() -> (Vec<String>, Vec<String>) {
    let folders = ["work", "root"].map(|folder| format!("/{folder}/"));
    let hosts = [
        ["index", "crates.io"],
        ["static", "crates.io"],
        ["pypi", "org"],
        ["files.pythonhosted", "org"],
        ["deb", "debian.org"],
        ["registry", "npmjs.org"],
        ["proxy.golang", "org"],
    ];
    (folders.to_vec(), hosts.iter().map(|parts| parts.join(".")).collect())
}

/// Whether the folder stands at the start of an absolute path, rather than inside a relative one or a URL.
fn starts_a_path(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|before| before.is_alphanumeric() || "._-/*}>".contains(before))
    })
}
