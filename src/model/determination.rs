//! What a competent authority has determined (认定), and the proof that two officers have signed it.
//!
//! A machine's score is a clue; nothing but a determination leads to a line on an operator's list (防范和处置非法集资条例
//! 10, 11, 27). [`Confirmed`] is that proof: only [`Confirmed::new`] makes one.

use chrono::NaiveDate;
use thiserror::Error;

/// A determination as it stands in the authority's document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Determination {
    /// The case that it concerns.
    pub case_no: String,
    /// Number of the document, such as 义处非认〔2026〕3号.
    pub number: String,
    /// The competent authority, in Chinese.
    pub authority: String,
    /// Date of the document.
    pub date: NaiveDate,
    /// What was determined, in Chinese, word for word as it is quoted in notices.
    pub statement: String,
    /// Identifiers of the rules that it rests on.
    pub rules: Vec<String>,
    /// Identifiers of the sealed items that it rests on.
    pub evidence: Vec<String>,
    /// SHA-256 of the document, lower-case hex.
    pub document_sha256: String,
    /// The officer who proposed it, by the name under which the key is known.
    pub officer: String,
    /// The reviewer who confirmed it; another person.
    pub reviewer: String,
}

/// An officer's signature over a determination's text for signing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficerSignature {
    /// The officer.
    pub officer: String,
    /// The signature file of minisign, as text.
    pub signature: String,
}

/// Knows officers' keys and checks their signatures; storage implements it.
pub trait SignatureCheck {
    /// Checks that this officer's key, in force on this day, made the signature over these bytes. Gives the key's
    /// identifier, or says what is wrong.
    fn check(
        &self,
        signature: &OfficerSignature,
        message: &[u8],
        day: NaiveDate,
    ) -> Result<String, String>;
}

/// Why a determination is not confirmed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NotConfirmed {
    /// A field without which nothing can be acted on.
    #[error(
        "the determination has no {field}: write it into the determination and have it signed again"
    )]
    Missing {
        /// Which.
        field: &'static str,
    },
    /// One person may not confirm what the same person proposed.
    #[error("{name} is both officer and reviewer: another person has to confirm the determination")]
    SamePerson {
        /// Who.
        name: String,
    },
    /// A signature is missing or does not hold.
    #[error("the signature of {officer} does not hold: {why}")]
    Signature {
        /// Whose.
        officer: String,
        /// What is wrong.
        why: String,
    },
    /// Two names, but one key.
    #[error(
        "{officer} and {reviewer} signed with the same key {key}: each officer holds a key of one's own"
    )]
    SameKey {
        /// Who proposed.
        officer: String,
        /// Who confirmed.
        reviewer: String,
        /// The key.
        key: String,
    },
}

impl Determination {
    /// The bytes that officers sign: every field on a line of its own, in a fixed order, line ends within fields made blanks.
    pub fn for_signing(&self) -> Vec<u8> {
        let one = |text: &str| text.replace(['\n', '\r'], " ");
        let lines = [
            "wangxun-determination/1".to_owned(),
            format!("case {}", one(&self.case_no)),
            format!("number {}", one(&self.number)),
            format!("authority {}", one(&self.authority)),
            format!("date {}", self.date),
            format!("statement {}", one(&self.statement)),
            format!("rules {}", one(&self.rules.join(" "))),
            format!("evidence {}", one(&self.evidence.join(" "))),
            format!("document sha256:{}", one(&self.document_sha256)),
            format!("officer {}", one(&self.officer)),
            format!("reviewer {}", one(&self.reviewer)),
        ];
        let mut text = lines.join("\n");
        text.push('\n');
        text.into_bytes()
    }

    fn missing(&self) -> Option<&'static str> {
        let empty = |text: &str| text.trim().is_empty();
        let fields = [
            ("case number", empty(&self.case_no)),
            ("number", empty(&self.number)),
            ("authority", empty(&self.authority)),
            ("statement", empty(&self.statement)),
            ("legal basis (rules)", self.rules.is_empty()),
            ("sealed evidence", self.evidence.is_empty()),
            ("document digest", empty(&self.document_sha256)),
            ("officer", empty(&self.officer)),
            ("reviewer", empty(&self.reviewer)),
        ];
        fields
            .into_iter()
            .find(|(_, gone)| *gone)
            .map(|(field, _)| field)
    }
}

/// A determination that two different officers have signed with keys of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmed {
    determination: Determination,
    keys: [String; 2],
}

