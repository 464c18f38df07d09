//! Books: what the ledger and the recorder say became of everything.

use std::time::Duration;

use crate::event::Severity;
use crate::head::Fate;
use crate::ledger::{Counts, DestinationReport, DropReason, Report, Stream};
use crate::outbox::Origin;
use crate::recorder::Recorder;
use crate::settings::Settings;

use super::super::Engine;
use super::super::health::Stage;
use super::finding::{Finding, FindingKind, Subject};

/// What was lost, by destination and reason.
pub(super) fn losses(engine: &Engine) -> Vec<Finding> {
    let mut found = Vec::new();
    for (number, to) in engine.ledger.reports(&engine.recorder).iter().enumerate() {
        let reasons = DropReason::ALL.into_iter();
        let kinds = reasons.map(Loss::Dropped).chain([Loss::Rejected]);
        found.extend(kinds.filter_map(|loss| lost(engine, number, to, loss)));
    }
    found
}

/// A way to be lost.
#[derive(Clone, Copy)]
enum Loss {
    Dropped(DropReason),
    Rejected,
}

impl Loss {
    const fn of(self, counts: &Counts) -> u64 {
        match self {
            Self::Dropped(reason) => counts.dropped(reason),
            Self::Rejected => counts.rejected,
        }
    }

    const fn kind(self) -> FindingKind {
        match self {
            Self::Dropped(reason) => FindingKind::Dropped(reason),
            Self::Rejected => FindingKind::Rejected,
        }
    }

    /// Whether the destination had its part in it, so that its last words matter.
    const fn is_by_destination(self) -> bool {
        !matches!(self, Self::Dropped(DropReason::AlreadyShutDown | DropReason::WriterFailed))
    }

    const fn remedy(self) -> &'static str {
        match self {
            Self::Rejected => "look at what the server rejects, and why; it is lost for good",
            Self::Dropped(reason) => match reason {
                DropReason::QueueFull => {
                    "find out why the destination is slow or gone; to bridge it, raise `Builder::queue_bytes`, or \
                     sample"
                }
                DropReason::AlreadyShutDown => {
                    "shut the pipeline down last, when everything that records has ended"
                }
                DropReason::ExportFailed => {
                    "find out why the destination fails; `Builder::retry_for` says for how long it is tried"
                }
                DropReason::Refused => {
                    "put right what the destination says is wrong with it; it is lost for good"
                }
                DropReason::DeadlineExceeded => {
                    "give `Pipeline::shutdown` more time, and keep the pipeline until it returns; or find out why \
                     the destination is slow or gone"
                }
                DropReason::TooLarge => {
                    "record less in one span or event, or raise `Builder::max_request_bytes` and the server's limit"
                }
                DropReason::Evicted | DropReason::Expired | DropReason::Damaged => {
                    "look at the spool's directory: its size, its disk, and for how long the destination was gone"
                }
                DropReason::WriterFailed => {
                    "put right what writes this deferred event: the operator was told its name \
                     (`Diagnostic::Deferred`), and standard error has the panic"
                }
            },
        }
    }
}

fn lost(engine: &Engine, number: usize, to: &DestinationReport, loss: Loss) -> Option<Finding> {
    let of = |stream: &Stream| loss.of(to.report.of(*stream));
    let streams: Vec<_> = Stream::ALL.into_iter().filter(|stream| of(stream) > 0).collect();
    if streams.is_empty() {
        return None;
    }
    let mut what = streams.iter().map(|stream| items(*stream, of(stream))).collect::<Vec<_>>().join(", ");
    let words = streams.iter().find_map(|stream| engine.vitals.complaints.last(number, *stream));
    if let Some(words) = words.filter(|_| loss.is_by_destination()) {
        what += &format!("; the last failure was: {words}");
    }
    let arrived = streams.iter().any(|stream| to.report.of(*stream).exported > 0);
    Some(Finding {
        kind: loss.kind(),
        severity: if arrived { Severity::Warn } else { Severity::Error },
        subject: Subject::Destination { name: to.name.clone(), endpoint: None, streams },
        what,
        remedy: loss.remedy().to_owned(),
    })
}

