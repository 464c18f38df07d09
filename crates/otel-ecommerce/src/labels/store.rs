//! What calls to stores of data are measured by.

otel_core::capped_labels! {
    /// The kind of store, of which 4 are kept apart: a database, a cache, documents and a search index.
    pub struct StoreSystem: "db.system.name", cap 4;
    /// What is done to what (`SELECT orders`, `GET`), of which 35 are kept apart.
    pub struct QueryClass: "db.query.summary", cap 35;
}

otel_core::labels! {
    /// Which product a store is, by the names of the semantic conventions.
    pub enum System: "db.system.name" {
        /// PostgreSQL.
        PostgreSql = "postgresql",
        /// MySQL.
        MySql = "mysql",
        /// MariaDB.
        MariaDb = "mariadb",
        /// SQLite.
        Sqlite = "sqlite",
        /// Microsoft SQL Server.
        SqlServer = "microsoft.sql_server",
        /// Oracle Database.
        OracleDb = "oracle.db",
        /// CockroachDB.
        CockroachDb = "cockroachdb",
        /// ClickHouse.
        ClickHouse = "clickhouse",
        /// Another database that speaks SQL. Only where the product is not known.
        OtherSql = "other_sql",
        /// Redis.
        Redis = "redis",
        /// Memcached.
        Memcached = "memcached",
        /// MongoDB.
        MongoDb = "mongodb",
        /// Apache CouchDB.
        CouchDb = "couchdb",
        /// Amazon DynamoDB.
        DynamoDb = "aws.dynamodb",
        /// Apache Cassandra.
        Cassandra = "cassandra",
        /// Elasticsearch.
        Elasticsearch = "elasticsearch",
        /// OpenSearch.
        OpenSearch = "opensearch",
    }

    /// Why a call to a store failed, from its caller's point of view. What the store itself said is on the span.
    pub enum StoreFailure: "error.type" {
        /// No answer came in time.
        Timeout = "timeout",
        /// The store could not be reached, or the connection broke.
        Unavailable = "unavailable",
        /// The store understood, and does not do it: no permission, no such table, a malformed query.
        Refused = "refused",
        /// A rule of the data forbids it: a value that is taken, a reference to nothing.
        Constraint = "constraint",
        /// Somebody else was faster, and it may be tried again: a deadlock, a serialisation failure, a stale version.
        Conflict = "conflict",
        /// The caller gave it up before it was over.
        Cancelled = "cancelled",
        /// Anything else.
        Other = "_OTHER",
    }
}
