//! What the trained model is asked about: named facts of a group, none of them a secret.

use super::context::Tally;
use super::group::Group;
use super::measure::SIGNS;
use super::offer::Offered;
use super::speaker::Speaker;
use crate::model::claim::{Claim, Polarity};
use crate::model::context::Context;
use crate::model::finding::Finding;
use crate::model::wording::Features;
use crate::model::yields::YieldSide;
use std::collections::BTreeSet;

/// What was made of the group before the model is asked.
pub(super) struct Facts<'a> {
    pub(super) group: &'a Group<'a>,
    pub(super) tally: &'a Tally,
    pub(super) offered: Offered,
    pub(super) speaker: &'a Speaker,
    /// Findings that would stand if the group were an advertisement.
    pub(super) own: &'a [Finding],
    /// Whether a licensed business is solicited and no licence shown.
    pub(super) missing: bool,
}

/// Points of the hand-set tally that count as one.
const HAND: f64 = 4.0;
/// Most of it.
const MOST_HAND: f64 = 3.0;

/// The features of a group.
pub(super) fn features(facts: &Facts<'_>) -> Features {
    let mut features = Features::default();
    words(facts.group, &mut features);
    for context in Context::ALL {
        let points = (facts.tally.of(context) / HAND).min(MOST_HAND);
        if points > 0.0 {
            features.add(format!("hand:{}", context.code()), points as f32);
        }
    }
    features.set(format!("hand-says:{}", facts.tally.decide().code()));
    cues(facts.group, &mut features);
    claims(facts.group, &mut features);
    conclusions(facts, &mut features);
    shape(facts.group, &mut features);
    features
}

fn words(group: &Group<'_>, features: &mut Features) {
    let all = || group.body().flat_map(|b| b.words.iter().copied());
    let mut met = vec![false; all().max().map_or(0, |most| most as usize + 1)];
    for word in all() {
        if let Some(slot) = met.get_mut(word as usize) {
            *slot = true;
        }
    }
    let words = (0..).zip(met).filter(|(_, met)| *met);
    features.words = words.map(|(word, _)| word).collect();
}

fn cues(group: &Group<'_>, features: &mut Features) {
    for (id, words) in group.cues_and_marks() {
        features.add(format!("cue:{id}"), (words as f32).sqrt().min(2.0));
    }
    if group.body().any(|b| !b.topics.is_empty()) {
        features.set("topic");
    }
}

fn claims(group: &Group<'_>, features: &mut Features) {
    let mut kinds: BTreeSet<(&str, &str)> = BTreeSet::new();
    let mut figures: BTreeSet<(&str, &str, &str)> = BTreeSet::new();
    let mut terms: BTreeSet<&str> = BTreeSet::new();
    let mut evaded = false;
    for claim in group.body().flat_map(|b| &b.claims) {
        let turned = claim.polarity != Polarity::Asserted;
        let side = if turned { "turned" } else { "claim" };
        kinds.insert((side, claim.kind.code()));
        figures.extend(figure(claim).map(|(whose, size)| (side, whose, size)));
        if !turned {
            terms.insert(&claim.term);
        }
        evaded |= claim.evaded;
    }
    let mut names: Vec<String> = Vec::new();
    names.extend(kinds.iter().map(|(side, kind)| format!("{side}:{kind}")));
    let figures = figures.iter();
    names.extend(figures.map(|(side, whose, size)| format!("{side}-figure:{whose}-{size}")));
    names.extend(terms.iter().map(|term| format!("term:{term}")));
    names.extend(evaded.then(|| "evaded".to_owned()));
    // The order of names is the order in which weights are added up.
    names.sort_unstable();
    features.named.extend(names.into_iter().map(|n| (n, 1.0)));
}

