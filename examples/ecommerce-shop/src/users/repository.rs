//! Accounts in the database.

use super::{EmailAddress, PersonalName};
use crate::clock::{Clock, seconds};
use crate::database::{Database, Statement};
use crate::names::name;
use crate::users::{CreateUserError, MailKind};

static INSERT: Statement = Statement::new(
    "INSERT INTO users (id, email, name, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT (email) DO NOTHING",
);
static ANNOUNCE: Statement = Statement::new("INSERT INTO outbox (id, email, kind) VALUES ($1, $2, $3)");

/// The accounts there are.
#[derive(Clone, Debug)]
pub(super) struct Users {
    database: Database,
    clock: Clock,
}

/// An account that somebody wants.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) id: String,
    pub(super) email: EmailAddress,
    pub(super) name: PersonalName,
}

/// What came of it.
#[derive(Debug)]
pub(super) enum Registered {
    /// There is an account more.
    Created {
        /// What names it.
        user: String,
    },
    /// There was one with this address.
    Known,
}

/// A mail that lies in the outbox.
#[derive(Debug)]
pub(super) struct Letter {
    pub(super) id: String,
    pub(super) email: EmailAddress,
    pub(super) kind: MailKind,
}

impl Users {
    pub(super) fn new(database: &Database, clock: &Clock) -> Self {
        Self { database: database.clone(), clock: clock.clone() }
    }

    /// Opens the account unless its address has one, and lays the mail that says so into the outbox: both or neither. The
    /// index on the address decides who is first.
    pub(super) async fn create(&self, account: &Account) -> Result<(Registered, Letter), CreateUserError> {
        let Account { id, email, name: called } = account;
        let letter_id = name()?;
        let mut work = self.database.begin().await?;
        let insert = INSERT.bind(id).bind(email.expose()).bind(called.expose());
        let is_new = work.execute(insert.bind(seconds(self.clock.now()))).await? == 1;
        let kind = if is_new { MailKind::Welcome } else { MailKind::AlreadyCustomer };
        work.execute(ANNOUNCE.bind(&letter_id).bind(email.expose()).bind(kind.as_str())).await?;
        work.commit().await?;
        let registered = if is_new { Registered::Created { user: id.clone() } } else { Registered::Known };
        Ok((registered, Letter { id: letter_id, email: email.clone(), kind }))
    }
}
