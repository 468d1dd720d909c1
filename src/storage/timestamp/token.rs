//! The answer of a time-stamp authority (RFC 3161, 2.4.2), judged before it is kept and whenever it is looked at.

use super::request::SHA_256;
use super::signer;
use chrono::{DateTime, NaiveDateTime, Utc};
use cms::content_info::ContentInfo;
use cms::signed_data::SignedData;
use der::asn1::{Any, Int, OctetString};
use der::oid::ObjectIdentifier;
use der::{Decode, Encode, Sequence, Tag, Tagged};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use x509_tsp::{MessageImprint, TimeStampResp};

/// The largest answer that is read, in bytes; usual ones have 3,000 to 8,000.
pub const MAX_REPLY: usize = 128 * 1024;

const SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
/// Content type of time-stamp tokens.
pub(super) const TST_INFO: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.1.4");

/// What a good token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenFacts {
    /// When the digest was there, by the authority's clock.
    pub time: DateTime<Utc>,
    /// Serial number of the token, in hexadecimal.
    pub serial: String,
    /// The authority's policy (an object identifier).
    pub policy: String,
    /// The certificate's subject.
    pub authority: String,
}

/// Why an answer is no good token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenFault {
    /// The authority said no.
    #[error("the authority refused: {0}")]
    Refused(String),
    /// It is not in the form of RFC 3161 and RFC 5652 in DER.
    #[error("the answer cannot be read: {0}")]
    Malformed(String),
    /// It answers something else than was asked.
    #[error("{0}")]
    Other(String),
    /// The signature, or the certificate that made it, is not as it must be.
    #[error("{0}")]
    Signature(String),
    /// The certificate does not lead to a certificate that is trusted here.
    #[error("its certificate does not lead to a trusted one: {0}")]
    Untrusted(String),
}

impl From<der::Error> for TokenFault {
    fn from(error: der::Error) -> Self {
        Self::Malformed(error.to_string())
    }
}

/// `TSTInfo`. Its time is read by hand, since it may hold fractions of a second, which certificates may not.
#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
struct TstInfo {
    version: u8,
    policy: ObjectIdentifier,
    message_imprint: MessageImprint,
    serial_number: Int,
    gen_time: Any,
    #[asn1(optional = "true")]
    accuracy: Option<x509_tsp::Accuracy>,
    #[asn1(default = "Default::default")]
    ordering: bool,
    #[asn1(optional = "true")]
    nonce: Option<Int>,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    tsa: Option<Any>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    extensions: Option<x509_cert::ext::Extensions>,
}

/// Reads certificates in PEM; there must be one at least.
pub fn read_certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, String> {
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    let read = read.map_err(|e| e.to_string())?;
    if read.is_empty() {
        return Err("holds no certificate in PEM".to_owned());
    }
    Ok(read)
}

/// Judges an answer: status, imprint, nonce (when the question is at hand), signature over the signed attributes,
/// signing certificate (ESSCertID, RFC 5035), its purpose, and its way to one of `roots` at the token's time.
pub fn judge(
    reply: &[u8],
    imprint: &[u8; 32],
    nonce: Option<&[u8; 8]>,
    roots: &[CertificateDer<'_>],
) -> Result<TokenFacts, TokenFault> {
    if reply.len() > MAX_REPLY {
        return Err(TokenFault::Malformed(format!(
            "{} bytes are too many",
            reply.len()
        )));
    }
    let data = signed_data(reply)?;
    let content = data
        .encap_content_info
        .econtent
        .as_ref()
        .ok_or_else(|| TokenFault::Malformed("the token is empty".to_owned()))?
        .decode_as::<OctetString>()?;
    let info = TstInfo::from_der(content.as_bytes())?;
    check_answer(&info, imprint, nonce)?;
    let time = time_of(&info.gen_time)?;
    let authority = signer::check(&data, content.as_bytes(), time, roots)?;
    Ok(TokenFacts {
        time,
        serial: hex::encode(info.serial_number.as_bytes()),
        policy: info.policy.to_string(),
        authority,
    })
}

fn signed_data(reply: &[u8]) -> Result<SignedData, TokenFault> {
    let answer = TimeStampResp::from_der(reply)?;
    let status = answer.status.status as u8;
    if status > 1 {
        let said = answer.status.status_string.iter().flatten();
        let said: Vec<String> = said
            .map(|text| text.as_str().escape_debug().take(200).collect())
            .collect();
        return Err(TokenFault::Refused(format!(
            "status {status} {}",
            said.join(" ")
        )));
    }
    let token: ContentInfo = answer
        .time_stamp_token
        .ok_or_else(|| TokenFault::Malformed("the token is missing".to_owned()))?;
    if token.content_type != SIGNED_DATA {
        return Err(TokenFault::Malformed("the token is not signed".to_owned()));
    }
    let data = SignedData::from_der(&token.content.to_der()?)?;
    if data.encap_content_info.econtent_type != TST_INFO {
        return Err(TokenFault::Malformed(
            "the token is no time stamp".to_owned(),
        ));
    }
    Ok(data)
}

fn check_answer(
    info: &TstInfo,
    imprint: &[u8; 32],
    nonce: Option<&[u8; 8]>,
) -> Result<(), TokenFault> {
    let other = |why: &str| Err(TokenFault::Other(why.to_owned()));
    if info.version != 1 {
        return other("the token's version is not known");
    }
    let stamped = &info.message_imprint;
    if stamped.hash_algorithm.oid != SHA_256 || stamped.hashed_message.as_bytes() != imprint {
        return other("the token is over other bytes than these");
    }
    let answered = info.nonce.as_ref().map(Int::as_bytes);
    if nonce.is_some_and(|nonce| answered != Some(nonce)) {
        return other("the token does not repeat the nonce of the question");
    }
    Ok(())
}

/// `YYYYMMDDhhmmss[.s...]Z` (RFC 3161, 2.4.2).
fn time_of(value: &Any) -> Result<DateTime<Utc>, TokenFault> {
    let wrong = || TokenFault::Malformed("the token's time is not in its form".to_owned());
    if value.tag() != Tag::GeneralizedTime {
        return Err(wrong());
    }
    let text = std::str::from_utf8(value.value()).map_err(|_| wrong())?;
    let text = text.strip_suffix('Z').ok_or_else(wrong)?;
    NaiveDateTime::parse_from_str(text, "%Y%m%d%H%M%S%.f")
        .map(|time| time.and_utc())
        .map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_may_hold_fractions() {
        let time = |text: &str| {
            let value = Any::new(Tag::GeneralizedTime, text.as_bytes()).unwrap();
            time_of(&value).map(|t| t.to_rfc3339())
        };
        assert_eq!(
            time("20261125120001Z").unwrap(),
            "2026-11-25T12:00:01+00:00"
        );
        assert_eq!(
            time("20261125120001.25Z").unwrap(),
            "2026-11-25T12:00:01.250+00:00"
        );
        for bad in ["20261125120001", "20261325120001Z", "", "Z", "2026112512Z"] {
            assert!(time(bad).is_err(), "{bad}");
        }
    }

    proptest::proptest! {
        #[test]
        fn foreign_bytes_never_panic(bytes in proptest::collection::vec(0u8.., 0..300)) {
            proptest::prop_assert!(judge(&bytes, &[0; 32], None, &[]).is_err());
            let _ = read_certificates(&bytes);
        }
    }
}
