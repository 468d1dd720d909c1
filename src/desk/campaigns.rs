//! Campaigns (专项排查清理), folded from the desk's events; what may be entered next.

use super::cases::{Case, Cases};
use super::decide::{Refused, because};
use super::figures::day_of;
use crate::model::case::RecheckResult;
use crate::wire::desk::campaign::CampaignFact;
use crate::wire::desk::{DeskEvent, DeskFact};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// One campaign.
#[derive(Debug, Clone, PartialEq)]
pub struct Campaign {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// First and last day.
    pub days: (NaiveDate, NaiveDate),
    /// Ids of the seeds that it looks at; empty for all.
    pub seeds: Vec<String>,
    /// Codes of the units that take part; empty for all.
    pub units: Vec<String>,
    /// Number of the document; may be empty.
    pub document: String,
    /// The last counts of each unit.
    pub counts: BTreeMap<String, UnitCount>,
    /// What came of it, when it ended.
    pub result: Option<String>,
}

/// What a unit found and had removed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UnitCount {
    /// Found.
    pub found: u64,
    /// Removed, of those.
    pub removed: u64,
    /// Remark; may be empty.
    pub comment: String,
}

impl UnitCount {
    /// What is left.
    pub fn left(&self) -> u64 {
        self.found.saturating_sub(self.removed)
    }
}

/// All campaigns, in the order in which they were begun.
pub fn campaigns(events: &[DeskEvent]) -> Vec<Campaign> {
    let mut all: Vec<Campaign> = Vec::new();
    for event in events {
        let DeskFact::Campaign(fact) = &event.what else {
            continue;
        };
        match fact.clone() {
            CampaignFact::Begun {
                campaign,
                name,
                from,
                until,
                seeds,
                units,
                document,
            } if all.iter().all(|c| c.id != campaign) => all.push(Campaign {
                id: campaign,
                name,
                days: (from, until),
                seeds,
                units,
                document,
                counts: BTreeMap::new(),
                result: None,
            }),
            CampaignFact::Begun { .. } => {}
            CampaignFact::Counted {
                campaign,
                unit,
                found,
                removed,
                comment,
            } => {
                if let Some(of) = all.iter_mut().find(|c| c.id == campaign) {
                    let count = UnitCount {
                        found,
                        removed,
                        comment,
                    };
                    of.counts.insert(unit, count);
                }
            }
            CampaignFact::Ended { campaign, result } => {
                if let Some(of) = all.iter_mut().find(|c| c.id == campaign) {
                    of.result = Some(result);
                }
            }
        }
    }
    all
}

/// Enters what a unit found and had removed.
///
/// # Errors
/// Says that the campaign ended, that the unit takes no part, or that more was removed than found.
pub fn count(campaign: &Campaign, unit: &str, count: UnitCount) -> Result<CampaignFact, Refused> {
    if let Some(result) = &campaign.result {
        return Err(because(format!("{} has ended: {result}", campaign.id)));
    }
    if !campaign.units.is_empty() && campaign.units.iter().all(|u| u != unit) {
        return Err(because(format!(
            "{unit} takes no part in {}: there are {}",
            campaign.id,
            campaign.units.join(", ")
        )));
    }
    if count.removed > count.found {
        return Err(because(format!(
            "{} removed of {} found: counts of the whole campaign are meant, not of a day",
            count.removed, count.found
        )));
    }
    Ok(CampaignFact::Counted {
        campaign: campaign.id.clone(),
        unit: unit.to_owned(),
        found: count.found,
        removed: count.removed,
        comment: count.comment,
    })
}

/// Ends a campaign.
///
/// # Errors
/// Says that it has ended, or which units have not counted.
pub fn end(campaign: &Campaign, result: &str) -> Result<CampaignFact, Refused> {
    if let Some(result) = &campaign.result {
        return Err(because(format!("{} has ended: {result}", campaign.id)));
    }
    let silent: Vec<&str> = campaign
        .units
        .iter()
        .filter(|u| !campaign.counts.contains_key(*u))
        .map(String::as_str)
        .collect();
    if !silent.is_empty() {
        return Err(because(format!(
            "no counts of {}: `wangxun campaigns count` first, with 0 where nothing was found",
            silent.join(", ")
        )));
    }
    Ok(CampaignFact::Ended {
        campaign: campaign.id.clone(),
        result: result.to_owned(),
    })
}

/// What the desk itself saw of a campaign: cases opened on its days, by unit of registration (empty for the county's pool);
/// removed are those that a recheck saw closed or mended. `seed_of` gives the seed of an item.
pub fn seen(
    campaign: &Campaign,
    cases: &Cases,
    seed_of: &dyn Fn(&str) -> Option<String>,
) -> BTreeMap<String, UnitCount> {
    let (from, until) = campaign.days;
    let mut counts: BTreeMap<String, UnitCount> = BTreeMap::new();
    for case in cases.cases.values() {
        let of_seeds = campaign.seeds.is_empty()
            || case
                .evidence
                .iter()
                .filter_map(|(e, _)| seed_of(&e.id))
                .any(|seed| campaign.seeds.contains(&seed));
        let of_units = campaign.units.is_empty() || campaign.units.contains(&case.region);
        if !of_seeds || !of_units || !(from..=until).contains(&day_of(case.stamp.at)) {
            continue;
        }
        let count = counts.entry(case.region.clone()).or_default();
        count.found += 1;
        count.removed += u64::from(is_removed(case));
    }
    counts
}

/// Whether the last recheck saw the offer gone.
fn is_removed(case: &Case) -> bool {
    let mut results = case.history.iter().filter(|c| !c.result.is_empty());
    let last = results
        .next_back()
        .and_then(|c| RecheckResult::parse(&c.result));
    matches!(last, Some(RecheckResult::Closed | RecheckResult::Fixed))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::desk::event;
    use chrono::Utc;

    #[test]
    fn units_count_once_and_the_last_one_to_answer_lets_it_end() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 1).unwrap();
        let begun = CampaignFact::Begun {
            campaign: "winter".to_owned(),
            name: "冬季清理".to_owned(),
            from: day,
            until: day,
            seeds: Vec::new(),
            units: vec!["210727101".to_owned(), "210727102".to_owned()],
            document: String::new(),
        };
        let mut events = Vec::new();
        let mut keep = |fact: CampaignFact| {
            events.push(event(Utc::now(), "甲某", DeskFact::Campaign(fact)));
            campaigns(&events).remove(0)
        };
        let counted = |found, removed| UnitCount {
            found,
            removed,
            comment: String::new(),
        };
        let campaign = keep(begun);
        let why = |refused: Refused| refused.to_string();
        assert!(
            why(count(&campaign, "210727101", counted(1, 2)).unwrap_err())
                .contains("2 removed of 1")
        );
        assert!(why(count(&campaign, "210727999", counted(1, 1)).unwrap_err()).contains("no part"));
        let campaign = keep(count(&campaign, "210727101", counted(3, 1)).unwrap());
        let campaign_again = keep(count(&campaign, "210727101", counted(4, 3)).unwrap());
        assert_eq!(campaign_again.counts["210727101"].left(), 1);
        assert!(why(end(&campaign_again, "完成").unwrap_err()).contains("210727102"));
        let campaign = keep(count(&campaign_again, "210727102", counted(0, 0)).unwrap());
        let campaign = keep(end(&campaign, "完成").unwrap());
        assert!(
            why(count(&campaign, "210727101", counted(4, 4)).unwrap_err()).contains("has ended")
        );
    }
}
