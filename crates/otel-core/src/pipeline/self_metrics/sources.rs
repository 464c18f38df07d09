//! Where the pipeline's own metrics come from.

use std::sync::{Arc, Weak};
use std::time::Duration;

use opentelemetry::KeyValue;

use crate::budget::Budget;
use crate::head::Fate;
use crate::lane::Lane;
use crate::ledger::{DropReason, Ledger, Report, Stream};
use crate::outbox::Origin;
use crate::privacy::{Officer, Redaction};
use crate::record::{Kind, Signal};
use crate::recorder::Recorder;

use super::super::vitals::Vitals;
use super::conventions as names;
use super::{Collecting, Durations};

/// An exporter as the conventions see it: one stream of one destination.
#[derive(Clone, Debug)]
pub(crate) struct Component {
    pub(crate) destination: usize,
    pub(crate) stream: Stream,
    attributes: Vec<KeyValue>,
}

impl Component {
    /// The exporter of a stream that speaks `dialect`, such as `otlp_grpc`, to an endpoint.
    pub(crate) fn new(destination: usize, stream: Stream, dialect: &str, endpoint: &str) -> Self {
        let item = match stream {
            Stream::Traces => "span",
            Stream::Logs => "log",
            Stream::Metrics => "metric",
        };
        let component = format!("{dialect}_{item}_exporter");
        let name = format!("{component}/{destination}");
        let mut attributes =
            vec![KeyValue::new(names::COMPONENT_NAME, name), KeyValue::new(names::COMPONENT_TYPE, component)];
        if let Some((host, port)) = host_and_port(endpoint) {
            attributes.push(KeyValue::new(names::SERVER_ADDRESS, host));
            attributes.extend(port.map(|port| KeyValue::new(names::SERVER_PORT, port)));
        }
        Self { destination, stream, attributes }
    }

    pub(super) fn attributes(&self, error: Option<&'static str>) -> Vec<KeyValue> {
        with_error(&self.attributes, error)
    }
}

fn with_error(attributes: &[KeyValue], error: Option<&'static str>) -> Vec<KeyValue> {
    let error = error.map(|error| KeyValue::new(names::ERROR_TYPE, error));
    attributes.iter().cloned().chain(error).collect()
}

/// The host and the port of an address with a scheme.
fn host_and_port(endpoint: &str) -> Option<(String, Option<i64>)> {
    let (_, rest) = endpoint.split_once("://")?;
    let authority = rest.split(['/', ' ', '?']).next()?;
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => {
            Some((host.to_owned(), port.parse().ok()))
        }
        _ => Some((authority.to_owned(), None)),
    }
}

/// A value and what it belongs to.
pub(super) type Point = (u64, Vec<KeyValue>);

/// Everything the pipeline's own metrics are read from.
#[derive(Debug)]
pub(crate) struct Sources {
    pub(crate) ledger: Arc<Ledger>,
    /// Weak, because the recorder holds the meter provider, which holds this.
    pub(crate) recorder: Weak<Recorder>,
    pub(crate) budget: Arc<Budget>,
    pub(crate) vitals: Arc<Vitals>,
    pub(crate) officer: Arc<Officer>,
    pub(crate) components: Vec<Component>,
}

impl Sources {
    pub(super) fn durations(&self) -> &Durations {
        &self.vitals.durations
    }

    pub(super) fn collecting(&self) -> &Collecting {
        &self.vitals.collecting
    }

    fn report(&self) -> Report {
        self.recorder.upgrade().map(|recorder| self.ledger.report(&recorder)).unwrap_or_default()
    }

    fn started(&self) -> Vec<(Origin, Fate, u64)> {
        let Some(recorder) = self.recorder.upgrade() else { return Vec::new() };
        let all = Origin::ALL.into_iter().flat_map(|origin| Fate::ALL.map(|fate| (origin, fate)));
        all.map(|(origin, fate)| (origin, fate, recorder.spans_started(origin, fate))).collect()
    }

    pub(super) fn spans_started(&self) -> Vec<Point> {
        let attributes = |origin: Origin, fate| {
            vec![KeyValue::new(names::PARENT_ORIGIN, origin.as_str()), sampling_result(fate)]
        };
        let started = self.started().into_iter();
        started.map(|(origin, fate, spans)| (spans, attributes(origin, fate))).collect()
    }

