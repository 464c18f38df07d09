//! The work that is recorded: seeded, so that every arm and every run sees the same.

otel_core::labels! {
    /// Which way an item goes.
    pub enum Direction: "bench.direction" {
        /// In.
        Inbound = "inbound",
        /// Out.
        Outbound = "outbound",
    }

    /// How much an item matters.
    pub enum Class: "bench.class" {
        /// Not much.
        Bulk = "bulk",
        /// As most do.
        Normal = "normal",
        /// More than most.
        Urgent = "urgent",
        /// More than anything.
        Critical = "critical",
    }
}

/// One piece of work, with what a domain span says of it: two identifiers, a choice, two integers and a double.
#[derive(Clone, Debug)]
pub struct Item {
    /// Identifier of the item: high cardinality.
    pub id: String,
    /// Identifier of its owner: high cardinality.
    pub owner: String,
    /// Which way it goes.
    pub direction: Direction,
    /// How much it matters.
    pub class: Class,
    /// How many pieces.
    pub quantity: i64,
    /// Its number.
    pub sequence: i64,
    /// What a piece weighs.
    pub weight: f64,
}

/// Items enough that identifiers do not repeat too soon, few enough that they stay in the second-level cache.
const ITEMS: usize = 1_024;

/// Where the generator starts.
const SEED: u64 = 0x5eed_0f0b_5e7a_b1e5;

/// A repeating sequence of items.
#[derive(Clone, Debug)]
pub struct Work {
    items: Vec<Item>,
    next: usize,
}

impl Work {
    /// The sequence, from its start.
    pub fn seeded() -> Self {
        let mut random = fastrand::Rng::with_seed(SEED);
        let items = (0..ITEMS).map(|_| Item::random(&mut random)).collect();
        Self { items, next: 0 }
    }

    /// The next item.
    #[inline]
    pub fn item(&mut self) -> &Item {
        self.next = (self.next + 1) % ITEMS;
        &self.items[self.next]
    }
}

impl Item {
    fn random(random: &mut fastrand::Rng) -> Self {
        Self {
            id: format!("{:08x}-{:04x}-4{:03x}", random.u32(..), random.u16(..), random.u16(..0x1000)),
            owner: format!("owner-{:06}", random.u32(..1_000_000)),
            direction: Direction::ALL[random.usize(..Direction::ALL.len())],
            class: Class::ALL[random.usize(..Class::ALL.len())],
            quantity: random.i64(1..100_000),
            sequence: random.i64(1..1_000_000_000),
            weight: random.f64() * 1_000.0,
        }
    }
}
