//! Who speaks, and to what end: weighted named cues, with structure.

use super::group::Group;
use crate::model::claim::{ClaimKind, Polarity};
use crate::model::context::Context;
use crate::model::lexicon::Cue;
use std::collections::{BTreeMap, BTreeSet};

/// Points for each context with their reasons.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally {
    points: BTreeMap<Context, f64>,
    /// `context:cue +points`, by name.
    pub(super) reasons: Vec<String>,
}

impl Tally {
    fn add(&mut self, context: Context, points: f64, why: &str) {
        *self.points.entry(context).or_default() += points;
        self.reasons
            .push(format!("{}:{why} {points:+.1}", context.code()));
    }

    pub(super) fn of(&self, context: Context) -> f64 {
        self.points.get(&context).copied().unwrap_or(0.0)
    }

    /// Points by which the first context leads the second.
    pub(super) fn lead(&self) -> f64 {
        let mut points = Context::ALL.map(|c| self.of(c));
        points.sort_by(f64::total_cmp);
        points[4] - points[3]
    }

    /// The context with most points; ordinary when nothing speaks clearly.
    pub(super) fn decide(&self) -> Context {
        let mut best = (Context::Ordinary, LEAST.max(self.of(Context::Ordinary)));
        for context in Context::ALL {
            let points = self.of(context);
            if points > best.1 {
                best = (context, points);
            }
        }
        best.0
    }
}

/// Points below which a context does not speak clearly.
const LEAST: f64 = 1.3;

/// Characters from which a text is long: notices and greetings are short, and much else stands in long texts.
const LONG: usize = 400;
/// What ordinary cues weigh in a long text.
const LONG_ORDINARY: f64 = 0.4;

/// Characters of a headline at most.
const SHORT: usize = 60;
/// The cue of headline verbs, and what it weighs where no headline can be.
const HEADLINE: &str = "news-head";
const NO_HEADLINE: f64 = 0.3;
/// The cue of menu words, and what it weighs in sentences.
const MENU: &str = "ord-nav";
const SENTENCE_MENU: f64 = 0.2;
/// The cue of an exam's answer options; a text with a contact is none.
const OPTIONS: &str = "ref-options";

/// Adds up the cues, claims and structure of a group.
pub(super) fn tally(group: &Group<'_>, cues: &BTreeMap<String, Cue>) -> Tally {
    let mut tally = Tally::default();
    let chars = group.chars();
    let long = chars > LONG;
    let sentences = group.punctuation() >= 2;
    let reachable = !group.contacts().is_empty();
    for (id, words) in group.cues() {
        if id == OPTIONS && reachable {
            continue;
        }
        let Some(cue) = cues.get(id) else { continue };
        let hits = (words as u32).min(cue.cap);
        let share = if long && cue.context == Context::Ordinary {
            LONG_ORDINARY
        } else if id == MENU && sentences {
            SENTENCE_MENU
        } else if id == HEADLINE && (reachable || chars > SHORT) {
            NO_HEADLINE
        } else {
            1.0
        };
        tally.add(cue.context, cue.weight * f64::from(hits) * share, id);
    }
    from_claims(group, &mut tally);
    tally
}

fn from_claims(group: &Group<'_>, tally: &mut Tally) {
    let mut own = BTreeSet::new();
    let mut offers = BTreeSet::new();
    let mut turned = BTreeSet::new();
    let mut distress = BTreeSet::new();
    for block in group.body() {
        for claim in &block.claims {
            let name = claim.term.as_str();
            match (claim.kind, claim.polarity) {
                (ClaimKind::Offer, Polarity::Asserted) => offers.insert(name),
                (ClaimKind::Disclosure | ClaimKind::CallToAction, _) => false,
                (ClaimKind::Distress | ClaimKind::Mobilise | ClaimKind::Threat, _) => {
                    distress.insert(name)
                }
                (_, Polarity::Asserted) => own.insert(name),
                (_, _) => turned.insert(name),
            };
        }
    }
    let count = |set: &BTreeSet<&str>, most: usize| set.len().min(most) as f64;
    let long = group.chars() > LONG;
    let contacts = group.contacts().len().min(3) as f64;
    // Words of trade alone do not solicit: less without any address, call, price or contact, in a
    // text that something else speaks for.
    let others = [Context::Warning, Context::News, Context::Reference];
    let solicits =
        contacts > 0.0 || tally.of(Context::Ad) > 0.0 || others.iter().all(|c| tally.of(*c) < 1.0);
    let share = if solicits { 1.0 } else { 0.6 };
    for (points, why) in [
        (
            share * count(&own, 4) * if long { 0.7 } else { 1.4 },
            "claims",
        ),
        (
            share * count(&offers, 3) * if long { 0.3 } else { 0.5 },
            "offers",
        ),
        (contacts * if long { 0.6 } else { 1.3 }, "contacts"),
    ] {
        if points > 0.0 {
            tally.add(Context::Ad, points, why);
        }
    }
    if !distress.is_empty() {
        tally.add(Context::Warning, 2.0, "distress");
    }
    if !turned.is_empty() {
        tally.add(Context::Warning, count(&turned, 3) * 0.6, "turned-claims");
    }
}
