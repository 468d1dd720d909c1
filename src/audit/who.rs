//! Brand, operator and payee of a page, from its title, its identity facts and the words around them, and what the registers
//! say. The page's own blocks only: what stands in advertisement slots is somebody else's.

use super::judge::Subject;
use crate::model::claim::Polarity;
use crate::model::identity::{FactCheck, FactKind, IdentityFact};
use crate::model::page::BlockRole;
use crate::model::reading::ReadBlock;
use crate::model::register::{How, Institution, Registers, Standing};
use crate::model::who::{Footing, ListedBy, Listing, Named, Payee, Who, WhoWords};
use std::ops::Range;
use url::Url;

/// The term whose hits ask for payment to a person.
const PERSONAL: &str = "payee-personal";
/// Characters looked at on either side of a name.
const AROUND: usize = 14;
/// Characters between an account and its holder's name at most.
const BESIDE: usize = 60;
/// Points from which a company is taken for the operator.
const LEAST: i32 = 3;
/// Companies looked at on one page.
const MOST: usize = 40;
/// Places of one company looked at.
const MOST_PLACES: usize = 20;

/// Who stands behind the page.
pub(super) fn who(subject: &Subject<'_>, registers: &Registers, words: &WhoWords) -> Who {
    let brand = brand(subject.blocks);
    let operator = operator(subject, words);
    let payee = payee(subject, words);
    let standing = footing(subject.url, operator.as_ref(), brand.is_some(), registers);
    Who {
        brand,
        operator,
        payee,
        standing,
    }
}

/// Longest name of a site, in characters; a longer title is a headline.
const LONGEST_BRAND: usize = 14;

/// The site's name in the title: the last part between separators, or a short whole.
fn brand(blocks: &[ReadBlock]) -> Option<Named> {
    let title = blocks.iter().find(|b| b.role == BlockRole::Title)?;
    let text = &title.text.original;
    let part = text
        .rsplit(['-', '_', '|', '｜', '–', '—', '·', '>', ':', '：'])
        .map(str::trim)
        .find(|part| !part.is_empty())?;
    let short = (2..=LONGEST_BRAND).contains(&part.chars().count());
    let at = text.rfind(part)?;
    short.then(|| Named {
        name: part.to_owned(),
        span: Some(title.start + at..title.start + at + part.len()),
        code: None,
    })
}

/// The company that the page's words make its operator. A page may name it several times; the place that tells most counts.
fn operator(subject: &Subject<'_>, words: &WhoWords) -> Option<Named> {
    let companies = subject
        .facts
        .iter()
        .filter(|f| f.kind == FactKind::Company && f.check != FactCheck::Template);
    let lone = subject.blocks.len() == 1;
    let mut best: Option<(i32, &IdentityFact, Option<Range<usize>>)> = None;
    for fact in companies.take(MOST) {
        for span in places(fact, subject.blocks) {
            let points = match &span {
                Some(span) => operator_points(span, subject.blocks, lone, words),
                // Linked data and metas name the publisher.
                None => LEAST,
            };
            if points >= LEAST && best.as_ref().is_none_or(|(most, _, _)| points > *most) {
                best = Some((points, fact, span));
            }
        }
    }
    let (_, fact, span) = best?;
    Some(Named {
        name: fact.value.clone(),
        span,
        code: sole_code(subject.facts),
    })
}

/// Where a fact stands in the page's text (facts are told once, but may be written often); `None` for what stands beside it.
fn places(fact: &IdentityFact, blocks: &[ReadBlock]) -> Vec<Option<Range<usize>>> {
    if fact.span.is_none() {
        return vec![None];
    }
    let of_block = |block: &ReadBlock| -> Vec<Option<Range<usize>>> {
        let hits = block.text.original.match_indices(fact.raw.as_str());
        hits.map(|(at, raw)| Some(block.start + at..block.start + at + raw.len()))
            .collect()
    };
    let own = blocks.iter().filter(|b| b.slot.is_none());
    own.flat_map(of_block).take(MOST_PLACES).collect()
}

/// The credit code of a page that shows one only, its check digit right.
fn sole_code(facts: &[IdentityFact]) -> Option<String> {
    let mut codes = facts
        .iter()
        .filter(|f| f.kind == FactKind::CreditCode && f.check == FactCheck::Passed);
    match (codes.next(), codes.next()) {
        (Some(only), None) => Some(only.value.clone()),
        _ => None,
    }
}

