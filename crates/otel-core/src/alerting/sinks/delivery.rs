//! How one load gets to a sink, and what came of it.

use std::rc::Rc;

use super::announcement::{self, Announcement, Listener};
use super::event;
use super::queue::Outcome;
use super::told::Told;
use crate::telemetry::Telemetry;

#[cfg(feature = "alert-http")]
pub(super) use http::{Dialect, Server, ToAlertmanager, ToServer};

/// What came of an attempt, and why where it failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) outcome: Outcome,
    pub(super) why: String,
}

impl Answer {
    const ACCEPTED: Self = Self { outcome: Outcome::Accepted, why: String::new() };
}

/// Who takes loads of one kind somewhere.
pub(super) trait Delivery<Load> {
    async fn deliver(&self, load: &Load) -> Answer;
}

/// To the pipeline, as an event.
pub(super) struct ToEvents(pub(super) Telemetry);

impl Delivery<Told> for ToEvents {
    async fn deliver(&self, told: &Told) -> Answer {
        // What becomes of the event is the ledger's business.
        event::emit(told, &self.0);
        Answer::ACCEPTED
    }
}

/// To whoever reads what is said aloud.
pub(super) struct ToLog(pub(super) Rc<Listener>);

impl Delivery<Told> for ToLog {
    async fn deliver(&self, told: &Told) -> Answer {
        if announcement::say(&self.0, &Announcement::of(told)) {
            return Answer::ACCEPTED;
        }
        Answer { outcome: Outcome::Refused, why: "the listener panicked".to_owned() }
    }
}

#[cfg(feature = "alert-http")]
mod http {
    use std::sync::Arc;
    use std::time::Duration;

    use serde_json::Value;

    use super::{Answer, Delivery};
    use crate::alerting::sinks::board::Standing;
    use crate::alerting::sinks::queue::Outcome;
    use crate::alerting::sinks::secret::Secret;
    use crate::alerting::sinks::sender::Sender;
    use crate::alerting::sinks::told::{self, Told};
    use crate::alerting::sinks::{alertmanager, cloud_events, pager_duty, slack, time};
    use crate::otlp::{PostClient, Posted};
    use crate::telemetry::Telemetry;

    /// The most characters of what a server said that are repeated.
    const REASON: usize = 300;

    /// How notifications are written.
    #[derive(Clone, Debug)]
    pub(in crate::alerting::sinks) enum Dialect {
        PagerDuty(Secret),
        Slack,
        CloudEvents,
    }

    /// A server, and what must not be repeated of what it says.
    pub(in crate::alerting::sinks) struct Server {
        pub(in crate::alerting::sinks) client: PostClient,
        pub(in crate::alerting::sinks) secrets: Vec<Secret>,
        pub(in crate::alerting::sinks) sender: Arc<Sender>,
    }

    /// To a server that takes notifications.
    pub(in crate::alerting::sinks) struct ToServer {
        pub(in crate::alerting::sinks) server: Server,
        pub(in crate::alerting::sinks) dialect: Dialect,
    }

    impl Delivery<Told> for ToServer {
        async fn deliver(&self, told: &Told) -> Answer {
            let sender = &self.server.sender;
            let body = match &self.dialect {
                Dialect::PagerDuty(key) => pager_duty::event(told, key, sender),
                Dialect::Slack => slack::message(told, sender),
                Dialect::CloudEvents => cloud_events::event(told, sender),
            };
            self.server.post(&body).await
        }
    }

    /// To Alertmanager, which takes instances.
    pub(in crate::alerting::sinks) struct ToAlertmanager {
        pub(in crate::alerting::sinks) server: Server,
        pub(in crate::alerting::sinks) resend: Duration,
        pub(in crate::alerting::sinks) telemetry: Telemetry,
    }

    impl Delivery<Vec<Standing>> for ToAlertmanager {
        async fn deliver(&self, page: &Vec<Standing>) -> Answer {
            let body = alertmanager::alerts(page, self.resend, time(&self.telemetry), &self.server.sender);
            self.server.post(&body).await
        }
    }

    impl Server {
        async fn post(&self, body: &Value) -> Answer {
            let (outcome, why) = match self.client.post(body.to_string().into_bytes()).await {
                Posted::Accepted => return Answer::ACCEPTED,
                Posted::Failed { after, why } => (Outcome::Failed { after }, why),
                Posted::Refused { why } => (Outcome::Refused, why),
            };
            // First all of a secret, then what is too long: half a secret would not be found.
            let hidden = self.secrets.iter().fold(why, |why, secret| secret.hide_in(why));
            Answer { outcome, why: told::short(&hidden, REASON) }
        }
    }
}
