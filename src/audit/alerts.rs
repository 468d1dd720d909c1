//! Warnings of public opinion and crowds (舆情): found whatever the context, never part of the violation score.

use super::judge::Subject;
use crate::model::alert::{Alert, AlertClass, AlertLevel, AlertWords, Spot};
use crate::model::claim::{Claim, ClaimKind, Polarity};
use crate::model::context::Context;
use crate::model::reading::ReadBlock;
use chrono::Datelike;
use regex::Regex;
use std::collections::BTreeSet;
use std::ops::Range;

/// The words and expressions, compiled.
#[derive(Debug)]
pub(super) struct Alerts {
    words: AlertWords,
    places: Vec<Regex>,
    times: Vec<Regex>,
    year: Option<Regex>,
}

/// Warnings kept of one page.
const MOST: usize = 20;
/// Characters on either side of a gathering in which place and time are looked for.
const AROUND: usize = 80;
/// Places or times kept of one warning.
const MOST_SPOTS: usize = 3;
/// The term of complaints; other terms of mobilisation call people together.
const COMPLAINT: &str = "mobilise-complain";

impl Alerts {
    /// Compiles what `alerts.toml` holds; expressions that cannot be compiled are faults of the lexicon check and left out here.
    pub(super) fn compile(words: &AlertWords) -> Self {
        let list = |expressions: &[String]| {
            let compiled = expressions.iter().filter_map(|e| Regex::new(e).ok());
            compiled.collect::<Vec<Regex>>()
        };
        Self {
            places: list(&words.places),
            times: list(&words.times),
            year: Regex::new(r"((?:19|20)\d{2})年").ok(),
            words: words.clone(),
        }
    }

    /// The warnings of a page, urgent ones first. `context_of` tells the context of a block's group.
    pub(super) fn find(
        &self,
        subject: &Subject<'_>,
        context_of: &dyn Fn(&ReadBlock) -> Context,
    ) -> Vec<Alert> {
        let mut alerts: Vec<Alert> = Vec::new();
        let mut known: BTreeSet<(AlertClass, String)> = BTreeSet::new();
        for block in subject.blocks {
            for claim in &block.claims {
                let Some(class) = class_of(claim) else {
                    continue;
                };
                if matches!(claim.polarity, Polarity::Negated | Polarity::Listed) {
                    continue;
                }
                let alert = self.alert(subject, block, claim, class, context_of(block));
                if alerts.len() < MOST && known.insert((class, alert.quote.clone())) {
                    alerts.push(alert);
                }
            }
        }
        self.together(&mut alerts);
        alerts.sort_by(|a, b| {
            let key = |x: &Alert| (std::cmp::Reverse(x.level), x.class, x.span.start);
            key(a).cmp(&key(b))
        });
        alerts
    }

    fn alert(
        &self,
        subject: &Subject<'_>,
        block: &ReadBlock,
        claim: &Claim,
        class: AlertClass,
        context: Context,
    ) -> Alert {
        let window = window(&block.text.plain, &claim.plain);
        let gathers = class == AlertClass::Gathering;
        let places = if gathers {
            spots(&self.places, block, &window)
        } else {
            Vec::new()
        };
        let times = if gathers {
            spots(&self.times, block, &window)
        } else {
            Vec::new()
        };
        let text = &block.text.plain;
        let own = holds(&self.words.own, text);
        let told = !places.is_empty() || !times.is_empty();
        let calls = gathers && own && !places.is_empty() && !times.is_empty();
        let old = self.is_old(text, subject.date.year());
        let reported = !calls && self.is_reported(claim, context, own, old, text);
        let level = match class {
            AlertClass::Threat if !reported => AlertLevel::Urgent,
            AlertClass::Gathering if !reported && told => AlertLevel::Urgent,
            _ => AlertLevel::Normal,
        };
        let remark = match (level, class, reported, old) {
            (AlertLevel::Urgent, AlertClass::Threat, ..) => "有自伤或暴力威胁",
            (AlertLevel::Urgent, ..) => "有聚集的时间或地点",
            (_, _, true, true) => "转述旧案",
            (_, _, true, false) => "转述他人之事",
            _ => "",
        };
        let original = claim.original.clone();
        Alert {
            class,
            level,
            reported,
            quote: block
                .text
                .original
                .get(original.clone())
                .unwrap_or("")
                .to_owned(),
            span: block.start + original.start..block.start + original.end,
            block: block.index,
            path: block.path.clone(),
            places,
            times,
            remark: remark.to_owned(),
        }
    }

