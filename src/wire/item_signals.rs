//! The part of `custody/report.html` that tells from where the page was seen, how it showed itself to others, and what was
//! signalled about its site.

use super::item_page::{row, visible};
use super::manifest::Manifest;
use super::signal::{StoredComparison, StoredSignal, StoredVantage};
use crate::model::vantage::Vantage;
use maud::{Markup, html};

/// Name of a stored view for officers.
pub fn view_label(view: &str) -> String {
    Vantage::parse(view).map_or_else(|| view.to_owned(), Vantage::label)
}

/// Name of what a comparison says for officers.
pub fn resemblance_label(word: &str) -> &'static str {
    match word {
        "same" => "内容一致",
        "layout" => "文字相同,版式不同",
        "different" => "文字不同,未见要害差别",
        "cloaked" => "对不同访客显示不同内容",
        _ => "无法比较",
    }
}

/// Name of a stored difference for officers.
pub fn difference_label(what: &str) -> &'static str {
    match what {
        "status" => "应答状态",
        "address" => "最终网址",
        "leads-to" => "脚本跳转",
        "rules" => "触发规则",
        "claims" => "宣传内容",
        "offer" => "金融产品",
        "operator" => "运营主体",
        "filing" => "备案编号",
        _ => "其他",
    }
}

/// All of it; nothing where there is nothing to say.
pub(super) fn signals(m: &Manifest) -> Markup {
    html! {
        @if let Some(vantage) = &m.vantage { (seen_from(vantage)) }
        @if let Some(comparison) = &m.comparison { (compared(m, comparison)) }
        @if !m.site_signals.is_empty() { (listed(&m.site_signals)) }
    }
}

fn seen_from(vantage: &StoredVantage) -> Markup {
    html! {
        h2 { "访问身份" }
        table {
            (row("身份", &view_label(&vantage.view)))
            (row("来源页", vantage.referrer.as_deref().unwrap_or("无")))
            (row("依据", vantage.basis.as_deref().unwrap_or("未使用其他身份")))
        }
        p.note { "请求原文见证据包内 request 记录；用户代理字符串末尾始终注明本程序名称和联系方式，robots.txt 按本程序名称遵守。" }
    }
}

fn compared(m: &Manifest, comparison: &StoredComparison) -> Markup {
    let own = m.vantage.as_ref().map_or("", |v| v.view.as_str());
    let base = &comparison.base;
    html! {
        h2 { "与另一身份所见的比较" }
        table {
            (row("本次身份", &view_label(own)))
            (row("对照身份", &view_label(&base.view)))
            (row("对照采集", &format!("{}，状态 {}，{}", base.captured, base.status, base.final_url)))
            (row("对照标题", &base.title))
            (row("对照载荷", &base.payload_sha256))
            (row("对照记录", &base.response))
            (row("比较结果", resemblance_label(&comparison.resemblance)))
            (row("文字相同", &format!("占较短一方 {}‰，占双方合计 {}‰（五字连写，数字不计）", comparison.contained, comparison.shared)))
        }
        @if !comparison.differences.is_empty() {
            table {
                tr { th { "差别" } th { (view_label(&base.view)) } th { (view_label(own)) } }
                @for difference in &comparison.differences {
                    tr {
                        td { (difference_label(&difference.what)) }
                        td { (shown(&difference.base)) }
                        td { (shown(&difference.other)) }
                    }
                }
            }
        }
        p.note { "两次访问的请求、应答原文和读出的文字均在本证据包内（对照文字为 urn:base-text: 记录）。差别只是线索，不是认定。" }
    }
}

fn shown(value: &str) -> String {
    if value.is_empty() {
        "无".to_owned()
    } else {
        visible(value)
    }
}

fn listed(signals: &[StoredSignal]) -> Markup {
    html! {
        h2 { "网站信号（不计入违规评分）" }
        table {
            tr { th { "信号" } th { "说明" } th { "此前" } th { "现在" } }
            @for signal in signals {
                tr {
                    td { (visible(&signal.label)) }
                    td { (visible(&signal.detail)) }
                    td { (visible(signal.before.as_deref().unwrap_or(""))) }
                    td { (visible(signal.after.as_deref().unwrap_or(""))) }
                }
            }
        }
    }
}
