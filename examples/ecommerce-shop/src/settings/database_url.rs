//! Which database.

use std::fmt;
use std::str::FromStr;

use otel_core::Sensitive;

/// The address of a database: `sqlite::memory:`, `sqlite:shop.db`, `postgres://user:password@host/shop`. It may hold a
/// password, so nothing shows it.
#[derive(Clone)]
pub struct DatabaseUrl {
    text: Sensitive<String>,
    kind: DatabaseKind,
}

/// What kind of database an address leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DatabaseKind {
    /// SQLite in this process, which ends with it.
    Memory,
    /// SQLite in a file.
    File,
    /// PostgreSQL.
    Postgres,
}

/// A text is no address of a database that the shop can use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DatabaseUrlError;

impl DatabaseUrl {
    /// The address, for whoever connects.
    pub(crate) fn expose(&self) -> &str {
        self.text.expose()
    }

    pub(crate) const fn kind(&self) -> DatabaseKind {
        self.kind
    }
}

impl Default for DatabaseUrl {
    fn default() -> Self {
        Self { text: Sensitive::new("sqlite::memory:".to_owned()), kind: DatabaseKind::Memory }
    }
}

impl FromStr for DatabaseUrl {
    type Err = DatabaseUrlError;

    fn from_str(text: &str) -> Result<Self, DatabaseUrlError> {
        let (scheme, rest) = text.split_once(':').ok_or(DatabaseUrlError)?;
        let rest_is_memory = rest == ":memory:";
        let kind = match scheme {
            "sqlite" if rest_is_memory => DatabaseKind::Memory,
            "sqlite" if !rest.trim_start_matches('/').is_empty() => DatabaseKind::File,
            "postgres" | "postgresql" if rest.len() > "//".len() && rest.starts_with("//") => {
                DatabaseKind::Postgres
            }
            _ => return Err(DatabaseUrlError),
        };
        // A file that is not there yet is made, unless the address says how it is to be opened.
        let more = if kind == DatabaseKind::File && !text.contains('?') { "?mode=rwc" } else { "" };
        Ok(Self { text: Sensitive::new(format!("{text}{more}")), kind })
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("DatabaseUrl").field(&self.kind).finish()
    }
}

impl fmt::Display for DatabaseUrlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a database is `sqlite::memory:`, `sqlite:FILE` or `postgres://HOST/NAME`")
    }
}

impl std::error::Error for DatabaseUrlError {}
