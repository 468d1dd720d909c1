//! What a leaf certificate says of itself (RFC 5280), read from its DER form.

use super::digest::sha256;
use crate::model::certificate::CertificateFacts;
use chrono::{DateTime, Utc};
use der::{Decode, Encode};
use x509_cert::Certificate;
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::time::Time;

/// Names kept of one certificate.
const MOST_NAMES: usize = 100;
/// Characters kept of an issuer or subject.
const LONGEST: usize = 300;

/// The facts of a certificate; `None` when it is no certificate in strict DER.
pub fn facts(der: &[u8]) -> Option<CertificateFacts> {
    let certificate = Certificate::from_der(der).ok()?;
    let body = &certificate.tbs_certificate;
    let key = body.subject_public_key_info.to_der().ok()?;
    Some(CertificateFacts {
        sha256: hex::encode(sha256(der)),
        issuer: short(&body.issuer.to_string()),
        subject: short(&body.subject.to_string()),
        names: names(&certificate),
        key_sha256: hex::encode(sha256(&key)),
        not_before: moment(body.validity.not_before)?,
        not_after: moment(body.validity.not_after)?,
    })
}

fn short(name: &str) -> String {
    name.chars().take(LONGEST).collect()
}

fn names(certificate: &Certificate) -> Vec<String> {
    let found = certificate.tbs_certificate.get::<SubjectAltName>();
    let Ok(Some((_, alternatives))) = found else {
        return Vec::new();
    };
    let dns = alternatives.0.iter().filter_map(|name| match name {
        GeneralName::DnsName(name) => Some(name.as_str().to_ascii_lowercase()),
        _ => None,
    });
    let mut names: Vec<String> = dns.take(MOST_NAMES).collect();
    names.sort_unstable();
    names
}

fn moment(time: Time) -> Option<DateTime<Utc>> {
    let seconds = time.to_unix_duration().as_secs();
    DateTime::from_timestamp(i64::try_from(seconds).ok()?, 0)
}

#[cfg(test)]
mod tests {
    use super::facts;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_bytes_are_taken(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            facts(&bytes);
        }
    }
}
