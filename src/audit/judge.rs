//! The judge: groups of blocks in, one verdict out.

use super::context::{Tally, tally};
use super::derive::Case;
use super::features::{Facts, features};
use super::findings::{binds, finding};
use super::group::{Group, groups};
use super::offer::{Offered, financial, offered};
use super::score::score;
use super::sector::fits;
use super::speaker::{Speaker, speaker};
use super::structure::turned;
use super::wording::{Model, Opinion};
use crate::model::benchmarks::Benchmarks;
use crate::model::claim::{Claim, ClaimKind, Polarity};
use crate::model::context::{Context, Offer};
use crate::model::finding::{BlockVerdict, Contribution, Finding, Strength, Verdict};
use crate::model::identity::{FactKind, IdentityFact};
use crate::model::lexicon::{Cue, Lexicon, NameList, Term};
use crate::model::page::{BlockRole, Link};
use crate::model::reading::ReadBlock;
use crate::model::register::{Registers, Standing};
use crate::model::rule::Rule;
use crate::model::wording::Features;
use crate::model::yields::YieldSide;
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use url::Url;

/// The compiled rules.
#[derive(Debug)]
pub struct Judge {
    rules: BTreeMap<String, Rule>,
    terms: BTreeMap<String, Term>,
    cues: BTreeMap<String, Cue>,
    names: Vec<NameList>,
    benchmarks: Benchmarks,
    registers: Arc<Registers>,
    model: Option<Model>,
    version: String,
}

/// What is judged.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The blocks read, in document order.
    pub blocks: &'a [ReadBlock],
    /// Identity facts of the page; empty for bare texts.
    pub facts: &'a [IdentityFact],
    /// Links of the page; they tell where an advertisement leads.
    pub links: &'a [Link],
    /// Where the page was, if anywhere.
    pub url: Option<&'a Url>,
    /// The day on which it was seen; rules in force on it are applied.
    pub date: NaiveDate,
}

/// What one group came to.
struct Ruling {
    context: Context,
    offered: Offered,
    finding: bool,
    claims: BTreeSet<ClaimKind>,
    findings: Vec<Finding>,
    tally: Tally,
    /// Log odds of a breach by the model of wording; 0 without one.
    breach: f32,
}

/// What stands before the context is decided.
struct Weighed {
    tally: Tally,
    offered: Offered,
    speaker: Speaker,
    own: Vec<Finding>,
    support: Vec<Finding>,
    missing: bool,
}

impl Weighed {
    fn features(&self, group: &Group<'_>) -> Features {
        features(&Facts {
            group,
            tally: &self.tally,
            offered: self.offered,
            speaker: &self.speaker,
            own: &self.own,
            missing: self.missing,
        })
    }
}

/// The mark of words of finance.
const FINANCE: &str = "finance";
/// Log odds of a breach above which the wording alone makes a finding of a financial offer.
const RAISE: f32 = 0.5;
/// Log odds above which one passage makes a finding of a page that as a whole does not promote.
const PASSAGE: f32 = 0.5;
/// Log odds above which a signature of a licensed institution is not believed.
const DISBELIEVE: f32 = 1.5;
/// Log odds above which phrases that break a rule are believed where the model reads no advertisement.
const CONFIRM: f32 = 0.5;
/// Log odds below which phrases that break a rule are not believed.
const KEEP: f32 = -1.5;

impl Judge {
    /// Compiles the rules of a lexicon with the reference rates and the registers of licensed institutions.
    pub fn compile(
        lexicon: &Lexicon,
        benchmarks: &Benchmarks,
        registers: impl Into<Arc<Registers>>,
    ) -> Self {
        let by_id = |id: &String| id.clone();
        Self {
            rules: lexicon
                .rules
                .iter()
                .map(|r| (by_id(&r.id), r.clone()))
                .collect(),
            terms: lexicon
                .terms
                .iter()
                .map(|t| (by_id(&t.id), t.clone()))
                .collect(),
            cues: lexicon
                .cues
                .iter()
                .map(|c| (by_id(&c.id), c.clone()))
                .collect(),
            names: lexicon.names.clone(),
            benchmarks: benchmarks.clone(),
            registers: registers.into(),
            model: Model::compile(&lexicon.wording),
            version: lexicon.version.clone(),
        }
    }

