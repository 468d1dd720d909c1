//! Watch words in registered names and scopes of business: the sixteen of the county plan and what later law adds (NAME-9). The
//! longest word at a place counts; inside an innocent longer word (公共资源交易中心) it is none.

use crate::model::lexicon::{NameList, NameUse};
use chrono::NaiveDate;
use std::collections::BTreeSet;

/// A watch word found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct WatchHit {
    /// The word.
    pub word: String,
    /// Id of its list.
    pub list: String,
    /// Basis of the list.
    pub basis: String,
}

/// The watch words of a registered name, or of a scope of business, by the lists in force on `day`. Lists of tier 3 are looked at in
/// names only: their words are too common in scopes of business.
pub fn watch_words(text: &str, is_name: bool, lists: &[NameList], day: NaiveDate) -> Vec<WatchHit> {
    let plain = plain(text);
    let mut found: BTreeSet<WatchHit> = BTreeSet::new();
    let looked = |l: &&NameList| {
        l.looks.contains(&NameUse::Company)
            && l.from.is_none_or(|from| from <= day)
            && (l.tier < 3 || is_name)
    };
    for list in lists.iter().filter(looked) {
        let innocent: Vec<(usize, usize)> = list
            .without
            .iter()
            .flat_map(|w| places(&plain, &w.to_lowercase()))
            .collect();
        for (start, end) in longest(&plain, &list.words) {
            if innocent.iter().any(|(s, e)| *s <= start && end <= *e) {
                continue;
            }
            let word = plain.get(start..end).unwrap_or_default();
            let written = list.words.iter().find(|w| w.to_lowercase() == word);
            found.insert(WatchHit {
                word: written.cloned().unwrap_or_else(|| word.to_owned()),
                list: list.id.clone(),
                basis: list.basis.clone(),
            });
        }
    }
    found.into_iter().collect()
}

/// Full-width forms folded, letters small, white space and the marks that split words left out.
fn plain(text: &str) -> String {
    let folded = text.chars().map(|c| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        other => other,
    });
    let kept = folded.filter(|c| !c.is_whitespace() && !matches!(c, '·' | '•' | '_' | '-' | '*'));
    kept.flat_map(char::to_lowercase).collect()
}

fn places(text: &str, word: &str) -> Vec<(usize, usize)> {
    if word.is_empty() {
        return Vec::new();
    }
    let hits = text.match_indices(word);
    hits.map(|(at, w)| (at, at + w.len())).collect()
}

/// Places of the words, the longest at each place, none inside another.
fn longest(text: &str, words: &[String]) -> Vec<(usize, usize)> {
    let small = words.iter().map(|w| w.to_lowercase());
    let mut all: Vec<(usize, usize)> = small.flat_map(|w| places(text, &w)).collect();
    all.sort_by_key(|(start, end)| (*start, std::cmp::Reverse(*end)));
    let mut kept: Vec<(usize, usize)> = Vec::new();
    for (start, end) in all {
        if kept.last().is_none_or(|(_, last)| end > *last) {
            kept.push((start, end));
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(id: &str, words: &[&str], without: &[&str]) -> NameList {
        NameList {
            id: id.to_owned(),
            tier: 2,
            basis: "方案".to_owned(),
            from: NaiveDate::from_ymd_opt(2016, 4, 13),
            looks: vec![NameUse::Company],
            words: words.iter().map(|w| (*w).to_owned()).collect(),
            without: without.iter().map(|w| (*w).to_owned()).collect(),
        }
    }

    fn words(text: &str) -> Vec<String> {
        let lists = [list(
            "N1",
            &[
                "基金",
                "基金管理",
                "股权投资基金",
                "P2P",
                "金融",
                "交易中心",
                "网贷",
                "网络借贷",
            ],
            &["基金会", "公共资源交易中心"],
        )];
        let day = NaiveDate::from_ymd_opt(2026, 11, 1).expect("a day");
        let hits = watch_words(text, true, &lists, day);
        hits.into_iter().map(|h| h.word).collect()
    }

    #[test]
    fn the_longest_word_counts() {
        for (text, wanted) in [
            (
                "示例股权投资基金管理有限公司",
                vec!["基金管理", "股权投资基金"],
            ),
            ("示例基金管理有限公司", vec!["基金管理"]),
            ("示例基金会", vec![]),
            ("义县公共资源交易中心", vec![]),
            ("示例文化交易中心", vec!["交易中心"]),
            ("示例ｐ２ｐ信息有限公司", vec!["P2P"]),
            ("示例 金 融 服务", vec!["金融"]),
            ("示例农业合作社", vec![]),
        ] {
            assert_eq!(words(text), wanted, "{text}");
        }
    }

    #[test]
    fn lists_count_from_their_day() {
        let lists = [list("N3", &["虚拟货币"], &[])];
        let day = |y| NaiveDate::from_ymd_opt(y, 1, 1).expect("a day");
        assert!(watch_words("虚拟货币咨询", true, &lists, day(2015)).is_empty());
        assert_eq!(
            watch_words("虚拟货币咨询", true, &lists, day(2020)).len(),
            1
        );
    }
}
