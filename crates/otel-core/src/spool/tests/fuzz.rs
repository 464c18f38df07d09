//! Whatever the files hold, the spool opens, and gives out nothing that was not put into it.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::simulated::Simulated;
use super::{balanced, drain, open, payload, put_back, simulated, small};
use crate::lane::Lane;

/// A change to one file.
#[derive(Clone, Debug)]
enum Harm {
    Flip {
        at: prop::sample::Index,
        bit: u8,
    },
    Overwrite {
        at: prop::sample::Index,
        with: Vec<u8>,
    },
    Cut(prop::sample::Index),
    Grow(Vec<u8>),
    /// A part of the file appears somewhere else in it.
    Copy {
        from: prop::sample::Index,
        to: prop::sample::Index,
        len: usize,
    },
    Replace(Vec<u8>),
}

fn harm() -> impl Strategy<Value = Harm> {
    let index = any::<prop::sample::Index>;
    let bytes = || prop::collection::vec(any::<u8>(), 0..300);
    prop_oneof![
        4 => (index(), 0..8_u8).prop_map(|(at, bit)| Harm::Flip { at, bit }),
        2 => (index(), bytes()).prop_map(|(at, with)| Harm::Overwrite { at, with }),
        1 => index().prop_map(Harm::Cut),
        1 => bytes().prop_map(Harm::Grow),
        2 => (index(), index(), 1..900_usize).prop_map(|(from, to, len)| Harm::Copy { from, to, len }),
        1 => bytes().prop_map(Harm::Replace),
    ]
}

impl Harm {
    fn apply(&self, bytes: &mut Vec<u8>) {
        let len = bytes.len().max(1);
        bytes.resize(len, 0);
        match self {
            Self::Flip { at, bit } => bytes[at.index(len)] ^= 1 << bit,
            Self::Overwrite { at, with } => {
                for (byte, with) in bytes[at.index(len)..].iter_mut().zip(with) {
                    *byte = *with;
                }
            }
            Self::Cut(at) => bytes.truncate(at.index(len)),
            Self::Grow(with) => bytes.extend(with),
            Self::Copy { from, to, len: most } => {
                let from = from.index(len);
                let copied = bytes[from..len.min(from + most)].to_vec();
                Self::Overwrite { at: *to, with: copied }.apply(bytes);
            }
            Self::Replace(with) => bytes.clone_from(with),
        }
    }
}

const LENGTHS: [usize; 12] = [8, 400, 90, 700, 8, 33, 512, 512, 250, 1_100, 64, 300];

/// Twelve entries in several segments, with and without footers.
fn spooled(closed: bool) -> Simulated {
    let (fs, mut spool) = simulated(&small());
    for (id, len) in LENGTHS.into_iter().enumerate() {
        let lane = if id % 4 == 3 { Lane::Bulk } else { Lane::Normal };
        put_back(&mut spool, lane, &payload(id as u64, len));
    }
    spool.sync().expect("nothing fails");
    if closed {
        spool.close().expect("nothing fails");
    }
    fs
}

proptest! {
    #[test]
    fn nothing_is_given_out_that_was_not_put_in(
        closed in any::<bool>(),
        harms in prop::collection::vec((any::<prop::sample::Index>(), harm()), 1..6),
    ) {
        let fs = spooled(closed);
        for (file, harm) in harms {
            let files = fs.files();
            fs.tamper(&files[file.index(files.len())].0, |bytes| harm.apply(bytes));
        }
        let (mut spool, _) = open(fs.clone(), &small());
        let mut back = BTreeSet::new();
        let found = drain(&mut spool);
        for (_, entry) in &found {
            let id = u64::from_le_bytes(*entry.payload.first_chunk().expect("eight bytes or more"));
            prop_assert_eq!(&entry.payload, &payload(id, LENGTHS[id as usize]));
            prop_assert!(back.insert(id), "{} comes twice", id);
        }
        prop_assert_eq!(balanced(spool.counts()), found.len() as u64);
        found.into_iter().for_each(|(ticket, _)| spool.settle(ticket));
        prop_assert_eq!(balanced(spool.counts()), 0);
        spool.close().expect("nothing fails");
        let (mut spool, _) = open(fs, &small());
        prop_assert!(spool.next_backlog().is_none(), "what is settled does not come back");
    }
}