    /// Judges a page or a text.
    pub fn judge(&self, subject: &Subject<'_>) -> Verdict {
        let blocks = turned(subject.blocks);
        let subject = &Subject {
            blocks: &blocks,
            ..*subject
        };
        let groups = groups(subject.blocks);
        let rulings: Vec<(Ruling, &Group<'_>)> = groups
            .iter()
            .map(|g| (self.rule_on_page(g, subject.date), g))
            .collect();
        self.join(&rulings, subject)
    }

    fn rule(&self, id: &str, date: NaiveDate) -> Option<&Rule> {
        self.rules
            .get(id)
            .filter(|r| r.in_force(date) && r.unseen.is_none() && r.severity > 0)
    }

    /// The ruling on a group, or on the one passage in it that is an advertisement by itself: a guarantee on a page of
    /// explanations is a guarantee.
    fn rule_on_page(&self, group: &Group<'_>, date: NaiveDate) -> Ruling {
        let whole = self.rule_on(group, date);
        if whole.finding || self.model.is_none() {
            return whole;
        }
        for block in group.body().filter(|b| b.claims.len() > 1) {
            let passage = Group {
                slot: group.slot,
                blocks: vec![block],
            };
            let ruling = self.rule_on(&passage, date);
            let promise = [ClaimKind::Guarantee, ClaimKind::HighYield];
            let promises = promise.iter().any(|kind| ruling.claims.contains(kind));
            if ruling.finding && promises && ruling.breach > PASSAGE {
                return ruling;
            }
        }
        whole
    }

    fn rule_on(&self, group: &Group<'_>, date: NaiveDate) -> Ruling {
        let mut weighed = self.weigh(group, date);
        let opinion = self
            .model
            .as_ref()
            .map(|m| m.opinion(&weighed.features(group)));
        let fired = weighed.own.iter().any(|f| f.severity >= 2);
        let mut context = weighed.tally.decide();
        let mut finding = fired && context == Context::Ad;
        if let Some(opinion) = &opinion {
            if weighed.offered.offer == Offer::None && opinion.breach() > RAISE {
                weighed.offered.offer = opinion.offer();
            }
            // Where the model, too, reads an advertisement, phrases that break a rule are believed down to a low sum, and
            // the wording may raise a finding alone; where it does not, only phrases that it confirms stand.
            let agreed = opinion.context() == Context::Ad;
            let raised = agreed && opinion.breach() > RAISE && financial(weighed.offered.offer);
            finding = if agreed {
                fired && opinion.breach() > KEEP
            } else {
                finding && opinion.breach() > CONFIRM
            };
            if raised && !fired {
                weighed.own = self.by_wording(group, &weighed, opinion, date);
                finding = !weighed.own.is_empty();
            }
            // The model learnt from single passages: the context of a page is left to the cues, which know its structure.
            let page = group.body().nth(1).is_some();
            context = match (finding, page) {
                (true, _) => Context::Ad,
                (false, true) => context,
                (false, false) => opinion.context(),
            };
        }
        let mut ruling = Ruling {
            context,
            offered: weighed.offered,
            finding,
            claims: BTreeSet::new(),
            findings: Vec::new(),
            tally: weighed.tally,
            breach: 0.0,
        };
        if let Some(opinion) = opinion {
            ruling.breach = opinion.breach();
            let sum = format!("wording {:+.1}", opinion.breach());
            ruling.tally.reasons.push(sum);
            ruling.tally.reasons.extend(opinion.reasons);
        }
        if context != Context::Ad {
            return ruling;
        }
        self.claims_of(group, &mut ruling);
        if !financial(weighed.offered.offer) {
            return ruling;
        }
        let case = Case {
            group,
            offered: weighed.offered,
            speaker: &weighed.speaker,
            terms: &self.terms,
            benchmarks: &self.benchmarks,
            rules: &|id: &str| self.rule(id, date),
            date,
        };
        let mut own = weighed.own;
        if ruling.finding {
            own.extend(weighed.support);
            own = self.of_the_offer(own, ruling.offered.offer, group);
            own.extend(case.no_warning());
        }
        if case.high_return() {
            ruling
                .claims
                .extend([ClaimKind::Yield, ClaimKind::HighYield]);
        }
        if weighed.missing {
            ruling.claims.insert(ClaimKind::NoLicenceSign);
        }
        own.extend(case.evasion());
        own.extend(case.nobody_named());
        ruling.findings = settle(own, weighed.missing);
        ruling
    }

    /// What carries an offer: a word of its own trade, or else any word of finance.
    fn carrier<'a>(&self, group: &Group<'a>, offer: Offer) -> Option<(&'a ReadBlock, Claim)> {
        let own = group.asserted().find(|(_, c)| {
            let term = self.terms.get(&c.term);
            term.is_some_and(|t| t.offer == Some(offer))
        });
        if let Some((block, claim)) = own {
            return Some((block, claim.clone()));
        }
        let word = |b: &&'a ReadBlock| b.marks.iter().any(|m| m.id == FINANCE);
        let block = group.body().find(word)?;
        let mark = block.marks.iter().find(|m| m.id == FINANCE)?;
        let claim = Claim {
            plain: mark.plain.clone(),
            original: block.text.map.original(mark.plain.clone()),
            ..of_block(block)
        };
        Some((block, claim))
    }

