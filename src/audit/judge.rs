//! The judge: groups of blocks in, one verdict out.

use super::alerts::Alerts;
use super::context::{Tally, tally};
use super::derive::Case;
use super::features::{Facts, features};
use super::findings::{binds, finding, of_block, order};
use super::group::{Group, groups};
use super::identity::Identity;
use super::offer::{Offered, financial, offered};
use super::raising::Raising;
use super::score::score;
use super::sector::fits;
use super::speaker::{Speaker, listed, speaker};
use super::strength::{scale, settle};
use super::structure::turned;
use super::who::who;
use super::wording::{Model, Opinion};
use crate::model::benchmarks::Benchmarks;
use crate::model::claim::{Claim, ClaimKind};
use crate::model::context::{Context, Offer};
use crate::model::cover::{Cover, Trade};
use crate::model::finding::{BlockVerdict, Contribution, Finding, Score, TopicTag, Verdict};
use crate::model::identity::IdentityFact;
use crate::model::lexicon::{Cue, Lexicon, NameList, Term, Topic};
use crate::model::page::Link;
use crate::model::reading::ReadBlock;
use crate::model::register::Registers;
use crate::model::rule::Rule;
use crate::model::scoring::Scoring;
use crate::model::who::{Who, WhoWords};
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
    topics: Vec<Topic>,
    covers: Vec<Cover>,
    trades: Vec<Trade>,
    scoring: Scoring,
    words: WhoWords,
    alerts: Alerts,
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

