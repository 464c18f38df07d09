//! What is done about an alert without a person: guarded, rehearsed before it is real, and written down.
//!
//! The `governor` decides everything and does nothing: it is told what happened and when, and answers with orders and
//! with entries of the audit. The `responder` is its hands: one thread that hears of alerts, one more for each run, and
//! an event in the audit lane for each entry.

mod audit;
mod counts;
mod facts;
mod governor;
mod guards;
mod kill_switch;
mod occasion;
mod pace;
mod place;
mod respond;
mod responder;
mod run;
mod supervisor;
mod worker;

#[cfg(test)]
mod tests;

pub use audit::{ActionOutcome, ActionReason};
pub use counts::ActionCounts;
pub use facts::{ActionFacts, BlastRadius, Share};
pub use kill_switch::KillSwitch;
pub use occasion::{ActionError, Objection, Occasion, Verdict};
pub use pace::Rate;
pub use place::Scope;
pub use respond::Respond;
pub(crate) use responder::{Responder, Safeguards};

use std::fmt;
use std::sync::Arc;

/// Something that can be done about an alert without a person.
///
/// What it is allowed to do is decided elsewhere, from its [`ActionFacts`]: it only says what there is to do. Each run
/// has a thread of its own and calls the methods in this order: [`is_allowed`](Self::is_allowed),
/// [`execute`](Self::execute), [`verify`](Self::verify) until it knows, and [`roll_back`](Self::roll_back) where it did
/// not work. A panic counts as a failure, and so does an answer after the deadline. A rehearsal calls nothing but
/// `is_allowed`, which therefore must not change anything.
///
/// What these methods say about themselves stands in the audit as it is: it must not hold secrets.
pub trait Action: Send + Sync {
    /// What is known of it before it is ever run; asked once.
    fn facts(&self) -> ActionFacts;

    /// Whether it would do good here and now. It only looks, and changes nothing.
    ///
    /// # Errors
    ///
    /// Why it would not; the action is then refused.
    fn is_allowed(&self, occasion: &Occasion) -> Result<(), Objection>;

    /// Does it.
    ///
    /// # Errors
    ///
    /// Why it could not. What was done so far is rolled back, where it can be.
    fn execute(&self, occasion: &Occasion) -> Result<(), ActionError>;

    /// Whether it worked. It is asked again while it cannot tell, and only looks.
    fn verify(&self, occasion: &Occasion) -> Verdict;

    /// Takes it back; only called when the facts say that it can be.
    ///
    /// # Errors
    ///
    /// Why it could not.
    fn roll_back(&self, occasion: &Occasion) -> Result<(), ActionError>;
}

impl<A: Action + ?Sized> Action for Arc<A> {
    fn facts(&self) -> ActionFacts {
        (**self).facts()
    }

    fn is_allowed(&self, occasion: &Occasion) -> Result<(), Objection> {
        (**self).is_allowed(occasion)
    }

    fn execute(&self, occasion: &Occasion) -> Result<(), ActionError> {
        (**self).execute(occasion)
    }

    fn verify(&self, occasion: &Occasion) -> Verdict {
        (**self).verify(occasion)
    }

    fn roll_back(&self, occasion: &Occasion) -> Result<(), ActionError> {
        (**self).roll_back(occasion)
    }
}

impl fmt::Debug for dyn Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Action")
    }
}