    pub(super) fn spans_live(&self) -> Vec<Point> {
        // Ends are read before beginnings, so that no span ends before it begins.
        let created = self.report().spans.created;
        let ended = created.saturating_sub(self.recorder.upgrade().map_or(0, |it| it.spans_left_out()));
        let recorded = |(_, fate, spans): (_, Fate, u64)| if fate.is_recorded() { spans } else { 0 };
        let begun: u64 = self.started().into_iter().map(recorded).sum();
        // Which of them are only recorded is not known of those that are over.
        vec![(begun.saturating_sub(ended), vec![sampling_result(Fate::Sampled)])]
    }

    pub(super) fn logs_created(&self) -> Vec<Point> {
        vec![(self.report().logs.created, Vec::new())]
    }

    pub(super) fn processed(&self, signal: Signal) -> Vec<Point> {
        let mut points = vec![(self.handed_on(signal).0, processor(signal, None))];
        let Some(recorder) = self.recorder.upgrade() else { return points };
        let origin = self.ledger.origin(&recorder, signal.into());
        for reason in [DropReason::QueueFull, DropReason::AlreadyShutDown] {
            points.push((origin.dropped(reason), processor(signal, Some(reason.as_str()))));
        }
        points
    }

    fn handed_on(&self, signal: Signal) -> (u64, u64) {
        Kind::all().filter(|kind| kind.signal == signal).fold((0, 0), |(records, bytes), kind| {
            let (more, more_bytes) = self.vitals.handed_on_of(kind);
            (records + more, bytes + more_bytes)
        })
    }

    pub(super) fn queue_size(&self, signal: Signal) -> Vec<Point> {
        let (handed_on, _) = self.handed_on(signal);
        let Some(recorder) = self.recorder.upgrade() else { return Vec::new() };
        let origin = self.ledger.origin(&recorder, signal.into());
        let waiting = origin.created.saturating_sub(handed_on + origin.dropped_total() + origin.sampled_out);
        vec![(waiting, processor(signal, None))]
    }

    pub(super) fn queue_capacity(&self, signal: Signal) -> Vec<Point> {
        /// A record's size before there was one: a span with half a dozen attributes.
        const USUAL: u64 = 256;
        let (records, bytes) = self.handed_on(signal);
        let mean = bytes.checked_div(records).unwrap_or(USUAL).max(1);
        vec![(self.budget.cap() as u64 / mean, processor(signal, None))]
    }

    pub(super) fn in_flight(&self, stream: Stream) -> Vec<Point> {
        let of = |component: &Component| {
            let lanes =
                Lane::ALL.map(|lane| self.ledger.account(component.destination, stream, lane).in_flight());
            (lanes.iter().sum(), component.attributes(None))
        };
        self.components_of(stream).map(of).collect()
    }

    pub(super) fn exported(&self, stream: Stream) -> Vec<Point> {
        let Some(recorder) = self.recorder.upgrade() else { return Vec::new() };
        let reports = self.ledger.reports(&recorder);
        // Metrics have no queue before their exporters.
        let lost_before =
            Signal::of(stream).map(|_| self.ledger.origin(&recorder, stream)).unwrap_or_default();
        let mut points = Vec::new();
        for component in self.components_of(stream) {
            let counts = reports[component.destination].report.of(stream);
            points.push((counts.exported, component.attributes(None)));
            points.push((counts.rejected, component.attributes(Some("rejected"))));
            for reason in DropReason::ALL {
                let here = counts.dropped(reason).saturating_sub(lost_before.dropped(reason));
                if here > 0 {
                    points.push((here, component.attributes(Some(reason.as_str()))));
                }
            }
        }
        points
    }

    fn components_of(&self, stream: Stream) -> impl Iterator<Item = &Component> {
        self.components.iter().filter(move |component| component.stream == stream)
    }

    /// Each lane that ever had a record, for each destination.
    fn accounts(&self, point: impl Fn(&crate::ledger::Counts, &[KeyValue]) -> Vec<Point>) -> Vec<Point> {
        let Some(recorder) = self.recorder.upgrade() else { return Vec::new() };
        let mut points = Vec::new();
        for destination in self.ledger.reports(&recorder) {
            for stream in Stream::ALL {
                for lane in Lane::ALL {
                    let counts = destination.report.of_lane(stream, lane);
                    if counts.created + counts.recovered > 0 {
                        let attributes = [
                            KeyValue::new(names::DESTINATION, destination.name.clone()),
                            KeyValue::new(names::STREAM, stream.as_str()),
                            KeyValue::new(names::LANE, lane.as_str()),
                        ];
                        points.extend(point(counts, &attributes));
                    }
                }
            }
        }
        points
    }

