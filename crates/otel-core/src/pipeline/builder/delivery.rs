//! Where telemetry goes, and how.

use std::path::PathBuf;
use std::time::Duration;

use crate::settings::{Compression, OtlpDestination, Protocol};

use super::Builder;

impl Builder {
    /// The OTLP endpoint, such as `http://localhost:4317`; for HTTP the base of the three paths.
    pub fn endpoint(mut self, url: impl Into<String>) -> Self {
        self.code.otlp.endpoint = Some(url.into());
        self
    }

    /// How OTLP is spoken.
    pub fn protocol(mut self, protocol: Protocol) -> Self {
        self.code.otlp.protocol = Some(protocol);
        self
    }

    /// A header, or gRPC metadata, for every request. Its value is never printed.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.code.otlp.headers.push((name.into(), value.into()));
        self
    }

    /// How requests are compressed.
    pub fn compression(mut self, compression: Compression) -> Self {
        self.code.otlp.compression = Some(compression);
        self
    }

    /// A PEM file with the authorities that an `https` endpoint is trusted by, in place of the system's.
    pub fn certificate_authority(mut self, path: impl Into<PathBuf>) -> Self {
        self.code.otlp.authority = Some(path.into());
        self
    }

    /// The PEM files of the certificate that is shown to an `https` endpoint, and of its key.
    pub fn client_certificate(mut self, certificate: impl Into<PathBuf>, key: impl Into<PathBuf>) -> Self {
        self.code.otlp.identity = Some((certificate.into(), key.into()));
        self
    }

    /// The most bytes of one request, before and after compression: from 64 KiB to 64 MiB, and 4 MiB unless said
    /// otherwise.
    pub fn max_request_bytes(mut self, bytes: usize) -> Self {
        self.code.otlp.max_request_bytes = Some(bytes);
        self
    }

    /// How long one attempt to deliver a request may take; 10 s unless said otherwise.
    pub fn export_timeout(mut self, timeout: Duration) -> Self {
        self.code.otlp.timeout = Some(timeout);
        self
    }

    /// How long all attempts to deliver one request may take together, before it is dropped and counted: 5 minutes
    /// for spans and events and 30 s for metrics, unless said otherwise.
    pub fn retry_for(mut self, time: Duration) -> Self {
        self.code.retry_for = Some(time);
        self
    }

    /// The wait after an attempt that failed, which doubles with each further one until it is the `longest`: 100 ms
    /// and 3 s unless said otherwise. A fifth more or less is left to chance.
    pub fn backoff(mut self, first: Duration, longest: Duration) -> Self {
        self.code.backoff = Some((first, longest));
        self
    }

    /// Another OTLP endpoint that telemetry goes to as well.
    pub fn also_to(mut self, destination: OtlpDestination) -> Self {
        self.code.also_to.push(destination);
        self
    }

    /// A file that telemetry is added to as well, as OTLP-JSON lines.
    pub fn json_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.code.json_file = Some(path.into());
        self
    }

    /// A host and a port where Prometheus can fetch metrics as well, at `/metrics`. Port 0 takes one that is free;
    /// [`Pipeline::prometheus_address`](crate::pipeline::Pipeline::prometheus_address) says which.
    ///
    /// Its text format has no exponential histograms: with it, histograms without bounds of their own have explicit
    /// buckets, for every destination.
    pub fn prometheus(mut self, host: impl Into<String>, port: u16) -> Self {
        self.code.prometheus = Some((host.into(), port));
        self
    }

    /// How long a span or an event may wait for company before it is sent.
    pub fn schedule_delay(mut self, delay: Duration) -> Self {
        self.code.schedule_delay = Some(delay);
        self
    }

    /// How often metrics are collected and sent.
    pub fn metric_interval(mut self, interval: Duration) -> Self {
        self.code.metric_interval = Some(interval);
        self
    }
}
