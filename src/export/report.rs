//! The findings report for officers: one self-contained HTML page in Chinese, quotes highlighted, sources named.
//!
//! Everything a page said is escaped by `maud`; the report holds no script and loads nothing.

use maud::{DOCTYPE, Markup, PreEscaped, html};

/// The header that forbids the page to load anything.
const POLICY_HEADER: &str = "Content-Security-Policy";
const STYLE: &str = include_str!("report.css");

/// What the report is made of.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Title, such as `网络巡查发现报告`.
    pub title: String,
    /// When it was made, both UTC and Beijing time, as text.
    pub made_at: String,
    /// Name and version of the program.
    pub tool: String,
    /// Digest of the lexicons that judged.
    pub lexicon_version: String,
    /// The sealed items, strongest first.
    pub items: Vec<ReportItem>,
    /// What was not judged and why: (reason in Chinese, count).
    pub unjudged: Vec<(String, u64)>,
    /// Signals about sites from severity 2, the newest first.
    pub signals: Vec<ReportSignal>,
    /// Lesser signals: (name, count).
    pub lesser_signals: Vec<(String, u64)>,
}

/// One signal about a site or page, outside of the score.
#[derive(Debug, Clone, Default)]
pub struct ReportSignal {
    /// When it was observed last, as text.
    pub last: String,
    /// Its name in Chinese.
    pub label: String,
    /// Address of the page.
    pub url: String,
    /// One sentence.
    pub detail: String,
    /// What was before.
    pub before: String,
    /// What is now.
    pub after: String,
    /// The sealed item or the WARC record that shows it.
    pub evidence: String,
}

/// One sealed item.
#[derive(Debug, Clone, Default)]
pub struct ReportItem {
    /// Identifier of the evidence item.
    pub evidence_id: String,
    /// Name of the watched platform or ad source.
    pub platform: String,
    /// Address of the page.
    pub url: String,
    /// Title of the page.
    pub title: String,
    /// When it was captured, Beijing time, as text.
    pub captured_at: String,
    /// Score 0 to 100.
    pub score: f64,
    /// `red`, `orange`, `yellow` or `green`.
    pub colour: String,
    /// What is offered, in Chinese.
    pub offer: String,
    /// SHA-256 of the package, hex.
    pub sha256: String,
    /// SM3 of the package, hex.
    pub sm3: String,
    /// Path of the package below the home.
    pub path: String,
    /// The named parts of the score: (name, points, reason).
    pub parts: Vec<(String, f64, String)>,
    /// Its findings, strongest first.
    pub findings: Vec<ReportFinding>,
    /// Brand, operator, payee and what the registers say: (label, value).
    pub behind: Vec<(String, String)>,
    /// Warnings of opinion and crowds on it, outside of the score.
    pub alerts: Vec<ReportAlert>,
}

/// One warning of opinion or crowds.
#[derive(Debug, Clone, Default)]
pub struct ReportAlert {
    /// Whether somebody should look at once.
    pub urgent: bool,
    /// Level, in Chinese.
    pub level: String,
    /// Class, in Chinese.
    pub class: String,
    /// The quote.
    pub quote: String,
    /// Times named with it.
    pub times: String,
    /// Places named with it.
    pub places: String,
    /// Why it has its level.
    pub remark: String,
}

/// One finding with the words around its quote.
#[derive(Debug, Clone, Default)]
pub struct ReportFinding {
    /// Rule id.
    pub rule: String,
    /// What is forbidden.
    pub title: String,
    /// Legal basis.
    pub basis: String,
    /// Severity 1 to 5.
    pub severity: u8,
    /// Strength letter.
    pub strength: String,
    /// Words before the quote.
    pub before: String,
    /// The quote.
    pub quote: String,
    /// Words after it.
    pub after: String,
    /// What the reader needs to know.
    pub remark: String,
    /// CSS path of the block.
    pub css_path: String,
    /// Byte offsets in the text record.
    pub span: (usize, usize),
    /// Landing address of the advertiser when it is not the page's own operator.
    pub advertiser: Option<String>,
}

/// The report as one HTML document.
pub fn render(report: &Report) -> String {
    html! {
        (DOCTYPE)
        html lang="zh-CN" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv=(POLICY_HEADER) content="default-src 'none'; style-src 'unsafe-inline'";
                title { (report.title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    (head(report))
                    (summary(report))
                    (alerts(report))
                    h2 { "发现明细" }
                    @if guilty(report).next().is_none() {
                        p { "没有发现。未能判定的页面见上表,不等于无问题。" }
                    }
                    @for (number, item) in guilty(report).enumerate() { (item_card(number + 1, item)) }
                    (reading_help())
                }
            }
        }
    }
    .into_string()
}

/// The items with findings; the others were kept for their warnings only.
fn guilty(report: &Report) -> impl Iterator<Item = &ReportItem> {
    report.items.iter().filter(|i| !i.findings.is_empty())
}

