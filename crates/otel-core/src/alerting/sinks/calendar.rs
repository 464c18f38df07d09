//! Dates and times, as RFC 3339 has them.

use crate::time::Timestamp;

const DAY: u64 = 24 * 60 * 60;

/// The time in UTC, to the millisecond: `2024-01-01T12:00:00.000Z`.
pub(super) fn rfc3339(time: Timestamp) -> String {
    let millis = time.unix_nanos() / 1_000_000;
    let (seconds, millis) = (millis / 1_000, millis % 1_000);
    let (year, month, day) = date(seconds / DAY);
    let (hour, minute, second) = (seconds % DAY / 3_600, seconds % 3_600 / 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z")
}

/// Year, month and day so many days after 1970-01-01, by the Gregorian calendar.
///
/// Years are counted from March on, so that the leap day is the last of its year; 400 of them have 146,097 days.
fn date(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    // From March on, months have 31 and 30 days in turn, five months together 153.
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    (era * 400 + year + next, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_times_are_written_as_they_are_known() {
        for (seconds, written) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_399, "2000-02-28T23:59:59.000Z"),
            (951_782_400, "2000-02-29T00:00:00.000Z"),
            (1_704_067_200, "2024-01-01T00:00:00.000Z"),
            (4_107_542_400, "2100-03-01T00:00:00.000Z"),
            (18_446_744_073, "2554-07-21T23:34:33.000Z"),
        ] {
            assert_eq!(rfc3339(Timestamp::from_unix_nanos(seconds * 1_000_000_000)), written);
        }
        assert_eq!(rfc3339(Timestamp::from_unix_nanos(999_999_999)), "1970-01-01T00:00:00.999Z");
    }

    /// Every day of all the years there are, against a calendar that is turned page by page.
    #[test]
    fn every_day_follows_the_one_before() {
        let (mut year, mut month, mut day) = (1970, 1, 1);
        for days in 0..18_446_744_073 / DAY {
            assert_eq!(date(days), (year, month, day));
            let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            let length = match month {
                2 if leap => 29,
                2 => 28,
                4 | 6 | 9 | 11 => 30,
                _ => 31,
            };
            (year, month, day) = match (month, day) {
                (12, 31) => (year + 1, 1, 1),
                (month, day) if day == length => (year, month + 1, 1),
                (month, day) => (year, month, day + 1),
            };
        }
    }
}
