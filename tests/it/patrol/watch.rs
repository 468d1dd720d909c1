//! The watch end to end: runs by schedule, pages seen again conditionally, orders, restarts, and nothing left behind.

mod flat;
mod revisits;
mod schedules;
pub(super) mod site;

use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::sync::watch;
use wangxun::fetch::FetchSettings;
use wangxun::model::custody::Actor;
use wangxun::model::monitor::Monitor;
use wangxun::model::seed::PatrolList;
use wangxun::patrol::inspect::Inspector;
use wangxun::patrol::order::Order;
use wangxun::patrol::pipeline::PatrolSettings;
use wangxun::patrol::rendering::Browser;
use wangxun::patrol::watch::{Controls, OpenError, Watch, WatchError, WatchSettings};
use wangxun::seeds;
use wangxun::storage::error::StorageError;
use wangxun::storage::store::Store;
use wangxun::wire::watch::Health;

fn inspector() -> Arc<Inspector> {
    static ONE: OnceLock<Arc<Inspector>> = OnceLock::new();
    Arc::clone(ONE.get_or_init(|| {
        let registers = seeds::load_registers(None).expect("registers").value;
        Arc::new(Inspector::compile(None, registers).expect("lexicons"))
    }))
}

pub(super) fn store(home: &Path) -> Store {
    let silent = wangxun::model::monitor::Silent;
    Store::open(home, "main", Actor::patrol(""), &silent)
        .expect("store")
        .0
}

fn open(home: &Path, list: PatrolList, monitor: Arc<dyn Monitor>) -> Result<Order, OpenError> {
    let opened = Store::open(home, "main", Actor::patrol(""), monitor.as_ref());
    let store = opened.map_err(|error| match error {
        StorageError::InUse { .. } => OpenError::InUse(error.to_string()),
        other => OpenError::Other(other.to_string()),
    })?;
    Ok(Order {
        networks: None,
        images: wangxun::patrol::images::ImageOrder::none(),
        list,
        fresh: false,
        settings: PatrolSettings {
            retries: 0,
            longest_wait: Duration::from_secs(2),
            ..PatrolSettings::default()
        },
        fetch: FetchSettings::new("test"),
        store: Arc::new(store.0),
        browser: Browser::None,
        inspector: inspector(),
        monitor,
        legal_basis: vec!["练习".to_owned()],
        watching: None,
    })
}

/// Watches a list from a home until `settings` end it, or `stop` says so.
pub(super) async fn watched(
    home: &Path,
    list: &PatrolList,
    settings: WatchSettings,
    stop: watch::Receiver<bool>,
) -> Result<Health, WatchError> {
    let (_keep, reload) = watch::channel(0);
    let load = || Ok(list.clone());
    let open = |list: PatrolList, monitor: Arc<dyn Monitor>| open(home, list, monitor);
    let watch = Watch {
        root: home.to_owned(),
        named: "test".to_owned(),
        load: &load,
        open: &open,
        after: &|_| Ok(()),
        settings,
    };
    watch.watch(Controls { stop, reload }).await
}

pub(super) fn runs(n: u64) -> WatchSettings {
    WatchSettings {
        runs: Some(n),
        health_every: Duration::from_secs(1),
        home_every: Duration::from_millis(50),
        ..WatchSettings::default()
    }
}
