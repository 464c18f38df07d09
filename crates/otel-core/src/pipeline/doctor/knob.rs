//! Knobs: the settings of a way, in the words of whoever can turn them.

use std::fmt;

use crate::settings::{EffectiveSettings, Origin};

use super::visit::Way;

/// A setting of one stream's way to an endpoint.
#[derive(Clone, Copy, Debug)]
pub(super) enum Knob {
    Endpoint,
    Protocol,
    Timeout,
    Headers,
    Authority,
    Identity,
}

impl Knob {
    /// Its name in the settings in force, in the variables, and in the builder.
    const fn names(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Endpoint => ("endpoint", "ENDPOINT", "endpoint"),
            Self::Protocol => ("protocol", "PROTOCOL", "protocol"),
            Self::Timeout => ("timeout", "TIMEOUT", "export_timeout"),
            Self::Headers => ("headers", "HEADERS", "header"),
            Self::Authority => ("certificate", "CERTIFICATE", "certificate_authority"),
            Self::Identity => ("client_certificate", "CLIENT_CERTIFICATE", "client_certificate"),
        }
    }
}

/// The knobs of one way.
#[derive(Clone, Copy)]
pub(super) struct Knobs<'a> {
    pub(super) way: &'a Way,
    pub(super) effective: &'a EffectiveSettings,
}

impl Knobs<'_> {
    /// Where to turn a knob.
    pub(super) fn of(self, knob: Knob) -> String {
        let (entry, variable, method) = knob.names();
        match self.origin(entry) {
            Some(Origin::Environment(variable)) => variable,
            Some(Origin::Code) => self.method(method),
            _ if self.is_main() => format!("OTEL_EXPORTER_OTLP_{variable}"),
            _ => self.method(method),
        }
    }

    /// The headers that are sent, and who said so; never what is in them.
    pub(super) fn headers(self) -> Vec<String> {
        let headers = self.way.exporter.headers.iter().map(|(name, _)| name.to_ascii_lowercase());
        let by = |name: &str| match self.origin(&format!("headers.{name}")) {
            Some(Origin::Environment(variable)) => variable,
            _ => self.method("header"),
        };
        headers.map(|name| format!("`{name}` (by {})", by(&name))).collect()
    }

    /// Whether nobody turned a knob.
    pub(super) fn is_untouched(self, knob: Knob) -> bool {
        matches!(self.origin(knob.names().0), None | Some(Origin::Default))
    }

    fn origin(self, entry: &str) -> Option<Origin> {
        let Way { to, stream, .. } = self.way;
        let name = format!("{to}.{}.{entry}", stream.as_str());
        self.effective.get(&name).map(|value| value.origin.clone())
    }

    /// The variables say nothing about destinations that the code adds.
    fn is_main(self) -> bool {
        self.way.to == "main"
    }

    fn method(self, method: &str) -> String {
        if self.is_main() {
            return format!("`Builder::{method}`");
        }
        let method = match method {
            "endpoint" => "new",
            "export_timeout" => "timeout",
            other => other,
        };
        format!("`OtlpDestination::{method}`")
    }
}

impl fmt::Debug for Knobs<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Knobs").field("to", &self.way.to).finish_non_exhaustive()
    }
}
