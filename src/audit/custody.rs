//! Claims that a bank keeps the money (存管): whether one is named. The custodian of lenders' money is a bank that meets
//! conditions (网络借贷信息中介机构业务活动管理暂行办法 art. 28); one that is named can be asked, one that is not is itself a sign.

use crate::model::claim::Claim;
use crate::model::reading::ReadBlock;
use crate::model::register::{How, Registers};
use crate::model::who::WhoWords;
use std::ops::Range;

/// Characters before and after the claim within which the bank is looked for.
const AROUND: usize = 30;
/// Characters after it that belong to what is said (资金由银行|存管).
const TAIL: usize = 4;
/// Longest name of a bank, in characters before 银行.
const LONGEST: usize = 8;
/// The word that ends a bank's name.
const BANK: &str = "银行";

/// What an officer needs to know of a claim of custody; nothing for other claims.
pub(super) fn remark(
    block: &ReadBlock,
    claim: &Claim,
    registers: &Registers,
    words: &WhoWords,
) -> Option<String> {
    let text = &block.text.plain;
    let said = text.get(around(text, &claim.plain, 0, TAIL))?;
    if !words.custody.iter().any(|w| said.contains(w.as_str())) {
        return None;
    }
    let window = around(text, &claim.plain, AROUND, AROUND);
    Some(match bank(block, &window, registers, words) {
        Some(name) => format!("称资金由「{name}」存管或托管,须向该行核实"),
        None => "称资金存管或托管,未写明银行名称".to_owned(),
    })
}

/// The claim with so many characters before and after it.
fn around(text: &str, claim: &Range<usize>, before: usize, after: usize) -> Range<usize> {
    let head = text.get(..claim.start).unwrap_or("");
    let tail = text.get(claim.end..).unwrap_or("");
    let start = match before.checked_sub(1) {
        None => claim.start,
        Some(nth) => head.char_indices().rev().nth(nth).map_or(0, |(at, _)| at),
    };
    let end = tail.char_indices().nth(after);
    start..end.map_or(text.len(), |(at, _)| claim.end + at)
}

/// The bank that is named there, by its longest name: as lexicon or registers know it, or as it stands before 银行.
fn bank(
    block: &ReadBlock,
    window: &Range<usize>,
    registers: &Registers,
    words: &WhoWords,
) -> Option<String> {
    let text = block.text.plain.get(window.clone())?;
    let marks = block.marks.iter().filter(|m| m.id == "licensed-name");
    let known = marks
        .map(|m| &m.plain)
        .filter(|m| window.start <= m.start && m.end <= window.end)
        .filter_map(|m| block.text.plain.get(m.clone()))
        .filter(|name| name.ends_with('行'));
    let mentions = registers.mentions(text).into_iter();
    let listed = mentions
        .filter(|m| m.how != How::Variant)
        .filter_map(|m| text.get(m.span))
        .filter(|name| name.contains('行'));
    let names = text
        .match_indices(BANK)
        .filter_map(|(at, _)| named(text.get(..at)?, words));
    let all = known.chain(listed).map(str::to_owned).chain(names);
    all.max_by_key(|name| name.chars().count())
}

/// The name of a bank that ends before 银行, without the words that lead to it.
fn named(before: &str, words: &WhoWords) -> Option<String> {
    let han = before
        .char_indices()
        .rev()
        .take_while(|(_, c)| ('\u{4e00}'..='\u{9fff}').contains(c))
        .take(LONGEST);
    let start = han.last().map(|(at, _)| at)?;
    let run = before.get(start..)?;
    let leading = words.speaker.generic.iter().chain(&words.custody_before);
    let cut = leading.filter_map(|w| run.rfind(w.as_str()).map(|at| at + w.len()));
    let name = run.get(cut.max().unwrap_or(0)..)?;
    (name.chars().count() >= 2).then(|| format!("{name}{BANK}"))
}
