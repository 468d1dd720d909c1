//! Circles (关联圈): subjects behind which one operator seems to stand, though they are different companies.

use super::fold::{Dossier, Dossiers};
use crate::model::joining::JoinLink;
use std::collections::BTreeSet;

/// Several subjects that have very much in common. A lead: before the law each subject remains one of its own.
#[derive(Debug, Clone)]
pub struct Circle<'d> {
    /// The subjects, the highest score first.
    pub subjects: Vec<&'d Dossier>,
    /// What ties them, in the order of joining.
    pub why: Vec<&'d JoinLink>,
}

impl Circle<'_> {
    /// Sites and rows of lists of all its subjects.
    pub fn bearers(&self) -> usize {
        self.subjects.iter().map(|d| d.bearers.len()).sum()
    }
}

impl Dossiers {
    /// All circles of two subjects or more, those with the most bearers first.
    pub fn circles(&self) -> Vec<Circle<'_>> {
        let all = self.joined.circles.iter();
        let mut circles: Vec<Circle<'_>> = all.filter_map(|members| self.circle(members)).collect();
        circles.sort_by(|a, b| {
            let first = |c: &Circle<'_>| c.subjects.first().map(|d| d.id.clone());
            let order = b.bearers().cmp(&a.bearers());
            order.then_with(|| first(a).cmp(&first(b)))
        });
        circles
    }

    /// The circle to which a subject belongs.
    pub fn circle_of(&self, dossier: &Dossier) -> Option<Circle<'_>> {
        let bearer = dossier.bearers.first()?;
        let mut circles = self.joined.circles.iter();
        self.circle(circles.find(|members| members.contains(bearer))?)
    }

    fn circle(&self, members: &[String]) -> Option<Circle<'_>> {
        let ids: BTreeSet<&str> = members
            .iter()
            .filter_map(|b| Some(self.of_bearer(b)?.id.as_str()))
            .collect();
        if ids.len() < 2 {
            return None;
        }
        let mut subjects: Vec<&Dossier> = ids.iter().filter_map(|id| self.all.get(*id)).collect();
        subjects.sort_by(|a, b| b.score().total_cmp(&a.score()).then(a.id.cmp(&b.id)));
        let links = self.joined.circle_links.iter();
        let why = links
            .filter(|l| members.binary_search(&l.one).is_ok())
            .collect();
        Some(Circle { subjects, why })
    }
}