    pub(super) fn outcomes(&self) -> Vec<Point> {
        self.accounts(|counts, attributes| {
            let of = |outcome: &'static str, records| {
                let outcome = KeyValue::new(names::OUTCOME, outcome);
                (records, attributes.iter().cloned().chain([outcome]).collect())
            };
            let mut points = vec![
                of("created", counts.created),
                of("recovered", counts.recovered),
                of("exported", counts.exported),
                of("rejected", counts.rejected),
                of("sampled_out", counts.sampled_out),
            ];
            points.extend(DropReason::ALL.map(|reason| of(reason.as_str(), counts.dropped(reason))));
            points
        })
    }

    pub(super) fn pending(&self) -> Vec<Point> {
        self.accounts(|counts, attributes| vec![(counts.pending(), attributes.to_vec())])
    }

    pub(super) fn spooled(&self) -> Vec<Point> {
        self.accounts(|counts, attributes| vec![(counts.spooled, attributes.to_vec())])
    }

    pub(super) fn queue_bytes(&self) -> Vec<Point> {
        vec![(self.budget.used() as u64, Vec::new())]
    }

    pub(super) fn queue_limit(&self) -> Vec<Point> {
        vec![(self.budget.cap() as u64, Vec::new())]
    }

    pub(super) fn request_bytes(&self) -> Vec<Point> {
        vec![(self.vitals.request_bytes(), Vec::new())]
    }

    pub(super) fn spool_bytes(&self) -> Vec<Point> {
        vec![(self.vitals.spool_bytes(), Vec::new())]
    }

    pub(super) fn spool_refused(&self) -> Vec<Point> {
        vec![(self.vitals.spool_refusals(), Vec::new())]
    }

    pub(super) fn stuck(&self) -> Vec<Point> {
        let stages = self.vitals.pulse.stages().into_iter();
        let stage = |(stage, stuck): (super::super::health::Stage, bool)| {
            (u64::from(stuck), vec![KeyValue::new(names::STAGE, stage.as_str())])
        };
        stages.map(stage).collect()
    }

    pub(super) fn sifted(&self) -> Vec<Point> {
        let decided = self.vitals.sifting.decisions();
        decided.map(|(decision, spans)| (spans, vec![KeyValue::new(names::DECISION, decision)])).collect()
    }

    pub(super) fn held(&self) -> Vec<Point> {
        vec![(self.vitals.sifting.held().0, Vec::new())]
    }

    pub(super) fn held_bytes(&self) -> Vec<Point> {
        vec![(self.vitals.sifting.held().1, Vec::new())]
    }

    pub(super) fn sampling_factor(&self) -> f64 {
        self.vitals.sifting.factor()
    }

    pub(super) fn redactions(&self) -> Vec<Point> {
        let point = |Redaction { kind, action, count }| {
            let done = [(names::KIND, kind.as_str()), (names::ACTION, action.as_str())];
            (count, done.map(|(key, value)| KeyValue::new(key, value)).to_vec())
        };
        self.officer.redactions().into_iter().map(point).collect()
    }

    pub(super) fn undeclared(&self) -> Vec<Point> {
        let undeclared = self.officer.undeclared().into_iter().flatten();
        undeclared
            .map(|(bearer, count)| (count, vec![KeyValue::new(names::BEARER, bearer.as_str())]))
            .collect()
    }

    pub(super) fn cpu_time(&self) -> Duration {
        self.vitals.effort.time()
    }
}

fn sampling_result(fate: Fate) -> KeyValue {
    let result = match fate {
        Fate::Dropped => "DROP",
        Fate::Recorded => "RECORD_ONLY",
        Fate::Sampled => "RECORD_AND_SAMPLE",
    };
    KeyValue::new(names::SAMPLING_RESULT, result)
}

fn processor(signal: Signal, error: Option<&'static str>) -> Vec<KeyValue> {
    let (name, component) = match signal {
        Signal::Span => ("batching_span_processor/0", "batching_span_processor"),
        Signal::Log => ("batching_log_processor/0", "batching_log_processor"),
    };
    let attributes =
        [KeyValue::new(names::COMPONENT_NAME, name), KeyValue::new(names::COMPONENT_TYPE, component)];
    with_error(&attributes, error)
}
