//! The list that goes with items handed over to another office: one self-contained HTML page in Chinese, to be signed.

use super::form::{page, row};
use crate::wire::custody_record::CustodyRecord;
use crate::wire::manifest::Manifest;
use maud::html;

/// One item of the list.
#[derive(Debug, Clone, Copy)]
pub struct HandoverItem<'a> {
    /// What is known of it.
    pub manifest: &'a Manifest,
    /// Name of the package file.
    pub file: &'a str,
    /// Bytes of the package.
    pub bytes: u64,
    /// SHA-256 of the package, lower-case hex.
    pub sha256: &'a str,
    /// SM3 of the package, lower-case hex.
    pub sm3: &'a str,
}

/// The list.
pub fn render(record: &CustodyRecord, items: &[HandoverItem<'_>]) -> String {
    let (to_unit, receiver) = record
        .receiver
        .as_ref()
        .map_or(("", ""), |r| (r.unit.as_str(), r.name.as_str()));
    let body = html! {
        table {
            (row("移交编号", &record.subject))
            (row("移交时间", &format!("{}（北京时间 {}）", record.made.utc, record.made.beijing)))
            (row("移交单位", &record.unit))
            (row("移交人", &record.actor))
            (row("接收单位", to_unit))
            (row("接收人", receiver))
            (row("移交依据", record.authority.as_deref().unwrap_or("无")))
            (row("移交原因", &record.reason))
        }
        h2 { "电子数据清单（共 " (items.len()) " 件）" }
        table {
            tr { th { "序号" } th { "证据编号、文件" } th { "内容" } th { "字节" } th { "完整性校验值" } }
            @for (number, item) in items.iter().enumerate() {
                tr {
                    td { (number + 1) }
                    td { (item.manifest.evidence_id) br; code { (item.file) } }
                    td {
                        (super::form::visible(&item.manifest.title)) br;
                        (super::form::visible(&item.manifest.final_url)) br;
                        (item.manifest.captured_start.beijing)
                    }
                    td { (item.bytes) }
                    td { "SHA-256 " code { (item.sha256) } br; "SM3 " code { (item.sm3) } }
                }
            }
        }
        (super::form::signatures(&["移交人（签名）", "接收人（签名）", "日期"]))
    };
    page("电子数据移交清单", &body)
}
