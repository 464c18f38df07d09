//! Which series a rule is about.

use fastrand::Rng;
use otel_core::Matching;

use super::chance::pick;
use super::kind::Kind;

otel_core::labels! {
    /// Where it happens.
    pub enum Place: "e2e.place" {
        /// Here.
        Here = "here",
        /// There.
        There = "there",
        /// Wherever.
        Elsewhere = "else \"where\\",
    }
    /// How it goes.
    pub enum Direction: "e2e.direction" {
        /// In.
        In = "in",
        /// Out.
        Out = "out",
    }
}

/// What goes in.
pub(super) const ONLY_IN: &[Matching] = &[Matching::new("e2e.direction", "in")];
/// Which series there are, which of them count, and which are told apart.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layout {
    pub(super) places: &'static [Place],
    pub(super) directions: &'static [Direction],
    pub(super) matching: &'static [Matching],
    pub(super) by: &'static [&'static str],
}

impl Layout {
    pub(super) fn new(kind: Kind, rng: &mut Rng) -> Self {
        let by: &[&'static [&'static str]] = &[
            &[],
            &["e2e.place"],
            &["e2e.direction"],
            &["e2e.place", "e2e.direction"],
            &["e2e.direction", "e2e.place"],
        ];
        Self {
            places: &Place::ALL[..rng.usize(1..=Place::ALL.len())],
            directions: &Direction::ALL[..rng.usize(1..=Direction::ALL.len())],
            matching: pick(rng, &[&[], &[], ONLY_IN]),
            by: if kind == Kind::Absence { &[] } else { pick(rng, by) },
        }
    }

    /// Whether each instance is about one series.
    pub(super) fn is_single(&self) -> bool {
        let apart = |key: &str| self.by.contains(&key);
        let places = self.places.len() == 1 || apart("e2e.place");
        let directions = self.directions.len() == 1 || apart("e2e.direction") || !self.matching.is_empty();
        places && directions
    }

    pub(super) fn combinations(&self) -> impl Iterator<Item = Vec<(&'static str, &'static str)>> + use<> {
        let directions = self.directions;
        let with = move |place: &'static Place| {
            let pair = move |direction: &Direction| {
                vec![("e2e.place", place.as_str()), ("e2e.direction", direction.as_str())]
            };
            directions.iter().map(pair)
        };
        self.places.iter().flat_map(with)
    }
}
