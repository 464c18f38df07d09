//! The committed rules and their tests, as promtool sees them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::Ground;
use crate::failure::{Failure, ensure};
use crate::table::{Outcome, Table};

const TITLE: &str = "generated: docs/rules → promtool check rules, promtool test rules";
const COLUMNS: &[&str] = &["rules", "cases"];

/// What a file of tests is called.
const TESTS: &str = "_test.yml";

pub(super) fn run(ground: &Ground) -> Table {
    let mut table = Table::new(TITLE, COLUMNS);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/rules");
    match (ground.promtool(), files(&folder)) {
        (Ok(promtool), Ok(files)) => {
            for rules in files {
                let name = rules.file_name().unwrap_or_default().display().to_string();
                table.add(name, check(&promtool, &folder, &rules));
            }
        }
        (Err(failure), _) | (_, Err(failure)) => table.add("promtool", Err(failure)),
    }
    table
}

/// The files of rules; each has one of tests beside it.
fn files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let unreadable = |error: std::io::Error| Failure::wrong(format!("{}: {error}", folder.display()));
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if !path.to_string_lossy().ends_with(TESTS) {
            files.push(path);
        }
    }
    files.sort();
    ensure(!files.is_empty(), || format!("{} has no rules", folder.display()))?;
    Ok(files)
}

fn check(promtool: &Path, folder: &Path, rules: &Path) -> Outcome {
    let tests = rules.to_string_lossy().replace(".yml", TESTS);
    promptly(promtool, folder, &["check", "rules"], rules)?;
    promptly(promtool, folder, &["test", "rules"], Path::new(&tests))?;
    let count = |path: &Path, word: &str| {
        let text = fs::read_to_string(path)
            .map_err(|error| Failure::wrong(format!("{}: {error}", path.display())))?;
        Ok::<_, Failure>(text.lines().filter(|line| line.trim_start().starts_with(word)).count() as u64)
    };
    let (rules, cases) = (count(rules, "- alert:")?, count(Path::new(&tests), "- eval_time:")?);
    ensure(rules > 0 && cases >= 3 * rules, || format!("{cases} cases are not enough for {rules} rules"))?;
    Ok(vec![Some(rules), Some(cases)])
}

fn promptly(promtool: &Path, folder: &Path, what: &[&str], file: &Path) -> Result<(), Failure> {
    let done = Command::new(promtool).current_dir(folder).args(what).arg(file).output();
    let done = done.map_err(|error| Failure::missing(format!("promtool: {error}")))?;
    ensure(done.status.success(), || {
        let said = [done.stdout.as_slice(), &done.stderr].concat();
        format!("promtool {} {}: {}", what.join(" "), file.display(), String::from_utf8_lossy(&said))
    })
}
