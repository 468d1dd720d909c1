//! `wangxun subjects watched`: the seeds of watched subjects as a patrol list of their own, seen again sooner (列入重点监管对象).

use super::folded;
use crate::cli::config::Settings;
use crate::cli::exit::{Done, Exit, misuse};
use crate::cli::output::Output;
use crate::model::politeness::politeness_group;
use crate::model::seed::{PatrolList, Seed};
use crate::seeds;
use anyhow::anyhow;
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;
use url::Url;

const DAY: Duration = Duration::from_secs(86_400);

pub(super) fn run(file: &Path, days: u32, settings: &Settings) -> Done {
    let loaded = seeds::load_patrol_list(file).map_err(misuse)?;
    for fault in &loaded.faults {
        tracing::warn!("{fault}");
    }
    let dossiers = folded(settings)?;
    let sites: BTreeSet<String> = dossiers
        .all
        .values()
        .filter(|d| d.is_watched())
        .flat_map(|d| d.bearers.iter().filter_map(|b| site_of(b)))
        .collect();
    let list = watched(loaded.value, &sites, days);
    if list.seeds.is_empty() {
        return Err(misuse(anyhow!(
            "no seed of {} belongs to a watched subject; `wangxun subjects list --watched` shows them",
            file.display()
        )));
    }
    Output.write(&seeds::to_toml(&list))?;
    Ok(Exit::Fine)
}

/// The registrable domain of a bearer that is a site.
fn site_of(bearer: &str) -> Option<String> {
    let host = bearer.strip_prefix("site:")?;
    let url = Url::parse(&format!("http://{host}/")).ok()?;
    Some(politeness_group(&url))
}

/// The seeds of these sites, with pages that are seen again after so many days at most.
fn watched(mut list: PatrolList, sites: &BTreeSet<String>, days: u32) -> PatrolList {
    let is_watched = |seed: &Seed| {
        let groups = seed.start_urls.iter().map(politeness_group);
        groups.into_iter().any(|g| sites.contains(&g))
    };
    list.seeds.retain(is_watched);
    let own = &mut list.watch.own;
    own.retain(|id, _| list.seeds.iter().any(|s| s.id == *id));
    let revisit = &mut list.watch.revisit;
    revisit.most = revisit.most.min(DAY * days.max(1));
    revisit.least = revisit.least.min(revisit.most / 2);
    list.name = format!("{}(重点监管对象)", list.name);
    list
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::region::Units;

    #[test]
    fn watched_sites_are_seen_again_sooner_and_no_others() {
        let list = "name = \"名单\"\n[watch]\nrevisit_max = \"14d\"\n\
            [[seed]]\nid = \"a\"\nname = \"甲\"\nstart = \"http://www.a.test/\"\nsector = \"p2p\"\n\
            [[seed]]\nid = \"b\"\nname = \"乙\"\nstart = \"http://b.test/\"\nsector = \"p2p\"\n";
        let list = seeds::parse_patrol_list(list, "list.toml", &Units::default()).value;
        let list = watched(list, &BTreeSet::from(["a.test".to_owned()]), 2);
        let ids: Vec<&str> = list.seeds.iter().map(|s| s.id.as_str()).collect();
        assert_eq!(ids, ["a"]);
        assert_eq!(
            (list.watch.revisit.most, list.watch.revisit.least),
            (DAY * 2, DAY / 2)
        );
        let again =
            seeds::parse_patrol_list(&seeds::to_toml(&list), "again.toml", &Units::default());
        assert!(again.faults.is_empty(), "{:?}", again.faults);
        assert_eq!(again.value.watch.revisit, list.watch.revisit);
    }
}
