//! Tips (举报), reports of townships and complaints, folded from the desk's events; what may be done with them next. Nothing
//! here knows a reporter: that is kept apart (`desk/private/`).

use super::decide::{Refused, because};
use crate::model::tip::{TipOutcome, TipSource};
use crate::wire::desk::case::CaseFact;
use crate::wire::desk::tip::{TakenTip, TipFact};
use crate::wire::desk::{DeskEvent, DeskFact};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet};

/// One tip.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tip {
    /// Receipt number.
    pub receipt: String,
    /// Where it comes from.
    pub source: TipSource,
    /// Code or name of the unit that sent it in; empty for tips.
    pub unit: String,
    /// The address; may be empty.
    pub url: String,
    /// Registrable domain of the address; may be empty.
    pub site: String,
    /// Name of the site, app or company, as reported.
    pub name: String,
    /// Unified credit code, when told.
    pub code: String,
    /// What was reported, masked.
    pub note: String,
    /// When it was received.
    pub received: DateTime<Utc>,
    /// Whether a reporter is kept apart.
    pub named: bool,
    /// Who took it in.
    pub taken_by: String,
    /// Case to which it belongs; may be empty.
    pub case: String,
    /// Subject to which it belongs; may be empty.
    pub subject: String,
    /// What came of it.
    pub outcome: Option<TipOutcome>,
    /// Remark on that; may be empty.
    pub comment: String,
    /// When that was said.
    pub settled: Option<DateTime<Utc>>,
    /// Whether it is the first tip (举报) about its thing: who came first is told by the time of receipt.
    pub first: bool,
    /// The reward.
    pub reward: Option<Reward>,
}

/// A reward (举报奖励).
#[derive(Debug, Clone, PartialEq)]
pub struct Reward {
    /// Amount in fen.
    pub fen: u64,
    /// Number of the decision.
    pub decision: String,
    /// Who approved it.
    pub approved_by: String,
    /// Who entered it.
    pub entered_by: String,
    /// The rule by which it was reckoned.
    pub basis: String,
    /// When it was decided.
    pub decided: DateTime<Utc>,
    /// Voucher and time of the payment.
    pub paid: Option<(String, DateTime<Utc>)>,
}

impl Tip {
    /// A tip as it was taken in.
    pub fn taken(by: &str, taken: &TakenTip) -> Self {
        Self {
            receipt: taken.receipt.clone(),
            source: TipSource::parse(&taken.source).unwrap_or_default(),
            unit: taken.unit.clone(),
            url: taken.url.clone(),
            site: taken.site.clone(),
            name: taken.name.clone(),
            code: taken.code.clone(),
            note: taken.note.clone(),
            received: taken.received,
            named: taken.named,
            taken_by: by.to_owned(),
            ..Self::default()
        }
    }

    /// Name and address, as reported.
    pub fn about(&self) -> String {
        let told = [self.name.as_str(), self.url.as_str()];
        let told: Vec<&str> = told.into_iter().filter(|t| !t.is_empty()).collect();
        told.join(" ")
    }

    /// What it is about, for telling who came first: its case, else site, credit code or name.
    fn thing(&self) -> &str {
        let things = [&self.case, &self.site, &self.code, &self.name];
        things
            .into_iter()
            .find(|t| !t.is_empty())
            .map_or("", String::as_str)
    }

    /// What came of it, in Chinese.
    pub fn outcome_label(&self) -> &'static str {
        self.outcome.map_or("办理中", TipOutcome::label)
    }
}

/// All tips, in the order of their receipt.
pub fn tips(events: &[DeskEvent]) -> Vec<Tip> {
    let mut all: BTreeMap<String, Tip> = BTreeMap::new();
    for event in events {
        match &event.what {
            DeskFact::Tip(fact) => learn(&mut all, event, fact),
            // A case that was opened from a tip is the tip's case.
            DeskFact::Case(CaseFact::Opened(case)) => {
                if let Some(tip) = all.get_mut(&case.tip) {
                    tip.case.clone_from(&case.case);
                }
            }
            _ => {}
        }
    }
    let mut all: Vec<Tip> = all.into_values().collect();
    all.sort_by(|a, b| (a.received, &a.receipt).cmp(&(b.received, &b.receipt)));
    let mut seen = BTreeSet::new();
    for tip in all.iter_mut().filter(|t| t.source == TipSource::Tip) {
        tip.first = seen.insert(tip.thing().to_owned());
    }
    all
}

