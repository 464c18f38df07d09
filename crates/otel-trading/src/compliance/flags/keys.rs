//! Who, what and where, as digests: small enough to be kept by the thousand, and nobody's name.

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher, Hash};

use otel_core::Pseudonym;

use crate::ids::{ClientOrderId, Mic, OrderId, Symbol, TradeId};

macro_rules! keys {
    ($($(#[$doc:meta])* $name:ident from $($source:ty),+;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub struct $name(u64);

        impl $name {
            /// The key with this digest, for a caller who has one of its own.
            pub const fn new(digest: u64) -> Self {
                Self(digest)
            }

            /// The digest.
            pub const fn digest(self) -> u64 {
                self.0
            }
        }

        $(impl From<$source> for $name {
            fn from(id: $source) -> Self {
                Self(digest(id))
            }
        })+
    )+};
}

keys! {
    /// An instrument.
    InstrumentKey from Symbol<'_>;
    /// A venue.
    VenueKey from Mic<'_>;
    /// A member of a venue, or whoever else sends messages to it.
    ParticipantKey from Pseudonym;
    /// An account. It is personal data, so it takes [`Sensitive::pseudonym`](otel_core::Sensitive::pseudonym) to get
    /// here: a digest without a key is undone by guessing.
    AccountKey from Pseudonym;
    /// Whom a position belongs to in the end; personal data, as an account is.
    OwnerKey from Pseudonym;
    /// An order: the same key from its entry to its end, through all its replacements.
    OrderKey from OrderId<'_>, ClientOrderId<'_>;
    /// A trade: the same key for its buyer and its seller.
    TradeKey from TradeId<'_>;
}

impl From<AccountKey> for OwnerKey {
    /// An account whose owner nobody knows is its own.
    fn from(account: AccountKey) -> Self {
        Self(account.0)
    }
}

/// The same in every run, so that a replay gives the same flags.
fn digest(id: impl Hash) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(id)
}
