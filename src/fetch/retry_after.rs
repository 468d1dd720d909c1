//! `Retry-After` in both its forms (RFC 9110 section 10.2.3).

use chrono::{DateTime, NaiveDateTime, Utc};
use std::time::Duration;

/// The time that a `Retry-After` value asks for, counted from `now`: seconds, or an HTTP date in any of its three
/// forms. A date in the past asks for nothing; what is neither says nothing.
pub(super) fn retry_after(value: &str, now: DateTime<Utc>) -> Option<Duration> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit()) {
        return Some(Duration::from_secs(value.parse().unwrap_or(u64::MAX)));
    }
    let date = http_date(value)?;
    Some((date - now).to_std().unwrap_or_default())
}

/// IMF-fixdate, RFC 850 and asctime (RFC 9110 section 5.6.7).
fn http_date(value: &str) -> Option<DateTime<Utc>> {
    let forms = [
        "%a, %d %b %Y %H:%M:%S GMT",
        "%A, %d-%b-%y %H:%M:%S GMT",
        "%a %b %e %H:%M:%S %Y",
    ];
    forms
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(value, form).ok())
        .map(|date| date.and_utc())
}

#[cfg(test)]
mod tests {
    use super::retry_after;
    use chrono::{TimeZone, Utc};
    use proptest::prelude::*;
    use std::time::Duration;

    #[test]
    fn seconds_and_dates() {
        let now = Utc
            .with_ymd_and_hms(1994, 11, 6, 8, 48, 0)
            .single()
            .expect("date");
        for (value, seconds) in [
            ("120", Some(120)),
            (" 0 ", Some(0)),
            ("99999999999999999999999", Some(u64::MAX)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(97)),
            ("Sunday, 06-Nov-94 08:49:37 GMT", Some(97)),
            ("Sun Nov  6 08:49:37 1994", Some(97)),
            ("Sun, 06 Nov 1994 08:00:00 GMT", Some(0)),
            ("-5", None),
            ("soon", None),
            ("", None),
        ] {
            assert_eq!(
                retry_after(value, now),
                seconds.map(Duration::from_secs),
                "{value}"
            );
        }
    }

    proptest! {
        #[test]
        fn any_value_is_survived(value in "\\PC{0,40}") {
            let _ = retry_after(&value, Utc::now());
        }
    }
}
