//! Licensed institutions and refused applicants that a text names.

use super::institution::{Alias, AliasUse, Decoy, Institution, Refusal, RegisterData};
use super::name_key::{self, FORMS, How, fold};
use super::{RegisterError, merge};
use aho_corasick::{AhoCorasick, MatchKind};
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

/// An institution that a text names.
#[derive(Debug, Clone, PartialEq)]
pub struct Mention<'r> {
    /// Bytes of the text.
    pub span: Range<usize>,
    /// Who is named.
    pub institution: &'r Institution,
    /// How: [`How::Variant`] is to be looked at, it may be a name built around the institution's.
    pub how: How,
    /// As written.
    pub matched: String,
}

/// A refused applicant that a text names in full.
#[derive(Debug, Clone, PartialEq)]
pub struct RefusalMention<'r> {
    /// Bytes of the text.
    pub span: Range<usize>,
    /// Who.
    pub refusal: &'r Refusal,
}

/// Shortest derived form that is searched for in texts, in characters.
const SHORTEST_DERIVED: usize = 4;

/// Characters looked at behind a mention for the rest of a longer name.
const REST_OF_NAME: usize = 24;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Target {
    Institution(usize, How),
    Cue(usize),
    Refusal(usize),
    Decoy(usize),
}

/// One automaton over all names, aliases, refused names and decoys.
#[derive(Debug)]
pub(super) struct Scanner {
    automaton: AhoCorasick,
    targets: Vec<Target>,
    decoys: Vec<Decoy>,
    cues: Vec<String>,
}

impl Scanner {
    pub(super) fn build(
        institutions: &[Institution],
        data: &RegisterData,
        names: &HashMap<String, Vec<(usize, How)>>,
        regions: &[String],
    ) -> Result<Self, RegisterError> {
        let mut patterns = BTreeMap::new();
        for (i, decoy) in data.decoys.iter().enumerate() {
            if decoy.next.is_none() {
                patterns.insert(decoy.phrase.to_lowercase(), Target::Decoy(i));
            }
        }
        for (i, refusal) in data.refusals.iter().enumerate() {
            for written in brackets(&fold(&refusal.name)) {
                patterns.insert(written, Target::Refusal(i));
            }
        }
        add_names(&mut patterns, institutions, names, regions);
        add_aliases(&mut patterns, &data.aliases, names);
        let (texts, targets): (Vec<String>, Vec<Target>) = patterns.into_iter().unzip();
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .ascii_case_insensitive(true)
            .build(&texts)
            .map_err(|e| RegisterError {
                what: "name automaton",
                reason: e.to_string(),
            })?;
        Ok(Self {
            automaton,
            targets,
            decoys: data.decoys.clone(),
            cues: data.cues.clone(),
        })
    }

    pub(super) fn mentions<'r>(
        &self,
        text: &str,
        institutions: &'r [Institution],
    ) -> Vec<Mention<'r>> {
        self.hits(text)
            .filter_map(|(span, target)| {
                let (index, how) = self.read(text, &span, target)?;
                Some(Mention {
                    institution: institutions.get(index)?,
                    matched: text.get(span.clone())?.to_owned(),
                    span,
                    how,
                })
            })
            .collect()
    }

    pub(super) fn refusals<'r>(
        &self,
        text: &str,
        refusals: &'r [Refusal],
    ) -> Vec<RefusalMention<'r>> {
        self.hits(text)
            .filter_map(|(span, target)| match target {
                Target::Refusal(i) => Some(RefusalMention {
                    span,
                    refusal: refusals.get(i)?,
                }),
                _ => None,
            })
            .collect()
    }

    fn hits<'s>(&'s self, text: &'s str) -> impl Iterator<Item = (Range<usize>, Target)> + 's {
        self.automaton.find_iter(text).filter_map(|m| {
            let target = self.targets.get(m.pattern().as_usize())?;
            Some((m.range(), *target))
        })
    }

    /// The institution that a hit means, after its surroundings were read.
    fn read(&self, text: &str, span: &Range<usize>, target: Target) -> Option<(usize, How)> {
        let after = text.get(span.end..)?;
        let matched = text.get(span.clone())?;
        let (index, how) = match target {
            Target::Institution(index, how) => (index, how),
            Target::Cue(index) => {
                let before = text.get(..span.start)?;
                let known = stands_alone(before, after) || self.cue_follows(after);
                return known.then_some((index, How::Short));
            }
            Target::Refusal(_) | Target::Decoy(_) => return None,
        };
        match self.decoy_of(matched, after) {
            Some(decoy) if decoy.drops => None,
            Some(_) => Some((index, How::Variant)),
            None if goes_on(matched, after) => Some((index, How::Variant)),
            None => Some((index, how)),
        }
    }

    fn decoy_of(&self, matched: &str, after: &str) -> Option<&Decoy> {
        self.decoys.iter().find(|decoy| {
            let Some(next) = &decoy.next else {
                return false;
            };
            matched.ends_with(&decoy.phrase)
                && after
                    .strip_prefix(next.as_str())
                    .is_some_and(|rest| !rest.starts_with(|c| decoy.unless.contains(&c)))
        })
    }

    fn cue_follows(&self, after: &str) -> bool {
        self.cues.iter().any(|cue| after.starts_with(cue.as_str()))
    }
}

