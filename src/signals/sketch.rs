//! Sketches and exact likeness of texts, with what changes by itself (figures, dates, white space) masked.

use crate::model::sketch::{MINIMA, Sketch};
use std::collections::BTreeSet;

/// Characters of a run.
const RUN: usize = 5;
/// Most characters of a page that are looked at.
const MOST: usize = 200_000;

/// The characters that count: no white space, no marks, each group of figures one `0`, letters small.
fn masked<'a>(texts: impl Iterator<Item = &'a str>) -> impl Iterator<Item = char> {
    let mut in_number = false;
    let chars = texts.flat_map(str::chars).filter_map(move |c| {
        if is_digit(c) {
            return (!std::mem::replace(&mut in_number, true)).then_some('0');
        }
        // The marks inside of a figure or date do not end it, so 1,000.00 and 3 are alike.
        if in_number && matches!(c, '.' | ',' | ':' | '-' | '/' | '：' | '，') {
            return None;
        }
        in_number = false;
        if c.is_ascii() {
            return c.is_ascii_alphabetic().then(|| c.to_ascii_lowercase());
        }
        // Most are Han, and need no look into the tables.
        (matches!(c, '\u{4e00}'..='\u{9fff}') || c.is_alphabetic()).then_some(c)
    });
    chars.take(MOST)
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '０'..='９')
}

