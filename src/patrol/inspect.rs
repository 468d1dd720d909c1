//! From a read page to a verdict: page -> text -> claims -> audit.

use crate::audit::{Judge, Subject};
use crate::claims::{self, Extract, Extractor, WordUse};
use crate::lexicons::bundle::BundleError;
use crate::lexicons::file::LexiconError;
use crate::lexicons::{benchmarks, bundle, evasion, rulebook};
use crate::model::ad::AdList;
use crate::model::finding::Verdict;
use crate::model::identity::IdentityFact;
use crate::model::lexicon::Lexicon;
use crate::model::note::Note;
use crate::model::offset_map::NormalText;
use crate::model::page::{Block, BlockRole, Page};
use crate::model::reading::ReadBlock;
use crate::model::register::Registers;
use crate::model::wording::{Features, Wording};
use crate::page;
use crate::page::ads::AdEngine;
use crate::text::{self, Normaliser};
use chrono::NaiveDate;
use std::path::Path;
use std::sync::Arc;
use url::Url;

/// The auditor cannot be built.
#[derive(Debug, thiserror::Error)]
pub enum InspectorError {
    /// Rules, terms or cues.
    #[error(transparent)]
    Rulebook(#[from] BundleError),
    /// Spelling tables or benchmarks.
    #[error(transparent)]
    Tables(#[from] LexiconError),
    /// The normaliser.
    #[error(transparent)]
    Normaliser(#[from] text::CompileError),
    /// The extractor.
    #[error(transparent)]
    Extractor(#[from] claims::CompileError),
}

/// Everything that turns a page into a verdict, compiled once.
#[derive(Debug)]
pub struct Inspector {
    normaliser: Normaliser,
    extractor: Extractor,
    judge: Judge,
    ads: AdEngine,
    version: String,
}

/// Every stage of one text, for `lexicon try`.
#[derive(Debug, Clone)]
pub struct Stages {
    /// The reading: plain text, evasions, claims, cues, marks, topics.
    pub block: ReadBlock,
    /// The verdict.
    pub verdict: Verdict,
}

impl Inspector {
    /// Compiles the embedded lexicons, or those of `dir` where it holds its own files, with the registers.
    pub fn compile(
        dir: Option<&Path>,
        registers: impl Into<Arc<Registers>>,
    ) -> Result<Self, InspectorError> {
        let lexicon = rulebook::load(dir)?;
        Self::of(lexicon, dir, registers)
    }

    /// Compiles like [`Inspector::compile`], with these filter lists of advertising networks beside those of the lexicons.
    /// The version then is a digest of their texts, too.
    pub fn with_ad_lists(
        dir: Option<&Path>,
        registers: impl Into<Arc<Registers>>,
        lists: Vec<AdList>,
    ) -> Result<Self, InspectorError> {
        let mut lexicon = rulebook::load(dir)?;
        lexicon.version = bundle::version_with(&lexicon.version, &lists);
        lexicon.ad_lists.extend(lists);
        Self::of(lexicon, dir, registers)
    }

    /// Compiles like [`Inspector::compile`], with this trained model in the place of the stored one.
    pub fn with_wording(
        dir: Option<&Path>,
        registers: impl Into<Arc<Registers>>,
        wording: Wording,
    ) -> Result<Self, InspectorError> {
        let lexicon = Lexicon {
            wording,
            ..rulebook::load(dir)?
        };
        Self::of(lexicon, dir, registers)
    }

    fn of(
        lexicon: Lexicon,
        dir: Option<&Path>,
        registers: impl Into<Arc<Registers>>,
    ) -> Result<Self, InspectorError> {
        let tables = evasion::load(dir)?;
        let benchmarks = benchmarks::load(dir)?;
        Ok(Self {
            normaliser: Normaliser::compile(&tables, &lexicon.words())?,
            extractor: Extractor::compile(&lexicon, &benchmarks)?,
            judge: Judge::compile(&lexicon, &benchmarks, registers),
            ads: AdEngine::compile(&lexicon.ad_lists),
            version: lexicon.version,
        })
    }

    /// Digest of the lexicon files that judge.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The compiled filter lists.
    pub fn ad_engine(&self) -> &AdEngine {
        &self.ads
    }

    /// Reads an HTML page that came from `url`, advertisement slots by the filter lists among them.
    pub fn read_html(&self, html: &str, url: &Url) -> Page {
        page::read_with(html, url, Some(&self.ads))
    }

    /// Judges a read page as seen on `date` at `url`.
    pub fn inspect_page(&self, page: &Page, url: &Url, date: NaiveDate) -> Verdict {
        let mut blocks = self.read_page(page);
        let left_out = bound(&mut blocks);
        let mut verdict = self.judge_page(&blocks, page, url, date);
        if left_out > 0 {
            let message =
                format!("{left_out} claims beyond the first {MOST_CLAIMS} were not judged");
            verdict.notes.push(Note::new("claims-left-out", message));
        }
        verdict
    }

    /// Judges a bare text as seen on `date`.
    pub fn inspect_text(&self, text: &str, date: NaiveDate) -> Verdict {
        self.judge_text(&self.read_text(text), date)
    }

    /// Judges a bare text and shows every stage.
    pub fn stages(&self, text: &str, date: NaiveDate) -> Stages {
        let block = self.read_text(text);
        let verdict = self.judge_text(&block, date);
        Stages { block, verdict }
    }

    /// What the trained model is asked about a text.
    pub fn features(&self, text: &str, date: NaiveDate) -> Features {
        let block = self.read_text(text);
        let facts = page::facts(&block.text.original);
        self.judge.features(&lone(&block, &facts, date))
    }

    /// The first stage: plain text, with the obfuscation undone.
    pub fn normalise(&self, text: &str) -> NormalText {
        self.normaliser.normalise(text)
    }

    /// The second stage: claims, cues, marks and topics of a plain text.
    pub fn extract(&self, text: &NormalText) -> Extract {
        self.extractor.extract(text)
    }

    /// Both stages over a page: its texts, read.
    pub fn read_page(&self, page: &Page) -> Vec<ReadBlock> {
        let units = units(page);
        // One stage after the other: the tables of each stay near the processor while it is at work.
        let texts: Vec<NormalText> = units
            .iter()
            .map(|unit| self.normalise(page.text.get(unit.span.clone()).unwrap_or("")))
            .collect();
        let read = texts.into_iter().zip(units);
        read.map(|(text, unit)| self.read(text, unit)).collect()
    }

    /// Both stages over a bare text.
    pub fn read_text(&self, text: &str) -> ReadBlock {
        self.read(self.normalise(text), Unit::whole(text))
    }

    /// The last stage: the judgement on what was read of a page.
    pub fn judge_page(
        &self,
        blocks: &[ReadBlock],
        page: &Page,
        url: &Url,
        date: NaiveDate,
    ) -> Verdict {
        self.judge.judge(&Subject {
            blocks,
            facts: &page.facts,
            links: &page.links,
            ads: &page.ads,
            url: Some(url),
            date,
        })
    }

    /// The last stage for a bare text.
    pub fn judge_text(&self, block: &ReadBlock, date: NaiveDate) -> Verdict {
        let facts = page::facts(&block.text.original);
        self.judge.judge(&lone(block, &facts, date))
    }

    /// Every place where a word of the lexicon stands in a plain text, and what became of it.
    pub fn trace(&self, text: &NormalText) -> Vec<WordUse> {
        self.extractor.trace(text)
    }

    fn read(&self, text: NormalText, unit: Unit) -> ReadBlock {
        let extract = self.extractor.extract(&text);
        ReadBlock {
            index: unit.index,
            role: unit.role,
            path: unit.path,
            start: unit.span.start,
            slot: unit.slot,
            href: unit.href,
            text,
            claims: extract.claims,
            cues: extract.cues,
            marks: extract.marks,
            topics: extract.topics,
            words: extract.words,
        }
    }
}

/// Claims of a page that are judged: more say nothing new, and a hostile page has millions.
const MOST_CLAIMS: usize = 2_000;

/// Leaves the first claims of a page and tells how many there were beyond.
fn bound(blocks: &mut [ReadBlock]) -> usize {
    let (mut room, mut left_out) = (MOST_CLAIMS, 0);
    for block in blocks {
        left_out += block.claims.len().saturating_sub(room);
        block.claims.truncate(room);
        room -= block.claims.len();
    }
    left_out
}

/// A bare text as a subject.
fn lone<'a>(block: &'a ReadBlock, facts: &'a [IdentityFact], date: NaiveDate) -> Subject<'a> {
    Subject {
        blocks: std::slice::from_ref(block),
        facts,
        links: &[],
        ads: &[],
        url: None,
        date,
    }
}

/// The texts of a page that are read one by one, in order: blocks, the parts of a card together.
pub fn texts(page: &Page) -> impl Iterator<Item = &str> {
    let spans = units(page).into_iter().map(|unit| unit.span);
    spans.map(|span| page.text.get(span).unwrap_or(""))
}

/// Neighbouring blocks that are read as one text: the parts of a product card or table row.
#[derive(Debug, Clone)]
struct Unit {
    index: usize,
    role: BlockRole,
    path: String,
    span: std::ops::Range<usize>,
    slot: Option<u32>,
    href: Option<String>,
    /// Whether it has taken a neighbour already.
    joined: bool,
}

/// Longest block in bytes that may be part of a card (about 24 characters).
const PART: usize = 72;
/// Longest card in bytes.
const CARD: usize = 480;

impl Unit {
    fn whole(text: &str) -> Self {
        Self {
            index: 0,
            role: BlockRole::Paragraph,
            path: String::new(),
            span: 0..text.len(),
            slot: None,
            href: None,
            joined: false,
        }
    }

    fn of(index: usize, block: &Block) -> Self {
        Self {
            index,
            role: block.role,
            path: block.path.clone(),
            span: block.span.clone(),
            slot: block.slot,
            href: block.href.as_ref().map(ToString::to_string),
            joined: false,
        }
    }

    fn takes(&self, block: &Block) -> bool {
        let small = |span: &std::ops::Range<usize>| span.len() <= PART;
        let joins = |role: BlockRole| {
            !matches!(
                role,
                BlockRole::Title
                    | BlockRole::Meta
                    | BlockRole::Nav
                    | BlockRole::Footer
                    | BlockRole::Image
            )
        };
        self.slot == block.slot
            && joins(self.role)
            && joins(block.role)
            && small(&block.span)
            && (small(&self.span) || self.joined)
            && self.span.end <= block.span.start
            && block.span.start - self.span.end <= 4
            && block.span.end - self.span.start <= CARD
    }
}

fn units(page: &Page) -> Vec<Unit> {
    let mut units: Vec<Unit> = Vec::new();
    for (index, block) in page.blocks.iter().enumerate() {
        match units.last_mut() {
            Some(last) if last.takes(block) => {
                last.span.end = block.span.end;
                last.joined = true;
                if last.href.is_none() {
                    last.href = block.href.as_ref().map(ToString::to_string);
                }
            }
            _ => units.push(Unit::of(index, block)),
        }
    }
    units
}
