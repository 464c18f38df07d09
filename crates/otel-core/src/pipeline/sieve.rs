//! The tail sampler in the pipeline: spans on their way from outboxes to batches are held here until their trace is
//! decided on.

mod figures;
mod known;
mod rewrite;

use std::hash::{BuildHasher as _, RandomState};

use crate::clock::{Clock, Reading};
use crate::lane::Lane;
use crate::record::{Header, Kind, Signal};
use crate::sampling::{Decided, Tail, TailSampling, Tallies, Unfit};

pub(super) use figures::Sifting;
use known::facts;
use rewrite::Rewriter;

/// Where what is decided goes.
pub(super) trait Outlet {
    /// A span that is kept: its kind, its scope, and its framed bytes.
    fn kept(&mut self, kind: Kind, scope: u16, framed: &[u8]);

    /// Spans of a lane that are left out.
    fn left_out(&mut self, lane: Lane, spans: u64);
}

/// Holds spans back until their traces are decided on.
#[derive(Debug)]
pub(super) struct Sieve {
    tail: Tail,
    began: Reading,
    rewriter: Rewriter,
}

impl Sieve {
    /// A sieve that holds nothing; its time begins now.
    ///
    /// # Errors
    ///
    /// When the sampler cannot be as it is asked for.
    pub(super) fn new(setup: &TailSampling, now: Reading) -> Result<Self, Unfit> {
        // Who cannot guess how traces are found cannot make them slow to find.
        let setup = setup.seed(RandomState::new().hash_one(0));
        Ok(Self { tail: Tail::new(&setup)?, began: now, rewriter: Rewriter::default() })
    }

    /// Whether spans of this kind are held back. What must not be lost and what somebody waits for never is.
    pub(super) fn holds(kind: Kind) -> bool {
        kind.signal == Signal::Span && kind.lane >= Lane::Normal
    }

    /// Takes a span: its header, and all its bytes with the header in front.
    pub(super) fn take(
        &mut self,
        clock: &Clock,
        now: Reading,
        header: &Header,
        record: &[u8],
        outlet: &mut impl Outlet,
    ) {
        let Self { tail, began, rewriter } = self;
        match facts(header, record) {
            Some(facts) => {
                let passed = clock.between(*began, now);
                tail.offer(passed, &facts, record, &mut |decided| pass_on(rewriter, &decided, outlet));
            }
            // Every span begins with its ids; one that does not is nobody's to leave out.
            None => outlet.kept(header.kind, header.scope, &record[Header::LEN..]),
        }
    }

    /// Lets time pass.
    pub(super) fn tick(&mut self, clock: &Clock, now: Reading, outlet: &mut impl Outlet) {
        let Self { tail, began, rewriter } = self;
        tail.tick(clock.between(*began, now), &mut |decided| pass_on(rewriter, &decided, outlet));
    }

    /// Decides on everything that is held.
    pub(super) fn flush(&mut self, outlet: &mut impl Outlet) {
        let Self { tail, rewriter, .. } = self;
        tail.flush(&mut |decided| pass_on(rewriter, &decided, outlet));
    }

    /// Leaves this share of the budgets until further notice.
    pub(super) fn scale_budgets(&mut self, factor: f64) {
        self.tail.scale_budgets(factor);
    }

    /// What became of everything that was taken.
    pub(super) const fn counts(&self) -> &Tallies {
        self.tail.counts()
    }
}

fn pass_on(rewriter: &mut Rewriter, decided: &Decided<'_>, outlet: &mut impl Outlet) {
    match *decided {
        Decided::Kept { threshold, promoted, spans, .. } => {
            rewriter.begin(threshold, promoted);
            for record in spans {
                if let Some((header, framed, _)) = Header::split(record) {
                    outlet.kept(header.kind, header.scope, rewriter.rewritten(&header.marks, framed));
                }
            }
        }
        Decided::Dropped { tally, .. } => {
            outlet.left_out(Lane::Normal, tally.spans - tally.bulk);
            outlet.left_out(Lane::Bulk, tally.bulk);
        }
    }
}
