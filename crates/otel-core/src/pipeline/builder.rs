//! Setting a pipeline up.

mod delivery;
mod queue;

use std::any::Any;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use opentelemetry_sdk::trace::{IdGenerator, ShouldSample};

use crate::alerting::Alerting;
use crate::clock::Clock;
use crate::head::{BuiltIn, HeadSampler, Root};
use crate::ids::Ids;
use crate::privacy::{AllowList, Privacy};
use crate::sampling::{
    ComposableSampler, CompositeSampler, GovernorSettings, ParentThreshold, Probability, TailSampling,
};
#[cfg(all(feature = "json", feature = "otlp-http"))]
use crate::sampling::{Inquirer, RemoteSampler};
use crate::settings::{
    Code, Environment, Exporter, Problem, RemoteSettings, RootSampler, SamplerSettings, Settings,
};

use super::Pipeline;
use super::diagnostic::{Diagnostic, Listener, standard_error};
use super::launch::{Chore, Parts};
use super::resource::Resource;
use super::sites::sites;

/// Sets a pipeline up: what is not said here comes from the `OTEL_*` variables, then from the specification's
/// defaults.
///
/// [`VARIABLES`](crate::settings::VARIABLES) has all variables with their meaning and default; `docs/settings.md` in the
/// repository shows them as a page. [`Pipeline::effective_settings`] says what came of it all.
#[must_use = "a builder does nothing until it is installed"]
pub struct Builder {
    code: Code,
    environment: Environment,
    sampler: Option<HeadSampler>,
    ids: Option<Box<dyn IdGenerator>>,
    listener: Option<Listener>,
    alerting: Option<Alerting>,
    governor: GovernorSettings,
    privacy: Privacy,
}

impl Builder {
    pub(super) fn new(service_name: impl Into<String>) -> Self {
        Self {
            code: Code { service_name: service_name.into(), ..Code::default() },
            environment: Environment::of_process(),
            sampler: None,
            ids: None,
            listener: None,
            alerting: None,
            governor: GovernorSettings::default(),
            privacy: Privacy::standard(),
        }
    }

    pub(super) fn for_development(mut self) -> Self {
        self.code.exporter = Some(Exporter::Console);
        self.code.schedule_delay = Some(Duration::from_millis(500));
        self.code.metric_interval = Some(Duration::from_secs(1));
        self.sampler(opentelemetry_sdk::trace::Sampler::AlwaysOn)
    }

    /// The service's version, `service.version`.
    pub fn service_version(mut self, version: impl Into<String>) -> Self {
        self.code.service_version = Some(version.into());
        self
    }

    /// Where the service is deployed, `deployment.environment.name`: `production`, `staging`, …
    pub fn deployment_environment(mut self, name: impl Into<String>) -> Self {
        self.code.deployment_environment = Some(name.into());
        self
    }

    /// Another attribute of the resource.
    pub fn resource_attribute(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.code.attributes.push((key.into(), value.into()));
        self
    }

    /// What becomes of all streams, in place of what the environment says. What [`Builder::also_to`],
    /// [`Builder::json_file`] and [`Builder::prometheus`] add, stays.
    pub fn exporter(mut self, exporter: Exporter) -> Self {
        self.code.exporter = Some(exporter);
        self
    }

    /// The head sampler, for our spans and those of the OpenTelemetry API alike. It overrides the environment.
    ///
    /// A [`CompositeSampler`] is told more of our spans than another sampler, and costs them less.
    pub fn sampler(mut self, sampler: impl ShouldSample + 'static) -> Self {
        let any: &dyn Any = &sampler;
        self.sampler = Some(match any.downcast_ref::<CompositeSampler>() {
            Some(composite) => HeadSampler::Chosen(Box::new(composite.clone())),
            None => HeadSampler::Custom(Box::new(sampler)),
        });
        self.code.sampler = true;
        self
    }

    /// Keeps the traces that are worth most, within budgets, decided when each is over; without it, what the head sampler
    /// lets pass is exported. Metrics do not depend on it, and lanes above [`Lane::Normal`](crate::Lane) are not sampled.
    ///
    /// ```
    /// # use otel_core::Telemetry;
    /// use otel_core::sampling::TailSampling;
    ///
    /// let builder = Telemetry::builder("shop").tail_sampling(TailSampling::new().spans_per_second(500.0));
    /// # drop(builder);
    /// ```
    pub fn tail_sampling(mut self, tail: TailSampling) -> Self {
        self.code.tail = Some(tail);
        self
    }

    /// When the budgets of tail sampling shrink, because the process has it hard, and grow again.
    pub fn governor(mut self, settings: GovernorSettings) -> Self {
        self.governor = settings;
        self
    }

    /// Which names of baggage may come from other processes and go to them; all but those of credentials, unless said
    /// otherwise. Baggage becomes an attribute of nothing by itself.
    pub fn baggage(mut self, allowed: AllowList) -> Self {
        self.code.baggage = Some(allowed);
        self
    }

    /// The source of trace and span ids, for our spans and those of the OpenTelemetry API alike.
    pub fn id_generator(mut self, ids: impl IdGenerator + 'static) -> Self {
        self.ids = Some(Box::new(ids));
        self
    }

