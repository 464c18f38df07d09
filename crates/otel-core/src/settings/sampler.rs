//! The head sampler.

use super::effective::Origin;
use super::reader::Sought;
use super::shown::Shown;
use super::{Code, Reader, parse};

/// The head sampler, by the names of `OTEL_TRACES_SAMPLER`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum SamplerSettings {
    AlwaysOn,
    AlwaysOff,
    Ratio(f64),
    ParentBasedAlwaysOn,
    ParentBasedAlwaysOff,
    ParentBasedRatio(f64),
}

const NAME: &str = "OTEL_TRACES_SAMPLER";
const ARGUMENT: &str = "OTEL_TRACES_SAMPLER_ARG";

impl SamplerSettings {
    /// The sampler that is used unless the code made one of its own.
    pub(super) fn resolve(code: &Code, env: &mut Reader<'_>) -> Self {
        if code.sampler {
            env.enter("traces.sampler", "custom", Origin::Code);
            return Self::ParentBasedAlwaysOn;
        }
        let sampler = env.setting("traces.sampler").variable(NAME, by_name).or(Self::ParentBasedAlwaysOn);
        match sampler {
            Self::Ratio(_) => Self::Ratio(share(env).or(1.0)),
            Self::ParentBasedRatio(_) => Self::ParentBasedRatio(share(env).or(1.0)),
            // An argument that is not needed is no mistake; a malformed one is.
            _ => {
                let _ = share(env).if_given();
                sampler
            }
        }
    }
}

fn share<'r, 'a>(env: &'r mut Reader<'a>) -> Sought<'r, 'a, f64> {
    env.setting("traces.sampler.argument").variable(ARGUMENT, parse::share)
}

const KNOWN: [(&str, SamplerSettings); 6] = [
    ("always_on", SamplerSettings::AlwaysOn),
    ("always_off", SamplerSettings::AlwaysOff),
    ("traceidratio", SamplerSettings::Ratio(1.0)),
    ("parentbased_always_on", SamplerSettings::ParentBasedAlwaysOn),
    ("parentbased_always_off", SamplerSettings::ParentBasedAlwaysOff),
    ("parentbased_traceidratio", SamplerSettings::ParentBasedRatio(1.0)),
];

/// Samplers of the specification that ask a server what to do.
const REMOTE: [&str; 3] = ["jaeger_remote", "parentbased_jaeger_remote", "xray"];

fn by_name(name: &str) -> parse::Parsed<SamplerSettings> {
    if REMOTE.iter().any(|remote| remote.eq_ignore_ascii_case(name)) {
        return Err(format!(
            "`{name}` asks a server what to sample, which is not supported; use traceidratio, or sample in a collector"
        ));
    }
    parse::one_of(&KNOWN, name)
}

impl Shown for SamplerSettings {
    fn shown(&self) -> String {
        let word = match self {
            Self::AlwaysOn => "always_on",
            Self::AlwaysOff => "always_off",
            Self::Ratio(_) => "traceidratio",
            Self::ParentBasedAlwaysOn => "parentbased_always_on",
            Self::ParentBasedAlwaysOff => "parentbased_always_off",
            Self::ParentBasedRatio(_) => "parentbased_traceidratio",
        };
        word.to_owned()
    }
}
