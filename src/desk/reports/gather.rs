//! Facts from the desk's events: what had happened by a moment, in the order of the journal.

use super::facts::{CampaignRow, Facts, RewardRow, RosterRow, ShiftRow, TipRow};
use super::{list_rows, subject_rows};
use crate::desk::cases::Cases;
use crate::model::region::Units;
use crate::wire::desk::campaign::CampaignFact;
use crate::wire::desk::duty::DutyFact;
use crate::wire::desk::opinion::OpinionFact;
use crate::wire::desk::tip::TipFact;
use crate::wire::desk::{DeskEvent, DeskFact};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet};

/// What was done about each warning: by item and number, in order: when, by whom, what.
pub type Handled = BTreeMap<(String, u32), Vec<(DateTime<Utc>, String, String)>>;

/// What events before `end` tell, and what was done about warnings.
pub fn gather(events: &[DeskEvent], units: &Units, end: DateTime<Utc>) -> (Facts, Handled) {
    let before: Vec<DeskEvent> = events.iter().filter(|e| e.at < end).cloned().collect();
    let mut facts = Facts {
        cases: Cases::of(&before),
        ..Facts::default()
    };
    let mut handled = Handled::new();
    for event in &before {
        match &event.what {
            DeskFact::Tip(fact) => tip(&mut facts.tips, event, fact),
            DeskFact::Campaign(fact) => campaign(&mut facts.campaigns, fact),
            DeskFact::Duty(fact) => duty(&mut facts, event, fact),
            DeskFact::Opinion(fact) => opinion(&mut handled, event, fact),
            _ => {}
        }
    }
    first_reporters(&mut facts.tips);
    subject_rows::add(&mut facts, &before, units);
    list_rows::add(&mut facts, &before, end);
    (facts, handled)
}

fn tip(tips: &mut Vec<TipRow>, event: &DeskEvent, fact: &TipFact) {
    let receipt = match fact {
        TipFact::Taken(taken) => {
            let about = [&taken.name, &taken.url]
                .into_iter()
                .filter(|t| !t.is_empty());
            let about: Vec<&str> = about.map(String::as_str).collect();
            if tips.iter().all(|t| t.receipt != taken.receipt) {
                tips.push(TipRow {
                    receipt: taken.receipt.clone(),
                    source: taken.source.clone(),
                    unit: taken.unit.clone(),
                    about: about.join(" "),
                    received: taken.received,
                    ..TipRow::default()
                });
            }
            return;
        }
        TipFact::Linked { receipt, .. }
        | TipFact::Outcome { receipt, .. }
        | TipFact::Rewarded { receipt, .. }
        | TipFact::Paid { receipt, .. } => receipt,
    };
    let Some(tip) = tips.iter_mut().find(|t| t.receipt == *receipt) else {
        return;
    };
    match fact {
        TipFact::Linked { case, .. } if !case.is_empty() => tip.case.clone_from(case),
        TipFact::Outcome { outcome, .. } => {
            tip.outcome.clone_from(outcome);
            tip.settled = Some(event.at);
        }
        TipFact::Rewarded {
            fen,
            decision,
            approved_by,
            basis,
            ..
        } => {
            tip.reward = Some(RewardRow {
                fen: *fen,
                decision: decision.clone(),
                approved_by: approved_by.clone(),
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
        _ => {}
    }
}

/// Marks the tip that came first about each thing.
fn first_reporters(tips: &mut [TipRow]) {
    tips.sort_by(|a, b| (a.received, &a.receipt).cmp(&(b.received, &b.receipt)));
    let mut seen = BTreeSet::new();
    for tip in tips.iter_mut().filter(|t| t.source == "tip") {
        let about = if tip.case.is_empty() {
            &tip.about
        } else {
            &tip.case
        };
        tip.first = seen.insert(about.clone());
    }
}

fn campaign(campaigns: &mut Vec<CampaignRow>, fact: &CampaignFact) {
    match fact {
        CampaignFact::Begun {
            campaign,
            name,
            from,
            until,
            ..
        } => campaigns.push(CampaignRow {
            id: campaign.clone(),
            name: name.clone(),
            days: (*from, *until),
            counts: Vec::new(),
            result: None,
        }),
        CampaignFact::Counted {
            campaign,
            unit,
            found,
            removed,
            ..
        } => {
            if let Some(of) = campaigns.iter_mut().find(|c| c.id == *campaign) {
                of.counts.retain(|(u, _, _)| u != unit);
                of.counts.push((unit.clone(), *found, *removed));
                of.counts.sort();
            }
        }
        CampaignFact::Ended { campaign, result } => {
            if let Some(of) = campaigns.iter_mut().find(|c| c.id == *campaign) {
                of.result = Some(result.clone());
            }
        }
    }
}

fn duty(facts: &mut Facts, event: &DeskEvent, fact: &DutyFact) {
    match fact {
        DutyFact::Rostered {
            day,
            shift,
            officers,
            leader,
        } => {
            facts.roster.retain(|r| r.day != *day || r.shift != *shift);
            facts.roster.push(RosterRow {
                day: *day,
                shift: shift.clone(),
                officers: officers.clone(),
                leader: leader.clone(),
            });
            facts.roster.sort_by_key(|r| r.day);
        }
        DutyFact::HandedOver {
            day,
            shift,
            from,
            to,
            done,
            left,
            cases,
        } => facts.handovers.push(ShiftRow {
            at: event.at,
            day: *day,
            shift: shift.clone(),
            from: from.clone(),
            to: to.clone(),
            done: done.clone(),
            left: left.clone(),
            cases: cases.clone(),
        }),
    }
}

fn opinion(handled: &mut Handled, event: &DeskEvent, fact: &OpinionFact) {
    let (item, number, what) = match fact {
        OpinionFact::Acknowledged {
            evidence_id,
            number,
            comment,
        } => (evidence_id, number, format!("已阅 {comment}")),
        OpinionFact::PassedOn {
            evidence_id,
            number,
            to,
            how,
        } => (evidence_id, number, format!("转{to}({how})")),
        OpinionFact::Settled {
            evidence_id,
            number,
            result,
        } => (evidence_id, number, format!("办结：{result}")),
    };
    let done = handled.entry((item.clone(), *number)).or_default();
    let by = event.by.clone();
    done.push((event.at, by, what.trim().to_owned()));
}
