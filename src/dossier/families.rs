//! Families of near-identical pages: sketches that differ in a few bits, joined in chains.

use crate::model::sketch::{NEAR, Sketch};
use crate::model::subject_fact::Bearer;
use std::collections::BTreeMap;

/// Least likeness of two pages, in thousandths.
const LIKE: u16 = 850;
/// Runs that a text must have to be compared.
const LEAST_RUNS: u32 = 60;
/// Pages looked at in one band: more are the family of a template that anybody uses.
const MOST_IN_BAND: usize = 400;

/// For each bearer the numbers of the families that its pages belong to; families of one bearer are left out.
pub(super) fn families(bearers: &[Bearer]) -> Vec<Vec<u32>> {
    let mut pages: Vec<(u32, &Sketch)> = Vec::new();
    for (bearer, facts) in (0u32..).zip(bearers) {
        let telling = facts.pages.iter().filter(|s| s.runs >= LEAST_RUNS);
        pages.extend(telling.map(|s| (bearer, s)));
    }
    // The order of a bearer's pages must not matter.
    pages.sort_by_key(|(bearer, s)| (*bearer, s.simhash, s.runs, s.minima));
    let mut chains = Chains::new(pages.len());
    for band in 0..4u32 {
        let mut buckets: BTreeMap<u16, Vec<usize>> = BTreeMap::new();
        for (at, (_, sketch)) in pages.iter().enumerate() {
            let bits = (sketch.simhash >> (band * 16)) as u16;
            buckets.entry(bits).or_default().push(at);
        }
        for bucket in buckets.values().filter(|b| b.len() <= MOST_IN_BAND) {
            link(&pages, bucket, &mut chains);
        }
    }
    collect(&pages, &mut chains, bearers.len())
}

fn link(pages: &[(u32, &Sketch)], bucket: &[usize], chains: &mut Chains) {
    for (n, one) in bucket.iter().enumerate() {
        for other in bucket.iter().skip(n + 1) {
            let (Some((_, a)), Some((_, b))) = (pages.get(*one), pages.get(*other)) else {
                continue;
            };
            if a.distance(b) <= NEAR && a.likeness(b) >= LIKE {
                chains.union(*one, *other);
            }
        }
    }
}

fn collect(pages: &[(u32, &Sketch)], chains: &mut Chains, bearers: usize) -> Vec<Vec<u32>> {
    let mut members: BTreeMap<usize, Vec<u32>> = BTreeMap::new();
    for (at, (bearer, _)) in pages.iter().enumerate() {
        members.entry(chains.find(at)).or_default().push(*bearer);
    }
    let mut of = vec![Vec::new(); bearers];
    let several = members.into_values().filter_map(|mut family| {
        family.dedup();
        (family.len() > 1).then_some(family)
    });
    for (number, family) in (0u32..).zip(several) {
        for bearer in family {
            if let Some(list) = of.get_mut(bearer as usize) {
                list.push(number);
            }
        }
    }
    of
}

/// Union-find; the smallest member stands for all.
pub(super) struct Chains {
    parent: Vec<usize>,
}

impl Chains {
    pub(super) fn new(size: usize) -> Self {
        Self {
            parent: (0..size).collect(),
        }
    }

    pub(super) fn find(&mut self, mut at: usize) -> usize {
        while let Some(up) = self.parent.get(at).copied().filter(|up| *up != at) {
            // Halving the way keeps later ones short.
            let above = self.parent.get(up).copied().unwrap_or(up);
            if let Some(place) = self.parent.get_mut(at) {
                *place = above;
            }
            at = above;
        }
        at
    }

    pub(super) fn union(&mut self, one: usize, other: usize) {
        let (a, b) = (self.find(one), self.find(other));
        if let Some(place) = self.parent.get_mut(a.max(b)) {
            *place = a.min(b);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bearer(id: &str, simhash: u64, minimum: u16) -> Bearer {
        let mut sketch = Sketch {
            simhash,
            runs: 400,
            ..Sketch::default()
        };
        sketch.minima = [minimum; 64];
        Bearer {
            id: id.to_owned(),
            pages: vec![sketch],
            ..Bearer::default()
        }
    }

    #[test]
    fn near_pages_are_a_family_and_others_are_none() {
        let bearers = [
            bearer("a", 0xffff_0000_ffff_0000, 7),
            bearer("b", 0xffff_0000_ffff_0003, 7),
            bearer("c", 0x0000_ffff_0000_ffff, 7),
            bearer("d", 0xffff_0000_ffff_0000, 9),
        ];
        assert_eq!(families(&bearers), [vec![0], vec![0], vec![], vec![]]);
    }

    #[test]
    fn short_pages_tell_nothing() {
        let mut one = bearer("a", 1, 7);
        let mut other = bearer("b", 1, 7);
        for b in [&mut one, &mut other] {
            b.pages[0].runs = 10;
        }
        assert_eq!(families(&[one, other]), [vec![], vec![]] as [Vec<u32>; 2]);
    }
}
