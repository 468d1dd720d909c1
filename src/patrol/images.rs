//! Images of pages: which are worth looking at, fetched beside the page within a budget, read off the async threads.

use super::inspect::Inspector;
use super::judged::{Judged, day_of, judge_capture, with_images};
use super::pipeline::Part;
use crate::fetch::Visit;
use crate::model::capture::{Capture, Exchange};
use crate::model::context::Offer;
use crate::model::image::{ArchivedImage, ImageRef, ImageSource, SeenImage};
use crate::model::monitor::{Event, Monitor};
use crate::model::note::Note;
use crate::model::page::{BlockRole, Page};
use crate::model::seed::{ImageMode, PatrolList, Seed};
use crate::storage::digest::sha256;
use crate::storage::error::StorageError;
use crate::storage::frontier::lease::Lease;
use crate::storage::package::ItemPicture;
use crate::storage::run::CaptureRef;
use crate::vision::Vision;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::Instant;

/// Images of a run that are remembered by their address.
const REMEMBERED: usize = 50_000;
/// Below these sizes in the markup an image holds no poster.
const LEAST_WIDTH: u32 = 60;
const LEAST_HEIGHT: u32 = 30;
/// Size of a poster, in square CSS pixels.
const LARGE: u32 = 200 * 150;
/// A page with fewer characters says little itself.
const LITTLE_TEXT: usize = 400;

/// What images may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImageBudget {
    /// Images of one page.
    pub images_per_page: usize,
    /// Bytes of the images of one page.
    pub bytes_per_page: u64,
    /// Time for fetching the images of one page, waiting for the pace of their hosts counted.
    pub time_per_page: Duration,
    /// Images fetched for one seed in one run.
    pub images_per_seed: u64,
}

impl Default for ImageBudget {
    fn default() -> Self {
        Self {
            images_per_page: 10,
            bytes_per_page: 12 << 20,
            time_per_page: Duration::from_secs(40),
            images_per_seed: 500,
        }
    }
}

/// What images are read with.
#[derive(Debug, Clone)]
pub struct ImageOrder {
    /// The reader.
    pub vision: Arc<Vision>,
    /// Why it reads no text, and what to do about it; said once when a seed wants images.
    pub missing: Option<String>,
    /// Images read at once.
    pub processes: usize,
    /// What they may cost.
    pub budget: ImageBudget,
}

impl ImageOrder {
    /// Nothing that reads text; codes and hashes only.
    pub fn none() -> Self {
        Self {
            vision: Arc::new(Vision::new(None, crate::vision::VisionSettings::default())),
            missing: None,
            processes: 1,
            budget: ImageBudget::default(),
        }
    }
}

/// The images of one run.
#[derive(Debug)]
pub struct Images {
    order: ImageOrder,
    reading: Semaphore,
    known: Mutex<HashMap<String, Known>>,
    spent: Mutex<HashMap<String, u64>>,
}

/// What became of an address in this run: fetched and archived, or refused.
type Known = Result<(ArchivedImage, Arc<crate::model::image::ImageReading>), String>;

impl Images {
    /// For a run over a list. Where text cannot be read and a seed wants images, that is said once.
    pub fn start(order: ImageOrder, list: &PatrolList, monitor: &dyn Monitor) -> Self {
        let wanting = list.seeds.iter().filter(|s| s.images != ImageMode::Never);
        let wanting = wanting.count();
        if let (Some(why), true) = (&order.missing, wanting > 0) {
            let message =
                format!("{wanting} seeds want images read, and of images only QR codes are: {why}");
            monitor.event(Event::Noted(Note::new("no-image-text", message)));
        }
        Self {
            reading: Semaphore::new(order.processes.max(1)),
            order,
            known: Mutex::default(),
            spent: Mutex::default(),
        }
    }

    fn known(&self, address: &str) -> Option<Known> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(address).cloned()
    }

    fn learn(&self, address: &str, known: Known) {
        let mut all = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() < REMEMBERED {
            all.insert(address.to_owned(), known);
        }
    }

    /// Counts one fetch of a seed; false when it has had all that it may have.
    fn spend(&self, seed: &str) -> bool {
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        let count = spent.entry(seed.to_owned()).or_default();
        *count += 1;
        *count <= self.order.budget.images_per_seed
    }

    /// Reads an image off the async threads, as many at once as there are processes.
    async fn read(&self, bytes: Vec<u8>) -> Option<Arc<crate::model::image::ImageReading>> {
        let _place = self.reading.acquire().await.ok()?;
        let vision = Arc::clone(&self.order.vision);
        let read = tokio::task::spawn_blocking(move || vision.read(&bytes));
        read.await.ok()
    }
}

/// What is left of the budget of one page.
struct Left {
    images: usize,
    bytes: u64,
    until: Instant,
}

