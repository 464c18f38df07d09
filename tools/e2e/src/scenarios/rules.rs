//! Alert rules are in the same state in the process and in Prometheus, at every step.
//!
//! Rules and series are left to chance: every condition, every policy, gaps, restarts, series that come and go. Each is
//! evaluated by the machine in the process and, as the rule that is generated for Prometheus, by Prometheus itself:
//! `promtool test rules` is the engine and the rule manager of a real server with a clock of its own. After each
//! evaluation the instances that are pending or firing must be the same on both sides.

mod chance;
mod conditions;
mod kind;
mod layout;
mod promtool;
mod suite;

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use self::kind::Kind;
use self::suite::{Counts, Suite};
use super::Ground;
use crate::failure::Failure;
use crate::table::{Outcome, Table};

/// How many rules there are in a suite.
const RULES: usize = 24;

const TITLE: &str =
    "rules: in the process and in Prometheus, the same instances are pending and firing at every step";
const COLUMNS: &[&str] = &["rules", "series", "evaluations", "pending", "firing", "resolved"];

pub(super) fn run(ground: &Ground) -> Table {
    let mut table = Table::new(TITLE, COLUMNS);
    let promtool = match ground.promtool() {
        Ok(promtool) => promtool,
        Err(failure) => {
            table.add("promtool", Err(failure));
            return table;
        }
    };
    let Some(done) = all(&promtool, ground) else {
        table.add("a worker", Err(Failure::wrong("panicked: see above")));
        return table;
    };
    for kind in Kind::ALL {
        let of_kind = done.iter().filter(|(done, _)| *done == kind).map(|(_, counts)| counts.clone());
        table.add(kind, of_kind.sum::<Result<Counts, Failure>>().and_then(numbers));
    }
    table
}

/// All suites, as many at once as there are processors; nothing when one of them could not be tried.
fn all(promtool: &Path, ground: &Ground) -> Option<Vec<(Kind, Result<Counts, Failure>)>> {
    let suites: Vec<(Kind, u64)> =
        Kind::ALL.into_iter().flat_map(|kind| (0..kind.suites()).map(move |number| (kind, number))).collect();
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        while let Some((kind, number)) = suites.get(next.fetch_add(1, Ordering::Relaxed)) {
            let seed = ground.seed.wrapping_mul(1_000).wrapping_add(*number);
            let suite = Suite::new(*kind, seed, RULES);
            done.push((*kind, promtool::compare(&suite, promtool, ground).map(|()| suite.counts())));
        }
        done
    };
    let workers = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        let done: Option<Vec<_>> = workers.into_iter().map(|worker| worker.join().ok()).collect();
        done.map(|done| done.into_iter().flatten().collect())
    })
}

/// A row, unless nothing happened that could have been different.
fn numbers(counts: Counts) -> Outcome {
    let Counts { rules, series, evaluations, pending, firing, resolved } = counts;
    if pending == 0 || firing == 0 || resolved == 0 {
        return Err(Failure::wrong(format!("nothing was compared: {counts:?}")));
    }
    Ok([rules, series, evaluations, pending, firing, resolved].map(Some).to_vec())
}
