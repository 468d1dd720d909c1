//! 协助函: the letter by which an operator is asked to act, with the entries and a statement of reasons for each. One
//! self-contained HTML page for print; number, date and seal are put by hand.

use super::super::form::visible;
use crate::model::schedule::BEIJING;
use crate::model::takedown::entry::{ActionEntry, chinese_date};
use crate::model::takedown::list::TakedownList;
use chrono::NaiveDate;
use maud::{DOCTYPE, Markup, html};

/// Most entries that are printed; the signed list that goes with the letter holds all.
pub const MOST_PRINTED: usize = 300;

/// What a letter says besides of the list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LetterDraft {
    /// The operator, in Chinese.
    pub operator: String,
    /// Number of the letter; left to be filled by hand when empty.
    pub number: String,
    /// Day until which the receipt is expected.
    pub receipt_by: Option<NaiveDate>,
    /// SHA-256 of the canonical list.
    pub list_sha256: String,
    /// Names of the files that go with it.
    pub files: Vec<String>,
}

const STYLE: &str = "@page{size:A4;margin:26mm 22mm 24mm}\
*{box-sizing:border-box}body{font:16px/1.75 'Noto Serif CJK SC','Source Han Serif SC',SimSun,serif;color:#000;margin:0 auto;max-width:46em}\
.issuer{text-align:center;font-size:27px;font-weight:bold;color:#b00;letter-spacing:.12em;margin:0 0 2px}\
.number{display:flex;justify-content:space-between;border-bottom:2px solid #b00;padding-bottom:6px;margin-bottom:26px}\
h1{font-size:23px;text-align:center;line-height:1.5;margin:0 0 22px;font-weight:bold}p{text-indent:2em;margin:0 0 8px}p.to{text-indent:0}\
h2{font-size:17px;margin:22px 0 8px;break-after:avoid}table{border-collapse:collapse;width:99.5%;font-size:13px;line-height:1.5;margin:6px 0 12px}\
th,td{border:1px solid #444;padding:4px 6px;text-align:left;vertical-align:top;overflow-wrap:anywhere}th{background:#f1f1f1;white-space:nowrap;text-align:center}\
thead{display:table-header-group}tr{break-inside:avoid}td.n,td.d{white-space:nowrap}td.n{text-align:center}code{font:12px 'Noto Sans Mono CJK SC',monospace;overflow-wrap:anywhere}\
.end{margin:40px 0 0 auto;width:24em;text-align:center;line-height:2.1;break-inside:avoid}.reasons{font-size:14px;line-height:1.65}\
.reasons p{text-indent:0}.reasons .one{break-inside:avoid;margin:0 0 10px}.note{font-size:13px;color:#333;text-indent:0}.break{break-before:page}\
table.receipt td{height:34px}table.receipt th:nth-child(3),table.receipt th:nth-child(4){width:13%}table.receipt th:nth-child(5){width:20%}p.sign{margin:22px 0}";

/// The letter.
pub fn render(list: &TakedownList, draft: &LetterDraft) -> String {
    let header = list.header();
    let active = in_order(list.active());
    let lifted = in_order(list.lifted());
    let issued = header.issued.with_timezone(&BEIJING).date_naive();
    let expires = header.expires.with_timezone(&BEIJING).date_naive();
    let number = |n: usize| ["一", "二", "三", "四"].get(n).copied().unwrap_or_default();
    let after = usize::from(!lifted.is_empty());
    let body = html! {
        (head(&header.issuer.name, &draft.number))
        h1 { "关于协助处置已认定网络非法金融活动的函" }
        p.to { (visible(&draft.operator)) "：" }
        p {
            "依据《防范和处置非法集资条例》第十条、第十一条、第二十七条，下列对象已由有权机关组织认定（认定文书见清单）。"
            "现将名单 " (header.list_id) " 第 " (header.serial) " 期函送贵单位，请依法予以协助："
        }
        p { "一、对附件一所列 " (active.len()) " 个对象，按“处置措施”一栏办理。" }
        @if !lifted.is_empty() {
            p { "二、附件二所列 " (lifted.len()) " 个对象已撤回或失效，请解除此前采取的措施，恢复原状。" }
        }
        p {
            (number(1 + after)) "、请"
            @if let Some(day) = draft.receipt_by { "于" (chinese_date(day)) "前" } @else { "及时" }
            "逐条回执办理结果（已处置、部分处置、不属本单位、不能办理及理由），并注明名单序列号 " (header.serial) "。"
        }
        p {
            (number(2 + after)) "、随函电子名单经本单位密钥 " code { (header.key_id) } " 签名，停用时间为"
            (chinese_date(expires)) "，逾期未收到新一期名单的，请与本单位联系。如函件与签名名单不一致，以签名名单为准。"
        }
        p { "各对象的认定理由和救济途径见附件三，请在当事人询问时告知。" }
        p { "联系：" (visible(&header.issuer.contact)) }
        div.end { (visible(&header.issuer.name)) "（印章）" br; "　　　　年　　月　　日" }
        (annexes(&active, &lifted, draft, header.serial))
        p.note { "本函由程序依据 " (chinese_date(issued)) " 发布的签名名单填写。" }
    };
    document("协助函", &body)
}