/// Warnings of opinion and crowds, urgent ones first: a table of their own, no part of any score.
fn alerts(report: &Report) -> Markup {
    let mut rows: Vec<(&ReportItem, &ReportAlert)> = report
        .items
        .iter()
        .flat_map(|i| i.alerts.iter().map(move |a| (i, a)))
        .collect();
    rows.sort_by_key(|(_, a)| !a.urgent);
    html! {
        @if !rows.is_empty() {
            h2 { "舆情与群体预警" }
            p .small { "另列一类,不是违规线索,不计入综合分。“紧急”为含聚集时间地点、多种兑付困难迹象并见或自伤暴力威胁;转述他人或旧案的为“普通”。" }
            table {
                thead { tr { th { "级别" } th { "类别" } th { "引文" } th { "时间" } th { "地点" } th { "说明" } th { "页面" } } }
                tbody { @for (item, alert) in rows {
                    tr {
                        td { @if alert.urgent { b { (alert.level) } } @else { (alert.level) } }
                        td { (alert.class) } td { mark { (alert.quote) } } td { (alert.times) } td { (alert.places) } td { (alert.remark) }
                        td { span .url { (item.url) } br; "证据编号 " (item.evidence_id) }
                    }
                } }
            }
        }
    }
}

fn head(report: &Report) -> Markup {
    html! {
        h1 { (report.title) }
        p .meta {
            "生成时间:" (report.made_at) " · 工具:" (report.tool)
            @if !report.lexicon_version.is_empty() { " · 规则词库版本:" (report.lexicon_version) }
        }
        p .notice {
            "本报告所列均为" b { "线索" } ",由程序按规则标出,不是对任何主体的" b { "认定" }
            "。处置前须由两名执法人员依法核实;登记库中未见许可只表示" b { "待核" } ",不表示无证。"
        }
    }
}

fn summary(report: &Report) -> Markup {
    let findings: usize = report.items.iter().map(|i| i.findings.len()).sum();
    let grave = report
        .items
        .iter()
        .filter(|i| i.findings.iter().any(|f| f.severity >= 4))
        .count();
    html! {
        div .counts {
            div .count { b { (report.items.len()) } "固证页面" }
            div .count { b { (findings) } "条发现" }
            div .count { b { (grave) } "四级以上页面" }
            div .count { b { (platforms(report).len()) } "涉及平台" }
        }
        h2 { "按平台" }
        table {
            thead { tr { th { "平台" } th { "固证页面" } th { "发现" } th { "最高严重度" } th { "触发规则" } } }
            tbody { @for row in platforms(report) {
                tr {
                    td { (row.name) } td .number { (row.items) } td .number { (row.findings) }
                    td .number { (row.severity) } td { (row.rules.join("、")) }
                }
            } }
        }
        @if !report.signals.is_empty() || !report.lesser_signals.is_empty() { (signals(report)) }
        @if !report.unjudged.is_empty() {
            h2 { "未判定的目标" }
            p .small { "被拒绝、跳过或失败的目标不计为正常。" }
            table {
                thead { tr { th { "原因" } th { "数量" } } }
                tbody { @for (reason, count) in &report.unjudged { tr { td { (reason) } td .number { (count) } } } }
            }
        }
    }
}

fn signals(report: &Report) -> Markup {
    html! {
        h2 { "网站信号" }
        p .small { "均为线索,不计入违规评分。" }
        @if !report.signals.is_empty() {
            table .signals {
                thead { tr { th { "时间" } th { "信号与网址" } th { "说明" } th { "此前与现在" } } }
                tbody { @for signal in &report.signals { tr {
                    td { (signal.last) }
                    td { b { (signal.label) } br; (signal.url) }
                    td { (signal.detail) }
                    td {
                        @if !signal.before.is_empty() { "此前:" (signal.before) br; }
                        @if !signal.after.is_empty() { "现在:" (signal.after) br; }
                        span .small { (signal.evidence) }
                    }
                } } }
            }
        }
        @if !report.lesser_signals.is_empty() {
            table {
                thead { tr { th { "其他信号" } th { "数量" } } }
                tbody { @for (name, count) in &report.lesser_signals { tr { td { (name) } td .number { (count) } } } }
            }
        }
    }
}

struct PlatformRow {
    name: String,
    items: usize,
    findings: usize,
    severity: u8,
    rules: Vec<String>,
}

/// Totals by platform, in order of first appearance.
fn platforms(report: &Report) -> Vec<PlatformRow> {
    let mut rows: Vec<PlatformRow> = Vec::new();
    for item in guilty(report) {
        let at = rows
            .iter()
            .position(|r| r.name == item.platform)
            .unwrap_or_else(|| {
                rows.push(PlatformRow {
                    name: item.platform.clone(),
                    items: 0,
                    findings: 0,
                    severity: 0,
                    rules: Vec::new(),
                });
                rows.len() - 1
            });
        let row = &mut rows[at];
        row.items += 1;
        row.findings += item.findings.len();
        for finding in &item.findings {
            row.severity = row.severity.max(finding.severity);
            if !row.rules.contains(&finding.rule) {
                row.rules.push(finding.rule.clone());
            }
        }
        row.rules.sort();
    }
    rows
}

