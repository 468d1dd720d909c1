//! `custody/report.html` of a sealed item: its manifest on one page, in Chinese, for people who open the package.
//!
//! The page follows from the manifest alone (before the page's own digests are entered there), so the package can be made
//! again from its contents. It holds no script, loads nothing, and every word of outside origin is escaped, with control
//! and invisible characters made visible.

use super::custody::ItemCustody;
use super::item_images;
use super::manifest::{Imported, Manifest, StoredFinding};
use crate::model::custody::ItemKind;
use crate::model::mask::PersonalData;
use maud::{DOCTYPE, Markup, html};

const STYLE: &str = "body{font:15px/1.6 sans-serif;margin:2em auto;max-width:60em;padding:0 1em;color:#222}\
h1{font-size:1.4em}h2{font-size:1.1em;border-bottom:1px solid #999}table{border-collapse:collapse;width:100%}\
th,td{border:1px solid #bbb;padding:.3em .5em;text-align:left;vertical-align:top;overflow-wrap:anywhere}\
th{background:#f2f2f2;width:9em}code{font-size:.85em;overflow-wrap:anywhere}.note{color:#555;font-size:.9em}";

/// Most findings that the page lists; the manifest holds all.
const MOST_FINDINGS: usize = 100;

/// The page.
pub fn html(manifest: &Manifest) -> String {
    let title = format!("电子数据说明 {}", manifest.evidence_id);
    html! {
        (DOCTYPE)
        html lang="zh-CN" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'";
                title { (title) }
                style { (STYLE) }
            }
            body {
                h1 { "电子数据说明" }
                p.note {
                    "本页由程序依据同一证据包内 custody/manifest.json 自动生成，内容以该文件为准。"
                    "分数与规则命中仅为线索，不是认定。"
                }
                (facts(manifest))
                (people(&manifest.custody))
                (origin(&manifest.custody))
                (preservation(&manifest.custody))
                (relations(&manifest.custody))
                (super::item_signals::signals(manifest))
                (findings(manifest))
                (item_images::images(manifest))
                (item_images::ads(manifest))
                (files(manifest))
            }
        }
    }
    .into_string()
}

/// One line of a table.
pub(super) fn row(label: &str, value: &str) -> Markup {
    html! { tr { th { (label) } td { (visible(value)) } } }
}

fn or_none(value: Option<&String>) -> &str {
    value.map_or("无", String::as_str)
}

fn facts(m: &Manifest) -> Markup {
    let kind = m.custody.item_kind().map_or("", ItemKind::label);
    let is_capture = m.custody.item_kind().is_some_and(ItemKind::is_capture);
    let started = format!(
        "{}（北京时间 {}）",
        m.captured_start.utc, m.captured_start.beijing
    );
    let ended = format!(
        "{}（北京时间 {}）",
        m.captured_end.utc, m.captured_end.beijing
    );
    let status = if m.http_status == 0 {
        "不适用".to_owned()
    } else {
        m.http_status.to_string()
    };
    html! {
        h2 { "基本情况" }
        table {
            (row("证据编号", &m.evidence_id))
            (row("种类", kind))
            (row("案号", or_none(m.custody.case_no.as_ref())))
            (row("对象", &m.platform))
            (row("请求网址", &m.requested_url))
            (row("最终网址", &m.final_url))
            (row("标题", &m.title))
            (row("开始时间", &started))
            (row("结束时间", &ended))
            (row("时钟来源", &m.clock.source))
            (row("可信时间", if m.trusted_time == "none" { "封存时无可信时间戳" } else { &m.trusted_time }))
            (row("HTTP 状态", &status))
            (row("字符编码", &m.charset))
            @if is_capture {
                (row("未加载内容", match m.imported {
                    Some(_) => "本证据只含网页文档；页面引用的图片、样式和脚本如经采集，保存在导入的原文件中",
                    None if m.page_resources.mode == "rendered" => "由浏览器呈现；未取得的内容见 custody/manifest.json 的 page_resources",
                    None if m.images.is_empty() => "仅取网页文档，未用浏览器，页面引用的图片、样式和脚本均未加载",
                    None => "未用浏览器；除下列图片外，页面引用的图片、样式和脚本均未加载",
                }))
                (row("robots.txt", match m.robots.policy.as_str() {
                    "obey" => "遵守",
                    "unknown" => "由其他程序采集，不详",
                    _ => "依据书面文件未遵守",
                }))
                @if let Some(basis) = &m.robots.legal_basis { (row("未遵守的依据", basis)) }
            }
            (row("法律依据", &joined(&m.legal_basis)))
            (row("程序", &format!("{} {}，SHA-256 {}", m.tool.name, m.tool.version,
                m.tool.sha256.as_deref().unwrap_or("未知"))))
        }
        @if let Some(imported) = &m.imported { (import(imported)) }
        @if !m.redirect_chain.is_empty() {
            h2 { "访问过程" }
            table {
                tr { th { "状态" } th { "网址" } th { "服务器" } th { "载荷 SHA-256" } }
                @for hop in &m.redirect_chain {
                    tr {
                        td { (hop.status) }
                        td { (visible(&hop.url)) }
                        td { (hop.server.as_deref().unwrap_or("未知")) }
                        td { code { (hop.payload_sha256) } }
                    }
                }
            }
        }
    }
}

