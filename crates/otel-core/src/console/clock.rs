//! Times and durations, as people read them.

const MICROSECOND: u64 = 1_000;
const MILLISECOND: u64 = 1_000 * MICROSECOND;
const SECOND: u64 = 1_000 * MILLISECOND;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// The UTC time of day, to the millisecond.
pub(super) fn time_of_day(unix_nano: u64) -> String {
    let in_day = unix_nano % DAY;
    let (hours, minutes) = (in_day / HOUR, in_day % HOUR / MINUTE);
    let (seconds, millis) = (in_day % MINUTE / SECOND, in_day % SECOND / MILLISECOND);
    format!("{hours:02}:{minutes:02}:{seconds:02}.{millis:03}")
}

/// A duration with three digits that count, cut off and not rounded, so that 999.9 ms never reads as a
/// second.
pub(super) fn duration(nanos: u64) -> String {
    match nanos {
        0..MICROSECOND => format!("{nanos} ns"),
        MICROSECOND..MILLISECOND => three_digits(nanos, MICROSECOND, "µs"),
        MILLISECOND..SECOND => three_digits(nanos, MILLISECOND, "ms"),
        SECOND..MINUTE => three_digits(nanos, SECOND, "s"),
        MINUTE..HOUR => format!("{} m {:02} s", nanos / MINUTE, nanos % MINUTE / SECOND),
        _ => format!("{} h {:02} m", nanos / HOUR, nanos % HOUR / MINUTE),
    }
}

/// How long after `origin`, or before it, something was.
pub(super) fn offset(origin: u64, unix_nano: u64) -> String {
    let sign = if unix_nano < origin { '-' } else { '+' };
    format!("{sign}{}", duration(unix_nano.abs_diff(origin)))
}

fn three_digits(nanos: u64, unit: u64, name: &str) -> String {
    let (whole, part) = (nanos / unit, nanos % unit);
    let number = match whole {
        0..10 => format!("{whole}.{:02}", part / (unit / 100)),
        10..100 => format!("{whole}.{}", part / (unit / 10)),
        _ => return format!("{whole} {name}"),
    };
    format!("{} {name}", number.trim_end_matches('0').trim_end_matches('.'))
}
