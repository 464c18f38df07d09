//! A sink's server, ready to be spoken to.

use std::sync::Arc;

use http::header::{HeaderMap, HeaderName, HeaderValue};

use super::address::Address;
use super::alertmanager;
use super::delivery::Server;
use super::secret::Secret;
use super::sender::Sender;
use super::sink::{Kind, Sink};
use crate::otlp::PostClient;
use crate::settings::{PemFile, Problem, TlsSettings};

impl Sink {
    /// Prepares the connection to a server at this address, which [`Sink::problems`] has nothing against.
    ///
    /// # Errors
    ///
    /// When the address, a header or a file for TLS cannot be used after all.
    pub(super) fn server(&self, sender: &Arc<Sender>) -> Result<Server, Problem> {
        let problem = |why: &str| Problem::new(self.setting(), why);
        let mut address = Address::parse(self.kind.url().unwrap_or_default()).map_err(problem)?;
        if matches!(self.kind, Kind::Alertmanager { .. }) {
            address = address.below(alertmanager::PATH);
        }
        let uri = address.reveal().parse().map_err(|_| problem("the address cannot be used"))?;
        let content = match self.kind {
            Kind::CloudEvents { .. } => "application/cloudevents+json; charset=utf-8",
            _ => "application/json",
        };
        let authority = self.authority.as_ref();
        let authority =
            authority.map(|path| PemFile { setting: "certificate_authority".to_owned(), path: path.clone() });
        let tls = TlsSettings { authority, identity: None };
        // Whatever is wrong with TLS is wrong with this sink.
        let client = PostClient::new(uri, self.header_map()?, content, &tls, self.timeout)
            .map_err(|inner| problem(&inner.why))?;
        let mut secrets: Vec<Secret> = self.headers.iter().map(|(_, value)| value.clone()).collect();
        secrets.push(address.secret().clone());
        if let Kind::PagerDuty { key, .. } = &self.kind {
            secrets.push(key.clone());
        }
        Ok(Server { client, secrets, sender: Arc::clone(sender) })
    }

    fn header_map(&self) -> Result<HeaderMap, Problem> {
        let mut headers = HeaderMap::with_capacity(self.headers.len() + 2);
        let problem = |why: &str| Problem::new(self.setting(), why);
        for (name, value) in &self.headers {
            let name: HeaderName =
                name.reveal().parse().map_err(|_| problem("a header has a name that no header can have"))?;
            let mut value: HeaderValue = value
                .reveal()
                .parse()
                .map_err(|_| problem(&format!("the header `{name}` has a value that no header can carry")))?;
            value.set_sensitive(true);
            headers.insert(name, value);
        }
        Ok(headers)
    }
}
