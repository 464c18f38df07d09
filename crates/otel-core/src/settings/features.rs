//! What is part of this build.

use super::Reader;

/// A feature of this crate that settings can ask for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Feature {
    name: &'static str,
    built: bool,
}

pub(super) const GZIP: Feature = Feature { name: "gzip", built: cfg!(feature = "gzip") };
pub(super) const JSON: Feature = Feature { name: "json", built: cfg!(feature = "json") };
pub(super) const OTLP_HTTP: Feature = Feature { name: "otlp-http", built: cfg!(feature = "otlp-http") };
pub(super) const PROMETHEUS: Feature = Feature { name: "prometheus", built: cfg!(feature = "prometheus") };
pub(super) const SPOOL: Feature = Feature { name: "spool", built: cfg!(all(feature = "spool", unix)) };
pub(super) const TLS: Feature = Feature { name: "tls", built: cfg!(feature = "tls") };

impl Feature {
    /// Complains about `setting`, which asks for this feature, where it is no part of this build.
    pub(super) fn require(self, setting: &str, env: &mut Reader<'_>) {
        if !self.built {
            let name = self.name;
            env.complain(setting, format!("is not part of this build: enable the feature `{name}`"));
        }
    }
}
