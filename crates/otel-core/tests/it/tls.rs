//! TLS on both transports: who is trusted, who is shown, and what is said when it does not work out.

use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc;
use std::time::Duration;

use otel_core::pipeline::{Builder, Diagnostic};
use otel_core::settings::{Environment, Problem, Protocol};
use otel_core::{Outcome, SpanDef, SpanKind, Telemetry};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    date_time_ymd,
};
use tempfile::TempDir;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{RootCertStore, ServerConfig, SupportedProtocolVersion};

use crate::server::{Says, Server};

const WORK: SpanDef = SpanDef::new("work", SpanKind::Internal, "A piece of work.");

const PROTOCOLS: [Protocol; 2] = [Protocol::Grpc, Protocol::HttpProtobuf];
const PATIENCE: Duration = Duration::from_secs(60);
const SHORT: Duration = Duration::from_millis(300);

/// Everything an authority needs to have others trusted.
struct Authority {
    params: CertificateParams,
    key: KeyPair,
}

/// A certificate and its key.
struct Identity {
    certificate: rcgen::Certificate,
    key: KeyPair,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        // Authorities are looked up by their names.
        let name = format!("authority {}", fastrand::u64(..));
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self { params, key: KeyPair::generate().unwrap() }
    }

    fn certificate(&self) -> rcgen::Certificate {
        self.params.self_signed(&self.key).unwrap()
    }

    /// An identity for the server `name`, or for a client.
    fn sign(&self, name: &str, change: impl FnOnce(&mut CertificateParams)) -> Identity {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.extended_key_usages =
            vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        let issuer = Issuer::from_params(&self.params, &self.key);
        Identity { certificate: params.signed_by(&key, &issuer).unwrap(), key }
    }

    fn here(&self) -> Identity {
        self.sign("127.0.0.1", |_| {})
    }
}

const EITHER: [&SupportedProtocolVersion; 2] = [&TLS12, &TLS13];

/// A server with `identity`, which wants a client of `clients`, when there are any.
fn config(
    identity: &Identity,
    clients: Option<&Authority>,
    versions: &[&'static SupportedProtocolVersion],
) -> ServerConfig {
    let provider = Arc::new(ring::default_provider());
    let builder =
        ServerConfig::builder_with_provider(Arc::clone(&provider)).with_protocol_versions(versions).unwrap();
    let builder = match clients {
        None => builder.with_no_client_auth(),
        Some(authority) => {
            let mut roots = RootCertStore::empty();
            roots.add(authority.certificate().der().clone()).unwrap();
            let verifier =
                WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build().unwrap();
            builder.with_client_cert_verifier(verifier)
        }
    };
    let key = PrivateKeyDer::try_from(identity.key.serialize_der()).unwrap();
    builder.with_single_cert(vec![identity.certificate.der().clone()], key).unwrap()
}

fn serve(protocol: Protocol, config: ServerConfig) -> Server {
    Server::start(protocol, Some(config), move |_, _| Says::yes(protocol))
}

fn builder(endpoint: &str, protocol: Protocol) -> Builder {
    let nothing: [(&str, &str); 0] = [];
    Telemetry::builder("tls")
        .self_metrics(false)
        .environment(Environment::of(nothing))
        .endpoint(endpoint)
        .protocol(protocol)
        .schedule_delay(Duration::from_millis(1))
}

/// Files that last as long as their test.
struct Files(TempDir);

impl Files {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self, name: &str, content: &str) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }
}

fn arrives(builder: Builder) {
    let pipeline = builder.install().unwrap();
    pipeline.span(&WORK).finish(Outcome::Ok);
    let report = pipeline.shutdown(PATIENCE).unwrap();
    assert_eq!(report.spans.exported, 1, "{report}");
}

/// What is said about a span that does not arrive.
fn fails(builder: Builder) -> Diagnostic {
    let (told, diagnostics) = mpsc::channel();
    let pipeline = builder
        .retry_for(SHORT)
        .on_diagnostic(move |diagnostic| told.send(diagnostic.clone()).unwrap())
        .install()
        .unwrap();
    pipeline.span(&WORK).finish(Outcome::Ok);
    let report = *pipeline.shutdown(PATIENCE).unwrap_err().report();
    assert_eq!((report.spans.exported, report.pending()), (0, 0), "{report}");
    diagnostics.recv_timeout(PATIENCE).unwrap()
}

