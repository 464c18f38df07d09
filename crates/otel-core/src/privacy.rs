//! What must be hidden, found and hidden.
//!
//! Personal data that is known as such is [`Sensitive`](crate::Sensitive) and never becomes text. What is left are
//! texts that nobody declared: messages, the texts of exceptions, attributes of foreign libraries. [`find`] looks for
//! what must not leave in them, and a [`Guard`] puts something harmless in its place, by its [`Policy`]:
//!
//! ```
//! use otel_core::Timestamp;
//! use otel_core::privacy::{Guard, Policy};
//!
//! let guard = Guard::new(Policy::STANDARD);
//! let clean = guard.clean("paid with 4111 1111 1111 1111", Timestamp::from_unix_nanos(0));
//! assert_eq!(clean, "paid with 411111******1111");
//! ```
//!
//! [`url`] and [`Query`](crate::Query) know more of their texts than detectors can, and say what the semantic conventions ask
//! for.
//! An [`AllowList`] says which headers are shown and which baggage travels.
//!
//! Every pipeline has a guard, before anything is buffered; [`Privacy`] says what is different about it, by
//! [`Builder::privacy`](crate::pipeline::Builder::privacy).

mod accounts;
mod addresses;
mod allow_list;
mod cards;
mod credentials;
mod declared;
mod email;
mod find;
mod finding;
mod guard;
mod key_ring;
mod kind;
mod officer;
mod phone;
mod policy;
mod replacement;
mod setup;
pub mod url;

pub use allow_list::AllowList;
pub use find::find;
pub use finding::Finding;
pub use guard::{Guard, Redaction};
pub use key_ring::{Epoch, EpochPseudonym, KeyRing};
pub use kind::Kind;
pub(crate) use officer::Officer;
pub use policy::{Action, Policy, UnfitAction};
pub use setup::Privacy;

/// Whether a text could hold something that [`find`] finds: never wrong about a no, and quick about it.
pub fn suspects(text: &str) -> bool {
    crate::suspicion::suspects(text.as_bytes())
}
