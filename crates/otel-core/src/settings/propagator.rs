//! How context travels to other processes.

use super::Reader;
use super::parse::{self, Parsed};
use super::shown::Shown;

/// A format in which context travels, by the names of `OTEL_PROPAGATORS`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Propagator {
    /// W3C Trace Context.
    TraceContext,
    /// W3C Baggage.
    Baggage,
}

const NAME: &str = "OTEL_PROPAGATORS";

const KNOWN: [(&str, Propagator); 2] =
    [("tracecontext", Propagator::TraceContext), ("baggage", Propagator::Baggage)];

/// Formats of the specification that are no part of the OpenTelemetry SDK for Rust.
const ELSEWHERE: [&str; 5] = ["b3", "b3multi", "jaeger", "xray", "ottrace"];

pub(super) fn resolve(env: &mut Reader<'_>) -> Vec<Propagator> {
    env.setting("propagators").variable(NAME, by_names).or(KNOWN.map(|(_, propagator)| propagator).to_vec())
}

fn by_names(text: &str) -> Parsed<Vec<Propagator>> {
    let elsewhere = |part: &&str| ELSEWHERE.iter().any(|name| name.eq_ignore_ascii_case(part));
    match text.split(',').map(str::trim).find(elsewhere) {
        Some(name) => Err(format!(
            "`{name}` is not supported; use tracecontext and baggage, and let a proxy or collector translate"
        )),
        None => parse::several_of(&KNOWN, text),
    }
}

impl Shown for Propagator {
    fn shown(&self) -> String {
        match self {
            Self::TraceContext => "tracecontext".to_owned(),
            Self::Baggage => "baggage".to_owned(),
        }
    }
}