/// Whose a figure is, and how large.
fn figure(claim: &Claim) -> Option<(&'static str, &'static str)> {
    let figure = claim.figure.as_ref()?;
    let whose = match figure.side {
        YieldSide::Return => "return",
        YieldSide::Cost => "cost",
        YieldSide::Unclear => "unclear",
        YieldSide::Subsidy => "subsidy",
    };
    let size = match figure.annual {
        _ if figure.income.is_some() => "income",
        _ if figure.masked => "masked",
        Some((_, high)) if high > 10.0 => "high",
        Some((_, high)) if high >= 6.0 => "middle",
        Some(_) => "low",
        None => "unknown",
    };
    Some((whose, size))
}

fn conclusions(facts: &Facts<'_>, features: &mut Features) {
    let offer = facts.offered.offer.code();
    let speaker = match facts.speaker {
        Speaker::Licensed(_) => "licensed",
        Speaker::Mentions(_) => "mentions",
        Speaker::Unnamed => "unnamed",
    };
    features.set(format!("speaker:{speaker}"));
    features.set(format!("offer:{offer}"));
    features.set(format!("offer-speaker:{offer}-{speaker}"));
    let points = (facts.offered.points / 4.0).min(2.0) as f32;
    features.add(format!("offer-points:{offer}"), points);
    if facts.missing {
        features.set("licence-missing");
    }
    let severest = facts.own.iter().map(|f| f.severity).max().unwrap_or(0);
    features.set(format!("severity:{severest}"));
    let rules: BTreeSet<&str> = facts.own.iter().map(|f| f.rule.as_str()).collect();
    features
        .named
        .extend(rules.into_iter().map(|r| (format!("rule:{r}"), 1.0)));
}

/// What the names of features of mere layout begin with. They help to tell contexts apart and say nothing of a breach:
/// whether an advertisement ends with a full stop is an accident of its author.
pub(super) const SHAPE: &str = "shape-";

fn shape(group: &Group<'_>, features: &mut Features) {
    let chars = group.chars();
    let length = match chars {
        0..=12 => "tiny",
        13..=30 => "headline",
        31..=80 => "short",
        81..=200 => "middle",
        201..=500 => "long",
        _ => "page",
    };
    features.set(format!("{SHAPE}length:{length}"));
    let stops = group.punctuation() * 1000 / chars.max(1);
    let density = match stops {
        0 => "none",
        1..=29 => "sparse",
        30..=80 => "plain",
        _ => "dense",
    };
    features.set(format!("{SHAPE}punctuation:{density}"));
    let measure = group.measure();
    let share = |count: usize| count * 100 / chars.max(1);
    let digits = share(measure.digits);
    if digits > 0 {
        let share = if digits > 15 {
            "many"
        } else if digits > 5 {
            "some"
        } else {
            "few"
        };
        features.set(format!("{SHAPE}digits:{share}"));
    }
    for (name, found) in SIGNS.iter().zip(measure.signs) {
        if found > 0 {
            features.add(format!("sign:{name}"), (found as f32).sqrt().min(2.0));
        }
    }
    if measure.pictures > 0 {
        features.set("sign:picture");
    }
    if share(measure.blanks) > 6 {
        features.set("sign:blanks");
    }
    if share(measure.letters) > 20 {
        features.set("sign:letters");
    }
    opening(group, features);
}

/// How the text opens and ends.
fn opening(group: &Group<'_>, features: &mut Features) {
    let mut body = group.body();
    let Some(first) = body.next() else { return };
    let head = first.text.plain.trim_start();
    let last = body.last().unwrap_or(first).text.plain.trim_end();
    let numbers = "0123456789一二三四五六七八九十(（第";
    let opens = match head.chars().next() {
        Some('【' | '[') => "bracket",
        Some(c) if numbers.contains(c) => "number",
        _ => "",
    };
    if !opens.is_empty() {
        features.set(format!("{SHAPE}opens:{opens}"));
    }
    let ends = match last.chars().last() {
        Some('。') => "stop",
        Some('】' | ']') => "bracket",
        Some('!' | '！') => "exclaim",
        Some('?' | '？') => "question",
        Some(':' | '：') => "colon",
        Some(c) if c.is_ascii_digit() || matches!(c, 'x' | 'X') => "digit",
        _ => "",
    };
    if !ends.is_empty() {
        features.set(format!("{SHAPE}ends:{ends}"));
    }
}