impl Part {
    /// Judges a page ahead of its settlement and looks at those of its images that are worth it. `None` where the seed wants no
    /// images, or the page is none: it is then judged when it is settled.
    pub(super) async fn look(
        self: &Arc<Self>,
        seed: &Seed,
        lease: &Lease,
        visit: &mut Visit,
        computing: &Arc<Semaphore>,
    ) -> Option<Judged> {
        let capture = visit.outcome.as_mut().ok()?;
        if seed.images == ImageMode::Never || !capture.last().is_some_and(may_hold_images) {
            return None;
        }
        let (mut judged, chosen) = self.judge_ahead(seed, capture, computing).await?;
        if chosen.is_empty() {
            return Some(judged);
        }
        let budget = self.images.order.budget;
        let mut left = Left {
            images: budget.images_per_page,
            bytes: budget.bytes_per_page,
            until: Instant::now() + budget.time_per_page,
        };
        let mut seen = Vec::with_capacity(chosen.len());
        for (number, image) in chosen.into_iter().enumerate() {
            let mut robots = Vec::new();
            seen.push(
                self.see(seed, (lease, number), image, &mut left, &mut robots)
                    .await,
            );
            visit.robots.append(&mut robots);
        }
        let capture = visit.outcome.as_mut().ok()?;
        capture.images = seen;
        let part = Arc::clone(self);
        let images = capture.images.clone();
        let day = day_of(capture.last()?);
        let _computing = computing.acquire().await.ok()?;
        let again = tokio::task::spawn_blocking(move || {
            with_images(&part.inspector, &mut judged, &images, day);
            judged
        });
        again.await.ok()
    }

    /// The judgement without images, and the images that are worth looking at. The capture is lent to another thread meanwhile.
    async fn judge_ahead(
        self: &Arc<Self>,
        seed: &Seed,
        capture: &mut Capture,
        computing: &Arc<Semaphore>,
    ) -> Option<(Judged, Vec<ImageRef>)> {
        let part = Arc::clone(self);
        let mode = seed.images;
        let most = self.images.order.budget.images_per_page;
        let empty = Capture {
            requested: capture.requested.clone(),
            exchanges: Vec::new(),
            notes: Vec::new(),
            rendering: None,
            images: Vec::new(),
        };
        let lent = std::mem::replace(capture, empty);
        let _computing = computing.acquire().await;
        let ahead = tokio::task::spawn_blocking(move || {
            let judged = lent.last().map(day_of).and_then(|day| {
                let judged = judge_capture(&part.inspector, &lent, day)?;
                let chosen = choose(mode, &judged, &part.inspector, most);
                Some((judged, chosen))
            });
            (lent, judged)
        });
        let (lent, judged) = ahead.await.ok()?;
        *capture = lent;
        judged
    }

    /// Looks at one image.
    async fn see(
        self: &Arc<Self>,
        seed: &Seed,
        (lease, number): (&Lease, usize),
        image: ImageRef,
        left: &mut Left,
        robots: &mut Vec<Capture>,
    ) -> SeenImage {
        let address = match &image.source {
            ImageSource::Web(url) => url.to_string(),
            ImageSource::Inline(bytes) => format!("data:sha256:{}", hex::encode(sha256(bytes))),
        };
        let (outcome, archived) = match &image.source {
            ImageSource::Inline(bytes) => {
                let read = self.images.read(bytes.clone()).await;
                let read = read.ok_or_else(|| "reading broke off".to_owned());
                (read.map(|r| r.as_ref().clone()), None)
            }
            ImageSource::Web(url) => {
                let known = match self.images.known(&address) {
                    Some(known) => known,
                    None => {
                        let name = format!("image-{number}-{}", lease.key.hex());
                        self.fetch_image(seed, lease, &name, url, left, robots)
                            .await
                    }
                };
                match known {
                    Ok((archived, reading)) => (Ok(reading.as_ref().clone()), Some(archived)),
                    Err(why) => (Err(why), None),
                }
            }
        };
        SeenImage {
            address,
            kind: image.kind,
            path: image.path,
            slot: image.slot,
            link: image.link,
            outcome,
            archived,
        }
    }

    /// Fetches, archives and reads an image. What the budget refuses is tried again on another page; all else is remembered.
    async fn fetch_image(
        self: &Arc<Self>,
        seed: &Seed,
        lease: &Lease,
        name: &str,
        url: &url::Url,
        left: &mut Left,
        robots: &mut Vec<Capture>,
    ) -> Known {
        if left.images == 0 || left.bytes == 0 || Instant::now() >= left.until {
            return Err("budget of the page".to_owned());
        }
        if !self.images.spend(&seed.id) {
            return Err("budget of the seed".to_owned());
        }
        left.images -= 1;
        let picture = self.fetcher.picture(seed, url, left.until).await;
        robots.extend(picture.robots);
        let known = match picture.outcome {
            Ok(capture) => {
                let bytes = capture.last().map_or(0, |e| e.body.len() as u64);
                left.bytes = left.bytes.saturating_sub(bytes);
                self.keep_image(seed, lease, name, capture).await
            }
            Err(reason) => Err(format!("{}: {}", reason.code(), reason.detail())),
        };
        self.images.learn(url.as_str(), known.clone());
        known
    }

