//! What a site must tell of itself: filing number, operator, who is paid.

use super::{ABOUT_NAMES, Identity};
use crate::audit::findings::whole;
use crate::model::finding::{Finding, Strength, Verdict};
use crate::model::identity::{FactCheck, FactKind, IdentityFact};
use crate::model::page::BlockRole;
use crate::model::who::Footing;
use url::Url;

impl Identity<'_> {
    /// The home page shows no filing number, or one that cannot be right.
    pub(super) fn filing(&self, verdict: &mut Verdict) {
        let (Some(rule), Some(url)) = (self.rule("ID-ICP"), self.subject.url) else {
            return;
        };
        if !is_home(url) || !is_web_host(url) {
            return;
        }
        let numbers = || {
            let kinds = [
                FactKind::IcpFiling,
                FactKind::IcpLicence,
                FactKind::TelecomLicence,
            ];
            let facts = self.subject.facts.iter();
            facts.filter(move |f| kinds.contains(&f.kind))
        };
        let fault = match numbers().next() {
            None => Some((None, "主页未见备案或许可编号,待核".to_owned())),
            Some(_) => {
                let bad =
                    |f: &&IdentityFact| matches!(f.check, FactCheck::Failed | FactCheck::Template);
                numbers().find(bad).map(|f| {
                    let why = format!("编号「{}」不合规格或为示例编号,待核", f.raw);
                    (f.span.clone(), why)
                })
            }
        };
        let Some((span, remark)) = fault else {
            return;
        };
        let last = self.subject.blocks.iter().rev();
        let footer = || {
            last.clone()
                .find(|b| b.role == BlockRole::Footer && b.slot.is_none())
                .or_else(|| self.subject.blocks.first())
                .map(|b| whole(rule, b, remark.clone()))
        };
        let found = span
            .and_then(|s| self.at(rule, &s, remark.clone()))
            .or_else(footer);
        if let Some(mut found) = found {
            found.strength = Strength::D;
            verdict.findings.push(found);
        }
    }

    /// No operator anywhere on the page, only private contacts: a signal.
    pub(super) fn nobody(&self, verdict: &mut Verdict) {
        let Some(rule) = self.rule("ID-MISS") else {
            return;
        };
        let told = verdict.who.operator.is_some()
            || matches!(verdict.who.standing, Footing::Listed(_))
            || verdict.signals.iter().any(|f| f.rule == "ID-MISS");
        let open = self.subject.facts.iter().any(|f| {
            use FactKind as K;
            matches!(
                f.kind,
                K::Company | K::CreditCode | K::Landline | K::Hotline | K::Address
            )
        });
        let private = self
            .subject
            .facts
            .iter()
            .find(|f| f.kind.is_private_contact());
        if let (false, false, Some(fact)) = (told, open, private) {
            let remark = "全页未见经营主体,只见私人联系方式".to_owned();
            let span = fact.span.clone();
            if let Some(mut found) = span.and_then(|s| self.at(rule, &s, remark)) {
                found.strength = Strength::D;
                verdict.signals.push(found);
            }
        }
    }

    /// Money that goes to a person, or to another than the operator, makes the evidence strong.
    pub(super) fn paid_person(&self, verdict: &mut Verdict) {
        let personal = verdict.who.payee.as_ref().is_some_and(|p| p.personal);
        let Some(remark) = verdict.who.disagreement() else {
            return;
        };
        let graver = |f: &&mut Finding| {
            f.severity >= 3
                && f.advertiser.is_none()
                && !ABOUT_NAMES.contains(&f.rule.as_str())
                && (f.rule != "QL-1" || f.strength == Strength::A)
        };
        for finding in verdict.findings.iter_mut().filter(graver) {
            if personal {
                finding.strength = Strength::A;
            }
            add_remark(finding, &remark);
        }
    }
}

fn add_remark(finding: &mut Finding, remark: &str) {
    if finding.remark.contains(remark) {
        return;
    }
    let stop = if finding.remark.is_empty() { "" } else { ";" };
    finding.remark = format!("{}{stop}{remark}", finding.remark);
}

/// Whether an address is that of a site's home page, where the filing number must stand (互联网信息服务管理办法 art. 12).
fn is_home(url: &Url) -> bool {
    let path = url.path().trim_end_matches('/').to_ascii_lowercase();
    let name = path.trim_start_matches('/');
    name.is_empty() || !name.contains('/') && (name.starts_with("index.") || name == "index")
}

/// Whether the address is that of a site with a name of its own, not a file or a number.
fn is_web_host(url: &Url) -> bool {
    let named = matches!(url.host(), Some(url::Host::Domain(_)));
    named && !url.host_str().is_some_and(|h| h.ends_with(".invalid"))
}