/// Where an imported capture comes from. The times above are those that its file states.
fn import(imported: &Imported) -> Markup {
    let software = match imported.software.is_empty() {
        true => "文件未注明".to_owned(),
        false => imported.software.join("；"),
    };
    html! {
        h2 { "导入来源" }
        table {
            (row("采集方式", "由其他程序采集，作为文件导入；上列开始、结束时间为该文件所载"))
            (row("采集程序", &software))
            (row("来源说明", or_none(imported.origin.as_ref())))
            (row("导入编号", &imported.import))
            (row("原文件名", &imported.name))
            (row("原文件 SHA-256", &imported.sha256))
            (row("原文件 SM3", &imported.sm3))
            (row("原文件中的记录", &format!("{}，第 {} 字节起", imported.record_id, imported.offset)))
            (row("导入人", &imported.by))
            (row("导入时间", &imported.imported_at.beijing))
            @for mark in &imported.marks { (row("备注", mark)) }
        }
    }
}

fn joined(texts: &[String]) -> String {
    if texts.is_empty() {
        "未填写".to_owned()
    } else {
        texts.join("；")
    }
}

fn people(custody: &ItemCustody) -> Markup {
    let alone = match custody.item_kind() {
        Some(ItemKind::ImportedCapture) => "无（由其他程序采集后导入）",
        _ => "无人到场（程序自动完成）",
    };
    html! {
        h2 { "人员" }
        table {
            @if custody.collectors.is_empty() {
                (row("固定人员", alone))
            }
            @for officer in &custody.collectors {
                (row("固定人员", &format!("{}，{}，执法证号 {}", officer.name, officer.unit, officer.certificate)))
            }
            @if let Some(reason) = &custody.few_collectors_reason { (row("少于两人的原因", reason)) }
            (row("见证人", or_none(custody.witness.as_ref())))
            @if let Some(reason) = &custody.no_witness_reason { (row("无见证人的原因", reason)) }
        }
    }
}

fn origin(custody: &ItemCustody) -> Markup {
    let Some(origin) = &custody.origin else {
        return html! {};
    };
    let kind = match origin.kind.as_str() {
        "tip" => "举报",
        "photo" => "照片",
        _ => "提交的文件",
    };
    html! {
        h2 { "材料来源" }
        table {
            (row("方式", kind))
            (row("来源说明", &origin.statement))
            (row("提供者身份", &origin.provided_by))
            (row("收到时间", &format!("{}（北京时间 {}）", origin.received.utc, origin.received.beijing)))
        }
        table {
            tr { th { "文件" } th { "类型" } th { "字节" } th { "SHA-256" } th { "SM3" } }
            @for file in &origin.files {
                tr {
                    td { (visible(&file.name)) }
                    td { (visible(&file.media_type)) }
                    td { (file.bytes) }
                    td { code { (file.sha256) } }
                    td { code { (file.sm3) } }
                }
            }
        }
    }
}

