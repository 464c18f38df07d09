//! What is done about each kind.

use std::fmt;

use super::kind::Kind;

/// What is done with something that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Action {
    /// It stays as it is, and is not looked for.
    Keep,
    /// Its kind stands in its place: `[redacted:jwt]`. Parts of URLs become `REDACTED`, as the semantic conventions
    /// ask for.
    Drop,
    /// As little of it stays as people need to recognise it: `***@example.com`, `GB***6819`.
    Mask,
    /// A part stays that no longer says who it was: the first six and last four digits of a card, the network of an
    /// address, the maker of a device.
    Truncate,
    /// A pseudonym stands in its place, if there is a key for it. Without one it is masked, or else dropped.
    Pseudonymise,
}

impl Action {
    /// Every action, the one that shows most first.
    pub const ALL: [Self; 5] = [Self::Keep, Self::Drop, Self::Mask, Self::Truncate, Self::Pseudonymise];

    /// The action's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Drop => "drop",
            Self::Mask => "mask",
            Self::Truncate => "truncate",
            Self::Pseudonymise => "pseudonymise",
        }
    }
}

/// Why a policy cannot be: the action is none of [`Kind::actions`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnfitAction {
    /// What was to be treated.
    pub kind: Kind,
    /// How.
    pub action: Action,
}

impl fmt::Display for UnfitAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is no way to treat a finding of the kind `{}`",
            self.action.as_str(),
            self.kind.as_str()
        )
    }
}

impl std::error::Error for UnfitAction {}

/// An action for each kind.
///
/// ```
/// use otel_core::privacy::{Action, Kind, Policy};
///
/// let policy = Policy::STANDARD.with(Kind::UsSsn, Action::Drop)?.with(Kind::IpAddress, Action::Keep)?;
/// assert!(policy.with(Kind::Card, Action::Keep).is_err());
/// # Ok::<(), otel_core::privacy::UnfitAction>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    actions: [Action; Kind::ALL.len()],
}

impl Policy {
    /// The policy unless an application says otherwise.
    ///
    /// | kind | action |
    /// |---|---|
    /// | secrets of all kinds, security codes | drop |
    /// | cards, addresses of the Internet and of devices | truncate |
    /// | persons and places where code declares them, e-mail | pseudonymise |
    /// | telephone numbers, bank accounts | mask |
    /// | social security numbers | keep: digits like theirs have too many other meanings |
    pub const STANDARD: Self = {
        let mut policy = Self { actions: [Action::Drop; Kind::ALL.len()] };
        policy.actions[Kind::Place as usize] = Action::Pseudonymise;
        policy.actions[Kind::Person as usize] = Action::Pseudonymise;
        policy.actions[Kind::IpAddress as usize] = Action::Truncate;
        policy.actions[Kind::MacAddress as usize] = Action::Truncate;
        policy.actions[Kind::Phone as usize] = Action::Mask;
        policy.actions[Kind::Email as usize] = Action::Pseudonymise;
        policy.actions[Kind::UsSsn as usize] = Action::Keep;
        policy.actions[Kind::Iban as usize] = Action::Mask;
        policy.actions[Kind::Card as usize] = Action::Truncate;
        policy
    };

    /// The same policy with another action for one kind.
    ///
    /// # Errors
    ///
    /// When the kind cannot be treated that way: secrets can only be dropped, and nothing of payment can be kept.
    pub const fn with(mut self, kind: Kind, action: Action) -> Result<Self, UnfitAction> {
        let fit = kind.actions();
        let mut at = 0;
        while at < fit.len() {
            if fit[at] as u8 == action as u8 {
                self.actions[kind as usize] = action;
                return Ok(self);
            }
            at += 1;
        }
        Err(UnfitAction { kind, action })
    }

    /// What is done with findings of this kind.
    pub const fn action(&self, kind: Kind) -> Action {
        self.actions[kind as usize]
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self::STANDARD
    }
}
