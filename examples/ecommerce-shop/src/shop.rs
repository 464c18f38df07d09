//! The shop as a whole.

use std::fmt;
use std::sync::Arc;

use axum::Router;
use otel_core::{Telemetry, Timestamp};
use otel_ecommerce::{AnomalyDetector, Gateway, KpiMonitor, Observability};

use crate::api;
use crate::cart::Carts;
use crate::catalogue::Catalogue;
use crate::clock::Clock;
use crate::database::{Database, DatabaseError};
use crate::key_figures::KeyFigures;
use crate::limits::Limiter;
use crate::orders::{Ledger, Orders, Turns};
use crate::payments::Issuer;
use crate::sessions::Sessions;
use crate::settings::{Faults, Settings};
use crate::users::{CreateUserError, Mailbox, UserService};

/// A shop. Clones share everything.
#[derive(Clone, Debug)]
pub struct Shop {
    parts: Arc<Parts>,
}

#[derive(Debug)]
struct Parts {
    clock: Clock,
    database: Database,
    gateway: Gateway,
    limiter: Limiter,
    sessions: Sessions,
    users: UserService,
    catalogue: Catalogue,
    orders: Orders,
}

/// Why a shop cannot be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OpenError {
    /// The database cannot be used.
    Database(DatabaseError),
    /// The mail that was left cannot be sent.
    Mail(CreateUserError),
    /// The orders that were left cannot be given up.
    Orders,
}

impl Shop {
    /// Opens a shop: with its tables and its catalogue. Mail that an earlier process left is sent, and the orders it died
    /// over are given up.
    ///
    /// # Errors
    ///
    /// When the database cannot be used.
    pub async fn open(settings: Settings, telemetry: &Telemetry) -> Result<Self, OpenError> {
        let clock = Clock::new(telemetry);
        let database = Database::open(&settings.database, telemetry).await?;
        let observability = Observability::new(telemetry);
        let kpi = KpiMonitor::new(telemetry, settings.kpi);
        let (key, currency) = (settings.pseudonyms, settings.currency);
        let catalogue = Catalogue::new(&database, &observability, &kpi, &clock, currency);
        catalogue.fill(settings.seed).await?;
        let users = UserService::new(&observability, &key, &database, &clock);
        users.send_what_is_left().await.map_err(OpenError::Mail)?;
        let orders = Orders {
            observability,
            figures: KeyFigures::new(&kpi, &clock),
            detector: AnomalyDetector::new(telemetry, settings.anomalies),
            issuer: Arc::new(Issuer::new(settings.seed, settings.payment_timeout, settings.faults)),
            carts: Carts::new(&database, currency),
            ledger: Ledger::new(&database, &clock, currency),
            turns: Turns::new(),
            key: key.clone(),
            clock: clock.clone(),
        };
        orders.give_up_forgotten().await.map_err(|_| OpenError::Orders)?;
        let parts = Parts {
            gateway: Gateway::new(telemetry, api::routes::ALL),
            limiter: Limiter::new(settings.limits),
            sessions: Sessions::new(&database, &clock, &key),
            clock,
            database,
            users,
            catalogue,
            orders,
        };
        Ok(Self { parts: Arc::new(parts) })
    }

    /// Its API: what [`words`](crate::words) says.
    pub fn router(&self) -> Router {
        api::router(self)
    }

    /// Where the mail of its customers arrives. It is simulated.
    pub fn mailbox(&self) -> &Mailbox {
        self.parts.users.mailbox()
    }

    /// Who opens accounts.
    pub fn users(&self) -> &UserService {
        &self.parts.users
    }

    /// Its key figures.
    pub fn kpi(&self) -> &KpiMonitor {
        self.figures().monitor()
    }

    /// What judges its payments, and its answers.
    pub fn detector(&self) -> &AnomalyDetector {
        &self.parts.orders.detector
    }

    /// What it tells of people, orders and payments.
    pub fn observability(&self) -> &Observability {
        &self.parts.orders.observability
    }

    /// From now on, this goes wrong with payments.
    pub fn set_faults(&self, faults: Faults) {
        self.parts.orders.issuer.set_faults(faults);
    }

    /// Lets time pass: finds carts that were left, and whether the shop is slow or fails. A clock calls it about once a
    /// second.
    pub fn sweep(&self, now: Timestamp) {
        self.kpi().advance(now);
        // What is found is told by events and by a metric, which alerts look at.
        _ = self.detector().detect_system_performance_issues(now);
    }

    /// Ends it, once nothing is asked of it any more.
    pub async fn close(self) {
        self.parts.database.close().await;
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.parts.clock
    }

    pub(crate) fn gateway(&self) -> &Gateway {
        &self.parts.gateway
    }

    pub(crate) fn limiter(&self) -> &Limiter {
        &self.parts.limiter
    }

    pub(crate) fn sessions(&self) -> &Sessions {
        &self.parts.sessions
    }

    pub(crate) fn catalogue(&self) -> &Catalogue {
        &self.parts.catalogue
    }

    pub(crate) fn carts(&self) -> &Carts {
        &self.parts.orders.carts
    }

    pub(crate) fn orders(&self) -> &Orders {
        &self.parts.orders
    }

    pub(crate) fn figures(&self) -> &KeyFigures {
        &self.parts.orders.figures
    }
}

impl From<DatabaseError> for OpenError {
    fn from(error: DatabaseError) -> Self {
        Self::Database(error)
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Database(error) => write!(f, "the database cannot be used: {error}"),
            Self::Mail(error) => write!(f, "mail that was left cannot be sent: {error}"),
            Self::Orders => f.write_str("orders that were left cannot be given up"),
        }
    }
}

impl std::error::Error for OpenError {}