fn preservation(custody: &ItemCustody) -> Markup {
    let Some(order) = &custody.preservation else {
        return html! {};
    };
    html! {
        h2 { "先行登记保存（行政处罚法第五十六条）" }
        table {
            (row("批准人", &order.approver))
            (row("原因", &order.reason))
            (row("批准文书", or_none(order.authority.as_ref())))
            (row("处理决定期限", &format!("{}（北京时间 {}）", order.decide_by.utc, order.decide_by.beijing)))
        }
    }
}

fn relations(custody: &ItemCustody) -> Markup {
    html! {
        @if let Some(parent) = &custody.parent {
            h2 { "来源证据" }
            table {
                (row("证据编号", &parent.evidence_id))
                (row("SHA-256", &parent.package.sha256))
                (row("SM3", &parent.package.sm3))
            }
        }
        @if let Some(prior) = &custody.prior_capture {
            h2 { "同一网址的上一次固定" }
            table {
                (row("证据编号", &prior.evidence_id))
                (row("时间", &prior.captured))
                (row("载荷", if prior.same_payload { "逐字节相同" } else { "不同" }))
                (row("文本相似度", &format!("{}.{}%", prior.text_likeness / 10, prior.text_likeness % 10)))
                (row("证据包 SHA-256", &prior.package_sha256))
            }
        }
        @if !custody.redactions.is_empty() {
            h2 { "遮盖内容" }
            table {
                tr { th { "类别" } th { "处数" } th { "原因" } }
                @for redaction in &custody.redactions {
                    tr {
                        td { (category(&redaction.category)) }
                        td { (redaction.places) }
                        td { (visible(&redaction.reason)) }
                    }
                }
            }
        }
    }
}

/// The name of a category of personal data.
fn category(code: &str) -> String {
    let all = [
        PersonalData::IdentityNumber,
        PersonalData::BankCard,
        PersonalData::Mobile,
        PersonalData::Landline,
        PersonalData::Mail,
        PersonalData::Messenger,
        PersonalData::Account,
        PersonalData::Named,
    ];
    let known = all.into_iter().find(|kind| kind.code() == code);
    known.map_or_else(|| visible(code), |kind| kind.label().to_owned())
}

fn findings(m: &Manifest) -> Markup {
    let line = |f: &StoredFinding| {
        html! {
            tr {
                td { (f.rule) }
                td { (f.severity) }
                td { (visible(&f.title)) br; span.note { (visible(&f.basis)) } }
                td { (visible(&f.quote)) }
            }
        }
    };
    html! {
        @if !m.findings.is_empty() {
            h2 { "线索" }
            table {
                tr { th { "规则" } th { "级" } th { "禁止事项与依据" } th { "原文" } }
                @for finding in m.findings.iter().take(MOST_FINDINGS) { (line(finding)) }
            }
            @if m.findings.len() > MOST_FINDINGS {
                p.note { "另有 " (m.findings.len() - MOST_FINDINGS) " 条，见 custody/manifest.json。" }
            }
        }
    }
}

fn files(m: &Manifest) -> Markup {
    html! {
        h2 { "完整性校验值" }
        table {
            tr { th { "文件" } th { "字节" } th { "SHA-256" } th { "SM3" } }
            @for file in &m.files {
                tr {
                    td { (file.path) }
                    td { (file.bytes) }
                    td { code { (file.sha256) } }
                    td { code { (file.sm3) } }
                }
            }
        }
        p.note {
            "整个证据包的校验值记载于保管日志和旁附的签名文件，不在包内。"
            "核验方法：sha256sum、openssl dgst -sm3，或 wangxun evidence verify。"
        }
    }
}

/// Control, bidirectional and invisible characters made visible, so that no text can look other than it is.
pub fn visible(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        let hidden = matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
        match c {
            '\n' | '\t' => safe.push(' '),
            _ if c.is_control() || hidden => safe.extend(c.escape_unicode()),
            _ => safe.push(c),
        }
    }
    safe
}
