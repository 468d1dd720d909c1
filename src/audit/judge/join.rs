//! The rulings on all groups of a page, joined to one verdict.

use super::super::findings::order;
use super::super::group::Group;
use super::super::identity::Identity;
use super::super::score::{Besides, score};
use super::super::strength::{mark_images, scale};
use super::ruling::Ruling;
use super::{Judge, Subject};
use crate::model::context::{Context, Offer};
use crate::model::finding::{BlockVerdict, Score, TopicTag, Verdict};
use crate::model::lexicon::Topic;
use crate::model::page::Link;
use crate::model::reading::ReadBlock;
use crate::model::who::Who;
use chrono::NaiveDate;
use std::collections::BTreeSet;
use std::sync::Arc;

impl Judge {
    pub(super) fn join(
        &self,
        rulings: &[(Ruling, &Group<'_>)],
        subject: &Subject<'_>,
        who: Who,
    ) -> Verdict {
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
            if let Some(mut finding) = self.unlabelled(group, subject) {
                finding.advertiser.clone_from(&advertiser);
                // What is no offer of finance is another team's work; a warning in a paid place promotes nothing.
                let promotes = ruling.context == Context::Ad && ruling.offered.offer != Offer::None;
                if ruling.finding || promotes {
                    verdict.finding = true;
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
        mark_images(&mut verdict.findings, subject.blocks);
        mark_images(&mut verdict.signals, subject.blocks);
        verdict.claims = claims.into_iter().collect();
        verdict.findings.sort_by(order);
        verdict.signals.sort_by(order);
        verdict.blocks.sort_by_key(|b| b.block);
        self.date_bases(&mut verdict, subject.date);
        verdict.score = score(verdict.findings.iter(), Besides::default(), &self.scoring);
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
