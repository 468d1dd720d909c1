//! Findings about who stands behind a page with findings: names and scope, imitation, contradictions with registers, filing numbers,
//! identity. Registers only exempt, contradict or leave open: what no register names is unknown, never unlicensed.

use super::findings::{finding, of_block, whole};
use super::judge::Subject;
use super::who::block_at;
use crate::model::claim::Claim;
use crate::model::context::Offer;
use crate::model::cover::{Cover, Trade};
use crate::model::finding::{Finding, Strength, Verdict};
use crate::model::identity::{FactCheck, FactKind, IdentityFact};
use crate::model::lexicon::{NameList, NameUse};
use crate::model::page::BlockRole;
use crate::model::reading::ReadBlock;
use crate::model::register::{LicenceKind, LookAlike, Registers, Resemblance};
use crate::model::rule::Rule;
use crate::model::who::{Footing, ListedBy, Listing, Named};
use std::ops::Range;
use url::Url;

/// What is looked at.
pub(super) struct Identity<'a> {
    pub(super) subject: &'a Subject<'a>,
    pub(super) registers: &'a Registers,
    pub(super) names: &'a [NameList],
    pub(super) covers: &'a [Cover],
    pub(super) trades: &'a [Trade],
    pub(super) rules: &'a dyn Fn(&str) -> Option<&'a Rule>,
}

