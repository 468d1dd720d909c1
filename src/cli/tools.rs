//! What several commands build from the settings.

use super::config::Settings;
use super::exit::{Trouble, incomplete, misuse};
use crate::fetch::FetchSettings;
use crate::fetch::browser::BrowserSettings;
use crate::lexicons::ad_lists;
use crate::model::seed::{PatrolList, Seed};
use crate::patrol::images::ImageOrder;
use crate::patrol::inspect::Inspector;
use crate::patrol::rendering::Browser;
use crate::printer;
use crate::seeds::{self, Loaded};
use crate::signals::networks::Networks;
use crate::vision::{NoReader, Tesseract, Vision, VisionSettings};
use anyhow::{Context, anyhow};
use chrono::{FixedOffset, NaiveDate, Utc};
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use tokio::runtime::{Builder, Runtime};

/// Today in Beijing, where rules have their dates.
pub fn today() -> NaiveDate {
    let beijing = FixedOffset::east_opt(8 * 3600);
    beijing.map_or_else(
        || Utc::now().date_naive(),
        |offset| Utc::now().with_timezone(&offset).date_naive(),
    )
}

/// The auditor by the settings' lexicons and registers.
pub fn inspector(settings: &Settings) -> Result<Inspector, Trouble> {
    inspector_by(settings.lexicons.as_deref(), settings)
}

/// The auditor by the lexicons of `dir` (the built-in ones where there is none) and the settings' registers.
pub fn inspector_by(dir: Option<&Path>, settings: &Settings) -> Result<Inspector, Trouble> {
    let registers = seeds::load_registers(settings.registers.as_deref()).map_err(misuse)?;
    for fault in &registers.faults {
        tracing::warn!("{fault}");
    }
    let lists = ad_lists::open(&settings.ad_lists).map_err(misuse)?;
    Inspector::with_ad_lists(dir, registers.value, lists)
        .context("the lexicons cannot be used; `wangxun lexicon check` tells where")
        .map_err(misuse)
}

/// The office's own table of networks, where one is configured.
pub fn networks(settings: &Settings) -> Result<Option<Arc<Networks>>, Trouble> {
    let Some(path) = &settings.networks else {
        return Ok(None);
    };
    let text = std::fs::read(path)
        .with_context(|| format!("the table of networks {} cannot be read", path.display()))
        .map_err(misuse)?;
    let table = Networks::read(&String::from_utf8_lossy(&text))
        .with_context(|| format!("the table of networks {} cannot be used", path.display()))
        .map_err(misuse)?;
    Ok(Some(Arc::new(table)))
}

/// The asynchronous runtime.
pub fn runtime() -> Result<Runtime, Trouble> {
    Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(incomplete)
}

/// What the fetcher is built from. Hosts outside of closed networks are only asked with a contact address.
pub fn fetch_settings(settings: &Settings, seeds: &[&Seed]) -> Result<FetchSettings, Trouble> {
    let contact = if settings.contact.trim().is_empty() {
        if let Some(seed) = seeds.iter().find(|seed| !is_closed(seed)) {
            return Err(misuse(anyhow!(
                "a contact address is missing, and {} is not in a closed network: put a line like \
                 contact = \"mailto:duty-office@your.office\" into {} so that sites can reach you",
                seed.id,
                settings.home.join("wangxun.toml").display()
            )));
        }
        "closed network".to_owned()
    } else {
        settings.contact.trim().to_owned()
    };
    let mut fetch = FetchSettings::new(contact);
    fetch.proxy.clone_from(&settings.proxy);
    let limits = &mut fetch.limits;
    if let Some(bytes) = settings.body_bytes {
        limits.body_bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
    }
    if let Some(bytes) = settings.decoded_bytes {
        limits.decoded_bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
    }
    limits.first_byte = settings.first_byte.unwrap_or(limits.first_byte);
    limits.total = settings.total.unwrap_or(limits.total);
    Ok(fetch)
}

/// The browser of the settings, or the one of the path.
pub fn browser(settings: &Settings) -> Browser {
    let choice = &settings.browser;
    let path = std::env::var_os("PATH").unwrap_or_default();
    let program = choice.program.clone().or_else(|| printer::browser(&path));
    let Some(program) = program else {
        return Browser::Missing {
            advice: format!(
                "no browser is installed; install one with `apt-get install {}`",
                printer::PACKAGES
            ),
        };
    };
    let mut browser = BrowserSettings::new(program);
    browser.no_sandbox = choice.no_sandbox;
    browser.pdf = choice.pdf;
    browser.tabs = choice.tabs;
    browser.deadline = choice.deadline;
    Browser::Use(browser)
}

/// What reads images, and why it reads no text where it does not.
pub fn vision(settings: &Settings) -> (Vision, Option<NoReader>) {
    let choice = &settings.vision;
    let path = std::env::var_os("PATH").unwrap_or_default();
    let usual = VisionSettings {
        deadline: choice.deadline,
        ..VisionSettings::default()
    };
    match Tesseract::find(choice.tesseract.as_deref(), &path) {
        Ok(reader) => (Vision::new(Some(Arc::new(reader)), usual), None),
        Err(why) => (Vision::new(None, usual), Some(why)),
    }
}

/// What a patrol reads images with.
pub fn images(settings: &Settings) -> ImageOrder {
    let (vision, missing) = vision(settings);
    ImageOrder {
        vision: Arc::new(vision),
        missing: missing.map(|why| why.to_string()),
        processes: settings.vision.processes,
        budget: settings.vision.budget,
    }
}

/// Whether all that a seed may reach is a closed network: every start host is pinned or literal, and the list allows
/// special addresses.
fn is_closed(seed: &Seed) -> bool {
    !seed.addresses.networks.is_empty()
        && seed.start_urls.iter().all(|url| match url.host() {
            Some(url::Host::Ipv4(_) | url::Host::Ipv6(_)) => true,
            Some(url::Host::Domain(name)) => seed.resolve.iter().any(|r| {
                r.host == name
                    || r.host
                        .strip_prefix('*')
                        .is_some_and(|suffix| name.ends_with(suffix))
            }),
            None => false,
        })
}

/// A network in the notation `address/length`, or one address.
pub fn network(text: &str) -> Result<(IpAddr, u8), Trouble> {
    let wrong = || {
        misuse(anyhow!(
            "{text:?} is no network: write 127.0.0.0/8, 10.1.2.3 or ::1/128"
        ))
    };
    let (address, length) = text.split_once('/').unwrap_or((text, ""));
    let address: IpAddr = address.parse().map_err(|_| wrong())?;
    let most = if address.is_ipv4() { 32 } else { 128 };
    let length = if length.is_empty() {
        most
    } else {
        length.parse().map_err(|_| wrong())?
    };
    if length > most {
        return Err(wrong());
    }
    Ok((address, length))
}

/// Reads a patrol list (TOML, or CSV by its ending). Faulty seeds are told and left out.
pub fn patrol_list(path: &Path) -> Result<PatrolList, Trouble> {
    let is_csv = path
        .extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("csv"));
    let loaded: Loaded<PatrolList> = if is_csv {
        seeds::import_csv(path)
    } else {
        seeds::load_patrol_list(path)
    }
    .with_context(|| format!("the patrol list {} cannot be used", path.display()))
    .map_err(misuse)?;
    for fault in &loaded.faults {
        tracing::warn!("{fault}");
    }
    if loaded.value.seeds.is_empty() {
        return Err(misuse(anyhow!(
            "{} holds no usable seed; `wangxun seeds check {}` tells why",
            path.display(),
            path.display()
        )));
    }
    Ok(loaded.value)
}
