//! `sites.toml` as it is written, read and checked; its head is the grammar.

use super::error::PracticeError;
use super::traps::Trap;
use super::web::bundled_text;
use crate::model::seed::{ImageMode, RenderMode, Sector, SeedKind};
use crate::model::vantage::Vantage;
use serde::Deserialize;
use std::net::Ipv4Addr;

const FILE: &str = "sites.toml";

/// The hosts of the bundled file.
pub(super) fn read_sites() -> Result<Vec<HostForm>, PracticeError> {
    parse(bundled_text(FILE)?)
}

fn parse(text: &str) -> Result<Vec<HostForm>, PracticeError> {
    let form: SitesForm = toml::from_str(text).map_err(|e| fault(e.to_string()))?;
    form.host.iter().try_for_each(check)?;
    Ok(form.host)
}

fn fault(fault: String) -> PracticeError {
    PracticeError::Bundle {
        file: FILE.to_owned(),
        fault,
    }
}

/// `sites.toml` as it is written; its head is the grammar.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SitesForm {
    host: Vec<HostForm>,
}

/// One `[[host]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HostForm {
    pub(super) name: String,
    pub(super) title: String,
    pub(super) purpose: String,
    pub(super) verdict: String,
    pub(super) address: Ipv4Addr,
    #[serde(default = "utf8")]
    pub(super) charset: String,
    #[serde(default = "utf8")]
    pub(super) declare: String,
    pub(super) seed: Option<SeedForm>,
    #[serde(default)]
    pub(super) route: Vec<RouteForm>,
}

/// How a host stands on the patrol list.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SeedForm {
    pub(super) sector: String,
    pub(super) region: Option<String>,
    pub(super) kind: Option<String>,
    #[serde(default)]
    pub(super) offsite_hops: u8,
    pub(super) pages: Option<u64>,
    pub(super) start: Option<Vec<String>>,
    pub(super) render: Option<String>,
    /// Views of the seed; the basis and the referrer are the practice list's own.
    #[serde(default)]
    pub(super) views: Vec<String>,
    pub(super) images: Option<String>,
}

impl SeedForm {
    /// The sector, checked.
    pub(super) fn sector(&self) -> Option<Sector> {
        Sector::parse(&self.sector)
    }

    /// The views, checked; absent means our own name only.
    pub(super) fn views(&self) -> Option<Vec<Vantage>> {
        self.views.iter().map(|v| Vantage::parse(v)).collect()
    }

    /// Whether a browser renders the pages, checked; absent means never.
    pub(super) fn render(&self) -> Option<RenderMode> {
        match self.render.as_deref() {
            None | Some("never") => Some(RenderMode::Never),
            Some("auto") => Some(RenderMode::Auto),
            Some("always") => Some(RenderMode::Always),
            Some(_) => None,
        }
    }

    /// Whether images are read, checked; absent means never.
    pub(super) fn images(&self) -> Option<ImageMode> {
        match self.images.as_deref() {
            None | Some("never") => Some(ImageMode::Never),
            Some("auto") => Some(ImageMode::Auto),
            Some("always") => Some(ImageMode::Always),
            Some(_) => None,
        }
    }

    /// The kind, checked; absent means a platform.
    pub(super) fn kind(&self) -> Option<SeedKind> {
        match self.kind.as_deref() {
            None | Some("platform") => Some(SeedKind::Platform),
            Some("ad-source") => Some(SeedKind::AdSource),
            Some("search") => Some(SeedKind::Search),
            Some(_) => None,
        }
    }
}

/// One `[[host.route]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RouteForm {
    pub(super) path: String,
    #[serde(default = "ok")]
    pub(super) status: u16,
    pub(super) location: Option<String>,
    #[serde(default)]
    pub(super) headers: Vec<(String, String)>,
    pub(super) content_type: Option<String>,
    pub(super) body: Option<String>,
    #[serde(default)]
    pub(super) delay_ms: u64,
    pub(super) behaviour: Option<String>,
    #[serde(default = "one")]
    pub(super) chunk: usize,
    #[serde(default)]
    pub(super) every_ms: u64,
    #[serde(default)]
    pub(super) times: u32,
    pub(super) retry_after: Option<String>,
    #[serde(default)]
    pub(super) bytes: usize,
    /// Only for visitors whose agent holds this.
    pub(super) agent: Option<String>,
    /// Only for visitors who say where they come from.
    #[serde(default)]
    pub(super) referred: bool,
    /// Another file of the host instead of the path's own.
    pub(super) file: Option<String>,
}

