//! Where mail arrives. It is simulated.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::EmailAddress;

/// The mailboxes of all customers, in this process: **simulated**, so that the example needs no mail server. A real shop
/// has a client of one in its place.
///
/// At most [`Mailbox::CAP`] mails wait in all; the oldest makes room, and is counted. Clones share everything.
#[derive(Clone, Default)]
pub struct Mailbox {
    waiting: Arc<Mutex<Waiting>>,
}

#[derive(Default)]
struct Waiting {
    mails: VecDeque<(Box<str>, Mail)>,
    lost: u64,
}

/// A mail.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    /// What it says.
    pub kind: MailKind,
    /// What logs its reader in, once, within a quarter of an hour.
    pub token: Option<String>,
}

/// What a mail says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "an example is matched as a whole")]
pub enum MailKind {
    /// There is an account now.
    Welcome,
    /// There has been one all along, and somebody wanted another.
    AlreadyCustomer,
}

impl Mailbox {
    /// How many mails may wait.
    pub const CAP: usize = 4_096;

    pub(super) fn new() -> Self {
        Self::default()
    }

    /// Takes what waits for an address, the oldest first. For what is no address, nothing waits.
    pub fn take(&self, address: &str) -> Vec<Mail> {
        let Ok(address) = EmailAddress::parse(address) else { return Vec::new() };
        let mut taken = Vec::new();
        self.waiting().mails.retain(|(whose, mail)| {
            let is_theirs = **whose == *address.expose();
            if is_theirs {
                taken.push(mail.clone());
            }
            !is_theirs
        });
        taken
    }

    /// How many mails nobody took before they made room for others.
    pub fn lost(&self) -> u64 {
        self.waiting().lost
    }

    pub(super) fn put(&self, address: &str, mail: Mail) {
        let mut waiting = self.waiting();
        if waiting.mails.len() == Self::CAP {
            waiting.mails.pop_front();
            waiting.lost = waiting.lost.saturating_add(1);
        }
        waiting.mails.push_back((address.into(), mail));
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl MailKind {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Welcome => "welcome",
            Self::AlreadyCustomer => "already_customer",
        }
    }

    /// What was written by [`MailKind::as_str`]; whatever else is in the database is the less surprising mail.
    pub(super) fn of(text: &str) -> Self {
        if text == Self::Welcome.as_str() { Self::Welcome } else { Self::AlreadyCustomer }
    }
}

impl fmt::Debug for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mailbox").field("waiting", &self.waiting().mails.len()).finish_non_exhaustive()
    }
}

/// Shows no token: it opens an account.
impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mail").field("kind", &self.kind).finish_non_exhaustive()
    }
}
