//! Where a test's shop keeps its data, and what is there.

use std::fs;
use std::path::Path;

use ecommerce_shop::{DatabaseUrl, Settings, Shop};
use otel_core::Telemetry;
use otel_ecommerce::labels::FraudDecision;
use sqlx::any::AnyPoolOptions;
use sqlx::{AnyPool, Executor};

/// A PostgreSQL server that tests may make databases in: `postgres://postgres@127.0.0.1:5432/postgres`.
const POSTGRES: &str = "ECOMMERCE_SHOP_TEST_POSTGRES";

/// A database of one test.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    url: String,
}

impl Place {
    /// SQLite in memory, which nobody else can look into.
    pub(crate) fn memory() -> Self {
        Self { url: "sqlite::memory:".to_owned() }
    }

    /// SQLite in a file.
    pub(crate) fn file(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.db"));
        for more in ["", "-wal", "-shm"] {
            let _ = fs::remove_file(format!("{}{more}", path.display()));
        }
        Self { url: format!("sqlite:{}", path.display()) }
    }

    /// A new database of the PostgreSQL server, if there is one.
    #[expect(
        clippy::disallowed_methods,
        clippy::print_stderr,
        reason = "a server that tests may use, and a loud skip"
    )]
    pub(crate) async fn postgres(name: &str) -> Option<Self> {
        let Ok(server) = std::env::var(POSTGRES) else {
            eprintln!("SKIPPED: {POSTGRES} names no server, so nothing is tried with PostgreSQL");
            return None;
        };
        let pool = pool(&server).await;
        for statement in [format!("DROP DATABASE IF EXISTS {name}"), format!("CREATE DATABASE {name}")] {
            pool.execute(&*statement).await.expect("a database");
        }
        let (address, _) = server.rsplit_once('/').expect("a database of the server");
        Some(Self { url: format!("{address}/{name}") })
    }

    /// The settings of a shop that is here, whose requests nobody limits, and where everybody may pay with one card.
    pub(crate) fn settings(&self) -> Settings {
        let database: DatabaseUrl = self.url.parse().expect("an address");
        let mut settings = Settings { database, ..Settings::default() };
        settings.limits.session.burst = 1_000_000;
        settings.limits.strangers.burst = 1_000_000;
        settings.anomalies.decisions.medium = FraudDecision::Allow;
        settings
    }

    /// A shop that is here.
    pub(crate) async fn shop(&self, telemetry: &Telemetry) -> Shop {
        Shop::open(self.settings(), telemetry).await.expect("a shop")
    }

    /// The sum or number that a query finds, asked beside the shop.
    pub(crate) async fn number(&self, query: &str) -> i64 {
        let pool = pool(&self.url).await;
        let number = sqlx::query_scalar(query).fetch_one(&pool).await.expect("a number");
        pool.close().await;
        number
    }

    /// Changes something beside the shop.
    pub(crate) async fn change(&self, statement: &str) {
        let pool = pool(&self.url).await;
        pool.execute(statement).await.expect("a change");
        pool.close().await;
    }
}

async fn pool(url: &str) -> AnyPool {
    sqlx::any::install_default_drivers();
    AnyPoolOptions::new().max_connections(1).connect(url).await.expect("a connection")
}
