//! How payments are judged.

use std::fmt;
use std::time::Duration;

use otel_core::{Currency, Money, Timestamp};

use super::card_testing::CardTestingSettings;
use super::findings::Decisions;
use super::travel::TravelSettings;
use super::velocity::VelocitySettings;
use crate::performance::PerformanceSettings;

/// How an [`AnomalyDetector`](super::AnomalyDetector) judges payments.
#[derive(Clone, Debug, Default)]
pub struct AnomalySettings {
    /// How many users are remembered.
    pub users: UserCap,
    /// How amounts are judged.
    pub amount: AmountSettings,
    /// How labels are.
    pub feedback: FeedbackSettings,
    /// How often is too often.
    pub velocity: VelocitySettings,
    /// How far is too far.
    pub travel: TravelSettings,
    /// When cards are tried out.
    pub card_testing: CardTestingSettings,
    /// What is done about findings.
    pub decisions: Decisions,
    /// How far ahead of the pipeline's clock a payment may be.
    pub future: FutureTolerance,
    /// How requests are judged.
    pub performance: PerformanceSettings,
}

/// The most users that are remembered: as many are in what they pay, where who pays in two currencies counts twice, and
/// as many in when and where they pay. Default 1,000,000, who take less than 200 MB then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UserCap(usize);

/// How amounts are judged.
#[derive(Clone, Debug, PartialEq)]
pub struct AmountSettings {
    limits: Vec<Money>,
    pub(super) score: f64,
}

/// How labels are judged.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FeedbackSettings {
    pub(super) frauds: f64,
    pub(super) share: f64,
    pub(super) half_life: Duration,
    pub(super) memory: Duration,
    pub(super) entities: usize,
}

/// How far ahead of the pipeline's clock a payment may be: for clocks that are not quite right.
///
/// Without telemetry there is no clock. Then a payment may be a day ahead of the time in the middle of those at which the
/// latest nine people paid: that is how long nobody may pay before the first who do are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FutureTolerance {
    pub(super) ahead: Duration,
    pub(super) silence: Duration,
}

/// Why something is no setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SettingsError {
    /// A limit that is no positive amount.
    Limit,
    /// A score that is no number from 1 to 1,000.
    Score,
    /// A count of frauds that is no number from 1 to 1,000.
    Frauds,
    /// A share that is no number above 0 and up to 1.
    Share,
    /// A time of less than a minute for labels, or of less than a second for a journey.
    TooShort,
    /// A cap of nothing, or of more than 2³² − 1.
    Cap,
    /// A limit of no card or payment, or of so few declines that the first is one too many.
    Count,
    /// A speed of nothing.
    Speed,
    /// A tolerance of more than five minutes.
    TooFarAhead,
}

impl UserCap {
    /// So many users.
    ///
    /// # Errors
    ///
    /// It is nobody, or more than 2³² − 1.
    pub fn new(users: usize) -> Result<Self, SettingsError> {
        checked(users).map(Self)
    }

    pub(super) const fn get(self) -> usize {
        self.0
    }
}

impl Default for UserCap {
    fn default() -> Self {
        Self(1_000_000)
    }
}

impl AmountSettings {
    /// The score from which an amount is unusual. The literature has 3.5 for what is worth a look (Iglewicz and Hoaglin);
    /// of payments there are so many that 5 leaves one false alarm in 100,000.
    pub const SCORE: f64 = 5.0;

    /// The same with a limit for payments in its currency; the last one counts. No currency has one from the start, for
    /// what is too much only the shop knows.
    ///
    /// # Errors
    ///
    /// The limit is zero or negative.
    pub fn limit(mut self, limit: Money) -> Result<Self, SettingsError> {
        if limit.minor() <= 0 {
            return Err(SettingsError::Limit);
        }
        self.limits.retain(|other| other.currency() != limit.currency());
        self.limits.push(limit);
        Ok(self)
    }

    /// The same with another score from which an amount is unusual: so many spreads over what is usual.
    ///
    /// # Errors
    ///
    /// It is no number from 1 to 1,000.
    pub fn score(self, score: f64) -> Result<Self, SettingsError> {
        if !(1.0..=1_000.0).contains(&score) {
            return Err(SettingsError::Score);
        }
        Ok(Self { score, ..self })
    }

    pub(super) fn limit_in(&self, currency: Currency) -> Option<Money> {
        self.limits.iter().find(|limit| limit.currency() == currency).copied()
    }
}

impl Default for AmountSettings {
    fn default() -> Self {
        Self { limits: Vec::new(), score: Self::SCORE }
    }
}

