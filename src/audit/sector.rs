//! Which rules the offer at hand can break at all: a rule of lending is no matter of a wealth product.

use super::group::Group;
use super::offer::financial;
use crate::model::context::Offer;
use crate::model::rule::Rule;

/// Sector words of the catalogue that belong to an offer, besides those of everybody.
fn sectors(offer: Offer) -> &'static [&'static str] {
    match offer {
        Offer::Wealth => &[
            "wealth",
            "p2p",
            "fund",
            "private-fund",
            "fundraising",
            "all-invest",
        ],
        Offer::Loan => &["loan", "payment", "creditrepair", "proxy"],
        Offer::Equity => &["crowdfunding", "securities", "fundraising", "all-invest"],
        Offer::Securities => &[
            "securities",
            "futures",
            "fx",
            "gold",
            "exchange",
            "fund",
            "all-invest",
        ],
        Offer::Crypto => &["crypto", "fundraising", "all-invest"],
        Offer::Insurance => &["insurance", "proxy", "all-invest"],
        Offer::Payment => &["payment", "all-invest"],
        Offer::Property => &["realestate", "fundraising", "all-invest"],
        Offer::Scheme => &["fundraising", "agri", "all-invest"],
        Offer::OtherFinance => &["creditrepair", "proxy", "exchange", "all-invest"],
        _ => &[],
    }
}

/// Sectors of rules that hold for every financial offer.
const EVERYBODY: [&str; 7] = [
    "all", "identity", "name", "platform", "signal", "routing", "yield",
];

/// Rules that say more than their sector: the offers that can break them.
fn narrowed(id: &str) -> Option<&'static [Offer]> {
    Some(match id {
        // Returns for goods, services and projects (防范和处置非法集资条例 art. 19 (3)), not for financial products.
        "IF-19-3" => &[Offer::Scheme, Offer::Property],
        "IF-19-2" => &[Offer::Equity, Offer::Wealth, Offer::Crypto],
        "MLM-7" => &[Offer::Scheme, Offer::Crypto],
        // New concepts under which money is raised, whatever they are sold as.
        "VC-2" => &[Offer::Crypto, Offer::Equity, Offer::Wealth, Offer::Scheme],
        "SUB-1" => &[
            Offer::Wealth,
            Offer::Scheme,
            Offer::Securities,
            Offer::Crypto,
            Offer::Insurance,
        ],
        // Marketing of financial products (金融产品网络营销管理办法), not of goods or debt clearing.
        "NM-10-7" | "NM-PERF" | "NM-16" | "NM-GOV" => &[
            Offer::Wealth,
            Offer::Loan,
            Offer::Equity,
            Offer::Securities,
            Offer::Crypto,
            Offer::Insurance,
            Offer::Payment,
            Offer::Property,
        ],
        _ => return None,
    })
}

/// Whether the group speaks of P2P lending, which rules of P2P lending ask for.
pub(super) fn of_p2p(group: &Group<'_>) -> bool {
    group.asserted().any(|(_, c)| c.term == "wealth-p2p")
}

/// Whether an offer, of P2P lending or not, can break the rule.
pub(super) fn fits(rule: &Rule, offer: Offer, p2p: bool) -> bool {
    if !financial(offer) {
        return false;
    }
    if let Some(offers) = narrowed(&rule.id)
        && !offers.contains(&offer)
    {
        return false;
    }
    let own = sectors(offer);
    rule.sectors.iter().any(|sector| {
        let sector = sector.as_str();
        (EVERYBODY.contains(&sector) || own.contains(&sector)) && (sector != "p2p" || p2p)
    })
}