impl Confirmed {
    /// Confirms a determination by the signatures of its officer and its reviewer.
    ///
    /// # Errors
    /// Says what is missing, or which signature does not hold and why.
    pub fn new(
        determination: Determination,
        signatures: &[OfficerSignature],
        keys: &dyn SignatureCheck,
    ) -> Result<Self, NotConfirmed> {
        if let Some(field) = determination.missing() {
            return Err(NotConfirmed::Missing { field });
        }
        if determination.officer.trim() == determination.reviewer.trim() {
            let name = determination.officer.clone();
            return Err(NotConfirmed::SamePerson { name });
        }
        let message = determination.for_signing();
        let signed = |officer: &str| {
            let of = signatures.iter().find(|s| s.officer == officer);
            let key = of.map_or_else(
                || Err("there is none".to_owned()),
                |s| keys.check(s, &message, determination.date),
            );
            key.map_err(|why| NotConfirmed::Signature {
                officer: officer.to_owned(),
                why,
            })
        };
        let keys = [
            signed(&determination.officer)?,
            signed(&determination.reviewer)?,
        ];
        if keys[0] == keys[1] {
            return Err(NotConfirmed::SameKey {
                officer: determination.officer.clone(),
                reviewer: determination.reviewer.clone(),
                key: keys[0].clone(),
            });
        }
        Ok(Self {
            determination,
            keys,
        })
    }

    /// What was determined.
    pub fn determination(&self) -> &Determination {
        &self.determination
    }

    /// Identifiers of the keys of officer and reviewer.
    pub fn keys(&self) -> &[String; 2] {
        &self.keys
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Knows the signature `<officer>:<length of the message>`; keys are the first letters of the officers' names.
    struct Keys;

    impl SignatureCheck for Keys {
        fn check(
            &self,
            signature: &OfficerSignature,
            message: &[u8],
            _: NaiveDate,
        ) -> Result<String, String> {
            let expected = format!("{}:{}", signature.officer, message.len());
            match signature.signature == expected {
                true => Ok(signature.officer.chars().take(1).collect()),
                false => Err("another text was signed".to_owned()),
            }
        }
    }

    fn determination() -> Determination {
        Determination {
            case_no: "YX-2026-0001".to_owned(),
            number: "虚处非认〔2026〕1号".to_owned(),
            authority: "虚构县处置非法集资工作领导小组办公室".to_owned(),
            date: NaiveDate::from_ymd_opt(2026, 11, 20).unwrap(),
            statement: "以承诺保本付息方式向社会公众吸收资金".to_owned(),
            rules: vec!["IF-19-1".to_owned()],
            evidence: vec!["wx-a2b3".to_owned()],
            document_sha256: "00".repeat(32),
            officer: "甲某".to_owned(),
            reviewer: "乙某".to_owned(),
        }
    }

    fn signed(determination: &Determination) -> Vec<OfficerSignature> {
        let length = determination.for_signing().len();
        [&determination.officer, &determination.reviewer]
            .map(|officer| OfficerSignature {
                officer: officer.clone(),
                signature: format!("{officer}:{length}"),
            })
            .to_vec()
    }

    #[test]
    fn two_signatures_by_two_keys_confirm() {
        let one = determination();
        let confirmed = Confirmed::new(one.clone(), &signed(&one), &Keys).unwrap();
        assert_eq!(confirmed.determination(), &one);
        assert_eq!(confirmed.keys(), &["甲".to_owned(), "乙".to_owned()]);
    }

    #[test]
    fn what_is_missing_or_does_not_hold_is_named() {
        let refused = |change: &dyn Fn(&mut Determination), keep: usize| {
            let mut one = determination();
            change(&mut one);
            let signatures = signed(&one);
            Confirmed::new(one, &signatures[..keep], &Keys)
                .unwrap_err()
                .to_string()
        };
        assert!(refused(&|d| d.number.clear(), 2).contains("no number"));
        assert!(refused(&|d| d.authority = " ".to_owned(), 2).contains("authority"));
        assert!(refused(&|d| d.evidence.clear(), 2).contains("sealed evidence"));
        assert!(
            refused(&|d| d.reviewer = "甲某".to_owned(), 2).contains("both officer and reviewer")
        );
        assert!(refused(&|d| d.reviewer = "甲二".to_owned(), 2).contains("same key"));
        assert!(refused(&|_| {}, 1).contains("乙某 does not hold: there is none"));
        let mut changed = determination();
        let signatures = signed(&changed);
        changed.statement.push('。');
        let error = Confirmed::new(changed, &signatures, &Keys).unwrap_err();
        assert!(
            error.to_string().contains("another text was signed"),
            "{error}"
        );
    }

    #[test]
    fn no_field_can_pass_for_another() {
        let mut one = determination();
        one.statement = "甲\nofficer 丙某".to_owned();
        let text = String::from_utf8(one.for_signing()).unwrap();
        assert_eq!(text.lines().count(), 11);
    }
}
