//! Keys that are declared: all that leave in strict mode.

use std::collections::HashSet;

use super::allow_list::AllowList;
use crate::catalogue::Catalogue;
use crate::pipeline::LABELS;
use crate::recorder::Streams;
use crate::sensitive::Bearer;

/// Keys of the semantic conventions that nothing can do without: who sends, and what went wrong.
const CONVENTIONS: [&str; 27] = [
    "deployment.environment.name",
    "error.type",
    "exception.escaped",
    "exception.message",
    "exception.stacktrace",
    "exception.type",
    "host.arch",
    "host.name",
    "http.request.method",
    "http.response.status_code",
    "http.route",
    "os.type",
    "os.version",
    "process.executable.name",
    "process.pid",
    "process.runtime.name",
    "process.runtime.version",
    "service.criticality",
    "service.instance.id",
    "service.name",
    "service.namespace",
    "service.version",
    "telemetry.distro.name",
    "telemetry.distro.version",
    "telemetry.sdk.language",
    "telemetry.sdk.name",
    "telemetry.sdk.version",
];

/// What a span shows of the headers of a request and a response.
const HEADERS: [&str; 2] = ["http.request.header.", "http.response.header."];

/// Everything that is declared somewhere.
#[derive(Debug)]
pub(super) struct Declared {
    keys: HashSet<&'static str>,
    /// The same, as Prometheus writes them.
    labels: HashSet<String>,
    headers: AllowList,
    streams: Streams,
}

impl Declared {
    pub(super) fn by(catalogues: &[&'static Catalogue], headers: AllowList, streams: Streams) -> Self {
        let keys: HashSet<_> = catalogues
            .iter()
            .copied()
            .flat_map(keys_of)
            .chain(CONVENTIONS)
            .chain(LABELS.iter().copied())
            .collect();
        let labels = keys.iter().map(|key| label(key)).collect();
        Self { keys, labels, headers, streams }
    }

    /// Whether an attribute under this key may leave.
    pub(super) fn has(&self, key: &str, bearer: Bearer) -> bool {
        match bearer {
            // Prometheus has its own way to write those of metrics and their scopes.
            Bearer::Metric | Bearer::Scope => {
                self.labels.contains(&label(key)) || is_dimension(&self.streams, key)
            }
            _ => self.keys.contains(key) || self.shows(key),
        }
    }

    fn shows(&self, key: &str) -> bool {
        HEADERS.iter().any(|part| key.strip_prefix(part).is_some_and(|name| self.headers.permits(name)))
    }
}

fn keys_of(catalogue: &'static Catalogue) -> impl Iterator<Item = &'static str> {
    let dimensions = catalogue.metrics.iter().flat_map(|metric| metric.dimensions).map(|it| it.key);
    catalogue.attributes.iter().map(|key| key.name).chain(dimensions)
}

/// Whether a metric that was made from a definition has such a dimension.
pub(super) fn is_dimension(streams: &Streams, name: &str) -> bool {
    let name = label(name);
    streams.have_dimension(|key| label(key) == name)
}

/// A key as Prometheus writes it.
fn label(key: &str) -> String {
    key.chars().map(|sign| if sign.is_ascii_alphanumeric() { sign } else { '_' }).collect()
}
