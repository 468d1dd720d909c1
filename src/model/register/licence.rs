//! What a register says that an institution may do.

/// Kind of a financial licence or permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LicenceKind {
    /// 银行 (商业银行法 art. 11: nobody else may use the word).
    Bank,
    /// 保险公司 and mutual insurers.
    Insurer,
    /// 信托公司.
    Trust,
    /// 证券公司.
    Broker,
    /// 期货公司.
    Futures,
    /// 公募基金管理人.
    Fund,
    /// 消费金融公司.
    ConsumerFinance,
    /// 汽车金融公司.
    AutoFinance,
    /// 非银行支付机构.
    Payment,
    /// 基金销售机构.
    FundSales,
    /// 基金托管人.
    FundCustody,
    /// 证券、期货交易所.
    Exchange,
    /// 登记结算 and the like.
    Infrastructure,
}

impl LicenceKind {
    /// All kinds, in the order shown to people.
    pub const ALL: [Self; 13] = [
        Self::Bank,
        Self::Insurer,
        Self::Trust,
        Self::Broker,
        Self::Futures,
        Self::Fund,
        Self::ConsumerFinance,
        Self::AutoFinance,
        Self::Payment,
        Self::FundSales,
        Self::FundCustody,
        Self::Exchange,
        Self::Infrastructure,
    ];

    /// The word used in registers and JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::Bank => "bank",
            Self::Insurer => "insurer",
            Self::Trust => "trust",
            Self::Broker => "broker",
            Self::Futures => "futures",
            Self::Fund => "fund",
            Self::ConsumerFinance => "consumer-finance",
            Self::AutoFinance => "auto-finance",
            Self::Payment => "payment",
            Self::FundSales => "fund-sales",
            Self::FundCustody => "fund-custody",
            Self::Exchange => "exchange",
            Self::Infrastructure => "financial-infrastructure",
        }
    }

    /// The name shown to officers.
    pub fn label(self) -> &'static str {
        match self {
            Self::Bank => "银行",
            Self::Insurer => "保险公司",
            Self::Trust => "信托公司",
            Self::Broker => "证券公司",
            Self::Futures => "期货公司",
            Self::Fund => "公募基金管理人",
            Self::ConsumerFinance => "消费金融公司",
            Self::AutoFinance => "汽车金融公司",
            Self::Payment => "支付机构",
            Self::FundSales => "基金销售机构",
            Self::FundCustody => "基金托管人",
            Self::Exchange => "交易所",
            Self::Infrastructure => "金融基础设施",
        }
    }

    /// The kind of a register word (code or Chinese label), if it is one.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|k| k.code() == word || k.label() == word)
    }
}

/// Why a registration was refused, in the classes of the published reasons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RefusalReason {
    /// Untrue or misleading application material.
    FalseMaterial,
    /// Raised money before registration or from the public.
    UnlawfulRaising,
    /// Lending, matching, P2P and other business that conflicts with private funds.
    ConflictingBusiness,
    /// Untrue advertising on its own site.
    FalseAdvertising,
    /// Anything else.
    Other,
}

impl RefusalReason {
    /// All reasons.
    pub const ALL: [Self; 5] = [
        Self::FalseMaterial,
        Self::UnlawfulRaising,
        Self::ConflictingBusiness,
        Self::FalseAdvertising,
        Self::Other,
    ];

    /// The word used in registers and JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::FalseMaterial => "false-material",
            Self::UnlawfulRaising => "unlawful-raising",
            Self::ConflictingBusiness => "conflicting-business",
            Self::FalseAdvertising => "false-advertising",
            Self::Other => "other",
        }
    }

    /// The name shown to officers.
    pub fn label(self) -> &'static str {
        match self {
            Self::FalseMaterial => "登记材料虚假",
            Self::UnlawfulRaising => "违规募集",
            Self::ConflictingBusiness => "兼营冲突业务",
            Self::FalseAdvertising => "虚假宣传",
            Self::Other => "其他",
        }
    }

    /// The reason of a register word, if it is one.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.code() == word)
    }
}
