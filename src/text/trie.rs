//! The words of the lexicons as a tree over characters.

use super::hash::IntMap;

/// A set of words, walked one character at a time.
#[derive(Debug, Clone, Default)]
pub(super) struct Trie {
    edges: IntMap<u64, u32>,
    ends: Vec<bool>,
}

/// The root of every trie.
pub(super) const ROOT: u32 = 0;

impl Trie {
    pub(super) fn new() -> Self {
        Self {
            edges: IntMap::default(),
            ends: vec![false],
        }
    }

    /// Adds a word; letters are stored in lower case.
    pub(super) fn insert(&mut self, word: &str) {
        let mut node = ROOT;
        for ch in word.chars() {
            let next = self.ends.len() as u32;
            node = *self.edges.entry(edge(node, lower(ch))).or_insert(next);
            if node == next {
                self.ends.push(false);
            }
        }
        if node != ROOT
            && let Some(end) = self.ends.get_mut(node as usize)
        {
            *end = true;
        }
    }

    /// The node after `ch`, if any word goes on with it.
    pub(super) fn child(&self, node: u32, ch: char) -> Option<u32> {
        self.edges.get(&edge(node, lower(ch))).copied()
    }

    /// Whether a word ends here.
    pub(super) fn is_word(&self, node: u32) -> bool {
        self.ends.get(node as usize).copied().unwrap_or(false)
    }

    /// Whether these characters are a word.
    pub(super) fn contains(&self, word: impl Iterator<Item = char>) -> bool {
        let mut node = ROOT;
        for ch in word {
            match self.child(node, ch) {
                Some(next) => node = next,
                None => return false,
            }
        }
        self.is_word(node)
    }
}

fn edge(node: u32, ch: char) -> u64 {
    (u64::from(node) << 32) | u64::from(u32::from(ch))
}

fn lower(ch: char) -> char {
    ch.to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_prefixes() {
        let mut trie = Trie::new();
        trie.insert("贷款");
        trie.insert("POS机");
        trie.insert("");
        assert!(trie.contains("贷款".chars()));
        assert!(trie.contains("pos机".chars()));
        assert!(!trie.contains("贷".chars()));
        assert!(!trie.contains("".chars()));
        assert!(trie.child(ROOT, '款').is_none());
    }
}