fn item_card(number: usize, item: &ReportItem) -> Markup {
    html! {
        section class={ "item " (item.colour) } id=(item.evidence_id) {
            h3 { (number) ". " @if item.title.is_empty() { (item.url) } @else { (item.title) } }
            div .url { (item.url) }
            dl {
                dt { "平台" } dd { (item.platform) @if !item.offer.is_empty() { "(" (item.offer) ")" } }
                dt { "固证时间" } dd { (item.captured_at) }
                dt { "证据编号" } dd { (item.evidence_id) }
                dt { "综合分" } dd { (format!("{:.0}", item.score)) }
                @for (label, value) in &item.behind { dt { (label) } dd { (value) } }
            }
            @if !item.parts.is_empty() {
                ul .parts { @for (name, points, reason) in &item.parts {
                    li { (name) " " (format!("{points:+.0}")) ":" (reason) }
                } }
            }
            @for finding in &item.findings { (finding_block(finding)) }
            div .finding .digest {
                "证据包 " (item.path) br;
                "SHA-256 " (item.sha256) br;
                "SM3 " (item.sm3)
            }
        }
    }
}

fn finding_block(finding: &ReportFinding) -> Markup {
    html! {
        div .finding {
            span class={ "badge s" (finding.severity) } { "严重度 " (finding.severity) }
            span .badge .plain { "证据强度 " (finding.strength) }
            b { (finding.rule) } " " (finding.title)
            blockquote { (finding.before) mark { (finding.quote) } (finding.after) }
            @if !finding.remark.is_empty() { div { (finding.remark) } }
            @if let Some(advertiser) = &finding.advertiser {
                div { "涉及广告主落地页:" span .url { (advertiser) } "(页面运营者未必相关)" }
            }
            dl {
                dt { "依据" } dd { (finding.basis) }
                dt { "位置" } dd { "文本记录第 " (finding.span.0) "–" (finding.span.1) " 字节" @if !finding.css_path.is_empty() { " · " (finding.css_path) } }
            }
        }
    }
}

fn reading_help() -> Markup {
    html! {
        h2 { "怎样读本报告" }
        table {
            tbody {
                tr { th { "严重度" } td { "1 信号;2 缺少披露或轻微违规;3 明显违反广告法;4 涉嫌无证金融或集资;5 具备四性或诈骗迹象。" } }
                tr { th { "证据强度" } td { "A 用语加登记矛盾或收款事实;B 用语加回报或募集结构;C 仅用语;D 仅信号。" } }
                tr { th { "核验" } td { "用 wangxun evidence verify 证据编号 离线核验;证据包为 WACZ,可用公开工具打开,摘要可用 sha256sum 与 openssl dgst -sm3 复算。" } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Report {
        Report {
            title: "网络巡查发现报告".into(),
            items: vec![ReportItem {
                evidence_id: "abc".into(),
                platform: "虚构财富".into(),
                url: "http://licai.test/?q=<script>alert(1)</script>".into(),
                title: "<b>稳赚</b>".into(),
                colour: "red".into(),
                findings: vec![ReportFinding {
                    rule: "AD-25-1".into(),
                    severity: 4,
                    quote: "保本<保息>".into(),
                    ..ReportFinding::default()
                }],
                ..ReportItem::default()
            }],
            signals: vec![ReportSignal {
                label: "网页消失".into(),
                detail: "<i>不在</i>".into(),
                ..ReportSignal::default()
            }],
            lesser_signals: vec![("网页未加密传输".into(), 3)],
            ..Report::default()
        }
    }

    #[test]
    fn what_pages_say_is_escaped() {
        let text = render(&sample());
        assert!(!text.contains("<script>"), "script survived");
        assert!(text.contains("<mark>保本&lt;保息&gt;</mark>"));
        assert!(text.contains("&lt;b&gt;稳赚&lt;/b&gt;"));
        assert!(text.contains("网页消失") && text.contains("&lt;i&gt;不在&lt;/i&gt;"));
        assert!(text.contains("网页未加密传输"));
    }

    #[test]
    fn the_report_loads_nothing() {
        let text = render(&sample());
        assert!(text.contains("default-src 'none'"));
        for tag in ["<img", "<link", "<script", "src="] {
            assert!(!text.contains(tag), "{tag}");
        }
    }

    #[test]
    fn platforms_are_totalled() {
        let mut report = sample();
        report.items.push(report.items[0].clone());
        let rows = platforms(&report);
        assert_eq!(
            (
                rows.len(),
                rows[0].items,
                rows[0].findings,
                rows[0].severity
            ),
            (1, 2, 2, 4)
        );
    }
}
