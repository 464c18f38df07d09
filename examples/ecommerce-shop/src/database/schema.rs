//! The tables, as a list of what was ever changed about them.

use super::{Database, DatabaseError, Statement};

/// Each entry was applied to some database once, so none changes any more: what is new is a new entry.
const MIGRATIONS: [&str; 12] = [
    "CREATE TABLE users (id TEXT PRIMARY KEY, email TEXT NOT NULL, name TEXT NOT NULL, created_at BIGINT NOT NULL)",
    // What makes an address belong to one account, whoever comes at the same time.
    "CREATE UNIQUE INDEX users_email ON users (email)",
    "CREATE TABLE outbox (id TEXT PRIMARY KEY, email TEXT NOT NULL, kind TEXT NOT NULL)",
    "CREATE TABLE tokens (digest TEXT PRIMARY KEY, user_id TEXT NOT NULL, expires_at BIGINT NOT NULL)",
    "CREATE TABLE sessions (digest TEXT PRIMARY KEY, id TEXT NOT NULL, user_id TEXT, expires_at BIGINT NOT NULL)",
    "CREATE TABLE products (sku TEXT PRIMARY KEY, name TEXT NOT NULL, folded TEXT NOT NULL, price BIGINT NOT NULL)",
    "CREATE TABLE stock (sku TEXT PRIMARY KEY, pieces BIGINT NOT NULL CHECK (pieces >= 0))",
    "CREATE TABLE cart_items (session TEXT, sku TEXT, quantity BIGINT NOT NULL, PRIMARY KEY (session, sku))",
    "CREATE TABLE checkouts (session TEXT PRIMARY KEY, address TEXT)",
    "CREATE TABLE purchases (session TEXT, idempotency_key TEXT, order_id TEXT NOT NULL, answer TEXT, total BIGINT, \
         PRIMARY KEY (session, idempotency_key))",
    "CREATE TABLE orders (id TEXT PRIMARY KEY, session TEXT NOT NULL, user_id TEXT, address TEXT, total BIGINT NOT NULL, \
         currency TEXT NOT NULL, items BIGINT NOT NULL, status TEXT NOT NULL, payment TEXT, placed_at BIGINT NOT NULL)",
    "CREATE TABLE order_lines (order_id TEXT, sku TEXT, quantity BIGINT NOT NULL, price BIGINT NOT NULL, \
         PRIMARY KEY (order_id, sku))",
];

const VERSIONS: &str = "CREATE TABLE IF NOT EXISTS schema_versions (version BIGINT PRIMARY KEY)";
static LATEST: Statement =
    Statement::new("SELECT version FROM schema_versions ORDER BY version DESC LIMIT 1");
static REACHED: Statement = Statement::new("INSERT INTO schema_versions (version) VALUES ($1)");

/// Brings the tables up to date: each step once, and each as a whole.
pub(super) async fn migrate(database: &Database) -> Result<(), DatabaseError> {
    let mut work = database.begin().await?;
    work.define(VERSIONS).await?;
    work.commit().await?;
    let latest: Option<(i64,)> = database.row(LATEST.call()).await?;
    let applied = latest.map_or(0, |(version,)| version);
    for (version, step) in (1_i64..).zip(&MIGRATIONS).filter(|(version, _)| *version > applied) {
        let mut work = database.begin().await?;
        work.execute(REACHED.bind(version)).await?;
        work.define(step).await?;
        work.commit().await?;
    }
    Ok(())
}
