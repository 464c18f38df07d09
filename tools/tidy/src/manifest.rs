use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::Source;

type Value<'a> = Spanned<DeValue<'a>>;

/// A `Cargo.toml`, parsed but not interpreted: the rules are about how it is written.
pub(crate) struct Manifest<'a> {
    pub(crate) source: &'a Source,
    table: DeTable<'a>,
}

/// One entry of a dependency table.
pub(crate) struct Dependency<'m> {
    /// The name the code uses.
    pub(crate) name: &'m str,
    pub(crate) kind: Kind,
    pub(crate) line: usize,
    value: &'m DeValue<'m>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Normal,
    Dev,
    Build,
}

const TABLES: [(&str, Kind); 3] =
    [("dependencies", Kind::Normal), ("dev-dependencies", Kind::Dev), ("build-dependencies", Kind::Build)];

impl<'a> Manifest<'a> {
    /// Parses a manifest. One that does not parse is cargo's to report.
    pub(crate) fn of(source: &'a Source) -> Option<Self> {
        let table = DeTable::parse(source.text()).ok()?.into_inner();
        Some(Self { source, table })
    }

    /// The value at a path of keys.
    pub(crate) fn get(&self, keys: &[&str]) -> Option<&DeValue<'_>> {
        let (last, tables) = keys.split_last()?;
        let mut table = &self.table;
        for key in tables {
            table = table.get(*key)?.get_ref().as_table()?;
        }
        table.get(*last).map(Spanned::get_ref)
    }

    /// Whether `keys.workspace = true`.
    pub(crate) fn inherits(&self, keys: &[&str]) -> bool {
        self.get(keys).is_some_and(|value| flag(value, "workspace"))
    }

    /// The keys of a table, in the order of their names.
    pub(crate) fn keys(&self, table: &[&str]) -> Vec<&str> {
        let table = self.get(table).and_then(DeValue::as_table);
        table.into_iter().flat_map(|table| table.keys().map(|key| key.get_ref().as_ref())).collect()
    }

    /// The strings of an array.
    pub(crate) fn strings(&self, array: &[&str]) -> Vec<&str> {
        let array = self.get(array).and_then(DeValue::as_array);
        array.into_iter().flat_map(|array| array.iter().filter_map(|item| item.get_ref().as_str())).collect()
    }

    /// Everything a member depends on, for whatever target.
    pub(crate) fn dependencies(&self) -> Vec<Dependency<'_>> {
        let targets = self.get(&["target"]).and_then(DeValue::as_table);
        let targets = targets.into_iter().flat_map(|table| table.values());
        let roots = targets.filter_map(|target| target.get_ref().as_table()).chain([&self.table]);
        let mut found = Vec::new();
        for root in roots {
            for (name, kind) in TABLES {
                found.extend(self.entries(root.get(name), kind));
            }
        }
        found
    }

    /// What the root offers to its members.
    pub(crate) fn workspace_dependencies(&self) -> Vec<Dependency<'_>> {
        let workspace = self.get(&["workspace"]).and_then(DeValue::as_table);
        self.entries(workspace.and_then(|table| table.get("dependencies")), Kind::Normal)
    }

    fn entries<'m>(&'m self, table: Option<&'m Value<'a>>, kind: Kind) -> Vec<Dependency<'m>> {
        let table = table.and_then(|table| table.get_ref().as_table());
        let entries = table.into_iter().flat_map(|table| table.iter());
        entries
            .map(|(name, value)| Dependency {
                name: name.get_ref().as_ref(),
                kind,
                line: self.line_at(name.span().start),
                value: value.get_ref(),
            })
            .collect()
    }

    /// The line of a key as it is written in the file, or 1.
    pub(crate) fn line_of(&self, key: &str) -> usize {
        let starts = |line: &str| line.trim_start_matches('[').trim_start().starts_with(key);
        self.source.text().lines().position(starts).map_or(1, |index| index + 1)
    }

    fn line_at(&self, byte: usize) -> usize {
        self.source.text().get(..byte).map_or(1, |before| before.matches('\n').count() + 1)
    }
}

impl Dependency<'_> {
    /// The package behind a renamed dependency.
    pub(crate) fn package(&self) -> &str {
        self.text("package").unwrap_or(self.name)
    }

    pub(crate) fn is_inherited(&self) -> bool {
        flag(self.value, "workspace")
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        self.value.as_table().is_some_and(|table| table.contains_key(key))
    }

    /// Whether the entry says `default-features = false`.
    pub(crate) fn is_bare(&self) -> bool {
        let value = self.value.as_table().and_then(|table| table.get("default-features"));
        value.is_some_and(|value| value.get_ref().as_bool() == Some(false))
    }

    fn text(&self, key: &str) -> Option<&str> {
        self.value.as_table()?.get(key)?.get_ref().as_str()
    }
}

fn flag(value: &DeValue<'_>, key: &str) -> bool {
    let value = value.as_table().and_then(|table| table.get(key));
    value.is_some_and(|value| value.get_ref().as_bool() == Some(true))
}
