//! Who speaks, and to what end.

/// The labelling guide's five contexts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Context {
    /// Promotes or solicits.
    Ad,
    /// Warns, educates, reports fraud.
    Warning,
    /// Reports neutrally.
    News,
    /// Law, contract, terms, exam, risk disclosure, data table.
    Reference,
    /// Private talk, account notices, navigation, anything else.
    Ordinary,
}

impl Context {
    /// All of them, in the order of sums and tables.
    pub const ALL: [Self; 5] = [
        Self::Ad,
        Self::Warning,
        Self::News,
        Self::Reference,
        Self::Ordinary,
    ];

    /// The word used in labelled data, stored forms and JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::Ad => "ad",
            Self::Warning => "warning",
            Self::News => "news",
            Self::Reference => "reference",
            Self::Ordinary => "ordinary",
        }
    }

    /// The name shown to officers.
    pub fn label(self) -> &'static str {
        match self {
            Self::Ad => "广告",
            Self::Warning => "警示教育",
            Self::News => "新闻",
            Self::Reference => "法规条款",
            Self::Ordinary => "一般内容",
        }
    }

    /// The context of a labelled word, if it is one.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.code() == word)
    }
}

/// What kind of financial product or service a text is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Offer {
    /// Deposits, 理财, P2P lending to invest in, funds, trusts, bonds, gold.
    Wealth,
    /// Loans, credit cards, 套现, 提额, 垫还.
    Loan,
    /// Crowdfunding, 原始股, private placement.
    Equity,
    /// Stock, futures, forex tips, 配资.
    Securities,
    /// Crypto-currency.
    Crypto,
    /// Insurance.
    Insurance,
    /// POS, 跑分, 代付.
    Payment,
    /// Housing or shops sold with returns.
    Property,
    /// Rebate, pyramid, recruitment with income promise.
    Scheme,
    /// Gambling.
    Gambling,
    /// Other finance.
    OtherFinance,
    /// Nothing financial.
    None,
}

impl Offer {
    /// All offers.
    pub const ALL: [Self; 12] = [
        Self::Wealth,
        Self::Loan,
        Self::Equity,
        Self::Securities,
        Self::Crypto,
        Self::Insurance,
        Self::Payment,
        Self::Property,
        Self::Scheme,
        Self::Gambling,
        Self::OtherFinance,
        Self::None,
    ];

    /// The word used in labelled data, stored forms and JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::Wealth => "wealth",
            Self::Loan => "loan",
            Self::Equity => "equity",
            Self::Securities => "securities",
            Self::Crypto => "crypto",
            Self::Insurance => "insurance",
            Self::Payment => "payment",
            Self::Property => "property",
            Self::Scheme => "scheme",
            Self::Gambling => "gambling",
            Self::OtherFinance => "other_finance",
            Self::None => "none",
        }
    }

    /// The name shown to officers.
    pub fn label(self) -> &'static str {
        match self {
            Self::Wealth => "投资理财",
            Self::Loan => "贷款信用卡",
            Self::Equity => "股权众筹",
            Self::Securities => "证券期货",
            Self::Crypto => "虚拟货币",
            Self::Insurance => "保险",
            Self::Payment => "支付",
            Self::Property => "房产",
            Self::Scheme => "返利传销",
            Self::Gambling => "赌博",
            Self::OtherFinance => "其他金融",
            Self::None => "无",
        }
    }

    /// The offer of a labelled word, if it is one.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|o| o.code() == word)
    }
}
