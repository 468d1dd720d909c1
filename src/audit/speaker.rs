//! Who makes the offer: a licensed institution, somebody named, or nobody named.

use super::group::Group;
use crate::model::reading::ReadBlock;
use crate::model::register::{How, Registers};
use std::ops::Range;

/// What the text shows of its speaker. "Licensed" means that the words name a licensed kind of institution as the
/// speaker; whether it truly speaks is for the register, the domain and the officer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Speaker {
    /// Signs as a bank, insurer, broker or the like, or speaks as one (我行).
    Licensed(String),
    /// Mentions one as partner or source, without being it.
    Mentions(String),
    /// Names none.
    Unnamed,
}

/// Endings that only licensed institutions may use.
const RESERVED: [&str; 15] = [
    "支付宝",
    "银行",
    "证券",
    "人寿",
    "财险",
    "保险",
    "信托",
    "消费金融",
    "信用社",
    "农信",
    "寿险",
    "产险",
    "信用卡中心",
    "银联",
    "期货",
];

pub(super) fn speaker(group: &Group<'_>, registers: &Registers) -> Speaker {
    if let Some(name) = group.blocks.iter().find_map(|b| signature(&b.text.plain)) {
        return Speaker::Licensed(name);
    }
    let evading = group
        .blocks
        .iter()
        .any(|b| b.claims.iter().any(|c| c.evaded));
    let mut mentioned = None;
    for block in group.body() {
        let text = &block.text.plain;
        for span in names(block, registers) {
            let name = text.get(span.clone()).unwrap_or("");
            if !evading && speaks(text, span.start, span.end) {
                return Speaker::Licensed(name.to_owned());
            }
            mentioned.get_or_insert_with(|| name.to_owned());
        }
    }
    let itself = group.marked("licensed-self") > 0 && !evading;
    match mentioned {
        Some(name) if itself => Speaker::Licensed(name),
        Some(name) => Speaker::Mentions(name),
        None if itself || bank_like(group) => Speaker::Mentions("银行用语".into()),
        None => Speaker::Unnamed,
    }
}

/// Names of licensed institutions in a block: common short names, and what the registers name.
fn names(block: &ReadBlock, registers: &Registers) -> Vec<Range<usize>> {
    let marks = block.marks.iter().filter(|m| m.id == "licensed-name");
    let mut spans: Vec<Range<usize>> = marks.map(|m| m.plain.clone()).collect();
    if NAME_PARTS
        .iter()
        .any(|part| block.text.plain.contains(part))
    {
        let mentions = registers.mentions(&block.text.plain);
        spans.extend(
            mentions
                .into_iter()
                .filter(|m| m.how != How::Variant)
                .map(|m| m.span),
        );
    }
    spans.extend(reserved_names(&block.text.plain));
    spans.sort_by_key(|s| (s.start, s.end));
    spans.retain(|span| counts(&block.text.plain, span));
    spans.truncate(MOST_NAMES);
    spans
}

/// Names that end in 银行, which nobody without licence may use (商业银行法 art. 11), with the Han characters before it.
fn reserved_names(text: &str) -> Vec<Range<usize>> {
    let mut spans = Vec::new();
    for (at, word) in text.match_indices("银行").take(MOST_NAMES) {
        let before = text.get(..at).unwrap_or("");
        let han: Vec<(usize, char)> = before
            .char_indices()
            .rev()
            .take_while(|(_, c)| ('\u{4e00}'..='\u{9fff}').contains(c))
            .take(4)
            .collect();
        let name: String = han.iter().rev().map(|(_, c)| *c).collect();
        let generic = GENERIC_BANKS.iter().any(|w| name.contains(w));
        if let (false, Some((start, _)), true) = (generic, han.last(), han.len() >= 2) {
            spans.push(*start..at + word.len());
        }
    }
    spans
}

/// Words before 银行 that name no bank.
const GENERIC_BANKS: [&str; 42] = [
    "大", "家", "各", "国有", "办理", "与", "和", "由", "于", "是", "的", "在", "过", "比", "超",
    "秒", "杀", "专业", "正规", "联系", "全程", "合作", "股份", "外资", "地方", "传统", "网上",
    "存", "放", "手机", "私人", "投资", "抵押", "中央", "世界", "人民", "到", "多", "从", "无",
    "代", "绑",
];

