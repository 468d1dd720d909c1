//! 先行登记保存通知书 with its list of items (行政处罚法 56): one self-contained HTML page, filled from the manifest, to be
//! printed, completed by hand and signed.

use super::form::{page, row, signatures};
use crate::wire::file_digest::FileDigest;
use crate::wire::manifest::Manifest;
use maud::html;

/// The notice. `unit` is the office, `package` the sealed item as the journal fixed it.
pub fn render(manifest: &Manifest, unit: &str, package: &FileDigest) -> String {
    let custody = &manifest.custody;
    let order = custody.preservation.as_ref();
    let decide_by = order.map_or("", |o| o.decide_by.beijing.as_str());
    let body = html! {
        table {
            (row("行政机关", unit))
            (row("案号", custody.case_no.as_deref().unwrap_or("（尚无）")))
            (row("当事人", "                              （手填）"))
            (row("法律依据", &manifest.legal_basis.join("；")))
            (row("保存原因", order.map_or("", |o| o.reason.as_str())))
            (row("批准人", order.map_or("", |o| o.approver.as_str())))
            (row("批准文书", order.and_then(|o| o.authority.as_deref()).unwrap_or("（无）")))
            (row("保存时间", &manifest.captured_end.beijing))
            (row("处理决定期限", decide_by))
            @for officer in &custody.collectors {
                (row("执法人员", &format!("{}，{}，执法证号 {}", officer.name, officer.unit, officer.certificate)))
            }
            @if let Some(reason) = &custody.few_collectors_reason { (row("少于两人的原因", reason)) }
            @if let Some(witness) = &custody.witness { (row("见证人", witness)) }
            @if let Some(reason) = &custody.no_witness_reason { (row("无见证人的原因", reason)) }
        }
        p {
            "因证据可能灭失或者以后难以取得，依据《中华人民共和国行政处罚法》第五十六条，经批准，对下列电子数据先行登记保存。"
            "本机关将在七日内及时作出处理决定。在此期间，当事人或者有关人员不得销毁或者转移证据。"
        }
        h2 { "物品清单" }
        table {
            tr { th { "序号" } th { "名称" } th { "内容" } th { "字节" } th { "完整性校验值" } }
            tr {
                td { "1" }
                td { (manifest.evidence_id) br; "网页固定证据包（WACZ）" }
                td {
                    (super::form::visible(&manifest.title)) br;
                    "请求网址 " (super::form::visible(&manifest.requested_url)) br;
                    "最终网址 " (super::form::visible(&manifest.final_url)) br;
                    "HTTP 状态 " (manifest.http_status) br;
                    "固定时间 " (manifest.captured_start.beijing)
                }
                td { (package.bytes) }
                td { "SHA-256 " code { (package.sha256) } br; "SM3 " code { (package.sm3) } }
            }
        }
        p.note { "本件由程序依据证据包内 custody/manifest.json 填写；机器结论仅为线索，不是认定。" }
        (signatures(&["执法人员（签名）", "执法人员（签名）", "当事人（签名）", "行政机关（盖章）及日期"]))
    };
    page("先行登记保存通知书", &body)
}
