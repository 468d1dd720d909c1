//! Names of site, account and company, and the scope of business: words that law forbids or watches, and resemblance to
//! a licensed name.

use super::Identity;
use crate::audit::findings::whole;
use crate::audit::who::block_at;
use crate::model::finding::{Finding, Strength, Verdict};
use crate::model::identity::FactKind;
use crate::model::lexicon::NameUse;
use crate::model::register::{LookAlike, Resemblance};
use crate::model::rule::Rule;
use crate::model::who::Named;
use std::ops::Range;
use url::Url;

/// Names of sites and accounts looked at on one page.
const MOST_NAMES: usize = 8;
/// Operator names looked at on one page that shows no certain operator.
const MOST_COMPANIES: usize = 8;

/// Bytes of a scope that are read.
const LONGEST_SCOPE: usize = 3000;

impl Identity<'_> {
    /// Finance words in the name of the site or of an account.
    pub(super) fn site_name(&self, verdict: &mut Verdict) {
        let Some(rule) = self.rule("QL-2") else {
            return;
        };
        let accounts = self.subject.facts.iter().filter_map(|f| {
            let account = f.kind == FactKind::Account;
            account.then_some((f.value.as_str(), f.span.clone()?))
        });
        let brand = verdict.who.brand.clone();
        let brand = brand
            .iter()
            .filter_map(|b| Some((b.name.as_str(), b.span.clone()?)));
        let mut found = Vec::new();
        for (name, span) in brand.chain(accounts).take(MOST_NAMES) {
            if !self.registers.mentions(name).is_empty() {
                continue;
            }
            if let Some((list, word)) = self.word(NameUse::Site, name) {
                let remark = format!("名称「{name}」含「{word}」({}),未见许可,待核", list.basis);
                found.extend(self.at(rule, &span, remark).map(|f| (f, list.tier)));
            }
        }
        put(verdict, found);
    }

    /// Forbidden or watched words in the registered name of the operator or payee.
    pub(super) fn company_name(&self, verdict: &mut Verdict) {
        let Some(rule) = self.rule("NAME-9") else {
            return;
        };
        let operator = verdict.who.operator.clone();
        let named: Vec<(String, Range<usize>)> = match operator {
            Some(Named {
                name,
                span: Some(span),
                ..
            }) => vec![(name, span)],
            _ => self.companies(),
        };
        let mut found = Vec::new();
        for (name, span) in named {
            if !self.registers.by_name(&name).is_empty() {
                continue;
            }
            if let Some((list, word)) = self.word(NameUse::Company, &name) {
                let remark = format!("名称「{name}」含「{word}」({}),名录未见,待核", list.basis);
                found.extend(self.at(rule, &span, remark).map(|f| (f, list.tier)));
            }
        }
        put(verdict, found);
    }

    fn companies(&self) -> Vec<(String, Range<usize>)> {
        let companies = self.subject.facts.iter().filter(|f| {
            let own = |s: &Range<usize>| {
                block_at(self.subject.blocks, s.start).is_some_and(|b| b.slot.is_none())
            };
            f.kind == FactKind::Company && f.span.as_ref().is_some_and(own)
        });
        companies
            .take(MOST_COMPANIES)
            .filter_map(|f| Some((f.value.clone(), f.span.clone()?)))
            .collect()
    }

    /// Forbidden words in a scope of business, what it denies left out (未经批准不得从事… is very common).
    pub(super) fn scope(&self, verdict: &mut Verdict) {
        let Some(rule) = self.rule("NAME-9") else {
            return;
        };
        for block in self.subject.blocks.iter().filter(|b| b.slot.is_none()) {
            let plain = &block.text.plain;
            for (at, cue) in plain.match_indices("经营范围").take(2) {
                let rest = plain.get(at + cue.len()..).unwrap_or("");
                let Some((list, word)) = self.word(NameUse::Company, &affirmed(rest)) else {
                    continue;
                };
                if list.tier > 1 {
                    continue;
                }
                let remark = format!("经营范围含「{word}」({}),名录未见,待核", list.basis);
                let found = whole(rule, block, remark);
                put(verdict, vec![(found, list.tier)]);
                return;
            }
        }
    }

    /// A host or name that resembles a licensed institution's: a question for a person, never an accusation.
    pub(super) fn imitation(&self, verdict: &mut Verdict) {
        let Some(rule) = self.rule("ID-FAKE") else {
            return;
        };
        let host = self.subject.url.and_then(Url::host_str).unwrap_or("");
        if let (Some(alike), Some(block)) =
            (self.registers.look_alike(host), self.subject.blocks.first())
        {
            let remark = format!("网址 {host} 与「{}」相近,是否冒用待核", alike.original);
            let found = question(rule, whole(rule, block, remark), Strength::D);
            verdict.signals.push(found);
        }
        let who = &verdict.who;
        let named: Vec<Named> = who.operator.iter().chain(&who.brand).cloned().collect();
        for named in named {
            let alike = self.registers.look_alike(&named.name);
            let (Some(alike), Some(span)) = (alike, &named.span) else {
                continue;
            };
            let strength = resemblance_strength(&alike);
            let remark = format!(
                "名称「{}」与持牌机构「{}」相近({}),是否冒用待核",
                named.name,
                alike.original,
                resemblance(alike.how)
            );
            if let Some(found) = self.at(rule, span, remark) {
                verdict.signals.push(question(rule, found, strength));
            }
        }
    }
}

/// Words forbidden by law make a finding, watched words a signal.
fn put(verdict: &mut Verdict, found: Vec<(Finding, u8)>) {
    for (mut one, tier) in found {
        if tier == 1 || one.rule == "QL-2" && tier == 2 {
            verdict.findings.push(one);
        } else {
            one.severity = 1;
            one.strength = Strength::D;
            one.contributions.clear();
            verdict.signals.push(one);
        }
    }
}

/// A resemblance is a question: its severity is capped, its strength weak.
fn question(rule: &Rule, mut found: Finding, strength: Strength) -> Finding {
    found.severity = found.severity.min(rule.words_cap.unwrap_or(rule.severity));
    found.strength = strength;
    found
}

fn resemblance_strength(alike: &LookAlike<'_>) -> Strength {
    match alike.how {
        Resemblance::Swapped | Resemblance::Misspelt => Strength::C,
        Resemblance::Extended | Resemblance::OtherSuffix => Strength::D,
    }
}

fn resemblance(how: Resemblance) -> &'static str {
    match how {
        Resemblance::Swapped => "形近或音近字",
        Resemblance::Misspelt => "个别字不同",
        Resemblance::Extended => "在其名称前后加字",
        Resemblance::OtherSuffix => "相同主体不同后缀",
    }
}

/// A scope of business without the brackets and clauses that deny or except.
fn affirmed(scope: &str) -> String {
    let mut out = String::new();
    let mut depth = 0u32;
    let end = scope.find('。').unwrap_or(scope.len()).min(LONGEST_SCOPE);
    let scope = scope.get(..scope.floor_char_boundary(end)).unwrap_or(scope);
    for c in scope.chars() {
        match c {
            '(' | '（' | '[' | '【' => depth += 1,
            ')' | '）' | ']' | '】' => depth = depth.saturating_sub(1),
            c if depth == 0 => out.push(c),
            _ => {}
        }
    }
    let denies = ["不得", "不含", "未经", "除外", "禁止", "不从事", "不包括"];
    out.split([';', '；', ',', '，'])
        .filter(|clause| !denies.iter().any(|w| clause.contains(w)))
        .collect::<Vec<_>>()
        .join(";")
}
