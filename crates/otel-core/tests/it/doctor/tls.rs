//! TLS: who is not trusted, and who speaks it where the other does not.

use std::sync::Arc;

use otel_core::pipeline::{Builder, FindingKind};
use otel_core::settings::Protocol;
use otel_core::testing::{Receiver, TlsIdentity};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    date_time_ymd,
};
use tempfile::TempDir;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{RootCertStore, ServerConfig, SupportedProtocolVersion};

use super::{PATIENCE, PROTOCOLS, endpoint_of, patient, the, to};
use crate::server::{Says, Server};

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority() -> Authority {
    called("an authority")
}

fn called(name: &str) -> Authority {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A certificate and its key.
fn leaf(authority: &Authority, name: &str, change: impl FnOnce(&mut CertificateParams)) -> (String, String) {
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    change(&mut params);
    let key = KeyPair::generate().unwrap();
    (params.signed_by(&key, authority).unwrap().pem(), key.serialize_pem())
}

fn receiver(authority: &Authority, name: &str, change: impl FnOnce(&mut CertificateParams)) -> Receiver {
    let (certificate, key) = leaf(authority, name, change);
    Receiver::builder().tls(TlsIdentity::from_pem(certificate + &key)).start().unwrap()
}

/// A client that trusts one authority.
struct Client {
    files: TempDir,
}

impl Client {
    fn trusting(authority: &Authority) -> Self {
        let files = tempfile::tempdir().unwrap();
        std::fs::write(files.path().join("authority.pem"), authority.pem()).unwrap();
        Self { files }
    }

    fn to(&self, endpoint: String, protocol: Protocol) -> Builder {
        to(endpoint, protocol).certificate_authority(self.files.path().join("authority.pem"))
    }

    fn finds(&self, receiver: &Receiver, kind: FindingKind, seen: &str, remedy: &str) {
        for protocol in PROTOCOLS {
            let pipeline = patient(self.to(endpoint_of(receiver, protocol), protocol));
            check(&pipeline.doctor(PATIENCE), kind, seen, remedy);
        }
    }
}

fn check(diagnosis: &otel_core::pipeline::Diagnosis, kind: FindingKind, seen: &str, remedy: &str) {
    assert_eq!(diagnosis.findings()[0].kind, kind, "{diagnosis}");
    let finding = the(diagnosis, kind);
    assert!(finding.what.contains(seen) && finding.remedy.contains(remedy), "{diagnosis}");
}

#[test]
fn a_trusted_server_is_well() {
    let ours = authority();
    let (receiver, client) = (receiver(&ours, "127.0.0.1", |_| {}), Client::trusting(&ours));
    for protocol in PROTOCOLS {
        let pipeline = patient(client.to(endpoint_of(&receiver, protocol), protocol));
        pipeline.event(&super::NOTE).emit();
        let diagnosis = pipeline.doctor(PATIENCE);
        assert!(diagnosis.is_well(), "{diagnosis}");
    }
}

#[test]
fn the_authority_is_unknown() {
    let client = Client::trusting(&authority());
    // One of another name, and one that has the name and not the key.
    for (other, seen) in [(called("another"), "UnknownIssuer"), (authority(), "BadSignature")] {
        let receiver = receiver(&other, "127.0.0.1", |_| {});
        let remedy = "`Builder::certificate_authority` names another";
        client.finds(&receiver, FindingKind::UnknownAuthority, seen, remedy);
    }
}

#[test]
fn the_certificate_has_expired_or_is_not_valid_yet() {
    let ours = authority();
    let client = Client::trusting(&ours);
    let expired = receiver(&ours, "127.0.0.1", |params| {
        (params.not_before, params.not_after) = (date_time_ymd(2020, 1, 1), date_time_ymd(2021, 1, 1));
    });
    client.finds(&expired, FindingKind::CertificateExpired, "expired", "renew");
    let early = receiver(&ours, "127.0.0.1", |params| {
        (params.not_before, params.not_after) = (date_time_ymd(3000, 1, 1), date_time_ymd(3001, 1, 1));
    });
    client.finds(&early, FindingKind::CertificateNotYetValid, "not valid yet", "clock");
}

#[test]
fn the_certificate_is_for_another_host() {
    let ours = authority();
    let elsewhere = receiver(&ours, "elsewhere.test", |_| {});
    let client = Client::trusting(&ours);
    client.finds(&elsewhere, FindingKind::WrongHost, "not valid for name", "`Builder::endpoint`");
}

#[test]
fn a_client_certificate_is_required_or_is_not_trusted() {
    let (ours, theirs, strange) = (authority(), authority(), authority());
    let client = Client::trusting(&ours);
    let (chain, key) = leaf(&strange, "stranger.test", |params| {
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    });
    let files = [("chain.pem", chain), ("key.pem", key)].map(|(name, text)| {
        let path = client.files.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    });
    for protocol in PROTOCOLS {
        for versions in [&[&TLS12], &[&TLS13]] {
            // This server waits after its alert, so that nothing overtakes it.
            let config = picky(&ours, &theirs, versions);
            let server = Server::start(protocol, Some(config), move |_, _| Says::yes(protocol));
            let kind = FindingKind::ClientCertificate;
            let without = client.to(server.endpoint(), protocol);
            let remedy = "none is set: name one, and its key, in OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE";
            check(&patient(without).doctor(PATIENCE), kind, "received fatal alert", remedy);
            let strange = client.to(server.endpoint(), protocol).client_certificate(&files[0], &files[1]);
            let remedy = "does not trust the certificate that `Builder::client_certificate` names";
            check(&patient(strange).doctor(PATIENCE), kind, "received fatal alert", remedy);
        }
    }
}

/// A server that wants certificates of `clients`.
fn picky(
    ours: &Authority,
    clients: &Authority,
    versions: &[&'static SupportedProtocolVersion],
) -> ServerConfig {
    let (certificate, key) = leaf(ours, "127.0.0.1", |_| {});
    let provider = Arc::new(ring::default_provider());
    let mut roots = RootCertStore::empty();
    roots.add(clients.der().clone()).unwrap();
    let verifier =
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider)).build().unwrap();
    ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)
        .unwrap()
        .with_client_cert_verifier(verifier)
        .with_single_cert(
            vec![CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap()],
            PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap(),
        )
        .unwrap()
}

