//! Sessions: who is in the shop.

use std::time::Duration;

use otel_core::{Pseudonym, PseudonymKey, Sensitive};
use otel_ecommerce::ids::SessionId;
use otel_ecommerce::labels::AuthFailure;

use crate::clock::{Clock, seconds};
use crate::database::{Database, Statement};
use crate::names::{Bearer, name};
use crate::refusal::Refusal;

static INSERT: Statement =
    Statement::new("INSERT INTO sessions (digest, id, user_id, expires_at) VALUES ($1, $2, $3, $4)");
static FIND: Statement = Statement::new("SELECT id, user_id, expires_at FROM sessions WHERE digest = $1");
// Who reads a token also takes it away, so that of two at the same time one gets it.
static REDEEM: Statement =
    Statement::new("DELETE FROM tokens WHERE digest = $1 RETURNING user_id, expires_at");

/// How long a session lasts.
const LASTS: Duration = Duration::from_secs(24 * 60 * 60);

/// The sessions there are.
#[derive(Clone, Debug)]
pub(crate) struct Sessions {
    database: Database,
    clock: Clock,
    key: PseudonymKey,
}

/// Somebody in the shop.
#[derive(Clone, Debug)]
pub(crate) struct Visitor {
    /// What names the visit, and opens nothing.
    pub(crate) session: String,
    /// The account, if they have one and showed it.
    pub(crate) user: Option<String>,
    /// Who they are, as far as it leaves the process.
    pub(crate) pseudonym: Pseudonym,
    /// The browser they sit at, as far as the shop can tell: a session lives in one.
    pub(crate) device: Pseudonym,
}

impl Visitor {
    pub(crate) fn id(&self) -> SessionId<'_> {
        SessionId(&self.session)
    }
}

impl Sessions {
    pub(crate) fn new(database: &Database, clock: &Clock, key: &PseudonymKey) -> Self {
        Self { database: database.clone(), clock: clock.clone(), key: key.clone() }
    }

    /// Opens a session, of the account that a token is for, or of nobody in particular. A token works once.
    pub(crate) async fn open(&self, token: Option<&str>) -> Result<Bearer, Refusal> {
        let user = match token {
            Some(token) => Some(self.redeem(token).await?),
            None => None,
        };
        let (bearer, session) = (Bearer::new()?, name()?);
        let until = seconds(self.clock.now().after(LASTS));
        let insert = INSERT.bind(bearer.digest()).bind(session).bind(user).bind(until);
        self.database.execute(insert).await?;
        Ok(bearer)
    }

    /// Who showed this.
    pub(crate) async fn find(&self, shown: &Bearer) -> Result<Visitor, Refusal> {
        let found: Option<(String, Option<String>, i64)> =
            self.database.row(FIND.bind(shown.digest())).await?;
        let (session, user, until) = found.ok_or(Refusal::Unauthenticated(AuthFailure::WrongCredentials))?;
        if until <= seconds(self.clock.now()) {
            return Err(Refusal::Unauthenticated(AuthFailure::Expired));
        }
        let device = self.pseudonym(&session);
        let pseudonym = user.as_deref().map_or(device, |user| self.pseudonym(user));
        Ok(Visitor { session, user, pseudonym, device })
    }

    /// The pseudonym of somebody who has shown nothing: a new one each time.
    pub(crate) fn stranger(&self) -> Result<Pseudonym, Refusal> {
        Ok(self.pseudonym(&name()?))
    }

    async fn redeem(&self, token: &str) -> Result<String, Refusal> {
        let token = Bearer::shown(token).ok_or(Refusal::Unauthenticated(AuthFailure::Malformed))?;
        let found: Option<(String, i64)> = self.database.row(REDEEM.bind(token.digest())).await?;
        let (user, until) = found.ok_or(Refusal::Unauthenticated(AuthFailure::WrongCredentials))?;
        if until <= seconds(self.clock.now()) {
            return Err(Refusal::Unauthenticated(AuthFailure::Expired));
        }
        Ok(user)
    }

    fn pseudonym(&self, name: &str) -> Pseudonym {
        Sensitive::new(name).pseudonym(&self.key)
    }
}
