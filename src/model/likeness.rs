//! How much two texts share, for saying whether a page is still what it was.

use std::collections::BTreeSet;

/// Characters of a run.
const RUN: usize = 5;
/// Most characters of a text that are looked at.
const MOST: usize = 200_000;

/// Likeness in thousandths: runs of five characters (white space left out) that stand in both texts, over all that stand
/// in either (Jaccard index). 1000 for equal sets, also when both are empty.
pub fn likeness(one: &str, other: &str) -> u16 {
    let (one, other) = (runs(one), runs(other));
    let shared = one.intersection(&other).count();
    let all = one.len() + other.len() - shared;
    if all == 0 {
        return 1000;
    }
    u16::try_from(shared * 1000 / all).unwrap_or(1000)
}

fn runs(text: &str) -> BTreeSet<[char; RUN]> {
    let chars: Vec<char> = text
        .chars()
        .filter(|c| !c.is_whitespace())
        .take(MOST)
        .collect();
    if !chars.is_empty() && chars.len() < RUN {
        // A short text is one run, filled up.
        let mut run = ['\0'; RUN];
        run.iter_mut()
            .zip(&chars)
            .for_each(|(to, from)| *to = *from);
        return BTreeSet::from([run]);
    }
    let run = |w: &[char]| <[char; RUN]>::try_from(w).ok();
    chars.windows(RUN).filter_map(run).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn likeness_goes_from_nothing_to_all() {
        let text = "本公司承诺保本保息年化收益百分之十八";
        assert_eq!(likeness(text, text), 1000);
        assert_eq!(likeness("", " \n"), 1000);
        assert_eq!(likeness(text, ""), 0);
        assert_eq!(likeness(text, "天气预报今天有雨记得带伞"), 0);
        assert_eq!(likeness("本公司", "本公 司"), 1000);
        let changed = likeness(text, "本公司承诺保本保息年化收益百分之二十");
        assert!((600..900).contains(&changed), "{changed}");
        assert_eq!(
            changed,
            likeness("本公司承诺保本保息年化收益百分之二十", text)
        );
    }
}
