//! Start addresses of search engines: a template with `{query}` and the queries to fill in.

use super::fault::Scribe;
use super::table::{Field, Table};
use crate::model::seed::SeedKind;

/// Queries of one seed at most: each is a page in every run.
const MOST: usize = 200;
/// Where the query goes.
const PLACE: &str = "{query}";

/// The start addresses as texts, templates filled in, each with its field.
pub(super) fn filled<'t>(
    table: &Table<'t>,
    kind: SeedKind,
    items: Vec<Field<'t>>,
    scribe: &mut Scribe<'_>,
) -> Vec<(Field<'t>, String)> {
    let queries = queries(table, kind, scribe);
    let mut out = Vec::new();
    for item in items {
        let Some(text) = item.text(scribe) else {
            continue;
        };
        if !text.contains(PLACE) {
            out.push((item, text));
            continue;
        }
        if kind != SeedKind::Search {
            let advice = "write kind = \"search\", or an address without {query}";
            scribe.error(
                &item.span,
                &item.path,
                "{query} stands in no search",
                advice,
            );
            continue;
        }
        if queries.is_empty() {
            let advice = "write queries = [\"贷款\", \"理财\"]";
            scribe.error(
                &item.span,
                &item.path,
                "there are no queries for {query}",
                advice,
            );
            continue;
        }
        for query in &queries {
            let encoded: String = url::form_urlencoded::byte_serialize(query.as_bytes()).collect();
            let field = Field {
                path: item.path.clone(),
                span: item.span.clone(),
                value: item.value,
            };
            out.push((field, text.replace(PLACE, &encoded)));
        }
    }
    out
}

fn queries(table: &Table<'_>, kind: SeedKind, scribe: &mut Scribe<'_>) -> Vec<String> {
    let fields = table.texts("queries", scribe).unwrap_or_default();
    if let Some(first) = fields.first()
        && kind != SeedKind::Search
    {
        let advice = "write kind = \"search\", or remove them";
        scribe.error(&first.span, &first.path, "queries are for a search", advice);
        return Vec::new();
    }
    if fields.len() > MOST {
        let problem = format!("{} queries are more than {MOST}", fields.len());
        let span = table.span_of("queries");
        scribe.error(
            &span,
            format!("{}.queries", table.path),
            problem,
            "write fewer",
        );
    }
    fields
        .iter()
        .take(MOST)
        .filter_map(|field| field.text(scribe))
        .collect()
}
