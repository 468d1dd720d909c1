//! The Merkle tree of RFC 6962 (section 2.1), with SHA-256: roots, inclusion and consistency proofs.

use super::digest::sha256_of;

/// A hash of the tree.
pub type Hash = [u8; 32];

/// The hash of a leaf: SHA-256 over 0x00 and its bytes.
pub fn leaf_hash(bytes: &[u8]) -> Hash {
    sha256_of(&[&[0], bytes])
}

fn node_hash(left: &Hash, right: &Hash) -> Hash {
    sha256_of(&[&[1], left, right])
}

/// A growing tree that keeps only the roots of its complete subtrees, the largest first: a leaf costs one hash on
/// average, a root at most 64.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tree {
    size: u64,
    peaks: Vec<Hash>,
}

impl Tree {
    /// Adds a leaf by its hash.
    pub fn push(&mut self, leaf: Hash) {
        let (mut hash, mut size) = (leaf, self.size);
        while size & 1 == 1 {
            if let Some(left) = self.peaks.pop() {
                hash = node_hash(&left, &hash);
            }
            size >>= 1;
        }
        self.peaks.push(hash);
        self.size += 1;
    }

    /// Number of leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root; that of the empty tree is the SHA-256 of nothing.
    pub fn root(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev();
        let Some(last) = peaks.next() else {
            return sha256_of(&[]);
        };
        peaks.fold(*last, |right, left| node_hash(left, &right))
    }
}

/// The root over these leaves.
pub fn root(leaves: &[Hash]) -> Hash {
    let mut tree = Tree::default();
    for leaf in leaves {
        tree.push(*leaf);
    }
    tree.root()
}

/// Where a tree of `size` > 1 leaves is split: the largest power of two below `size`.
fn split(size: usize) -> usize {
    1 << (usize::BITS - 1 - (size - 1).leading_zeros())
}

/// The audit path of leaf `index` (RFC 6962, 2.1.1), its sibling first; `None` when there is no such leaf.
pub fn inclusion(leaves: &[Hash], index: usize) -> Option<Vec<Hash>> {
    if index >= leaves.len() {
        return None;
    }
    let (mut part, mut index, mut path) = (leaves, index, Vec::new());
    while part.len() > 1 {
        let (left, right) = part.split_at(split(part.len()));
        if index < left.len() {
            path.push(root(right));
            part = left;
        } else {
            path.push(root(left));
            index -= left.len();
            part = right;
        }
    }
    path.reverse();
    Some(path)
}

/// The proof that the tree over all leaves begins with the tree over the first `old` ones (RFC 6962, 2.1.2); `None`
/// when `old` is 0 or more than there are.
pub fn consistency(leaves: &[Hash], old: usize) -> Option<Vec<Hash>> {
    if old == 0 || old > leaves.len() {
        return None;
    }
    let (mut part, mut old, mut proof, mut whole) = (leaves, old, Vec::new(), true);
    while old < part.len() {
        let (left, right) = part.split_at(split(part.len()));
        if old <= left.len() {
            proof.push(root(right));
            part = left;
        } else {
            proof.push(root(left));
            old -= left.len();
            part = right;
            whole = false;
        }
    }
    if !whole {
        proof.push(root(part));
    }
    proof.reverse();
    Some(proof)
}

