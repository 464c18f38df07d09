//! Addresses: which one is meant, what may be one, and what is shown of it.

use crate::ledger::Stream;

use super::effective::{Origin, REDACTED};
use super::{Protocol, Reader};

/// An address as it was given.
pub(super) struct Endpoint {
    /// The builder's method or the variable.
    pub(super) setting: String,
    pub(super) origin: Origin,
    /// `None` when nobody gave one.
    pub(super) url: Option<String>,
    /// Whether it is meant for one stream alone, and used as it is.
    pub(super) exact: bool,
}

impl Endpoint {
    /// Port 4317 is registered for OTLP over gRPC; everything else is HTTP, the specification's default.
    pub(super) fn usual_protocol(&self) -> Protocol {
        let url = self.url.as_deref().unwrap_or_default().trim_end_matches('/');
        if url.ends_with(":4317") { Protocol::Grpc } else { Protocol::HttpProtobuf }
    }

    /// Whether it leaves open if it is spoken to in clear, which only gRPC allows.
    pub(super) fn is_without_scheme(&self, protocol: Protocol) -> bool {
        protocol == Protocol::Grpc && self.url.as_deref().is_some_and(|url| !url.contains("://"))
    }

    /// The full address.
    pub(super) fn address(
        &self,
        protocol: Protocol,
        stream: Stream,
        insecure: bool,
        env: &mut Reader<'_>,
    ) -> String {
        let default = match protocol {
            Protocol::Grpc => "http://localhost:4317",
            Protocol::HttpProtobuf | Protocol::HttpJson => "http://localhost:4318",
        };
        let given = self.url.as_deref().unwrap_or(default);
        let url = if self.is_without_scheme(protocol) {
            format!("{}://{given}", if insecure { "http" } else { "https" })
        } else {
            given.to_owned()
        };
        if let Err(why) = self.check(given, &url) {
            env.complain(&self.setting, why);
        }
        match protocol {
            Protocol::HttpProtobuf | Protocol::HttpJson if !self.exact => {
                format!("{}/v1/{}", url.trim_end_matches('/'), stream.as_str())
            }
            _ => url,
        }
    }

    fn check(&self, given: &str, url: &str) -> Result<(), String> {
        if authority(given).contains('@') {
            // The address holds a secret, so it is not repeated.
            return Err(
                "an address with credentials is not supported; use OTEL_EXPORTER_OTLP_HEADERS".to_owned()
            );
        }
        let shown = redacted(given);
        let wrong = || format!("`{shown}` is not an address like http://localhost:4317");
        let (host, port) = match authority(url).rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
            _ => (authority(url), None),
        };
        let without_scheme = given.len() < url.len();
        if !["http://", "https://"].iter().any(|scheme| url.starts_with(scheme))
            || host.is_empty()
            || url.contains(|c: char| c.is_whitespace() || c.is_control())
            || port.is_some_and(|port| port.parse::<u16>().is_err())
            || (without_scheme && (port.is_none() || given.contains('/')))
        {
            return Err(wrong());
        }
        if !self.exact && url.contains(['?', '#']) {
            return Err(format!(
                "`{shown}` has a query, to which no path can be added; give each stream an address of its own"
            ));
        }
        Ok(())
    }
}

/// The host and port of an address.
fn authority(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or_default()
}

/// The host and port of an address, whose port is `usual` unless it says so.
pub(super) fn with_port(url: &str, usual: u16) -> String {
    let authority = authority(url);
    match authority.rsplit_once(':') {
        Some((_, port)) if !port.ends_with(']') => authority.to_owned(),
        _ => format!("{authority}:{usual}"),
    }
}

/// The address without what may be a secret: who asks, and the query.
pub(super) fn redacted(url: &str) -> String {
    let (front, query) = match url.find(['?', '#']) {
        Some(at) => (&url[..at], true),
        None => (url, false),
    };
    let authority = authority(front);
    let front = match authority.rsplit_once('@') {
        Some((_, host)) => front.replacen(authority, &format!("{REDACTED}@{host}"), 1),
        None => front.to_owned(),
    };
    if query { format!("{front}?{REDACTED}") } else { front }
}

#[cfg(test)]
mod tests {
    use super::{redacted, with_port};

    #[test]
    fn an_address_has_a_port_whether_it_says_so_or_not() {
        for (url, connected) in [
            ("http://localhost:4318/v1/traces", "localhost:4318"),
            ("https://collector/a:b", "collector:443"),
            ("https://[::1]", "[::1]:443"),
            ("https://[::1]:4317", "[::1]:4317"),
        ] {
            assert_eq!(with_port(url, 443), connected);
        }
    }

    #[test]
    fn an_address_is_shown_without_its_secrets() {
        for (url, shown) in [
            ("http://localhost:4318/v1/traces", "http://localhost:4318/v1/traces"),
            ("https://me:secret@collector:4318/a", "https://[redacted]@collector:4318/a"),
            ("https://collector/a?key=secret", "https://collector/a?[redacted]"),
            ("https://collector?key=a@b", "https://collector?[redacted]"),
            ("me:secret@collector:4317", "[redacted]@collector:4317"),
        ] {
            assert_eq!(redacted(url), shown);
        }
    }
}
