//! What most texts look like, so that only the others are looked at more closely.

use super::lanes::Window;
use super::{LONG_TOKEN, run};

/// What is uncommon in a window: where something begins that could be what it is named after, and need not be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Glance {
    /// Points, and what joins a name and a value or a user and a host.
    pub(super) signs: u64,
    /// Words that begin as schemes of credentials do.
    pub(super) initials: u64,
    pub(super) numbers: u64,
    pub(super) accounts: u64,
    pub(super) keys: u64,
    /// What is joined as the addresses of devices and the armour of keys are.
    pub(super) joined: u64,
}

impl Glance {
    /// Whether there is anything else than words with dashes and spaces between them.
    ///
    /// All is put together before anything is decided, because there is no part whose outcome could be foreseen.
    #[inline]
    pub(super) fn is_uncommon(&self) -> bool {
        self.signs | self.initials | self.numbers | self.accounts | self.keys | self.joined != 0
    }
}

impl<const VECTORS: usize> Window<'_, VECTORS> {
    /// What is uncommon here. Whatever can raise an alarm is; what is need not raise one.
    // Always, so that who only asks whether there is anything does not have it written down.
    #[inline(always)]
    pub(super) fn glance(&self) -> Glance {
        let (digits, letters, joints) = (self.digits(), self.letters(), self.joints());
        let words = digits | letters;
        let starts = words & !(words << 1 | self.edge());
        let (signs, initials) = match self.extent() & !(words | joints) {
            0 => (0, 0),
            _ => (self.signs(), starts & self.initials()),
        };
        // Accounts and keys begin with two letters, and of the two only accounts have a digit next.
        let named = starts & letters & (letters >> 1);
        let (accounts, keys) = (named & (digits >> 2) & (digits >> 3), named & !(digits >> 2));
        // Dashes three apart, more than once.
        let apart = joints & (joints >> 3);
        Glance {
            signs,
            initials,
            numbers: clusters(starts & digits, digits, self.extent() & !letters, joints),
            accounts: if accounts == 0 { 0 } else { accounts & pieces(words) },
            keys: if VECTORS == 1 || keys == 0 { 0 } else { keys & run(words | joints, LONG_TOKEN) },
            joined: apart & apart.wrapping_sub(1),
        }
    }
}

/// Where seven digits begin that have no letter between them. Behind a dash they are part of something, unless they
/// are in one piece, or enough for a card.
#[inline]
fn clusters(starts: u64, digits: u64, others: u64, joints: u64) -> u64 {
    let seven = starts & run(others, 7);
    if seven == 0 { 0 } else { seven & (!(joints << 1) | run(digits, 7) | run(others, 12)) }
}

/// Where fifteen letters and digits begin, in one piece or in groups of four.
#[inline]
fn pieces(words: u64) -> u64 {
    let two = words & (words >> 1);
    let four = two & (two >> 2);
    let whole = four >> 4 & four >> 8 & four >> 11;
    let groups = four >> 5 & four >> 10 & two >> 15 & two >> 16;
    four & (whole | groups)
}
