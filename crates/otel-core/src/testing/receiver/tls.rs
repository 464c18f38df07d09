//! TLS for the receiver's ports.

use std::fmt;
use std::io;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use tokio_rustls::TlsAcceptor;

/// Who the receiver says it is over TLS, and whether its clients must say who they are.
///
/// What is wrong with the texts is told when the receiver starts.
#[derive(Clone)]
pub struct TlsIdentity {
    pem: String,
    authority: Option<String>,
}

impl TlsIdentity {
    /// A certificate, the chain above it, and its private key, all in one text of PEM.
    #[must_use]
    pub fn from_pem(chain_and_key: impl Into<String>) -> Self {
        Self { pem: chain_and_key.into(), authority: None }
    }

    /// Turns away clients without a certificate of this authority, which is PEM too.
    #[must_use]
    pub fn require_clients_of(mut self, authority: impl Into<String>) -> Self {
        self.authority = Some(authority.into());
        self
    }

    /// What accepts connections that will speak `protocol`.
    ///
    /// # Errors
    ///
    /// When a text is not what it should be.
    pub(super) fn acceptor(&self, protocol: &[u8]) -> io::Result<TlsAcceptor> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let chain = certificates(&self.pem)?;
        let key = PrivateKeyDer::from_pem_slice(self.pem.as_bytes()).map_err(malformed)?;
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(malformed)?;
        let builder = match &self.authority {
            None => builder.with_no_client_auth(),
            Some(authority) => {
                let mut roots = RootCertStore::empty();
                certificates(authority)?.into_iter().try_for_each(|it| roots.add(it)).map_err(malformed)?;
                let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
                builder.with_client_cert_verifier(verifier.build().map_err(malformed)?)
            }
        };
        let mut config = builder.with_single_cert(chain, key).map_err(malformed)?;
        config.alpn_protocols = vec![protocol.to_vec()];
        Ok(TlsAcceptor::from(Arc::new(config)))
    }
}

impl fmt::Debug for TlsIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The text holds a key.
        f.debug_struct("TlsIdentity")
            .field("requires_clients", &self.authority.is_some())
            .finish_non_exhaustive()
    }
}

fn certificates(pem: &str) -> io::Result<Vec<CertificateDer<'static>>> {
    CertificateDer::pem_slice_iter(pem.as_bytes()).collect::<Result<_, _>>().map_err(malformed)
}

fn malformed(error: impl std::error::Error + Send + Sync + 'static) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, error)
}
