//! Checkpoints of a journal: signed notes (C2SP `signed-note`) whose text is a tree head (C2SP `tlog-checkpoint`),
//! and proofs that an entry is in the tree (C2SP `tlog-proof`).

use super::digest::sha256_of;
use super::merkle::{self, Hash};
use super::minisign::{PublicKey, SecretKey};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The line with which a proof begins.
const PROOF: &str = "c2sp.org/tlog-proof@v1";
/// Begins each line that is a signature: em dash and space.
const DASH: &str = "\u{2014} ";
/// Type of an Ed25519 signature in key ids of notes.
const ED25519_TYPE: u8 = 1;
/// Signatures that are read of one note.
const MAX_SIGNATURES: usize = 16;
/// Bytes that are read of one note or proof.
const MAX_TEXT: usize = 1 << 20;

/// The head of a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeHead {
    /// Which log: `wangxun-journal/<writer>/<32 digits of the hash of its first line>`.
    pub origin: String,
    /// Number of leaves.
    pub size: u64,
    /// Root over them.
    pub root: Hash,
}

impl TreeHead {
    /// The text that is signed.
    pub fn text(&self) -> String {
        format!(
            "{}\n{}\n{}\n",
            self.origin,
            self.size,
            STANDARD.encode(self.root)
        )
    }

    fn parse(lines: [&str; 3]) -> Option<Self> {
        let [origin, size, root] = lines;
        let head = Self {
            origin: origin.to_owned(),
            size: size.parse().ok()?,
            root: hash(root)?,
        };
        let named = !origin.is_empty() && !origin.contains(|c: char| c.is_whitespace() || c == '+');
        (named && head.text() == format!("{origin}\n{size}\n{root}\n")).then_some(head)
    }

    /// Signs it; the key's name is the origin.
    pub fn sign(self, key: &SecretKey) -> Result<Checkpoint, String> {
        let signature = key.sign_bytes(self.text().as_bytes())?;
        let id = key_id(&self.origin, key.public());
        Ok(Checkpoint {
            signatures: vec![NoteSignature {
                name: self.origin.clone(),
                id,
                bytes: signature.to_vec(),
            }],
            head: self,
        })
    }
}

fn hash(text: &str) -> Option<Hash> {
    STANDARD.decode(text).ok()?.try_into().ok()
}

/// Id of an Ed25519 key under a name.
fn key_id(name: &str, key: &PublicKey) -> [u8; 4] {
    let digest = sha256_of(&[name.as_bytes(), b"\n", &[ED25519_TYPE], key.bytes()]);
    let [a, b, c, d, ..] = digest;
    [a, b, c, d]
}

/// One signature line of a note.
#[derive(Debug, Clone, PartialEq, Eq)]
struct NoteSignature {
    name: String,
    id: [u8; 4],
    bytes: Vec<u8>,
}

/// What signatures say of a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignedBy {
    /// A known key signed it: its id in the form of minisign.
    Known(String),
    /// Only unknown keys signed it.
    Unknown,
    /// It bears the name and id of a known key, but the signature is not over this text.
    Forged,
}

/// A signed tree head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    head: TreeHead,
    signatures: Vec<NoteSignature>,
}

impl Checkpoint {
    /// The tree head.
    pub fn head(&self) -> &TreeHead {
        &self.head
    }

    /// The note.
    pub fn text(&self) -> String {
        let mut text = self.head.text();
        text.push('\n');
        for signature in &self.signatures {
            let body = STANDARD.encode([&signature.id[..], &signature.bytes].concat());
            text.push_str(&format!("{DASH}{} {body}\n", signature.name));
        }
        text
    }

