//! The command line.

use clap::{Args, Parser, Subcommand};
use ecommerce_shop::export::Target;

/// Runs a small shop that otel-ecommerce watches, and says what arrived.
///
/// Without a command, visitors walk through it.
#[derive(Debug, Parser)]
#[command(version, args_conflicts_with_subcommands = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    visit: Visit,
}

/// What is to be done.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Opens the shop for so many visitors, and says what they did.
    Visit(Visit),
    /// Opens the shop until it is told to close, with ctrl-c.
    Serve(Serve),
    /// Replays invoices as orders and refunds.
    Replay(Replay),
}

#[derive(Debug, Args)]
pub(crate) struct Visit {
    /// How many come.
    #[arg(long, default_value_t = 500, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) visitors: u32,
    /// How many of them are in the shop at once.
    #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=1_024))]
    pub(crate) concurrency: u16,
    /// What their dice are loaded with: the same number, the same visitors.
    #[arg(long, default_value_t = 7)]
    pub(crate) seed: u64,
    #[command(flatten)]
    pub(crate) premises: Premises,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDRESS")]
    pub(crate) listen: std::net::SocketAddr,
    /// What the simulated bank's dice are loaded with.
    #[arg(long, default_value_t = 7)]
    pub(crate) seed: u64,
    #[command(flatten)]
    pub(crate) premises: Premises,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Debug, Args)]
pub(crate) struct Replay {
    /// Invoices as CSV, with the columns InvoiceNo, Quantity, InvoiceDate, UnitPrice and CustomerID; `-` is standard
    /// input. The built-in sample if left out.
    pub(crate) files: Vec<String>,
    /// What the prices are in.
    #[arg(long, default_value = "GBP", value_parser = currency)]
    pub(crate) currency: otel_core::Currency,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// What the shop is made of.
#[derive(Debug, Args)]
pub(crate) struct Premises {
    /// Where its data is: `sqlite::memory:`, `sqlite:FILE` or `postgres://…`.
    #[arg(long, default_value = "sqlite::memory:", value_name = "URL")]
    pub(crate) database: String,
    /// The share of payments that the simulated bank declines.
    #[arg(long, default_value_t = 0.05, value_name = "SHARE", value_parser = share)]
    pub(crate) declined: f64,
    /// The share of payments that the simulated payment service fails at.
    #[arg(long, default_value_t = 0.01, value_name = "SHARE", value_parser = share)]
    pub(crate) failing: f64,
}

/// Where telemetry goes.
#[derive(Debug, Args)]
pub(crate) struct Output {
    /// Where to export to; a receiver in this process if left out.
    #[arg(long, env = "OTEL_EXPORTER_OTLP_ENDPOINT", value_name = "URL")]
    endpoint: Option<String>,
    /// Serve metrics for Prometheus at this port; one that is free if left out or 0, and standard error says which.
    #[arg(long, value_name = "PORT")]
    pub(crate) prometheus: Option<u16>,
    /// Print what is recorded, readable, instead of exporting it.
    #[arg(long)]
    console: bool,
}

impl Arguments {
    /// What is to be done.
    pub(crate) fn command(self) -> Command {
        self.command.unwrap_or(Command::Visit(self.visit))
    }
}

impl Output {
    /// Where telemetry goes to.
    pub(crate) fn target(&self) -> Target<'_> {
        match &self.endpoint {
            _ if self.console => Target::Console,
            Some(endpoint) => Target::Endpoint(endpoint),
            None => Target::Here,
        }
    }
}

fn currency(code: &str) -> Result<otel_core::Currency, &'static str> {
    otel_core::Currency::from_code(code).ok_or("ISO 4217 has no such currency")
}

fn share(text: &str) -> Result<f64, &'static str> {
    let share = text.parse().ok().filter(|share| (0.0..=1.0).contains(share));
    share.ok_or("a share is a number from 0 to 1")
}
