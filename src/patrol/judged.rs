//! An answer as the audit reads it: decoded, cut into blocks, judged.

use super::inspect::Inspector;
use super::pictured;
use crate::fetch::charset;
use crate::model::capture::Capture;
use crate::model::capture::Exchange;
use crate::model::finding::Verdict;
use crate::model::image::SeenImage;
use crate::model::note::Note;
use crate::model::page::Page;
use crate::model::rendering::Rendering;
use crate::model::schedule::BEIJING;
use chrono::NaiveDate;
use url::Url;

/// A page with its judgement.
pub(super) struct Judged {
    pub(super) page: Page,
    /// The address whose page it is: scripts may have changed it.
    pub(super) url: Url,
    /// The page as it was sent or as it was rendered, whichever was not judged; its links count as well.
    pub(super) other: Option<Page>,
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
        url: exchange.url.clone(),
        other: None,
        charset: decoded.charset,
        verdict,
    }
}

/// Judges a capture. A rendered page is judged as the browser showed it, since that is what people see; where nothing
/// stands in that, but something in the page as it was sent (a claim that a script takes away), the latter is judged.
/// `None` when the capture holds no answer.
pub(super) fn judge_capture(
    inspector: &Inspector,
    capture: &Capture,
    day: NaiveDate,
) -> Option<Judged> {
    let sent = judge(inspector, capture.last()?, day);
    let mut judged = match &capture.rendering {
        Some(rendering) => sent_or_shown(inspector, sent, rendering, day),
        None => sent,
    };
    with_images(inspector, &mut judged, &capture.images, day);
    Some(judged)
}

/// Adds what was read in images and judges again, where there is something.
pub(super) fn with_images(
    inspector: &Inspector,
    judged: &mut Judged,
    images: &[SeenImage],
    day: NaiveDate,
) {
    if pictured::add(&mut judged.page, images) {
        judged.verdict = inspector.inspect_page(&judged.page, &judged.url, day);
    }
}

fn sent_or_shown(
    inspector: &Inspector,
    sent: Judged,
    rendering: &Rendering,
    day: NaiveDate,
) -> Judged {
    let shown = judge_rendering(inspector, rendering, day);
    let (mut judged, other, which) =
        if sent.verdict.worth_keeping() && !shown.verdict.worth_keeping() {
            (
                sent,
                shown.page,
                "the page as it was sent, because nothing is found in it as rendered",
            )
        } else {
            (shown, sent.page, "the page as rendered")
        };
    judged
        .page
        .notes
        .push(Note::new("judged-text", format!("judged is {which}")));
    judged.other = Some(other);
    judged
}

fn judge_rendering(inspector: &Inspector, rendering: &Rendering, day: NaiveDate) -> Judged {
    let page = inspector.read_html(&rendering.dom, &rendering.url);
    let verdict = inspector.inspect_page(&page, &rendering.url, day);
    Judged {
        page,
        url: rendering.url.clone(),
        other: None,
        charset: "UTF-8",
        verdict,
    }
}
