//! OTLP exporters: what the code, the environment and the specification say of each stream.

use std::path::PathBuf;
use std::time::Duration;

use crate::ledger::Stream;

use super::code::OtlpOptions;
use super::effective::{Origin, REDACTED};
use super::endpoint::{Endpoint, redacted};
use super::exporter::{ExporterSettings, PemFile, TlsSettings};
use super::features::{GZIP, JSON, TLS};
use super::{Compression, Protocol, Reader, parse};

const TIMEOUT: Duration = Duration::from_secs(10);

/// The most bytes of a request unless said otherwise: what a gRPC server takes unless told otherwise.
const MAX_REQUEST_BYTES: usize = 4 * 1024 * 1024;

const REQUEST_BYTES: (usize, usize) = (64 * 1024, 64 * 1024 * 1024);

const PROTOCOLS: [(&str, Protocol); 3] = [
    (Protocol::Grpc.as_str(), Protocol::Grpc),
    (Protocol::HttpProtobuf.as_str(), Protocol::HttpProtobuf),
    (Protocol::HttpJson.as_str(), Protocol::HttpJson),
];

const COMPRESSIONS: [(&str, Compression); 2] = [("none", Compression::None), ("gzip", Compression::Gzip)];

/// One stream on its way to one destination.
#[derive(Clone, Copy)]
pub(super) struct Way<'a> {
    /// The destination's name.
    pub(super) to: &'a str,
    pub(super) stream: Stream,
    pub(super) options: &'a OtlpOptions,
    /// Whether the environment has a say. What it says, headers above all, is for one destination only.
    pub(super) environment: bool,
}

