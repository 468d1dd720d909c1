//! What a careful officer would write down about every practice page, and the comparison with what the audit says.

use super::error::PracticeError;
use super::web::bundled_text;
use crate::model::finding::{Finding, Verdict};
use crate::model::page::Page;
use serde::Deserialize;
use std::ops::Range;
use url::Url;

const FILE: &str = "expected.toml";

/// The whole of `seeds/practice/expected.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// Rules about what is missing or about names: allowed on every guilty page.
    pub always_may: Vec<String>,
    /// Hosts without end.
    #[serde(rename = "host", default)]
    pub hosts: Vec<ExpectedHost>,
    /// The pages, in file order.
    #[serde(rename = "page")]
    pub pages: Vec<ExpectedPage>,
}

/// What must hold for a host without end.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectedHost {
    /// Host name.
    pub name: String,
    /// Requests that the server's log may show at most.
    pub max_requests: usize,
    /// Codes of `SkipReason` of which at least one must have been given.
    pub any_skip: Vec<String>,
}

/// What must come of one page.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectedPage {
    /// Its address.
    pub url: String,
    /// How the visit ends.
    #[serde(default)]
    pub outcome: Outcome,
    /// Whether the patrol must come to it at all.
    #[serde(default)]
    pub reach: Reach,
    /// Code of the `SkipReason` for skipped and blocked pages.
    pub skip: Option<String>,
    /// HTTP status, where it is not 200.
    pub status: Option<u16>,
    /// The labelling guide's word for the context.
    pub context: Option<String>,
    /// The labelling guide's word for the offer.
    pub offer: Option<String>,
    /// Whether what is expected stands there only when a browser has shown the page.
    #[serde(default)]
    pub rendered: bool,
    /// The address at which only some vantages are shown this page.
    pub shown_at: Option<String>,
    /// Whether what is expected stands in an image only.
    #[serde(default)]
    pub image: bool,
    /// Whether a duty officer should see the page.
    #[serde(default)]
    pub finding: bool,
    /// `advertisers` when every finding must be against the advertiser of a slot.
    pub against: Option<String>,
    /// Rules that must be found.
    #[serde(default)]
    pub rules: Vec<String>,
    /// Rules with the exact quotes.
    #[serde(default)]
    pub expect: Vec<Expectation>,
    /// Rules that may be found.
    #[serde(default)]
    pub may: Vec<String>,
    /// Rules whose words stand on the page without being meant.
    #[serde(default)]
    pub forbidden: Vec<String>,
    /// The officer's reason.
    pub why: String,
}

/// One rule with the quote that proves it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// Rule id of the catalogue.
    pub rule: String,
    /// Exact slice of the page's text.
    pub quote: String,
    /// Landing address of the advertiser whom it concerns.
    pub advertiser: Option<String>,
}

/// How a visit ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Fetched and judged.
    #[default]
    Read,
    /// Answered with an HTTP error; nothing is judged.
    Error,
    /// Not fetched, or nothing that could be judged.
    Skip,
    /// A challenge instead of the page.
    Blocked,
}

/// Whether the patrol must come to a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reach {
    /// It must.
    #[default]
    Must,
    /// No link inside the budget leads there for certain; if it is read, the rest holds.
    May,
}

/// The bundled expectations.
pub fn expected() -> Result<Expected, PracticeError> {
    toml::from_str(bundled_text(FILE)?).map_err(|e| PracticeError::Bundle {
        file: FILE.to_owned(),
        fault: e.to_string(),
    })
}

impl Expected {
    /// The expectation of one address, compared without its fragment.
    pub fn page(&self, url: &Url) -> Option<&ExpectedPage> {
        let mut url = url.clone();
        url.set_fragment(None);
        self.pages.iter().find(|p| p.url == url.as_str())
    }

    /// Where a verdict differs from what is expected of `expected`, in English, empty when it does not. Only for pages that are read.
    pub fn faults(&self, expected: &ExpectedPage, page: &Page, verdict: &Verdict) -> Vec<String> {
        let mut faults = Vec::new();
        if verdict.finding != expected.finding {
            faults.push(format!(
                "finding is {}, not {}",
                verdict.finding, expected.finding
            ));
        }
        if let Some(context) = &expected.context
            && verdict.context.code() != context
        {
            faults.push(format!(
                "context is {}, not {context}",
                verdict.context.code()
            ));
        }
        if let Some(offer) = &expected.offer
            && verdict.offer.code() != offer
        {
            faults.push(format!("offer is {}, not {offer}", verdict.offer.code()));
        }
        for wanted in &expected.expect {
            if !met(wanted, page, verdict) {
                faults.push(format!("{} misses `{}`", wanted.rule, wanted.quote));
            }
        }
        let unwanted = verdict
            .findings
            .iter()
            .filter(|f| !self.allows(expected, f));
        faults.extend(unwanted.map(|f| format!("{} unexpected on `{}`", f.rule, f.quote)));
        if expected.against.as_deref() == Some("advertisers") {
            let own = verdict.findings.iter().filter(|f| f.advertiser.is_none());
            faults.extend(own.map(|f| format!("{} is against the page itself", f.rule)));
        }
        faults
    }

