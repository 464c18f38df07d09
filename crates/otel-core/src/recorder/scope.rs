//! Instrumentation scopes: who in a process says something.

use std::collections::HashMap;
use std::sync::Arc;

use opentelemetry::InstrumentationScope;
use opentelemetry::metrics::Meter;

use crate::catalogue::Catalogue;
use crate::label::CappedNames;
use crate::recorder::Recorder;
use crate::sensitive::{Guard, Origin};
use crate::wire::{Buffer, Fit, foreign};

/// Instrumentation scopes one telemetry keeps apart; what comes after shares [`OVERFLOW`].
const MAX_SCOPES: usize = 4_096;

/// The scope of whatever arrives after [`MAX_SCOPES`] others; it has the number 0.
const OVERFLOW: &str = "otel.scope.overflow";

/// One instrumentation scope of a telemetry: what a handle is made from.
#[derive(Debug)]
pub(crate) struct Scope {
    pub(crate) recorder: Arc<Recorder>,
    pub(crate) name: String,
    pub(crate) number: u16,
    pub(crate) meter: Meter,
}

impl Scope {
    pub(crate) fn new(recorder: &Arc<Recorder>, scope: InstrumentationScope) -> Arc<Self> {
        let (name, number) = (scope.name().to_owned(), recorder.scope_number(&scope));
        let meter = recorder.meter(scope);
        Arc::new(Self { recorder: Arc::clone(recorder), name, number, meter })
    }

    /// The scope of a catalogue.
    pub(crate) fn of(recorder: &Arc<Recorder>, catalogue: &Catalogue) -> Arc<Self> {
        let named = InstrumentationScope::builder(catalogue.name).with_version(catalogue.version);
        Self::new(recorder, named.build())
    }

    pub(crate) fn capped(&self) -> &CappedNames {
        &self.recorder.capped
    }
}

/// The scopes of one telemetry, numbered.
#[derive(Debug)]
pub(crate) struct Scopes {
    numbers: HashMap<InstrumentationScope, u16>,
    encoded: Vec<EncodedScope>,
    guard: Guard,
}

/// A scope as it stands in `ScopeSpans` and `ScopeLogs`.
#[derive(Clone, Debug)]
pub(crate) struct EncodedScope {
    /// The fields of `InstrumentationScope`.
    pub(crate) message: Arc<[u8]>,
    pub(crate) schema_url: Arc<str>,
}

impl Scopes {
    pub(crate) fn new(guard: Guard) -> Self {
        let mut scopes = Self { numbers: HashMap::new(), encoded: Vec::new(), guard };
        scopes.number(&InstrumentationScope::builder(OVERFLOW).build());
        scopes
    }

    /// The number of a scope, the same for equal scopes.
    pub(crate) fn number(&mut self, scope: &InstrumentationScope) -> u16 {
        if let Some(number) = self.numbers.get(scope) {
            return *number;
        }
        let number = self.encoded.len();
        if number >= MAX_SCOPES {
            return 0;
        }
        self.encoded.push(EncodedScope::new(scope, &self.guard));
        let number = u16::try_from(number).unwrap_or_default();
        self.numbers.insert(scope.clone(), number);
        number
    }
}

#[cfg(feature = "pipeline")]
impl Scopes {
    /// The encoded scope with this number.
    pub(crate) fn encoded(&self, number: u16) -> Option<EncodedScope> {
        self.encoded.get(usize::from(number)).cloned()
    }
}

impl EncodedScope {
    #[cfg(feature = "pipeline")]
    pub(crate) fn unnamed() -> Self {
        Self { message: Arc::from([]), schema_url: Arc::from("") }
    }

    fn new(scope: &InstrumentationScope, guard: &Guard) -> Self {
        let clean = |text| guard.clean(text, Origin::Free);
        let mut message = Buffer::default();
        message.field_unless_empty(0x0a, clean(scope.name()).as_bytes());
        message.field_unless_empty(0x12, clean(scope.version().unwrap_or_default()).as_bytes());
        for attribute in scope.attributes() {
            foreign::key_value(&mut message, foreign::SCOPE, attribute, Fit::whole(guard));
        }
        let schema_url = clean(scope.schema_url().unwrap_or_default());
        Self { message: message.as_slice().into(), schema_url: schema_url.as_ref().into() }
    }
}
