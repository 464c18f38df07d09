//! How often is too often.

use std::time::Duration;

use crate::anomaly::settings::{SettingsError, checked};
use crate::labels::EntityType;

/// How many payments there may be in each of five windows, one at least; `None` where nobody counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VelocityLimits {
    /// In any minute.
    pub minute: Option<u16>,
    /// In any five minutes.
    pub minutes_5: Option<u16>,
    /// In any hour.
    pub hour: Option<u16>,
    /// In any 24 hours.
    pub day: Option<u16>,
    /// In any seven days.
    pub week: Option<u16>,
}

/// How often users, cards and devices may pay, and how many of them are remembered.
///
/// But for the ten payments of a user in an hour, the defaults are house values: above what people do, and of the order
/// of what merchants write for [Radar](https://docs.stripe.com/radar/rules), whose examples block after 3, 5 and 20
/// refused charges in an hour, a day and a week. A year of a real wholesaler has no customer with more than 10 orders
/// in an hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VelocitySettings {
    pub(super) user: VelocityLimits,
    pub(super) card: VelocityLimits,
    pub(super) device: VelocityLimits,
    pub(super) entities: usize,
}

impl VelocitySettings {
    /// The same with other limits of a user. Default 4 in a minute, 6 in five, 10 in an hour, 20 in a day, 50 in a week.
    ///
    /// # Errors
    ///
    /// One of them is zero: every payment would be one too many.
    pub fn user(self, limits: VelocityLimits) -> Result<Self, SettingsError> {
        Ok(Self { user: limits.checked()?, ..self })
    }

    /// The same with other limits of a card. Default 3 in a minute, 4 in five, 6 in an hour, 12 in a day, 40 in a week.
    ///
    /// # Errors
    ///
    /// One of them is zero.
    pub fn card(self, limits: VelocityLimits) -> Result<Self, SettingsError> {
        Ok(Self { card: limits.checked()?, ..self })
    }

    /// The same with other limits of a device, which a family may share. Default 5 in a minute, 8 in five, 15 in an hour,
    /// 40 in a day, 100 in a week.
    ///
    /// # Errors
    ///
    /// One of them is zero.
    pub fn device(self, limits: VelocityLimits) -> Result<Self, SettingsError> {
        Ok(Self { device: limits.checked()?, ..self })
    }

    /// The same, but at most so many cards and as many devices are remembered; and as many users, where
    /// [`Velocity`](super::Velocity) stands alone: in an [`AnomalyDetector`](super::super::AnomalyDetector) they have a
    /// [cap](super::super::UserCap) of their own. Default 100,000 of each.
    ///
    /// # Errors
    ///
    /// It is none, or more than 2³² − 1.
    pub fn entities(self, cap: usize) -> Result<Self, SettingsError> {
        Ok(Self { entities: checked(cap)?, ..self })
    }

    /// The limits of a kind of entity.
    pub const fn limits(&self, of: EntityType) -> VelocityLimits {
        match of {
            EntityType::User => self.user,
            EntityType::Card => self.card,
            EntityType::Device => self.device,
            EntityType::Terminal => VelocityLimits::NONE,
        }
    }
}

impl Default for VelocitySettings {
    fn default() -> Self {
        let of = |[minute, minutes_5, hour, day, week]: [u16; 5]| VelocityLimits {
            minute: Some(minute),
            minutes_5: Some(minutes_5),
            hour: Some(hour),
            day: Some(day),
            week: Some(week),
        };
        Self {
            user: of([4, 6, 10, 20, 50]),
            card: of([3, 4, 6, 12, 40]),
            device: of([5, 8, 15, 40, 100]),
            entities: 100_000,
        }
    }
}

/// The longest window.
pub(super) const WEEK: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// The most there may be in a window.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limit {
    pub(super) window: Duration,
    pub(super) most: u16,
}

impl VelocityLimits {
    /// Nobody counts.
    pub const NONE: Self = Self { minute: None, minutes_5: None, hour: None, day: None, week: None };

    fn checked(self) -> Result<Self, SettingsError> {
        if self.all().all(|limit| limit.most > 0) { Ok(self) } else { Err(SettingsError::Count) }
    }

    /// Each limit there is, the shortest window first.
    pub(super) fn all(&self) -> impl Iterator<Item = Limit> {
        const MINUTE: u64 = 60;
        const HOUR: u64 = 60 * MINUTE;
        const DAY: u64 = 24 * HOUR;
        let all = [
            (MINUTE, self.minute),
            (5 * MINUTE, self.minutes_5),
            (HOUR, self.hour),
            (DAY, self.day),
            (7 * DAY, self.week),
        ];
        all.into_iter()
            .filter_map(|(seconds, most)| Some(Limit { window: Duration::from_secs(seconds), most: most? }))
    }
}