impl Way<'_> {
    pub(super) fn resolve(self, env: &mut Reader<'_>) -> ExporterSettings {
        let endpoint = self.endpoint(env);
        let protocol = self.protocol(&endpoint, env);
        let address = self.address(&endpoint, protocol, env);
        ExporterSettings {
            protocol,
            tls: self.tls(&address, env),
            endpoint: address,
            headers: self.headers(env),
            timeout: env
                .setting(self.entry("timeout"))
                .code(self.method("export_timeout"), self.options.timeout)
                .first_of(&self.variables("TIMEOUT"), parse::millis)
                .checked(parse::a_while)
                .or(TIMEOUT),
            compression: self.compression(env),
            max_request_bytes: env
                .setting(self.entry("max_request_bytes"))
                .code(self.method("max_request_bytes"), self.options.max_request_bytes)
                .checked(parse::between(REQUEST_BYTES.0, REQUEST_BYTES.1))
                .or(MAX_REQUEST_BYTES),
        }
    }

    fn endpoint(self, env: &mut Reader<'_>) -> Endpoint {
        if let Some(url) = &self.options.endpoint {
            let (setting, origin) = (self.method("endpoint"), Origin::Code);
            return Endpoint { setting, origin, url: Some(url.clone()), exact: false };
        }
        for (at, variable) in self.variables("ENDPOINT").into_iter().enumerate() {
            if let Some(url) = env.text(&variable) {
                let origin = Origin::Environment(variable.clone());
                return Endpoint { setting: variable, origin, url: Some(url), exact: at == 0 };
            }
        }
        Endpoint { setting: self.method("endpoint"), origin: Origin::Default, url: None, exact: false }
    }

    fn protocol(self, endpoint: &Endpoint, env: &mut Reader<'_>) -> Protocol {
        let (protocol, setting) = env
            .setting(self.entry("protocol"))
            .code(self.method("protocol"), self.options.protocol)
            .first_of(&self.variables("PROTOCOL"), |text| parse::one_of(&PROTOCOLS, text))
            .or_by(endpoint.usual_protocol());
        if protocol == Protocol::HttpJson {
            JSON.require(&setting, env);
        }
        protocol
    }

    fn address(self, endpoint: &Endpoint, protocol: Protocol, env: &mut Reader<'_>) -> String {
        let mut insecure = false;
        if endpoint.is_without_scheme(protocol) {
            let setting = env.setting(self.entry("insecure"));
            insecure = setting.first_of(&self.variables("INSECURE"), parse::flag).or(false);
        }
        let address = endpoint.address(protocol, self.stream, insecure, env);
        env.enter(self.entry("endpoint"), redacted(&address), endpoint.origin.clone());
        if address.starts_with("https://") {
            TLS.require(&endpoint.setting, env);
        }
        address
    }

    /// What is said later replaces what was said before of the same header, whatever its case.
    fn headers(self, env: &mut Reader<'_>) -> Vec<(String, String)> {
        let mut headers: Vec<(String, String)> = Vec::new();
        let mut add = |env: &mut Reader<'_>, (name, value): (String, String), origin: &Origin| {
            let lower = name.to_ascii_lowercase();
            env.enter(self.entry(&format!("headers.{lower}")), REDACTED, origin.clone());
            headers.retain(|(earlier, _)| !earlier.eq_ignore_ascii_case(&lower));
            headers.push((name, value));
        };
        for variable in self.variables("HEADERS").into_iter().rev() {
            let pairs = env.read(&variable, parse::pairs).unwrap_or_default();
            let origin = Origin::Environment(variable);
            pairs.into_iter().for_each(|pair| add(env, pair, &origin));
        }
        self.options.headers.iter().for_each(|pair| add(env, pair.clone(), &Origin::Code));
        headers
    }

    fn compression(self, env: &mut Reader<'_>) -> Compression {
        let variables = self.variables("COMPRESSION");
        let (compression, setting) = env
            .setting(self.entry("compression"))
            .code(self.method("compression"), self.options.compression)
            .first_of(&variables, |text| parse::one_of(&COMPRESSIONS, text))
            .or_by(Compression::default());
        if compression == Compression::Gzip {
            GZIP.require(&setting, env);
        }
        compression
    }

    fn tls(self, address: &str, env: &mut Reader<'_>) -> TlsSettings {
        let authority = self.options.authority.as_ref();
        let authority = self.file("certificate", "certificate_authority", authority, "CERTIFICATE", env);
        let method = "client_certificate";
        let (ours, key) = match &self.options.identity {
            Some((certificate, key)) => (Some(certificate), Some(key)),
            None => (None, None),
        };
        let certificate = self.file("client_certificate", method, ours, "CLIENT_CERTIFICATE", env);
        let key = self.file("client_key", method, key, "CLIENT_KEY", env);
        let identity = match (certificate, key) {
            (Some(certificate), Some(key)) => Some((certificate, key)),
            (None, None) => None,
            (Some(PemFile { setting, .. }), None) => {
                env.complain(setting, "is a certificate without its key: set …_CLIENT_KEY too");
                None
            }
            (None, Some(PemFile { setting, .. })) => {
                env.complain(setting, "is a key without its certificate: set …_CLIENT_CERTIFICATE too");
                None
            }
        };
        let tls = TlsSettings { authority, identity };
        if address.starts_with("http://") && tls != TlsSettings::default() {
            let (to, stream) = (self.to, self.stream.as_str());
            let address = redacted(address);
            env.notice(format!(
                "{to}.{stream}: certificates have no effect, because {address} is not encrypted"
            ));
        }
        tls
    }

    /// A PEM file; reading it is the transport's business.
    fn file(
        self,
        entry: &str,
        method: &str,
        ours: Option<&PathBuf>,
        option: &str,
        env: &mut Reader<'_>,
    ) -> Option<PemFile> {
        let setting = env.setting(self.entry(entry)).code(self.method(method), ours.cloned());
        let (path, setting) = setting.first_of(&self.variables(option), parse::path).if_given()?;
        TLS.require(&setting, env);
        Some(PemFile { setting, path })
    }

    /// The variables of an option, the one of this stream first.
    fn variables(self, option: &str) -> Vec<String> {
        if !self.environment {
            return Vec::new();
        }
        let stream = self.stream.as_str().to_ascii_uppercase();
        vec![format!("OTEL_EXPORTER_OTLP_{stream}_{option}"), format!("OTEL_EXPORTER_OTLP_{option}")]
    }

    /// The name of a setting in force.
    fn entry(self, setting: &str) -> String {
        format!("{}.{}.{setting}", self.to, self.stream.as_str())
    }

    /// What the code said, in the words of a problem.
    fn method(self, method: &str) -> String {
        if self.environment { method.to_owned() } else { format!("also_to `{}`: {method}", self.to) }
    }
}