    /// A finding on the wording of the whole where no single phrase breaks a rule: a licensed business is promoted in the
    /// words of those who have no licence.
    fn by_wording(
        &self,
        group: &Group<'_>,
        weighed: &Weighed,
        opinion: &Opinion,
        date: NaiveDate,
    ) -> Vec<Finding> {
        let (Some(rule), Some((block, claim))) = (
            self.rule("QL-1", date),
            self.carrier(group, weighed.offered.offer),
        ) else {
            return Vec::new();
        };
        let exempt = match (&weighed.speaker, weighed.offered.offer) {
            // Property is a breach only where it promises a return.
            (_, Offer::Property) => true,
            // Products of a named institution, offered by its own people.
            (Speaker::Licensed(_) | Speaker::Mentions(_), Offer::Wealth | Offer::Insurance) => true,
            // A licensed institution has its licence, unless its name stands under words that it would never use.
            (Speaker::Licensed(_), _) => opinion.breach() < DISBELIEVE,
            _ => false,
        };
        if exempt {
            return Vec::new();
        }
        let remark = "未见许可,待核;由整体用语判断,无单一违规词句".to_owned();
        let mut one = finding(rule, block, &claim, remark);
        one.contributions.push(Contribution {
            name: "wording",
            points: f64::from(opinion.breach().clamp(0.0, 4.0)) * 2.5,
            reason: format!("用语模型:{}", opinion.reasons.join("、")),
        });
        vec![one]
    }

    /// What the group offers, who speaks, and the findings that would stand if it were an advertisement.
    fn weigh(&self, group: &Group<'_>, date: NaiveDate) -> Weighed {
        let tally = tally(group, &self.cues);
        let offered = offered(group, &self.terms);
        let speaker = speaker(group, &self.registers);
        let mut weighed = Weighed {
            tally,
            offered,
            speaker,
            own: Vec::new(),
            support: Vec::new(),
            missing: false,
        };
        if !financial(offered.offer) {
            return weighed;
        }
        let case = Case {
            group,
            offered,
            speaker: &weighed.speaker,
            terms: &self.terms,
            benchmarks: &self.benchmarks,
            rules: &|id: &str| self.rule(id, date),
            date,
        };
        let mut own = case.unlicensed();
        own.extend(case.yields());
        own.extend(case.against_benchmarks());
        let mut support = Vec::new();
        let pressing = case.pressing();
        for (block, claim) in group.asserted() {
            let Some(term) = self.terms.get(&claim.term) else {
                continue;
            };
            if case.was_lawful(claim) {
                continue;
            }
            for id in &term.rules {
                let Some(rule) = self.rule(id, date) else {
                    continue;
                };
                let bound = term.bound || pressing;
                if !binds(bound, &weighed.speaker, offered.offer) || rule.id == "EN-1" {
                    continue;
                }
                let one = finding(rule, block, claim, String::new());
                // A property advertisement is a breach only where it promises a return (labelling guide).
                let aside = offered.offer == Offer::Property && term.offer != Some(Offer::Property);
                let weak = term.support || aside;
                if weak { &mut support } else { &mut own }.push(one);
            }
        }
        weighed.missing = case.licence_missing();
        weighed.own = own;
        weighed.support = support;
        weighed
    }

