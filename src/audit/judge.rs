//! The judge: groups of blocks in, one verdict out.

mod join;
mod label;
mod ruling;
mod weigh;

use super::alerts::Alerts;
use super::group::{Group, groups};
use super::structure::turned;
use super::who::who;
use super::wording::Model;
use crate::model::ad::Ad;
use crate::model::benchmarks::Benchmarks;
use crate::model::cover::{Cover, Trade};
use crate::model::finding::Verdict;
use crate::model::identity::IdentityFact;
use crate::model::lexicon::{Cue, Lexicon, NameList, Term, Topic};
use crate::model::page::Link;
use crate::model::reading::ReadBlock;
use crate::model::register::Registers;
use crate::model::rule::Rule;
use crate::model::scoring::Scoring;
use crate::model::who::WhoWords;
use crate::model::wording::Features;
use chrono::NaiveDate;
use ruling::Ruling;
use std::collections::BTreeMap;
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
    /// Advertisements of the page.
    pub ads: &'a [Ad],
    /// Where the page was, if anywhere.
    pub url: Option<&'a Url>,
    /// The day on which it was seen; rules in force on it are applied.
    pub date: NaiveDate,
}

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

    /// What the trained model is asked about a text: the features of its first group.
    pub fn features(&self, subject: &Subject<'_>) -> Features {
        let blocks = turned(subject.blocks);
        let who = who(subject, &self.registers, &self.words);
        let groups = groups(&blocks, subject.url.is_some(), &who);
        groups.first().map_or_else(Features::default, |g| {
            self.weigh(g, subject.date).features(g)
        })
    }
}