/// The root that follows from a leaf and its audit path in a tree of `size` leaves (RFC 9162, 2.1.3.2); `None` when
/// the path cannot be one.
pub fn root_of_inclusion(leaf: Hash, index: u64, size: u64, path: &[Hash]) -> Option<Hash> {
    let mut last = size.checked_sub(1).filter(|last| index <= *last)?;
    let (mut at, mut hash) = (index, leaf);
    for sibling in path {
        if last == 0 {
            return None;
        }
        if at & 1 == 1 || at == last {
            hash = node_hash(sibling, &hash);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        at >>= 1;
        last >>= 1;
    }
    (last == 0).then_some(hash)
}

/// Whether a proof shows that the tree of `new.0` leaves and root `new.1` begins with that of `old` (RFC 9162,
/// 2.1.4.2).
pub fn is_consistent(old: (u64, Hash), new: (u64, Hash), proof: &[Hash]) -> bool {
    if old.0 == 0 || old.0 > new.0 {
        return false;
    }
    if old.0 == new.0 {
        return proof.is_empty() && old.1 == new.1;
    }
    let (first, rest) = match (old.0.is_power_of_two(), proof.split_first()) {
        (true, _) => (old.1, proof),
        (false, Some((first, rest))) => (*first, rest),
        (false, None) => return false,
    };
    let (mut at, mut last) = (old.0 - 1, new.0 - 1);
    while at & 1 == 1 {
        at >>= 1;
        last >>= 1;
    }
    let (mut old_root, mut new_root) = (first, first);
    for hash in rest {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            old_root = node_hash(hash, &old_root);
            new_root = node_hash(hash, &new_root);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            new_root = node_hash(&new_root, hash);
        }
        at >>= 1;
        last >>= 1;
    }
    last == 0 && old_root == old.1 && new_root == new.1
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The leaves of the test vectors that the implementations of Certificate Transparency share.
    fn ct_leaves() -> Vec<Hash> {
        [
            "",
            "00",
            "10",
            "2021",
            "3031",
            "40414243",
            "5051525354555657",
            "606162636465666768696a6b6c6d6e6f",
        ]
        .map(|text| leaf_hash(&hex::decode(text).unwrap()))
        .to_vec()
    }

    #[test]
    fn roots_are_those_of_certificate_transparency() {
        let leaves = ct_leaves();
        for (size, expected) in [
            (
                0,
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            ),
            (
                1,
                "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            ),
            (
                2,
                "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            ),
            (
                3,
                "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            ),
            (
                8,
                "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
            ),
        ] {
            assert_eq!(hex::encode(root(&leaves[..size])), expected, "{size}");
        }
    }

    #[test]
    fn every_proof_of_every_size_holds_and_no_other() {
        let leaves: Vec<Hash> = (0..33u8).map(|n| leaf_hash(&[n])).collect();
        for size in 1..=leaves.len() {
            let (tree, whole) = (&leaves[..size], root(&leaves[..size]));
            for (index, leaf) in tree.iter().enumerate() {
                let path = inclusion(tree, index).unwrap();
                let at = index as u64;
                let found = root_of_inclusion(*leaf, at, size as u64, &path);
                assert_eq!(found, Some(whole), "{index} of {size}");
                for wrong in 0..size as u64 {
                    let other = root_of_inclusion(*leaf, wrong, size as u64, &path);
                    assert!(wrong == at || other != Some(whole));
                }
                let mut longer = path.clone();
                longer.push([0; 32]);
                assert_ne!(
                    root_of_inclusion(*leaf, at, size as u64, &longer),
                    Some(whole)
                );
            }
            for old in 1..=size {
                let proof = consistency(tree, old).unwrap();
                let before = (old as u64, root(&leaves[..old]));
                let after = (size as u64, whole);
                assert!(is_consistent(before, after, &proof), "{old} of {size}");
                let forged = (old as u64, [7; 32]);
                assert!(!is_consistent(forged, after, &proof));
                for n in 0..proof.len() {
                    let mut bent = proof.clone();
                    bent[n][0] ^= 1;
                    assert!(!is_consistent(before, after, &bent));
                }
            }
        }
        assert_eq!(inclusion(&leaves, 33), None);
        assert_eq!(consistency(&leaves, 34), None);
    }

    proptest::proptest! {
        #[test]
        fn foreign_proofs_never_panic(
            index in 0u64.., size in 0u64.., old in 0u64..,
            path in proptest::collection::vec(proptest::array::uniform32(0u8..), 0..70),
        ) {
            root_of_inclusion([0; 32], index, size, &path);
            is_consistent((old, [0; 32]), (size, [1; 32]), &path);
        }
    }
}
