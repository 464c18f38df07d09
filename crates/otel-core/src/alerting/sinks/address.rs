//! Where a sink is: an address of which only the host is shown.

use std::fmt;

use super::secret::Secret;

/// An address of a server. What follows the host may be a secret, and often is.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Address {
    /// Scheme, host and port.
    origin: String,
    /// Path and query.
    rest: Secret,
}

impl Address {
    /// Reads an address.
    ///
    /// # Errors
    ///
    /// What is wrong with it, without a word of it.
    pub(super) fn parse(url: &str) -> Result<Self, &'static str> {
        const MALFORMED: &str = "the address is not one like https://host:port/path";
        let (scheme, after) = url.split_once("://").ok_or(MALFORMED)?;
        let at = after.find(['/', '?', '#']).unwrap_or(after.len());
        let (authority, rest) = after.split_at(at);
        if authority.contains('@') {
            return Err("an address with credentials is not supported; use `bearer_token` or `header`");
        }
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
            _ => (authority, None),
        };
        let readable = |c: char| {
            c.is_ascii_graphic() && !matches!(c, '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}')
        };
        let sound = ["http", "https"].contains(&scheme)
            && !host.is_empty()
            && port.is_none_or(|port| port.parse::<u16>().is_ok())
            && url.chars().all(readable)
            && !url.contains('#');
        if !sound {
            return Err(MALFORMED);
        }
        Ok(Self { origin: format!("{scheme}://{authority}"), rest: Secret::new(rest) })
    }

    /// Whether it is spoken to over TLS.
    pub(super) fn is_secure(&self) -> bool {
        self.origin.starts_with("https://")
    }

    /// Whether there is a question mark in it.
    pub(super) fn has_query(&self) -> bool {
        self.rest.reveal().contains('?')
    }

    /// The same address with a path below its own.
    #[cfg(feature = "alert-http")]
    pub(super) fn below(&self, path: &str) -> Self {
        let rest = format!("{}{path}", self.rest.reveal().trim_end_matches('/'));
        Self { origin: self.origin.clone(), rest: Secret::new(rest) }
    }

    /// The whole address, for whoever connects.
    #[cfg(feature = "alert-http")]
    pub(super) fn reveal(&self) -> String {
        format!("{}{}", self.origin, self.rest.reveal())
    }

    /// What of it is nobody's business.
    #[cfg(feature = "alert-http")]
    pub(super) const fn secret(&self) -> &Secret {
        &self.rest
    }
}

/// The host alone.
impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.origin)
    }
}

#[cfg(test)]
mod tests {
    use super::Address;

    #[test]
    fn an_address_is_one_of_http_and_shows_its_host_alone() {
        for (url, shown) in [
            ("http://localhost:9093", Some("http://localhost:9093")),
            ("https://hooks.slack.com/services/T/B/x", Some("https://hooks.slack.com")),
            ("https://[::1]:9093/a?key=x", Some("https://[::1]:9093")),
            ("https://[::1]/", Some("https://[::1]")),
            ("hooks.slack.com/services", None),
            ("ftp://host/", None),
            ("http://", None),
            ("http:///path", None),
            ("http://host:port/", None),
            ("http://host:99999/", None),
            ("http://ho st/", None),
            ("http://host/\u{e4}", None),
            ("http://host/a#b", None),
            ("http://host/{a}", None),
            ("http://me:secret@host/", None),
        ] {
            let parsed = Address::parse(url);
            assert_eq!(parsed.ok().map(|address| format!("{address:?}")).as_deref(), shown, "{url}");
        }
    }
}
