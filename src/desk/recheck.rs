//! What a recheck shows: the patrol's answer held against what was sealed before (改了、没改、换域名、已关闭、易主).

use crate::wire::desk::recheck::RecheckFact;
use crate::wire::desk::{DeskEvent, DeskFact};
use crate::wire::manifest::Manifest;
use crate::wire::work_order::RecheckDone;
use std::collections::BTreeMap;

/// What was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SeenAgain {
    /// 改了.
    Fixed,
    /// 没改.
    Unchanged,
    /// 换域名.
    Moved,
    /// 已关闭.
    Closed,
    /// 易主.
    NewOwner,
    /// Nothing can be said.
    NotSeen,
}

impl SeenAgain {
    /// The stored word.
    pub fn code(self) -> &'static str {
        match self {
            Self::Fixed => "fixed",
            Self::Unchanged => "unchanged",
            Self::Moved => "moved",
            Self::Closed => "closed",
            Self::NewOwner => "new-owner",
            Self::NotSeen => "not-seen",
        }
    }

    /// The name shown to officers.
    pub fn label(self) -> &'static str {
        match self {
            Self::Fixed => "改了",
            Self::Unchanged => "没改",
            Self::Moved => "换域名",
            Self::Closed => "已关闭",
            Self::NewOwner => "易主",
            Self::NotSeen => "未见",
        }
    }
}

/// The judgement of one recheck.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// What was seen.
    pub seen: SeenAgain,
    /// What it rests on, in Chinese.
    pub why: String,
    /// `withdraw`, `escalate` or `wait`: a proposal, which an officer decides.
    pub proposal: &'static str,
}

fn domain(url: &str) -> String {
    let host = url::Url::parse(url)
        .ok()
        .and_then(|u| u.host_str().map(str::to_owned))
        .unwrap_or_default();
    crate::model::takedown::name::registrable(&host).unwrap_or(host)
}

/// Judges what the patrol reports, with the sealed items before and after where there are such.
pub fn judge(done: &RecheckDone, before: Option<&Manifest>, after: Option<&Manifest>) -> Judgement {
    let say = |seen, why: String, proposal| Judgement {
        seen,
        why,
        proposal,
    };
    if !done.not_seen.is_empty() {
        let gone = ["dns", "no-address", "connect", "unreachable", "name"];
        return match gone.iter().any(|word| done.not_seen.contains(word)) {
            true => say(
                SeenAgain::Closed,
                format!("网站不能访问（{}）", done.not_seen),
                "withdraw",
            ),
            false => say(
                SeenAgain::NotSeen,
                format!("未能查看（{}）", done.not_seen),
                "wait",
            ),
        };
    }
    match done.status {
        0 => return say(SeenAgain::Closed, "没有应答".to_owned(), "withdraw"),
        404 | 410 | 451 => {
            let why = format!("应答 {}，页面已不存在", done.status);
            return say(SeenAgain::Closed, why, "withdraw");
        }
        400.. => {
            let why = format!("应答 {}，未见内容", done.status);
            return say(SeenAgain::NotSeen, why, "wait");
        }
        _ => {}
    }
    if let (Some(before), Some(after)) = (before, after) {
        let operator = |m: &Manifest| m.who.operator_code.clone().or(m.who.operator.clone());
        let (was, is) = (operator(before), operator(after));
        let (from, to) = (domain(&before.final_url), domain(&after.final_url));
        if let (Some(was), Some(is)) = (&was, &is)
            && was != is
        {
            let proposal = if done.finding { "escalate" } else { "withdraw" };
            return say(
                SeenAgain::NewOwner,
                format!("经营者由“{was}”变为“{is}”"),
                proposal,
            );
        }
        if from != to && done.finding {
            return say(
                SeenAgain::Moved,
                format!("由 {from} 转到 {to}，内容仍然违规"),
                "escalate",
            );
        }
    }
    match done.finding {
        true => say(SeenAgain::Unchanged, "仍有违规内容".to_owned(), "escalate"),
        false if done.unchanged => say(
            SeenAgain::Unchanged,
            "服务器答复内容未变（304）".to_owned(),
            "escalate",
        ),
        false => say(
            SeenAgain::Fixed,
            "页面可访问，未再发现违规内容".to_owned(),
            "withdraw",
        ),
    }
}

/// One recheck as told by events.
#[derive(Debug, Clone, PartialEq)]
pub struct Recheck {
    /// The entry.
    pub entry: String,
    /// The address.
    pub url: String,
    /// The item before.
    pub before: String,
    /// What came of it: the event's `Seen`.
    pub seen: Option<RecheckFact>,
}

/// All rechecks, by work order.
pub fn rechecks(events: &[DeskEvent]) -> BTreeMap<String, Recheck> {
    let mut all: BTreeMap<String, Recheck> = BTreeMap::new();
    for event in events {
        let DeskFact::Recheck(fact) = &event.what else {
            continue;
        };
        match fact {
            RecheckFact::Ordered {
                entry,
                order,
                url,
                before,
                ..
            } => {
                all.entry(order.clone()).or_insert_with(|| Recheck {
                    entry: entry.clone(),
                    url: url.clone(),
                    before: before.clone(),
                    seen: None,
                });
            }
            RecheckFact::Seen { order, .. } => {
                if let Some(known) = all.get_mut(order) {
                    known.seen.get_or_insert_with(|| fact.clone());
                }
            }
            _ => {}
        }
    }
    all
}