    /// Whether the text tells of others' trouble: quoted, in news or reference, in a warning or an old case without a voice of its
    /// own.
    fn is_reported(
        &self,
        claim: &Claim,
        context: Context,
        own: bool,
        old: bool,
        text: &str,
    ) -> bool {
        let report = holds(&self.words.report, text);
        match context {
            _ if claim.polarity == Polarity::Quoted => true,
            Context::News | Context::Reference => true,
            Context::Warning => report || !own,
            Context::Ad | Context::Ordinary => (report || old) && !own,
        }
    }

    /// Whether the text names a year that lies back, and none of now.
    fn is_old(&self, text: &str, now: i32) -> bool {
        let Some(year) = &self.year else {
            return false;
        };
        let years: Vec<i32> = year
            .captures_iter(text)
            .filter_map(|c| c.get(1)?.as_str().parse().ok())
            .collect();
        !years.is_empty() && years.iter().all(|y| now - y >= self.words.past_years)
    }

    /// Several different signs of distress, told as one's own, are urgent together.
    fn together(&self, alerts: &mut [Alert]) {
        let own = |a: &Alert| a.class == AlertClass::Distress && !a.reported;
        let signs: BTreeSet<&str> = alerts
            .iter()
            .filter(|a| own(a))
            .map(|a| a.quote.as_str())
            .collect();
        let count = signs.len();
        if count < self.words.many.max(1) {
            return;
        }
        for alert in alerts.iter_mut().filter(|a| own(a)) {
            alert.level = AlertLevel::Urgent;
            alert.remark = format!("同页有{count}种兑付困难迹象");
        }
    }
}

fn class_of(claim: &Claim) -> Option<AlertClass> {
    match claim.kind {
        ClaimKind::Distress => Some(AlertClass::Distress),
        ClaimKind::Threat => Some(AlertClass::Threat),
        ClaimKind::Mobilise if claim.term == COMPLAINT => Some(AlertClass::Complaint),
        ClaimKind::Mobilise => Some(AlertClass::Gathering),
        _ => None,
    }
}

fn holds(words: &[String], text: &str) -> bool {
    words.iter().any(|w| text.contains(w.as_str()))
}

/// The bytes of the plain text around a sign.
fn window(plain: &str, span: &Range<usize>) -> Range<usize> {
    let head = plain.get(..span.start).unwrap_or("");
    let from = head
        .char_indices()
        .rev()
        .take(AROUND)
        .last()
        .map_or(span.start, |(at, _)| at);
    let tail = plain.get(span.end..).unwrap_or("");
    let to = tail
        .char_indices()
        .take(AROUND)
        .last()
        .map_or(span.end, |(at, c)| span.end + at + c.len_utf8());
    from..to
}

/// The phrases that the expressions find in a window, cut from the original text.
fn spots(expressions: &[Regex], block: &ReadBlock, window: &Range<usize>) -> Vec<Spot> {
    let text = block.text.plain.get(window.clone()).unwrap_or("");
    let mut found: Vec<Range<usize>> = Vec::new();
    for expression in expressions {
        for captures in expression.captures_iter(text).take(MOST_SPOTS) {
            let Some(hit) = captures.get(1).or_else(|| captures.get(0)) else {
                continue;
            };
            let span = window.start + hit.start()..window.start + hit.end();
            let apart = |s: &Range<usize>| s.end <= span.start || span.end <= s.start;
            if !span.is_empty() && found.len() < MOST_SPOTS && found.iter().all(apart) {
                found.push(span);
            }
        }
    }
    found.sort_by_key(|s| s.start);
    found
        .into_iter()
        .filter_map(|plain| {
            let original = block.text.map.original(plain);
            let quote = block.text.original.get(original.clone())?.to_owned();
            let span = block.start + original.start..block.start + original.end;
            Some(Spot { quote, span })
        })
        .collect()
}