#[test]
fn what_the_right_authority_signed_is_trusted_on_both_transports_and_in_both_versions() {
    let (authority, files) = (Authority::new(), Files::new());
    // A file may hold several; each is trusted.
    let bundle = Authority::new().certificate().pem() + &authority.certificate().pem();
    let trusted = files.file("authorities.pem", &bundle);
    for protocol in PROTOCOLS {
        for versions in [&[&TLS12], &[&TLS13]] {
            let server = serve(protocol, config(&authority.here(), None, versions));
            arrives(builder(&server.endpoint(), protocol).certificate_authority(&trusted));
            assert_eq!(server.heard().len(), 1);
        }
    }
}

#[test]
fn a_connection_is_used_again() {
    let (authority, files) = (Authority::new(), Files::new());
    let trusted = files.file("authority.pem", &authority.certificate().pem());
    for protocol in PROTOCOLS {
        let server = serve(protocol, config(&authority.here(), None, &EITHER));
        let pipeline =
            builder(&server.endpoint(), protocol).certificate_authority(&trusted).install().unwrap();
        for _ in 0..3 {
            pipeline.span(&WORK).finish(Outcome::Ok);
            pipeline.flush(PATIENCE).unwrap();
        }
        assert_eq!((server.heard().len(), server.connections()), (3, 1), "{protocol:?}");
    }
}

#[test]
fn a_server_that_is_not_to_be_trusted_is_told_apart() {
    let (authority, files) = (Authority::new(), Files::new());
    let trusted = files.file("authority.pem", &authority.certificate().pem());
    let expired = authority.sign("127.0.0.1", |params| {
        params.not_before = date_time_ymd(2001, 1, 1);
        params.not_after = date_time_ymd(2002, 1, 1);
    });
    let elsewhere = authority.sign("collector.example", |_| {});
    let cases = [
        (Authority::new().here(), "UnknownIssuer"),
        (expired, "expired"),
        (elsewhere, "not valid for name \"127.0.0.1\""),
    ];
    for protocol in PROTOCOLS {
        for (identity, cause) in &cases {
            let server = serve(protocol, config(identity, None, &EITHER));
            let said = fails(builder(&server.endpoint(), protocol).certificate_authority(&trusted));
            let Diagnostic::Failing { why, .. } = &said else { panic!("{said}") };
            assert!(why.starts_with("invalid peer certificate: ") && why.contains(cause), "{why}");
            assert!(server.heard().is_empty());
        }
    }
}

#[test]
fn a_server_that_wants_to_know_us_gets_our_certificate() {
    let (authority, clients, files) = (Authority::new(), Authority::new(), Files::new());
    let trusted = files.file("authority.pem", &authority.certificate().pem());
    let us = clients.sign("us", |_| {});
    let chain = files.file("us.pem", &us.certificate.pem());
    let key = files.file("us.key", &us.key.serialize_pem());
    let sec1 = files.file("us.sec1.key", &sec1(&us.key));
    let stranger = Authority::new().sign("stranger", |_| {});
    let strange_chain = files.file("stranger.pem", &stranger.certificate.pem());
    let strange_key = files.file("stranger.key", &stranger.key.serialize_pem());

    for protocol in PROTOCOLS {
        for versions in [&[&TLS12], &[&TLS13]] {
            let server = serve(protocol, config(&authority.here(), Some(&clients), versions));
            let builder = || builder(&server.endpoint(), protocol).certificate_authority(&trusted);
            arrives(builder().client_certificate(&chain, &key));
            arrives(builder().client_certificate(&chain, &sec1));
            assert_eq!(server.heard().len(), 2);

            let Diagnostic::Failing { why, .. } = fails(builder()) else { panic!("{protocol:?}") };
            assert!(why.starts_with("received fatal alert: "), "{why}");
            let strange = builder().client_certificate(&strange_chain, &strange_key);
            let Diagnostic::Failing { why, .. } = fails(strange) else { panic!("{protocol:?}") };
            assert!(why.starts_with("received fatal alert: "), "{why}");
            assert_eq!(server.heard().len(), 2);
        }
    }
}

/// A key of the curve P-256 as SEC1 writes it: it stands at the end of how PKCS#8 does.
fn sec1(key: &KeyPair) -> String {
    let pkcs8 = key.serialize_der();
    let wrapped = pkcs8.windows(2).rposition(|head| head[0] == 0x04 && head[1] == 0x6d).unwrap();
    let identity = rcgen::PublicKeyData::der_bytes(key).len();
    assert!(identity > 0 && wrapped < 40);
    pem("EC PRIVATE KEY", &pkcs8[wrapped + 2..])
}

