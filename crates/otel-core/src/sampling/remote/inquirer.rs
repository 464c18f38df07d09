//! Asks a server for its strategy, again and again.

use std::fmt::Write as _;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use crate::otlp::Inquiry;
use crate::pipeline::{Diagnostic, Listener};
use crate::settings::{Problem, RemoteSettings};

use super::RemoteSampler;
use super::strategy::Strategy;

/// How long an answer may take, and how long it may be.
const TIMEOUT: Duration = Duration::from_secs(10);
const MAX_BYTES: usize = 1024 * 1024;

/// What gives the address.
const SETTING: &str = "OTEL_TRACES_SAMPLER_ARG";

/// Where Jaeger answers, unless the address says otherwise.
const PATH: &str = "/sampling";

/// Asks a server what to sample, and tells a [`RemoteSampler`] what it says.
pub(crate) struct Inquirer {
    inquiry: Inquiry,
    endpoint: String,
    interval: Duration,
    sampler: RemoteSampler,
    listener: Listener,
    unwell: bool,
}

impl Inquirer {
    /// Asks for the strategy of the service called `service`.
    ///
    /// # Errors
    ///
    /// When the address cannot be used.
    pub(crate) fn new(
        settings: &RemoteSettings,
        service: &str,
        sampler: RemoteSampler,
        listener: Listener,
    ) -> Result<Self, Problem> {
        let inquiry = Inquiry::new(SETTING, &question(&settings.endpoint, service), TIMEOUT, MAX_BYTES)?;
        let (endpoint, interval) = (settings.shown_endpoint(), settings.polling_interval);
        Ok(Self { inquiry, endpoint, interval, sampler, listener, unwell: false })
    }

    /// Asks until it is cancelled. What was said last stays in force while nobody answers.
    pub(crate) async fn run(mut self) {
        loop {
            let answer = self.inquiry.ask().await;
            match answer.and_then(|answer| Strategy::read(&answer).map_err(str::to_owned)) {
                Ok(strategy) => {
                    self.sampler.follow(strategy);
                    self.is_well();
                }
                Err(why) => self.is_unwell(&why),
            }
            tokio::time::sleep(self.interval).await;
        }
    }

    fn is_well(&mut self) {
        if std::mem::take(&mut self.unwell) {
            self.tell(format!("{} says again what to sample", self.endpoint));
        }
    }

    fn is_unwell(&mut self, why: &str) {
        if !std::mem::replace(&mut self.unwell, true) {
            let endpoint = &self.endpoint;
            self.tell(format!(
                "{endpoint} does not say what to sample: {why}. What was in force stays in force"
            ));
        }
    }

    /// Tells the listener, which is the application's code: if it panics, that is no reason to stop asking.
    fn tell(&self, what: String) {
        let diagnostic = Diagnostic::Sampling { what };
        let _ = std::panic::catch_unwind(AssertUnwindSafe(|| (self.listener)(&diagnostic)));
    }
}

/// The address with the question in it.
fn question(endpoint: &str, service: &str) -> String {
    let (address, query) = endpoint.split_once('?').unwrap_or((endpoint, ""));
    let authority = address.find("://").map_or(0, |at| at + "://".len());
    let mut question = address.trim_end_matches('/').to_owned();
    if !question[authority.min(question.len())..].contains('/') {
        question.push_str(PATH);
    }
    let separator = if query.is_empty() { "" } else { "&" };
    let _ = write!(question, "?{query}{separator}service=");
    for byte in service.bytes() {
        match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'.' | b'_' | b'~' => {
                question.push(char::from(byte));
            }
            _ => {
                let _ = write!(question, "%{byte:02X}");
            }
        }
    }
    question
}
