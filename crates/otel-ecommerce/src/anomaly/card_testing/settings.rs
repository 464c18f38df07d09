//! When cards are tried out.

use std::time::Duration;

/// How many cards and declines are too many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CardTestingSettings {
    /// Up to how much a payment is small, in units of its currency, and in hundreds of one that has no minor unit.
    /// Default 2, a house value: whoever tries out cards does not want to be noticed.
    pub small_amount: u32,
    /// How many cards a user or a device may have trouble or small payments with in an hour. Default 3: what
    /// [Radar](https://docs.stripe.com/radar/rules) has as its example.
    pub cards_in_an_hour: u8,
    /// The same in 24 hours. Default 5, of the same source.
    pub cards_in_a_day: u8,
    /// The same in seven days. Default 8, of the same source.
    pub cards_in_a_week: u8,
    /// The declines of one card in 24 hours from which on its network charges. Default 10: Mastercard.
    pub declines_in_a_day: u16,
    /// The declines of one card in 30 days from which on its network charges. Default 15: Visa.
    pub declines_in_30_days: u16,
    /// The most users, devices, terminals and declined cards that are remembered. Default 100,000 of each.
    pub entities: usize,
}

impl Default for CardTestingSettings {
    fn default() -> Self {
        Self {
            small_amount: 2,
            cards_in_an_hour: 3,
            cards_in_a_day: 5,
            cards_in_a_week: 8,
            declines_in_a_day: 10,
            declines_in_30_days: 15,
            entities: 100_000,
        }
    }
}

const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
pub(super) const WEEK: Duration = Duration::from_secs(7 * 24 * 60 * 60);
pub(super) const DAYS_30: Duration = Duration::from_secs(30 * 24 * 60 * 60);

impl CardTestingSettings {
    /// The most cards in each window, the shortest first.
    pub(super) fn cards(&self) -> [(Duration, u8); 3] {
        [(HOUR, self.cards_in_an_hour), (DAY, self.cards_in_a_day), (WEEK, self.cards_in_a_week)]
    }

    /// From how many declines on they cost, in each window, the shortest first.
    pub(super) const fn declines(&self) -> [(Duration, u16); 2] {
        [(DAY, self.declines_in_a_day), (DAYS_30, self.declines_in_30_days)]
    }

    /// How many cards have to be remembered to see that there is one too many.
    pub(super) fn most_cards(&self) -> usize {
        self.cards().into_iter().map(|(_, limit)| usize::from(limit)).max().unwrap_or_default() + 1
    }
}