fn utf8() -> String {
    "utf-8".to_owned()
}

fn ok() -> u16 {
    200
}

fn one() -> usize {
    1
}

impl RouteForm {
    /// The trap that the route is, if it is one.
    pub(super) fn trap(&self) -> Option<Trap> {
        self.behaviour.as_deref().and_then(Trap::parse)
    }

    /// Traps take every path below theirs, the others their own path only.
    pub(super) fn covers(&self, path: &str) -> bool {
        match (path.strip_prefix(self.path.as_str()), self.trap()) {
            (Some(rest), Some(_)) => rest.is_empty() || rest.starts_with(['/', ';']),
            (Some(rest), None) => rest.is_empty(),
            (None, _) => false,
        }
    }
}

/// The words of `behaviour`.
const BEHAVIOURS: [&str; 10] = [
    "reset",
    "endless-headers",
    "cut",
    "drip",
    "busy",
    "fill",
    "calendar",
    "sessions",
    "segments",
    "queries",
];

/// Faults that the TOML grammar alone does not find.
fn check(form: &HostForm) -> Result<(), PracticeError> {
    let bad = |what: String| Err(fault(format!("host {}: {what}", form.name)));
    if !form.name.ends_with(".test") {
        return bad("the name is not under .test".to_owned());
    }
    if !form.address.is_loopback() {
        return bad(format!("{} is no loopback address", form.address));
    }
    if !["guilty", "innocent", "mixed", "technical"].contains(&form.verdict.as_str()) {
        return bad(format!("verdict `{}`", form.verdict));
    }
    if form.seed.as_ref().is_some_and(|s| {
        s.sector().is_none()
            || s.kind().is_none()
            || s.render().is_none()
            || s.views().is_none()
            || s.images().is_none()
    }) {
        return bad("unknown sector, kind, render, views or images of the seed".to_owned());
    }
    for route in &form.route {
        if route
            .behaviour
            .as_deref()
            .is_some_and(|b| !BEHAVIOURS.contains(&b))
        {
            return bad(format!("behaviour of {}", route.path));
        }
        if !(100..600).contains(&route.status) || !route.path.starts_with('/') {
            return bad(format!("route {}", route.path));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(name: &str, rest: &str) -> String {
        format!(
            "[[host]]\nname = \"{name}\"\ntitle = \"t\"\npurpose = \"p\"\nverdict = \"guilty\"\naddress = \"127.0.7.1\"\n{rest}"
        )
    }

    #[test]
    fn faults_name_the_host() {
        assert_eq!(parse(&host("a.test", "")).unwrap().len(), 1);
        for (name, rest) in [
            ("a.com", ""),
            ("a.test", "seed = { sector = \"nothing\" }"),
            ("a.test", "seed = { sector = \"p2p\", kind = \"x\" }"),
            ("a.test", "seed = { sector = \"p2p\", render = \"x\" }"),
            (
                "a.test",
                "[[host.route]]\npath = \"/\"\nbehaviour = \"dance\"",
            ),
            ("a.test", "[[host.route]]\npath = \"/\"\nstatus = 7"),
            ("a.test", "[[host.route]]\npath = \"x\""),
        ] {
            let error = parse(&host(name, rest)).unwrap_err().to_string();
            assert!(error.contains(name), "{error}");
        }
        assert!(parse(&host("a.test", "colour = 1")).is_err());
        assert!(parse(&host("a.test", "").replace("127.0.7.1", "10.0.0.1")).is_err());
        assert!(parse(&host("a.test", "").replace("guilty", "good")).is_err());
    }
}
