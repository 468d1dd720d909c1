//! What a recheck shows: the patrol's answer held against what was sealed before (改了、没改、换域名、已关闭、易主).

use crate::wire::desk::recheck::RecheckFact;
use crate::wire::desk::{DeskEvent, DeskFact};
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
    /// All, in order.
    pub const ALL: [Self; 6] = [
        Self::Fixed,
        Self::Unchanged,
        Self::Moved,
        Self::Closed,
        Self::NewOwner,
        Self::NotSeen,
    ];

    /// What a stored word means.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|seen| seen.code() == code)
    }

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

/// What a sealed item tells of the site, as far as a recheck compares it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// Final address.
    pub url: String,
    /// Who runs it: credit code, else name.
    pub operator: Option<String>,
}

fn domain(url: &str) -> String {
    let host = url::Url::parse(url)
        .ok()
        .and_then(|u| u.host_str().map(str::to_owned))
        .unwrap_or_default();
    crate::model::takedown::name::registrable(&host).unwrap_or(host)
}

/// Judges what the patrol reports, with the sealed items before and after where there are such.
pub fn judge(done: &RecheckDone, before: Option<&Look>, after: Option<&Look>) -> Judgement {
    let say = |seen, why: String, proposal| Judgement {
        seen,
        why,
        proposal,
    };
    // Why a visit failed does not tell whose fault it was: the office's own line may be down, and a block that works on
    // its resolver looks like a name that is gone. So nothing that was not answered counts as closed.
    if !done.not_seen.is_empty() || done.status == 0 {
        let why = match done.not_seen.as_str() {
            "" => "没有应答".to_owned(),
            why => format!("未能查看（{why}）"),
        };
        let why = format!("{why}：可能已关闭或已被阻断，也可能是本端网络故障，请再查或人工核实");
        return say(SeenAgain::NotSeen, why, "wait");
    }
    match done.status {
        404 | 410 => {
            let why = format!("应答 {}，页面已不存在", done.status);
            return say(SeenAgain::Closed, why, "withdraw");
        }
        // 451 is what somebody says who blocks it (RFC 7725), not the site.
        400.. => {
            let why = format!("应答 {}，未见内容", done.status);
            return say(SeenAgain::NotSeen, why, "wait");
        }
        _ => {}
    }
    if let (Some(before), Some(after)) = (before, after) {
        let (was, is) = (&before.operator, &after.operator);
        let (from, to) = (domain(&before.url), domain(&after.url));
        if let (Some(was), Some(is)) = (was, is)
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

/// The name of a proposal, for officers.
pub fn proposal_label(word: &str) -> &str {
    match word {
        "withdraw" => "建议撤回",
        "escalate" => "建议升级处置",
        "wait" => "待再查",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn done(status: u16, finding: bool, unchanged: bool, not_seen: &str) -> RecheckDone {
        RecheckDone {
            format: String::new(),
            id: "or-a".to_owned(),
            at: "2026-11-26T01:00:00Z".parse().unwrap(),
            run: "run".to_owned(),
            status,
            finding,
            unchanged,
            evidence_id: None,
            not_seen: not_seen.to_owned(),
        }
    }

    fn look(url: &str, operator: &str) -> Look {
        Look {
            url: url.to_owned(),
            operator: Some(operator.to_owned()),
        }
    }

    fn said(done: &RecheckDone) -> (SeenAgain, &'static str) {
        let judged = judge(done, None, None);
        (judged.seen, judged.proposal)
    }

    #[test]
    fn what_was_answered_is_judged_by_the_answer() {
        assert_eq!(
            said(&done(410, false, false, "")),
            (SeenAgain::Closed, "withdraw")
        );
        assert_eq!(
            said(&done(404, false, false, "")),
            (SeenAgain::Closed, "withdraw")
        );
        assert_eq!(
            said(&done(200, true, false, "")),
            (SeenAgain::Unchanged, "escalate")
        );
        assert_eq!(
            said(&done(304, false, true, "")),
            (SeenAgain::Unchanged, "escalate")
        );
        assert_eq!(
            said(&done(200, false, false, "")),
            (SeenAgain::Fixed, "withdraw")
        );
    }

    #[test]
    fn nothing_that_was_not_seen_lifts_a_block() {
        for why in [
            "failed: name not resolved",
            "failed: connection refused",
            "blocked-address: 10.0.0.1",
            "challenge: captcha",
            "robots: /",
            "out-of-scope: other host",
        ] {
            assert_eq!(
                said(&done(0, false, false, why)),
                (SeenAgain::NotSeen, "wait"),
                "{why}"
            );
        }
        for status in [0, 401, 403, 429, 451, 500, 503] {
            assert_eq!(
                said(&done(status, false, false, "")),
                (SeenAgain::NotSeen, "wait")
            );
        }
    }

    #[test]
    fn another_owner_or_another_domain_is_told() {
        let before = look("http://a.example/", "甲公司");
        let judged = |after: &Look, finding| {
            let judged = judge(&done(200, finding, false, ""), Some(&before), Some(after));
            (judged.seen, judged.proposal)
        };
        let sold = look("http://a.example/", "乙公司");
        assert_eq!(judged(&sold, true), (SeenAgain::NewOwner, "escalate"));
        assert_eq!(judged(&sold, false), (SeenAgain::NewOwner, "withdraw"));
        let moved = look("http://b.example/", "甲公司");
        assert_eq!(judged(&moved, true), (SeenAgain::Moved, "escalate"));
        let same = look("http://www.a.example/", "甲公司");
        assert_eq!(judged(&same, true), (SeenAgain::Unchanged, "escalate"));
    }

    #[test]
    fn words_are_read_back() {
        for seen in SeenAgain::ALL {
            assert_eq!(SeenAgain::parse(seen.code()), Some(seen));
        }
    }
}
