//! Calls to stores of data: databases, caches, documents and search indexes.
//!
//! Each call is a `db.*` client span as the semantic conventions have it, and one value of
//! `db.client.operation.duration`. Nothing here knows what the data is about.
//!
//! ```
//! use otel_core::{Query, Telemetry};
//! use otel_ecommerce::DataStore;
//! use otel_ecommerce::labels::{StoreFailure, System};
//! use otel_ecommerce::store::{Operation, StoreSettings};
//!
//! let telemetry = Telemetry::noop();
//! let settings = StoreSettings { namespace: Some("shop"), ..StoreSettings::default() };
//! let database = DataStore::new(&telemetry, System::PostgreSql, &settings);
//! let by_status = Query::sql("SELECT id FROM orders WHERE status = $1");
//! let mut call = database.operation(&Operation::query(&by_status));
//! call.rows_returned(3);
//! call.succeeded();
//!
//! let cache = DataStore::new(&telemetry, System::Redis, &StoreSettings::default());
//! cache.operation(&Operation::command("GET")).failed(StoreFailure::Timeout, None);
//! ```

mod call;
mod operation;
mod server;

use std::sync::Arc;
use std::time::Duration;

use otel_core::{Capped, Context, Histogram, Span, Telemetry};

use crate::conventions::{CATALOGUE, store as said};
use crate::labels::{QueryClass, StoreFailure, StoreSystem, System};
pub use call::{OperationSpan, StatusCode};
pub use operation::Operation;
use server::usual_port;

/// Which database of which server a store is. What is blank is not said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StoreSettings<'a> {
    /// The database within its server: `db.namespace`.
    pub namespace: Option<&'a str>,
    /// The name of the server: `server.address`.
    pub server: Option<&'a str>,
    /// Its port, which is said where it is not the usual one of the product: `server.port`.
    pub port: Option<u16>,
}

/// A store of data, as its callers see it. Clones share everything.
#[derive(Clone, Debug)]
pub struct DataStore {
    parts: Arc<Parts>,
}

#[derive(Debug)]
struct Parts {
    telemetry: Telemetry,
    system: System,
    namespace: Option<Box<str>>,
    server: Option<Box<str>>,
    port: Option<u16>,
    label: StoreSystem,
    classes: Capped<QueryClass>,
    durations: Histogram<(StoreSystem, Option<QueryClass>, Option<StoreFailure>)>,
}

impl DataStore {
    /// The store that is this product.
    pub fn new(telemetry: &Telemetry, system: System, settings: &StoreSettings<'_>) -> Self {
        let telemetry = telemetry.with_scope(&CATALOGUE);
        let server = said_in(settings.server);
        let parts = Parts {
            system,
            namespace: said_in(settings.namespace),
            port: settings.port.filter(|port| server.is_some() && usual_port(system) != Some(*port)),
            server,
            label: telemetry.capped().get(system.as_str()),
            classes: telemetry.capped(),
            durations: telemetry.histogram(&said::OPERATION_DURATION),
            telemetry,
        };
        Self { parts: Arc::new(parts) }
    }

    /// Begins a call; its span is a child of the span that is current on this thread.
    pub fn operation(&self, operation: &Operation<'_>) -> OperationSpan {
        self.begin(operation, self.parts.telemetry.span(&said::CLIENT_OPERATION))
    }

    /// The same under the span of `parent`.
    pub fn operation_in(&self, operation: &Operation<'_>, parent: &Context) -> OperationSpan {
        self.begin(operation, self.parts.telemetry.span_in(&said::CLIENT_OPERATION, parent))
    }

    /// How many calls were counted as `other`, because there were 35 other summaries before them.
    pub fn overflowed(&self) -> u64 {
        self.parts.classes.overflowed()
    }

    fn begin(&self, operation: &Operation<'_>, mut span: Span) -> OperationSpan {
        let parts = &*self.parts;
        let summary = operation.summary();
        if span.is_recording() {
            span.rename(self.name(operation, &summary)).set(&said::SYSTEM, parts.system.as_str());
            operation.describe(&mut span, &summary);
            self.describe(&mut span);
        }
        let class = (!summary.is_empty()).then(|| parts.classes.get(&summary));
        OperationSpan::begin(self, span, class)
    }

    /// The name that the semantic conventions ask for: what is done to what or, where that is not known, to what.
    fn name<'a>(&'a self, operation: &Operation<'a>, summary: &'a str) -> &'a str {
        if !summary.is_empty() {
            return summary;
        }
        let parts = &*self.parts;
        operation.target().or(parts.namespace.as_deref()).unwrap_or(parts.system.as_str())
    }

    fn describe(&self, span: &mut Span) {
        let parts = &*self.parts;
        if let Some(namespace) = &parts.namespace {
            span.set(&said::NAMESPACE, namespace);
        }
        if let Some(server) = &parts.server {
            span.set(&said::SERVER_ADDRESS, server);
        }
        if let Some(port) = parts.port {
            span.set(&said::SERVER_PORT, port.into());
        }
    }

    fn ended(&self, took: Duration, class: Option<QueryClass>, failure: Option<StoreFailure>) {
        self.parts.durations.record_duration(took, (self.parts.label, class, failure));
    }
}

/// The text, if there is anything in it.
fn said_in(text: Option<&str>) -> Option<Box<str>> {
    text.map(str::trim).filter(|text| !text.is_empty()).map(Into::into)
}
