//! HTML to blocks with provenance, links and identity facts. The only user of scraper. Pure.
//!
//! ```text
//! source -> wash (one linear pass, bounds) -> tree (html5ever, bounded depth) -> walk (pieces, links, slots)
//!        -> ads (what stands in each slot)
//!        -> group (what belongs together) -> blocks (text record with spans) -> facts
//! ```

pub mod ads;
mod blocks;
mod cues;
mod facts;
mod frame;
mod group;
mod hidden;
mod images;
mod links;
mod path;
mod pattern;
mod piece;
mod run;
pub mod sitemap;
mod slots;
mod tree;
mod walk;
mod wash;

use crate::model::ad::{Ad, AdLabel};
use crate::model::identity::{FactKind, IdentityFact};
use crate::model::note::Note;
use crate::model::page::{BlockRole, LinkKind, Page};
use ads::{AdEngine, Marks};
use blocks::{Record, plain_block};
use links::script_redirect;
use std::borrow::Cow;
use std::collections::HashSet;
use url::Url;
use walk::Walk;
use wash::{Script, Washed, wash};

/// Reads an HTML page. `base` is the address it came from. Never fails: trouble is told in [`Page::notes`].
pub fn read(html: &str, base: &Url) -> Page {
    read_with(html, base, None)
}

/// Reads an HTML page like [`read`]; what the filter lists of `engine` know opens advertisement slots, too.
pub fn read_with(html: &str, base: &Url, engine: Option<&AdEngine>) -> Page {
    let html = html.trim_start_matches('\u{feff}');
    // Browsers leave NUL out of text (HTML standard 13.2.6.4.7).
    let html: Cow<'_, str> = if html.contains('\0') {
        html.replace('\0', "").into()
    } else {
        html.into()
    };
    let html = html.as_ref();
    let page = read_washed(wash(html, false), base, engine);
    let mut page = match page {
        Ok(page) => page,
        // Nothing but what stands in `noscript`: that is the page then.
        Err(page) => read_washed(wash(html, true), base, engine).unwrap_or(*page),
    };
    if ads::style_shows_label(html) {
        for ad in page
            .ads
            .iter_mut()
            .filter(|ad| ad.label == AdLabel::Missing)
        {
            ad.label = AdLabel::Unknown;
        }
    }
    page
}

/// Reads washed source; `Err` is the page when its body is empty while something stood in `noscript`.
fn read_washed(
    washed: Washed<'_>,
    base: &Url,
    engine: Option<&AdEngine>,
) -> Result<Page, Box<Page>> {
    let mut notes = washed.notes;
    let tree = tree::parse(&washed.html, &mut notes);
    let marks = engine.map_or_else(Marks::new, |engine| ads::marks(&tree, base, engine));
    let mut walked = walk::walk(&tree, base, &marks);
    let ads = ads::describe(&tree, &walked, &marks, base);
    drop(tree);
    for script in washed.scripts.iter().filter(|s| !s.is_linked_data) {
        if let Some(address) = script_redirect(script.code) {
            walked.links.add(&address, LinkKind::Refresh, false, None);
        }
    }
    let is_empty = walked.chars == 0 && washed.left_noscript;
    let mut page = assemble(walked, ads, &washed.scripts, notes);
    let linked_data = washed.scripts.iter().filter(|s| s.is_linked_data);
    let app = facts::of_app(&page, base, linked_data.map(|s| s.code));
    page.facts.extend(app);
    if is_empty {
        Err(Box::new(page))
    } else {
        Ok(page)
    }
}

fn assemble(walked: Walk, ads: Vec<Ad>, scripts: &[Script<'_>], mut notes: Vec<Note>) -> Page {
    let slots = walked.slots.settle(walked.chars);
    if walked.pieces.len() > blocks::MOST_BLOCKS {
        let message = format!(
            "{} blocks, joined after {}",
            walked.pieces.len(),
            blocks::MOST_BLOCKS
        );
        notes.push(Note::new("too-many-blocks", message));
    }
    let Record { text, blocks } = blocks::record(
        &walked.pieces,
        &walked.paths,
        &walked.links,
        &walked.anchors,
        &slots,
    );
    let facts = page_facts(&text, &walked, scripts);
    let images = walked.images.finish(
        |element| walked.paths.path(element),
        |slot| slots.get(slot as usize).copied().flatten(),
        |anchor| {
            let link = walked.anchors.get(anchor as usize).copied().flatten()?;
            Some(walked.links.get(link)?.url.clone())
        },
    );
    let links = walked.links.finish(
        |slot| slots.get(slot as usize).copied().flatten(),
        &mut notes,
    );
    Page {
        title: walked.title,
        metas: walked.metas,
        text,
        blocks,
        links,
        images,
        image_texts: Vec::new(),
        ads,
        facts,
        notes,
    }
}

/// Facts of the text first, then those of metas, contact addresses, linked data and scripts.
fn page_facts(text: &str, walked: &Walk, scripts: &[Script<'_>]) -> Vec<IdentityFact> {
    let mut all = facts::of_text(text);
    for (name, content) in &walked.metas {
        if !matches!(name.as_str(), "description" | "keywords") {
            all.extend(facts::of_aside(content));
        }
    }
    for address in &walked.links.contacts {
        all.extend(facts::of_contact(address));
    }
    for script in scripts.iter().filter(|s| s.is_linked_data).take(10) {
        all.extend(facts::of_aside(script.code));
    }
    let code = scripts.iter().map(|s| s.code);
    let addresses = walked.script_addresses.iter().map(String::as_str);
    all.extend(facts::of_scripts(addresses.chain(code)));
    let mut known: HashSet<(FactKind, String)> = HashSet::new();
    all.retain(|fact| known.insert((fact.kind, fact.value.clone())));
    all
}

/// The identity facts of a bare text, in its order, each kind and value once. Spans are bytes of `text`.
pub fn facts(text: &str) -> Vec<IdentityFact> {
    facts::of_text(text)
}

/// Whether a text is a unified credit code (18 characters, GB 32100-2015) whose check digits hold.
pub fn is_credit_code(text: &str) -> bool {
    facts::is_credit_code(text)
}

/// The identity facts of an address or text that stands beside the text of a page, such as what a QR code says. They have no
/// place in the text.
pub fn facts_beside(text: &str) -> Vec<IdentityFact> {
    facts::of_contact(text)
}

/// Reads a plain text: each line is a block. White space inside of lines stays as it is.
pub fn read_text(text: &str) -> Page {
    let mut record = Record::default();
    let block = plain_block(BlockRole::Paragraph);
    let cut = wash::floor_char_boundary(text, wash::MOST_BYTES);
    for line in text[..cut].trim_start_matches('\u{feff}').lines() {
        record.push(line.trim(), &block);
    }
    let mut notes = Vec::new();
    if cut < text.len() {
        let message = format!("text of {} bytes read up to {cut}", text.len());
        notes.push(Note::new("text-cut", message));
    }
    Page {
        facts: facts::of_text(&record.text),
        text: record.text,
        blocks: record.blocks,
        notes,
        ..Page::default()
    }
}
