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
const RESERVED: [&str; 14] = [
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
    spans.sort_by_key(|s| (s.start, s.end));
    spans.truncate(MOST_NAMES);
    spans
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
