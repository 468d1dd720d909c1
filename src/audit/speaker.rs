//! Who makes the offer: a licensed institution, somebody named, or nobody named.

use super::group::Group;
use crate::model::context::Offer;
use crate::model::cover::Cover;
use crate::model::reading::ReadBlock;
use crate::model::register::{How, Registers};
use crate::model::who::{Footing, SpeakerWords, Who};
use std::ops::Range;

/// What the text shows of its speaker. "Licensed" means that the words name a licensed kind of institution as the
/// speaker; whether it truly speaks is for the register, the domain and the officer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Speaker {
    /// Signs as a bank, insurer, broker or the like, or speaks as one (我行).
    Licensed(String),
    /// Mentions one as partner or source, without being it.
    Mentions(String),
    /// Names none.
    Unnamed,
}

/// The institution that the register names for the page's host or operator, where a licence of its covers the offer (or
/// the table of covers asks for none).
pub(super) fn listed(who: &Who, offer: Offer, covers: &[Cover]) -> Option<Speaker> {
    let Footing::Listed(listing) = &who.standing else {
        return None;
    };
    let covered = covers
        .iter()
        .find(|p| p.offer == offer)
        .is_none_or(|p| p.licences.iter().any(|l| listing.licences.contains(l)));
    covered.then(|| Speaker::Licensed(listing.institution.clone()))
}

pub(super) fn speaker(group: &Group<'_>, registers: &Registers, words: &SpeakerWords) -> Speaker {
    let signed = |b: &&ReadBlock| signature(&b.text.plain, words);
    if let Some(name) = group.blocks.iter().find_map(signed) {
        return Speaker::Licensed(name);
    }
    let evading = group
        .blocks
        .iter()
        .any(|b| b.claims.iter().any(|c| c.evaded));
    let mut mentioned = None;
    for block in group.body() {
        let text = &block.text.plain;
        for span in names(block, registers, words) {
            let name = text.get(span.clone()).unwrap_or("");
            if !evading && speaks(text, span.start, span.end, words) {
                return Speaker::Licensed(name.to_owned());
            }
            mentioned.get_or_insert_with(|| name.to_owned());
        }
    }
    let itself = group.marked("licensed-self") > 0 && !evading;
    match mentioned {
        Some(name) if itself => Speaker::Licensed(name),
        Some(name) => Speaker::Mentions(name),
        None if itself || bank_like(group) => Speaker::Mentions("银行用语".into()),
        None => Speaker::Unnamed,
    }
}

/// Names of licensed institutions in a block: common short names, and what the registers name.
fn names(block: &ReadBlock, registers: &Registers, words: &SpeakerWords) -> Vec<Range<usize>> {
    let marks = block.marks.iter().filter(|m| m.id == "licensed-name");
    let mut spans: Vec<Range<usize>> = marks.map(|m| m.plain.clone()).collect();
    if NAME_PARTS
        .iter()
        .any(|part| block.text.plain.contains(part))
    {
        let mentions = registers.mentions(&block.text.plain);
        spans.extend(
            mentions
                .into_iter()
                .filter(|m| m.how != How::Variant)
                .map(|m| m.span),
        );
    }
    spans.extend(reserved_names(&block.text.plain, words));
    spans.sort_by_key(|s| (s.start, s.end));
    spans.retain(|span| counts(&block.text.plain, span, words));
    spans.truncate(MOST_NAMES);
    spans
}

/// Names that end in 银行, which nobody without licence may use (商业银行法 art. 11), with the Han characters before it.
fn reserved_names(text: &str, words: &SpeakerWords) -> Vec<Range<usize>> {
    let mut spans = Vec::new();
    for (at, word) in text.match_indices("银行").take(MOST_NAMES) {
        let before = text.get(..at).unwrap_or("");
        let han: Vec<(usize, char)> = before
            .char_indices()
            .rev()
            .take_while(|(_, c)| ('\u{4e00}'..='\u{9fff}').contains(c))
            .take(4)
            .collect();
        let name: String = han.iter().rev().map(|(_, c)| *c).collect();
        let generic = words.generic.iter().any(|w| name.contains(w.as_str()));
        if let (false, Some((start, _)), true) = (generic, han.last(), han.len() >= 2) {
            spans.push(*start..at + word.len());
        }
    }
    spans
}

/// Whether the words around a name leave it the source of the offer: not a custodian, a partner or a yardstick.
fn counts(text: &str, span: &Range<usize>, words: &SpeakerWords) -> bool {
    let before = text.get(..span.start).unwrap_or("");
    let after = text.get(span.end..).unwrap_or("");
    let next: String = after.chars().take(8).collect();
    !words.role_after.iter().any(|w| next.contains(w.as_str()))
        && !words.yardstick.iter().any(|w| before.ends_with(w.as_str()))
}

/// Every licensed institution's name holds one of these; without any the registers need not be asked.
const NAME_PARTS: [&str; 11] = [
    "银行", "保险", "证券", "基金", "信托", "期货", "人寿", "财险", "金融", "支付", "资管",
];
/// Names looked at in one block: a directory of banks is no speaker.
const MOST_NAMES: usize = 40;

/// Whether the institution named here is who speaks: at the head of the text, or with a manager or branch after it.
fn speaks(text: &str, start: usize, end: usize, words: &SpeakerWords) -> bool {
    let before = text.get(..start).unwrap_or("");
    let after = text.get(end..).unwrap_or("");
    if words
        .not_before
        .iter()
        .any(|w| before.ends_with(w.as_str()))
        || words
            .not_after
            .iter()
            .any(|w| after.starts_with(w.as_str()))
    {
        return false;
    }
    let near: String = after.chars().take(12).collect();
    before.chars().count() <= HEAD || words.person.iter().any(|w| near.contains(w.as_str()))
}

/// Characters before a name that still stands at the head: a greeting.
const HEAD: usize = 14;

/// Whether the words are those of a bank's product notice, with nobody named (cut texts, staff messages).
fn bank_like(group: &Group<'_>) -> bool {
    let mut words: Vec<&str> = group
        .body()
        .flat_map(|b| {
            let marks = b.marks.iter().filter(|m| m.id == "bank-product");
            marks.filter_map(|m| b.text.plain.get(m.plain.clone()))
        })
        .collect();
    words.sort_unstable();
    words.dedup();
    words.len() >= 3
}

/// The name in lenticular or square brackets at either end of a short text, when it is of a licensed kind.
fn signature(text: &str, words: &SpeakerWords) -> Option<String> {
    let text = text.trim();
    let opens = ['【', '[', '〖', '〔'];
    let closes = ['】', ']', '〗', '〕'];
    let head = text
        .strip_prefix(opens)
        .and_then(|rest| rest.split_once(closes))
        .map(|(name, _)| name);
    let tail = text
        .trim_end_matches(|c: char| c.is_ascii_digit() || c == '.' || c == '。')
        .strip_suffix(closes)
        .and_then(|rest| rest.rsplit_once(opens))
        .map(|(_, name)| name);
    [head, tail]
        .into_iter()
        .flatten()
        .map(str::trim)
        .find(|name| name.chars().count() <= 24 && reserved(name, words))
        .map(ToOwned::to_owned)
}

fn reserved(name: &str, words: &SpeakerWords) -> bool {
    let holds = |list: &[String]| list.iter().any(|w| name.contains(w.as_str()));
    holds(&words.reserved) && !holds(&words.unreserved)
}
