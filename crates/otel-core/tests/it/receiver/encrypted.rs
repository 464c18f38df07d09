//! A receiver that speaks TLS, asked by a client that knows it, and by clients that do not.

use std::io;
use std::sync::Arc;

use hyper_util::rt::TokioIo;
use otel_core::testing::TlsIdentity;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::*;

/// Someone with a certificate that vouches for itself.
struct Person {
    certificate: String,
    key: String,
}

impl Person {
    fn new() -> Self {
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
        Self { certificate: cert.pem(), key: signing_key.serialize_pem() }
    }

    fn identity(&self) -> TlsIdentity {
        TlsIdentity::from_pem(format!("{}{}", self.certificate, self.key))
    }

    fn certificate(&self) -> CertificateDer<'static> {
        CertificateDer::from_pem_slice(self.certificate.as_bytes()).unwrap()
    }
}

#[tokio::test]
async fn who_knows_the_certificate_is_served() {
    let server = Person::new();
    let receiver = Receiver::builder().tls(server.identity()).start().unwrap();
    assert!(receiver.grpc_endpoint().starts_with("https://"));
    assert_eq!(export(&receiver, &server, None).await.unwrap(), StatusCode::OK);
    assert!(export(&receiver, &Person::new(), None).await.is_err());
    assert!(receiver.wait_until(PATIENCE, |counts| counts.failed_handshakes == 1));
    assert_eq!((receiver.counts().log_records, receiver.counts().connections), (1, 2));
}

#[tokio::test]
async fn a_client_may_have_to_say_who_it_is() {
    let (server, client, stranger) = (Person::new(), Person::new(), Person::new());
    let identity = server.identity().require_clients_of(client.certificate.as_str());
    let receiver = Receiver::builder().tls(identity).start().unwrap();
    assert_eq!(export(&receiver, &server, Some(&client)).await.unwrap(), StatusCode::OK);
    assert!(export(&receiver, &server, None).await.is_err());
    assert!(export(&receiver, &server, Some(&stranger)).await.is_err());
    assert!(receiver.wait_until(PATIENCE, |counts| counts.failed_handshakes == 2));
    assert_eq!(receiver.counts().log_records, 1);
}

#[test]
fn an_identity_that_is_none_is_refused_at_the_start() {
    let person = Person::new();
    let without_key = TlsIdentity::from_pem(person.certificate.as_str());
    let foreign_key = TlsIdentity::from_pem(format!("{}{}", person.certificate, Person::new().key));
    for identity in [TlsIdentity::from_pem("nothing"), without_key, foreign_key] {
        let refused = Receiver::builder().tls(identity).start().unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::InvalidInput, "{refused}");
    }
    let shown = format!("{:?}", person.identity());
    assert!(!shown.contains("KEY") && !shown.contains("CERTIFICATE"), "{shown}");
}

/// Exports a log record over HTTP, trusting `server` and nobody else.
async fn export(receiver: &Receiver, server: &Person, client: Option<&Person>) -> io::Result<StatusCode> {
    let mut roots = RootCertStore::empty();
    roots.add(server.certificate()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots);
    let config = match client {
        None => config.with_no_client_auth(),
        Some(client) => {
            let key = PrivateKeyDer::from_pem_slice(client.key.as_bytes()).unwrap();
            config.with_client_auth_cert(vec![client.certificate()], key).unwrap()
        }
    };
    let stream = TcpStream::connect(receiver.http_endpoint().strip_prefix("https://").unwrap()).await?;
    let name = ServerName::try_from("127.0.0.1").unwrap();
    let stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await?;
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(io::Error::other)?;
    tokio::spawn(connection);
    let mut request = request(receiver, Method::POST, "/v1/logs", PROTOBUF, logs(1).encode_to_vec());
    request.headers_mut().insert("host", "127.0.0.1".parse().unwrap());
    sender.send_request(request).await.map(|response| response.status()).map_err(io::Error::other)
}