impl FeedbackSettings {
    /// The frauds it takes: two, of which the older one may count for half.
    pub const FRAUDS: f64 = 1.5;
    /// The share of labels that are fraud.
    pub const SHARE: f64 = 0.5;
    /// The time in which a label loses half of its weight: labels are as old on average as those of a window of
    /// 7 days, 3.5 days × ln 2.
    pub const HALF_LIFE: Duration = Duration::from_secs(209_610);
    /// How old the newest label may be: eight weeks later, it says nothing of today.
    pub const MEMORY: Duration = Duration::from_secs(56 * 86_400);
    /// How many cards, how many devices and how many terminals are remembered.
    pub const ENTITIES: usize = 1_000_000;

    /// The same, but it takes other labels: so many frauds, and such a share of all labels, each counted for less the
    /// older it is.
    ///
    /// # Errors
    ///
    /// The frauds are no number from 1 to 1,000, or the share none above 0 and up to 1.
    pub fn when(self, frauds: f64, share: f64) -> Result<Self, SettingsError> {
        if !(1.0..=1_000.0).contains(&frauds) {
            return Err(SettingsError::Frauds);
        }
        if !(f64::MIN_POSITIVE..=1.0).contains(&share) {
            return Err(SettingsError::Share);
        }
        Ok(Self { frauds, share, ..self })
    }

    /// The same with another time in which labels lose half of their weight, and after which they say nothing.
    ///
    /// # Errors
    ///
    /// One of them is less than a minute.
    pub fn forgetting(self, half_life: Duration, memory: Duration) -> Result<Self, SettingsError> {
        const MINUTE: Duration = Duration::from_secs(60);
        if half_life < MINUTE || memory < MINUTE {
            return Err(SettingsError::TooShort);
        }
        Ok(Self { half_life, memory, ..self })
    }

    /// The same, but at most so many cards, as many devices and as many terminals are remembered.
    ///
    /// # Errors
    ///
    /// It is none, or more than 2³² − 1.
    pub fn entities(self, cap: usize) -> Result<Self, SettingsError> {
        Ok(Self { entities: checked(cap)?, ..self })
    }

    /// Since when labels say something of a moment.
    pub(super) fn said_since(&self, at: Timestamp) -> Timestamp {
        let memory = u64::try_from(self.memory.as_nanos()).unwrap_or(u64::MAX);
        Timestamp::from_unix_nanos(at.unix_nanos().saturating_sub(memory))
    }
}

impl Default for FeedbackSettings {
    fn default() -> Self {
        Self {
            frauds: Self::FRAUDS,
            share: Self::SHARE,
            half_life: Self::HALF_LIFE,
            memory: Self::MEMORY,
            entities: Self::ENTITIES,
        }
    }
}

impl FutureTolerance {
    /// The most: as late as a payment may come after a newer one and still be counted. So whoever is ahead
    /// makes nothing late that arrives at once.
    pub const MOST: Duration = Duration::from_secs(5 * 60);

    /// So far ahead, and not more than [`MOST`](Self::MOST).
    ///
    /// # Errors
    ///
    /// It is more.
    pub fn new(tolerance: Duration) -> Result<Self, SettingsError> {
        let tolerated = Self { ahead: tolerance, ..Self::default() };
        if tolerance > Self::MOST { Err(SettingsError::TooFarAhead) } else { Ok(tolerated) }
    }

    /// The same, but without a clock a payment may be so far ahead of the others: for where what is judged was paid long
    /// ago, and the shop was closed for longer than a day.
    #[must_use]
    pub const fn silence(self, longest: Duration) -> Self {
        Self { silence: longest, ..self }
    }
}

impl Default for FutureTolerance {
    /// Five minutes, the most, and a day where there is no clock.
    fn default() -> Self {
        Self { ahead: Self::MOST, silence: Duration::from_secs(24 * 60 * 60) }
    }
}

pub(super) fn checked(cap: usize) -> Result<usize, SettingsError> {
    if cap > 0 && u32::try_from(cap).is_ok() { Ok(cap) } else { Err(SettingsError::Cap) }
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Limit => "a limit is a positive amount",
            Self::Score => "a score is a number from 1 to 1,000",
            Self::Frauds => "a count of frauds is a number from 1 to 1,000",
            Self::Share => "a share is a number above 0 and up to 1",
            Self::TooShort => "labels are remembered for a minute at least, and a journey takes a second",
            Self::Cap => "a cap is a number from 1 to 2³² − 1",
            Self::Count => "a limit of cards or payments is 1 at least, and one of declines 3",
            Self::Speed => "people travel at a kilometre an hour at least",
            Self::TooFarAhead => "a payment is at most five minutes ahead of the clock",
        })
    }
}

impl std::error::Error for SettingsError {}