    /// Archives an image, then reads it.
    async fn keep_image(
        self: &Arc<Self>,
        seed: &Seed,
        lease: &Lease,
        name: &str,
        capture: Capture,
    ) -> Known {
        let context = crate::storage::warc::encode::CaptureContext {
            visit: name.to_owned(),
            ..self.context(seed, lease, false)
        };
        let part = Arc::clone(self);
        let kept = tokio::task::spawn_blocking(move || {
            let place = part.archive.append(&capture, &context)?;
            let bytes = capture.last().map(|e| e.content().to_vec());
            Ok::<_, StorageError>((place, bytes.unwrap_or_default()))
        });
        let (place, bytes) = match kept.await {
            Ok(Ok(kept)) => kept,
            Ok(Err(error)) => return Err(format!("not archived: {error}")),
            Err(error) => return Err(format!("not archived: {error}")),
        };
        let reading = self.images.read(bytes).await;
        let reading = reading.ok_or_else(|| "reading broke off".to_owned())?;
        let archived = ArchivedImage {
            visit: name.to_owned(),
            file: place.file,
            offset: place.offset,
            length: place.length,
            response_id: place.response_id,
            payload_sha256: place.payload_sha256,
        };
        Ok((archived, reading))
    }

    /// The images of a page that belong into its item: those with text or codes in them, read back from the archive.
    pub(super) fn pictures(&self, capture: &Capture) -> Result<Vec<ItemPicture>, StorageError> {
        let mut pictures: Vec<ItemPicture> = Vec::new();
        for image in &capture.images {
            let (Ok(reading), Some(place)) = (&image.outcome, &image.archived) else {
                continue;
            };
            let tells = !reading.lines.is_empty() || !reading.codes.is_empty();
            if !tells && image.slot.is_none() || pictures.iter().any(|p| p.visit == place.visit) {
                continue;
            }
            let at = CaptureRef {
                run: self.run.to_string(),
                file: place.file.clone(),
                offset: place.offset,
                length: place.length,
                response_id: place.response_id.clone(),
                payload_sha256: place.payload_sha256.clone(),
            };
            pictures.push(ItemPicture {
                visit: place.visit.clone(),
                capture: self.archive.read_capture(&at)?,
            });
        }
        Ok(pictures)
    }
}

/// Whether an answer is a page that may name images.
fn may_hold_images(last: &Exchange) -> bool {
    let kind = last.header("content-type").unwrap_or("text/html");
    (200..300).contains(&last.status) && kind.to_ascii_lowercase().contains("html")
}

/// The images worth looking at, the most telling first: those of slots, those whose words speak of finance, then the large ones.
fn choose(mode: ImageMode, judged: &Judged, inspector: &Inspector, most: usize) -> Vec<ImageRef> {
    let page = &judged.page;
    let says_little = characters(page) < LITTLE_TEXT;
    let verdict = &judged.verdict;
    let of_finance =
        !verdict.claims.is_empty() || !verdict.topics.is_empty() || verdict.offer != Offer::None;
    let mut ranked: Vec<(u8, usize, &ImageRef)> = Vec::new();
    for (place, image) in page.images.iter().enumerate() {
        if is_tiny(image) {
            continue;
        }
        let rank = if image.slot.is_some() {
            0
        } else if speaks_of_finance(inspector, &image.words) {
            1
        } else if is_large(image) && (says_little || of_finance) {
            2
        } else if mode == ImageMode::Always {
            3
        } else {
            continue;
        };
        ranked.push((rank, place, image));
    }
    ranked.sort_by_key(|(rank, place, _)| (*rank, *place));
    let chosen = ranked.into_iter().take(most);
    chosen.map(|(_, _, image)| image.clone()).collect()
}

/// Characters of the page's own visible text.
fn characters(page: &Page) -> usize {
    let shown = page.blocks.iter().filter(|b| {
        !b.hidden
            && !matches!(
                b.role,
                BlockRole::Title | BlockRole::Meta | BlockRole::ImageAlt
            )
    });
    let texts = shown.filter_map(|b| page.text.get(b.span.clone()));
    texts.map(|t| t.chars().count()).sum()
}

fn is_tiny(image: &ImageRef) -> bool {
    image.width.is_some_and(|w| w < LEAST_WIDTH) || image.height.is_some_and(|h| h < LEAST_HEIGHT)
}

/// Whether an image is as large as a poster; one without a size in the markup may be.
fn is_large(image: &ImageRef) -> bool {
    match (image.width, image.height) {
        (Some(width), Some(height)) => width.saturating_mul(height) >= LARGE,
        _ => true,
    }
}

fn speaks_of_finance(inspector: &Inspector, words: &str) -> bool {
    if words.trim().is_empty() {
        return false;
    }
    let read = inspector.read_text(words);
    !read.claims.is_empty() || !read.topics.is_empty()
}