#[test]
fn plain_text_to_a_tls_port_and_tls_to_a_plain_one() {
    let ours = authority();
    let (secure, plain) = (receiver(&ours, "127.0.0.1", |_| {}), Receiver::start().unwrap());
    let client = Client::trusting(&ours);
    for protocol in PROTOCOLS {
        let endpoint = endpoint_of(&secure, protocol).replace("https://", "http://");
        let diagnosis = patient(to(endpoint, protocol)).doctor(PATIENCE);
        check(
            &diagnosis,
            FindingKind::TlsExpected,
            "the port speaks TLS",
            "say https:// in `Builder::endpoint`",
        );

        let endpoint = endpoint_of(&plain, protocol).replace("http://", "https://");
        let diagnosis = patient(client.to(endpoint, protocol)).doctor(PATIENCE);
        check(&diagnosis, FindingKind::TlsNotSpoken, "and no TLS", "say http:// in `Builder::endpoint`");
    }
}

#[test]
fn grpc_is_spoken_to_http_behind_tls_and_the_reverse() {
    let ours = authority();
    let (receiver, client) = (receiver(&ours, "127.0.0.1", |_| {}), Client::trusting(&ours));
    for (endpoint, protocol) in
        [(receiver.http_endpoint(), Protocol::Grpc), (receiver.grpc_endpoint(), Protocol::HttpProtobuf)]
    {
        let diagnosis = patient(client.to(endpoint, protocol)).doctor(PATIENCE);
        check(&diagnosis, FindingKind::WrongProtocol, "", "`Builder::protocol` to ");
    }
}

#[test]
fn a_file_is_gone() {
    let ours = authority();
    let (receiver, client) = (receiver(&ours, "127.0.0.1", |_| {}), Client::trusting(&ours));
    let pipeline = patient(client.to(receiver.grpc_endpoint(), Protocol::Grpc));
    std::fs::remove_file(client.files.path().join("authority.pem")).unwrap();
    check(&pipeline.doctor(PATIENCE), FindingKind::UnusableSetting, "authority.pem", "put right");
}
