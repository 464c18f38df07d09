//! Accounts: who has one, how it is opened, and the mail about it.
//!
//! Nobody learns here whether somebody else is a customer. An address that is taken and one that is free get the same
//! answer, by the same statements: a row that is inserted or not, and a mail in either case. Only who reads that mail
//! learns which it was. There is no looking up before inserting, so nothing happens between the two.

mod email_address;
mod error;
mod mailbox;
mod personal_name;
mod post;
mod repository;

use otel_core::{PseudonymKey, Sensitive};
use otel_ecommerce::Observability;
use otel_ecommerce::labels::RegistrationSource;
use otel_ecommerce::registration::RegistrationFailure;

pub use email_address::{EmailAddress, EmailAddressError};
pub use error::CreateUserError;
pub use mailbox::{Mail, MailKind, Mailbox};
pub use personal_name::{PersonalName, PersonalNameError};

use crate::clock::Clock;
use crate::database::Database;
use crate::names::name;
use crate::words::NewUser;
use post::Post;
use repository::{Account, Registered, Users};

/// Opens accounts.
#[derive(Clone, Debug)]
pub struct UserService {
    observability: Observability,
    key: PseudonymKey,
    users: Users,
    post: Post,
}

impl UserService {
    pub(crate) fn new(
        observability: &Observability,
        key: &PseudonymKey,
        database: &Database,
        clock: &Clock,
    ) -> Self {
        Self {
            observability: observability.clone(),
            key: key.clone(),
            users: Users::new(database, clock),
            post: Post::new(database, clock),
        }
    }

    /// Opens an account, unless there is one with this address: nobody is told which, but by mail.
    ///
    /// # Errors
    ///
    /// When what was entered is not valid, or the database fails.
    pub async fn create_user(
        &self,
        new: &NewUser,
        source: RegistrationSource,
    ) -> Result<(), CreateUserError> {
        let span = self.observability.create_user(source);
        match span.wrap(self.register(new)).await {
            Ok(Registered::Created { user }) => {
                span.created(Sensitive::new(user).pseudonym(&self.key));
                Ok(())
            }
            Ok(Registered::Known) => {
                span.failed(RegistrationFailure::Duplicate);
                Ok(())
            }
            Err(error) => {
                span.failed(error.failure());
                Err(error)
            }
        }
    }

    /// Where mail arrives.
    pub const fn mailbox(&self) -> &Mailbox {
        self.post.mailbox()
    }

    /// Sends what an earlier process left in the outbox.
    pub(crate) async fn send_what_is_left(&self) -> Result<(), CreateUserError> {
        self.post.deliver_all().await
    }

    async fn register(&self, new: &NewUser) -> Result<Registered, CreateUserError> {
        let account = Account {
            id: name()?,
            email: EmailAddress::parse(&new.email)?,
            name: PersonalName::parse(&new.name)?,
        };
        let (registered, letter) = self.users.create(&account).await?;
        self.post.deliver(&letter).await?;
        Ok(registered)
    }
}
