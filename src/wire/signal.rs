//! Signals, comparisons of vantages, and what is remembered of sites and pages, as stored (`wangxun-signals/1`).

use crate::model::certificate::CertificateFacts;
use crate::model::partial_mask::mask;
use crate::model::signal::{CaptureName, Signal, SignalKind};
use crate::model::site_memory::{LastLook, SiteMemory};
use crate::model::sketch::{MINIMA, Sketch};
use crate::model::vantage::{Vantage, VantageMark};
use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

/// A capture that a signal names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredCapture {
    /// The run.
    pub run: String,
    /// The visit within the run.
    pub visit: String,
    /// Record id of the last response in the run's WARC files; empty where there was no answer.
    pub record: String,
    /// The sealed item of the capture, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence_id: Option<String>,
}

/// One signal. It is no finding and adds to no score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredSignal {
    /// The word of [`SignalKind`].
    pub code: String,
    /// Its name in Chinese.
    pub label: String,
    /// 1 to 3: how much it deserves a look.
    pub severity: u8,
    /// Host of the address.
    pub host: String,
    /// Address of the page.
    pub url: String,
    /// The seed.
    pub seed: String,
    /// From where it was looked at; none where the list names no vantages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vantage: Option<String>,
    /// One sentence in Chinese.
    pub detail: String,
    /// What was before, or what it is held against.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// What is now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// When it was observed first (UTC).
    pub at: String,
    /// When it was observed last (UTC).
    pub last: String,
    /// In how many captures it was observed.
    pub times: u64,
    /// The capture that showed it last.
    pub capture: StoredCapture,
    /// The capture that it is held against.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earlier: Option<StoredCapture>,
}

impl From<&CaptureName> for StoredCapture {
    fn from(name: &CaptureName) -> Self {
        Self {
            run: name.run.clone(),
            visit: name.visit.clone(),
            record: name.record.clone(),
            evidence_id: None,
        }
    }
}

impl From<&Signal> for StoredSignal {
    fn from(signal: &Signal) -> Self {
        let kind = signal.observed.kind;
        let at = utc(signal.at);
        Self {
            code: kind.code().to_owned(),
            label: kind.label().to_owned(),
            severity: kind.severity(),
            host: signal.url.host_str().unwrap_or_default().to_owned(),
            url: signal.url.as_str().to_owned(),
            seed: signal.seed_id.clone(),
            vantage: signal.vantage.map(Vantage::code),
            detail: cut(&signal.observed.detail),
            before: signal.observed.before.as_deref().map(cut),
            after: signal.observed.after.as_deref().map(cut),
            last: at.clone(),
            at,
            times: 1,
            capture: (&signal.capture).into(),
            earlier: signal.earlier.as_ref().map(Into::into),
        }
    }
}

impl StoredSignal {
    /// The kind; `None` for a word that this version does not know.
    pub fn kind(&self) -> Option<SignalKind> {
        SignalKind::parse(&self.code)
    }
}

/// Characters kept of what outside data says.
const LONGEST: usize = 600;

/// What is kept of outside words: short, personal data masked.
fn cut(text: &str) -> String {
    let short: String = text.chars().take(LONGEST).collect();
    mask(&short).into_owned()
}

fn utc(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// From where a capture was made, in a manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredVantage {
    /// The word of [`Vantage`], such as `mobile+ad`. What was sent stands in the request record.
    pub view: String,
    /// The page that the request named as its origin.
    pub referrer: Option<String>,
    /// The written basis for passing for another browser, in Chinese.
    pub basis: Option<String>,
}

impl From<&VantageMark> for StoredVantage {
    fn from(mark: &VantageMark) -> Self {
        Self {
            view: mark.vantage.code(),
            referrer: mark.referrer.as_ref().map(|r| r.as_str().to_owned()),
            basis: mark.basis.clone(),
        }
    }
}

/// Two looks at one address, held against each other, in the manifest of the second one. The package holds the exchanges and
/// the texts of both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredComparison {
    /// The look from the base vantage.
    pub base: StoredLook,
    /// What follows: `same`, `layout`, `different`, `cloaked` or `unsaid`.
    pub resemblance: String,
    /// Runs of five characters (figures masked) that stand in both texts, over all of either, in thousandths.
    pub shared: u16,
    /// The same, over those of the shorter text.
    pub contained: u16,
    /// What differs and matters.
    pub differences: Vec<StoredDifference>,
}

/// The other look of a comparison.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredLook {
    /// From where.
    pub view: String,
    /// When its last request was sent (UTC).
    pub captured: String,
    /// The run.
    pub run: String,
    /// The visit.
    pub visit: String,
    /// Its evidence identifier; whether such an item is sealed is another matter.
    pub evidence_id: String,
    /// HTTP status of its last hop.
    pub status: u16,
    /// Its final address.
    pub final_url: String,
    /// Its title.
    pub title: String,
    /// Record id of its last response, in this package and in the run's WARC files.
    pub response: String,
    /// SHA-256 of the payload of its last hop, lower-case hex.
    pub payload_sha256: String,
    /// Findings in it.
    pub findings: u32,
}

/// One thing that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredDifference {
    /// Which: `status`, `address`, `leads-to`, `rules`, `claims`, `offer`, `operator`, `filing`.
    pub what: String,
    /// As the base shows it; empty for nothing.
    pub base: String,
    /// As this vantage shows it; empty for nothing.
    pub other: String,
}

