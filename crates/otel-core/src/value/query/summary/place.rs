//! Where the name of a table can stand, and nothing else.

/// What could come next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Expects {
    #[default]
    Anything,
    /// The name of a table.
    Table(Place),
    /// The rest of a name behind its point, its other name, or a comma and another table.
    Point(Place),
    /// A comma and another table.
    Comma,
}

/// What the name of a table stands behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// A keyword that lists tables.
    Listed,
    /// A keyword behind which stands one table.
    Single,
    /// The call of a procedure. What is in double quotes there may be its first argument.
    Called,
}

/// What a query does, as far as it matters for what its keywords mean.
///
/// `FROM` also stands in `trim(both ' ' from …)`, in `IS DISTINCT FROM`, in `FOR SYSTEM_TIME FROM`, in `PREPARE … FROM` and
/// in `REVOKE … FROM`: only once in a query that reads does it name a table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Verb {
    /// Whether `FROM` names tables.
    from: bool,
    /// Whether it does so once there has been a `SET`.
    updates: bool,
    /// Whether `INTO` names a table.
    into: bool,
    /// Whether `USING` names tables.
    using: bool,
}

impl Verb {
    /// What an operation does, and where its table stands, if that is right behind it.
    pub(super) fn of(operation: &str) -> (Self, Option<Place>) {
        let nothing = Self::default();
        match operation {
            "SELECT" => (Self { from: true, into: true, ..nothing }, None),
            "DELETE" => (Self { from: true, using: true, ..nothing }, None),
            "INSERT" | "REPLACE" => (Self { into: true, ..nothing }, None),
            "MERGE" => (Self { into: true, using: true, ..nothing }, None),
            "UPDATE" => (Self { updates: true, ..nothing }, Some(Place::Listed)),
            "TRUNCATE" => (nothing, Some(Place::Listed)),
            _ => (nothing, Some(Place::Called)),
        }
    }

    /// `SET`: now `FROM` names the tables that an update reads.
    pub(super) fn sets(&mut self) {
        self.from |= self.updates;
        self.updates = false;
    }

    /// What stands behind this keyword, where that is a table.
    pub(super) fn opens(&mut self, keyword: &str, compares: bool) -> Option<Place> {
        match keyword {
            "FROM" if compares => None,
            "FROM" => std::mem::take(&mut self.from).then_some(Place::Listed),
            "USING" => std::mem::take(&mut self.using).then_some(Place::Listed),
            "INTO" => self.into.then_some(Place::Single),
            _ => Some(Place::Listed),
        }
    }
}
