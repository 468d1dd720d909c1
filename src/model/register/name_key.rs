//! Names of institutions reduced to what identifies them.
//!
//! 企业名称登记管理规定 art. 6: region + trade name + industry + legal form. Registers, pages and people leave out
//! different parts; the forms here are what is left when they do.

/// How a written name led to an institution; smaller is surer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum How {
    /// The name as registered.
    Exact,
    /// Without its legal form, or a short name of the register.
    Short,
    /// A branch (支行, 分行, 分公司) named after the institution.
    Branch,
    /// Without region or brackets, in an abbreviated industry, or inside a longer name: to be looked at.
    Variant,
}

impl How {
    /// The word used in JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Short => "short",
            Self::Branch => "branch",
            Self::Variant => "variant",
        }
    }
}

/// Longest name that is looked at, in characters.
const LONGEST: usize = 128;

/// Legal forms, longest first.
pub(super) const FORMS: [&str; 5] = [
    "股份有限公司",
    "有限责任公司",
    "股份公司",
    "有限公司",
    "股份",
];

/// Words for the same industry, long and short.
const INDUSTRIES: [(&str, &str); 7] = [
    ("资产管理", "资管"),
    ("财产保险", "财险"),
    ("人寿保险", "人寿"),
    ("农村商业银行", "农商银行"),
    ("消费金融", "消金"),
    ("基金管理", "基金"),
    ("期货经纪", "期货"),
];

/// Industry words at the end of a key, longest first where one ends another.
const TAILS: [&str; 22] = [
    "农商银行",
    "商业银行",
    "储蓄银行",
    "国际银行",
    "国际信托",
    "国际期货",
    "国际证券",
    "农业保险",
    "汽车金融",
    "基金销售",
    "证券资管",
    "银行",
    "信托",
    "期货",
    "证券",
    "财险",
    "人寿",
    "保险",
    "消金",
    "基金",
    "资管",
    "支付",
];

/// Endings of branches.
const BRANCHES: [&str; 10] = [
    "分行",
    "支行",
    "分公司",
    "支公司",
    "营业部",
    "营业厅",
    "分理处",
    "储蓄所",
    "营业室",
    "网点",
];

/// Half width, one kind of bracket, lower case, no spaces or dots, of bounded length.
pub fn fold(name: &str) -> String {
    name.chars()
        .filter_map(fold_char)
        .take(LONGEST)
        .flat_map(char::to_lowercase)
        .collect()
}

fn fold_char(c: char) -> Option<char> {
    match c {
        '〔' | '［' | '【' => Some('('),
        '〕' | '］' | '】' => Some(')'),
        '·' | '•' | '・' | '\u{200b}' | '\u{feff}' => None,
        c if c.is_whitespace() || c.is_control() => None,
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0),
        c => Some(c),
    }
}

/// A folded name without its legal form.
pub fn without_form(folded: &str) -> &str {
    FORMS
        .iter()
        .find_map(|form| folded.strip_suffix(form))
        .filter(|rest| rest.chars().count() >= 3)
        .unwrap_or(folded)
}

/// A folded name without its legal form and with industries abbreviated: what two registers of one institution share.
pub fn key(folded: &str) -> String {
    INDUSTRIES
        .iter()
        .fold(without_form(folded).to_owned(), |name, (long, short)| {
            name.replace(long, short)
        })
}

/// A name without its bracketed parts; `None` when there are none.
pub fn without_brackets(folded: &str) -> Option<String> {
    let (before, rest) = folded.split_once('(')?;
    let (_, after) = rest.split_once(')')?;
    Some(format!("{before}{after}"))
}

/// The industry word at the end of a key and what stands before it.
pub fn split_industry(key: &str) -> (&str, &str) {
    TAILS
        .iter()
        .find_map(|tail| key.strip_suffix(tail).map(|trade| (trade, *tail)))
        .unwrap_or((key, ""))
}

/// A key without its leading region, when a trade name of at least two characters is left.
pub fn without_region<'a>(key: &'a str, regions: &[String]) -> Option<&'a str> {
    let rest = regions
        .iter()
        .find_map(|region| key.strip_prefix(region.as_str()))?;
    let rest = rest.strip_prefix(['省', '市']).unwrap_or(rest);
    let (trade, _) = split_industry(rest);
    (trade.chars().count() >= 2).then_some(rest)
}

/// The prefixes of a folded name that a branch ending leaves as the parent, longest first.
pub fn branch_parents(folded: &str) -> Vec<&str> {
    let is_branch = BRANCHES.iter().any(|end| folded.ends_with(end));
    if !is_branch {
        return Vec::new();
    }
    let mut ends: Vec<usize> = folded.char_indices().map(|(i, _)| i).collect();
    ends.reverse();
    ends.into_iter()
        .filter_map(|end| folded.get(..end))
        .filter(|parent| parent.chars().count() >= 3)
        .collect()
}

/// Every form under which a name can be looked up, surest first, without doubles.
pub fn forms(name: &str) -> Vec<(String, How)> {
    let folded = fold(name);
    let short = without_form(&folded).to_owned();
    let key = key(&folded);
    let mut out = vec![
        (folded.clone(), How::Exact),
        (short.clone(), How::Short),
        (key.clone(), How::Variant),
    ];
    for form in [&short, &key] {
        out.extend(without_brackets(form).map(|bare| (bare, How::Variant)));
        if form.contains('(') {
            out.push((form.replace(['(', ')'], ""), How::Variant));
        }
    }
    let mut seen = Vec::new();
    out.retain(|(form, _)| {
        let fresh = form.chars().count() >= 2 && !seen.contains(form);
        seen.push(form.clone());
        fresh
    });
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys() {
        let check = |name: &str, expected: &str| assert_eq!(key(&fold(name)), expected, "{name}");
        check("中国工商银行股份有限公司", "中国工商银行");
        check("南方基金管理股份有限公司", "南方基金");
        check("南方基金管理股份", "南方基金");
        check("摩根基金管理（中国）有限公司", "摩根基金(中国)");
        check("ＡＢＣ 基金 管理 有限公司", "abc基金");
        check("有限公司", "有限公司");
        check("", "");
    }

    #[test]
    fn regions_leave_a_trade_name() {
        let regions = ["中国".to_owned(), "浙江".to_owned(), "北京".to_owned()];
        let check = |key: &str, expected: Option<&str>| {
            assert_eq!(without_region(key, &regions), expected, "{key}");
        };
        check("浙江网商银行", Some("网商银行"));
        check("北京银行", None);
        check("中国人寿", None);
        check("北京国际信托", None);
        check("中国太平洋人寿", Some("太平洋人寿"));
    }

    #[test]
    fn branches_name_their_parent() {
        assert!(branch_parents("工商银行义县支行").contains(&"工商银行"));
        assert!(branch_parents("工商银行").is_empty());
    }
}
