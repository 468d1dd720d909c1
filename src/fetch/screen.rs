//! What can be told of an address without contacting anyone: links are screened by it before they are queued.

use super::admit::check_address;
use super::settings::Limits;
use super::{decode, scope, traps};
use crate::model::capture::Exchange;
use crate::model::note::Note;
use crate::model::seed::Seed;
use crate::model::skip::SkipReason;
use crate::model::target::Target;
use url::Url;

/// Whether a target is worth queueing: scheme, scope, traps and depth. Admission asks all of it again, and more.
pub fn screen(seed: &Seed, target: &Target) -> Result<(), SkipReason> {
    check_address(&target.url)?;
    scope::check(seed, &target.url, target.offsite)?;
    if target.depth > seed.budget.depth {
        return Err(SkipReason::Budget("depth"));
    }
    match traps::trap(&target.url, traps::this_year()) {
        Some(trap) => Err(SkipReason::Trap(trap)),
        None => Ok(()),
    }
}

/// Whether an address lies within the breadth of the seed's scope, whatever its patterns say.
pub fn is_inside(seed: &Seed, url: &Url) -> bool {
    scope::is_near(seed, url)
}

/// Undoes the content coding of an exchange read back from the archive, under the same caps as when it was fetched.
pub fn undo_content_coding(exchange: &mut Exchange, limits: &Limits) -> Vec<Note> {
    let codings: Vec<&str> = exchange
        .headers
        .iter()
        .filter(|(name, _)| name.eq_ignore_ascii_case("content-encoding"))
        .filter_map(|(_, value)| std::str::from_utf8(value).ok())
        .collect();
    let plain = decode::undo(&exchange.body, &codings.join(","), limits);
    exchange.decoded = plain.bytes;
    plain.notes
}
