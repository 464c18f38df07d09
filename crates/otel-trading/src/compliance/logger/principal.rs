//! Who is behind an order.

use otel_core::Sensitive;

use crate::audit::Subject;
use crate::compliance::flags::{DealingCapacity, Party};

/// Who is behind an order, as compliance needs to know it.
#[derive(Clone, Copy, Debug)]
pub struct Principal<'a> {
    /// Who is behind it, for surveillance.
    pub party: Party,
    /// For whom the participant deals.
    pub capacity: DealingCapacity,
    /// The person who gave it.
    pub trader: Option<Trader<'a>>,
}

impl Principal<'_> {
    /// Somebody who deals on own account, and of whom the trail names no person.
    pub const fn new(party: Party) -> Self {
        Self { party, capacity: DealingCapacity::OwnAccount, trader: None }
    }
}

/// A person, as the trail keeps them: encrypted with a key of their own, which can be destroyed.
#[derive(Clone, Copy, Debug)]
pub struct Trader<'a> {
    /// Whose key it is. It says nothing without the application's own books.
    pub subject: Subject<'a>,
    /// What the trail keeps of them: a name, or the identification that a report needs.
    pub identity: Sensitive<&'a str>,
}
