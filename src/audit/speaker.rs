//! Who makes the offer: a licensed institution, somebody named, or nobody named.

use super::group::Group;

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

pub(super) fn speaker(group: &Group<'_>) -> Speaker {
    if let Some(name) = group.blocks.iter().find_map(|b| signature(&b.text.plain)) {
        return Speaker::Licensed(name);
    }
    let named = group.body().find_map(|b| {
        let mark = b.marks.iter().find(|m| m.id == "licensed-name")?;
        b.text.plain.get(mark.plain.clone())
    });
    match named {
        Some(name) if group.marked("licensed-self") > 0 => Speaker::Licensed(name.to_owned()),
        Some(name) => Speaker::Mentions(name.to_owned()),
        None => Speaker::Unnamed,
    }
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