impl Identity<'_> {
    /// Adds to the verdict on a page whose own text is a finding.
    pub(super) fn add(&self, verdict: &mut Verdict) {
        let listed = matches!(verdict.who.standing, Footing::Listed(_));
        if !listed {
            self.site_name(verdict);
            self.company_name(verdict);
            self.scope(verdict);
            self.imitation(verdict);
        }
        self.borrowed_number(verdict);
        self.contradiction(verdict);
        self.refusal(verdict);
        self.filing(verdict);
        self.nobody(verdict);
        self.paid_person(verdict);
    }

    fn rule(&self, id: &str) -> Option<&Rule> {
        (self.rules)(id)
    }

    /// The strictest list that a name falls under, with the word.
    fn word(&self, looks: NameUse, name: &str) -> Option<(&NameList, &str)> {
        let lists = self
            .names
            .iter()
            .filter(|l| l.looks.contains(&looks) && l.in_force(self.subject.date));
        let met = lists.filter_map(|l| l.word_in(name).map(|w| (l, w)));
        met.min_by_key(|(l, w)| (l.tier, usize::MAX - w.len()))
    }

    /// Finance words in the name of the site or of an account.
    fn site_name(&self, verdict: &mut Verdict) {
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
    fn company_name(&self, verdict: &mut Verdict) {
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
    fn scope(&self, verdict: &mut Verdict) {
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
    fn imitation(&self, verdict: &mut Verdict) {
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

    /// A licence number that the register gives to an institution which the page does not name: a contradiction.
    fn borrowed_number(&self, verdict: &mut Verdict) {
        let Some(rule) = self.rule("ID-FAKE") else {
            return;
        };
        let operator = verdict.who.operator.as_ref().map(|o| o.name.clone());
        for fact in self.subject.facts.iter().filter(|f| is_number(f)) {
            let Some(institution) = self.registers.by_code(&fact.value) else {
                continue;
            };
            let named = self.subject.blocks.iter().any(|b| {
                let mut mentions = self.registers.mentions(&b.text.plain).into_iter();
                mentions.any(|m| m.institution.name == institution.name)
            });
            let (false, Some(span)) = (named, &fact.span) else {
                continue;
            };
            let claimed = operator
                .as_deref()
                .map_or_else(|| "本页".into(), |o| format!("本页运营主体「{o}」"));
            let remark = format!(
                "证照编号 {} 在名录中属「{}」,{claimed}未提及该机构,名录矛盾,是否冒用待核",
                fact.value, institution.name
            );
            if let Some(mut found) = self.at(rule, span, remark) {
                found.severity = rule.severity;
                found.strength = Strength::A;
                verdict.findings.push(found);
            }
        }
    }

    /// An offer beyond what the register, or the operator's own name, says that it may do.
    fn contradiction(&self, verdict: &mut Verdict) {
        let (Some(rule), Some(cover)) = (
            self.rule("AD-11-1"),
            self.covers.iter().find(|p| p.offer == verdict.offer),
        ) else {
            return;
        };
        let Some(quote) = self.carrier(verdict) else {
            return;
        };
        let covers = |kinds: &[LicenceKind]| cover.licences.iter().any(|l| kinds.contains(l));
        if let Footing::Listed(listing) = &verdict.who.standing {
            // Hosts of large groups carry many businesses: a domain alone contradicts nothing.
            if listing.by == ListedBy::Domain {
                return;
            }
            if covers(&listing.licences) || self.names_principal(cover, listing) {
                return;
            }
            let remark = beyond(listing, verdict.offer);
            let mut found = again(rule, &quote, remark.clone());
            found.strength = Strength::A;
            verdict.findings.push(found);
            settle_licence(verdict, &remark, Strength::A);
            return;
        }
        let Some(operator) = &verdict.who.operator else {
            return;
        };
        let trade = self.trades.iter().find(|t| {
            t.words.iter().any(|w| operator.name.contains(w.as_str()))
                && !t.offers.contains(&verdict.offer)
        });
        if let Some(trade) = trade {
            let remark = format!(
                "运营主体「{}」的名称显示为{},页面招揽的是{},许可范围待核",
                operator.name,
                trade.label,
                verdict.offer.label()
            );
            let mut found = again(rule, &quote, remark);
            found.strength = Strength::C;
            verdict.findings.push(found);
        }
    }

    /// A listed institution that may make the offer, named as its source (316号文 art. 1: who is commissioned may publish).
    fn names_principal(&self, cover: &Cover, own: &Listing) -> bool {
        self.subject.blocks.iter().any(|b| {
            let mentions = self.registers.mentions(&b.text.plain);
            mentions.iter().any(|m| {
                m.institution.name != own.institution
                    && cover.licences.iter().any(|l| m.institution.has(*l))
            })
        })
    }

    /// The gravest finding that is not itself about names: the offer that is beyond the licence.
    fn carrier(&self, verdict: &Verdict) -> Option<Finding> {
        let own = verdict.findings.iter().filter(|f| f.advertiser.is_none());
        let offer = own.filter(|f| !ABOUT_NAMES.contains(&f.rule.as_str()));
        offer
            .min_by_key(|f| (f.rule != "QL-1", 5 - f.severity.min(5), f.span.start))
            .cloned()
    }

    /// An operator whose registration was refused: the register contradicts the offer.
    fn refusal(&self, verdict: &mut Verdict) {
        let Footing::Refused {
            name,
            date,
            reasons,
            source,
        } = verdict.who.standing.clone()
        else {
            return;
        };
        let remark = format!(
            "「{name}」于 {date} 被不予登记({}),来源:{source};其后是否获准待核",
            reasons.join("、")
        );
        if verdict.findings.iter().all(|f| f.rule != "QL-1")
            && let (Some(rule), Some(carrier)) = (self.rule("QL-1"), self.carrier(verdict))
        {
            verdict.findings.push(again(rule, &carrier, String::new()));
        }
        settle_licence(verdict, &remark, Strength::A);
    }

    /// The home page shows no filing number, or one that cannot be right.
    fn filing(&self, verdict: &mut Verdict) {
        let (Some(rule), Some(url)) = (self.rule("ID-ICP"), self.subject.url) else {
            return;
        };
        if !is_home(url) || !is_web_host(url) {
            return;
        }
        let numbers = || {
            let kinds = [
                FactKind::IcpFiling,
                FactKind::IcpLicence,
                FactKind::TelecomLicence,
            ];
            let facts = self.subject.facts.iter();
            facts.filter(move |f| kinds.contains(&f.kind))
        };
        let fault = match numbers().next() {
            None => Some((None, "主页未见备案或许可编号,待核".to_owned())),
            Some(_) => {
                let bad =
                    |f: &&IdentityFact| matches!(f.check, FactCheck::Failed | FactCheck::Template);
                numbers().find(bad).map(|f| {
                    let why = format!("编号「{}」不合规格或为示例编号,待核", f.raw);
                    (f.span.clone(), why)
                })
            }
        };
        let Some((span, remark)) = fault else {
            return;
        };
        let last = self.subject.blocks.iter().rev();
        let footer = || {
            last.clone()
                .find(|b| b.role == BlockRole::Footer && b.slot.is_none())
                .or_else(|| self.subject.blocks.first())
                .map(|b| whole(rule, b, remark.clone()))
        };
        let found = span
            .and_then(|s| self.at(rule, &s, remark.clone()))
            .or_else(footer);
        if let Some(mut found) = found {
            found.strength = Strength::D;
            verdict.findings.push(found);
        }
    }

    /// No operator anywhere on the page, only private contacts: a signal.
    fn nobody(&self, verdict: &mut Verdict) {
        let Some(rule) = self.rule("ID-MISS") else {
            return;
        };
        let told = verdict.who.operator.is_some()
            || matches!(verdict.who.standing, Footing::Listed(_))
            || verdict.signals.iter().any(|f| f.rule == "ID-MISS");
        let open = self.subject.facts.iter().any(|f| {
            use FactKind as K;
            matches!(
                f.kind,
                K::Company | K::CreditCode | K::Landline | K::Hotline | K::Address
            )
        });
        let private = self
            .subject
            .facts
            .iter()
            .find(|f| f.kind.is_private_contact());
        if let (false, false, Some(fact)) = (told, open, private) {
            let remark = "全页未见经营主体,只见私人联系方式".to_owned();
            let span = fact.span.clone();
            if let Some(mut found) = span.and_then(|s| self.at(rule, &s, remark)) {
                found.strength = Strength::D;
                verdict.signals.push(found);
            }
        }
    }

    /// Money that goes to a person, or to another than the operator, makes the evidence strong.
    fn paid_person(&self, verdict: &mut Verdict) {
        let personal = verdict.who.payee.as_ref().is_some_and(|p| p.personal);
        let Some(remark) = verdict.who.disagreement() else {
            return;
        };
        let graver = |f: &&mut Finding| {
            f.severity >= 3
                && f.advertiser.is_none()
                && !ABOUT_NAMES.contains(&f.rule.as_str())
                && (f.rule != "QL-1" || f.strength == Strength::A)
        };
        for finding in verdict.findings.iter_mut().filter(graver) {
            if personal {
                finding.strength = Strength::A;
            }
            add_remark(finding, &remark);
        }
    }

    /// A finding whose quote is a span of the text record.
    fn at(&self, rule: &Rule, span: &Range<usize>, remark: String) -> Option<Finding> {
        let block = block_at(self.subject.blocks, span.start)?;
        let inner = span.start.checked_sub(block.start)?..span.end.checked_sub(block.start)?;
        block.text.original.get(inner.clone())?;
        Some(finding_of(rule, block, inner, remark))
    }
}

/// Rules about names and numbers, which say nothing of the offer itself.
const ABOUT_NAMES: [&str; 7] = [
    "AD-11-1", "ID-FAKE", "ID-ICP", "ID-MISS", "NAME-9", "OB-1", "QL-2",
];
/// Names of sites and accounts looked at on one page.
const MOST_NAMES: usize = 8;
/// Operator names looked at on one page that shows no certain operator.
const MOST_COMPANIES: usize = 8;

fn finding_of(rule: &Rule, block: &ReadBlock, inner: Range<usize>, remark: String) -> Finding {
    let claim = Claim {
        plain: inner.clone(),
        original: inner,
        ..of_block(block)
    };
    finding(rule, block, &claim, remark)
}

/// Another rule at the place of a finding.
fn again(rule: &Rule, place: &Finding, remark: String) -> Finding {
    let mut found = Finding {
        rule: rule.id.clone(),
        title: rule.title.clone(),
        basis: rule.newest().map_or_else(String::new, |b| b.text.clone()),
        severity: rule.severity,
        remark,
        ..place.clone()
    };
    found.contributions = vec![super::findings::compliance(rule, &place.quote)];
    found
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

fn beyond(listing: &Listing, offer: Offer) -> String {
    let kinds: Vec<&str> = listing.licences.iter().map(|l| l.label()).collect();
    format!(
        "名录载「{}」的许可为{}({}),未载{}业务;是否本机构发布、是否另有许可待核",
        listing.institution,
        kinds.join("、"),
        listing.source,
        offer.label()
    )
}

/// Rewrites the remark of the missing licence with what the register says.
fn settle_licence(verdict: &mut Verdict, remark: &str, strength: Strength) {
    for finding in verdict.findings.iter_mut().filter(|f| f.rule == "QL-1") {
        finding.remark = remark.to_owned();
        finding.strength = strength;
    }
}

fn add_remark(finding: &mut Finding, remark: &str) {
    if finding.remark.contains(remark) {
        return;
    }
    let stop = if finding.remark.is_empty() { "" } else { ";" };
    finding.remark = format!("{}{stop}{remark}", finding.remark);
}

fn is_number(fact: &IdentityFact) -> bool {
    matches!(
        fact.kind,
        FactKind::FinancialLicence | FactKind::CreditCode | FactKind::PaymentLicence
    ) && fact.check != FactCheck::Template
}

/// A scope of business without the brackets and clauses that deny or except.
fn affirmed(scope: &str) -> String {
    let mut out = String::new();
    let mut depth = 0u32;
    let end = scope.find('。').unwrap_or(scope.len()).min(LONGEST_SCOPE);
    let scope = scope.get(..end).unwrap_or(scope);
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

/// Bytes of a scope that are read.
const LONGEST_SCOPE: usize = 3000;

/// Whether an address is that of a site's home page, where the filing number must stand (互联网信息服务管理办法 art. 12).
fn is_home(url: &Url) -> bool {
    let path = url.path().trim_end_matches('/').to_ascii_lowercase();
    let name = path.trim_start_matches('/');
    name.is_empty() || !name.contains('/') && (name.starts_with("index.") || name == "index")
}

/// Whether the address is that of a site with a name of its own, not a file or a number.
fn is_web_host(url: &Url) -> bool {
    let named = matches!(url.host(), Some(url::Host::Domain(_)));
    named && !url.host_str().is_some_and(|h| h.ends_with(".invalid"))
}
