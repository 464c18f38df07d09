//! TLS: whom we trust, and how we show who we are. Both transports have one configuration.

use std::sync::Arc;

use rustls::client::WantsClientCert;
use rustls::crypto::ring;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, ConfigBuilder, RootCertStore};

use crate::settings::{PemFile, Problem, TlsSettings};

/// The configuration of a client that trusts and introduces itself as the settings say.
///
/// # Errors
///
/// When a file cannot be read or does not hold what it should, or when there is nobody to trust.
pub(super) fn client(settings: &TlsSettings) -> Result<ClientConfig, Problem> {
    let roots = match &settings.authority {
        Some(file) => authorities(file)?,
        None => the_systems_authorities()?,
    };
    let builder = trusting(roots)?;
    match &settings.identity {
        None => Ok(builder.with_no_client_auth()),
        Some((chain, key)) => builder
            .with_client_auth_cert(certificates(chain)?, private_key(key)?)
            .map_err(|error| problem(key, &format!("does not fit the certificate: {error}"))),
    }
}

/// The configuration of a client that never uses it: its address asks for no TLS.
///
/// # Errors
///
/// Never, as long as the versions of TLS are those of the provider.
pub(super) fn without_trust() -> Result<ClientConfig, Problem> {
    Ok(trusting(RootCertStore::empty())?.with_no_client_auth())
}

/// The provider is named, so that nothing is installed for the whole process and nothing that is can interfere.
fn trusting(roots: RootCertStore) -> Result<ConfigBuilder<ClientConfig, WantsClientCert>, Problem> {
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| Problem::new("TLS", error.to_string()))?;
    Ok(builder.with_root_certificates(roots))
}

fn authorities(file: &PemFile) -> Result<RootCertStore, Problem> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(file)? {
        roots
            .add(certificate)
            .map_err(|error| problem(file, &format!("holds a certificate that cannot be used: {error}")))?;
    }
    Ok(roots)
}

fn the_systems_authorities() -> Result<RootCertStore, Problem> {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    // Systems carry certificates that nobody can read any more; the others are good.
    let (usable, _) = roots.add_parsable_certificates(found.certs);
    if usable > 0 {
        return Ok(roots);
    }
    let why = found.errors.first().map(|error| format!(" ({error})")).unwrap_or_default();
    Err(Problem::new(
        "OTEL_EXPORTER_OTLP_CERTIFICATE",
        format!("this system knows no certificate authority{why}; name the file of the one to trust"),
    ))
}

fn certificates(file: &PemFile) -> Result<Vec<CertificateDer<'static>>, Problem> {
    let found = CertificateDer::pem_file_iter(&file.path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    match found {
        Ok(certificates) if certificates.is_empty() => Err(problem(file, "holds no certificate")),
        Ok(certificates) => Ok(certificates),
        Err(error) => Err(unreadable(file, &error, "certificate")),
    }
}

fn private_key(file: &PemFile) -> Result<PrivateKeyDer<'static>, Problem> {
    PrivateKeyDer::from_pem_file(&file.path).map_err(|error| unreadable(file, &error, "private key"))
}

/// What is wrong with a file, without a word of what is in it: it may be a key.
fn unreadable(file: &PemFile, error: &pem::Error, wanted: &str) -> Problem {
    match error {
        pem::Error::Io(error) => problem(file, &format!("cannot be read: {error}")),
        pem::Error::NoItemsFound => problem(file, &format!("holds no {wanted}")),
        _ => problem(file, "is not well-formed PEM"),
    }
}

fn problem(file: &PemFile, why: &str) -> Problem {
    Problem::new(&file.setting, format!("`{}` {why}", file.path.display()))
}
