//! The difference of two captures as a page in Chinese. It loads nothing, and all words of outside origin are escaped.

use crate::wire::history::{HistoryDiff, HistoryPage, claim_labels};
use crate::wire::item_page::visible;
use crate::wire::item_signals::view_label;
use maud::{DOCTYPE, Markup, html};

const STYLE: &str = "body{font:15px/1.7 sans-serif;margin:2em auto;max-width:60em;padding:0 1em;color:#222}\
h1{font-size:1.4em}h2{font-size:1.1em;border-bottom:1px solid #999}table{border-collapse:collapse;width:100%}\
th,td{border:1px solid #bbb;padding:.3em .5em;text-align:left;vertical-align:top;overflow-wrap:anywhere}\
th{background:#f2f2f2;width:8em}.note{color:#555;font-size:.9em}p.block{margin:.2em 0;padding:.1em .6em;overflow-wrap:anywhere}\
.added{background:#dff5e1;border-left:4px solid #2a7d3f}.removed{background:#fbe3e4;border-left:4px solid #b3262d;text-decoration:line-through}\
.gap{color:#777}";

/// Blocks shown around a change.
const AROUND: usize = 2;

/// The page.
pub fn html(diff: &HistoryDiff) -> String {
    html! {
        (DOCTYPE)
        html lang="zh-CN" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'";
                title { "网页变更对照" }
                style { (STYLE) }
            }
            body {
                h1 { "网页变更对照" }
                p { (visible(&diff.later.requested_url)) }
                table {
                    tr { th { "" } th { "先前" } th { "后来" } }
                    (both("序号", diff, |p| p.number.to_string()))
                    (both("采集时间", diff, |p| p.captured.beijing.clone()))
                    (both("访问身份", diff, |p| p.vantage.as_deref().map(view_label).unwrap_or_default()))
                    (both("状态", diff, |p| p.status.to_string()))
                    (both("最终网址", diff, |p| p.final_url.clone()))
                    (both("标题", diff, |p| p.title.clone()))
                    (both("运营主体", diff, |p| p.operator.clone().unwrap_or_default()))
                    (both("证据编号", diff, |p| p.evidence_id.clone().unwrap_or_else(|| "未封存".to_owned())))
                    (both("载荷 SHA-256", diff, |p| p.payload_sha256.clone()))
                    (both("WARC 记录", diff, |p| format!("{} {}", p.file, p.record)))
                }
                p { "文字相同部分占双方合计 " (diff.likeness / 10) "%（五字连写，数字不计）。" }
                (list("新增宣传内容", &claim_labels(&diff.claims_gained)))
                (list("消失的宣传内容", &claim_labels(&diff.claims_lost)))
                (list("新触发的规则", &diff.rules_gained.join("、")))
                (list("不再触发的规则", &diff.rules_lost.join("、")))
                h2 { "文字逐段对照" }
                (blocks(diff))
                p.note { "绿色为新增，红色删除线为消失。规则和宣传内容按现行词库判断，仅为线索，不是认定。" }
            }
        }
    }
    .into_string()
}

fn both(label: &str, diff: &HistoryDiff, of: impl Fn(&HistoryPage) -> String) -> Markup {
    html! {
        tr { th { (label) } td { (visible(&of(&diff.earlier))) } td { (visible(&of(&diff.later))) } }
    }
}

fn list(label: &str, words: &str) -> Markup {
    html! {
        @if !words.is_empty() { p { (label) "：" (visible(words)) } }
    }
}

fn blocks(diff: &HistoryDiff) -> Markup {
    let pieces = &diff.pieces;
    let changed = |at: usize| pieces.get(at).is_some_and(|p| p.change != "same");
    let near = |at: usize| (at.saturating_sub(AROUND)..=at + AROUND).any(changed);
    html! {
        @if !(0..pieces.len()).any(changed) { p { "文字没有变化。" } }
        @for (at, piece) in pieces.iter().enumerate() {
            @if piece.change == "added" { p.block.added { (visible(&piece.text)) } }
            @else if piece.change == "removed" { p.block.removed { (visible(&piece.text)) } }
            @else if near(at) { p.block { (visible(&piece.text)) } }
            @else if at == 0 || near(at - 1) { p.gap { "……" } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::history::HistoryPiece;
    use crate::wire::manifest::Moment;

    fn page(number: usize) -> HistoryPage {
        HistoryPage {
            number,
            captured: Moment {
                utc: String::new(),
                beijing: String::new(),
            },
            run: "r".into(),
            visit: "v".into(),
            evidence_id: None,
            vantage: None,
            status: 200,
            requested_url: "http://a.test/<x>".into(),
            final_url: "http://a.test/".into(),
            title: "<script>alert(1)</script>\u{202e}".into(),
            operator: None,
            findings: 0,
            score: 0.0,
            likeness: None,
            payload_sha256: String::new(),
            record: String::new(),
            file: String::new(),
            offset: 0,
            length: 0,
        }
    }

    #[test]
    fn what_pages_say_is_escaped_and_far_blocks_are_left_out() {
        let mut pieces: Vec<HistoryPiece> = (0..9)
            .map(|n| HistoryPiece::new("same", &format!("段落{n}")))
            .collect();
        pieces.push(HistoryPiece::new(
            "added",
            "<img src=x onerror=y>保本 13900001234",
        ));
        let text = html(&HistoryDiff {
            earlier: page(1),
            later: page(2),
            likeness: 900,
            claims_gained: vec!["guarantee".into()],
            claims_lost: Vec::new(),
            rules_gained: Vec::new(),
            rules_lost: Vec::new(),
            pieces,
        });
        assert!(!text.contains("<script>") && !text.contains("<img") && !text.contains('\u{202e}'));
        assert!(
            text.contains("保本")
                && !text.contains("13900001234")
                && text.contains("段落8")
                && !text.contains("段落3")
        );
        assert_eq!(text.matches("……").count(), 1);
    }
}
