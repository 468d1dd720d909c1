//! Determinations: written for signing, signed by two officers, counted only through [`Confirmed`].

use super::basis::unconfirmed;
use super::cases::{Case, Cases, Written};
use super::decide::{Refused, because};
use super::officers::Officers;
use crate::model::case::CaseState;
use crate::model::determination::{Confirmed, Determination, OfficerSignature, SignatureCheck};
use crate::model::lexicon::Lexicon;
use crate::storage::desk::OfficerKeys;
use crate::wire::desk::case::CaseFact;
use crate::wire::desk::determination::StoredSignature;
use chrono::NaiveDate;

/// What determinations are held against.
#[derive(Debug, Clone, Copy)]
pub struct Known<'k> {
    /// All cases.
    pub cases: &'k Cases,
    /// Officers.
    pub officers: &'k Officers,
    /// Their keys.
    pub keys: &'k OfficerKeys,
    /// The catalogue of rules.
    pub lexicon: &'k Lexicon,
    /// Today.
    pub today: NaiveDate,
}

/// Writes a determination of a case in 初核, to be signed.
///
/// # Errors
/// Names what is missing or does not belong to the case.
pub fn write(case: &Case, one: &Determination, known: &Known<'_>) -> Result<CaseFact, Refused> {
    if case.state != CaseState::Review {
        return Err(because(format!(
            "{} is in state {}; a determination is written in 初核",
            case.number(),
            case.state.label()
        )));
    }
    if one.date > known.today {
        return Err(because(format!("the date {} has not come yet", one.date)));
    }
    if one.number.trim().is_empty() || one.authority.trim().is_empty() {
        return Err(because("a determination has a number and an authority"));
    }
    let taken = known.cases.cases.values().find(|other| {
        let written = other.determinations.iter();
        other.number() != case.number()
            && written
                .clone()
                .any(|w| w.determination.number == one.number)
    });
    if let Some(other) = taken {
        return Err(because(format!(
            "the number {} is that of a determination of {}",
            one.number,
            other.number()
        )));
    }
    people(one, known)?;
    let ours = |id: &&String| case.evidence.iter().all(|(e, _)| e.id != **id);
    if let Some(strange) = one.evidence.iter().find(ours) {
        return Err(because(format!(
            "{strange} is not evidence of {}; `wangxun cases open --into` takes it in",
            case.number()
        )));
    }
    if let Some(rule) = one.rules.iter().find(|id| known.lexicon.rule(id).is_none()) {
        return Err(because(format!(
            "{rule} is no rule of the catalogue; `wangxun lexicon rules` lists them"
        )));
    }
    let attached = |a: &super::cases::Attached| a.document.sha256 == one.document_sha256;
    if !case.documents.iter().any(attached) {
        return Err(because(format!(
            "the document is not attached to {}; `wangxun cases attach` attaches it",
            case.number()
        )));
    }
    let open = unconfirmed(&one.rules, known.lexicon, one.date, &known.cases.bases);
    if let Some(first) = open.first() {
        return Err(because(format!(
            "the legal basis of {} was not read in full (grade {}): {} -- an officer reads it and confirms: `wangxun cases confirm-basis {} --source TEXT --actor NAME`",
            first.rule,
            first.grade.code(),
            first.text,
            first.rule
        )));
    }
    Ok(CaseFact::Determined {
        determination: one.into(),
    })
}

/// Officer and reviewer are two registered persons with keys; the reviewer confirms by role.
fn people(one: &Determination, known: &Known<'_>) -> Result<(), Refused> {
    super::decide::another(&one.officer, &one.reviewer, "a determination")?;
    for name in [&one.officer, &one.reviewer] {
        known.officers.acting(name, known.today).map_err(because)?;
        let mut keys = known.keys.of_officer(name);
        if !keys.any(|k| k.in_force(one.date)) {
            return Err(because(format!(
                "{name} has no key in force on {}; `wangxun officers add --key` registers one",
                one.date
            )));
        }
    }
    match known.officers.get(&one.reviewer) {
        Some(reviewer) if reviewer.role.confirms() => Ok(()),
        _ => Err(because(format!(
            "{} does not confirm by role: a 复核员 or 牵头部门负责人 reviews a determination",
            one.reviewer
        ))),
    }
}

/// The determination that waits for signatures, or the one of this number.
pub fn written<'c>(case: &'c Case, number: Option<&str>) -> Option<&'c Written> {
    let mut last = case.determinations.iter().rev();
    last.find(|w| number.is_none_or(|n| w.determination.number == n))
}

/// Takes an officer's signature. When it is the second one and both hold, the case goes to 认定 with it.
///
/// # Errors
/// Says whose signature is not asked for, or why it does not hold.
pub fn sign(
    case: &Case,
    written: &Written,
    signature: &OfficerSignature,
    known: &Known<'_>,
) -> Result<Vec<CaseFact>, Refused> {
    let one = Determination::from(&written.determination);
    if case.state != CaseState::Review {
        return Err(because(format!(
            "{} is in state {}; it is signed in 初核",
            case.number(),
            case.state.label()
        )));
    }
    if signature.officer != one.officer && signature.officer != one.reviewer {
        return Err(because(format!(
            "{} is neither officer ({}) nor reviewer ({}) of {}",
            signature.officer, one.officer, one.reviewer, one.number
        )));
    }
    let message = one.for_signing();
    let hold = |day| known.keys.check(signature, &message, day).map_err(because);
    let key_id = hold(one.date)?;
    // A key that was revoked since must not sign under an earlier date.
    hold(known.today)?;
    let mut facts = vec![CaseFact::Signed {
        case: case.number().to_owned(),
        number: one.number.clone(),
        signature: StoredSignature {
            officer: signature.officer.clone(),
            signature: signature.signature.clone(),
        },
        key_id,
    }];
    let mut all: Vec<OfficerSignature> = written.signatures.iter().map(Into::into).collect();
    all.retain(|s| s.officer != signature.officer);
    all.push(signature.clone());
    let both = [&one.officer, &one.reviewer]
        .into_iter()
        .all(|name| all.iter().any(|s| s.officer == *name));
    if both {
        let confirmed =
            Confirmed::new(one, &all, known.keys).map_err(|e| because(e.to_string()))?;
        facts.push(CaseFact::Moved {
            case: case.number().to_owned(),
            from: CaseState::Review.code().to_owned(),
            to: CaseState::Determined.code().to_owned(),
            why: confirmed.determination().statement.clone(),
            document: confirmed.determination().number.clone(),
            due: None,
            result: String::new(),
        });
    }
    Ok(facts)
}

/// The determination on which a case stands, with the proof that two officers signed it.
///
/// # Errors
/// Says that the case is not determined, or why the signatures do not hold.
pub fn confirmed(case: &Case, keys: &OfficerKeys) -> Result<Confirmed, Refused> {
    if !case.state.is_determined() {
        return Err(because(format!(
            "{} is in state {}, not determined",
            case.number(),
            case.state.label()
        )));
    }
    let number = case.came_to(CaseState::Determined).map(|c| &c.document);
    let written = number
        .and_then(|n| written(case, Some(n)))
        .ok_or_else(|| because(format!("{} has no determination", case.number())))?;
    let signatures: Vec<OfficerSignature> = written.signatures.iter().map(Into::into).collect();
    Confirmed::new((&written.determination).into(), &signatures, keys)
        .map_err(|e| because(e.to_string()))
}