    /// Reads one note, which must be in the exact form.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = || "is no signed checkpoint".to_owned();
        if text.len() > MAX_TEXT {
            return Err("is too long for a checkpoint".to_owned());
        }
        let (head, signatures) = text.split_once("\n\n").ok_or_else(wrong)?;
        let mut lines = head.split('\n');
        let mut line = || lines.next().ok_or_else(wrong);
        let head = TreeHead::parse([line()?, line()?, line()?]).ok_or_else(wrong)?;
        let signatures: Option<Vec<_>> = signatures
            .split_terminator('\n')
            .take(MAX_SIGNATURES + 1)
            .map(note_signature)
            .collect();
        let signatures = signatures
            .filter(|s| (1..=MAX_SIGNATURES).contains(&s.len()))
            .ok_or_else(wrong)?;
        let read = Self { head, signatures };
        if read.text() == text {
            Ok(read)
        } else {
            Err("is no checkpoint in its exact form".to_owned())
        }
    }

    /// Whether one of these keys signed it.
    pub fn signed_by<'a>(&self, keys: impl Iterator<Item = &'a PublicKey>) -> SignedBy {
        let text = self.head.text();
        for key in keys {
            let id = key_id(&self.head.origin, key);
            let own = |s: &&NoteSignature| s.name == self.head.origin && s.id == id;
            if let Some(signature) = self.signatures.iter().find(own) {
                let bytes: Result<[u8; 64], _> = signature.bytes.as_slice().try_into();
                let good = bytes.is_ok_and(|bytes| key.verifies(text.as_bytes(), &bytes));
                return if good {
                    SignedBy::Known(key.id())
                } else {
                    SignedBy::Forged
                };
            }
        }
        SignedBy::Unknown
    }
}

fn note_signature(line: &str) -> Option<NoteSignature> {
    let (name, body) = line.strip_prefix(DASH)?.rsplit_once(' ')?;
    let bytes = STANDARD.decode(body).ok()?;
    let (id, rest) = bytes.split_first_chunk::<4>()?;
    Some(NoteSignature {
        name: name.to_owned(),
        id: *id,
        bytes: rest.to_vec(),
    })
}

/// Notes that stand one after the other, each followed by an empty line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checkpoints {
    /// The checkpoints in their order.
    pub all: Vec<Checkpoint>,
    /// Bytes of these.
    pub bytes: usize,
    /// Bytes behind the last whole one: one that was not written to its end.
    pub torn: usize,
    /// What is wrong with the first that is none.
    pub fault: Option<String>,
}

impl Checkpoints {
    /// Reads them.
    pub fn read(bytes: &[u8]) -> Self {
        let mut read = Self::default();
        let mut rest = bytes;
        while !rest.is_empty() {
            // A note ends with its last signature line; the empty line behind it is the second one.
            let Some(end) = end_of_note(rest) else {
                read.torn = rest.len();
                break;
            };
            let (note, after) = rest.split_at(end);
            let text = note.strip_suffix(b"\n").unwrap_or(note);
            let parsed = std::str::from_utf8(text)
                .map_err(|_| "is not UTF-8".to_owned())
                .and_then(Checkpoint::parse);
            match parsed {
                Ok(checkpoint) => read.all.push(checkpoint),
                Err(why) => {
                    read.fault = Some(format!("checkpoint {} {why}", read.all.len() + 1));
                    break;
                }
            }
            read.bytes += end;
            rest = after;
        }
        read
    }
}

fn end_of_note(bytes: &[u8]) -> Option<usize> {
    let mut blanks = bytes.windows(2).enumerate().filter(|(_, w)| *w == b"\n\n");
    blanks.nth(1).map(|(at, _)| at + 2)
}

/// A proof that an entry of a journal is in the tree of a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InclusionProof {
    /// The entry's line without LF: the leaf.
    pub line: Vec<u8>,
    /// Its number, from 0.
    pub index: u64,
    /// The audit path, the leaf's sibling first.
    pub path: Vec<Hash>,
    /// The checkpoint.
    pub checkpoint: Checkpoint,
}

impl InclusionProof {
    /// The proof as text. The leaf itself stands in the line `extra`.
    pub fn text(&self) -> String {
        let mut text = format!(
            "{PROOF}\nextra {}\nindex {}\n",
            STANDARD.encode(&self.line),
            self.index
        );
        for hash in &self.path {
            text.push_str(&STANDARD.encode(hash));
            text.push('\n');
        }
        text.push('\n');
        text.push_str(&self.checkpoint.text());
        text
    }

