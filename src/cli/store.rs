//! The store as commands open it.

use super::config::Settings;
use super::exit::{Trouble, incomplete, misuse};
use crate::model::custody::Actor;
use crate::model::monitor::{Monitor, Silent};
use crate::storage::error::StorageError;
use crate::storage::home::Home;
use crate::storage::store::Store;
use anyhow::{Context, Error};

/// Opens the store for writing.
pub fn open(settings: &Settings, monitor: &dyn Monitor) -> Result<Store, Trouble> {
    let opened = Store::open(
        &settings.home,
        "main",
        Actor::patrol(settings.unit.clone()),
        monitor,
    );
    opened
        .map(|(store, _)| store)
        .map_err(|error| incomplete(advised(error, settings)))
}

/// Opens a store that must be there already.
pub fn open_existing(settings: &Settings) -> Result<Store, Trouble> {
    read_only(settings)?;
    open(settings, &Silent)
}

/// The home without the lock, for reading.
pub fn read_only(settings: &Settings) -> Result<Home, Trouble> {
    Home::read_only(&settings.home).map_err(|error| misuse(advised(error, settings)))
}

fn advised(error: StorageError, settings: &Settings) -> Error {
    let advice = match &error {
        StorageError::NoHome { .. } => format!(
            "nothing is kept in {} yet; run `wangxun patrol LIST` first, or give --home DIR",
            settings.home.display()
        ),
        StorageError::InUse { .. } => "wait until it ends, or stop it with Ctrl-C".to_owned(),
        _ => return Error::new(error),
    };
    Err::<(), _>(error)
        .context(advice)
        .err()
        .unwrap_or_else(|| Error::msg("no error"))
}