/// By kind and name, as people look for them.
fn in_order<'l>(entries: impl Iterator<Item = &'l ActionEntry>) -> Vec<&'l ActionEntry> {
    let mut all: Vec<&ActionEntry> = entries.collect();
    all.sort_by(|a, b| a.target().cmp(b.target()));
    all
}

pub(super) fn head(issuer: &str, number: &str) -> Markup {
    html! {
        div.issuer { (visible(issuer)) }
        div.number {
            span { (if number.is_empty() { "　　　　　　　　〔　　〕　　号" } else { number }) }
            span { "（公函）" }
        }
    }
}

pub(super) fn document(title: &str, body: &Markup) -> String {
    html! {
        (DOCTYPE)
        html lang="zh-CN" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'";
                title { (title) }
                style { (STYLE) }
            }
            body { (body) }
        }
    }
    .into_string()
}

fn annexes(
    active: &[&ActionEntry],
    lifted: &[&ActionEntry],
    draft: &LetterDraft,
    serial: u32,
) -> Markup {
    html! {
        h2.break { "附件一　处置清单" }
        table {
            thead { tr { th { "序号" } th { "对象" } th { "类型、范围" } th { "处置措施" } th { "认定文书" } th { "期限" } } }
            tbody {
                @for (n, entry) in active.iter().take(MOST_PRINTED).enumerate() { (row(n + 1, entry)) }
                @if active.is_empty() { tr { td colspan="6" { "（无）" } } }
            }
        }
        (more(active.len(), draft))
        @if !lifted.is_empty() {
            h2 { "附件二　撤回与失效清单（请恢复）" }
            table {
                thead { tr { th { "序号" } th { "对象" } th { "状态" } th { "日期" } th { "原因、文书" } } }
                tbody { @for (n, entry) in lifted.iter().take(MOST_PRINTED).enumerate() { (lifted_row(n + 1, entry)) } }
            }
            (more(lifted.len(), draft))
        }
        h2 { "附件三　逐条理由与救济" }
        div.reasons {
            @for (n, entry) in active.iter().take(MOST_PRINTED).enumerate() {
                div.one { p { (n + 1) ". " b { (visible(entry.target().shown())) } " " code { (entry.id()) } br; (visible(&entry.notice())) } }
            }
        }
        h2 { "附件四　回执（序列号 " (serial) "）" }
        table.receipt {
            thead { tr { th { "条目编号" } th { "对象" } th { "结果" } th { "办理时间" } th { "理由、备注" } } }
            tbody {
                @for entry in active.iter().chain(lifted).take(20) {
                    tr { td { code { (entry.id()) } } td { (visible(entry.target().shown())) } td {} td {} td {} }
                }
            }
        }
        p.note {
            "结果填：已处置（blocked）、部分处置（partial）、不属本单位（not-ours）、不能办理（refused，须写理由）；恢复的填已解除（lifted）。"
            "电子回执可用 CSV、JSON 或 XLSX。"
        }
        p.note.sign { "办理人（签名）：　　　　　　　　　　单位（盖章）：　　　　　　　　　　　　年　　月　　日" }
        p.note { "名单 SHA-256：" code { (draft.list_sha256) } }
        @if !draft.files.is_empty() { p.note { "随附文件：" (draft.files.join("、")) } }
    }
}

fn more(number: usize, draft: &LetterDraft) -> Markup {
    html! {
        @if number > MOST_PRINTED {
            p.note { "仅列前 " (MOST_PRINTED) " 条，全部 " (number) " 条见随附签名名单（SHA-256 " code { (draft.list_sha256) } "）。" }
        }
    }
}

fn row(number: usize, entry: &ActionEntry) -> Markup {
    let draft = entry.draft();
    let target = &draft.target;
    html! {
        tr {
            td.n { (number) }
            td {
                (visible(target.shown()))
                @if target.shown() != target.value() { br; code { (target.value()) } }
                @if !draft.icp.is_empty() { br; (visible(&draft.icp)) }
            }
            td { (target.kind().label()) br; (draft.scope.label()) }
            td { (draft.measure.label_for(target.kind())) }
            td { (visible(entry.number())) br; (visible(entry.authority())) br; (chinese_date(entry.date())) }
            td.d {
                (draft.valid_from) " 起" br;
                @if let Some(until) = draft.valid_until { "至 " (until) } @else { "至撤回" }
            }
        }
    }
}

fn lifted_row(number: usize, entry: &ActionEntry) -> Markup {
    let status = entry.status();
    html! {
        tr {
            td.n { (number) }
            td { (visible(entry.target().shown())) br; code { (entry.id()) } }
            td.d { (status.state.label()) }
            td.d { (status.since.with_timezone(&BEIJING).date_naive()) }
            td { (visible(&status.reason)) @if !status.document.is_empty() { br; (visible(&status.document)) } }
        }
    }
}
