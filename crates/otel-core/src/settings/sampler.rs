//! The head sampler.

use std::time::Duration;

use crate::ledger::Stream;
use crate::sampling::TailSampling;

use super::effective::Origin;
use super::endpoint::{Endpoint, redacted};
use super::features::{JSON, OTLP_HTTP, TLS};
use super::reader::Sought;
use super::shown::Shown;
use super::{Code, Protocol, Reader, parse};

/// The head sampler, by the names of `OTEL_TRACES_SAMPLER`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SamplerSettings {
    /// Whether children are as their parent; then only roots are decided on.
    pub(crate) parent_based: bool,
    pub(crate) root: RootSampler,
}

/// The decision on a root, and on every span where parents do not count.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum RootSampler {
    AlwaysOn,
    AlwaysOff,
    /// A share of trace ids, as the samplers of all SDKs keep them; nobody can compute with it later.
    Ratio(f64),
    /// A share of traces, consistently and with `th`.
    Probability(f64),
    /// What a Jaeger server says.
    JaegerRemote(RemoteSettings),
}

/// The server that says what to sample.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RemoteSettings {
    /// The full address, without the question.
    pub(crate) endpoint: String,
    pub(crate) polling_interval: Duration,
    /// The share of traces that is kept until the server has said something.
    pub(crate) initial_rate: f64,
}

/// What a name of `OTEL_TRACES_SAMPLER` begins with that follows parents.
const PARENT_BASED: &str = "parentbased_";

const NAME: &str = "OTEL_TRACES_SAMPLER";
const ARGUMENT: &str = "OTEL_TRACES_SAMPLER_ARG";

impl SamplerSettings {
    const DEFAULT: Self = Self { parent_based: true, root: RootSampler::AlwaysOn };

    /// The sampler that is used unless the code made one of its own.
    pub(super) fn resolve(code: &Code, env: &mut Reader<'_>) -> Self {
        if code.sampler {
            env.enter("traces.sampler", "custom", Origin::Code);
            return Self::DEFAULT;
        }
        let sampler = env.setting("traces.sampler").variable(NAME, by_name).or(Self::DEFAULT);
        let root = match sampler.root {
            RootSampler::Ratio(_) => RootSampler::Ratio(share(env).or(1.0)),
            RootSampler::Probability(_) => RootSampler::Probability(share(env).or(1.0)),
            RootSampler::JaegerRemote(_) => RootSampler::JaegerRemote(RemoteSettings::resolve(env)),
            // An argument that is not needed is no mistake; a malformed one is.
            root @ (RootSampler::AlwaysOn | RootSampler::AlwaysOff) => {
                let _ = share(env).if_given();
                root
            }
        };
        Self { root, ..sampler }
    }
}

/// The tail sampler, which only code asks for.
pub(super) fn tail(code: &Code, env: &mut Reader<'_>) -> Option<TailSampling> {
    let tail = code.tail?;
    env.enter("traces.tail_sampling", tail.to_string(), Origin::Code);
    if let Err(unfit) = tail.check() {
        env.complain("tail_sampling", unfit.to_string());
    }
    Some(tail)
}

fn share<'r, 'a>(env: &'r mut Reader<'a>) -> Sought<'r, 'a, f64> {
    env.setting("traces.sampler.argument").variable(ARGUMENT, parse::share)
}

const KNOWN: [&str; 5] =
    ["always_on", "always_off", "traceidratio", "consistent_probability", "jaeger_remote"];

fn by_name(name: &str) -> parse::Parsed<SamplerSettings> {
    let lower = name.to_ascii_lowercase();
    let (parent_based, root) = match lower.strip_prefix(PARENT_BASED) {
        Some(root) => (true, root),
        None => (false, lower.as_str()),
    };
    let root = match root {
        "always_on" => RootSampler::AlwaysOn,
        "always_off" => RootSampler::AlwaysOff,
        "traceidratio" => RootSampler::Ratio(1.0),
        "consistent_probability" => RootSampler::Probability(1.0),
        "jaeger_remote" => RootSampler::JaegerRemote(RemoteSettings::default()),
        "xray" => {
            return Err(format!(
                "`{name}` asks the proxy of AWS X-Ray, which is not supported; use parentbased_jaeger_remote, which \
                 asks a collector, or parentbased_consistent_probability"
            ));
        }
        _ => {
            return Err(format!(
                "`{name}` is not supported; use one of {}, or one of them with {PARENT_BASED} in front",
                KNOWN.join(", ")
            ));
        }
    };
    Ok(SamplerSettings { parent_based, root })
}