    /// The environment to read instead of the process's own.
    pub fn environment(mut self, environment: Environment) -> Self {
        self.environment = environment;
        self
    }

    /// Who is told what an operator should know; standard error unless said otherwise, from the severity on that
    /// `OTEL_LOG_LEVEL` says.
    pub fn on_diagnostic(mut self, listener: impl Fn(&Diagnostic) + Send + Sync + 'static) -> Self {
        self.listener = Some(Arc::new(listener));
        self
    }

    /// Alerts that are evaluated in this process: which rules, and who is told. Without it, detectors speak to nobody.
    pub fn alerting(mut self, alerting: Alerting) -> Self {
        self.alerting = Some(alerting);
        self
    }

    /// What is done about what must not leave, in place of [`Privacy::standard`], which is on when nothing is said.
    pub fn privacy(mut self, privacy: Privacy) -> Self {
        self.privacy = privacy;
        self
    }

    /// Installs the pipeline. It may be called inside any runtime or outside.
    ///
    /// # Errors
    ///
    /// When a setting cannot be used or the thread cannot be started: every problem there is.
    pub fn install(self) -> Result<Pipeline, InstallError> {
        let settings = Settings::resolve(&self.code, &self.environment).map_err(InstallError::new)?;
        if settings.disabled {
            return Ok(Pipeline::disabled(&settings, self.privacy));
        }
        let level = settings.log_level;
        let listener = self.listener.unwrap_or_else(|| standard_error(level));
        let mut chores = Vec::new();
        let sampler = match self.sampler {
            Some(sampler) => sampler,
            None => head_sampler(&settings, &listener, &mut chores)
                .map_err(|problem| InstallError::new(vec![problem]))?,
        };
        let parts = Parts {
            clock: Clock::system(),
            ids: self.ids.map_or(Ids::Random, Ids::Custom),
            sampler,
            resource: Resource::detect(&settings),
            listener,
            sites: Box::new(sites),
            settings,
            alerting: self.alerting,
            chores,
            governor: self.governor,
            privacy: self.privacy,
        };
        parts.install()
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Headers carry credentials.
        f.debug_struct("Builder").field("service_name", &self.code.service_name).finish_non_exhaustive()
    }
}

/// The sampler that the settings name, and what has to be done for it beside.
fn head_sampler(
    settings: &Settings,
    listener: &Listener,
    chores: &mut Vec<Chore>,
) -> Result<HeadSampler, Problem> {
    let SamplerSettings { parent_based, root } = &settings.sampler;
    let built_in = |root| HeadSampler::BuiltIn(BuiltIn { parent_based: *parent_based, root });
    Ok(match root {
        RootSampler::AlwaysOn => built_in(Root::AlwaysOn),
        RootSampler::AlwaysOff => built_in(Root::AlwaysOff),
        RootSampler::Ratio(share) => built_in(Root::ratio(*share)),
        RootSampler::Probability(share) => match Probability::of(*share) {
            Some(probability) => composed(probability, *parent_based),
            None => built_in(Root::AlwaysOff),
        },
        RootSampler::JaegerRemote(remote) => {
            composed(follow(remote, &settings.service_name, listener, chores)?, *parent_based)
        }
    })
}

fn composed(root: impl ComposableSampler + 'static, parent_based: bool) -> HeadSampler {
    HeadSampler::Chosen(Box::new(if parent_based {
        CompositeSampler::new(ParentThreshold::new(root))
    } else {
        CompositeSampler::new(root)
    }))
}

/// A sampler that follows a server, and the asking of it.
#[cfg(all(feature = "json", feature = "otlp-http"))]
fn follow(
    settings: &RemoteSettings,
    service: &str,
    listener: &Listener,
    chores: &mut Vec<Chore>,
) -> Result<impl ComposableSampler + use<>, Problem> {
    let sampler = RemoteSampler::new(settings.initial_rate, Clock::system());
    let inquirer = Inquirer::new(settings, service, sampler.clone(), Arc::clone(listener))?;
    chores.push(Box::pin(inquirer.run()));
    Ok(sampler)
}

/// The settings have refused it: this build can ask nobody.
#[cfg(not(all(feature = "json", feature = "otlp-http")))]
fn follow(
    settings: &RemoteSettings,
    _: &str,
    _: &Listener,
    _: &mut Vec<Chore>,
) -> Result<Probability, Problem> {
    let refused = || Problem::new("OTEL_TRACES_SAMPLER", "asks a server, which is not part of this build");
    Probability::of(settings.initial_rate).ok_or_else(refused)
}

/// Why a pipeline was not installed: every problem there is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstallError {
    problems: Vec<Problem>,
}

impl InstallError {
    pub(super) fn new(problems: Vec<Problem>) -> Self {
        // The three streams usually share one mistake, which is told once.
        let mut distinct = Vec::new();
        for problem in problems {
            if !distinct.contains(&problem) {
                distinct.push(problem);
            }
        }
        Self { problems: distinct }
    }

    /// The problems; at least one.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl fmt::Display for InstallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("telemetry cannot be installed")?;
        self.problems.iter().enumerate().try_for_each(|(at, problem)| {
            let separator = if at == 0 { ": " } else { "; " };
            write!(f, "{separator}{problem}")
        })
    }
}

impl std::error::Error for InstallError {}
