//! The question to a time-stamp authority (RFC 3161, 2.4.1).

use der::asn1::{Any, Int, OctetString};
use der::oid::ObjectIdentifier;
use der::{Encode, Tag};
use spki::AlgorithmIdentifier;
use x509_tsp::{MessageImprint, TimeStampReq, TspVersion};

/// SHA-256 (NIST, RFC 5754).
pub(crate) const SHA_256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");

/// A question for the time of one digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// SHA-256 of what is to be stamped.
    pub imprint: [u8; 32],
    /// A random number that the answer must repeat.
    pub nonce: [u8; 8],
    /// The question in DER, sent as `application/timestamp-query`.
    pub der: Vec<u8>,
}

impl Request {
    /// A question for the time of this digest, with a fresh nonce.
    pub fn new(imprint: [u8; 32]) -> Result<Self, String> {
        let mut nonce = [0; 8];
        getrandom::fill(&mut nonce).map_err(|e| e.to_string())?;
        // Positive and without leading zeros, as DER wants it.
        nonce[0] = nonce[0] & 0x3f | 0x40;
        let der = question(&imprint, &nonce)
            .and_then(|question| question.to_der())
            .map_err(|e| e.to_string())?;
        Ok(Self {
            imprint,
            nonce,
            der,
        })
    }
}

fn question(imprint: &[u8; 32], nonce: &[u8; 8]) -> der::Result<TimeStampReq> {
    Ok(TimeStampReq {
        version: TspVersion::V1,
        message_imprint: MessageImprint {
            hash_algorithm: AlgorithmIdentifier {
                oid: SHA_256,
                parameters: Some(Any::new(Tag::Null, [])?),
            },
            hashed_message: OctetString::new(imprint.as_slice())?,
        },
        req_policy: None,
        nonce: Some(Int::new(nonce)?),
        // The answer must bring its certificates, or it could not be checked years later.
        cert_req: true,
        extensions: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use der::Decode;

    #[test]
    fn a_question_is_read_back() {
        for _ in 0..50 {
            let asked = Request::new([7; 32]).unwrap();
            let read = TimeStampReq::from_der(&asked.der).unwrap();
            assert_eq!(
                read.message_imprint.hashed_message.as_bytes(),
                &asked.imprint
            );
            assert_eq!(read.nonce.unwrap().as_bytes(), &asked.nonce);
            assert!(read.cert_req);
        }
    }
}
