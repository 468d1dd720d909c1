//! Two officers set a refusal of the guard aside, each with a key of their own.

use super::refusal::Refusal;
use super::target::TakedownTarget;
use crate::model::determination::{OfficerSignature, SignatureCheck};
use chrono::NaiveDate;

/// What two officers sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverruleDraft {
    /// The target.
    pub target: TakedownTarget,
    /// The refusal's code.
    pub code: String,
    /// Why it stands on the list all the same, in Chinese.
    pub reason: String,
    /// Number of the document.
    pub document: String,
    /// Day of the decision.
    pub date: NaiveDate,
    /// The two officers.
    pub officers: [String; 2],
}

impl OverruleDraft {
    /// The bytes that both sign.
    pub fn for_signing(&self) -> Vec<u8> {
        let one = |text: &str| text.replace(['\n', '\r'], " ");
        let [first, second] = &self.officers;
        let lines = [
            "wangxun-overrule/1".to_owned(),
            format!(
                "target {}:{}",
                self.target.kind().code(),
                self.target.value()
            ),
            format!("code {}", one(&self.code)),
            format!("reason {}", one(&self.reason)),
            format!("document {}", one(&self.document)),
            format!("date {}", self.date),
            format!("officer {}", one(first)),
            format!("second {}", one(second)),
        ];
        let mut text = lines.join("\n");
        text.push('\n');
        text.into_bytes()
    }
}

/// The proof that two officers set a refusal aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overruled {
    draft: OverruleDraft,
}

impl Overruled {
    /// Checks both signatures.
    ///
    /// # Errors
    /// Says whose signature is missing or does not hold, or that one person signed twice.
    pub fn new(
        draft: OverruleDraft,
        signatures: &[OfficerSignature],
        keys: &dyn SignatureCheck,
    ) -> Result<Self, String> {
        if draft.reason.trim().is_empty() || draft.document.trim().is_empty() {
            return Err("an overruling names its reason and its document".to_owned());
        }
        let [first, second] = &draft.officers;
        if first.trim() == second.trim() {
            return Err(format!(
                "{first} cannot overrule alone: a second officer has to sign"
            ));
        }
        let message = draft.for_signing();
        let key = |officer: &String| {
            let signature = signatures
                .iter()
                .find(|s| s.officer == *officer)
                .ok_or_else(|| format!("there is no signature of {officer}"))?;
            keys.check(signature, &message, draft.date)
                .map_err(|why| format!("the signature of {officer} does not hold: {why}"))
        };
        let (one, other) = (key(first)?, key(second)?);
        if one == other {
            return Err(format!(
                "{first} and {second} signed with the same key {one}: each officer holds a key of one's own"
            ));
        }
        Ok(Self { draft })
    }

    /// What was overruled.
    pub fn draft(&self) -> &OverruleDraft {
        &self.draft
    }

    /// Whether it sets this refusal of this target aside.
    pub fn sets_aside(&self, target: &TakedownTarget, refusal: &Refusal) -> bool {
        refusal.overrulable && self.draft.code == refusal.code && self.draft.target == *target
    }
}