/// Points of lead from which the cues speak clearly of the context.
const CLEAR: f64 = 2.0;
/// The mark of words of finance.
const FINANCE: &str = "finance";
/// Log odds of a breach above which the wording alone makes a finding of a financial offer.
const RAISE: f32 = 0.6;
/// Log odds above which one passage makes a finding of a page that as a whole does not promote.
const PASSAGE: f32 = 0.5;
/// Log odds above which a signature of a licensed institution is not believed.
const DISBELIEVE: f32 = 1.5;
/// Log odds above which phrases that break a rule are believed where the model reads no advertisement.
const CONFIRM: f32 = 0.5;
/// Log odds below which phrases that break a rule are not believed.
const KEEP: f32 = -1.3;

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
            topics: lexicon.topics.clone(),
            covers: lexicon.covers.clone(),
            trades: lexicon.trades.clone(),
            scoring: lexicon.scoring.clone(),
            words: lexicon.who.clone(),
            alerts: Alerts::compile(&lexicon.alerts),
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
        let who = who(subject, &self.registers, &self.words);
        let groups = groups(subject.blocks, subject.url.is_some(), &who);
        let rulings: Vec<(Ruling, &Group<'_>)> = groups
            .iter()
            .map(|g| (self.rule_on_page(g, subject.date), g))
            .collect();
        self.join(&rulings, subject, who.clone())
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
        let tells = matches!(whole.context, Context::Ordinary | Context::Warning);
        if whole.finding || tells || self.model.is_none() {
            return whole;
        }
        for block in group.body().filter(|b| b.claims.len() > 1) {
            let ruling = self.rule_on(&group.passage(block), date);
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
            let page = group.body().nth(1).is_some();
            let agreed = opinion.context() == Context::Ad && (!page || context == Context::Ad);
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
            // The cues decide where they speak clearly, and on pages, whose structure they know; the model learnt from single
            // passages.
            let clear = weighed.tally.lead() >= CLEAR || page;
            context = match (finding, clear) {
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
            words: &self.words,
            rules: &|id: &str| self.rule(id, date),
            date,
        };
        let mut own = weighed.own;
        if ruling.finding {
            own.extend(weighed.support);
            own = self.of_the_offer(own, ruling.offered.offer, group);
            own.extend(case.no_warning());
            own.extend(case.no_annual_rate());
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
        let raising = Raising {
            speaker: &weighed.speaker,
            words: &self.words,
            on_the_web: group.on_the_web,
        };
        ruling.findings = settle(own, group, &raising, weighed.missing, &self.scoring);
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
            points: f64::from(opinion.breach().clamp(0.0, 4.0)),
            reason: format!("用语模型:{}", opinion.reasons.join("、")),
        });
        vec![one]
    }

    /// What the group offers, who speaks, and the findings that would stand if it were an advertisement.
    fn weigh(&self, group: &Group<'_>, date: NaiveDate) -> Weighed {
        let tally = tally(group, &self.cues);
        let offered = offered(group, &self.terms);
        let speaker = group
            .who
            .and_then(|who| listed(who, offered.offer, &self.covers))
            .unwrap_or_else(|| speaker(group, &self.registers, &self.words.speaker));
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
            words: &self.words,
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
        let who = who(subject, &self.registers, &self.words);
        let groups = groups(&blocks, subject.url.is_some(), &who);
        groups.first().map_or_else(Features::default, |g| {
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

    fn join(&self, rulings: &[(Ruling, &Group<'_>)], subject: &Subject<'_>, who: Who) -> Verdict {
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
            alerts: Vec::new(),
            who,
            topics: self.topics_of(subject.blocks),
            score: Score::default(),
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
        verdict.alerts = self.alerts.find(subject, &|block| {
            let of = rulings.iter().find(|(_, g)| g.slot == block.slot);
            of.map_or(Context::Ordinary, |(r, _)| r.context)
        });
        // The page's own name and address concern its operator, who is innocent of what stands in slots.
        if rulings.iter().any(|(r, g)| g.slot.is_none() && r.finding) {
            self.identify(subject, &mut verdict);
        }
        verdict.claims = claims.into_iter().collect();
        verdict.findings.sort_by(order);
        verdict.signals.sort_by(order);
        verdict.blocks.sort_by_key(|b| b.block);
        self.date_bases(&mut verdict, subject.date);
        verdict.score = score(verdict.findings.iter(), 0, &self.scoring);
        verdict
    }

    /// The topics that the blocks touch.
    fn topics_of(&self, blocks: &[ReadBlock]) -> Vec<TopicTag> {
        let met: BTreeSet<&str> = blocks
            .iter()
            .flat_map(|b| b.topics.iter().map(|t| t.id.as_str()))
            .collect();
        let tag = |topic: &Topic| TopicTag {
            id: topic.id.clone(),
            title: topic.title.clone(),
            hard: met.contains(topic.hard_id().as_str()),
        };
        let touched = self.topics.iter().filter(|t| met.contains(t.id.as_str()));
        touched.map(tag).collect()
    }

    /// What the page shows of those behind it, against names, registers and filing rules.
    fn identify(&self, subject: &Subject<'_>, verdict: &mut Verdict) {
        let (findings, signals) = (verdict.findings.len(), verdict.signals.len());
        let identity = Identity {
            subject,
            registers: &self.registers,
            names: &self.names,
            covers: &self.covers,
            trades: &self.trades,
            rules: &|id: &str| self.rule(id, subject.date),
        };
        identity.add(verdict);
        let new = verdict.findings.iter_mut().skip(findings);
        for finding in new.chain(verdict.signals.iter_mut().skip(signals)) {
            scale(finding, &self.scoring);
        }
    }

    /// Puts the basis in force on the day into every finding.
    fn date_bases(&self, verdict: &mut Verdict, date: NaiveDate) {
        for finding in verdict.findings.iter_mut().chain(&mut verdict.signals) {
            let basis = self.rules.get(&finding.rule).and_then(|r| r.basis_on(date));
            if let Some(basis) = basis {
                finding.basis.clone_from(&basis.text);
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

fn block_verdicts(ruling: &Ruling, group: &Group<'_>) -> Vec<BlockVerdict> {
    let shared: Arc<[String]> = ruling.tally.reasons.as_slice().into();
    group
        .blocks
        .iter()
        .filter(|b| !b.claims.is_empty() || !b.cues.is_empty())
        .map(|b| BlockVerdict {
            block: b.index,
            context: ruling.context,
            cues: reasons(&shared, b),
            claims: b.claims.clone(),
        })
        .collect()
}

/// The cues that decided, and the block's topics as tags.
fn reasons(shared: &Arc<[String]>, block: &ReadBlock) -> Arc<[String]> {
    if block.topics.is_empty() {
        return Arc::clone(shared);
    }
    let topics: BTreeSet<&str> = block.topics.iter().map(|t| t.id.as_str()).collect();
    let tags = topics.into_iter().map(|id| format!("topic:{id}"));
    shared.iter().cloned().chain(tags).collect()
}