    /// What the trained model is asked about a text: the features of its first group.
    pub fn features(&self, subject: &Subject<'_>) -> Features {
        let blocks = turned(subject.blocks);
        groups(&blocks).first().map_or_else(Features::default, |g| {
            self.weigh(g, subject.date).features(g)
        })
    }

    fn claims_of(&self, group: &Group<'_>, ruling: &mut Ruling) {
        for (_, claim) in group.asserted() {
            if claim
                .figure
                .as_ref()
                .is_some_and(|f| f.side == YieldSide::Cost)
            {
                continue;
            }
            // Bare adjectives (高收益) support a promise but state no figure.
            let term = self.terms.get(&claim.term);
            if claim.kind == ClaimKind::HighYield && term.is_some_and(|t| t.support) {
                continue;
            }
            if (claim.kind as u8) <= (ClaimKind::Lure as u8) {
                ruling.claims.insert(claim.kind);
            }
            if claim.kind == ClaimKind::HighYield {
                ruling.claims.insert(ClaimKind::Yield);
            }
        }
    }

    /// The findings whose rules the offer can break; all of them where none would be left, so that a doubtful offer
    /// never hides a breach.
    fn of_the_offer(&self, all: Vec<Finding>, offer: Offer, group: &Group<'_>) -> Vec<Finding> {
        let fitting = |f: &&Finding| {
            self.rules
                .get(&f.rule)
                .is_some_and(|rule| fits(rule, offer, group))
        };
        let kept: Vec<Finding> = all.iter().filter(fitting).cloned().collect();
        if kept.iter().any(|f| f.severity >= 2) {
            kept
        } else {
            all
        }
    }

