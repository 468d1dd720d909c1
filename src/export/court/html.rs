//! The documents as one self-contained HTML page, laid out for A4.
//!
//! Everything a page said is escaped by `maud`; the document holds no script and loads nothing.

use super::steps::steps;
use super::{CourtFinding, CourtItem, CourtPackage, FileKind, GlossaryRow, action_label, plain};
use maud::{DOCTYPE, Markup, PreEscaped, html};

const POLICY_HEADER: &str = "Content-Security-Policy";
const STYLE: &str = include_str!("court.css");
/// Most records and custody entries of one item that are printed; the package and the journal hold all.
const MOST_ROWS: usize = 60;

/// The documents.
pub fn render(package: &CourtPackage) -> String {
    html! {
        (DOCTYPE)
        html lang="zh-CN" {
            head {
                meta charset="utf-8";
                meta http-equiv=(POLICY_HEADER) content="default-src 'none'; style-src 'unsafe-inline'";
                title { "电子数据材料 " (plain(&package.case_no)) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                (cover(package))
                (record(package))
                (list(package))
                (integrity(package))
                (excerpts(package))
                (glossary(package))
                (custody(package))
                (verification(package))
            }
        }
    }
    .into_string()
}

fn blank(words: &str) -> Markup {
    html! { span .blank { "________________（" (words) "）" } }
}

fn or_blank(text: &str, words: &str) -> Markup {
    if text.trim().is_empty() {
        return blank(words);
    }
    html! { (plain(text)) }
}

fn fact(label: &str, value: Markup) -> Markup {
    html! { tr { th { (label) } td { (value) } } }
}

fn text_fact(label: &str, value: &str) -> Markup {
    fact(label, html! { (plain(value)) })
}

fn cover(package: &CourtPackage) -> Markup {
    html! {
        section .cover {
            h1 { "电子数据证据材料" }
            table .facts { tbody {
                (text_fact("案件编号", &package.case_no))
                (fact("制作单位", or_blank(&package.unit, "单位名称")))
                (text_fact("制作人", &package.officer))
                (fact("依据文书", or_blank(package.authority.as_deref().unwrap_or(""), "文书名称及文号")))
                (text_fact("制作时间", &format!("{}（北京时间）", package.made_beijing)))
                (text_fact("证据件数", &package.items.len().to_string()))
                (text_fact("制作工具", &package.tool))
            } }
            ol {
                li { "电子数据提取笔录" } li { "电子数据清单" } li { "完整性校验值表" } li { "内容摘录" }
                li { "文字抄清与暗语说明" } li { "保管记录" } li { "核验方法" }
            }
        }
    }
}

fn record(package: &CourtPackage) -> Markup {
    html! {
        section .part {
            h2 { "电子数据提取笔录" }
            p .notice {
                "本笔录中已填写的内容均取自封存证据包的清单，由程序自动填写；空白处由提取人、见证人如实填写。所列违法线索由程序按规则标出，不是认定。"
            }
            table .facts { tbody {
                (text_fact("案件编号", &package.case_no))
                (fact("案由", blank("由办案人员填写")))
                (fact("提取地点", blank("设备所在地点")))
                (fact("电子数据持有人（提供人）", blank("姓名或名称、联系方式；无法签名或拒绝签名的注明情况")))
                (fact("未扣押原始存储介质的原因", blank("由提取人注明")))
                (fact("录像情况", blank("有无录像及编号")))
            } }
            @for (number, item) in package.items.iter().enumerate() { (record_of(number + 1, item)) }
            div .keep {
                h3 { "签名" }
                table .sign { tbody {
                    tr { th { "提取人一" } td { "姓名：" br; "单位：" br; "证件号：" } th { "签名、日期" } td {} }
                    tr { th { "提取人二" } td { "姓名：" br; "单位：" br; "证件号：" } th { "签名、日期" } td {} }
                    tr { th { "持有人（提供人）" } td { "姓名或名称：" } th { "签名、日期" } td {} }
                    tr { th { "见证人" } td { "姓名：" br; "无见证人的原因：" } th { "签名、日期" } td {} }
                } }
            }
        }
    }
}

fn record_of(number: usize, item: &CourtItem) -> Markup {
    html! {
        h3 { "第 " (number) " 件 " span .mono { (item.evidence_id) } }
        table .facts { tbody {
            (text_fact("提取对象", &format!("{} {}", item.platform, item.title)))
            (text_fact("种类", &item.kind))
            @for (label, value) in &item.origin { (text_fact(label, value)) }
            (fact("请求网址", html! { span .mono { (plain(&item.requested_url)) } }))
            (fact("最终网址", html! { span .mono { (plain(&item.final_url)) } }))
            (text_fact("开始时间", &format!("{}（UTC {}）", item.started.0, item.started.1)))
            (text_fact("结束时间", &format!("{}（UTC {}）", item.ended.0, item.ended.1)))
            (text_fact("时间来源", &item.clock))
            (fact("可信时间", stated(&item.trusted_time(), item.files.iter().any(|f| f.kind == FileKind::Timestamp))))
            (text_fact("人员到场", &item.attendance()))
            @if !item.collectors.is_empty() { (fact("到场人员", collectors(item))) }
            @if let Some(reason) = &item.few_collectors_reason { (text_fact("不足两人的原因", reason)) }
            @if let Some(witness) = &item.witness { (text_fact("见证人", witness)) }
            @if let Some(reason) = &item.no_witness_reason { (text_fact("无见证人的原因", reason)) }
            (fact("采集依据", or_blank(&item.legal_basis.join(";"), "由办案人员填写")))
            (text_fact("提取工具", &tool(item)))
            @if item.is_capture {
                (text_fact("提取方法", "由程序经网络在线提取公开网页：逐次发出 HTTP 请求，原样保存请求与应答、服务器地址和证书，计算校验值后封存为 WACZ 证据包"))
                (text_fact("robots 规则", &item.robots))
                (text_fact("应答", &item.answer))
            } @else {
                (fact("提取方法", blank("由办案人员填写；材料接收后计算校验值并封存为 WACZ 证据包")))
            }
            @if let Some(why) = &item.truncated { (text_fact("内容截断", why)) }
        } }
        @if !item.hops.is_empty() { table {
            thead { tr { th .n { "次序" } th .n { "状态" } th { "网址" } th style="width:36mm" { "服务器地址" } th { "载荷 SHA-256" } } }
            tbody { @for (n, hop) in item.hops.iter().enumerate() {
                tr {
                    td .n { (n + 1) } td .n { (hop.status) } td .mono { (plain(&hop.url)) } td .mono { (plain(&hop.server)) }
                    td .mono { (hop.payload_sha256) @if !hop.certificate_sha256.is_empty() { br; "证书 " (hop.certificate_sha256) } }
                }
            } }
        } }
    }
}

fn stated(words: &str, present: bool) -> Markup {
    if present {
        return html! { (plain(words)) };
    }
    html! { span .none { (plain(words)) } }
}

fn collectors(item: &CourtItem) -> Markup {
    html! {
        @for (name, unit, certificate) in &item.collectors {
            div { (plain(name)) " " (plain(unit)) " 证件号 " (plain(certificate)) }
        }
    }
}

fn tool(item: &CourtItem) -> String {
    match &item.tool_sha256 {
        Some(digest) => format!("{}，程序 SHA-256 {digest}", item.tool),
        None => format!("{}（未记录程序文件的校验值）", item.tool),
    }
}

fn list(package: &CourtPackage) -> Markup {
    html! {
        section .part {
            h2 { "电子数据清单" }
            table {
                thead { tr {
                    th .n { "序号" } th { "名称" } th style="width:24mm" { "类别" } th style="width:26mm" { "文件格式" }
                    th { "来源" } th style="width:22mm" { "大小（字节）" } th { "完整性校验值（SHA-256)" }
                } }
                tbody { @for (number, item) in package.items.iter().enumerate() {
                    @for file in item.files.iter().filter(|f| f.kind == FileKind::Package) {
                        tr {
                            td .n { (number + 1) } td .mono { (file.name) } td { (plain(&item.kind)) } td { "WACZ 1.1.1（内含 WARC 1.1)" }
                            td .mono { (plain(&item.final_url)) } td { (file.bytes) } td .mono { (file.sha256) }
                        }
                    }
                } }
            }
            p .small { "旁存的签名、时间戳等文件见完整性校验值表。" }
            table .sign { tbody {
                tr { th { "提取人" } td {} th { "持有人（提供人）" } td {} th { "见证人" } td {} }
                tr { th { "日期" } td {} th { "日期" } td {} th { "日期" } td {} }
            } }
        }
    }
}

fn integrity(package: &CourtPackage) -> Markup {
    html! {
        section .part {
            h2 { "完整性校验值表" }
            @for (number, item) in package.items.iter().enumerate() {
                h3 { "第 " (number + 1) " 件 " span .mono { (item.evidence_id) } }
                table {
                    thead { tr { th style="width:48mm" { "文件" } th style="width:24mm" { "种类" } th { "校验值" } } }
                    tbody { @for file in &item.files {
                        tr {
                            td .mono { (file.name) } td { (file.kind.label()) br; (file.bytes) " 字节" }
                            td .mono { "SHA-256 " (file.sha256) br; "SM3 " (file.sm3) }
                        }
                    } }
                }
                table .facts { tbody {
                    (fact("数字签名", stated(&item.signature(), item.files.iter().any(|f| f.kind == FileKind::Signature))))
                    (fact("可信时间", stated(&item.trusted_time(), item.files.iter().any(|f| f.kind == FileKind::Timestamp))))
                    @for (label, result) in &item.checked { (text_fact(&format!("本机核验：{label}"), result)) }
                } }
                table {
                    thead { tr { th style="width:26mm" { "WARC 记录" } th { "对象" } th { "记录块 SHA-256" } } }
                    tbody { @for (kind, target, digest) in item.records.iter().take(MOST_ROWS) {
                        tr { td { (plain(kind)) } td .mono { (plain(target)) } td .mono { (digest) } }
                    } }
                }
                @if item.records.len() > MOST_ROWS { p .small { "另有 " (item.records.len() - MOST_ROWS) " 条记录，见证据包内 custody/manifest.json。" } }
            }
        }
    }
}

fn excerpts(package: &CourtPackage) -> Markup {
    html! {
        section .part {
            h2 { "内容摘录" }
            p .notice { "引文为封存文本记录中的原文。左列规则由程序标出，仅为" b { "线索" } "，违法与否由有权机关认定。" }
            @for (number, item) in package.items.iter().enumerate() {
                h3 { "第 " (number + 1) " 件 " (plain(&item.title)) }
                @if item.findings.is_empty() { p { "程序未标出违反规则的文字。" } }
                @else { table {
                    thead { tr { th style="width:62mm" { "规则与依据" } th { "原文、文字抄清与位置（文本记录的字节）" } } }
                    tbody { @for (rule, quotes) in by_rule(&item.findings) { (excerpt(rule, &quotes)) } }
                } }
            }
        }
    }
}

/// Findings of one rule together, in the order of their first.
fn by_rule(findings: &[CourtFinding]) -> Vec<(&CourtFinding, Vec<&CourtFinding>)> {
    let mut rules: Vec<(&CourtFinding, Vec<&CourtFinding>)> = Vec::new();
    for finding in findings {
        match rules
            .iter_mut()
            .find(|(first, _)| first.rule == finding.rule)
        {
            Some((_, quotes)) => quotes.push(finding),
            None => rules.push((finding, vec![finding])),
        }
    }
    rules
}

fn excerpt(rule: &CourtFinding, quotes: &[&CourtFinding]) -> Markup {
    html! {
        tr {
            td { b { (rule.rule) } " " (plain(&rule.title)) div .small { (plain(&rule.basis)) } }
            td { @for quote in quotes { div .quote {
                mark { (plain(&quote.quote)) } (odd(&quote.quote))
                @if let Some(text) = &quote.plain { " 抄清：" (plain(text)) }
                span .where { (quote.span.0) "–" (quote.span.1) " " (plain(&quote.path)) }
            } } }
        }
    }
}

/// Code points of characters that a font may lack or nobody can see.
fn odd(text: &str) -> Markup {
    let is_odd = |c: &char| {
        let invisible = c.is_control() || plain(&c.to_string()) != c.to_string();
        invisible
            || matches!(*c as u32, 0x2600..=0x27bf | 0x2b00..=0x2bff | 0xe000..=0xf8ff | 0xfe00..=0xfe0f | 0x1f000..=0x1faff)
    };
    let codes: Vec<String> = text
        .chars()
        .filter(is_odd)
        .take(12)
        .map(|c| format!("U+{:04X}", c as u32))
        .collect();
    html! { @if !codes.is_empty() { span .where { "[" (codes.join(" ")) "]" } } }
}

fn glossary(package: &CourtPackage) -> Markup {
    html! {
        section .part {
            h2 { "文字抄清与暗语说明" }
            p { "下表列出网页中的变体写法及其抄清，由程序按词库还原；空白行供办案人员补充绰号、暗语、俗语、方言的说明。" }
            @if package.glossary.is_empty() { p { "程序未发现变体写法。" } }
            table {
                thead { tr { th style="width:20mm" { "证据" } th { "原文" } th { "抄清" } th style="width:40mm" { "变体方式" } th .n { "次数" } } }
                tbody {
                    @for row in &package.glossary { (glossary_row(package, row)) }
                    @for _ in 0..4 { tr .sign { td {} td {} td {} td {} td {} } }
                }
            }
        }
    }
}

fn glossary_row(package: &CourtPackage, row: &GlossaryRow) -> Markup {
    let number = package
        .items
        .iter()
        .position(|i| i.evidence_id == row.evidence_id)
        .map_or(0, |n| n + 1);
    html! {
        tr {
            td { "第 " (number) " 件" @if row.quoted { br; "（引文内）" } }
            td { mark { (plain(&row.seen)) } (odd(&row.seen)) } td { (plain(&row.plain)) }
            td { (row.classes.join("、")) } td .n { (row.count) }
        }
    }
}

fn custody(package: &CourtPackage) -> Markup {
    html! {
        section .part {
            h2 { "保管记录" }
            p .small { "摘自哈希链日志。日志全文保存在采集单位，每行的哈希值可据以核对。" }
            @for (number, item) in package.items.iter().enumerate() {
                h3 { "第 " (number + 1) " 件 " span .mono { (item.evidence_id) } }
                table {
                    thead { tr { th style="width:40mm" { "时间（UTC)" } th style="width:30mm" { "事项" } th style="width:34mm" { "人员" } th { "事由" } th { "日志行与哈希" } } }
                    tbody { @for row in item.custody.iter().take(MOST_ROWS) {
                        tr {
                            td .mono { (row.time) } td { (action_label(&row.action)) } td { (plain(&row.actor)) br; (plain(&row.unit)) }
                            td { (plain(&row.reason)) } td .mono { (row.place) br; (row.hash) }
                        }
                    } }
                }
            }
        }
    }
}

fn verification(package: &CourtPackage) -> Markup {
    html! {
        section .part {
            h2 { "核验方法" }
            p { "以下均为公开工具，不依赖采集程序。命令在本材料所在文件夹中执行；以第一件为例，其余各件换用相应文件名。" }
            table {
                thead { tr { th .n { "序号" } th style="width:34mm" { "核验内容" } th { "命令" } th style="width:48mm" { "应得结果" } th style="width:28mm" { "工具" } } }
                tbody { @for (n, step) in steps(package).iter().enumerate() {
                    tr { td .n { (n + 1) } td { (step.title) } td .mono { (step.command) } td { (step.expected) } td .small { (step.tool) } }
                } }
            }
            p .small { "本材料未附数字签名或时间戳的，相应核验无从进行，不得视为已通过。" }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests_sample::sample;
    use super::*;

    #[test]
    fn pages_cannot_write_into_the_documents() {
        let text = render(&sample());
        assert!(!text.contains("<script>"), "script survived");
        assert!(text.contains("&lt;script&gt;"));
        assert!(!text.contains('\u{202e}') && text.contains('\u{fffd}'));
        for tag in ["<img", "<link", "<script", "src="] {
            assert!(!text.contains(tag), "{tag}");
        }
    }

    #[test]
    fn what_is_missing_is_said() {
        let text = render(&sample());
        assert!(text.contains("无可信时间") && text.contains("无数字签名"));
        assert!(!text.contains("minisign -Vm") && !text.contains("openssl ts"));
        let mut signed = sample();
        for name in ["wx-a.wacz.minisig", "wx-a.wacz.cnca.tsr"] {
            signed.items[0].files.push(super::super::CourtFile {
                name: name.to_owned(),
                kind: FileKind::of(name),
                ..Default::default()
            });
        }
        let text = render(&signed);
        assert!(!text.contains("无可信时间：") && !text.contains("无数字签名"));
        assert!(text.contains("minisign -Vm wx-a.wacz -p"));
        assert!(text.contains("openssl ts -verify -data wx-a.wacz -in wx-a.wacz.cnca.tsr"));
    }

    #[test]
    fn all_parts_are_there() {
        let text = render(&sample());
        for part in [
            "电子数据提取笔录",
            "电子数据清单",
            "完整性校验值表",
            "内容摘录",
            "文字抄清与暗语说明",
            "保管记录",
            "核验方法",
        ] {
            assert!(text.contains(&format!("<h2>{part}</h2>")), "{part}");
        }
    }
}