    /// Reads a proof in its exact form.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = || "is no inclusion proof of a journal".to_owned();
        if text.len() > 2 * MAX_TEXT {
            return Err("is too long for an inclusion proof".to_owned());
        }
        let (head, checkpoint) = text.split_once("\n\n").ok_or_else(wrong)?;
        let mut lines = head.split('\n');
        if lines.next() != Some(PROOF) {
            return Err(wrong());
        }
        let extra = lines.next().and_then(|l| l.strip_prefix("extra "));
        let index = lines.next().and_then(|l| l.strip_prefix("index "));
        let path: Option<Vec<Hash>> = lines.map(hash).collect();
        let proof = Self {
            line: extra
                .and_then(|e| STANDARD.decode(e).ok())
                .ok_or_else(wrong)?,
            index: index.and_then(|i| i.parse().ok()).ok_or_else(wrong)?,
            path: path.ok_or_else(wrong)?,
            checkpoint: Checkpoint::parse(checkpoint)?,
        };
        if proof.text() == text {
            Ok(proof)
        } else {
            Err("is no inclusion proof in its exact form".to_owned())
        }
    }

    /// Whether the line is in the tree of the checkpoint.
    pub fn holds(&self) -> bool {
        let leaf = merkle::leaf_hash(&self.line);
        let head = self.checkpoint.head();
        merkle::root_of_inclusion(leaf, self.index, head.size, &self.path) == Some(head.root)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::merkle::{inclusion, leaf_hash, root};

    fn lines() -> Vec<String> {
        (0..7).map(|n| format!("{{\"seq\":{n}}}")).collect()
    }

    fn proof(key: &SecretKey) -> InclusionProof {
        let leaves: Vec<Hash> = lines().iter().map(|l| leaf_hash(l.as_bytes())).collect();
        let head = TreeHead {
            origin: "wangxun-journal/main/00ff".to_owned(),
            size: 7,
            root: root(&leaves),
        };
        InclusionProof {
            line: lines()[4].clone().into_bytes(),
            index: 4,
            path: inclusion(&leaves, 4).unwrap(),
            checkpoint: head.sign(key).unwrap(),
        }
    }

    #[test]
    fn a_note_of_the_specification_is_verified() {
        // The example of C2SP tlog-checkpoint; its key is not published, so the form alone is held to it.
        let text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\
                    \u{2014} example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n";
        let read = Checkpoint::parse(text).unwrap();
        assert_eq!(read.head().size, 20_852_163);
        assert_eq!(read.text(), text);
        let key = SecretKey::generate().unwrap();
        assert_eq!(
            read.signed_by([key.public()].into_iter()),
            SignedBy::Unknown
        );
    }

    #[test]
    fn checkpoints_are_signed_and_every_change_is_noticed() {
        let key = SecretKey::generate().unwrap();
        let checkpoint = proof(&key).checkpoint;
        let known = SignedBy::Known(key.public().id());
        assert_eq!(checkpoint.signed_by([key.public()].into_iter()), known);
        let text = checkpoint.text();
        for at in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= 1;
            let Ok(changed) = String::from_utf8(bytes) else {
                continue;
            };
            let signed =
                Checkpoint::parse(&changed).map(|c| c.signed_by([key.public()].into_iter()));
            assert_ne!(signed, Ok(known.clone()), "byte {at}");
        }
    }

    #[test]
    fn proofs_hold_and_every_change_is_noticed() {
        let key = SecretKey::generate().unwrap();
        let text = proof(&key).text();
        assert!(InclusionProof::parse(&text).unwrap().holds());
        let known = SignedBy::Known(key.public().id());
        for at in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= 1;
            let Ok(changed) = String::from_utf8(bytes) else {
                continue;
            };
            let good = InclusionProof::parse(&changed).is_ok_and(|p| {
                p.holds() && p.checkpoint.signed_by([key.public()].into_iter()) == known
            });
            assert!(!good, "byte {at}");
        }
    }

    #[test]
    fn a_file_of_checkpoints_is_read_up_to_its_torn_tail() {
        let key = SecretKey::generate().unwrap();
        let one = format!("{}\n", proof(&key).checkpoint.text());
        let all = one.repeat(3);
        for cut in 0..all.len() {
            let read = Checkpoints::read(&all.as_bytes()[..cut]);
            assert_eq!(read.all.len(), cut / one.len(), "{cut}");
            assert_eq!((read.bytes + read.torn, read.fault), (cut, None));
        }
        let strange = all.replacen("\n7\n", "\n07\n", 1);
        assert!(Checkpoints::read(strange.as_bytes()).fault.is_some());
    }

    proptest::proptest! {
        #[test]
        fn foreign_text_never_panics(text in "[ -~\n\u{2014}]{0,400}") {
            let _ = (Checkpoint::parse(&text), InclusionProof::parse(&text));
            Checkpoints::read(text.as_bytes());
        }
    }
}
