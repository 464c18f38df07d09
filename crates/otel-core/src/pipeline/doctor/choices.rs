//! Choices: settings by which nothing arrives although everything works.

use crate::event::Severity;
use crate::ledger::{Report, Stream};
use crate::settings::{EffectiveSettings, Origin, RootSampler, Route, Settings};

use super::finding::{Finding, FindingKind, Subject};

/// What becomes of telemetry that is switched off.
pub(super) fn disabled(effective: &EffectiveSettings) -> Vec<Finding> {
    let off = Finding {
        kind: FindingKind::Disabled,
        severity: Severity::Error,
        subject: Subject::Setting("OTEL_SDK_DISABLED".to_owned()),
        what: "it is true: nothing is recorded, and nothing is sent".to_owned(),
        remedy: "unset OTEL_SDK_DISABLED".to_owned(),
    };
    std::iter::once(off).chain(notices(effective)).collect()
}

/// What the settings leave out.
pub(super) fn filters(settings: &Settings, report: &Report) -> Vec<Finding> {
    let mut found = exporters(settings, report);
    found.extend(sampler(settings));
    found.extend(hidden(settings));
    found.extend(notices(&settings.effective));
    found
}

fn exporters(settings: &Settings, report: &Report) -> Vec<Finding> {
    let goes = |stream, reaches: fn(&Route) -> bool| {
        let mut routes =
            settings.destinations.iter().filter_map(move |it| it.routes[stream as usize].as_ref());
        routes.any(reaches)
    };
    let idle: Vec<_> =
        Stream::ALL.into_iter().filter(|&stream| !goes(stream, |it| !matches!(it, Route::Nothing))).collect();
    let none = |&stream: &Stream| {
        let name = format!("{}.exporter", stream.as_str());
        let by =
            origin(&settings.effective, &name, &format!("OTEL_{}_EXPORTER", stream.as_str().to_uppercase()));
        let severity = match report.of(stream).created {
            _ if idle.len() == Stream::ALL.len() => Severity::Error,
            0 => Severity::Info,
            _ => Severity::Warn,
        };
        Finding {
            kind: FindingKind::NoExporter,
            severity,
            subject: Subject::Stream(stream),
            what: format!("{by} is none: what is recorded as {} is thrown away", stream.as_str()),
            remedy: format!("set {by} to otlp"),
        }
    };
    let mut found: Vec<_> = idle.iter().map(none).collect();
    if settings.is_scraped() && !settings.is_pushed(Stream::Metrics) {
        found.push(Finding {
            kind: FindingKind::OnlyFetched,
            severity: Severity::Info,
            subject: Subject::Stream(Stream::Metrics),
            what: "Prometheus has to fetch them; no collector gets any".to_owned(),
            remedy: "see that Prometheus's targets have this process, or set OTEL_METRICS_EXPORTER to \
                     otlp,prometheus"
                .to_owned(),
        });
    }
    found
}

/// Who decided on a setting, in the words of whoever can change it.
fn origin(effective: &EffectiveSettings, name: &str, variable: &str) -> String {
    match effective.get(name).map(|value| &value.origin) {
        Some(Origin::Code) => "`Builder::exporter`".to_owned(),
        Some(Origin::Environment(variable)) => variable.clone(),
        _ => variable.to_owned(),
    }
}

fn sampler(settings: &Settings) -> Option<Finding> {
    let sampler = &settings.sampler;
    let share = match sampler.root {
        RootSampler::AlwaysOff => "",
        RootSampler::Ratio(share) | RootSampler::Probability(share) if share <= 0.0 => " with a share of 0",
        _ => return None,
    };
    let (says, children) = (sampler.name() + share, if sampler.parent_based { ROOTS } else { "" });
    Some(Finding {
        kind: FindingKind::SamplerOff,
        severity: Severity::Error,
        subject: Subject::Setting("OTEL_TRACES_SAMPLER".to_owned()),
        what: format!("it is {says}: no trace that begins here is recorded{children}"),
        remedy:
            "set OTEL_TRACES_SAMPLER to parentbased_always_on, or OTEL_TRACES_SAMPLER_ARG to a share above 0"
                .to_owned(),
    })
}

const ROOTS: &str = ", only what belongs to a sampled trace of another process";

fn hidden(settings: &Settings) -> Option<Finding> {
    if settings.log_level.tells(Severity::Warn) {
        return None;
    }
    Some(Finding {
        kind: FindingKind::DiagnosticsHidden,
        severity: Severity::Info,
        subject: Subject::Setting("OTEL_LOG_LEVEL".to_owned()),
        what: "it is so high that standard error is not told when a destination is gone".to_owned(),
        remedy: "unset OTEL_LOG_LEVEL, unless the application listens with `Builder::on_diagnostic`"
            .to_owned(),
    })
}

fn notices(effective: &EffectiveSettings) -> impl Iterator<Item = Finding> {
    effective.notices().iter().map(|notice| Finding {
        kind: FindingKind::Notice,
        severity: Severity::Info,
        subject: Subject::Pipeline,
        what: notice.clone(),
        remedy: "correct or unset it, if that is not what was meant".to_owned(),
    })
}
