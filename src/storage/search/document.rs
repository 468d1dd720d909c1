//! One sealed item as it is searched for.

use super::fields::Fields;
use super::icp;
use crate::model::digest::Digests;
use crate::model::partial_mask::mask;
use crate::model::politeness::politeness_group;
use crate::wire::manifest::Manifest;
use chrono::{DateTime, Utc};
use tantivy::TantivyDocument;
use url::Url;

/// Most bytes of a text that are indexed; no sealed page of the practice web or of real patrols comes near it.
const MOST_TEXT: usize = 4 << 20;

/// What the index is given of one item. Personal data is masked when it is entered.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SearchDocument {
    /// Evidence id.
    pub evidence_id: String,
    /// The text record.
    pub text: String,
    /// Title of the page.
    pub title: String,
    /// Final address, and the one asked for where it differs.
    pub urls: Vec<String>,
    /// Name of the platform.
    pub platform: String,
    /// Names of brand, operator, payee and registered institution.
    pub subjects: Vec<String>,
    /// Case numbers.
    pub cases: Vec<String>,
    /// Digests, lower-case hex.
    pub digests: Vec<String>,
    /// Rules that fired.
    pub rules: Vec<String>,
    /// Begin of the capture.
    pub captured: DateTime<Utc>,
    /// Score, 0 to 100.
    pub score: f64,
}

impl SearchDocument {
    /// The document of a sealed item.
    pub fn of(manifest: &Manifest, text: &str, package: &Digests, cases: &[String]) -> Self {
        let who = &manifest.who;
        let payee = who.payee.as_ref().and_then(|p| p.name.clone());
        let names = [
            who.brand.clone(),
            who.operator.clone(),
            who.operator_code.clone(),
            payee,
            who.institution.clone(),
        ];
        let mut urls = vec![manifest.final_url.clone()];
        if manifest.requested_url != manifest.final_url {
            urls.push(manifest.requested_url.clone());
        }
        let mut digests = vec![hex::encode(package.sha256), hex::encode(package.sm3)];
        digests.extend(
            manifest
                .redirect_chain
                .iter()
                .map(|h| h.payload_sha256.clone()),
        );
        let mut cases = cases.to_vec();
        cases.extend(
            manifest
                .custody
                .case_no
                .clone()
                .filter(|c| !cases.contains(c)),
        );
        let mut rules: Vec<String> = manifest.findings.iter().map(|f| f.rule.clone()).collect();
        rules.sort();
        rules.dedup();
        let mut cases = cases.to_vec();
        let own = manifest.custody.case_no.iter().cloned();
        cases.extend(own.filter(|case| !cases.contains(case)).collect::<Vec<_>>());
        Self {
            evidence_id: manifest.evidence_id.clone(),
            text: text.to_owned(),
            title: manifest.title.clone(),
            urls,
            platform: manifest.platform.clone(),
            subjects: names.into_iter().flatten().collect(),
            cases,
            digests,
            rules,
            captured: manifest.captured_start.utc.parse().unwrap_or_default(),
            score: manifest.score.total,
        }
    }

    /// As the engine takes it, masked.
    pub(super) fn entry(&self, fields: &Fields) -> TantivyDocument {
        let text = mask(cut(&self.text, MOST_TEXT));
        let mut entry = TantivyDocument::new();
        entry.add_text(fields.id, &self.evidence_id);
        entry.add_text(fields.text, &text);
        entry.add_text(fields.title, mask(&self.title));
        entry.add_text(fields.platform, &self.platform);
        let lists = [
            (fields.subject, &self.subjects),
            (fields.case, &self.cases),
            (fields.digest, &self.digests),
            (fields.rule, &self.rules),
        ];
        for (field, values) in lists {
            for value in values {
                entry.add_text(field, value);
            }
        }
        for url in &self.urls {
            entry.add_text(fields.url, mask(url));
        }
        for domain in self.domains() {
            entry.add_text(fields.domain, domain);
        }
        for number in icp::terms(&self.text) {
            entry.add_text(fields.icp, number);
        }
        entry.add_i64(fields.captured, self.captured.timestamp_millis());
        entry.add_f64(fields.score, self.score);
        entry
    }

    /// Hosts of the addresses and the domains above them, down to the registrable one.
    fn domains(&self) -> Vec<String> {
        let mut domains = Vec::new();
        for url in self.urls.iter().filter_map(|u| Url::parse(u).ok()) {
            let host = url.host_str().unwrap_or("").trim_end_matches('.');
            let last = politeness_group(&url);
            let mut domain = host;
            while !domain.is_empty() {
                domains.push(domain.to_owned());
                if domain == last || !host.ends_with(&last) {
                    break;
                }
                domain = domain.split_once('.').map_or("", |(_, rest)| rest);
            }
        }
        domains.sort();
        domains.dedup();
        domains
    }
}

/// At most so many bytes, whole characters.
fn cut(text: &str, most: usize) -> &str {
    let mut end = most.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains_reach_down_to_the_registrable_one() {
        let document = |url: &str| SearchDocument {
            urls: vec![url.to_owned()],
            ..SearchDocument::default()
        };
        assert_eq!(
            document("https://a.b.licai.com.cn:8443/x").domains(),
            ["a.b.licai.com.cn", "b.licai.com.cn", "licai.com.cn"]
        );
        assert_eq!(document("http://192.0.2.1/").domains(), ["192.0.2.1"]);
        assert_eq!(document("no address").domains(), Vec::<String>::new());
    }
}
