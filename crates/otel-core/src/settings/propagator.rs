//! How context travels to other processes.

use crate::privacy::AllowList;

use super::effective::Origin;
use super::parse::{self, Parsed};
use super::shown::Shown;
use super::{Code, Reader};

/// How context travels to other processes.
#[derive(Clone, Debug)]
pub(crate) struct PropagationSettings {
    pub(crate) propagators: Vec<Propagator>,
    /// Which names of baggage may come in and go out.
    pub(crate) baggage: AllowList,
}

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

impl PropagationSettings {
    pub(super) fn resolve(code: &Code, env: &mut Reader<'_>) -> Self {
        let all = KNOWN.map(|(_, propagator)| propagator).to_vec();
        let propagators = env.setting("propagators").variable(NAME, by_names).or(all);
        if let Some(list) = &code.baggage {
            let names = list.named().map(|names| names.collect::<Vec<_>>().join(","));
            let names = names.unwrap_or_else(|| "everything that is not denied".to_owned());
            env.enter("propagators.baggage", names, Origin::Code);
            if !propagators.contains(&Propagator::Baggage) {
                env.notice(format!("`Builder::baggage` has no effect: {NAME} does not name baggage"));
            }
        }
        Self { propagators, baggage: code.baggage.clone().unwrap_or(AllowList::everything()) }
    }
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
