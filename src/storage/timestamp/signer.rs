//! Who signed a time-stamp token: signature over the signed attributes (RFC 5652, 5.4), signing certificate (RFC 5035),
//! purpose (RFC 3161, 2.3) and chain (RFC 5280).
//!
//! Revocation is not asked: it would need the network. SM2 certificates are not known to the verifier and count as
//! untrusted.

use super::token::{TST_INFO, TokenFault};
use aws_lc_rs::digest::{self, Algorithm};
use chrono::{DateTime, Utc};
use cms::cert::CertificateChoices;
use cms::signed_data::{SignedAttributes, SignedData, SignerIdentifier, SignerInfo};
use der::asn1::{Any, ObjectIdentifier, OctetString};
use der::{Decode, Encode, Sequence};
use rustls::pki_types::{CertificateDer, SignatureVerificationAlgorithm, UnixTime};
use spki::AlgorithmIdentifierOwned;
use std::time::Duration;
use webpki::aws_lc_rs as algorithms;
use webpki::{EndEntityCert, KeyUsage};
use x509_cert::Certificate;
use x509_cert::ext::pkix::{ExtendedKeyUsage, SubjectKeyIdentifier};

const fn oid(text: &'static str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(text)
}

const CONTENT_TYPE: ObjectIdentifier = oid("1.2.840.113549.1.9.3");
const MESSAGE_DIGEST: ObjectIdentifier = oid("1.2.840.113549.1.9.4");
const SIGNING_CERTIFICATE: ObjectIdentifier = oid("1.2.840.113549.1.9.16.2.12");
const SIGNING_CERTIFICATE_V2: ObjectIdentifier = oid("1.2.840.113549.1.9.16.2.47");
const EXTENDED_KEY_USAGE: ObjectIdentifier = oid("2.5.29.37");
const SUBJECT_KEY_ID: ObjectIdentifier = oid("2.5.29.14");
const TIME_STAMPING: ObjectIdentifier = oid("1.3.6.1.5.5.7.3.8");
/// Content octets of the same, as the chain's verifier takes it.
const TIME_STAMPING_BYTES: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 8];
const SHA_1: ObjectIdentifier = oid("1.3.14.3.2.26");
const SHA_256: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.1");
const SHA_384: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.2");
const SHA_512: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.3");
const RSA: ObjectIdentifier = oid("1.2.840.113549.1.1.1");
const RSA_PSS: ObjectIdentifier = oid("1.2.840.113549.1.1.10");
const EC_KEY: ObjectIdentifier = oid("1.2.840.10045.2.1");
const ED25519: ObjectIdentifier = oid("1.3.101.112");

/// `SigningCertificate` (RFC 2634) and `SigningCertificateV2` (RFC 5035): the first names the signer.
#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
struct SigningCertificate {
    certs: Vec<EssCertId>,
    #[asn1(optional = "true")]
    policies: Option<Any>,
}

/// `ESSCertID` and `ESSCertIDv2`; the first form has no algorithm and means SHA-1.
#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
struct EssCertId {
    #[asn1(optional = "true")]
    hash_algorithm: Option<AlgorithmIdentifierOwned>,
    cert_hash: OctetString,
    #[asn1(optional = "true")]
    issuer_serial: Option<Any>,
}

fn wrong(why: &str) -> TokenFault {
    TokenFault::Signature(why.to_owned())
}

