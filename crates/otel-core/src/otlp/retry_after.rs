//! `Retry-After`: how long a server wants to be left alone.

use std::time::{Duration, SystemTime};

use http::header::{HeaderMap, RETRY_AFTER};

use super::transport::{MAX_WAIT, date};

/// How long to wait by the headers of an answer that came `now`: seconds, or until a date.
///
/// A date is compared with the server's own, where there is one: the two clocks may disagree.
pub(super) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        // More digits than a number has are a very long time.
        return Some(value.parse().map_or(MAX_WAIT, Duration::from_secs).min(MAX_WAIT));
    }
    let until = httpdate::parse_http_date(value).ok()?;
    let now = date(headers).unwrap_or(now);
    Some(until.duration_since(now).unwrap_or_default().min(MAX_WAIT))
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use http::header::DATE;
    use proptest::prelude::*;

    use super::*;

    const NOW: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
    const NOW_SECONDS: u64 = 784_111_777;

    fn wait(value: &str, date: Option<&str>) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, value.parse().unwrap());
        if let Some(date) = date {
            headers.insert(DATE, date.parse().unwrap());
        }
        retry_after(&headers, UNIX_EPOCH + Duration::from_secs(NOW_SECONDS))
    }

    #[test]
    fn seconds_and_dates_are_understood() {
        let cases = [
            ("0", Some(0)),
            (" 120 ", Some(120)),
            ("3600", Some(3_600)),
            ("3601", Some(3_600)),
            ("99999999999999999999999", Some(3_600)),
            ("Sun, 06 Nov 1994 08:50:37 GMT", Some(60)),
            ("Sunday, 06-Nov-94 08:50:37 GMT", Some(60)),
            ("Sun Nov  6 08:50:37 1994", Some(60)),
            (NOW, Some(0)),
            ("Sun, 06 Nov 1994 08:49:36 GMT", Some(0)),
            ("Fri, 31 Dec 9999 23:59:59 GMT", Some(3_600)),
            ("", None),
            ("-1", None),
            ("1.5", None),
            ("soon", None),
        ];
        for (value, seconds) in cases {
            assert_eq!(wait(value, None), seconds.map(Duration::from_secs), "{value}");
        }
        assert_eq!(retry_after(&HeaderMap::new(), UNIX_EPOCH), None);
    }

    #[test]
    fn the_servers_own_clock_comes_before_ours() {
        let (until, servers) = ("Mon, 07 Nov 1994 00:00:30 GMT", "Mon, 07 Nov 1994 00:00:00 GMT");
        assert_eq!(wait(until, Some(servers)), Some(Duration::from_secs(30)));
        assert_eq!(wait("Sun, 06 Nov 1994 08:49:38 GMT", Some("now")), Some(Duration::from_secs(1)));
    }

    proptest! {
        #[test]
        fn whatever_a_server_says_is_no_wait_or_a_short_one(value in "[ -~]{0,40}", date in "[ -~]{0,40}") {
            prop_assert!(wait(&value, Some(&date)).is_none_or(|wait| wait <= MAX_WAIT));
        }

        #[test]
        fn every_date_is_as_far_away_as_it_says(ahead in 0_u64..10_000) {
            let until = httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(NOW_SECONDS + ahead));
            prop_assert_eq!(wait(&until, None), Some(Duration::from_secs(ahead.min(3_600))));
        }
    }
}