fn learn(all: &mut BTreeMap<String, Tip>, event: &DeskEvent, fact: &TipFact) {
    let receipt = match fact {
        TipFact::Taken(taken) => {
            all.entry(taken.receipt.clone())
                .or_insert_with(|| Tip::taken(&event.by, taken));
            return;
        }
        TipFact::Linked { receipt, .. }
        | TipFact::Outcome { receipt, .. }
        | TipFact::Rewarded { receipt, .. }
        | TipFact::Paid { receipt, .. } => receipt,
    };
    let Some(tip) = all.get_mut(receipt) else {
        return;
    };
    match fact {
        TipFact::Taken(_) => {}
        TipFact::Linked { case, subject, .. } => {
            let set = |field: &mut String, value: &String| {
                if !value.is_empty() {
                    field.clone_from(value);
                }
            };
            set(&mut tip.case, case);
            set(&mut tip.subject, subject);
        }
        TipFact::Outcome {
            outcome, comment, ..
        } => {
            tip.outcome = TipOutcome::parse(outcome);
            tip.comment.clone_from(comment);
            tip.settled = Some(event.at);
        }
        TipFact::Rewarded {
            fen,
            decision,
            approved_by,
            basis,
            ..
        } => {
            tip.reward = Some(Reward {
                fen: *fen,
                decision: decision.clone(),
                approved_by: approved_by.clone(),
                entered_by: event.by.clone(),
                basis: basis.clone(),
                decided: event.at,
                paid: None,
            });
        }
        TipFact::Paid { voucher, .. } => {
            if let Some(reward) = &mut tip.reward {
                reward.paid = Some((voucher.clone(), event.at));
            }
        }
    }
}

/// So many tips and complaints name a site, by registrable domain: each once, whatever its case; those that turned out
/// unfounded do not count.
pub fn complaints_by_site(tips: &[Tip]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for tip in tips {
        let counts_for = tip.source != TipSource::Township
            && tip.outcome != Some(TipOutcome::Unfounded)
            && !tip.site.is_empty();
        if counts_for {
            *counts.entry(tip.site.clone()).or_insert(0) += 1;
        }
    }
    counts
}

/// Says what came of a tip.
///
/// # Errors
/// Says that a reward was decided already, or that a reason is missing.
pub fn settle(tip: &Tip, outcome: TipOutcome, comment: &str) -> Result<TipFact, Refused> {
    if tip.reward.is_some() {
        return Err(because(format!(
            "a reward was decided for {}: its outcome stays",
            tip.receipt
        )));
    }
    if outcome != TipOutcome::Verified && comment.is_empty() {
        return Err(because(format!(
            "{} needs --comment: why it is {}, or where it went",
            tip.receipt,
            outcome.label()
        )));
    }
    Ok(TipFact::Outcome {
        receipt: tip.receipt.clone(),
        outcome: outcome.code().to_owned(),
        comment: comment.to_owned(),
    })
}

/// A reward as it is asked for.
#[derive(Debug, Clone)]
pub struct RewardAsked {
    /// Amount in fen.
    pub fen: u64,
    /// Number of the decision.
    pub decision: String,
    /// Who approved it.
    pub approved_by: String,
    /// The rule or table by which it was reckoned.
    pub basis: String,
}

/// Enters a reward.
///
/// # Errors
/// Says why there is none to give: not verified, nobody known, not the first, rewarded already, or approved by the one
/// who enters it.
pub fn reward(tip: &Tip, by: &str, asked: RewardAsked) -> Result<TipFact, Refused> {
    let receipt = &tip.receipt;
    let refuse = |why: String| Err(because(why));
    if let Some(reward) = &tip.reward {
        return refuse(format!(
            "{receipt} was rewarded already: {}",
            reward.decision
        ));
    }
    if tip.source != TipSource::Tip {
        return refuse(format!(
            "{receipt} is no tip (举报) but {}",
            tip.source.label()
        ));
    }
    if tip.outcome != Some(TipOutcome::Verified) {
        return refuse(format!(
            "{receipt} is not verified ({}): `wangxun tips outcome {receipt} verified` first",
            tip.outcome_label()
        ));
    }
    if !tip.named {
        return refuse(format!("nobody is kept as the reporter of {receipt}"));
    }
    if !tip.first {
        return refuse(format!(
            "{receipt} is not the first tip about {}: the first reporter is rewarded",
            tip.thing()
        ));
    }
    if asked.approved_by == by {
        return refuse(format!(
            "{by} enters the reward and cannot approve it: name another officer"
        ));
    }
    if asked.fen == 0 {
        return refuse("a reward is more than nothing".to_owned());
    }
    Ok(TipFact::Rewarded {
        receipt: receipt.clone(),
        fen: asked.fen,
        decision: asked.decision,
        approved_by: asked.approved_by,
        basis: asked.basis,
    })
}