/// Checks the one signature of a token over `content`; gives the subject of the certificate that made it.
pub(super) fn check(
    data: &SignedData,
    content: &[u8],
    time: DateTime<Utc>,
    roots: &[CertificateDer<'_>],
) -> Result<String, TokenFault> {
    let [signer] = data.signer_infos.0.as_slice() else {
        return Err(wrong("the token does not have exactly one signature"));
    };
    let certificates = certificates(data);
    let certificate = certificates
        .iter()
        .find(|c| is_of(&signer.sid, c))
        .ok_or_else(|| wrong("the token does not bring its signer's certificate"))?;
    let attributes = signer
        .signed_attrs
        .as_ref()
        .ok_or_else(|| wrong("the token has no signed attributes"))?;
    check_attributes(signer, attributes, content, certificate)?;
    check_purpose(certificate)?;
    let leaf = CertificateDer::from(certificate.to_der()?);
    check_signature(signer, attributes, &leaf)?;
    let others: Vec<CertificateDer<'static>> = certificates
        .iter()
        .filter(|c| *c != certificate)
        .filter_map(|c| c.to_der().ok())
        .map(CertificateDer::from)
        .collect();
    check_chain(&leaf, &others, time, roots)?;
    Ok(certificate.tbs_certificate.subject.to_string())
}

fn certificates(data: &SignedData) -> Vec<Certificate> {
    let all = data.certificates.iter().flat_map(|set| set.0.iter());
    all.filter_map(|choice| match choice {
        CertificateChoices::Certificate(certificate) => Some(certificate.clone()),
        CertificateChoices::Other(_) => None,
    })
    .collect()
}

fn extension(certificate: &Certificate, id: ObjectIdentifier) -> Option<(&[u8], bool)> {
    let mut all = certificate.tbs_certificate.extensions.iter().flatten();
    all.find(|e| e.extn_id == id)
        .map(|e| (e.extn_value.as_bytes(), e.critical))
}

fn is_of(sid: &SignerIdentifier, certificate: &Certificate) -> bool {
    let facts = &certificate.tbs_certificate;
    match sid {
        SignerIdentifier::IssuerAndSerialNumber(named) => {
            named.issuer == facts.issuer && named.serial_number == facts.serial_number
        }
        SignerIdentifier::SubjectKeyIdentifier(named) => extension(certificate, SUBJECT_KEY_ID)
            .and_then(|(value, _)| SubjectKeyIdentifier::from_der(value).ok())
            .is_some_and(|own| own == *named),
    }
}

fn digest_of(algorithm: ObjectIdentifier) -> Option<&'static Algorithm> {
    match algorithm {
        SHA_256 => Some(&digest::SHA256),
        SHA_384 => Some(&digest::SHA384),
        SHA_512 => Some(&digest::SHA512),
        _ => None,
    }
}

/// The one value of an attribute that stands once.
fn attribute(attributes: &SignedAttributes, id: ObjectIdentifier) -> Option<&Any> {
    let mut found = attributes.iter().filter(|a| a.oid == id);
    let one = found.next().filter(|a| a.values.len() == 1)?;
    found.next().is_none().then(|| one.values.get(0)).flatten()
}

fn check_attributes(
    signer: &SignerInfo,
    attributes: &SignedAttributes,
    content: &[u8],
    certificate: &Certificate,
) -> Result<(), TokenFault> {
    let kind = attribute(attributes, CONTENT_TYPE)
        .and_then(|value| value.decode_as::<ObjectIdentifier>().ok());
    if kind != Some(TST_INFO) {
        return Err(wrong("the signed content type is not that of a time stamp"));
    }
    let algorithm = digest_of(signer.digest_alg.oid)
        .ok_or_else(|| wrong("the token's digest is not SHA-256, SHA-384 or SHA-512"))?;
    let stated = attribute(attributes, MESSAGE_DIGEST)
        .and_then(|value| value.decode_as::<OctetString>().ok());
    let found = digest::digest(algorithm, content);
    if stated.as_ref().map(OctetString::as_bytes) != Some(found.as_ref()) {
        return Err(wrong(
            "the signed digest is not that of the token's content",
        ));
    }
    if names_signer(attributes, certificate)? {
        return Ok(());
    }
    Err(wrong("the signed attributes name another certificate"))
}

/// Whether the signed attributes name this certificate as the signer's; without one of them it is not said.
fn names_signer(
    attributes: &SignedAttributes,
    certificate: &Certificate,
) -> Result<bool, TokenFault> {
    let (value, first) = match attribute(attributes, SIGNING_CERTIFICATE_V2) {
        Some(value) => (value, SHA_256),
        None => match attribute(attributes, SIGNING_CERTIFICATE) {
            Some(value) => (value, SHA_1),
            None => return Ok(false),
        },
    };
    let named: SigningCertificate = value.decode_as()?;
    let Some(id) = named.certs.first() else {
        return Ok(false);
    };
    let stated = id.hash_algorithm.as_ref().map_or(first, |a| a.oid);
    // SHA-1 only names the certificate here; the signature itself never rests on it.
    let algorithm = match stated {
        SHA_1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
        other => digest_of(other).ok_or_else(|| wrong("the certificate's digest is not known"))?,
    };
    let found = digest::digest(algorithm, &certificate.to_der()?);
    Ok(id.cert_hash.as_bytes() == found.as_ref())
}

