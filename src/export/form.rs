//! What the forms for print have in common: the frame, rows, lines for signatures. Everything is escaped, nothing loads.

use maud::{DOCTYPE, Markup, html};

pub(super) use crate::wire::item_page::visible;

const STYLE: &str = "body{font:16px/1.7 serif;margin:2em auto;max-width:50em;padding:0 1em;color:#000}\
h1{font-size:1.5em;text-align:center}h2{font-size:1.1em}table{border-collapse:collapse;width:100%;margin:.5em 0}\
th,td{border:1px solid #000;padding:.3em .5em;text-align:left;vertical-align:top;overflow-wrap:anywhere}\
th{font-weight:normal;background:#f4f4f4;white-space:nowrap}code{font-size:.8em;overflow-wrap:anywhere}\
.sign{display:flex;gap:2em;margin-top:3em}.sign div{flex:1;border-top:1px solid #000;padding-top:.3em}\
.note{font-size:.85em;color:#444}@media print{body{margin:0}}";

/// A whole document.
pub(super) fn page(title: &str, body: &Markup) -> String {
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
                h1 { (title) }
                (body)
            }
        }
    }
    .into_string()
}

/// One row of a table of two columns.
pub(super) fn row(label: &str, value: &str) -> Markup {
    html! { tr { th { (label) } td { (visible(value)) } } }
}

/// Lines to sign on.
pub(super) fn signatures(labels: &[&str]) -> Markup {
    html! {
        div.sign {
            @for label in labels { div { (label) } }
        }
    }
}