fn operator_points(span: &Range<usize>, blocks: &[ReadBlock], lone: bool, words: &WhoWords) -> i32 {
    let Some((block, before, after)) = surroundings(span, blocks) else {
        return 0;
    };
    let before_words = |list: &[String]| {
        let near = before.trim_end_matches([':', '：', ' ', '\u{a0}', '(', '（']);
        let near = near.to_lowercase();
        let bare = near.trim_end_matches(|c: char| c.is_ascii_digit() || c == '-' || c == ' ');
        list.iter()
            .any(|w| near.ends_with(w.as_str()) || bare.ends_with(w.as_str()))
    };
    let after_words = |list: &[String]| {
        let near = after.trim_start_matches([' ', '\u{a0}', ',', '，']);
        list.iter().any(|w| near.starts_with(w.as_str()))
    };
    let mut points = 1;
    if block.role == BlockRole::Footer {
        points += 2;
    }
    if before_words(&words.operator_before) || after_words(&words.operator_after) {
        points += 3;
    }
    if before_words(&words.partner)
        || after_words(&words.partner)
        || before_words(&words.payee_before)
    {
        points -= 4;
    }
    if lone && before.is_empty() {
        points += 2;
    }
    points
}

/// The block of a name and the words on either side of it.
fn surroundings<'b>(
    span: &Range<usize>,
    blocks: &'b [ReadBlock],
) -> Option<(&'b ReadBlock, String, String)> {
    let block = block_at(blocks, span.start)?;
    let text = &block.text.original;
    let before = text.get(..span.start.checked_sub(block.start)?)?;
    let after = text.get(span.end.checked_sub(block.start)?..)?;
    let skipped = before.chars().count().saturating_sub(AROUND);
    Some((
        block,
        before.chars().skip(skipped).collect(),
        after.chars().take(AROUND).collect(),
    ))
}

/// The block in which a byte of the text record stands.
pub(super) fn block_at(blocks: &[ReadBlock], at: usize) -> Option<&ReadBlock> {
    let after = blocks.partition_point(|b| b.start <= at);
    let block = blocks.get(after.checked_sub(1)?)?;
    (at < block.start + block.text.original.len()).then_some(block)
}

/// Who is paid: an account with its holder, a crypto-currency address, or words that ask to pay a person.
fn payee(subject: &Subject<'_>, words: &WhoWords) -> Option<Payee> {
    let own = |fact: &&IdentityFact| {
        let block = fact
            .span
            .as_ref()
            .map(|s| block_at(subject.blocks, s.start));
        block.is_none_or(|b| b.is_some_and(|b| b.slot.is_none()))
    };
    let facts = || subject.facts.iter().filter(own);
    let holder = facts().find(|f| holds_account(f, subject.blocks, words));
    let card = facts().find(|f| f.kind == FactKind::BankCard && near(f, holder));
    let coin = facts().find(|f| f.kind == FactKind::CryptoAddress);
    let person = holder.filter(|f| f.kind == FactKind::Person);
    let company = holder.filter(|f| f.kind == FactKind::Company);
    if let Some(fact) = card.or(coin).or(holder) {
        let personal = person.is_some()
            || company.is_none()
                && (fact.kind == FactKind::CryptoAddress || fact.check == FactCheck::Passed);
        return Some(Payee {
            name: person
                .map(|f| masked_name(&f.value))
                .or_else(|| company.map(|f| f.value.clone())),
            account: card.or(coin).map_or_else(String::new, |f| tail(&f.value)),
            personal,
            span: fact.span.clone(),
        });
    }
    asked_in_words(subject.blocks)
}

/// Whether a fact is the holder of an account: a person or company in such a role, or after such words.
fn holds_account(fact: &IdentityFact, blocks: &[ReadBlock], words: &WhoWords) -> bool {
    match fact.kind {
        FactKind::Person => fact
            .parts
            .iter()
            .any(|(part, role)| *part == "role" && words.payee_roles.contains(role)),
        FactKind::Company => places(fact, blocks).iter().flatten().any(|span| {
            surroundings(span, blocks).is_some_and(|(_, before, _)| {
                let near = before.trim_end_matches([':', '：', ' ', '\u{a0}']);
                let mut list = words.payee_before.iter().chain(&words.payee_roles);
                list.any(|w| near.ends_with(w.as_str()))
            })
        }),
        _ => false,
    }
}