/// The certificate is for time stamps and nothing else, and says so critically (RFC 3161, 2.3).
fn check_purpose(certificate: &Certificate) -> Result<(), TokenFault> {
    let purpose = extension(certificate, EXTENDED_KEY_USAGE)
        .filter(|(_, critical)| *critical)
        .and_then(|(value, _)| ExtendedKeyUsage::from_der(value).ok());
    if purpose.is_some_and(|purpose| purpose.0 == [TIME_STAMPING]) {
        return Ok(());
    }
    Err(wrong(
        "the signer's certificate is not one for time stamps alone",
    ))
}

fn check_signature(
    signer: &SignerInfo,
    attributes: &SignedAttributes,
    leaf: &CertificateDer<'_>,
) -> Result<(), TokenFault> {
    // The signature is over the attributes as a SET OF in DER, not over the tagged form in which they are sent.
    let message = attributes.to_der()?;
    let certificate = EndEntityCert::try_from(leaf)
        .map_err(|e| wrong(&format!("the signer's certificate cannot be read: {e}")))?;
    let candidates = candidates(signer.signature_algorithm.oid, signer.digest_alg.oid);
    if candidates.is_empty() {
        return Err(wrong("the signature algorithm is not known"));
    }
    let good = candidates.iter().any(|algorithm| {
        certificate
            .verify_signature(*algorithm, &message, signer.signature.as_bytes())
            .is_ok()
    });
    if good {
        return Ok(());
    }
    Err(wrong("the signature is not over the token's attributes"))
}

/// The algorithms that an identifier can mean, by kind of key.
fn candidates(
    signature: ObjectIdentifier,
    digest: ObjectIdentifier,
) -> Vec<&'static dyn SignatureVerificationAlgorithm> {
    const RSA_SHA_256: ObjectIdentifier = oid("1.2.840.113549.1.1.11");
    const RSA_SHA_384: ObjectIdentifier = oid("1.2.840.113549.1.1.12");
    const RSA_SHA_512: ObjectIdentifier = oid("1.2.840.113549.1.1.13");
    const ECDSA_SHA_256: ObjectIdentifier = oid("1.2.840.10045.4.3.2");
    const ECDSA_SHA_384: ObjectIdentifier = oid("1.2.840.10045.4.3.3");
    const ECDSA_SHA_512: ObjectIdentifier = oid("1.2.840.10045.4.3.4");
    match (signature, digest) {
        (RSA_SHA_256, _) | (RSA, SHA_256) => vec![algorithms::RSA_PKCS1_2048_8192_SHA256],
        (RSA_SHA_384, _) | (RSA, SHA_384) => vec![algorithms::RSA_PKCS1_2048_8192_SHA384],
        (RSA_SHA_512, _) | (RSA, SHA_512) => vec![algorithms::RSA_PKCS1_2048_8192_SHA512],
        (RSA_PSS, SHA_256) => vec![algorithms::RSA_PSS_2048_8192_SHA256_LEGACY_KEY],
        (RSA_PSS, SHA_384) => vec![algorithms::RSA_PSS_2048_8192_SHA384_LEGACY_KEY],
        (RSA_PSS, SHA_512) => vec![algorithms::RSA_PSS_2048_8192_SHA512_LEGACY_KEY],
        (ECDSA_SHA_256, _) | (EC_KEY, SHA_256) => {
            vec![algorithms::ECDSA_P256_SHA256, algorithms::ECDSA_P384_SHA256]
        }
        (ECDSA_SHA_384, _) | (EC_KEY, SHA_384) => {
            vec![algorithms::ECDSA_P384_SHA384, algorithms::ECDSA_P256_SHA384]
        }
        (ECDSA_SHA_512, _) | (EC_KEY, SHA_512) => {
            vec![algorithms::ECDSA_P384_SHA512, algorithms::ECDSA_P256_SHA512]
        }
        (ED25519, _) => vec![algorithms::ED25519],
        _ => Vec::new(),
    }
}

