//! Looking a sink over: what it asks for is there, or is refused by name.

use std::time::Duration;

use super::address::Address;
use super::sink::{Kind, Sink};
use crate::settings::Problem;

/// How many letters and digits an integration key of PagerDuty has.
const KEY_LENGTH: usize = 32;

impl Sink {
    /// How its problems are called.
    pub(super) fn setting(&self) -> String {
        format!("alert sink `{}`", self.name)
    }

    /// Everything about it that cannot be used, without a word that may be a secret.
    pub(super) fn problems(&self) -> Vec<Problem> {
        let own = [self.about_its_name(), self.about_its_numbers(), self.about_its_key()];
        let all = own.into_iter().flatten().chain(self.about_its_connection());
        all.map(|why| Problem::new(self.setting(), why)).collect()
    }

    fn about_its_name(&self) -> Option<&'static str> {
        let fitting = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-".contains(c);
        let sound = (1..=32).contains(&self.name.len()) && self.name.chars().all(fitting);
        (!sound).then_some("a name is at most 32 lower-case letters, digits, `-` and `_`")
    }

    fn about_its_numbers(&self) -> Option<&'static str> {
        let resend = match &self.kind {
            Kind::Alertmanager { resend, .. } => *resend,
            _ => Duration::MAX,
        };
        let times = [self.timeout, self.patience, self.backoff.first, resend];
        if self.capacity == 0 || self.rate.burst == 0 {
            Some("`queue` and the burst of `at_most` are at least 1")
        } else if times.iter().any(Duration::is_zero) {
            Some(
                "`timeout`, `patience`, `resend_every` and the first wait of `backoff` are more than nothing",
            )
        } else {
            None
        }
    }

    fn about_its_key(&self) -> Option<&'static str> {
        let Kind::PagerDuty { key, .. } = &self.kind else { return None };
        let key = key.reveal();
        let sound = key.len() == KEY_LENGTH && key.bytes().all(|byte| byte.is_ascii_alphanumeric());
        (!sound).then_some("an integration key of PagerDuty has 32 letters and digits")
    }

    fn about_its_connection(&self) -> Vec<&'static str> {
        let Some(url) = self.kind.url() else {
            let asks_for_one = !self.headers.is_empty() || self.authority.is_some();
            let none = "has no connection that a header or a certificate authority could be for";
            return Vec::from_iter(asks_for_one.then_some(none));
        };
        let mut found = Vec::new();
        if cfg!(not(feature = "alert-http")) {
            found.push("is not part of this build: enable the feature `alert-http`");
        }
        match Address::parse(url) {
            Err(why) => found.push(why),
            Ok(address) => {
                if address.is_secure() && cfg!(not(feature = "tls")) {
                    found.push("https is not part of this build: enable the feature `tls`");
                }
                if address.has_query() && matches!(self.kind, Kind::Alertmanager { .. }) {
                    found.push("the address has a query, to which no path can be added");
                }
            }
        }
        found
    }
}

impl Kind {
    pub(super) fn url(&self) -> Option<&str> {
        match self {
            Self::Alertmanager { url, .. }
            | Self::PagerDuty { url, .. }
            | Self::Slack { url }
            | Self::CloudEvents { url } => Some(url.reveal()),
            Self::Events | Self::Log => None,
        }
    }
}
