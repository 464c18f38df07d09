//! The database: SQLite in this process or in a file, or PostgreSQL, by one set of statements.

mod observed;
mod schema;

use std::fmt;
use std::str::FromStr;

use otel_core::Telemetry;
use otel_ecommerce::DataStore;
use otel_ecommerce::labels::{StoreFailure, System};
use otel_ecommerce::store::{Operation, StoreSettings};
use sqlx::any::{AnyConnectOptions, AnyPoolOptions, AnyRow};
use sqlx::{Any, AnyPool, Executor, FromRow, Transaction};

pub(crate) use observed::{Call, Statement};

use crate::settings::{DatabaseKind, DatabaseUrl};

/// The database did not do what it was asked for. What it said of it is on the span of the call, and in no error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DatabaseError(StoreFailure);

/// The database. Every statement goes through here, and so every statement is observed.
#[derive(Clone)]
pub(crate) struct Database {
    pool: AnyPool,
    store: DataStore,
    begin: &'static str,
}

impl Database {
    /// Connects, and brings the tables up to date.
    pub(crate) async fn open(url: &DatabaseUrl, telemetry: &Telemetry) -> Result<Self, DatabaseError> {
        sqlx::any::install_default_drivers();
        let options = AnyConnectOptions::from_str(url.expose()).map_err(|error| observed::error(&error))?;
        let store = data_store(url.kind(), &options, telemetry);
        let kind = url.kind();
        let pool = AnyPoolOptions::new()
            .max_connections(connections(kind))
            // A database in memory ends with its connection.
            .idle_timeout(None)
            .max_lifetime(None)
            .after_connect(move |connection, _| {
                Box::pin(async move {
                    for pragma in pragmas(kind) {
                        connection.execute(*pragma).await?;
                    }
                    Ok(())
                })
            })
            .connect_with(options)
            .await
            .map_err(|error| observed::error(&error))?;
        let database = Self { pool, store, begin: begin(kind) };
        schema::migrate(&database).await?;
        Ok(database)
    }

    /// Executes a statement, and says how many rows it touched.
    pub(crate) async fn execute(&self, call: Call<'_>) -> Result<u64, DatabaseError> {
        observed::execute(&self.store, &self.pool, call).await
    }

    /// The rows that a statement finds.
    pub(crate) async fn rows<T>(&self, call: Call<'_>) -> Result<Vec<T>, DatabaseError>
    where
        T: for<'r> FromRow<'r, AnyRow>,
    {
        observed::rows(&self.store, &self.pool, call).await
    }

    /// The first row that a statement finds.
    pub(crate) async fn row<T>(&self, call: Call<'_>) -> Result<Option<T>, DatabaseError>
    where
        T: for<'r> FromRow<'r, AnyRow>,
    {
        self.rows(call).await.map(|rows| rows.into_iter().next())
    }

    /// Begins work that is done as a whole or, when it is dropped, not at all.
    pub(crate) async fn begin(&self) -> Result<Work<'_>, DatabaseError> {
        let span = self.store.operation(&Operation::command("BEGIN"));
        let transaction = observed::end(span, self.pool.begin_with(self.begin).await)?;
        Ok(Work { store: &self.store, transaction })
    }

    pub(crate) async fn close(&self) {
        self.pool.close().await;
    }
}

/// Several statements that are one.
pub(crate) struct Work<'d> {
    store: &'d DataStore,
    transaction: Transaction<'static, Any>,
}

impl Work<'_> {
    /// Executes a statement, and says how many rows it touched.
    pub(crate) async fn execute(&mut self, call: Call<'_>) -> Result<u64, DatabaseError> {
        observed::execute(self.store, &mut *self.transaction, call).await
    }

    /// The rows that a statement finds.
    pub(crate) async fn rows<T>(&mut self, call: Call<'_>) -> Result<Vec<T>, DatabaseError>
    where
        T: for<'r> FromRow<'r, AnyRow>,
    {
        observed::rows(self.store, &mut *self.transaction, call).await
    }

    /// Executes one statement many times, which is one call to who watches, and says how many rows were touched.
    pub(crate) async fn batch(
        &mut self,
        statement: &'static Statement,
        calls: Vec<Call<'_>>,
    ) -> Result<u64, DatabaseError> {
        let operation = Operation::query(statement.query()).in_batch_of(calls.len() as u64);
        let span = self.store.operation(&operation);
        observed::end(span, observed::each(&mut self.transaction, calls).await)
    }

    /// Defines a table or an index. There are many, and each once, so who watches is not told which.
    pub(crate) async fn define(&mut self, statement: &'static str) -> Result<(), DatabaseError> {
        let span = self.store.operation(&Operation::command("CREATE"));
        observed::end(span, self.transaction.execute(statement).await.map(drop))
    }

    /// Ends it: all of it is done.
    pub(crate) async fn commit(self) -> Result<(), DatabaseError> {
        let span = self.store.operation(&Operation::command("COMMIT"));
        observed::end(span, self.transaction.commit().await)
    }
}

impl DatabaseError {
    const fn new(failure: StoreFailure) -> Self {
        Self(failure)
    }

    /// The class of the failure.
    pub const fn failure(self) -> StoreFailure {
        self.0
    }
}

fn data_store(kind: DatabaseKind, options: &AnyConnectOptions, telemetry: &Telemetry) -> DataStore {
    let url = &options.database_url;
    match kind {
        DatabaseKind::Memory | DatabaseKind::File => {
            DataStore::new(telemetry, System::Sqlite, &StoreSettings::default())
        }
        DatabaseKind::Postgres => {
            let namespace = Some(url.path().trim_start_matches('/')).filter(|name| !name.is_empty());
            let settings = StoreSettings { namespace, server: url.host_str(), port: url.port() };
            DataStore::new(telemetry, System::PostgreSql, &settings)
        }
    }
}

const fn connections(kind: DatabaseKind) -> u32 {
    match kind {
        // Each connection would have a database of its own.
        DatabaseKind::Memory => 1,
        DatabaseKind::File => 4,
        DatabaseKind::Postgres => 8,
    }
}

const fn pragmas(kind: DatabaseKind) -> &'static [&'static str] {
    match kind {
        DatabaseKind::File => &["PRAGMA journal_mode = WAL", "PRAGMA busy_timeout = 10000"],
        DatabaseKind::Memory | DatabaseKind::Postgres => &[],
    }
}

/// How work is begun. SQLite takes its one lock for writing at once: whoever has read before and wants to write then would
/// be refused instead of waiting.
const fn begin(kind: DatabaseKind) -> &'static str {
    match kind {
        DatabaseKind::Memory | DatabaseKind::File => "BEGIN IMMEDIATE",
        DatabaseKind::Postgres => "BEGIN",
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database").field("store", &self.store).finish_non_exhaustive()
    }
}

impl fmt::Display for DatabaseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            StoreFailure::Timeout => "the database did not answer in time",
            StoreFailure::Unavailable => "the database cannot be reached",
            StoreFailure::Refused => "the database does not do this",
            StoreFailure::Constraint => "a rule of the data forbids it",
            StoreFailure::Conflict => "somebody else was faster",
            _ => "the database failed",
        })
    }
}

impl std::error::Error for DatabaseError {}
