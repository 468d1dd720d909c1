//! Names of companies and other organisations by their grammar (企业名称登记管理规定 art. 6, 13): region, trade name,
//! industry, form. The form is found first; the name begins after what cannot be part of one.

use super::found::Found;
use super::person::is_han;
use crate::model::identity::{FactCheck, FactKind};
use crate::page::pattern::words;
use aho_corasick::AhoCorasick;
use std::sync::LazyLock;

/// Characters of a name before its form at most.
const LONGEST: usize = 30;

/// Regions that names begin with: provinces, their large cities, and the county this program was made for.
const REGIONS: [&str; 92] = [
    "中国",
    "中华",
    "北京",
    "天津",
    "上海",
    "重庆",
    "河北",
    "山西",
    "辽宁",
    "吉林",
    "黑龙江",
    "江苏",
    "浙江",
    "安徽",
    "福建",
    "江西",
    "山东",
    "河南",
    "湖北",
    "湖南",
    "广东",
    "海南",
    "四川",
    "贵州",
    "云南",
    "陕西",
    "甘肃",
    "青海",
    "内蒙古",
    "广西",
    "宁夏",
    "新疆",
    "西藏",
    "香港",
    "澳门",
    "沈阳",
    "大连",
    "锦州",
    "义县",
    "鞍山",
    "抚顺",
    "本溪",
    "丹东",
    "营口",
    "阜新",
    "辽阳",
    "盘锦",
    "铁岭",
    "葫芦岛",
    "长春",
    "哈尔滨",
    "石家庄",
    "唐山",
    "太原",
    "大同",
    "呼和浩特",
    "南京",
    "苏州",
    "无锡",
    "常州",
    "徐州",
    "南通",
    "杭州",
    "宁波",
    "温州",
    "合肥",
    "福州",
    "厦门",
    "泉州",
    "南昌",
    "济南",
    "青岛",
    "烟台",
    "郑州",
    "洛阳",
    "武汉",
    "长沙",
    "广州",
    "深圳",
    "珠海",
    "东莞",
    "佛山",
    "南宁",
    "海口",
    "成都",
    "贵阳",
    "昆明",
    "西安",
    "兰州",
    "西宁",
    "银川",
    "乌鲁木齐",
];

/// Phrases after which a name begins.
const OPENERS: [&str; 54] = [
    "版权所有",
    "欢迎来到",
    "隶属于",
    "属于",
    "旗下",
    "以及",
    "委托",
    "甲方",
    "乙方",
    "丙方",
    "丁方",
    "全称",
    "名称",
    "简称",
    "收款人",
    "户名",
    "主办单位",
    "运营商",
    "运营方",
    "由",
    "是",
    "的",
    "了",
    "被",
    "您",
    "我们",
    "平台",
    "网站",
    "本站",
    "通过",
    "股东有",
    "子公司",
    "关于",
    "批准",
    "设有",
    "设立",
    "股东",
    "核准",
    "制为",
    "组为",
    "名为",
    "更为",
    "改为",
    "身为",
    "构为",
    "人为",
    "方为",
    "者为",
    "司为",
    "东为",
    "称为",
    "作为",
    "现为",
    "商为",
];

/// Words of trades and wealth that alone are no name.
const TRADES: [&str; 30] = [
    "小额贷款",
    "融资担保",
    "融资租赁",
    "商业保理",
    "资产管理",
    "财富管理",
    "投资管理",
    "投资咨询",
    "金融信息服务",
    "互联网金融",
    "信息技术",
    "信息科技",
    "网络科技",
    "网络",
    "信息",
    "科技",
    "食品",
    "投资",
    "贸易",
    "担保",
    "证券",
    "基金",
    "保险",
    "信托",
    "租赁",
    "管理",
    "股份",
    "集团",
    "责任",
    "金融",
];

static REGION_WORDS: LazyLock<AhoCorasick> = LazyLock::new(|| words(&REGIONS));
static OPENER_WORDS: LazyLock<AhoCorasick> = LazyLock::new(|| words(&OPENERS));

/// At the form of an organisation; `floor` is where the last name ended. Returns where this one ends.
pub(super) fn company(
    found: &mut Found<'_>,
    floor: usize,
    start: usize,
    end: usize,
    is_strong: bool,
) -> usize {
    let text = found.text();
    let end = extended_end(text, end);
    let Some(context) = left_context(text, floor, start) else {
        return floor;
    };
    let follows = floor > 0 && floor + context.len() == start;
    let from = trimmed_start(context, follows);
    let name_start = start - (context.len() - from);
    let trade = &context[from..];
    let han = trade.chars().filter(|c| is_han(*c)).count();
    let region = REGIONS.iter().find(|region| trade.starts_with(**region));
    let is_masked = text[..name_start].ends_with(['*', '＊', 'X', 'x', '×']);
    // 商会大厦 is a building.
    let is_building = !is_strong && text[end..].starts_with("大厦");
    if is_masked
        || is_building
        || !(2..=26).contains(&han)
        || is_generic(trade)
        || !(is_strong || region.is_some())
    {
        return floor;
    }
    let value: String = text[name_start..end]
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| match c {
            '（' => '(',
            '）' => ')',
            c => c,
        })
        .collect();
    let is_template = value.contains('某')
        || value.contains("XX")
        || value.contains("××")
        || value.contains("xx");
    let check = if is_template {
        FactCheck::Template
    } else {
        FactCheck::None
    };
    let mut parts = vec![("form", text[start..end].to_owned())];
    if let Some(region) = region {
        parts.push(("region", (*region).to_owned()));
    }
    found.add(FactKind::Company, name_start..end, value, check, parts);
    end
}

