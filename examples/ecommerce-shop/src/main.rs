//! Runs a small shop that `otel-ecommerce` watches, exports what it sees over OTLP, and says what arrived.
//!
//! ```text
//! cargo run --release -p ecommerce-shop                      # 500 visitors walk through it
//! cargo run --release -p ecommerce-shop -- visit --visitors 5000 --declined 0.2
//! cargo run --release -p ecommerce-shop -- serve             # until ctrl-c
//! cargo run --release -p ecommerce-shop -- replay            # a sample of invoices
//! cargo run --release -p ecommerce-shop -- replay days/*.csv # invoices as orders and refunds
//! ```
//!
//! It exports to `OTEL_EXPORTER_OTLP_ENDPOINT`. Without one it starts a receiver of its own in this process, so that
//! the last table can compare what was sent with what arrived. It ends with 0 when everything was delivered and the
//! metrics say what visitors or invoices do, with 1 when they do not, something was lost or there is nothing to show, and
//! with 2 when the input or the set-up is at fault.

mod arguments;
mod premises;

use std::fmt;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser as _;
use ecommerce_shop::agreement::Agreement;
use ecommerce_shop::export::Export;
use ecommerce_shop::figures::Figures;
use ecommerce_shop::progress::Progress;
use ecommerce_shop::replay::{Input, Replay};
use ecommerce_shop::report::Report;
use tokio::runtime::Runtime;

use crate::arguments::{Arguments, Command, Output};

/// Why the program could not do its work, and how it ends then.
#[derive(Debug)]
struct Failure {
    status: u8,
    message: String,
}

impl Failure {
    /// The input or the set-up is at fault.
    fn unusable(message: impl fmt::Display) -> Self {
        Self { status: 2, message: message.to_string() }
    }

    /// It was done, and is not as it should be.
    fn wrong(message: impl fmt::Display) -> Self {
        Self { status: 1, message: message.to_string() }
    }
}

fn main() -> ExitCode {
    let ended = match Arguments::parse().command() {
        Command::Replay(arguments) => replay(&arguments),
        Command::Visit(arguments) => visit(&arguments),
        Command::Serve(arguments) => serve(&arguments),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            say(format_args!("ecommerce-shop: {}", failure.message));
            ExitCode::from(failure.status)
        }
    }
}

fn visit(arguments: &arguments::Visit) -> Result<(), Failure> {
    let export = open(&arguments.output)?;
    // What alerts are measured from: nothing has happened yet.
    export.alerts();
    let tally = runtime()?.block_on(premises::visit(arguments, &export))?;
    let is_sound = tally.is_sound();
    conclude(export, tally, |tally, figures| Some(tally.compare(figures)))?;
    if is_sound { Ok(()) } else { Err(Failure::wrong("the shop does not keep what its API promises")) }
}

fn serve(arguments: &arguments::Serve) -> Result<(), Failure> {
    let export = open(&arguments.output)?;
    export.alerts();
    runtime()?.block_on(premises::serve(arguments, &export))?;
    conclude(export, "the shop was open\n", |_, _| None)
}

fn runtime() -> Result<Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failure::unusable)
}

fn replay(arguments: &arguments::Replay) -> Result<(), Failure> {
    let mut inputs = match arguments.files.as_slice() {
        [] => vec![Input::sample()],
        files => {
            files.iter().map(|file| Input::open(file)).collect::<Result<_, _>>().map_err(Failure::unusable)?
        }
    };
    let export = open(&arguments.output)?;
    // What alerts are measured from: nothing has happened yet.
    export.alerts();
    let mut replay = Replay::new(export.telemetry(), arguments.currency);
    let mut progress = Progress::new(inputs.iter().map(Input::size).sum());
    for input in &mut inputs {
        let read = replay.run(input, |bytes| {
            progress.line(bytes);
            export.keep_up();
        });
        read.map_err(Failure::unusable)?;
    }
    progress.done();
    let told = replay.finish();
    let used = told.used;
    conclude(export, told, |told, figures| Some(told.compare(figures)))?;
    if used == 0 { Err(Failure::wrong("there is no line that this program can use")) } else { Ok(()) }
}

/// Says something to who watches.
fn say(what: fmt::Arguments<'_>) {
    // Nobody is left to tell when standard error is closed.
    let _ = writeln!(io::stderr(), "{what}");
}

fn open(output: &Output) -> Result<Export, Failure> {
    let export = Export::open(output.target(), output.prometheus).map_err(Failure::unusable)?;
    if let Some(address) = export.scraped_at() {
        say(format_args!("metrics are at http://{address}/metrics"));
    }
    Ok(export)
}

/// Reads the figures, delivers what is left, and prints the report.
fn conclude<S: fmt::Display>(
    export: Export,
    story: S,
    compare: impl FnOnce(&S, &Figures) -> Option<Agreement>,
) -> Result<(), Failure> {
    let figures = Figures::of(&export.metrics().map_err(Failure::wrong)?);
    let alerts = export.alerts();
    let agreement = compare(&story, &figures);
    let delivery = export.close();
    let (agreement, delivery) = (agreement.as_ref(), &delivery);
    let report = Report { story, figures: &figures, alerts: &alerts, agreement, delivery };
    // Whoever closes standard output early has seen enough.
    let _ = write!(io::stdout().lock(), "{report}");
    if let Some(diagnosis) = delivery.diagnosis() {
        let _ = write!(io::stderr().lock(), "{diagnosis}");
    }
    if delivery.lost() > 0 {
        return Err(Failure::wrong(format_args!("{} records did not arrive", delivery.lost())));
    }
    if agreement.is_some_and(|agreement| !agreement.is_complete()) {
        return Err(Failure::wrong("what was measured is not what happened"));
    }
    Ok(())
}
