//! Which licence covers which offer, and what the words of a company's name say that it may do at most.

use super::context::Offer;
use super::register::LicenceKind;

/// The licences that cover one kind of offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cover {
    /// The offer.
    pub offer: Offer,
    /// Licences that cover it, in the order of the file.
    pub licences: Vec<LicenceKind>,
}

/// A trade that a company's registered name shows (企业名称登记管理规定 art. 6: the name holds the trade).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trade {
    /// Unique id, such as `small-loan`.
    pub id: String,
    /// What it is, in Chinese.
    pub label: String,
    /// Words of the name that show it.
    pub words: Vec<String>,
    /// Offers within such a trade at most; whether it is licensed for them is another question.
    pub offers: Vec<Offer>,
}
