//! `covers.toml`: which licence covers which offer, and what names show of a trade.

use super::check::{Fault, line_of};
use crate::model::context::Offer;
use crate::model::cover::{Cover, Trade};
use crate::model::register::LicenceKind;
use serde::Deserialize;

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    cover: Vec<toml::Spanned<CoverRow>>,
    #[serde(default)]
    trade: Vec<toml::Spanned<TradeRow>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CoverRow {
    offer: String,
    licences: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TradeRow {
    id: String,
    label: String,
    words: Vec<String>,
    offers: Vec<String>,
}

pub(super) fn read(name: &str, text: &str, faults: &mut Vec<Fault>) -> (Vec<Cover>, Vec<Trade>) {
    let file: File = super::word_files::parse(name, text, faults);
    let mut covers = Vec::new();
    for row in file.cover {
        let line = line_of(text, row.span().start);
        let row = row.into_inner();
        let Some(offer) = offer(name, line, &row.offer, faults) else {
            continue;
        };
        let licences = row.licences.iter().filter_map(|word| {
            let kind = LicenceKind::parse(word);
            if kind.is_none() {
                let what = format!("unknown licence {word:?}");
                faults.push(Fault::new(name, line, "licences", what));
            }
            kind
        });
        covers.push(Cover {
            offer,
            licences: licences.collect(),
        });
    }
    let trades = file
        .trade
        .into_iter()
        .map(|row| {
            let line = line_of(text, row.span().start);
            let row = row.into_inner();
            let offers = row.offers.iter();
            Trade {
                id: row.id,
                label: row.label,
                words: row.words,
                offers: offers
                    .filter_map(|word| offer(name, line, word, faults))
                    .collect(),
            }
        })
        .collect();
    (covers, trades)
}

fn offer(name: &str, line: usize, word: &str, faults: &mut Vec<Fault>) -> Option<Offer> {
    let offer = Offer::parse(word);
    if offer.is_none() {
        let what = format!("unknown offer {word:?}");
        faults.push(Fault::new(name, line, "offer", what));
    }
    offer
}