/// Enters that a reward was paid.
///
/// # Errors
/// Says that there is none, or that it was paid already.
pub fn pay(tip: &Tip, voucher: &str) -> Result<TipFact, Refused> {
    match &tip.reward {
        None => Err(because(format!(
            "no reward was decided for {}: `wangxun tips reward` first",
            tip.receipt
        ))),
        Some(Reward {
            paid: Some((voucher, _)),
            ..
        }) => Err(because(format!(
            "{} was paid already: voucher {voucher}",
            tip.receipt
        ))),
        Some(_) => Ok(TipFact::Paid {
            receipt: tip.receipt.clone(),
            voucher: voucher.to_owned(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::desk::event;

    fn at(hour: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000 + hour * 3_600, 0).unwrap()
    }

    fn taken(receipt: &str, site: &str, hour: i64, source: &str) -> DeskEvent {
        let taken = TakenTip {
            receipt: receipt.to_owned(),
            source: source.to_owned(),
            unit: String::new(),
            url: format!("http://{site}/"),
            site: site.to_owned(),
            name: String::new(),
            code: String::new(),
            note: String::new(),
            received: at(hour),
            named: true,
        };
        event(at(100), "甲某", DeskFact::Tip(TipFact::Taken(taken)))
    }

    fn then(hour: i64, fact: TipFact) -> DeskEvent {
        event(at(hour), "甲某", DeskFact::Tip(fact))
    }

    fn verified(receipt: &str) -> DeskEvent {
        let fact = TipFact::Outcome {
            receipt: receipt.to_owned(),
            outcome: "verified".to_owned(),
            comment: String::new(),
        };
        then(101, fact)
    }

    fn asked(approved_by: &str) -> RewardAsked {
        RewardAsked {
            fen: 50_000,
            decision: "练习奖〔2026〕1号".to_owned(),
            approved_by: approved_by.to_owned(),
            basis: "奖励办法第三条".to_owned(),
        }
    }

    #[test]
    fn the_time_of_receipt_tells_who_came_first() {
        let events = [
            taken("tp-b", "a.test", 2, "tip"),
            taken("tp-a", "a.test", 1, "tip"),
            taken("tp-c", "b.test", 3, "tip"),
            taken("tp-d", "a.test", 0, "complaint"),
        ];
        let first: Vec<(String, bool)> = tips(&events)
            .into_iter()
            .map(|t| (t.receipt, t.first))
            .collect();
        let wanted = [
            ("tp-d", false),
            ("tp-a", true),
            ("tp-b", false),
            ("tp-c", true),
        ];
        assert_eq!(first, wanted.map(|(r, f)| (r.to_owned(), f)));
    }

    #[test]
    fn only_the_first_verified_tip_of_a_known_person_is_rewarded_once_by_two() {
        let mut events = vec![
            taken("tp-a", "a.test", 1, "tip"),
            taken("tp-b", "a.test", 2, "tip"),
        ];
        let tip = |events: &[DeskEvent], receipt: &str| {
            let mut found = tips(events).into_iter().filter(|t| t.receipt == receipt);
            found.next().unwrap()
        };
        let refusal = |tip: &Tip, approver: &str| {
            reward(tip, "甲某", asked(approver))
                .unwrap_err()
                .to_string()
        };
        assert!(refusal(&tip(&events, "tp-a"), "乙某").contains("not verified"));
        events.extend([verified("tp-a"), verified("tp-b")]);
        assert!(refusal(&tip(&events, "tp-b"), "乙某").contains("not the first"));
        assert!(refusal(&tip(&events, "tp-a"), "甲某").contains("another officer"));
        assert!(
            pay(&tip(&events, "tp-a"), "P-1")
                .unwrap_err()
                .to_string()
                .contains("no reward")
        );
        let fact = reward(&tip(&events, "tp-a"), "甲某", asked("乙某")).unwrap();
        events.push(then(102, fact));
        assert!(refusal(&tip(&events, "tp-a"), "乙某").contains("already"));
        assert!(settle(&tip(&events, "tp-a"), TipOutcome::Unfounded, "x").is_err());
        let fact = pay(&tip(&events, "tp-a"), "P-1").unwrap();
        events.push(then(103, fact));
        assert!(
            pay(&tip(&events, "tp-a"), "P-2")
                .unwrap_err()
                .to_string()
                .contains("P-1")
        );
    }

    #[test]
    fn complaints_count_by_site_and_unfounded_ones_do_not() {
        let unfounded = TipFact::Outcome {
            receipt: "tp-b".to_owned(),
            outcome: "unfounded".to_owned(),
            comment: "查无此事".to_owned(),
        };
        let events = [
            taken("tp-a", "a.test", 1, "tip"),
            taken("tp-b", "a.test", 2, "tip"),
            taken("tp-c", "a.test", 2, "complaint"),
            taken("tp-d", "a.test", 2, "township"),
            then(4, unfounded),
        ];
        let counts = complaints_by_site(&tips(&events));
        assert_eq!(counts, BTreeMap::from([("a.test".to_owned(), 2)]));
    }
}
