//! The one place where statements are executed, and watched.

use std::sync::OnceLock;

use otel_core::Query;
use otel_ecommerce::DataStore;
use otel_ecommerce::labels::StoreFailure;
use otel_ecommerce::store::{Operation, OperationSpan, StatusCode};
use sqlx::any::{AnyArguments, AnyExecutor, AnyRow};
use sqlx::{Any, AnyConnection, Encode, Error, FromRow, Type};

use super::DatabaseError;

/// A statement, as it is written and as it is told. It is read once: telling it costs nothing from then on.
pub(crate) struct Statement {
    text: &'static str,
    told: OnceLock<Query>,
}

/// A statement with its arguments, which nobody is told.
pub(crate) struct Call<'q> {
    statement: &'static Statement,
    query: sqlx::query::Query<'q, Any, AnyArguments<'q>>,
}

impl Statement {
    pub(crate) const fn new(text: &'static str) -> Self {
        Self { text, told: OnceLock::new() }
    }

    /// A call of it with its first argument.
    pub(crate) fn bind<'q>(&'static self, value: impl Encode<'q, Any> + Type<Any> + 'q) -> Call<'q> {
        self.call().bind(value)
    }

    /// A call of it without arguments.
    pub(crate) fn call<'q>(&'static self) -> Call<'q> {
        Call { statement: self, query: sqlx::query(self.text) }
    }

    pub(super) fn query(&self) -> &Query {
        self.told.get_or_init(|| Query::sql(self.text))
    }
}

impl<'q> Call<'q> {
    /// The same with one more argument.
    pub(crate) fn bind(self, value: impl Encode<'q, Any> + Type<Any> + 'q) -> Self {
        Self { query: self.query.bind(value), ..self }
    }
}

pub(super) async fn execute<'c>(
    store: &DataStore,
    on: impl AnyExecutor<'c>,
    call: Call<'_>,
) -> Result<u64, DatabaseError> {
    let span = store.operation(&Operation::query(call.statement.query()));
    end(span, call.query.execute(on).await.map(|done| done.rows_affected()))
}

pub(super) async fn rows<'c, T>(
    store: &DataStore,
    on: impl AnyExecutor<'c>,
    call: Call<'_>,
) -> Result<Vec<T>, DatabaseError>
where
    T: for<'r> FromRow<'r, AnyRow>,
{
    let mut span = store.operation(&Operation::query(call.statement.query()));
    let found = call.query.fetch_all(on).await;
    let rows = found.and_then(|rows| rows.iter().map(T::from_row).collect::<Result<Vec<T>, Error>>());
    if let Ok(rows) = &rows {
        span.rows_returned(rows.len() as u64);
    }
    end(span, rows)
}

pub(super) async fn each(on: &mut AnyConnection, calls: Vec<Call<'_>>) -> Result<u64, Error> {
    let mut touched = 0;
    for call in calls {
        touched += call.query.execute(&mut *on).await?.rows_affected();
    }
    Ok(touched)
}

/// Says how a call ended. The text of a database's error is left out: it may quote the data.
pub(super) fn end<T>(span: OperationSpan, result: Result<T, Error>) -> Result<T, DatabaseError> {
    match result {
        Ok(value) => {
            span.succeeded();
            Ok(value)
        }
        Err(error) => {
            let code = error.as_database_error().and_then(|error| error.code());
            let failure = failure(&error);
            span.failed(failure, code.as_deref().and_then(StatusCode::of));
            Err(DatabaseError::new(failure))
        }
    }
}

pub(super) fn error(error: &Error) -> DatabaseError {
    DatabaseError::new(failure(error))
}

fn failure(error: &Error) -> StoreFailure {
    match error {
        Error::PoolTimedOut => StoreFailure::Timeout,
        Error::Io(_) | Error::Tls(_) | Error::PoolClosed | Error::WorkerCrashed => StoreFailure::Unavailable,
        Error::Configuration(_) => StoreFailure::Refused,
        Error::Database(database) => match database.code().as_deref() {
            // PostgreSQL: a serialisation failure, a deadlock. SQLite: busy, locked, a snapshot that is too old.
            Some("40001" | "40P01" | "5" | "6" | "517") => StoreFailure::Conflict,
            _ if database.is_unique_violation()
                || database.is_foreign_key_violation()
                || database.is_check_violation() =>
            {
                StoreFailure::Constraint
            }
            _ => StoreFailure::Refused,
        },
        _ => StoreFailure::Other,
    }
}