fn items(stream: Stream, count: u64) -> String {
    let (one, many) = match stream {
        Stream::Traces => ("span", "spans"),
        Stream::Logs => ("log record", "log records"),
        Stream::Metrics => ("metric point", "metric points"),
    };
    format!("{count} {}", if count == 1 { one } else { many })
}

/// What waits, or was never there.
pub(super) fn absences(engine: &Engine, settings: &Settings, report: &Report) -> Vec<Finding> {
    let recorder = &engine.recorder;
    let mut found = Vec::new();
    found.extend(nothing(recorder, settings, report));
    found.extend(sampled_out(recorder, settings));
    found.extend(still_open(recorder, report));
    if !recorder.is_closed() {
        found.extend(waiting(engine, settings));
        found.extend(uncollected(engine, settings, report));
    }
    found
}

fn started(recorder: &Recorder, fate: Fate) -> u64 {
    Origin::ALL.into_iter().map(|origin| recorder.spans_started(origin, fate)).sum()
}

fn nothing(recorder: &Recorder, settings: &Settings, report: &Report) -> Option<Finding> {
    let begun: u64 = Fate::ALL.into_iter().map(|fate| started(recorder, fate)).sum();
    // Metrics of the application's own count too, as far as they can be told from the pipeline's.
    let metrics = recorder.streams.are_any() || !settings.self_metrics && report.metric_points.created > 0;
    if begun + report.spans.created + report.logs.created > 0 || metrics {
        return None;
    }
    Some(Finding {
        kind: FindingKind::NothingRecorded,
        severity: Severity::Error,
        subject: Subject::Pipeline,
        what: "nothing was recorded through this telemetry: no span, no event and no metric".to_owned(),
        remedy: "is the handle that is recorded with the one of this pipeline? Pass `&pipeline` or its clone on, \
                 not `Telemetry::noop`; other code needs `Pipeline::tracer_provider` or `Pipeline::make_global`"
            .to_owned(),
    })
}

fn sampled_out(recorder: &Recorder, settings: &Settings) -> Option<Finding> {
    let left_out = started(recorder, Fate::Dropped);
    let kept = started(recorder, Fate::Recorded) + started(recorder, Fate::Sampled);
    if left_out == 0 {
        return None;
    }
    let by = |origin, by: &str| {
        let spans = recorder.spans_started(origin, Fate::Dropped);
        (spans > 0).then(|| format!("{spans} {by}"))
    };
    let (remote, local, root) = by_whom(settings);
    let by: Vec<_> = [by(Origin::Remote, remote), by(Origin::Local, local), by(Origin::None, root)]
        .into_iter()
        .flatten()
        .collect();
    Some(Finding {
        kind: FindingKind::SampledOut,
        severity: if kept == 0 { Severity::Error } else { Severity::Info },
        subject: Subject::Stream(Stream::Traces),
        what: format!("{left_out} of {} spans were left out: {}", left_out + kept, by.join(", ")),
        remedy: "sample more where the decision is made: OTEL_TRACES_SAMPLER and OTEL_TRACES_SAMPLER_ARG, or \
                 `Builder::sampler`, here for traces that begin here, and there for those that come from another \
                 process"
            .to_owned(),
    })
}

/// Who decides on spans with a parent in another process, with one in this process, and with none.
fn by_whom(settings: &Settings) -> (&'static str, &'static str, &'static str) {
    // The code has no words for a sampler: what it says is one of its own.
    let by = settings.effective.get("traces.sampler").map(|sampler| &sampler.origin);
    let is_custom = by == Some(&crate::settings::Origin::Code);
    match settings.sampler.parent_based {
        _ if is_custom => (
            "with a parent in another process, by the application's sampler",
            "with a parent in this process, by the application's sampler",
            "that begin a trace, by the application's sampler",
        ),
        false => (
            "with a parent in another process, by this process's sampler, which does not look at parents",
            "with a parent in this process, by the sampler, which does not look at parents",
            "that begin a trace, by the sampler",
        ),
        true => (
            "because another process, which has the parent, did not sample it",
            "because their parent in this process is not sampled",
            "that begin a trace, by the sampler",
        ),
    }
}