    /// Severity 1 is a signal and never a fault; otherwise the officer must have thought of the rule.
    fn allows(&self, expected: &ExpectedPage, finding: &Finding) -> bool {
        let listed = |rules: &[String]| rules.contains(&finding.rule);
        finding.severity < 2
            || !listed(&expected.forbidden)
                && expected.finding
                && (listed(&expected.rules) || listed(&expected.may) || listed(&self.always_may))
    }
}

/// Met by a finding or signal of the rule, or by a claim that serves it, which overlaps a place where the quote stands.
fn met(wanted: &Expectation, page: &Page, verdict: &Verdict) -> bool {
    let places: Vec<Range<usize>> = page
        .text
        .match_indices(&wanted.quote)
        .map(|(at, quote)| at..at + quote.len())
        .collect();
    let overlaps = |span: &Range<usize>| {
        places
            .iter()
            .any(|place| place.start < span.end && span.start < place.end)
    };
    let found = verdict.findings.iter().chain(&verdict.signals);
    let mut of_rule = found.filter(|f| f.rule == wanted.rule).peekable();
    if of_rule.peek().is_none() {
        return false;
    }
    let claimed = verdict.blocks.iter().any(|b| {
        let start = page.blocks.get(b.block).map_or(0, |block| block.span.start);
        b.claims.iter().any(|c| {
            c.rules.contains(&wanted.rule)
                && overlaps(&(start + c.original.start..start + c.original.end))
        })
    });
    claimed || of_rule.any(|f| overlaps(&f.span))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::context::{Context, Offer};
    use crate::model::finding::{Score, Strength};

    fn verdict(finding: bool, findings: Vec<Finding>) -> Verdict {
        Verdict {
            context: if finding {
                Context::Ad
            } else {
                Context::Ordinary
            },
            offer: Offer::Wealth,
            finding,
            claims: Vec::new(),
            findings,
            signals: Vec::new(),
            alerts: Vec::new(),
            who: crate::model::who::Who::default(),
            topics: Vec::new(),
            score: Score::default(),
            blocks: Vec::new(),
            lexicon_version: String::new(),
            notes: Vec::new(),
        }
    }

    fn finding(rule: &str, span: Range<usize>) -> Finding {
        Finding {
            rule: rule.to_owned(),
            title: String::new(),
            basis: String::new(),
            severity: 3,
            strength: Strength::C,
            quote: String::new(),
            span,
            block: 0,
            path: String::new(),
            remark: String::new(),
            advertiser: None,
            contributions: Vec::new(),
        }
    }

    fn guilty(text: &str) -> (Expected, Page) {
        let form = r#"
always_may = ["QL-1"]
[[page]]
url = "http://a.test/"
finding = true
context = "ad"
rules = ["AD-25-1"]
expect = [{ rule = "AD-25-1", quote = "保本" }]
may = ["YD-8"]
forbidden = ["CR-1"]
why = "x"
"#;
        let page = Page {
            text: text.to_owned(),
            ..Page::default()
        };
        (toml::from_str(form).unwrap(), page)
    }

    #[test]
    fn an_overlapping_finding_meets_the_quote() {
        let (expected, page) = guilty("我们保本保息");
        let faults =
            |findings| expected.faults(&expected.pages[0], &page, &verdict(true, findings));
        let hit = || finding("AD-25-1", 6..18);
        assert!(faults(vec![hit()]).is_empty());
        assert!(faults(vec![hit(), finding("YD-8", 0..3), finding("QL-1", 0..3)]).is_empty());
        for wrong in [
            vec![],
            vec![finding("AD-25-1", 12..18)],
            vec![finding("YD-8", 6..12)],
            vec![hit(), finding("VC-1", 0..3)],
            vec![hit(), finding("CR-1", 0..3)],
        ] {
            assert_eq!(faults(wrong.clone()).len(), 1, "{wrong:?}");
        }
    }

    #[test]
    fn an_innocent_page_allows_only_signals() {
        let (mut expected, page) = guilty("保本");
        expected.pages[0].finding = false;
        expected.pages[0].expect.clear();
        expected.pages[0].context = None;
        let mut signal = finding("OB-1", 0..3);
        signal.severity = 1;
        let faults = |f| expected.faults(&expected.pages[0], &page, &f);
        assert!(faults(verdict(false, vec![signal])).is_empty());
        assert_eq!(faults(verdict(false, vec![finding("QL-1", 0..3)])).len(), 1);
        assert_eq!(faults(verdict(true, Vec::new())).len(), 1);
    }

    #[test]
    fn slots_are_against_their_advertisers() {
        let (mut expected, page) = guilty("保本");
        expected.pages[0].against = Some("advertisers".to_owned());
        let faults = |f| expected.faults(&expected.pages[0], &page, &verdict(true, vec![f]));
        assert_eq!(faults(finding("AD-25-1", 0..6)).len(), 1);
        let mut slot = finding("AD-25-1", 0..6);
        slot.advertiser = Some("http://b.test/".to_owned());
        assert!(faults(slot).is_empty());
    }

    #[test]
    fn fragments_do_not_matter() {
        let expected = expected().unwrap();
        let url = Url::parse("http://zhishangjin.test/#top").unwrap();
        assert!(expected.page(&url).is_some_and(|p| p.finding));
    }
}
