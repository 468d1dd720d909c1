//! Filter lists in EasyList syntax, compiled once. The only user of adblock.

use crate::model::ad::AdList;
use adblock::Engine;
use adblock::lists::{FilterSet, ParseOptions};
use adblock::request::Request;
use scraper::Selector;
use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use url::Url;

/// Selectors applied to one page. A selector costs a walk over the page.
const MOST_SELECTORS: usize = 400;
/// Compiled selectors kept.
const MOST_COMPILED: usize = 20_000;

/// The compiled lists. Built once and shared; the same page gives the same answers in any order.
pub struct AdEngine {
    engine: Engine,
    /// Selectors compiled so far; `None` for those that this program's selector engine cannot read.
    compiled: Mutex<HashMap<String, Option<Arc<Selector>>>>,
}

impl fmt::Debug for AdEngine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AdEngine").finish_non_exhaustive()
    }
}

impl AdEngine {
    /// Compiles lists. Lines that are no rules are passed over, as every reader of such lists does.
    pub fn compile(lists: &[AdList]) -> Self {
        let mut set = FilterSet::new(true);
        for list in lists {
            set.add_filter_list(list.text.clone(), ParseOptions::default());
        }
        Self {
            engine: Engine::new_with_filter_set(set),
            compiled: Mutex::default(),
        }
    }

    /// The rule that knows `address`, asked for by a page at `page` as a resource of this kind (words of the lists:
    /// `image`, `script`, `subdocument`, `other`).
    pub(super) fn network(&self, address: &Url, page: &Url, kind: &str) -> Option<String> {
        let request = Request::new(address.as_str(), page.as_str(), kind, "get").ok()?;
        let found = self.engine.check_network_request(&request);
        if found.exception.is_some() {
            return None;
        }
        let rule = found.filter?;
        Some(rule.raw_line.unwrap_or_else(|| "?".to_owned()))
    }

    /// The selectors of cosmetic rules that may match on a page with these classes and ids, in order.
    pub(super) fn cosmetic(
        &self,
        page: &Url,
        classes: &BTreeSet<&str>,
        ids: &BTreeSet<&str>,
    ) -> Vec<(String, Arc<Selector>)> {
        let of_page = self.engine.url_cosmetic_resources(page.as_str());
        let mut texts: BTreeSet<String> = of_page.hide_selectors.into_iter().collect();
        if !of_page.generichide {
            texts.extend(
                self.engine
                    .hidden_class_id_selectors(classes, ids, &of_page.exceptions),
            );
        }
        let mut compiled = self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        if compiled.len() > MOST_COMPILED {
            compiled.clear();
        }
        let texts = texts.into_iter().take(MOST_SELECTORS);
        let selectors = texts.filter_map(|text| {
            let selector = compiled
                .entry(text.clone())
                .or_insert_with(|| Selector::parse(&text).ok().map(Arc::new));
            selector.clone().map(|selector| (text, selector))
        });
        selectors.collect()
    }
}
