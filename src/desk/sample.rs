//! Review sampling (抽查复核): the same seed draws the same cases, reviewers and days.

use crate::storage::digest::sha256;
use crate::wire::desk::case::Drawn;
use chrono::{Days, NaiveDate};

/// A case from which is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Its number.
    pub case: String,
    /// Officers who had part in it: they do not review it.
    pub involved: Vec<String>,
}

/// What was drawn.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draw {
    /// Cases with reviewer and day.
    pub drawn: Vec<Drawn>,
    /// Cases that were drawn but that every reviewer had part in.
    pub without_reviewer: Vec<String>,
}

fn rank(parts: &[&str]) -> [u8; 32] {
    sha256(format!("wangxun-sample/1\n{}", parts.join("\n")).as_bytes())
}

/// Draws `count` of the candidates, each with a reviewer who had no part in it and a day within `within` days after
/// `day`. The order of what is given does not matter.
pub fn draw(
    seed: &str,
    candidates: &[Candidate],
    reviewers: &[String],
    count: usize,
    (day, within): (NaiveDate, u64),
) -> Draw {
    let mut ranked: Vec<([u8; 32], &Candidate)> = candidates
        .iter()
        .map(|c| (rank(&[seed, &c.case]), c))
        .collect();
    ranked.sort_by(|a, b| (&a.0, &a.1.case).cmp(&(&b.0, &b.1.case)));
    let mut draw = Draw::default();
    for (_, candidate) in ranked.into_iter().take(count) {
        let free = reviewers.iter().filter(|r| !candidate.involved.contains(r));
        let reviewer = free.min_by_key(|r| rank(&[seed, &candidate.case, r.as_str()]));
        match reviewer {
            None => draw.without_reviewer.push(candidate.case.clone()),
            Some(reviewer) => {
                let [first, second, ..] = rank(&[seed, &candidate.case, "day"]);
                let offset = u64::from(u16::from_be_bytes([first, second])) % within.max(1);
                draw.drawn.push(Drawn {
                    case: candidate.case.clone(),
                    reviewer: reviewer.clone(),
                    on: day.checked_add_days(Days::new(offset + 1)).unwrap_or(day),
                });
            }
        }
    }
    draw.drawn.sort_by(|a, b| a.case.cmp(&b.case));
    draw.without_reviewer.sort();
    draw
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidates(n: usize) -> Vec<Candidate> {
        (0..n)
            .map(|n| Candidate {
                case: format!("WX-2026-{n:04}"),
                involved: vec![if n % 2 == 0 { "甲某" } else { "乙某" }.to_owned()],
            })
            .collect()
    }

    #[test]
    fn the_same_seed_draws_the_same_and_nobody_reviews_ones_own() {
        let reviewers = ["甲某", "乙某", "丙某"].map(str::to_owned);
        let day: NaiveDate = "2026-11-26".parse().unwrap();
        let all = candidates(200);
        let one = draw("7", &all, &reviewers, 20, (day, 10));
        let mut turned = all.clone();
        turned.reverse();
        assert_eq!(one, draw("7", &turned, &reviewers, 20, (day, 10)));
        assert_ne!(one, draw("8", &all, &reviewers, 20, (day, 10)));
        assert_eq!(one.drawn.len(), 20);
        for drawn in &one.drawn {
            let of = all.iter().find(|c| c.case == drawn.case).unwrap();
            assert!(!of.involved.contains(&drawn.reviewer));
            assert!(drawn.on > day && drawn.on <= day + Days::new(10));
        }
        let days: std::collections::BTreeSet<_> = one.drawn.iter().map(|d| d.on).collect();
        assert!(days.len() > 3, "random days");
        let alone = draw("7", &all, &reviewers[..1], 20, (day, 10));
        assert_eq!(alone.drawn.len() + alone.without_reviewer.len(), 20);
        assert!(!alone.without_reviewer.is_empty());
    }
}
