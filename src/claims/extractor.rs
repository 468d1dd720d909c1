//! From plain text to claims, cues, marks and topics.

use super::contact::Contacts;
use super::polarity::Turns;
use super::scanner::Scanner;
use super::scope::Scopes;
use super::yields;
use crate::model::benchmarks::Benchmarks;
use crate::model::claim::{Claim, ClaimKind};
use crate::model::cue::CueHit;
use crate::model::lexicon::{Lexicon, Pattern, Topic};
use crate::model::offset_map::NormalText;
use crate::model::yields::YieldFigure;
use std::ops::Range;

/// The lexicon cannot be compiled.
#[derive(Debug, thiserror::Error)]
pub enum CompileError {
    /// A regular expression is faulty or too large.
    #[error("a pattern of the lexicon cannot be compiled: {0}")]
    Regex(#[from] regex::Error),
    /// The words do not make an automaton.
    #[error("the words of the lexicon cannot be compiled: {0}")]
    Automaton(String),
}

/// What one scan finds in a text.
#[derive(Debug, Clone, Default)]
pub struct Extract {
    /// Claims by place; contacts and yields among them.
    pub claims: Vec<Claim>,
    /// Cues of context, by place.
    pub cues: Vec<CueHit>,
    /// Named facts, by place.
    pub marks: Vec<CueHit>,
    /// Topics, by place.
    pub topics: Vec<CueHit>,
    /// Words of the trained model: indices, sorted, without doubles.
    pub words: Vec<u32>,
}

/// The compiled lexicon.
#[derive(Debug)]
pub struct Extractor {
    pub(super) scanner: Scanner,
    pub(super) uses: Vec<Use>,
    contacts: Contacts,
    benchmarks: Benchmarks,
}

/// What a pattern of the scanner stands for.
#[derive(Debug, Clone)]
pub(super) enum Use {
    Term {
        id: String,
        kind: ClaimKind,
        rules: Vec<String>,
    },
    Cue(String),
    Mark(String),
    Topic(String),
    Before,
    After,
    Attribution,
    Prohibition,
    Idiom,
}

/// Matches of one pattern that are kept: more says nothing new, and a hostile text has millions.
const MOST: usize = 200;

impl Extractor {
    /// Compiles the lexicon into one automaton; yields are annualised with `benchmarks`.
    pub fn compile(lexicon: &Lexicon, benchmarks: &Benchmarks) -> Result<Self, CompileError> {
        let mut patterns: Vec<Pattern> = Vec::new();
        let mut uses = Vec::new();
        let mut add = |pattern: Pattern, what: Use| {
            patterns.push(pattern);
            uses.push(what);
        };
        for term in &lexicon.terms {
            let what = Use::Term {
                id: term.id.clone(),
                kind: term.kind,
                rules: term.rules.clone(),
            };
            add(term.pattern.clone(), what);
        }
        for cue in &lexicon.cues {
            add(cue.pattern.clone(), Use::Cue(cue.id.clone()));
        }
        for mark in &lexicon.marks {
            add(mark.pattern.clone(), Use::Mark(mark.id.clone()));
        }
        for topic in &lexicon.topics {
            add(tag(topic, &[]), Use::Topic(topic.id.clone()));
            if !topic.tells.is_empty() {
                add(tag(topic, &topic.tells), Use::Topic(topic.hard_id()));
            }
        }
        let p = &lexicon.polarity;
        add(list(&p.before), Use::Before);
        add(list(&p.after), Use::After);
        add(list(&p.attribution), Use::Attribution);
        add(list(&p.prohibition), Use::Prohibition);
        add(list(&p.idiom), Use::Idiom);
        Ok(Self {
            scanner: Scanner::compile(
                patterns.iter(),
                lexicon.wording.words.iter().map(|(word, _)| word.as_str()),
            )?,
            uses,
            contacts: Contacts::compile()?,
            benchmarks: benchmarks.clone(),
        })
    }

    /// The claims of a text.
    pub fn claims(&self, text: &NormalText) -> Vec<Claim> {
        self.extract(text).claims
    }

    /// Claims, cues, marks and topics of a text.
    pub fn extract(&self, text: &NormalText) -> Extract {
        let mut extract = Extract::default();
        let mut turns = Turns::default();
        let met = self.scanner.scan(&text.plain, |pattern, places| {
            if let Some(what) = self.uses.get(pattern) {
                what.take(pattern, places, text, &mut extract, &mut turns);
            }
        });
        extract.words = met.words;
        let figures = yields::find_among(&text.plain, met.figures, &self.benchmarks);
        // Clauses and sentences are only asked about where something is claimed.
        if !extract.claims.is_empty() || !figures.is_empty() {
            turns.settle();
            let scopes = Scopes::of(&text.plain);
            for claim in &mut extract.claims {
                claim.polarity = turns.of(&text.plain, &scopes, &claim.plain);
            }
            self.add_figures(text, figures, &turns, &scopes, &mut extract);
        }
        for (name, span) in self.contacts.find(&text.plain, met.forms) {
            let contact = claim(text, ClaimKind::CallToAction, name, span);
            extract.claims.push(contact);
        }
        extract.sort();
        extract
    }

