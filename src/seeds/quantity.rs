//! Sizes and times as people write them, and back.

use std::time::Duration;

/// A whole or decimal number and the unit behind it.
fn split(text: &str) -> Option<(f64, String)> {
    let text = text.trim();
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != '.' && c != '_')
        .unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(end)?;
    let number: f64 = number.replace('_', "").parse().ok()?;
    Some((number, unit.trim().to_lowercase()))
}

/// Bytes of `50 MB`, `512k`, `1.5 GB`, `1000000`: units of 1024.
pub(super) fn bytes(text: &str) -> Option<u64> {
    let (number, unit) = split(text)?;
    let factor: u64 = match unit.as_str() {
        "" | "b" | "字节" => 1,
        "k" | "kb" | "kib" => 1 << 10,
        "m" | "mb" | "mib" | "兆" => 1 << 20,
        "g" | "gb" | "gib" => 1 << 30,
        _ => return None,
    };
    let total = number * factor as f64;
    (total.is_finite() && total <= (1u64 << 50) as f64).then_some(total.round() as u64)
}

/// A duration of `2s`, `500ms`, `1.5 秒`, `1分钟`; a bare number counts milliseconds.
pub(super) fn duration(text: &str) -> Option<Duration> {
    let (number, unit) = split(text)?;
    let millis = match unit.as_str() {
        "" | "ms" | "毫秒" => 1.0,
        "s" | "秒" | "秒钟" => 1000.0,
        "m" | "min" | "分" | "分钟" => 60_000.0,
        "h" | "小时" => 3_600_000.0,
        _ => return None,
    };
    let total = number * millis;
    (total.is_finite() && total <= 86_400_000.0)
        .then(|| Duration::from_millis(total.round() as u64))
}

/// Bytes in the largest unit that divides them.
pub(super) fn write_bytes(bytes: u64) -> String {
    for (shift, unit) in [(30, "GB"), (20, "MB"), (10, "KB")] {
        if bytes > 0 && bytes.trailing_zeros() >= shift {
            return format!("{} {unit}", bytes >> shift);
        }
    }
    format!("{bytes} B")
}

/// Seconds where they are whole, else milliseconds.
pub(super) fn write_duration(duration: Duration) -> String {
    let millis = duration.as_millis();
    if millis.is_multiple_of(1000) {
        format!("{}s", millis / 1000)
    } else {
        format!("{millis}ms")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn quantities() {
        let check = |text, expected| assert_eq!(bytes(text), expected, "{text}");
        check("50 MB", Some(50 << 20));
        check("1.5k", Some(1536));
        check("1000000", Some(1_000_000));
        check("9999999 GB", None);
        check("-1", None);
        check("MB", None);
        let check = |text, millis: Option<u64>| {
            assert_eq!(duration(text), millis.map(Duration::from_millis), "{text}");
        };
        check("2s", Some(2000));
        check("0.5 秒", Some(500));
        check("250", Some(250));
        check("1分钟", Some(60_000));
        check("2 weeks", None);
        check("1e9s", None);
        check("25h", None);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(n in 0u64..(1 << 50), ms in 0u64..86_400_000) {
            prop_assert_eq!(bytes(&write_bytes(n)), Some(n));
            let time = Duration::from_millis(ms);
            prop_assert_eq!(duration(&write_duration(time)), Some(time));
        }

        #[test]
        fn nothing_panics(text in "\\PC{0,40}") {
            let _ = (bytes(&text), duration(&text));
        }
    }
}