fn check_chain(
    leaf: &CertificateDer<'_>,
    others: &[CertificateDer<'static>],
    time: DateTime<Utc>,
    roots: &[CertificateDer<'_>],
) -> Result<(), TokenFault> {
    let untrusted = |why: String| TokenFault::Untrusted(why);
    let anchors: Vec<_> = roots
        .iter()
        .filter_map(|root| webpki::anchor_from_trusted_cert(root).ok())
        .collect();
    if anchors.is_empty() {
        return Err(untrusted("none is known".to_owned()));
    }
    let seconds = u64::try_from(time.timestamp())
        .map_err(|_| untrusted("the token's time is before 1970".to_owned()))?;
    let at = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
    let certificate = EndEntityCert::try_from(leaf).map_err(|e| untrusted(e.to_string()))?;
    let usage = KeyUsage::required(TIME_STAMPING_BYTES);
    certificate
        .verify_for_usage(
            webpki::ALL_VERIFICATION_ALGS,
            &anchors,
            others,
            at,
            usage,
            None,
            None,
        )
        .map(|_| ())
        .map_err(|e| untrusted(format!("{e} (at {time})")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::{CertificateParams, CustomExtension, IsCa, Issuer, KeyPair};

    const TIME_STAMPING_DER: &[u8] = &[0x30, 0x0a, 6, 8, 0x2b, 6, 1, 5, 5, 7, 3, 8];
    const TWO_PURPOSES: &[u8] = &[
        0x30, 0x14, 6, 8, 0x2b, 6, 1, 5, 5, 7, 3, 8, 6, 8, 0x2b, 6, 1, 5, 5, 7, 3, 1,
    ];

    fn params(purpose: Option<(&[u8], bool)>) -> CertificateParams {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        if let Some((content, critical)) = purpose {
            let mut extension =
                CustomExtension::from_oid_content(&[2, 5, 29, 37], content.to_vec());
            extension.set_criticality(critical);
            params.custom_extensions.push(extension);
        }
        params
    }

    #[test]
    fn a_certificate_is_for_time_stamps_alone_and_says_so_critically() {
        for (purpose, good) in [
            (Some((TIME_STAMPING_DER, true)), true),
            (Some((TIME_STAMPING_DER, false)), false),
            (Some((TWO_PURPOSES, true)), false),
            (None, false),
        ] {
            let key = KeyPair::generate().unwrap();
            let made = params(purpose).self_signed(&key).unwrap();
            let certificate = Certificate::from_der(made.der()).unwrap();
            assert_eq!(check_purpose(&certificate).is_ok(), good, "{purpose:?}");
        }
    }

    #[test]
    fn the_chain_is_held_to_the_time_of_the_token() {
        let root_key = KeyPair::generate().unwrap();
        let mut root = CertificateParams::new(Vec::new()).unwrap();
        root.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let root_der = root.self_signed(&root_key).unwrap().der().clone();
        let issuer = Issuer::new(root, root_key);
        let mut leaf = params(Some((TIME_STAMPING_DER, true)));
        leaf.not_before = rcgen::date_time_ymd(2026, 1, 1);
        leaf.not_after = rcgen::date_time_ymd(2027, 1, 1);
        let key = KeyPair::generate().unwrap();
        let leaf = leaf.signed_by(&key, &issuer).unwrap().der().clone();
        let roots = [root_der];
        for (time, good) in [
            ("2026-06-01T00:00:00Z", true),
            ("2025-12-31T00:00:00Z", false),
            ("2027-06-01T00:00:00Z", false),
            ("1960-01-01T00:00:00Z", false),
        ] {
            let found = check_chain(&leaf, &[], time.parse().unwrap(), &roots);
            assert_eq!(found.is_ok(), good, "{time}: {found:?}");
        }
        let other = KeyPair::generate().unwrap();
        let other = params(None).self_signed(&other).unwrap().der().clone();
        let time = "2026-06-01T00:00:00Z".parse().unwrap();
        assert!(check_chain(&leaf, &[], time, &[other]).is_err());
        assert!(check_chain(&leaf, &[], time, &[]).is_err());
    }
}
