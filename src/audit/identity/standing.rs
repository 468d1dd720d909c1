//! What registers say against an offer: a number that belongs to another, an offer beyond the licence, a refusal.

use super::{ABOUT_NAMES, Identity};
use crate::audit::findings::compliance;
use crate::model::context::Offer;
use crate::model::cover::Cover;
use crate::model::finding::{Finding, Strength, Verdict};
use crate::model::identity::{FactCheck, FactKind, IdentityFact};
use crate::model::register::LicenceKind;
use crate::model::rule::Rule;
use crate::model::who::{Footing, ListedBy, Listing};

impl Identity<'_> {
    /// A licence number that the register gives to an institution which the page does not name: a contradiction.
    pub(super) fn borrowed_number(&self, verdict: &mut Verdict) {
        let Some(rule) = self.rule("ID-FAKE") else {
            return;
        };
        let operator = verdict.who.operator.as_ref().map(|o| o.name.clone());
        for fact in self.subject.facts.iter().filter(|f| is_number(f)) {
            let Some(institution) = self.registers.by_code(&fact.value) else {
                continue;
            };
            let named = self.subject.blocks.iter().any(|b| {
                let mut mentions = self.registers.mentions(&b.text.plain).into_iter();
                mentions.any(|m| m.institution.name == institution.name)
            });
            let (false, Some(span)) = (named, &fact.span) else {
                continue;
            };
            let claimed = operator
                .as_deref()
                .map_or_else(|| "本页".into(), |o| format!("本页运营主体「{o}」"));
            let remark = format!(
                "证照编号 {} 在名录中属「{}」,{claimed}未提及该机构,名录矛盾,是否冒用待核",
                fact.value, institution.name
            );
            if let Some(mut found) = self.at(rule, span, remark) {
                found.severity = rule.severity;
                found.strength = Strength::A;
                verdict.findings.push(found);
            }
        }
    }

    /// An offer beyond what the register, or the operator's own name, says that it may do.
    pub(super) fn contradiction(&self, verdict: &mut Verdict) {
        let (Some(rule), Some(cover)) = (
            self.rule("AD-11-1"),
            self.covers.iter().find(|p| p.offer == verdict.offer),
        ) else {
            return;
        };
        let Some(quote) = self.carrier(verdict) else {
            return;
        };
        let covers = |kinds: &[LicenceKind]| cover.licences.iter().any(|l| kinds.contains(l));
        if let Footing::Listed(listing) = &verdict.who.standing {
            // Hosts of large groups carry many businesses: a domain alone contradicts nothing.
            if listing.by == ListedBy::Domain {
                return;
            }
            if covers(&listing.licences) || self.names_principal(cover, listing) {
                return;
            }
            let remark = beyond(listing, verdict.offer);
            let mut found = again(rule, &quote, remark.clone());
            found.strength = Strength::A;
            verdict.findings.push(found);
            settle_licence(verdict, &remark, Strength::A);
            return;
        }
        let Some(operator) = &verdict.who.operator else {
            return;
        };
        let trade = self.trades.iter().find(|t| {
            t.words.iter().any(|w| operator.name.contains(w.as_str()))
                && !t.offers.contains(&verdict.offer)
        });
        if let Some(trade) = trade {
            let remark = format!(
                "运营主体「{}」的名称显示为{},页面招揽的是{},许可范围待核",
                operator.name,
                trade.label,
                verdict.offer.label()
            );
            let mut found = again(rule, &quote, remark);
            found.strength = Strength::C;
            verdict.findings.push(found);
        }
    }

    /// A listed institution that may make the offer, named as its source (316号文 art. 1: who is commissioned may publish).
    fn names_principal(&self, cover: &Cover, own: &Listing) -> bool {
        self.subject.blocks.iter().any(|b| {
            let mentions = self.registers.mentions(&b.text.plain);
            mentions.iter().any(|m| {
                m.institution.name != own.institution
                    && cover.licences.iter().any(|l| m.institution.has(*l))
            })
        })
    }

    /// The gravest finding that is not itself about names: the offer that is beyond the licence.
    fn carrier(&self, verdict: &Verdict) -> Option<Finding> {
        let own = verdict.findings.iter().filter(|f| f.advertiser.is_none());
        let offer = own.filter(|f| !ABOUT_NAMES.contains(&f.rule.as_str()));
        offer
            .min_by_key(|f| (f.rule != "QL-1", 5 - f.severity.min(5), f.span.start))
            .cloned()
    }

    /// An operator whose registration was refused: the register contradicts the offer.
    pub(super) fn refusal(&self, verdict: &mut Verdict) {
        let Footing::Refused {
            name,
            date,
            reasons,
            source,
        } = verdict.who.standing.clone()
        else {
            return;
        };
        let remark = format!(
            "「{name}」于 {date} 被不予登记({}),来源:{source};其后是否获准待核",
            reasons.join("、")
        );
        if verdict.findings.iter().all(|f| !of_licence(f))
            && let (Some(rule), Some(carrier)) = (self.rule("QL-1"), self.carrier(verdict))
        {
            verdict.findings.push(again(rule, &carrier, String::new()));
        }
        settle_licence(verdict, &remark, Strength::A);
    }
}

/// Another rule at the place of a finding.
fn again(rule: &Rule, place: &Finding, remark: String) -> Finding {
    let mut found = Finding {
        rule: rule.id.clone(),
        title: rule.title.clone(),
        basis: rule.newest().map_or_else(String::new, |b| b.text.clone()),
        severity: rule.severity,
        remark,
        ..place.clone()
    };
    found.contributions = vec![compliance(rule, &place.quote)];
    found
}

fn beyond(listing: &Listing, offer: Offer) -> String {
    let kinds: Vec<&str> = listing.licences.iter().map(|l| l.label()).collect();
    format!(
        "名录载「{}」的许可为{}({}),未载{}业务;是否本机构发布、是否另有许可待核",
        listing.institution,
        kinds.join("、"),
        listing.source,
        offer.label()
    )
}

/// Rewrites the remark of the missing licence with what the register says.
fn settle_licence(verdict: &mut Verdict, remark: &str, strength: Strength) {
    for finding in verdict.findings.iter_mut().filter(|f| of_licence(f)) {
        finding.remark = remark.to_owned();
        finding.strength = strength;
    }
}

/// Whether a finding says that no licence was seen.
fn of_licence(finding: &Finding) -> bool {
    matches!(finding.rule.as_str(), "QL-1" | "QL-3")
}

fn is_number(fact: &IdentityFact) -> bool {
    matches!(
        fact.kind,
        FactKind::FinancialLicence | FactKind::CreditCode | FactKind::PaymentLicence
    ) && fact.check != FactCheck::Template
}
