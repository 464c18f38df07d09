//! Where in the slots an entity is.

use hashbrown::HashTable;

use super::key::EntityKey;

/// The places of entities by their keys, in 16 tables.
///
/// A table has room for a power of two, and doubles when 7 in 8 of it are taken: just then, an entity takes 11 bytes of
/// it instead of 6. So that this is not true of all at once, each table gets 2^(1/16) times as many keys as the one
/// before it, and they double one after the other. All in all an entity takes 8.6 bytes at most, and 9.7 where others
/// come and go; and to grow takes little time and little memory at once.
#[derive(Debug, Default)]
pub(super) struct Index {
    tables: [HashTable<u32>; TABLES],
}

const TABLES: usize = 16;

/// Where the shares of all tables but the first begin: (2^(n/16) - 1) × 2^15.
const SHARES: [u16; TABLES - 1] = [
    1_451, 2_966, 4_548, 6_200, 7_925, 9_727, 11_608, 13_573, 15_625, 17_767, 20_005, 22_341, 24_781, 27_329,
    29_989,
];

impl Index {
    /// The bytes that it takes.
    pub(super) fn bytes(&self) -> usize {
        self.tables.iter().map(HashTable::allocation_size).sum()
    }

    /// The place of a key, among those of others like it.
    pub(super) fn find(&self, key: EntityKey, is_it: impl Fn(usize) -> bool) -> Option<usize> {
        let table = self.tables.get(table_of(key))?;
        table.find(key.hash(), |place| is_it(*place as usize)).map(|place| *place as usize)
    }

    /// Takes in where a new key is.
    pub(super) fn insert(&mut self, key: EntityKey, place: usize, key_at: impl Fn(usize) -> EntityKey) {
        let hash_at = |place: &u32| key_at(*place as usize).hash();
        // There are never more places than that.
        if let (Some(table), Ok(place)) = (self.tables.get_mut(table_of(key)), u32::try_from(place)) {
            if table.len() == table.capacity() {
                renew(table, hash_at);
            }
            table.insert_unique(key.hash(), place, hash_at);
        }
    }

    /// Forgets where a key is.
    pub(super) fn remove(&mut self, key: EntityKey, place: usize) {
        let table = self.tables.get_mut(table_of(key));
        let found = table.map(|table| table.find_entry(key.hash(), |it| *it as usize == place));
        if let Some(Ok(found)) = found {
            found.remove();
        }
    }
}

/// Makes room for an eighth more.
///
/// What was removed may leave marks that take room as well. Left to itself, a table with more of them than half would
/// double for their sake.
fn renew(table: &mut HashTable<u32>, hash_at: impl Fn(&u32) -> u64) {
    let mut renewed = HashTable::with_capacity(table.len() + table.len() / 8 + 1);
    for place in table.drain() {
        renewed.insert_unique(hash_at(&place), place, &hash_at);
    }
    *table = renewed;
}

fn table_of(key: EntityKey) -> usize {
    let share = key.share();
    // Counting all of them takes no branch.
    SHARES.iter().map(|begin| usize::from(*begin <= share)).sum()
}