fn still_open(recorder: &Recorder, report: &Report) -> Option<Finding> {
    // A span that ends meanwhile is not counted as open.
    let recorded = started(recorder, Fate::Recorded) + started(recorder, Fate::Sampled);
    let ended = report.spans.created.saturating_sub(recorder.spans_left_out());
    let open = recorded.saturating_sub(ended);
    (open > 0).then(|| Finding {
        kind: FindingKind::StillOpen,
        severity: Severity::Info,
        subject: Subject::Stream(Stream::Traces),
        what: format!("{} begun and not ended", items(Stream::Traces, open)),
        remedy: "a span is sent when it ends: call `finish` or drop it, also when the work is cancelled"
            .to_owned(),
    })
}

fn waiting(engine: &Engine, settings: &Settings) -> Vec<Finding> {
    let mut found = Vec::new();
    for (number, to) in engine.ledger.reports(&engine.recorder).iter().enumerate() {
        for stream in Stream::ALL {
            let pending = to.report.of(stream).pending();
            if pending == 0 {
                continue;
            }
            let mut what = format!("{} not sent, or not answered yet", items(stream, pending));
            if let Some(words) = engine.vitals.complaints.last(number, stream) {
                what += &format!("; the last failure was: {words}");
            }
            found.push(Finding {
                kind: FindingKind::Waiting,
                severity: Severity::Info,
                subject: Subject::Destination {
                    name: to.name.clone(),
                    endpoint: None,
                    streams: vec![stream],
                },
                what,
                remedy: patience(settings.batch.delay.get(stream as usize).copied()),
            });
        }
    }
    found
}

fn patience(delay: Option<Duration>) -> String {
    let wait = delay.map(|delay| format!(": records wait up to {delay:?} for company")).unwrap_or_default();
    format!(
        "wait a little{wait}; or call `Pipeline::flush`, and `Pipeline::shutdown` before the process ends"
    )
}

fn uncollected(engine: &Engine, settings: &Settings, report: &Report) -> Option<Finding> {
    // A collection without a metric is none.
    let are_any = settings.self_metrics || engine.recorder.streams.are_any();
    let none = are_any && report.metric_points.created == 0 && engine.vitals.collections() == 0;
    (none && settings.is_pushed(Stream::Metrics)).then(|| Finding {
        kind: FindingKind::Waiting,
        severity: Severity::Info,
        subject: Subject::Stream(Stream::Metrics),
        what: format!("none was collected yet: that happens every {:?}", settings.metrics.interval),
        remedy: "wait, or call `Pipeline::flush`; OTEL_METRIC_EXPORT_INTERVAL says how often".to_owned(),
    })
}

/// The stages that have work and get nowhere.
pub(super) fn stuck(stages: &[Stage]) -> Vec<Finding> {
    let finding = |stage: &Stage| {
        let (what, remedy) = match stage {
            Stage::Drain => (
                "the pipeline's thread gives no sign of life",
                "a listener that blocks (`Builder::on_diagnostic`) holds it up, or the process gets no processor \
                 time; look at the thread `otel-pipeline`",
            ),
            Stage::Queue => (
                "records are not made into batches",
                "all destinations are slow or gone, or the process gets no processor time",
            ),
            Stage::Delivery => (
                "a destination has not settled a request for longer than two attempts may take",
                "if the endpoints above are well, what is sent there is not: look at its size, and at proxies that \
                 keep old connections open",
            ),
            Stage::Spool => ("records do not reach the disk", "look at the spool's disk"),
            Stage::Metrics => (
                "metrics are not collected any more",
                "a callback of an observable instrument blocks: look at those the application registers",
            ),
        };
        Finding {
            kind: FindingKind::Stuck(*stage),
            severity: Severity::Error,
            subject: Subject::Pipeline,
            what: what.to_owned(),
            remedy: remedy.to_owned(),
        }
    };
    stages.iter().map(finding).collect()
}
