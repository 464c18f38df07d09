//! Visitors: they search, look, put things into carts, check out and pay, over HTTP as anybody would.
//!
//! What each of them does is decided by dice that the seed loads: the same seed, the same visitors, whoever is served first.
//! Nobody thinks before they click, so a visit takes as long as its requests do.

mod answer;
mod card;
mod character;
mod door;
mod errand;
mod tally;
mod visit;
mod window;

use std::fmt;
use std::sync::Arc;

use tokio::task::{JoinError, JoinSet};

pub use answer::{Answer, Refusal};
pub use character::Character;
pub use door::{Door, Request};
pub use tally::{Sum, Tally};
use visit::Visit;
use window::Window;

/// Fetches the post of an address: the token of its latest welcome, if there is one by now.
pub type Post = Arc<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// How many come, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Crowd {
    /// How many.
    pub visitors: u32,
    /// How many of them are in the shop at once; nobody comes when it is none.
    pub at_once: usize,
    /// What their dice are loaded with.
    pub seed: u64,
    /// What tells their addresses and orders from those of another crowd, in a shop that remembers both.
    pub occasion: u64,
}

/// Why a walk came to nothing.
#[derive(Debug)]
#[non_exhaustive]
pub enum WalkError {
    /// The shop does not answer: it is closed, or too slow.
    Gone(String),
    /// The shop has nothing that anybody could find.
    Empty,
    /// A visitor came to grief, and not by the shop's fault.
    Panicked(JoinError),
}

/// Lets a crowd walk through the shop, and says what they saw; `between` is called before each of them enters.
///
/// # Errors
///
/// When the shop does not answer or has nothing to sell; then everybody leaves at once.
pub async fn walk(
    crowd: Crowd,
    door: &Door,
    post: &Post,
    mut between: impl FnMut(),
) -> Result<Tally, WalkError> {
    let window = Arc::new(Window::look(door).await?);
    let mut all = window.tally().clone();
    let mut inside = JoinSet::new();
    for number in 0..crowd.visitors {
        while inside.len() >= crowd.at_once.max(1) {
            leave(&mut inside, &mut all).await?;
        }
        between();
        let visit = Visit::new(crowd, number, door.clone(), Arc::clone(post), Arc::clone(&window));
        inside.spawn(visit.walk());
    }
    while !inside.is_empty() {
        leave(&mut inside, &mut all).await?;
    }
    Ok(all)
}

/// Waits for somebody to leave. Those who are inside when something goes wrong are sent away with the set.
async fn leave(inside: &mut JoinSet<Result<Tally, WalkError>>, all: &mut Tally) -> Result<(), WalkError> {
    if let Some(left) = inside.join_next().await {
        all.add(&left.map_err(WalkError::Panicked)??);
    }
    Ok(())
}

impl fmt::Display for WalkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gone(why) => write!(f, "the shop does not answer: {why}"),
            Self::Empty => f.write_str("the shop has nothing that anybody could find"),
            Self::Panicked(error) => write!(f, "a visitor came to grief: {error}"),
        }
    }
}

impl std::error::Error for WalkError {}