/// What may follow the form: （有限合伙）, or the name of a branch.
fn extended_end(text: &str, end: usize) -> usize {
    let rest = &text[end..];
    for kind in ["有限合伙", "普通合伙", "特殊普通合伙"] {
        for (open, close) in [('（', '）'), ('(', ')')] {
            let whole = format!("{open}{kind}{close}");
            if rest.starts_with(&whole) {
                return end + whole.len();
            }
        }
    }
    let near: String = rest.chars().take_while(|c| is_han(*c)).take(14).collect();
    ["分公司", "支行", "分行", "营业部"]
        .iter()
        .filter_map(|form| near.find(form).map(|at| at + form.len()))
        .filter(|length| *length > 9)
        .min()
        // Anything between the two that is no place is another sentence.
        .filter(|length| {
            !near[..*length].contains(['和', '及', '与', '的', '在', '有', '是', '由', '向'])
        })
        .map_or(end, |length| end + length)
}

/// The characters before the form that may belong to a name.
fn left_context(text: &str, floor: usize, start: usize) -> Option<&str> {
    let before = text.get(floor.min(start)..start)?;
    let length: usize = before
        .chars()
        .rev()
        .take_while(|c| {
            is_han(*c)
                || c.is_ascii_alphanumeric()
                || matches!(c, '（' | '）' | '(' | ')' | '·' | '&')
        })
        .take(LONGEST)
        .map(char::len_utf8)
        .sum();
    before.get(before.len() - length..)
}

/// Where in the context the name begins; `follows` if another name ends right before it: 甲公司和乙公司.
fn trimmed_start(context: &str, follows: bool) -> usize {
    let mut from = after_brackets(context);
    if follows && context.starts_with(['和', '与', '及', '跟']) {
        from = from.max('和'.len_utf8());
    }
    let begun = from;
    for opener in OPENER_WORDS.find_iter(&context[begun..]) {
        let at = begun + opener.start();
        // 自由 is no 由.
        let is_freedom = context[..at].ends_with('自') && context[at..].starts_with('由');
        if !is_freedom {
            from = begun + opener.end();
        }
    }
    from += after_joiner(&context[from..]);
    from += after_particle(&context[from..]);
    from += before_region(&context[from..]);
    from + year(&context[from..])
}

/// A name does not begin inside of a bracket that closed before it, or opened and never closed.
fn after_brackets(context: &str) -> usize {
    let mut open = Vec::new();
    let mut from = 0;
    for (at, c) in context.char_indices() {
        match c {
            '（' | '(' => open.push(at + c.len_utf8()),
            // One that nothing opened, or one that the context begins with, such as the number of a list item.
            '）' | ')' if open.pop().is_none_or(|start| start <= '（'.len_utf8()) => {
                from = at + c.len_utf8()
            }
            _ => {}
        }
    }
    open.last().copied().unwrap_or(0).max(from)
}

/// Bytes up to and with the last particle that a region follows: 甲局和北京乙公司.
fn after_joiner(context: &str) -> usize {
    context
        .char_indices()
        .skip(1)
        .filter(|(_, c)| {
            matches!(
                c,
                '和' | '与' | '及' | '跟' | '向' | '在' | '经' | '将' | '于'
            )
        })
        .map(|(at, c)| at + c.len_utf8())
        .filter(|at| {
            REGIONS
                .iter()
                .any(|region| context[*at..].starts_with(region))
        })
        .last()
        .unwrap_or(0)
}

/// Bytes of a leading particle that no name begins with, or that a region follows.
fn after_particle(context: &str) -> usize {
    const NEVER: &str = "为与及在对从给至";
    const BEFORE_REGION: &str = "和向经将请系即或于到本该此";
    let Some(first) = context.chars().next() else {
        return 0;
    };
    let rest = &context[first.len_utf8()..];
    let region_follows = REGIONS.iter().any(|region| rest.starts_with(region));
    if NEVER.contains(first) || (BEFORE_REGION.contains(first) && region_follows) {
        first.len_utf8()
    } else {
        0
    }
}

/// Bytes before the first region that stands outside of brackets, if what stands before it is no part of a name.
fn before_region(context: &str) -> usize {
    let outside = context.find(['（', '(']).unwrap_or(context.len());
    let first = REGION_WORDS
        .find(&context[..outside])
        .map_or(0, |region| region.start());
    let before = &context[..first];
    // 甲省乙市 and the like: what stands before is a region itself.
    if before.ends_with(['省', '市', '县', '区', '州']) {
        0
    } else {
        first
    }
}

/// Bytes of leading digits: the year of a copyright line.
fn year(context: &str) -> usize {
    let digits = context.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 4 { digits } else { 0 }
}

/// Whether nothing but words of trades stands before the form.
fn is_generic(trade: &str) -> bool {
    let mut rest = trade.trim_start_matches(['本', '该', '此', '贵', '我', '各', '家', '类']);
    while let Some(word) = TRADES.iter().find(|word| rest.starts_with(**word)) {
        rest = &rest[word.len()..];
    }
    rest.is_empty()
}
