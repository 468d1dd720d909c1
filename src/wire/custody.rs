//! What a manifest says of the custody of its item (since `wangxun-manifest/3`): kind, case, officers, origin, parent.

use super::file_digest::FileDigest;
use super::manifest::Moment;
use crate::model::custody::ItemKind;
use crate::model::officer::Officer;
use serde::{Deserialize, Serialize};

/// How an item came to be. What is not known or does not apply is `null` or empty, never left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemCustody {
    /// The word of [`ItemKind`]; empty in manifests before version 3.
    pub kind: String,
    /// Number of the case, when there is one already.
    pub case_no: Option<String>,
    /// The officers who attended (行政处罚法 42: at least two).
    pub collectors: Vec<StoredOfficer>,
    /// Why fewer than two officers attended, where that was so.
    pub few_collectors_reason: Option<String>,
    /// Who witnessed it.
    pub witness: Option<String>,
    /// Why nobody did.
    pub no_witness_reason: Option<String>,
    /// Where files come from that somebody handed in.
    pub origin: Option<Origin>,
    /// The item from which this one was derived.
    pub parent: Option<ParentItem>,
    /// The last capture of the same address that was sealed before.
    pub prior_capture: Option<PriorCapture>,
    /// What was covered in a derived copy, by category.
    pub redactions: Vec<Redaction>,
    /// The order to preserve in advance.
    pub preservation: Option<Preservation>,
}

impl ItemCustody {
    /// An item of this kind of which nothing else is known.
    pub fn of(kind: ItemKind) -> Self {
        Self {
            kind: kind.code().to_owned(),
            ..Self::default()
        }
    }

    /// The kind; `None` for a word that this version does not know.
    pub fn item_kind(&self) -> Option<ItemKind> {
        ItemKind::parse(&self.kind)
    }
}

/// One officer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredOfficer {
    /// Name.
    pub name: String,
    /// The office.
    pub unit: String,
    /// Number of the law-enforcement certificate.
    pub certificate: String,
}

impl From<&Officer> for StoredOfficer {
    fn from(officer: &Officer) -> Self {
        Self {
            name: officer.name.clone(),
            unit: officer.unit.clone(),
            certificate: officer.certificate.clone(),
        }
    }
}

/// Where files come from that somebody handed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// `upload`, `tip` or `photo`.
    pub kind: String,
    /// What was stated of their origin. May hold personal data: it stands here and nowhere else.
    pub statement: String,
    /// In which role they were handed in, such as `举报人`; not the name.
    pub provided_by: String,
    /// When they were received, as stated.
    pub received: Moment,
    /// The files, in the order of the records.
    pub files: Vec<DepositedFile>,
}

/// One file that was handed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DepositedFile {
    /// Its name, made safe: no folder, no control characters.
    pub name: String,
    /// Media type, told from its first bytes.
    pub media_type: String,
    /// The WARC record that holds it, without angle brackets.
    pub record: String,
    /// Number of bytes.
    pub bytes: u64,
    /// SHA-256, lower-case hex.
    pub sha256: String,
    /// SM3, lower-case hex.
    pub sm3: String,
}

/// The item from which another was derived.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParentItem {
    /// Its identifier.
    pub evidence_id: String,
    /// Its package.
    pub package: FileDigest,
}

/// The last capture of the same address that was sealed before, held against this one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriorCapture {
    /// Its identifier.
    pub evidence_id: String,
    /// When it was captured (UTC).
    pub captured: String,
    /// SHA-256 of its package, lower-case hex.
    pub package_sha256: String,
    /// Whether the payload of the last hop is the same byte for byte.
    pub same_payload: bool,
    /// Likeness of the two texts in thousandths: shared runs of five characters over all (Jaccard); 1000 = all shared.
    pub text_likeness: u16,
}

/// What was covered in a derived copy. The covered values stand nowhere.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Redaction {
    /// The word of [`crate::model::mask::PersonalData`].
    pub category: String,
    /// Places in the text of the page.
    pub places: u64,
    /// Why it was covered.
    pub reason: String,
}

/// An order to preserve in advance (先行登记保存, 行政处罚法 56).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preservation {
    /// Who approved it.
    pub approver: String,
    /// Why the evidence might be lost or hard to obtain later.
    pub reason: String,
    /// The document of approval, when there is one.
    pub authority: Option<String>,
    /// Until when it must be decided what becomes of it: seven days from the capture.
    pub decide_by: Moment,
}

/// What a page asks for besides itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resources {
    /// `document-only`: fetched over HTTP without a browser, nothing that the page refers to was loaded; `rendered`: a browser
    /// showed the page, and its `urn:pageinfo:` record names all that it asked for; `none`: the item
    /// is no capture.
    pub mode: String,
    /// What was not allowed to load: address and reason.
    pub blocked: Vec<ResourceGap>,
    /// What did not load: address and reason.
    pub missing: Vec<ResourceGap>,
}

/// One thing that a page asked for and did not get.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResourceGap {
    /// Address.
    pub url: String,
    /// Why.
    pub reason: String,
}
