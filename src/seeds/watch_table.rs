//! The `[watch]` table of a list, and a seed's own `schedule`.

use super::fault::{Scribe, quoted};
use super::table::{Field, Table};
use crate::model::revisit::RevisitBounds;
use crate::model::schedule::{QuietHours, Schedule, zone_of};
use crate::model::watch_plan::WatchPlan;
use std::time::Duration;
use toml::de::DeValue;

const FIELDS: [&str; 6] = [
    "schedule",
    "zone",
    "quiet",
    "revisit_min",
    "revisit_max",
    "sitemaps",
];

/// Shortest and longest time between two visits that can be asked for.
const INTERVALS: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(366 * 86_400));

/// Reads the table over what holds already.
pub(super) fn read(plan: &mut WatchPlan, table: &Table<'_>, scribe: &mut Scribe<'_>) {
    table.only(&FIELDS, scribe);
    plan.schedule = read_schedule(table, scribe).or(plan.schedule.take());
    if let Some((field, text)) = text(table, "zone", scribe) {
        match zone_of(&text) {
            Some(zone) => plan.zone = zone,
            None => {
                let problem = format!("{} is not a time zone known here", quoted(&text));
                let advice = "write \"Asia/Shanghai\", \"UTC\" or an offset such as \"+08:00\"";
                scribe.error(&field.span, &field.path, problem, advice);
            }
        }
    }
    if let Some((field, text)) = text(table, "quiet", scribe) {
        plan.quiet = QuietHours::parse(&text);
        if plan.quiet.is_none() {
            let problem = format!("{} are not quiet hours", quoted(&text));
            scribe.error(&field.span, &field.path, problem, "write \"22:00-06:00\"");
        }
    }
    read_bounds(&mut plan.revisit, table, scribe);
    if let Some(field) = table.get("sitemaps") {
        match field.value {
            DeValue::Boolean(yes) => plan.sitemaps = *yes,
            _ => {
                let problem = field.wrong("true or false");
                scribe.error(&field.span, &field.path, problem, "write true or false");
            }
        }
    }
}

/// A `schedule` of a list or seed.
pub(super) fn read_schedule(table: &Table<'_>, scribe: &mut Scribe<'_>) -> Option<Schedule> {
    let (field, text) = text(table, "schedule", scribe)?;
    match Schedule::parse(&text) {
        Ok(schedule) => Some(schedule),
        Err(problem) => {
            let advice =
                "write \"0 9 * * 1-5\" (minute, hour, day, month, weekday) or \"every 6h\"";
            scribe.error(&field.span, &field.path, problem, advice);
            None
        }
    }
}

fn read_bounds(bounds: &mut RevisitBounds, table: &Table<'_>, scribe: &mut Scribe<'_>) {
    for (name, bound) in [
        ("revisit_min", &mut bounds.least),
        ("revisit_max", &mut bounds.most),
    ] {
        let Some((field, text)) = text(table, name, scribe) else {
            continue;
        };
        match interval(&text) {
            Some(interval) => *bound = interval,
            None => {
                let problem = format!("{} is not a time between visits", quoted(&text));
                let advice = "write \"12h\", \"3d\", from one second to 366 days";
                scribe.error(&field.span, &field.path, problem, advice);
            }
        }
    }
    if bounds.least > bounds.most {
        let span = table.span_of("revisit_min");
        let field = format!("{}.revisit_min", table.path);
        let advice = "make revisit_max longer, or revisit_min shorter";
        scribe.error(&span, field, "longer than revisit_max", advice);
        bounds.most = bounds.least;
    }
}

fn text<'t>(table: &Table<'t>, name: &str, scribe: &mut Scribe<'_>) -> Option<(Field<'t>, String)> {
    let field = table.get(name)?;
    let text = field.text(scribe)?;
    Some((field, text))
}

/// A time of whole seconds, minutes, hours or days.
fn interval(text: &str) -> Option<Duration> {
    let text = text.trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at_checked(digits)?;
    let seconds: u64 = match unit.trim() {
        "s" | "秒" => 1,
        "m" | "min" | "分钟" => 60,
        "h" | "小时" => 3_600,
        "d" | "天" | "日" => 86_400,
        _ => return None,
    };
    let interval = Duration::from_secs(number.parse::<u64>().ok()?.checked_mul(seconds)?);
    (INTERVALS.0..=INTERVALS.1)
        .contains(&interval)
        .then_some(interval)
}

/// A time in the largest unit that divides it.
fn write_interval(interval: Duration) -> String {
    let seconds = interval.as_secs();
    for (size, unit) in [(86_400, "d"), (3_600, "h"), (60, "m")] {
        if seconds > 0 && seconds.is_multiple_of(size) {
            return format!("{}{unit}", seconds / size);
        }
    }
    format!("{seconds}s")
}

/// The fields of the table that differ from the usual, as `name = value`.
pub(super) fn write(plan: &WatchPlan) -> Vec<String> {
    let usual = WatchPlan::default();
    let mut lines = Vec::new();
    // None of these words needs an escape.
    let mut push = |name: &str, value: String| lines.push(format!("{name} = \"{value}\""));
    if let Some(schedule) = &plan.schedule {
        push("schedule", schedule.to_string());
    }
    if plan.zone != usual.zone {
        push("zone", plan.zone.to_string());
    }
    if let Some(quiet) = plan.quiet {
        push("quiet", quiet.to_string());
    }
    if plan.revisit != usual.revisit {
        push("revisit_min", write_interval(plan.revisit.least));
        push("revisit_max", write_interval(plan.revisit.most));
    }
    if !plan.sitemaps {
        lines.push("sitemaps = false".to_owned());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals() {
        for (text, expected) in [
            ("12h", Some(12 * 3600)),
            ("3 d", Some(3 * 86_400)),
            ("90s", Some(90)),
            ("2天", Some(2 * 86_400)),
            ("0s", None),
            ("h", None),
            ("5", None),
            ("400d", None),
            ("99999999999999999999d", None),
        ] {
            let read = interval(text);
            assert_eq!(read.map(|d| d.as_secs()), expected, "{text}");
            if let Some(read) = read {
                assert_eq!(interval(&write_interval(read)), Some(read), "{text}");
            }
        }
    }
}