    fn add_figures(
        &self,
        text: &NormalText,
        figures: Vec<YieldFigure>,
        turns: &Turns,
        scopes: &Scopes,
        extract: &mut Extract,
    ) {
        for figure in figures {
            if figure.income.is_some() && is_requirement(&text.plain, &figure.span, scopes) {
                continue;
            }
            let mut claim = claim(text, ClaimKind::Yield, YIELD, figure.span.clone());
            claim.polarity = turns.of(&text.plain, scopes, &claim.plain);
            if figure.is_high(self.benchmarks.loss) {
                claim.kind = ClaimKind::HighYield;
            }
            claim.figure = Some(figure);
            extract.claims.push(claim);
        }
    }
}

impl Use {
    /// Takes the places of its pattern over into what is found; the polarity of claims is settled later.
    fn take(
        &self,
        number: usize,
        places: &[Range<usize>],
        text: &NormalText,
        extract: &mut Extract,
        turns: &mut Turns,
    ) {
        let kept = || places.iter().take(MOST).cloned();
        let hits = |id| kept().map(move |plain| hit(id, number, plain));
        match self {
            Self::Before => turns.before = places.to_vec(),
            Self::After => turns.after = places.to_vec(),
            Self::Attribution => turns.attribution = places.to_vec(),
            Self::Prohibition => turns.prohibition = places.to_vec(),
            Self::Idiom => turns.idiom = places.to_vec(),
            Self::Term { id, kind, rules } => extract.claims.extend(kept().map(|plain| Claim {
                rules: rules.clone(),
                ..claim(text, *kind, id, plain)
            })),
            Self::Cue(id) => extract.cues.extend(hits(id)),
            Self::Mark(id) => extract.marks.extend(hits(id)),
            Self::Topic(id) => extract.topics.extend(hits(id)),
        }
    }
}

/// Term name of figures of return and cost.
const YIELD: &str = "figure";

/// Whether a figure of income is what a borrower must earn, not what a reader is promised.
fn is_requirement(plain: &str, span: &Range<usize>, scopes: &Scopes) -> bool {
    let after = plain.get(span.end..).unwrap_or("");
    let sentence = plain.get(scopes.sentence(span.start)).unwrap_or("");
    after.starts_with("以上")
        || ["条件", "要求", "证明", "年满", "周岁"]
            .iter()
            .any(|w| sentence.contains(w))
}

impl Extract {
    fn sort(&mut self) {
        self.claims
            .sort_by(|a, b| place(&a.plain, &a.term).cmp(&place(&b.plain, &b.term)));
        for hits in [&mut self.cues, &mut self.marks, &mut self.topics] {
            hits.sort_by(|a, b| place(&a.plain, &a.id).cmp(&place(&b.plain, &b.id)));
        }
    }
}

fn place<'a>(span: &Range<usize>, name: &'a str) -> (usize, usize, &'a str) {
    (span.start, span.end, name)
}

fn list(words: &[String]) -> Pattern {
    Pattern {
        words: words.to_vec(),
        ..Pattern::default()
    }
}

/// Characters between a topic's word and a hard tell at most.
const TELL: usize = 40;

/// The words of a topic, not those inside innocent look-alikes, with one of `tells` near them if there are any.
fn tag(topic: &Topic, tells: &[String]) -> Pattern {
    Pattern {
        words: topic.words.clone(),
        near: tells.to_vec(),
        within: TELL,
        without: topic.benign.clone(),
        ..Pattern::default()
    }
}

fn hit(id: &str, number: usize, plain: Range<usize>) -> CueHit {
    CueHit {
        id: id.to_owned(),
        number: u32::try_from(number).unwrap_or(u32::MAX),
        plain,
    }
}

