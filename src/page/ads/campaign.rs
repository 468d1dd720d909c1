//! Which advertisements belong to one campaign.

use super::landing::registrable;
use crate::model::ad::Ad;

/// Characters of a text that tell one creative from another.
const TELLING: usize = 40;

/// The campaign of an advertisement: the registrable domain where it leads and its creative, the letters and figures of its
/// text or else the address of its first image. `None` where nobody can tell where it leads or what it shows.
pub fn campaign(ad: &Ad) -> Option<(String, String)> {
    let domain = registrable(ad.landing()?);
    let letters = ad.text.chars().filter(|c| c.is_alphanumeric());
    let text: String = letters.take(TELLING).collect();
    let creative = match text.is_empty() {
        false => text,
        true => ad.images.first()?.as_str().to_owned(),
    };
    Some((domain, creative))
}
