//! What the code said.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use crate::privacy::AllowList;
use crate::sampling::TailSampling;

use super::{Compression, Exporter, OtlpDestination, Protocol, Spool};

/// What the code set; everything is optional.
#[derive(Clone, Debug, Default)]
pub(crate) struct Code {
    pub(crate) service_name: String,
    pub(crate) service_version: Option<String>,
    pub(crate) deployment_environment: Option<String>,
    pub(crate) attributes: Vec<(String, String)>,
    /// Whether the code made a sampler of its own.
    pub(crate) sampler: bool,
    pub(crate) tail: Option<TailSampling>,
    /// Which names of baggage may come in and go out.
    pub(crate) baggage: Option<AllowList>,
    pub(crate) exporter: Option<Exporter>,
    pub(crate) otlp: OtlpOptions,
    pub(crate) also_to: Vec<OtlpDestination>,
    pub(crate) json_file: Option<PathBuf>,
    pub(crate) prometheus: Option<(String, u16)>,
    pub(crate) retry_for: Option<Duration>,
    pub(crate) backoff: Option<(Duration, Duration)>,
    pub(crate) schedule_delay: Option<Duration>,
    pub(crate) metric_interval: Option<Duration>,
    pub(crate) queue_bytes: Option<usize>,
    /// Every reserve that was asked for, in order; the last of a lane is in force.
    pub(crate) reserves: Vec<(crate::Lane, usize)>,
    pub(crate) audit_patience: Option<Duration>,
    pub(crate) self_metrics: Option<bool>,
    pub(crate) spool: Option<Spool>,
}

/// What the code said of one OTLP destination; everything is optional.
#[derive(Clone, Default)]
pub(crate) struct OtlpOptions {
    pub(crate) endpoint: Option<String>,
    pub(crate) protocol: Option<Protocol>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) compression: Option<Compression>,
    pub(crate) authority: Option<PathBuf>,
    /// The certificate and its key.
    pub(crate) identity: Option<(PathBuf, PathBuf)>,
    pub(crate) max_request_bytes: Option<usize>,
}

impl fmt::Debug for OtlpOptions {
    /// Shows neither the address nor the values of headers: both carry credentials.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headers: Vec<_> = self.headers.iter().map(|(name, _)| name).collect();
        f.debug_struct("OtlpOptions")
            .field("protocol", &self.protocol)
            .field("headers", &headers)
            .field("timeout", &self.timeout)
            .field("compression", &self.compression)
            .finish_non_exhaustive()
    }
}