/// An asserted claim at a place, with its place in the original and whether an evasion was undone in it.
fn claim(text: &NormalText, kind: ClaimKind, term: &str, plain: Range<usize>) -> Claim {
    let evaded = text
        .evasions
        .iter()
        .any(|e| e.strong && e.plain.start < plain.end && plain.start < e.plain.end);
    Claim {
        kind,
        original: text.map.original(plain.clone()),
        plain,
        polarity: crate::model::claim::Polarity::Asserted,
        term: term.to_owned(),
        rules: Vec::new(),
        figure: None,
        evaded,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::benchmarks::DatedRate;
    use crate::model::claim::Polarity;
    use crate::model::lexicon::{PolarityWords, Term};
    use crate::model::offset_map::OffsetMap;

    fn words(list: &str) -> Vec<String> {
        list.split_whitespace().map(ToOwned::to_owned).collect()
    }

    fn term(id: &str, pattern: Pattern) -> Term {
        Term {
            id: id.into(),
            kind: ClaimKind::Guarantee,
            rules: Vec::new(),
            offer: None,
            weight: 1,
            support: false,
            bound: false,
            lawful_until: None,
            pattern,
        }
    }

    fn extractor(terms: Vec<Term>) -> Extractor {
        let lexicon = Lexicon {
            terms,
            polarity: PolarityWords {
                before: words("不 不承诺 不得 禁止 无"),
                after: words("都是骗局 为诱饵"),
                attribution: words("宣称 所谓"),
                prohibition: words("甲方 不得从事"),
                idiom: words("不限 不断"),
            },
            ..Lexicon::default()
        };
        let rate = |percent| DatedRate {
            percent,
            as_of: String::new(),
            source: String::new(),
            verified: true,
        };
        let benchmarks = Benchmarks {
            lpr_one_year: rate(3.0),
            lpr_five_year: rate(3.5),
            deposit_one_year: rate(1.0),
            deposit_demand: rate(0.05),
            lending_cap_multiple: 4.0,
            ask: 6.0,
            danger: 8.0,
            loss: 10.0,
            extreme: 24.0,
            cap: 10_000.0,
        };
        Extractor::compile(&lexicon, &benchmarks).expect("a small lexicon")
    }

    fn plain(text: &str) -> NormalText {
        let mut map = OffsetMap::default();
        map.push(text.len(), 0..text.len(), true);
        NormalText {
            original: text.into(),
            plain: text.into(),
            map,
            evasions: Vec::new(),
        }
    }

    fn found(extractor: &Extractor, text: &str) -> Vec<(String, Polarity)> {
        let text = plain(text);
        extractor
            .claims(&text)
            .into_iter()
            .filter(|c| c.kind == ClaimKind::Guarantee)
            .map(|c| (text.quote(c.plain.clone()).to_owned(), c.polarity))
            .collect()
    }

    #[test]
    fn polarity_is_decided_in_the_clause() {
        let extractor = extractor(vec![term("t", list(&words("保本 保本保息")))]);
        let check = |text: &str, expected: Polarity| {
            let claims = found(&extractor, text);
            assert_eq!(claims.len(), 1, "{text}: {claims:?}");
            assert!(
                claims.iter().all(|(_, p)| *p == expected),
                "{text}: {claims:?}"
            );
        };
        check("我们保本保息", Polarity::Asserted);
        check("我们不承诺保本保息", Polarity::Negated);
        check("不保本", Polarity::Negated);
        check("名额不限，保本保息", Polarity::Asserted);
        check("不收费，保本保息", Polarity::Asserted);
        check("凡是保本保息都是骗局", Polarity::Quoted);
        check("以保本保息为诱饵", Polarity::Quoted);
        check("该公司宣称保本保息", Polarity::Quoted);
        check("甲方承诺保本", Polarity::Listed);
        check("不得从事保本业务", Polarity::Listed);
    }

    #[test]
    fn the_longest_word_wins_and_stop_phrases_take_it_away() {
        let pattern = Pattern {
            words: words("保本 保本保息"),
            without: words("保本微利"),
            ..Pattern::default()
        };
        let extractor = extractor(vec![term("t", pattern)]);
        assert_eq!(found(&extractor, "保本保息").len(), 1);
        assert!(found(&extractor, "坚持保本微利原则").is_empty());
    }

    #[test]
    fn neighbours_are_asked_for_within_their_distance() {
        let pattern = Pattern {
            words: words("无抵押"),
            near: words("贷"),
            within: 3,
            apart: words("债券"),
            ..Pattern::default()
        };
        let extractor = extractor(vec![term("t", pattern)]);
        assert_eq!(found(&extractor, "无抵押的信贷").len(), 1);
        assert!(found(&extractor, "无抵押而且是相当方便的贷").is_empty());
        assert!(found(&extractor, "无抵押信贷支持债券").is_empty());
        assert!(found(&extractor, "无抵押").is_empty());
    }

    #[test]
    fn patterns_widen_the_match() {
        let pattern = Pattern {
            words: words("日赚"),
            regex: Some(r"日赚\d+元".into()),
            ..Pattern::default()
        };
        let extractor = extractor(vec![term("t", pattern)]);
        let claims = found(&extractor, "轻松日赚300元");
        assert_eq!(claims.first().map(|c| c.0.as_str()), Some("日赚300元"));
        assert!(found(&extractor, "日赚少许").is_empty());
    }

    #[test]
    fn contacts_are_found_masked_or_plain() {
        let extractor = extractor(Vec::new());
        let kinds = |text: &str| -> Vec<String> {
            let claims = extractor.claims(&plain(text));
            let terms = claims.into_iter().map(|c| c.term);
            terms.filter(|t| t.starts_with("contact-")).collect()
        };
        for (text, kind) in [
            ("电话13800001111", "contact-mobile"),
            ("王经理1XXXXXXXXXX", "contact-mobile"),
            ("热线400-123-4567", "contact-landline"),
            ("加QQ12345678", "contact-qq"),
            ("微信abc12345", "contact-wechat"),
            ("联系@abc123", "contact-telegram"),
            ("www.a.example", "contact-url"),
        ] {
            assert!(
                kinds(text).contains(&kind.to_owned()),
                "{text}: {:?}",
                kinds(text)
            );
        }
        assert!(kinds("收益xx%").is_empty());
    }
}
