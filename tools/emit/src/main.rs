//! Writes everything that is made from the catalogues: reference pages, registry, rules with their tests, dashboards.
//!
//! ```text
//! cargo run -p emit               # write what is stale
//! cargo run -p emit -- --check    # only say what is stale
//! ```
//!
//! It ends with 0 when the files are as they should be, with 1 when `--check` found some that are not, and with 2 when
//! it could not do its work.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;

/// Writes everything that is made from the catalogues.
#[derive(Debug, Parser)]
struct Arguments {
    /// Write nothing, and end with 1 when something is not as it should be.
    #[arg(long)]
    check: bool,
    /// Another root than this repository's to write under.
    #[arg(long, value_name = "FOLDER")]
    root: Option<PathBuf>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) if !arguments.check => ExitCode::SUCCESS,
        Ok(_) => ExitCode::from(1),
        Err(error) => {
            // Nobody is left to tell when standard error is closed.
            let _ = writeln!(io::stderr(), "emit: {error}");
            ExitCode::from(2)
        }
    }
}

/// How many files were not as they should be.
fn run(arguments: &Arguments) -> Result<usize, Box<dyn std::error::Error>> {
    let artefacts = emit::artefacts(emit::DOMAINS)?;
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let root = arguments.root.as_ref().unwrap_or(&repository);
    let differences =
        if arguments.check { emit::differences(root, &artefacts)? } else { emit::write(root, &artefacts)? };
    let mut out = io::stdout().lock();
    for difference in &differences {
        writeln!(out, "{difference}")?;
    }
    match (differences.len(), arguments.check) {
        (0, _) => writeln!(out, "{} files are as they should be", artefacts.len())?,
        (_, true) => writeln!(out, "write them anew: {}", emit::COMMAND)?,
        (wrong, false) => writeln!(out, "{wrong} of {} files were written or removed", artefacts.len())?,
    }
    Ok(differences.len())
}
