//! What time it is, where no clock says so: by those who pay.

use otel_core::{Pseudonym, Timestamp};

use super::entities::EntityKey;

/// The time by the latest nine people who paid: the one in the middle, so that nobody moves it alone.
///
/// Whoever pays again speaks again, but no louder. What was refused counts as well: after a silence it is how the others
/// learn that time has passed.
#[derive(Debug, Default)]
pub(super) struct Present {
    heard: [Option<Said>; Self::PEOPLE],
    next: usize,
}

#[derive(Clone, Copy, Debug)]
struct Said {
    who: u32,
    at: Timestamp,
}

impl Present {
    const PEOPLE: usize = 9;

    /// The time in the middle; nothing when nobody has paid. Of two people, it is the later one's.
    pub(super) fn now(&self) -> Option<Timestamp> {
        let mut times = self.heard.map(|said| said.map(|said| said.at));
        // Nothing sorts before everything.
        times.sort_unstable();
        let nobody = times.iter().take_while(|time| time.is_none()).count();
        times.get(nobody..)?.get((Self::PEOPLE - nobody) / 2).copied().flatten()
    }

    /// Takes in when somebody says that they pay, in the place of who has not paid for longest.
    pub(super) fn hear(&mut self, who: Pseudonym, at: Timestamp) {
        let who = EntityKey::of(who).short();
        let said = Some(Said { who, at });
        if let Some(before) = self.heard.iter_mut().find(|it| it.is_some_and(|it| it.who == who)) {
            *before = said;
        } else if let Some(oldest) = self.heard.get_mut(self.next) {
            *oldest = said;
            self.next = (self.next + 1) % Self::PEOPLE;
        }
    }
}
