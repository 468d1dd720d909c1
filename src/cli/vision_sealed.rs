//! `wangxun vision --sealed`: the images of sealed pages, those that look alike together.

use super::arguments::Format;
use super::config::Settings;
use super::exit::{Done, Exit, Trouble, incomplete};
use super::output::{Output, shorten};
use super::store;
use crate::storage::index::ItemQuery;
use crate::storage::seal::Sealed;
use crate::vision::{NEAR, distance};
use crate::wire::image::StoredReading;
use crate::wire::manifest::Manifest;
use serde::Serialize;

/// Images that look alike, wherever they stood.
#[derive(Debug, Serialize)]
struct Group {
    /// Number of the group, from 1, in the order of first appearance.
    group: usize,
    /// The reading of the first of them.
    #[serde(flatten)]
    reading: StoredReading,
    /// Where they stood.
    seen: Vec<Place>,
}

/// One image of one sealed page.
#[derive(Debug, Serialize)]
struct Place {
    evidence_id: String,
    captured: String,
    platform: String,
    page: String,
    image: String,
    sha256: String,
    slot: Option<u32>,
    /// Where the advertisement of its slot leads.
    landing: Option<String>,
    /// How many of the 256 bits differ from the first of the group.
    distance: Option<u32>,
}

/// Lists the groups, those seen most often first.
pub(super) fn run(settings: &Settings) -> Done {
    let store = store::open_existing(settings)?;
    let rows = store.index().items(&ItemQuery::default());
    let mut ids: Vec<String> = rows
        .map_err(incomplete)?
        .into_iter()
        .map(|row| row.evidence_id)
        .collect();
    ids.sort();
    let mut groups: Vec<Group> = Vec::new();
    for id in &ids {
        let sealed = Sealed::open(store.home(), id).map_err(incomplete)?;
        take(sealed.manifest(), &mut groups);
    }
    groups.sort_by_key(|group| (std::cmp::Reverse(group.seen.len()), group.group));
    match settings.format {
        Format::Json => groups.iter().try_for_each(|g| Output.json_line(g))?,
        Format::Table => show(&groups)?,
    }
    Ok(Exit::Fine)
}

fn take(facts: &Manifest, groups: &mut Vec<Group>) {
    for image in &facts.images {
        let Some(reading) = &image.reading else {
            continue;
        };
        let ad = facts.ads.iter().find(|ad| Some(ad.slot) == image.slot);
        let mut place = Place {
            evidence_id: facts.evidence_id.clone(),
            captured: facts.captured_start.utc.clone(),
            platform: facts.platform.clone(),
            page: facts.final_url.clone(),
            image: image.address.clone(),
            sha256: reading.sha256.clone(),
            slot: image.slot,
            landing: ad.and_then(|ad| ad.chain.last().cloned()),
            distance: None,
        };
        let met = groups.iter_mut().find_map(|group| {
            let near = apart(&group.reading, reading)?;
            Some((group, near))
        });
        match met {
            Some((group, near)) => {
                place.distance = Some(near);
                group.seen.push(place);
            }
            None => groups.push(Group {
                group: groups.len() + 1,
                reading: reading.clone(),
                seen: vec![place],
            }),
        }
    }
}

/// How far two images are apart; `None` when they do not look alike.
fn apart(one: &StoredReading, other: &StoredReading) -> Option<u32> {
    if one.sha256 == other.sha256 {
        return Some(0);
    }
    let (one, other) = (one.reading()?.look?, other.reading()?.look?);
    Some(distance(&one, &other)).filter(|d| *d <= NEAR)
}

fn show(groups: &[Group]) -> Result<(), Trouble> {
    for group in groups {
        let reading = &group.reading;
        let text: Vec<&str> = reading.lines.iter().map(|l| l.text.as_str()).collect();
        Output.line(format!(
            "图组 {}  {} 处  {}×{}  {}",
            group.group,
            group.seen.len(),
            reading.width,
            reading.height,
            shorten(&text.join("  "), 100)
        ))?;
        for code in &reading.codes {
            Output.line(format!("  二维码 {}", shorten(&code.payload, 160)))?;
        }
        for place in &group.seen {
            let slot = place
                .slot
                .map_or_else(String::new, |s| format!(" 广告位 {s}"));
            let landing = place.landing.as_deref().unwrap_or("-");
            Output.line(format!(
                "  {} {} {}{slot} 落地 {}",
                place.evidence_id,
                place.platform,
                shorten(&place.page, 80),
                shorten(landing, 80)
            ))?;
        }
    }
    Output.line(format!("共 {} 组图片", groups.len()))
}