/// Calls `each` with the hash of every run of [`RUN`] masked characters; a shorter text is one run.
fn each_run<'a>(texts: impl Iterator<Item = &'a str>, mut each: impl FnMut(u64)) {
    let mut window = [0u64; RUN];
    let (mut at, mut length, mut hash) = (0, 0usize, 0u64);
    for c in masked(texts) {
        // The whole is mixed in the end; here the bits need only be spread.
        let mixed = u64::from(u32::from(c)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let leaving = std::mem::replace(&mut window[at], mixed);
        at = (at + 1) % RUN;
        length += 1;
        // A cyclic polynomial: each step turns the hash, so what leaves has been turned once for each character.
        hash = hash.rotate_left(TURN) ^ mixed;
        if length > RUN {
            hash ^= leaving.rotate_left(TURN * RUN as u32 % 64);
        }
        if length >= RUN {
            each(mix(hash));
        }
    }
    if (1..RUN).contains(&length) {
        each(mix(hash));
    }
}

const TURN: u32 = 11;

/// Spreads the bits of a number (the finaliser of SplitMix64).
fn mix(n: u64) -> u64 {
    let n = n.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let n = (n ^ (n >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let n = (n ^ (n >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    n ^ (n >> 31)
}

/// For each byte, its bits as eight counters of a byte each: one addition counts eight bits.
const SPREAD: [u64; 256] = {
    let mut table = [0u64; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut bit = 0;
        while bit < 8 {
            table[byte] |= ((byte as u64 >> bit) & 1) << (bit * 8);
            bit += 1;
        }
        byte += 1;
    }
    table
};

/// How often each of the 64 bits was set.
struct Votes {
    lanes: [u64; 8],
    in_lanes: u8,
    counts: [u32; 64],
}

impl Votes {
    fn new() -> Self {
        Self {
            lanes: [0; 8],
            in_lanes: 0,
            counts: [0; 64],
        }
    }

    fn add(&mut self, hash: u64) {
        for (lane, byte) in self.lanes.iter_mut().zip(hash.to_le_bytes()) {
            *lane += SPREAD[usize::from(byte)];
        }
        self.in_lanes += 1;
        if self.in_lanes == u8::MAX {
            self.empty();
        }
    }

    fn empty(&mut self) {
        let bytes = self.lanes.iter().flat_map(|lane| lane.to_le_bytes());
        for (count, votes) in self.counts.iter_mut().zip(bytes) {
            *count += u32::from(votes);
        }
        self.lanes = [0; 8];
        self.in_lanes = 0;
    }

    fn majority(mut self, of: u32) -> u64 {
        self.empty();
        let bits = self.counts.iter().enumerate();
        bits.fold(0, |hash, (bit, count)| {
            hash | (u64::from(*count * 2 > of) << bit)
        })
    }
}

/// The sketch of a text in pieces.
pub fn sketch<'a>(texts: impl Iterator<Item = &'a str>) -> Sketch {
    let mut votes = Votes::new();
    let mut minima = [u32::MAX; MINIMA];
    let mut runs = 0u32;
    each_run(texts, |hash| {
        votes.add(hash);
        runs += 1;
        // The upper six bits say where, the lower ones how small.
        if let Some(least) = minima.get_mut((hash >> 58) as usize) {
            *least = (*least).min(hash as u32);
        }
    });
    let kept = |least: u32| {
        if least == u32::MAX {
            0
        } else {
            least as u16 | 1
        }
    };
    Sketch {
        simhash: votes.majority(runs),
        minima: minima.map(kept),
        runs,
    }
}

/// How much two texts share, in thousandths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Likeness {
    /// Runs that stand in both, over all that stand in either (Jaccard index).
    pub shared: u16,
    /// Runs that stand in both, over those of the shorter text: a page that says less of the same is wholly contained.
    pub contained: u16,
}

/// The exact likeness of two texts in pieces, figures masked. Two empty texts are equal; an empty one shares nothing.
pub fn likeness<'a, 'b>(
    one: impl Iterator<Item = &'a str>,
    other: impl Iterator<Item = &'b str>,
) -> Likeness {
    let (one, other) = (run_set(one), run_set(other));
    let both = one.intersection(&other).count();
    let shorter = one.len().min(other.len());
    let either = one.len() + other.len() - both;
    let part = |whole: usize| match (both * 1000).checked_div(whole) {
        Some(part) => u16::try_from(part).unwrap_or(1000),
        None if either == 0 => 1000,
        None => 0,
    };
    Likeness {
        shared: part(either),
        contained: part(shorter),
    }
}

fn run_set<'a>(texts: impl Iterator<Item = &'a str>) -> BTreeSet<u64> {
    let mut set = BTreeSet::new();
    each_run(texts, |hash| {
        set.insert(hash);
    });
    set
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sketch::NEAR;
    use proptest::prelude::*;

    fn of(text: &str) -> Sketch {
        sketch(std::iter::once(text))
    }

    fn alike(one: &str, other: &str) -> Likeness {
        likeness(std::iter::once(one), std::iter::once(other))
    }

    const TEXT: &str = "本店销售日用百货,欢迎选购。新到苹果和梨,价格公道,送货上门。门店位于县城东街,周一至周六营业,周日休息。\
        为方便群众,本店设有存包柜和饮水处。会员可积分兑换礼品,积分长期有效,详情请到店咨询。如需发票请提前告知收银员。";

    #[test]
    fn figures_dates_and_spacing_do_not_count() {
        let one = "更新于 2026-11-26 10:31,今日成交 1,203 笔,欢迎光临本店";
        let other = "更新于2025-01-02 9:05 ,今日成交 7 笔,欢迎 光临本店";
        assert_eq!(of(one), of(other));
        assert_eq!(alike(one, other).shared, 1000);
        assert_ne!(of(one), of("更新于昨日,今日成交很多笔,欢迎光临本店"));
    }

    #[test]
    fn a_small_change_moves_few_bits_and_another_text_many() {
        let changed = TEXT.replace("新到苹果和梨", "新到苹果和桃");
        assert!(of(TEXT).distance(&of(&changed)) <= 8);
        assert!(of(TEXT).likeness(&of(&changed)) > 700);
        let another = "监管部门提示投资者注意风险,任何承诺保本高收益的项目都可能涉嫌非法集资,请通过正规渠道了解信息,\
            发现线索可向当地处置非法集资工作机构举报,举报信息将依法保密,查实后给予奖励。";
        assert!(of(TEXT).distance(&of(another)) > 4 * NEAR);
        assert!(of(TEXT).likeness(&of(another)) < 150);
    }

    #[test]
    fn less_of_the_same_is_contained() {
        let half: String = TEXT.chars().take(60).collect();
        let found = alike(TEXT, &half);
        assert_eq!(found.contained, 1000);
        assert!(found.shared < 600, "{found:?}");
        assert_eq!(
            alike("", ""),
            Likeness {
                shared: 1000,
                contained: 1000
            }
        );
        assert_eq!(
            alike("", TEXT),
            Likeness {
                shared: 0,
                contained: 0
            }
        );
    }

    /// The plain way of counting bits.
    fn simhash_slowly(text: &str) -> u64 {
        let mut counts = [0i64; 64];
        each_run(std::iter::once(text), |hash| {
            for (bit, count) in counts.iter_mut().enumerate() {
                *count += if hash >> bit & 1 == 1 { 1 } else { -1 };
            }
        });
        let set = counts.iter().enumerate();
        set.fold(0, |hash, (bit, count)| {
            hash | (u64::from(*count > 0) << bit)
        })
    }

    proptest! {
        #[test]
        fn counting_by_lanes_is_counting(text in "[一-龥a-z0-9 ]{0,900}") {
            prop_assert_eq!(of(&text).simhash, simhash_slowly(&text));
        }

        #[test]
        fn any_text_is_taken(one in ".{0,60}", other in ".{0,60}", cut in 0usize..60) {
            let (a, b) = (alike(&one, &other), alike(&other, &one));
            prop_assert_eq!(a, b);
            prop_assert!(a.shared <= a.contained && a.contained <= 1000);
            prop_assert_eq!(alike(&one, &one).shared, 1000);
            prop_assert_eq!(of(&one).likeness(&of(&one)), 1000);
            // Where the pieces part makes no difference.
            let at = (0..=cut.min(one.len())).rev().find(|n| one.is_char_boundary(*n)).unwrap_or(0);
            let (head, tail) = one.split_at(at);
            prop_assert_eq!(sketch([head, tail].into_iter()), of(&one));
        }

        #[test]
        fn the_estimate_is_near_the_likeness(
            words in proptest::collection::vec("[一-龥]{4}", 150..300), share in 0usize..100,
        ) {
            let other: Vec<String> = words.iter().enumerate()
                .map(|(n, w)| if n < words.len() * share / 100 { w.clone() } else { w.chars().rev().collect() })
                .collect();
            let (one, other) = (words.concat(), other.concat());
            let (estimate, exact) = (of(&one).likeness(&of(&other)), alike(&one, &other).shared);
            // Five standard errors.
            prop_assert!(estimate.abs_diff(exact) < 320, "{} {}", estimate, exact);
        }
    }
}