fn pem(label: &str, bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bits: String = bytes.iter().map(|byte| format!("{byte:08b}")).collect();
    let mut text: String = bits
        .as_bytes()
        .chunks(6)
        .map(|six| {
            let six = format!("{:0<6}", std::str::from_utf8(six).unwrap());
            char::from(LETTERS[usize::from_str_radix(&six, 2).unwrap()])
        })
        .collect();
    text.extend(std::iter::repeat_n('=', text.len().next_multiple_of(4) - text.len()));
    let lines: Vec<&str> =
        text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

/// The problems of a pipeline that is not installed.
fn problems(builder: Builder) -> Vec<Problem> {
    builder.install().unwrap_err().problems().to_vec()
}

#[test]
fn files_that_cannot_be_used_are_said_when_the_pipeline_is_installed() {
    let (authority, files) = (Authority::new(), Files::new());
    let us = authority.here();
    let chain = files.file("us.pem", &us.certificate.pem());
    let key = files.file("us.key", &us.key.serialize_pem());
    let other_key = files.file("other.key", &authority.here().key.serialize_pem());
    let empty = files.file("empty.pem", "");
    let torn = files.file("torn.pem", &us.key.serialize_pem()[..120]);
    let no_certificate = files.file("none.pem", &pem("CERTIFICATE", b"secret"));
    let missing = files.0.path().join("missing.pem");

    for protocol in PROTOCOLS {
        let builder = || builder("https://localhost:4317", protocol);
        let authorities = [
            (&missing, "cannot be read: No such file"),
            (&empty, "holds no certificate"),
            (&key, "holds no certificate"),
            (&torn, "is not well-formed PEM"),
            (&no_certificate, "holds a certificate that cannot be used"),
        ];
        for (path, why) in authorities {
            let found = problems(builder().certificate_authority(path));
            check(&found, "certificate_authority", path, why);
        }
        let identities = [
            (&missing, &key, &missing, "cannot be read: No such file"),
            (&empty, &key, &empty, "holds no certificate"),
            (&chain, &missing, &missing, "cannot be read: No such file"),
            (&chain, &empty, &empty, "holds no private key"),
            (&chain, &chain, &chain, "holds no private key"),
            (&chain, &torn, &torn, "is not well-formed PEM"),
            (&chain, &other_key, &other_key, "does not fit the certificate"),
        ];
        let trusted = files.file("authority.pem", &authority.certificate().pem());
        for (chain, key, wrong, why) in identities {
            let builder = builder().certificate_authority(&trusted).client_certificate(chain, key);
            check(&problems(builder), "client_certificate", wrong, why);
        }
    }
}

fn check(found: &[Problem], setting: &str, path: &std::path::Path, why: &str) {
    // The three streams share one mistake, which is told once.
    let [problem] = found else { panic!("{found:?}") };
    assert_eq!(problem.setting, setting);
    assert!(problem.why.contains(&path.display().to_string()) && problem.why.contains(why), "{problem}");
    assert!(!problem.why.contains("PRIVATE"), "{problem}");
}

#[test]
fn a_port_with_tls_and_one_without_are_not_mistaken_for_one_another() {
    let (authority, files) = (Authority::new(), Files::new());
    let trusted = files.file("authority.pem", &authority.certificate().pem());
    for protocol in PROTOCOLS {
        let secure = serve(protocol, config(&authority.here(), None, &EITHER));
        let said = fails(builder(&format!("http://{}", secure.address()), protocol));
        let Diagnostic::Failing { why, .. } = &said else { panic!("{said}") };
        assert!(why.contains("frame with invalid size") || why.contains("invalid HTTP"), "{why}");
        assert!(secure.heard().is_empty());

        let plain = Server::start(protocol, None, move |_, _| Says::yes(protocol));
        let endpoint = format!("https://{}", plain.address());
        let Diagnostic::Failing { why, .. } =
            fails(builder(&endpoint, protocol).certificate_authority(&trusted))
        else {
            panic!("{protocol:?}")
        };
        assert!(why.contains("TLS") || why.contains("tls"), "{why}");
        assert!(plain.heard().is_empty());
    }
}

#[test]
fn nobody_at_an_https_address_is_unreachable() {
    let (authority, files) = (Authority::new(), Files::new());
    let trusted = files.file("authority.pem", &authority.certificate().pem());
    // The port was free a moment ago.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    for protocol in PROTOCOLS {
        let endpoint = format!("https://127.0.0.1:{port}");
        let said = fails(builder(&endpoint, protocol).certificate_authority(&trusted));
        let Diagnostic::Unreachable { why, .. } = &said else { panic!("{said}") };
        assert!(why.contains("refused"), "{why}");
    }
}
