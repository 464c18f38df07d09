//! What kind of visitor somebody is.

use fastrand::Rng;

/// What kind of visitor somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Character {
    /// Looks around, and buys perhaps.
    Shopper,
    /// Has many numbers of cards, and wants to know which of them work.
    CardTester,
}

/// One visitor in so many tries out cards.
const TESTERS: u32 = 125;

impl Character {
    /// Somebody. Of every 125 who come one after the other, one tries out cards, so that there is one in every crowd that
    /// is large enough.
    pub(super) const fn of(number: u32) -> Self {
        if number % TESTERS == TESTERS / 2 { Self::CardTester } else { Self::Shopper }
    }
}

/// How likely it is that somebody goes on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Odds(f64);

impl Odds {
    /// Has an account, or opens one.
    pub(super) const REGISTERS: Self = Self(0.2);
    /// Forgot that they have.
    pub(super) const REGISTERS_AGAIN: Self = Self(0.1);
    /// Types something that is no word.
    pub(super) const TYPES_NONSENSE: Self = Self(0.1);
    /// Wants to find something else as well.
    pub(super) const SEARCHES_ON: Self = Self(0.3);
    /// Looks at another result.
    pub(super) const LOOKS_ON: Self = Self(0.5);
    /// Wants to have it.
    pub(super) const TAKES_IT: Self = Self(0.4);
    /// Does not want it any more.
    pub(super) const PUTS_IT_BACK: Self = Self(0.05);
    /// Goes to the till.
    pub(super) const CHECKS_OUT: Self = Self(0.7);
    /// Says where it should go.
    pub(super) const SAYS_WHERE: Self = Self(0.85);
    /// Pays.
    pub(super) const PAYS: Self = Self(0.9);
    /// Presses the button twice.
    pub(super) const PRESSES_TWICE: Self = Self(0.05);
    /// Has another card.
    pub(super) const TRIES_AGAIN: Self = Self(0.5);
    /// Sends it back.
    pub(super) const SENDS_BACK: Self = Self(0.06);

    /// Throws the dice.
    pub(super) fn come(self, dice: &mut Rng) -> bool {
        dice.f64() < self.0
    }
}
