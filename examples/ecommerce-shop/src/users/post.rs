//! The post: from the outbox to the mailbox.

use std::time::Duration;

use super::repository::Letter;
use super::{CreateUserError, EmailAddress, Mail, MailKind, Mailbox};
use crate::clock::{Clock, seconds};
use crate::database::{Database, Statement};
use crate::names::Bearer;

static ENTITLE: Statement = Statement::new(
    "INSERT INTO tokens (digest, user_id, expires_at) SELECT $1, id, CAST($2 AS BIGINT) FROM users WHERE email = $3",
);
static SENT: Statement = Statement::new("DELETE FROM outbox WHERE id = $1");
static LEFT: Statement = Statement::new("SELECT id, email, kind FROM outbox");

/// How long the token of a mail works.
const VALID: Duration = Duration::from_secs(15 * 60);

/// Sends what lies in the outbox.
///
/// A letter leaves the outbox when it is sent, and not before: one that a process dies over is sent again by the next.
#[derive(Clone, Debug)]
pub(super) struct Post {
    database: Database,
    clock: Clock,
    mailbox: Mailbox,
}

impl Post {
    pub(super) fn new(database: &Database, clock: &Clock) -> Self {
        Self { database: database.clone(), clock: clock.clone(), mailbox: Mailbox::new() }
    }

    pub(super) const fn mailbox(&self) -> &Mailbox {
        &self.mailbox
    }

    /// Sends a letter. Its token is made here, so that neither the outbox nor anything else ever has it: of the account
    /// that the address has, old or new, for whoever reads its mail is its owner.
    pub(super) async fn deliver(&self, letter: &Letter) -> Result<(), CreateUserError> {
        let token = Bearer::new()?;
        let until = seconds(self.clock.now().after(VALID));
        let address = letter.email.expose();
        self.database.execute(ENTITLE.bind(token.digest()).bind(until).bind(address)).await?;
        self.mailbox.put(address, Mail { kind: letter.kind, token: Some(token.into_text()) });
        self.database.execute(SENT.bind(&letter.id)).await?;
        Ok(())
    }

    /// Sends all that lies in the outbox.
    pub(super) async fn deliver_all(&self) -> Result<(), CreateUserError> {
        let left: Vec<(String, String, String)> = self.database.rows(LEFT.call()).await?;
        for (id, email, kind) in left {
            let (email, kind) = (EmailAddress::parse(&email)?, MailKind::of(&kind));
            self.deliver(&Letter { id, email, kind }).await?;
        }
        Ok(())
    }
}
