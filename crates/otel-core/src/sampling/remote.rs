//! What a Jaeger server says should be sampled, asked from time to time.

mod inquirer;
mod latest;
mod rate;
mod strategy;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::clock::{Clock, Reading};

use super::{ComposableSampler, Intent, Start};
pub(crate) use inquirer::Inquirer;
use latest::Latest;
use strategy::Strategy;

/// A sampler that wants what a server said last; until it has said something, an initial share of all traces.
#[derive(Clone)]
pub(crate) struct RemoteSampler(Arc<Inner>);

struct Inner {
    strategy: Latest<Strategy>,
    clock: Clock,
    start: Reading,
}

impl RemoteSampler {
    pub(crate) fn new(initial_rate: f64, clock: Clock) -> Self {
        let (strategy, start) = (Latest::new(Strategy::everywhere(initial_rate)), clock.read());
        Self(Arc::new(Inner { strategy, clock, start }))
    }

    /// Follows another strategy from now on.
    fn follow(&self, strategy: Strategy) {
        self.0.strategy.replace(strategy);
    }
}

impl Inner {
    /// How old this sampler is.
    fn age(&self) -> Duration {
        self.clock.between(self.start, self.clock.read())
    }
}

impl ComposableSampler for RemoteSampler {
    fn intent(&self, start: &Start<'_>) -> Intent {
        self.0.strategy.with(|strategy| strategy.intent(start.name, || self.0.age()))
    }
}

impl fmt::Debug for RemoteSampler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.strategy.with(|strategy| f.debug_tuple("RemoteSampler").field(strategy).finish())
    }
}
