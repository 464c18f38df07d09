//! When cards are tried out.

use std::time::Duration;

use otel_core::{Currency, Money};

use super::small;
use crate::anomaly::settings::{SettingsError, checked};

/// How many cards and declines are too many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardTestingSettings {
    small: Vec<Money>,
    cards_in_an_hour: u8,
    cards_in_a_day: u8,
    cards_in_a_week: u8,
    pub(super) declines_in_a_day: u16,
    pub(super) declines_in_30_days: u16,
    pub(super) entities: usize,
}

impl Default for CardTestingSettings {
    fn default() -> Self {
        Self {
            small: Vec::new(),
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
    /// The same, but in its currency a payment is small up to this amount; the last one counts.
    ///
    /// Default 2.00 USD, a house value: whoever tries out cards does not want to be noticed. In any other currency it is
    /// about as much, rounded to 1, 2 or 5 with zeros, by the rates of late 2025: 2.00 EUR, 200 JPY, 500 HUF,
    /// 50,000 VND.
    ///
    /// # Errors
    ///
    /// It is zero or negative.
    pub fn small(mut self, up_to: Money) -> Result<Self, SettingsError> {
        if up_to.minor() <= 0 {
            return Err(SettingsError::Limit);
        }
        self.small.retain(|other| other.currency() != up_to.currency());
        self.small.push(up_to);
        Ok(self)
    }

    /// The same with another number of cards that a user or a device may have trouble or small payments with in an hour.
    /// Default 3: what [Radar](https://docs.stripe.com/radar/rules) has as its example.
    ///
    /// # Errors
    ///
    /// It is none.
    pub fn cards_in_an_hour(self, most: u8) -> Result<Self, SettingsError> {
        Ok(Self { cards_in_an_hour: some(most)?, ..self })
    }

    /// The same in 24 hours. Default 5, of the same source.
    ///
    /// # Errors
    ///
    /// It is none.
    pub fn cards_in_a_day(self, most: u8) -> Result<Self, SettingsError> {
        Ok(Self { cards_in_a_day: some(most)?, ..self })
    }

    /// The same in seven days. Default 8, of the same source.
    ///
    /// # Errors
    ///
    /// It is none.
    pub fn cards_in_a_week(self, most: u8) -> Result<Self, SettingsError> {
        Ok(Self { cards_in_a_week: some(most)?, ..self })
    }

    /// The same with another number of declines of one card in 24 hours from which on its network charges; the one before
    /// it is found. Default 10: Mastercard.
    ///
    /// # Errors
    ///
    /// It is less than 3: the first decline would be found.
    pub fn declines_in_a_day(self, charged: u16) -> Result<Self, SettingsError> {
        Ok(Self { declines_in_a_day: more_than_one(charged)?, ..self })
    }

    /// The same in 30 days. Default 15: Visa.
    ///
    /// # Errors
    ///
    /// It is less than 3: the first decline would be found.
    pub fn declines_in_30_days(self, charged: u16) -> Result<Self, SettingsError> {
        Ok(Self { declines_in_30_days: more_than_one(charged)?, ..self })
    }

    /// The same, but at most so many users, devices, terminals and declined cards are remembered. Default 100,000 of
    /// each.
    ///
    /// # Errors
    ///
    /// It is none, or more than 2³² − 1.
    pub fn entities(self, cap: usize) -> Result<Self, SettingsError> {
        Ok(Self { entities: checked(cap)?, ..self })
    }

    /// Up to how much a payment in a currency is small.
    pub(super) fn small_in(&self, currency: Currency) -> Money {
        let said = self.small.iter().find(|small| small.currency() == currency);
        said.copied().unwrap_or_else(|| small::usual(currency))
    }

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

fn some(cards: u8) -> Result<u8, SettingsError> {
    if cards > 0 { Ok(cards) } else { Err(SettingsError::Count) }
}

fn more_than_one(charged: u16) -> Result<u16, SettingsError> {
    if charged > 2 { Ok(charged) } else { Err(SettingsError::Count) }
}
