//! What officers enter about a tip: where it belongs, what came of it, the reward.

use super::{Link, Outcome, Paid, Reward, Work};
use crate::cli::config::Settings;
use crate::cli::custody::clean;
use crate::cli::desk_store::{clean_or_empty, refused};
use crate::cli::exit::{Done, Trouble, misuse};
use crate::desk::cases::Cases;
use crate::desk::subjects::fold::Dossiers;
use crate::desk::tips::{self, RewardAsked};
use crate::model::tip::TipOutcome;
use crate::wire::desk::tip::TipFact;
use anyhow::anyhow;

pub(super) fn link(asked: &Link, settings: &Settings) -> Done {
    let work = Work::open(&asked.receipt, &asked.actor, settings)?;
    let events = work.acting.events();
    let case = asked.case.clone().unwrap_or_default();
    if !case.is_empty() && Cases::of(events).get(&case).is_none() {
        return Err(misuse(anyhow!(
            "there is no case {case:?}; `wangxun cases list --all` shows the numbers"
        )));
    }
    let subject = match asked.subject.as_deref() {
        None => String::new(),
        Some(wanted) => {
            let dossiers = Dossiers::of(events);
            crate::cli::subjects::one(&dossiers, wanted)?.id.clone()
        }
    };
    let fact = TipFact::Linked {
        receipt: work.tip.receipt.clone(),
        case,
        subject,
    };
    work.keep_and_show(fact, settings)
}

pub(super) fn outcome(asked: &Outcome, settings: &Settings) -> Done {
    let outcome = TipOutcome::parse(&asked.outcome).ok_or_else(|| {
        let all: Vec<&str> = TipOutcome::ALL.iter().map(|o| o.code()).collect();
        misuse(anyhow!(
            "{:?} is no outcome; there are {}",
            asked.outcome,
            all.join(", ")
        ))
    })?;
    let comment = clean_or_empty("--comment", asked.comment.as_deref())?;
    let work = Work::open(&asked.receipt, &asked.actor, settings)?;
    let fact = tips::settle(&work.tip, outcome, &comment).map_err(refused)?;
    work.keep_and_show(fact, settings)
}

pub(super) fn reward(asked: &Reward, settings: &Settings) -> Done {
    let reward = RewardAsked {
        fen: fen(&asked.yuan)?,
        decision: clean("--decision", &asked.decision)?,
        approved_by: clean("--approved-by", &asked.approved_by)?,
        basis: clean("--basis", &asked.basis)?,
    };
    let work = Work::open(&asked.receipt, &asked.actor, settings)?;
    work.acting.registered(&reward.approved_by)?;
    let fact = tips::reward(&work.tip, &work.acting.actor.name, reward).map_err(refused)?;
    work.keep_and_show(fact, settings)
}

/// Yuan with at most two decimals, as fen.
fn fen(yuan: &str) -> Result<u64, Trouble> {
    let bad = || {
        misuse(anyhow!(
            "--yuan {yuan:?}: write an amount such as 500 or 500.50"
        ))
    };
    let (whole, part) = yuan.split_once('.').unwrap_or((yuan, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || whole.len() > 9 || part.len() > 2 || !digits(whole) || !digits(part) {
        return Err(bad());
    }
    let whole: u64 = whole.parse().map_err(|_| bad())?;
    let part: u64 = format!("{part:0<2}").parse().map_err(|_| bad())?;
    Ok(whole * 100 + part)
}

pub(super) fn paid(asked: &Paid, settings: &Settings) -> Done {
    let voucher = clean("--voucher", &asked.voucher)?;
    let work = Work::open(&asked.receipt, &asked.actor, settings)?;
    let fact = tips::pay(&work.tip, &voucher).map_err(refused)?;
    work.keep_and_show(fact, settings)
}

#[cfg(test)]
mod tests {
    use super::fen;

    #[test]
    fn amounts_are_yuan_and_fen() {
        for (text, wanted) in [("500", 50_000), ("0.5", 50), ("12.34", 1_234), ("7.", 700)] {
            assert_eq!(fen(text).ok(), Some(wanted), "{text}");
        }
        for text in ["", ".5", "1.234", "-1", "1e3", "９", "12345678901"] {
            assert!(fen(text).is_err(), "{text}");
        }
    }
}
