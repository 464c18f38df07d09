//! How connections are made: TCP, and TLS where the address asks for it.

use http::Uri;
use http::uri::Scheme;
use hyper_util::client::legacy::connect::HttpConnector;

use crate::settings::{Problem, TlsSettings};

use super::transport::CONNECT_TIMEOUT;

/// Makes the connections of one destination.
#[cfg(feature = "tls")]
pub(super) type Connector = hyper_rustls::HttpsConnector<HttpConnector>;

/// Makes the connections of one destination.
#[cfg(not(feature = "tls"))]
pub(super) type Connector = HttpConnector;

/// A connector to `address`, for the application protocol that TLS agrees on.
///
/// # Errors
///
/// When the address asks for TLS, and its files cannot be used or it is not part of this build.
pub(super) fn connector(address: &Uri, tls: &TlsSettings, protocol: &[u8]) -> Result<Connector, Problem> {
    let mut tcp = HttpConnector::new();
    tcp.set_connect_timeout(Some(CONNECT_TIMEOUT));
    tcp.set_nodelay(true);
    tcp.enforce_http(false);
    finish(tcp, address, tls, protocol)
}

#[cfg(feature = "tls")]
fn finish(
    tcp: HttpConnector,
    address: &Uri,
    tls: &TlsSettings,
    protocol: &[u8],
) -> Result<Connector, Problem> {
    let mut tls = if is_secure(address) { super::tls::client(tls)? } else { super::tls::without_trust()? };
    tls.alpn_protocols = vec![protocol.to_vec()];
    Ok(Connector::from((tcp, tls)))
}

#[cfg(not(feature = "tls"))]
fn finish(
    tcp: HttpConnector,
    address: &Uri,
    _tls: &TlsSettings,
    _protocol: &[u8],
) -> Result<Connector, Problem> {
    if is_secure(address) {
        // Without its path and query, which may hold a secret.
        let host = address.authority().map_or("", http::uri::Authority::as_str);
        let why = format!("`https://{host}` asks for TLS: enable the feature `tls`");
        return Err(Problem::new("OTEL_EXPORTER_OTLP_ENDPOINT", why));
    }
    Ok(tcp)
}

fn is_secure(address: &Uri) -> bool {
    address.scheme() == Some(&Scheme::HTTPS)
}
