//! An answer as the audit reads it: decoded, cut into blocks, judged.

use super::inspect::Inspector;
use crate::fetch::charset;
use crate::model::capture::Exchange;
use crate::model::finding::Verdict;
use crate::model::page::Page;
use chrono::{FixedOffset, NaiveDate};

/// Beijing time, in which rules have their dates.
const BEIJING: FixedOffset = match FixedOffset::east_opt(8 * 3600) {
    Some(offset) => offset,
    None => panic!("eight hours are an offset"),
};

/// A page with its judgement.
pub(super) struct Judged {
    pub(super) page: Page,
    /// Character encoding in which it was read.
    pub(super) charset: &'static str,
    pub(super) verdict: Verdict,
}

/// The day (Beijing) on which an answer was asked for.
pub(super) fn day_of(exchange: &Exchange) -> NaiveDate {
    exchange.started.with_timezone(&BEIJING).date_naive()
}

/// Reads an answer, its content coding undone, and judges it by the rules of `day`.
pub(super) fn judge(inspector: &Inspector, exchange: &Exchange, day: NaiveDate) -> Judged {
    let tld = exchange.url.host_str().and_then(|h| h.rsplit('.').next());
    let decoded = charset::decode(
        exchange.content(),
        exchange.header("content-type"),
        tld,
        exchange.truncated.is_some(),
    );
    let mut page = inspector.read_html(&decoded.text, &exchange.url);
    page.notes.extend(decoded.notes);
    let verdict = inspector.inspect_page(&page, &exchange.url, day);
    Judged {
        page,
        charset: decoded.charset,
        verdict,
    }
}