    fn join(&self, rulings: &[(Ruling, &Group<'_>)], subject: &Subject<'_>) -> Verdict {
        let lead = rulings
            .iter()
            .find(|(r, g)| g.slot.is_none() && (r.finding || rulings.len() == 1))
            .or_else(|| rulings.iter().find(|(r, _)| r.finding))
            .or_else(|| rulings.first())
            .map(|(r, _)| r);
        let mut verdict = Verdict {
            context: lead.map_or(Context::Ordinary, |r| r.context),
            offer: lead.map_or(Offer::None, |r| r.offered.offer),
            finding: rulings.iter().any(|(r, _)| r.finding),
            claims: Vec::new(),
            findings: Vec::new(),
            signals: Vec::new(),
            score: crate::model::finding::Score::default(),
            blocks: Vec::new(),
            lexicon_version: self.version.clone(),
            notes: Vec::new(),
        };
        let mut claims = BTreeSet::new();
        for (ruling, group) in rulings {
            claims.extend(ruling.claims.iter().copied());
            let advertiser = advertiser(group, subject.links);
            for finding in &ruling.findings {
                let mut finding = finding.clone();
                finding.advertiser.clone_from(&advertiser);
                if ruling.finding && finding.severity >= 2 {
                    verdict.findings.push(finding);
                } else {
                    verdict.signals.push(finding);
                }
            }
            verdict.blocks.extend(block_verdicts(ruling, group));
        }
        self.alerts(subject, &mut verdict);
        // The page's own name and address concern its operator, who is innocent of what stands in slots.
        if rulings.iter().any(|(r, g)| g.slot.is_none() && r.finding) {
            self.names(subject, &mut verdict);
            self.imitation(subject, &mut verdict);
        }
        verdict.claims = claims.into_iter().collect();
        verdict.findings.sort_by(order);
        verdict.signals.sort_by(order);
        verdict.blocks.sort_by_key(|b| b.block);
        verdict.score = score(&verdict.findings);
        verdict
    }

    /// Finance words in the title or operator's name of a page with findings.
    fn names(&self, subject: &Subject<'_>, verdict: &mut Verdict) {
        if !verdict.finding {
            return;
        }
        for block in subject.blocks.iter().filter(|b| b.role == BlockRole::Title) {
            let listed = !self.registers.mentions(&block.text.plain).is_empty();
            let word = self.name_word("N2", &block.text.plain);
            if let (false, Some(word), Some(rule)) = (listed, word, self.rule("QL-2", subject.date))
            {
                let remark = format!("标题或站名含「{word}」,未见许可,待核");
                verdict.findings.push(whole(rule, block, remark));
            }
        }
        let companies = subject.facts.iter().filter(|f| f.kind == FactKind::Company);
        for fact in companies.take(MOST_COMPANIES) {
            let unknown = matches!(self.registers.standing(&fact.raw), Standing::Unknown);
            let word = self.name_word("N1a", &fact.raw);
            let at = fact
                .span
                .as_ref()
                .and_then(|s| block_at(subject.blocks, s.start));
            if let (true, Some(word), Some(block), Some(rule)) =
                (unknown, word, at, self.rule("NAME-9", subject.date))
            {
                let remark = format!("名称「{}」含「{word}」,名录未见,待核", fact.raw);
                verdict.findings.push(whole(rule, block, remark));
            }
        }
    }

    /// A host that imitates a licensed institution's: a question for a person, never an accusation.
    fn imitation(&self, subject: &Subject<'_>, verdict: &mut Verdict) {
        let host = subject.url.and_then(Url::host_str).unwrap_or("");
        let (Some(alike), Some(rule), Some(block)) = (
            self.registers.look_alike(host),
            self.rule("ID-FAKE", subject.date),
            subject.blocks.first(),
        ) else {
            return;
        };
        if verdict.finding {
            let name = &alike.original;
            let remark = format!("网址 {host} 与「{name}」相近,是否冒用待核");
            let mut one = whole(rule, block, remark);
            one.strength = Strength::D;
            verdict.signals.push(one);
        }
    }

    fn name_word(&self, list: &str, text: &str) -> Option<&str> {
        let list = self.names.iter().find(|n| n.id == list)?;
        let words = list.words.iter().filter(|w| text.contains(w.as_str()));
        words.max_by_key(|w| w.len()).map(String::as_str)
    }

    /// Distress and crowds: a class of their own, whatever the context, never part of the score.
    fn alerts(&self, subject: &Subject<'_>, verdict: &mut Verdict) {
        let Some(rule) = self.rule("EN-1", subject.date) else {
            return;
        };
        for block in subject.blocks {
            let alert = block.claims.iter().find(|c| {
                matches!(c.kind, ClaimKind::Distress | ClaimKind::Mobilise)
                    && matches!(c.polarity, Polarity::Asserted)
            });
            if let Some(claim) = alert {
                let mut one = finding(rule, block, claim, "舆情预警,不计入违规评分".into());
                one.strength = Strength::D;
                one.contributions.clear();
                verdict.signals.push(one);
            }
        }
    }
}

/// Whom the findings of a group concern when that is not the page's operator: where the slot's link leads.
fn advertiser(group: &Group<'_>, links: &[Link]) -> Option<String> {
    let slot = group.slot?;
    let href = group.blocks.iter().find_map(|b| b.href.clone());
    let link = || {
        let of_slot = links.iter().find(|l| l.slot == Some(slot));
        of_slot.map(|l| l.url.to_string())
    };
    Some(href.or_else(link).unwrap_or_else(|| NO_LINK.to_owned()))
}

/// Said in place of a landing address where the slot holds no link.
const NO_LINK: &str = "(广告位无链接,广告主待核)";

/// Operator names looked at on one page.
const MOST_COMPANIES: usize = 8;

fn block_at(blocks: &[ReadBlock], at: usize) -> Option<&ReadBlock> {
    let after = blocks.partition_point(|b| b.start <= at);
    blocks.get(after.checked_sub(1)?)
}

/// A finding whose quote is the block itself.
fn whole(rule: &Rule, block: &ReadBlock, remark: String) -> Finding {
    finding(rule, block, &of_block(block), remark)
}

/// A claim that spans its block.
fn of_block(block: &ReadBlock) -> Claim {
    Claim {
        kind: ClaimKind::Forbidden,
        plain: 0..block.text.plain.len(),
        original: 0..block.text.original.len(),
        polarity: Polarity::Asserted,
        term: String::new(),
        rules: Vec::new(),
        figure: None,
        evaded: false,
    }
}

fn block_verdicts(ruling: &Ruling, group: &Group<'_>) -> Vec<BlockVerdict> {
    group
        .blocks
        .iter()
        .filter(|b| !b.claims.is_empty() || !b.cues.is_empty())
        .map(|b| BlockVerdict {
            block: b.index,
            context: ruling.context,
            cues: reasons(ruling, b),
            claims: b.claims.clone(),
        })
        .collect()
}

/// The cues that decided, and the block's topics as tags.
fn reasons(ruling: &Ruling, block: &ReadBlock) -> Vec<String> {
    let topics: BTreeSet<&str> = block.topics.iter().map(|t| t.id.as_str()).collect();
    let tags = topics.into_iter().map(|id| format!("topic:{id}"));
    ruling.tally.reasons.iter().cloned().chain(tags).collect()
}

/// One finding for each rule and place; strength by what stands together.
fn settle(mut findings: Vec<Finding>, missing: bool) -> Vec<Finding> {
    findings.sort_by(order);
    thin_out(&mut findings);
    let promise = findings
        .iter()
        .any(|f| matches!(f.rule.as_str(), "AD-25-1" | "YD-8" | "IF-11" | "AD-26-1"));
    for finding in &mut findings {
        finding.strength = match (finding.severity, promise, finding.rule.as_str()) {
            (0 | 1, _, _) => Strength::D,
            (_, _, "QL-1") => Strength::C,
            (_, true, _) => Strength::B,
            _ => Strength::C,
        };
        if finding.rule == "QL-1" && promise && missing {
            finding.severity = (finding.severity + 1).min(5);
        }
    }
    findings
}

/// Quotes of one rule that a verdict lists at most; where more stand, the first one's remark says so.
pub const PER_RULE: usize = 3;

/// Keeps the strongest and earliest quotes of each rule, none twice, and says on the first how many more there are.
fn thin_out(findings: &mut Vec<Finding>) {
    let mut kept: Vec<Finding> = Vec::new();
    let mut more: BTreeMap<String, usize> = BTreeMap::new();
    for finding in findings.drain(..) {
        let overlaps =
            |k: &Finding| k.span.start < finding.span.end && finding.span.start < k.span.end;
        let mut same = kept.iter().filter(|k| k.rule == finding.rule);
        if same.clone().any(overlaps) {
            continue;
        }
        if same.by_ref().count() < PER_RULE {
            kept.push(finding);
        } else {
            *more.entry(finding.rule).or_default() += 1;
        }
    }
    for (rule, count) in more {
        if let Some(first) = kept.iter_mut().find(|k| k.rule == rule) {
            let stop = if first.remark.is_empty() { "" } else { ";" };
            first.remark = format!("{}{stop}同一规则另有 {count} 处未列出", first.remark);
        }
    }
    *findings = kept;
}

/// Strongest first, then by rule and place.
fn order(a: &Finding, b: &Finding) -> std::cmp::Ordering {
    b.severity
        .cmp(&a.severity)
        .then_with(|| a.rule.cmp(&b.rule))
        .then_with(|| a.span.start.cmp(&b.span.start))
        .then_with(|| a.span.end.cmp(&b.span.end))
        .then_with(|| a.block.cmp(&b.block))
}
