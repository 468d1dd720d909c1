//! The table `vantage` of a seed: from where its pages are looked at.

use super::fault::{Scribe, quoted};
use super::start_url;
use super::table::Table;
use super::terms::is_legal_basis;
use crate::model::register::distance::nearest;
use crate::model::vantage::{Device, MOST_VIEWS, Vantage, Vantages};

const FIELDS: [&str; 4] = ["views", "basis", "referrer", "pages"];

/// Reads the table, if it is there; faults are told, and what is sound of it is taken.
pub(super) fn read_vantages(table: &Table<'_>, scribe: &mut Scribe<'_>) -> Option<Vantages> {
    let inner = table.table("vantage", scribe)?;
    inner.only(&FIELDS, scribe);
    let mut vantages = Vantages {
        views: read_views(&inner, scribe),
        ..Vantages::default()
    };
    if let Some(field) = inner.get("basis") {
        let text = field.text(scribe)?;
        if is_legal_basis(&text) {
            vantages.basis = Some(text);
        } else {
            let problem = format!("{} is no written basis", quoted(&text));
            let advice = "name the authority and its article in Chinese, such as \"《防范和处置非法集资条例》第十九条\"";
            scribe.error(&field.span, &field.path, problem, advice);
        }
    }
    if let Some(field) = inner.get("referrer") {
        let text = field.text(scribe)?;
        match start_url::strict(&text) {
            Ok(url) => vantages.referrer = Some(url),
            Err((problem, advice)) => scribe.error(&field.span, &field.path, problem, advice),
        }
    }
    if let Some(pages) = inner.number("pages", 1..=100_000, scribe) {
        vantages.pages = pages;
    }
    judge(&vantages, &inner, scribe);
    Some(vantages)
}

fn read_views(table: &Table<'_>, scribe: &mut Scribe<'_>) -> Vec<Vantage> {
    let mut views = Vec::new();
    for item in table.texts("views", scribe).unwrap_or_default() {
        let Some(word) = item.text(scribe) else {
            continue;
        };
        match Vantage::parse(&word) {
            Some(view) if views.contains(&view) => {
                let problem = format!("the view {} twice", quoted(&word));
                scribe.error(&item.span, &item.path, problem, "remove one");
            }
            Some(view) => views.push(view),
            None => {
                let known = Device::ALL.map(Device::code);
                let advice = nearest(&word, &known).map_or_else(
                    || format!("write one of {}, each also with +ad", known.join(", ")),
                    |near| format!("did you mean \"{near}\"?"),
                );
                let problem = format!("{} is no view", quoted(&word));
                scribe.error(&item.span, &item.path, problem, advice);
            }
        }
    }
    views
}

/// Faults that only show when the whole table is known.
fn judge(vantages: &Vantages, table: &Table<'_>, scribe: &mut Scribe<'_>) {
    let span = table.span_of("views");
    let mut fault = |field: &str, problem: &str, advice: &str| {
        scribe.error(&span, format!("{}.{field}", table.path), problem, advice);
    };
    if vantages.views.is_empty() {
        let advice = "write such as views = [\"plain\", \"mobile+ad\", \"wechat\"], the base first";
        fault("views", "no view", advice);
    }
    if vantages.views.len() > MOST_VIEWS {
        fault("views", "too many views", "write at most 8");
    }
    if vantages.imitates() && vantages.basis.is_none() && table.get("basis").is_none() {
        let advice =
            "write basis = \"《…》第…条\": by what right the patrol passes for another browser";
        fault("basis", "the written basis is missing", advice);
    }
    let from_ad = vantages.views.iter().any(|v| v.from_ad);
    if from_ad && vantages.referrer.is_none() && table.get("referrer").is_none() {
        let advice =
            "write referrer = \"https://...\": the page on which such an advertisement stands";
        fault(
            "referrer",
            "a view with +ad needs a page to come from",
            advice,
        );
    }
}
