//! `otel-audit`: checks, shows and exports audit trails, and proves what is in them.
//!
//! It exits with 0 when all is well, with 1 when a trail was tampered with or a proof is wrong, and with 2 when it
//! cannot tell.

mod answer;
mod arguments;
mod export;
mod lines;
mod prove;
mod show;
mod verify;

use std::process::ExitCode;

use clap::Parser as _;

use crate::answer::Answer;
use crate::arguments::{Arguments, Command};

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let answer = match &arguments.command {
        Command::Verify(asked) => verify::run(asked),
        Command::Prove(asked) => prove::run(asked),
        Command::Show(asked) => show::run(asked, arguments.json),
        Command::Export(asked) => export::run(asked),
    };
    answer.unwrap_or_else(Answer::from).give(arguments.json)
}