/// Moments as milliseconds since 1970.
mod millis {
    use chrono::{DateTime, Utc};
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(at: &DateTime<Utc>, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_i64(at.timestamp_millis())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<DateTime<Utc>, D::Error> {
        let millis = i64::deserialize(from)?;
        let beyond = || serde::de::Error::custom("a moment beyond all calendars");
        DateTime::from_timestamp_millis(millis).ok_or_else(beyond)
    }
}

/// [`SiteMemory`] as stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SiteRow {
    #[serde(with = "millis")]
    first_seen: DateTime<Utc>,
    #[serde(with = "millis")]
    last_seen: DateTime<Utc>,
    run: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    certificate: Option<CertificateRow>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    addresses: Vec<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct CertificateRow {
    sha256: String,
    issuer: String,
    subject: String,
    names: Vec<String>,
    key_sha256: String,
    #[serde(with = "millis")]
    not_before: DateTime<Utc>,
    #[serde(with = "millis")]
    not_after: DateTime<Utc>,
}

impl From<&SiteMemory> for SiteRow {
    fn from(site: &SiteMemory) -> Self {
        Self {
            first_seen: site.first_seen,
            last_seen: site.last_seen,
            run: site.run.clone(),
            certificate: site.certificate.as_ref().map(|c| CertificateRow {
                sha256: c.sha256.clone(),
                issuer: c.issuer.clone(),
                subject: c.subject.clone(),
                names: c.names.clone(),
                key_sha256: c.key_sha256.clone(),
                not_before: c.not_before,
                not_after: c.not_after,
            }),
            addresses: site.addresses.clone(),
        }
    }
}

impl SiteRow {
    /// The memory of this host.
    pub fn memory(self, host: &str) -> SiteMemory {
        SiteMemory {
            host: host.to_owned(),
            first_seen: self.first_seen,
            last_seen: self.last_seen,
            run: self.run,
            certificate: self.certificate.map(|c| CertificateFacts {
                sha256: c.sha256,
                issuer: c.issuer,
                subject: c.subject,
                names: c.names,
                key_sha256: c.key_sha256,
                not_before: c.not_before,
                not_after: c.not_after,
            }),
            addresses: self.addresses,
        }
    }
}

/// [`LastLook`] as stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PageRow {
    url: String,
    vantage: String,
    #[serde(with = "millis")]
    at: DateTime<Utc>,
    run: String,
    visit: String,
    record: String,
    status: u16,
    final_url: String,
    title: String,
    operator: String,
    simhash: String,
    minima: String,
    runs: u32,
    gone: bool,
}

impl From<&LastLook> for PageRow {
    fn from(page: &LastLook) -> Self {
        let minima: Vec<u8> = page
            .sketch
            .minima
            .iter()
            .flat_map(|m| m.to_be_bytes())
            .collect();
        Self {
            url: page.url.clone(),
            vantage: page.vantage.clone(),
            at: page.at,
            run: page.run.clone(),
            visit: page.visit.clone(),
            record: page.record.clone(),
            status: page.status,
            final_url: page.final_url.clone(),
            title: page.title.chars().take(LONGEST).collect(),
            operator: page.operator.chars().take(LONGEST).collect(),
            simhash: format!("{:016x}", page.sketch.simhash),
            minima: hex::encode(minima),
            runs: page.sketch.runs,
            gone: page.gone,
        }
    }
}

impl PageRow {
    /// The memory; `None` when the sketch is malformed.
    pub fn memory(self) -> Option<LastLook> {
        let bytes = hex::decode(&self.minima).ok()?;
        let mut minima = [0u16; MINIMA];
        if bytes.len() != MINIMA * 2 {
            return None;
        }
        for (minimum, pair) in minima.iter_mut().zip(bytes.chunks_exact(2)) {
            *minimum = u16::from_be_bytes(pair.try_into().ok()?);
        }
        Some(LastLook {
            sketch: Sketch {
                simhash: u64::from_str_radix(&self.simhash, 16).ok()?,
                minima,
                runs: self.runs,
            },
            url: self.url,
            vantage: self.vantage,
            at: self.at,
            run: self.run,
            visit: self.visit,
            record: self.record,
            status: self.status,
            final_url: self.final_url,
            title: self.title,
            operator: self.operator,
            gone: self.gone,
        })
    }
}

/// A page that others may resemble.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LikePage {
    /// Its fingerprint.
    pub simhash: u64,
    /// Its registrable domain.
    pub domain: String,
    /// Its address.
    pub url: String,
    /// Its title.
    pub title: String,
    /// The capture that showed it.
    pub capture: StoredCapture,
}

/// Where the base look of a visit lies in the run's archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BaseRow {
    /// Name of the WARC file.
    pub file: String,
    /// Where the capture begins.
    pub offset: u64,
    /// Its bytes.
    pub length: u64,
    /// Record id of the last response.
    pub response: String,
    /// SHA-256 of its payload.
    pub payload: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memories_come_back() {
        let page = LastLook {
            url: "http://a.test/".into(),
            vantage: "mobile".into(),
            at: DateTime::<Utc>::UNIX_EPOCH,
            run: "r".into(),
            visit: "v".into(),
            record: "urn:uuid:x".into(),
            status: 200,
            final_url: "http://a.test/x".into(),
            title: "题".into(),
            operator: "某".into(),
            sketch: Sketch {
                simhash: u64::MAX - 1,
                minima: std::array::from_fn(|n| n as u16 * 1000),
                runs: 7,
            },
            gone: true,
        };
        let text = serde_json::to_string(&PageRow::from(&page)).unwrap();
        assert!(text.len() < 700, "{}", text.len());
        let back: PageRow = serde_json::from_str(&text).unwrap();
        assert_eq!(back.memory(), Some(page));
        let broken = text.replace("\"minima\":\"0000", "\"minima\":\"00");
        assert_eq!(
            serde_json::from_str::<PageRow>(&broken).unwrap().memory(),
            None
        );
    }
}
