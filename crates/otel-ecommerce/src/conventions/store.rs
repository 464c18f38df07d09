//! What is said of calls to stores of data: the stable names of the semantic conventions, and none of this domain.

use otel_core::{Count, HistogramDef, Int, Key, Label, Query, SpanDef, SpanKind, Text, Unit};

use crate::labels::{QueryClass, StoreFailure, StoreSystem};

/// The kind of store.
pub const SYSTEM: Key<Text> = Key::new(StoreSystem::KEY, "The product that the store is.");
/// The database.
pub const NAMESPACE: Key<Text> = Key::new("db.namespace", "The database within its server.");
/// The table.
pub const COLLECTION: Key<Text> =
    Key::new("db.collection.name", "The table, collection or index that the operation is about.");
/// The operation.
pub const OPERATION: Key<Text> =
    Key::new("db.operation.name", "The operation or command, as its caller says it.");
/// The query.
pub const QUERY_TEXT: Key<Query> = Key::new("db.query.text", "The query, with `?` for every literal.");
/// What is done to what.
pub const QUERY_SUMMARY: Key<Text> =
    Key::new(QueryClass::KEY, "What is done to what: the operations and the tables, in their order.");
/// How many operations in one.
pub const BATCH_SIZE: Key<Count> =
    Key::new("db.operation.batch.size", "How many operations the call is made of, where it is two or more.");
/// What the store answered.
pub const STATUS_CODE: Key<Text> =
    Key::new("db.response.status_code", "What the store itself calls the failure.");
/// How much came back.
pub const RETURNED_ROWS: Key<Count> =
    Key::new("db.response.returned_rows", "How many rows, documents or hits came back.");
/// The machine.
pub const SERVER_ADDRESS: Key<Text> = Key::new("server.address", "The name of the store's server.");
/// The port.
pub const SERVER_PORT: Key<Int> =
    Key::new("server.port", "The port of the store's server, where it is not the usual one.");

/// A call to a store.
pub const CLIENT_OPERATION: SpanDef = SpanDef::new(
    "db.client.operation",
    SpanKind::Client,
    "A call to a store; its name is what it does to what, as in `SELECT orders`.",
)
.with_own_names(&SYSTEM);

/// How long calls take.
///
/// The bounds are those the semantic conventions ask for.
pub const OPERATION_DURATION: HistogramDef<(StoreSystem, Option<QueryClass>, Option<StoreFailure>)> =
    HistogramDef::new("db.client.operation.duration", Unit::SECONDS, "How long calls to stores take.")
        .with_bounds(&[0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0]);

/// What stands before the name of an operation that is many.
pub(crate) const BATCH: &str = "BATCH";
/// What stands between the words of a summary.
pub(crate) const BETWEEN: &str = " ";