/// Words around a name in which the institution is a custodian, a partner or a yardstick, not the source of the offer.
fn counts(text: &str, span: &Range<usize>) -> bool {
    let before = text.get(..span.start).unwrap_or("");
    let after = text.get(span.end..).unwrap_or("");
    let next: String = after.chars().take(8).collect();
    let role = [
        "存管",
        "托管",
        "监管",
        "拖管",
        "合作",
        "战略",
        "授信",
        "承保",
        "利息",
        "的利率",
        "存款高",
    ];
    let yardstick = ["是", "比", "超越", "超过", "高于", "秒杀", "优于", "完爆"];
    !role.iter().any(|w| next.contains(w)) && !yardstick.iter().any(|w| before.ends_with(w))
}

/// Every licensed institution's name holds one of these; without any the registers need not be asked.
const NAME_PARTS: [&str; 11] = [
    "银行", "保险", "证券", "基金", "信托", "期货", "人寿", "财险", "金融", "支付", "资管",
];
/// Names looked at in one block: a directory of banks is no speaker.
const MOST_NAMES: usize = 40;

/// Words before a name that make it a partner or an object, not the speaker.
const NOT_BEFORE: [&str; 18] = [
    "与", "和", "携", "同", "跟", "从", "向", "在", "由", "助您", "获取", "通过", "办理", "代办",
    "联合", "银行,", "、", "提供",
];
/// Words after a name that make it a partner or an object.
const NOT_AFTER: [&str; 15] = [
    "做过",
    "客户",
    "银行等",
    "合作",
    "携",
    "存管",
    "托管",
    "监管",
    "批准",
    "拖管",
    "等",
    "、",
    "第三方",
    "三方",
    "签约",
];

/// Whether the institution named here is who speaks: at the head of the text, or with a manager or branch after it.
fn speaks(text: &str, start: usize, end: usize) -> bool {
    let before = text.get(..start).unwrap_or("");
    let after = text.get(end..).unwrap_or("");
    if NOT_BEFORE.iter().any(|w| before.ends_with(w))
        || NOT_AFTER.iter().any(|w| after.starts_with(w))
    {
        return false;
    }
    let near: String = after.chars().take(12).collect();
    let person = [
        "经理",
        "支行",
        "分行",
        "网点",
        "理财",
        "小",
        "推出",
        "营业部",
        "信用卡",
    ];
    before.chars().count() <= HEAD || person.iter().any(|w| near.contains(w))
}

/// Characters before a name that still stands at the head: a greeting.
const HEAD: usize = 14;

/// Whether the words are those of a bank's product notice, with nobody named (cut texts, staff messages).
fn bank_like(group: &Group<'_>) -> bool {
    let mut words: Vec<&str> = group
        .body()
        .flat_map(|b| {
            let marks = b.marks.iter().filter(|m| m.id == "bank-product");
            marks.filter_map(|m| b.text.plain.get(m.plain.clone()))
        })
        .collect();
    words.sort_unstable();
    words.dedup();
    words.len() >= 3
}

/// The name in lenticular or square brackets at either end of a short text, when it is of a licensed kind.
fn signature(text: &str) -> Option<String> {
    let text = text.trim();
    let opens = ['【', '[', '〖', '〔'];
    let closes = ['】', ']', '〗', '〕'];
    let head = text
        .strip_prefix(opens)
        .and_then(|rest| rest.split_once(closes))
        .map(|(name, _)| name);
    let tail = text
        .trim_end_matches(|c: char| c.is_ascii_digit() || c == '.' || c == '。')
        .strip_suffix(closes)
        .and_then(|rest| rest.rsplit_once(opens))
        .map(|(_, name)| name);
    [head, tail]
        .into_iter()
        .flatten()
        .map(str::trim)
        .find(|name| name.chars().count() <= 24 && reserved(name))
        .map(ToOwned::to_owned)
}

fn reserved(name: &str) -> bool {
    RESERVED.iter().any(|word| name.contains(word))
        && !["贷款", "代办", "咨询", "中介", "代理", "投资"]
            .iter()
            .any(|w| name.contains(w))
}