fn near(fact: &IdentityFact, holder: Option<&IdentityFact>) -> bool {
    let (Some(card), Some(name)) = (&fact.span, holder.and_then(|h| h.span.as_ref())) else {
        return true;
    };
    // Three bytes for each character.
    card.start.abs_diff(name.start) <= BESIDE * 3
}

/// Family name and no more: a person's name is no business of lists.
fn masked_name(name: &str) -> String {
    let first: String = name.chars().take(1).collect();
    format!("{first}某")
}

fn tail(account: &str) -> String {
    let skipped = account.chars().count().saturating_sub(4);
    format!("…{}", account.chars().skip(skipped).collect::<String>())
}

fn asked_in_words(blocks: &[ReadBlock]) -> Option<Payee> {
    let own = blocks.iter().filter(|b| b.slot.is_none());
    let (block, claim) = own
        .flat_map(|b| b.claims.iter().map(move |c| (b, c)))
        .find(|(_, c)| c.term == PERSONAL && c.polarity == Polarity::Asserted)?;
    let span = claim.original.clone();
    Some(Payee {
        name: None,
        account: block.text.original.get(span.clone())?.to_owned(),
        personal: true,
        span: Some(block.start + span.start..block.start + span.end),
    })
}

/// What the registers say of the host, then of the operator's code, then of its name.
fn footing(
    url: Option<&Url>,
    operator: Option<&Named>,
    branded: bool,
    registers: &Registers,
) -> Footing {
    let host = url.and_then(Url::host_str);
    if let Some(hit) = host.and_then(|h| registers.by_domain(h)) {
        let label = hit.domain.licence.label();
        let mut licences = vec![hit.domain.licence];
        licences.extend(hit.institution.iter().flat_map(|i| kinds(i)));
        licences.sort_unstable();
        licences.dedup();
        return Footing::Listed(Listing {
            institution: hit
                .institution
                .map_or_else(|| format!("{label}(域名名录)"), |i| i.name.clone()),
            licences,
            source: format!(
                "{}({})",
                hit.domain.provenance.source, hit.domain.provenance.as_of
            ),
            by: ListedBy::Domain,
        });
    }
    let Some(operator) = operator else {
        return if branded {
            Footing::Unknown
        } else {
            Footing::Unnamed
        };
    };
    let code = operator.code.as_deref();
    if let Some(institution) = code.and_then(|c| registers.by_code(c)) {
        return Footing::Listed(listing(institution, ListedBy::Code));
    }
    if let Some(refusal) = code.and_then(|c| registers.refused_by_code(c)) {
        return refused(refusal);
    }
    match registers.standing(&operator.name) {
        Standing::Listed(hits) => match hits.iter().find(|h| h.how != How::Variant) {
            Some(hit) => Footing::Listed(listing(hit.institution, ListedBy::Name)),
            None => Footing::Unknown,
        },
        Standing::Refused(refusal) => refused(refusal),
        Standing::Unknown => Footing::Unknown,
    }
}

fn refused(refusal: &crate::model::register::Refusal) -> Footing {
    Footing::Refused {
        name: refusal.name.clone(),
        date: refusal.date.clone(),
        reasons: refusal.reasons.iter().map(|r| r.label()).collect(),
        source: format!(
            "{}({})",
            refusal.provenance.source, refusal.provenance.as_of
        ),
    }
}

fn kinds(institution: &Institution) -> Vec<crate::model::register::LicenceKind> {
    institution.licences.iter().map(|l| l.kind).collect()
}

fn listing(institution: &Institution, by: ListedBy) -> Listing {
    let mut licences = kinds(institution);
    licences.sort_unstable();
    licences.dedup();
    let mut sources: Vec<String> = institution
        .licences
        .iter()
        .map(|l| format!("{}({})", l.provenance.source, l.provenance.as_of))
        .collect();
    sources.sort();
    sources.dedup();
    Listing {
        institution: institution.name.clone(),
        licences,
        source: sources.join("、"),
        by,
    }
}