impl Default for RemoteSettings {
    /// Jaeger's own defaults; the address is that of its HTTP server.
    fn default() -> Self {
        Self {
            endpoint: "http://localhost:5778".to_owned(),
            polling_interval: Duration::from_secs(60),
            initial_rate: 0.001,
        }
    }
}

/// The address of a server, once it was seen that it can be asked.
fn checked(url: String, origin: Origin, env: &mut Reader<'_>) -> String {
    if url.contains('@') {
        // The address holds a secret, so it is not repeated.
        env.complain(ARGUMENT, "an address with credentials is not supported");
        return String::new();
    }
    let setting = ARGUMENT.to_owned();
    let endpoint = Endpoint { setting, origin, url: Some(url), exact: true };
    let endpoint = endpoint.address(Protocol::HttpJson, Stream::Traces, false, env);
    if endpoint.starts_with("https://") {
        TLS.require(ARGUMENT, env);
    }
    if endpoint.trim_end_matches('/').ends_with(GRPC_PORT) {
        let why = "that is Jaeger's port for gRPC; the same is said over HTTP, usually at port 5778";
        env.complain(ARGUMENT, why);
    }
    endpoint
}

/// The port at which Jaeger speaks gRPC, in the specification's own example.
const GRPC_PORT: &str = ":14250";

impl RemoteSettings {
    fn resolve(env: &mut Reader<'_>) -> Self {
        JSON.require(NAME, env);
        OTLP_HTTP.require(NAME, env);
        let said = env.text(ARGUMENT).map(|_| Origin::Environment(ARGUMENT.to_owned()));
        let origin = said.unwrap_or(Origin::Default);
        let settings = env.read(ARGUMENT, Self::parse).unwrap_or_default();
        let endpoint = checked(settings.endpoint, origin.clone(), env);
        env.enter("traces.sampler.endpoint", redacted(&endpoint), origin.clone());
        env.enter("traces.sampler.polling_interval", settings.polling_interval.shown(), origin.clone());
        env.enter("traces.sampler.initial_rate", settings.initial_rate.shown(), origin);
        Self { endpoint, ..settings }
    }

    /// The endpoint as it may be shown: what stands in a query may be a key.
    #[cfg(all(feature = "json", feature = "otlp-http"))]
    pub(crate) fn shown_endpoint(&self) -> String {
        redacted(&self.endpoint)
    }

    /// Reads `endpoint=…,pollingIntervalMs=…,initialSamplingRate=…`, each of them once or not at all.
    fn parse(text: &str) -> parse::Parsed<Self> {
        let mut settings = Self::default();
        let mut seen: Vec<&str> = Vec::new();
        for entry in text.split(',').map(str::trim).filter(|entry| !entry.is_empty()) {
            let (name, value) = entry.split_once('=').unwrap_or((entry, ""));
            match name {
                "endpoint" => settings.endpoint = value.to_owned(),
                "pollingIntervalMs" => {
                    settings.polling_interval = parse::millis(value)?;
                    parse::a_while(&settings.polling_interval).map_err(|why| format!("{name} {why}"))?;
                }
                "initialSamplingRate" => settings.initial_rate = parse::share(value)?,
                _ => {
                    return Err(format!(
                        "`{name}` is not known; say endpoint=…, pollingIntervalMs=… or initialSamplingRate=…"
                    ));
                }
            }
            if seen.contains(&name) {
                return Err(format!("says {name} twice"));
            }
            seen.push(name);
        }
        Ok(settings)
    }
}

impl SamplerSettings {
    /// Its name, as `OTEL_TRACES_SAMPLER` has it.
    pub(crate) fn name(&self) -> String {
        let root = match self.root {
            RootSampler::AlwaysOn => "always_on",
            RootSampler::AlwaysOff => "always_off",
            RootSampler::Ratio(_) => "traceidratio",
            RootSampler::Probability(_) => "consistent_probability",
            RootSampler::JaegerRemote(_) => "jaeger_remote",
        };
        if self.parent_based { format!("{PARENT_BASED}{root}") } else { root.to_owned() }
    }
}

impl Shown for SamplerSettings {
    fn shown(&self) -> String {
        self.name()
    }
}
