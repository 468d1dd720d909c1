//! A map that cannot outgrow its limit: outside hosts decide how many keys there are.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;

/// A map of at most `limit` entries; when full, the quarter longest unused is forgotten.
#[derive(Debug)]
pub(super) struct Bounded<K, V> {
    limit: usize,
    clock: u64,
    entries: HashMap<K, (u64, V)>,
}

impl<K: Eq + Hash, V> Bounded<K, V> {
    /// An empty map for at most `limit` entries (at least four).
    pub(super) fn new(limit: usize) -> Self {
        Self {
            limit: limit.max(4),
            clock: 0,
            entries: HashMap::new(),
        }
    }

    /// The value of a key, which counts as a use.
    pub(super) fn get<Q>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        self.clock += 1;
        let clock = self.clock;
        self.entries.get_mut(key).map(|(used, value)| {
            *used = clock;
            value
        })
    }

    /// Sets a value.
    pub(super) fn insert(&mut self, key: K, value: V) {
        if self.entries.len() >= self.limit && !self.entries.contains_key(&key) {
            self.forget_oldest();
        }
        self.clock += 1;
        self.entries.insert(key, (self.clock, value));
    }

    /// Takes a value out.
    pub(super) fn remove<Q>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        self.entries.remove(key).map(|(_, value)| value)
    }

    /// All entries, in no order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.entries.iter().map(|(key, (_, value))| (key, value))
    }

    fn forget_oldest(&mut self) {
        let mut uses: Vec<u64> = self.entries.values().map(|(used, _)| *used).collect();
        uses.sort_unstable();
        let line = uses.get(self.limit / 4).copied().unwrap_or(u64::MAX);
        self.entries.retain(|_, (used, _)| *used >= line);
    }
}

#[cfg(test)]
mod tests {
    use super::Bounded;

    #[test]
    fn the_longest_unused_go_first() {
        let mut map = Bounded::new(8);
        for n in 0..8 {
            map.insert(n, n);
        }
        map.get(&0);
        map.insert(8, 8);
        assert!(map.iter().count() <= 8);
        assert!(map.get(&0).is_some() && map.get(&8).is_some());
        assert!(map.get(&1).is_none());
        for n in 0..1000 {
            map.insert(n, n);
        }
        assert!(map.iter().count() <= 8);
    }
}
