//! The words that announce a fact.

use crate::page::pattern::words;
use aho_corasick::AhoCorasick;
use std::sync::LazyLock;

/// What a word announces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cue {
    Icp,
    Security,
    CreditCode,
    Registration,
    Qq,
    WeChat,
    Account,
    Messenger,
    Address,
    Role,
    Licence,
    /// The form of an organisation, `true` where it never ends an ordinary phrase.
    Organisation(bool),
}

/// The words, by what they announce (identity facts §1 to §6, with the spellings that are used to slip through).
const WORDS: &[(Cue, &[&str])] = &[
    (Cue::Icp, &["icp"]),
    (Cue::Security, &["公网安备", "公网安"]),
    (
        Cue::CreditCode,
        &["统一社会信用代码", "社会信用代码", "信用代码", "税号"],
    ),
    (
        Cue::Registration,
        &[
            "注册号",
            "工商注册号",
            "营业执照号",
            "营业执照编号",
            "执照号",
            "工商登记号",
        ],
    ),
    (
        Cue::Qq,
        &[
            "qq", "扣扣", "企鹅", "加q", "口口", "秋秋", "球球", "染鹅", "🐧", "q群", "q：",
        ],
    ),
    (
        Cue::WeChat,
        &[
            "微信号",
            "微信",
            "vx",
            "v信",
            "威信",
            "薇信",
            "徽信",
            "蔚信",
            "加v",
            "➕v",
            "➕微",
            "微芯",
            "wx",
            "加微",
            "加薇",
            "wechat",
            "weixin",
        ],
    ),
    (
        Cue::Account,
        &[
            "公众号",
            "公众账号",
            "订阅号",
            "服务号",
            "小程序",
            "视频号",
            "抖音号",
            "抖音",
            "快手号",
            "快手",
            "小红书号",
            "小红书",
            "微信公众号",
            "微信公众平台",
            "微信小程序",
            "微信视频号",
        ],
    ),
    (
        Cue::Messenger,
        &[
            "t.me/",
            "telegram.me/",
            "wa.me/",
            "telegram",
            "whatsapp",
            "电报",
            "纸飞机",
            "飞机",
            "蝙蝠",
            "potato",
            "土豆",
            "skype",
        ],
    ),
    (Cue::Address, &["地址"]),
    (
        Cue::Role,
        &[
            "法定代表人",
            "法人代表",
            "执行董事",
            "实际控制人",
            "负责人",
            "客户经理",
            "理财经理",
            "信贷经理",
            "理财顾问",
            "投资顾问",
            "讲师",
            "导师",
            "董事长",
            "总经理",
            "联系人",
            "收款人",
            "户名",
            "开户名",
            "账户名",
            "账户名称",
            "持卡人",
        ],
    ),
    (
        Cue::Licence,
        &[
            "许可证",
            "牌照",
            "批准文号",
            "批准证书",
            "登记编号",
            "备案编号",
            "备案号",
            "备案编码",
            "产品编码",
            "基金编号",
            "流水号",
            "机构编码",
            "资格证书",
            "资格证",
            "执业编号",
            "广审字",
            "批文",
        ],
    ),
    (
        Cue::Organisation(true),
        &[
            "有限公司",
            "有限责任公司",
            "股份有限公司",
            "集团有限公司",
            "股份公司",
            "合伙企业",
            "农民专业合作社联合社",
            "农民专业合作社",
            "专业合作社",
        ],
    ),
    (
        Cue::Organisation(false),
        &[
            "合作社",
            "事务所",
            "分公司",
            "基金会",
            "支行",
            "营业部",
            "协会",
            "商会",
            "研究院",
            "集团公司",
            "总公司",
            "交易所",
            "交易中心",
        ],
    ),
];

/// Finds the words.
pub(super) static CUES: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let all: Vec<&str> = WORDS
        .iter()
        .flat_map(|(_, list)| list.iter().copied())
        .collect();
    words(&all)
});

/// What the word of that number announces.
pub(super) fn kind(mut number: usize) -> Option<Cue> {
    for (cue, list) in WORDS {
        if number < list.len() {
            return Some(*cue);
        }
        number -= list.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_word_counts() {
        for (text, wanted) in [
            ("微信公众号", Cue::Account),
            ("股份有限公司", Cue::Organisation(true)),
            ("QQ群", Cue::Qq),
            ("ICP", Cue::Icp),
        ] {
            let found = CUES.find(text).expect(text);
            assert_eq!(kind(found.pattern().as_usize()), Some(wanted));
        }
    }
}
