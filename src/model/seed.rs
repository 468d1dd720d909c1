//! Whom a patrol watches, and what it may do there.

use super::vantage::Vantages;
use super::watch_plan::WatchPlan;
use std::net::IpAddr;
use std::time::Duration;
use url::Url;

/// A named list of seeds, as an office keeps it.
#[derive(Debug, Clone, PartialEq)]
pub struct PatrolList {
    /// Name shown in reports.
    pub name: String,
    /// The office that keeps it, in Chinese, if the list says.
    pub office: Option<String>,
    /// Where it was read from, for messages.
    pub source: String,
    /// The seeds, in file order; ids are unique.
    pub seeds: Vec<Seed>,
    /// How it is patrolled by itself.
    pub watch: WatchPlan,
}

/// One watched platform or ad source.
#[derive(Debug, Clone, PartialEq)]
pub struct Seed {
    /// Stable identifier, unique in the list: `[a-z0-9-]{1,64}`.
    pub id: String,
    /// Name for people, in Chinese.
    pub name: String,
    /// A platform under watch, or a place where others' advertisements stand.
    pub kind: SeedKind,
    /// Where the visit begins.
    pub start_urls: Vec<Url>,
    /// The field of internet finance.
    pub sector: Sector,
    /// Region unit code (GB/T 2260 plus township digits, such as `210727101`), if known.
    pub region: Option<String>,
    /// Which addresses belong to the seed.
    pub scope: Scope,
    /// How much may be fetched in one run.
    pub budget: Budget,
    /// How fast.
    pub pace: Pace,
    /// Whether robots.txt is obeyed.
    pub robots: RobotsPolicy,
    /// Whether a browser renders the pages.
    pub render: RenderMode,
    /// From where pages are looked at.
    pub vantages: Vantages,
    /// Whether images are fetched and read.
    pub images: ImageMode,
    /// Special addresses that the list allows for this seed.
    pub addresses: AddressPermission,
    /// Fixed host -> address answers, like curl's `--resolve`.
    pub resolve: Vec<HostOverride>,
}

/// Platform or ad source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SeedKind {
    /// A platform, shop or site that itself makes the offers.
    Platform,
    /// A portal or forum in whose slots others advertise.
    AdSource,
    /// Result pages of a search engine: who advertises there is of interest, not what is found.
    Search,
}

/// The fields of the county plan and what lies beside them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Sector {
    /// P2P网络借贷.
    P2p,
    /// 股权众筹.
    Crowdfunding,
    /// 互联网资产管理及跨界金融.
    Wealth,
    /// 第三方支付.
    Payment,
    /// 互联网保险.
    Insurance,
    /// 互联网金融广告(及以投资理财名义从事金融活动).
    Advertising,
    /// 证券、期货、荐股.
    Securities,
    /// 私募及各类基金.
    Fund,
    /// 贷款、小额贷款、助贷.
    Loan,
    /// 虚拟货币.
    Crypto,
    /// 交易场所、邮币卡、大宗商品.
    Exchange,
    /// 房地产及首付贷.
    Property,
    /// 农民专业合作社.
    Cooperative,
    /// Anything else.
    Other,
}

impl Sector {
    /// All sectors, in the order shown to people.
    pub const ALL: [Self; 14] = [
        Self::P2p,
        Self::Crowdfunding,
        Self::Wealth,
        Self::Payment,
        Self::Insurance,
        Self::Advertising,
        Self::Securities,
        Self::Fund,
        Self::Loan,
        Self::Crypto,
        Self::Exchange,
        Self::Property,
        Self::Cooperative,
        Self::Other,
    ];

    /// The word used in lists and JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::P2p => "p2p",
            Self::Crowdfunding => "crowdfunding",
            Self::Wealth => "wealth",
            Self::Payment => "payment",
            Self::Insurance => "insurance",
            Self::Advertising => "advertising",
            Self::Securities => "securities",
            Self::Fund => "fund",
            Self::Loan => "loan",
            Self::Crypto => "crypto",
            Self::Exchange => "exchange",
            Self::Property => "property",
            Self::Cooperative => "cooperative",
            Self::Other => "other",
        }
    }

    /// The name shown to officers.
    pub fn label(self) -> &'static str {
        match self {
            Self::P2p => "P2P网络借贷",
            Self::Crowdfunding => "股权众筹",
            Self::Wealth => "互联网资产管理",
            Self::Payment => "第三方支付",
            Self::Insurance => "互联网保险",
            Self::Advertising => "互联网金融广告",
            Self::Securities => "证券期货",
            Self::Fund => "私募及基金",
            Self::Loan => "贷款",
            Self::Crypto => "虚拟货币",
            Self::Exchange => "交易场所",
            Self::Property => "房地产",
            Self::Cooperative => "农民专业合作社",
            Self::Other => "其他",
        }
    }

    /// The sector of a list word (code or Chinese label), if it is one.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|s| s.code() == word || s.label() == word)
    }
}

/// Which addresses belong to a seed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// The breadth of the scope around the start URLs.
    pub breadth: Breadth,
    /// When not empty, a path+query must match one of these globs (`*` any run of characters).
    pub include: Vec<String>,
    /// A path+query that matches one of these globs is out.
    pub exclude: Vec<String>,
    /// How many hops beyond the scope an ad's landing chain may be followed.
    pub offsite_hops: u8,
}

/// Breadth of a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Breadth {
    /// Only the start URLs themselves.
    Urls,
    /// The start URLs' path prefixes (up to the last `/`).
    Prefix,
    /// The start URLs' hosts.
    Host,
    /// The start URLs' registrable domains with all subdomains.
    Domain,
}

/// What one run may spend on a seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Pages fetched.
    pub pages: u64,
    /// Bytes of bodies, after decoding.
    pub bytes: u64,
    /// Minutes from the first fetch.
    pub minutes: u32,
    /// Link depth from the start URLs.
    pub depth: u16,
}

/// How fast a politeness group may be asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace {
    /// Least time between the starts of two requests to the group; zero = no limit (closed networks only).
    pub interval: Duration,
    /// Requests under way at once, at least 1.
    pub concurrency: u16,
    /// A robots `Crawl-delay` slows the group up to this, never beyond.
    pub crawl_delay_cap: Duration,
}

/// Whether robots.txt is obeyed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RobotsPolicy {
    /// RFC 9309 as the agent `wangxun`.
    Obey,
    /// Not obeyed, with the written legal basis that goes into the manifest.
    Ignore {
        /// The basis, in Chinese, never empty.
        legal_basis: String,
    },
}

/// Whether a browser renders pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RenderMode {
    /// HTTP only.
    Never,
    /// When the HTTP page is an empty shell, redirects by script or hides its text.
    Auto,
    /// Always.
    Always,
}

/// Whether images of pages are fetched and read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImageMode {
    /// None.
    Never,
    /// Images in advertisement slots, images whose words speak of finance, and large images of pages that say little or
    /// speak of finance.
    Auto,
    /// All that could hold text, within the budget.
    Always,
}

/// Special addresses allowed for a seed; empty = none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AddressPermission {
    /// Networks, as (address, prefix length).
    pub networks: Vec<(IpAddr, u8)>,
}

/// One fixed answer to a host name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostOverride {
    /// Lower-case A-label host name, or `*.suffix`.
    pub host: String,
    /// The address to connect to.
    pub address: IpAddr,
    /// The port to connect to instead of the URL's own, if any.
    pub port: Option<u16>,
}