/// Names of institutions; a form that leads to several is left out, a form with a surer owner is his.
fn add_names(
    patterns: &mut BTreeMap<String, Target>,
    institutions: &[Institution],
    names: &HashMap<String, Vec<(usize, How)>>,
    regions: &[String],
) {
    for inst in institutions {
        for name in [&inst.name].into_iter().chain(&inst.other_names) {
            for (form, derived) in written_forms(name, regions) {
                let Some((index, how)) = sole_owner(names, &form) else {
                    continue;
                };
                let length = form.chars().count();
                if length >= SHORTEST_DERIVED || (!derived && length >= 3) {
                    for written in brackets(&form) {
                        patterns.insert(written, Target::Institution(index, how));
                    }
                }
            }
        }
    }
}

fn add_aliases(
    patterns: &mut BTreeMap<String, Target>,
    aliases: &[Alias],
    names: &HashMap<String, Vec<(usize, How)>>,
) {
    for alias in aliases {
        let Some(index) = merge::owner(names, &alias.institution) else {
            continue;
        };
        let target = match alias.usage {
            AliasUse::Name => Target::Institution(index, How::Short),
            AliasUse::Cue => Target::Cue(index),
            AliasUse::Latin => continue,
        };
        patterns.entry(fold(&alias.alias)).or_insert(target);
    }
}

/// The forms of a name that texts use, and whether each was derived.
fn written_forms(name: &str, regions: &[String]) -> Vec<(String, bool)> {
    let mut out = Vec::new();
    for (form, how) in name_key::forms(name) {
        if let Some(rest) = name_key::without_region(&form, regions) {
            out.push((rest.to_owned(), true));
        }
        out.push((form, how != How::Exact));
    }
    out
}

fn sole_owner(names: &HashMap<String, Vec<(usize, How)>>, form: &str) -> Option<(usize, How)> {
    let hits = names.get(form)?;
    let surest = hits.iter().map(|h| h.1).min()?;
    let mut of_kind = hits.iter().filter(|h| h.1 == surest);
    match (of_kind.next(), of_kind.next()) {
        (Some(only), None) => Some(*only),
        _ => None,
    }
}

/// A folded form as texts write its brackets.
fn brackets(form: &str) -> Vec<String> {
    if form.contains('(') {
        vec![form.to_owned(), form.replace('(', "（").replace(')', "）")]
    } else {
        vec![form.to_owned()]
    }
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}')
}

/// Neither a Han character nor a letter or digit on either side.
fn stands_alone(before: &str, after: &str) -> bool {
    let word = |c: Option<char>| c.is_some_and(|c| is_han(c) || c.is_alphanumeric());
    !word(before.chars().next_back()) && !word(after.chars().next())
}

/// Whether what follows makes the mention the beginning of another company's name (平安银行信息咨询有限公司).
fn goes_on(matched: &str, after: &str) -> bool {
    if FORMS.iter().any(|form| matched.ends_with(form)) {
        return false;
    }
    let rest: String = after
        .chars()
        .take(REST_OF_NAME)
        .take_while(|c| is_han(*c) || matches!(c, '(' | ')' | '（' | '）'))
        .collect();
    let Some((between, _)) = FORMS
        .iter()
        .chain(&["合伙企业", "俱乐部"])
        .filter_map(|form| rest.split_once(form))
        .min_by_key(|(between, _)| between.len())
    else {
        return false;
    };
    const BREAKS: [char; 22] = [
        '和', '与', '及', '或', '的', '在', '由', '为', '向', '对', '是', '将', '等', '被', '有',
        '了', '就', '跟', '同', '让', '把', '给',
    ];
    let is_branch = ["分行", "支行", "分公司", "营业部"]
        .iter()
        .any(|b| between.contains(b));
    !between.is_empty() && !is_branch && !between.contains(BREAKS)
}
