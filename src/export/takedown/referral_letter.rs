//! 线索移送函: suspected targets for one department. Nobody has determined anything, and the letter says so.

use super::super::form::visible;
use super::letter::{document, head};
use crate::model::schedule::BEIJING;
use crate::model::takedown::referral::{ReferralEntry, ReferralList};
use maud::html;

/// The letter to a department with the entries that are referred to it.
pub fn render(list: &ReferralList, department: &str, number: &str) -> String {
    let header = list.header();
    let mine = |e: &&ReferralEntry| e.is_active() && e.department == department;
    let entries: Vec<&ReferralEntry> = list.entries().iter().filter(mine).collect();
    let body = html! {
        (head(&header.issuer.name, number))
        h1 { "关于移送涉嫌非法金融活动线索的函" }
        p.to { (visible(department)) "：" }
        p {
            "网上巡查发现下列 " (entries.len()) " 个对象涉嫌违规从事金融活动或者发布违规金融广告。"
            b { "以下均为线索，尚未经任何机关认定" }
            "，现移送贵单位核查；不得据以停止解析、阻断访问或者公开。"
        }
        table {
            thead { tr { th { "序号" } th { "对象" } th { "案号" } th { "涉嫌规则" } th { "内容摘录" } th { "证据" } th { "最近核实" } } }
            tbody {
                @for (n, entry) in entries.iter().enumerate() {
                    tr {
                        td.n { (n + 1) }
                        td { (visible(entry.target.shown())) @if !entry.icp.is_empty() { br; "备案 " (visible(&entry.icp)) } }
                        td { (visible(&entry.case_no)) }
                        td { (entry.rules.join("、")) }
                        td { (visible(&entry.quote)) }
                        td { code { (entry.evidence) } br; code { (entry.evidence_sha256) } }
                        td.d { (entry.last_verified.with_timezone(&BEIJING).date_naive()) }
                    }
                }
            }
        }
        p { "联系：" (visible(&header.issuer.contact)) }
        div.end { (visible(&header.issuer.name)) "（印章）" br; "　　　　年　　月　　日" }
        p.note { "名单 " (header.list_id) "，序列号 " (header.serial) "。" }
    };
    document("线索移送函", &body)
}
