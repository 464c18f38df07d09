//! The spool does what a list does, and forgets nothing between processes.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::super::{Config, Entry, Spool, Ticket};
use super::simulated::Simulated;
use super::{balanced, open, payload};
use crate::lane::Lane;
use crate::ledger::Stream;

#[derive(Clone, Debug)]
enum Act {
    Append { lane: Lane, stream: Stream, items: u32, len: usize },
    Settle(prop::sample::Index),
    Release(prop::sample::Index),
    Take,
    Sync,
    Reopen { closed: bool },
}

fn act() -> impl Strategy<Value = Act> {
    let (lane, stream) = (prop::sample::select(&Lane::ALL[..]), prop::sample::select(&Stream::ALL[..]));
    prop_oneof![
        6 => (lane, stream, 0..50_u32, 8..900_usize)
            .prop_map(|(lane, stream, items, len)| Act::Append { lane, stream, items, len }),
        3 => any::<prop::sample::Index>().prop_map(Act::Settle),
        2 => any::<prop::sample::Index>().prop_map(Act::Release),
        3 => Just(Act::Take),
        1 => Just(Act::Sync),
        1 => any::<bool>().prop_map(|closed| Act::Reopen { closed }),
    ]
}

/// A list of everything that is not settled, by lane and number.
#[derive(Default)]
struct Model {
    entries: BTreeMap<(Lane, u64), (Stream, u32, Vec<u8>)>,
    held: Vec<((Lane, u64), Ticket)>,
}

impl Model {
    fn act(&mut self, act: &Act, id: u64, spool: &mut Spool<Simulated>) {
        match *act {
            Act::Append { lane, stream, items, len } => {
                let payload = payload(id, len);
                let entry = Entry { lane, stream, items, first_unix_nanos: id, payload: &payload };
                let ticket = spool.append(&entry).expect("there is room for everything");
                let key = (lane, ticket.seq());
                assert!(self.entries.insert(key, (stream, items, payload)).is_none());
                self.held.push((key, ticket));
            }
            Act::Settle(at) if !self.held.is_empty() => {
                let (key, ticket) = self.held.swap_remove(at.index(self.held.len()));
                self.entries.remove(&key);
                spool.settle(ticket);
            }
            Act::Release(at) if !self.held.is_empty() => {
                spool.release(self.held.swap_remove(at.index(self.held.len())).1);
            }
            Act::Take => self.take(spool),
            Act::Sync => spool.sync().expect("nothing fails"),
            Act::Settle(_) | Act::Release(_) | Act::Reopen { .. } => {}
        }
    }

    fn take(&mut self, spool: &mut Spool<Simulated>) {
        let is_held = |key: &(Lane, u64)| self.held.iter().any(|(held, _)| held == key);
        let expected = self.entries.iter().find(|(key, _)| !is_held(key));
        let expected =
            expected.map(|(key, (stream, items, payload))| (*key, *stream, *items, payload.clone()));
        let found = spool.next_backlog();
        let (ticket, found) = found.map_or((None, None), |(ticket, entry)| {
            let found = ((entry.lane, ticket.seq()), entry.stream, entry.items, entry.payload);
            (Some(ticket), Some(found))
        });
        assert_eq!(found, expected);
        self.held.extend(found.map(|found| found.0).zip(ticket));
    }
}

proptest! {
    #[test]
    fn the_spool_does_what_a_list_does(acts in prop::collection::vec(act(), 1..120)) {
        let config = Config { segment_bytes: 2_048, ..Config::new(1024 * 1024) };
        let fs = Simulated::new(config.max_bytes);
        let (mut spool, mut model) = (open(fs.clone(), &config).0, Model::default());
        for (id, act) in acts.into_iter().enumerate() {
            if let Act::Reopen { closed } = act {
                if closed {
                    spool.close().expect("nothing fails");
                } else {
                    drop(spool);
                }
                spool = open(fs.clone(), &config).0;
                model.held.clear();
            } else {
                model.act(&act, id as u64, &mut spool);
            }
            prop_assert_eq!(balanced(spool.counts()), model.entries.len() as u64);
        }
        let held = std::mem::take(&mut model.held);
        held.into_iter().for_each(|(_, ticket)| spool.release(ticket));
        (0..=model.entries.len()).for_each(|_| model.take(&mut spool));
        for (key, ticket) in model.held {
            model.entries.remove(&key);
            spool.settle(ticket);
        }
        spool.close().expect("nothing fails");
        prop_assert_eq!(fs.files(), []);
    }
}
