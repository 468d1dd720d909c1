//! Keys and signatures in the form of minisign (<https://jedisct1.github.io/minisign/>): Ed25519 (RFC 8032) over the
//! BLAKE2b-512 (RFC 7693) of the file, with a trusted comment that is signed as well. So anybody can check an item
//! with `minisign -Vm FILE -p KEY.pub`, without this program.

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, ParsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use blake2::digest::consts::U32;
use blake2::{Blake2b, Blake2b512, Digest};

/// Signature algorithm of keys.
const KEY_ALGORITHM: &[u8; 2] = b"Ed";
/// Signature algorithm of signatures over the BLAKE2b-512 of a file.
const PREHASHED: &[u8; 2] = b"ED";
/// Checksum algorithm of secret keys.
const CHECKSUM: &[u8; 2] = b"B2";
/// Bytes of a secret key file's body.
const SECRET_BYTES: usize = 2 + 2 + 2 + 32 + 8 + 8 + 8 + 64 + 32;
/// Where the key number of a secret key begins.
const SECRET_AT: usize = 2 + 2 + 2 + 32 + 8 + 8;
const UNTRUSTED: &str = "untrusted comment: ";
const TRUSTED: &str = "trusted comment: ";
/// No line of these files is longer (minisign's own bound on trusted comments).
const MAX_COMMENT: usize = 8192;

/// BLAKE2b-512 of a file, which is what is signed.
pub fn prehash(bytes: &[u8]) -> [u8; 64] {
    Blake2b512::digest(bytes).into()
}

/// A public key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublicKey {
    id: [u8; 8],
    key: [u8; 32],
}

impl PublicKey {
    /// Reads a `.pub` file, or its last line alone.
    pub fn parse(text: &str) -> Result<Self, String> {
        let body = text.lines().last().unwrap_or("");
        let bytes = STANDARD
            .decode(body.trim_end())
            .map_err(|_| "is no minisign public key".to_owned())?;
        let (algorithm, rest) = bytes.split_first_chunk::<2>().ok_or("is too short")?;
        if algorithm != KEY_ALGORITHM {
            return Err("is no minisign public key".to_owned());
        }
        let (id, key) = rest.split_first_chunk::<8>().ok_or("is too short")?;
        let key = key
            .try_into()
            .map_err(|_| "does not have 32 bytes".to_owned())?;
        ParsedPublicKey::new(&ED25519, key).map_err(|_| "is no Ed25519 key".to_owned())?;
        Ok(Self { id: *id, key })
    }

    /// The `.pub` file.
    pub fn to_text(&self) -> String {
        format!(
            "{UNTRUSTED}minisign public key {}\n{}\n",
            self.id(),
            self.line()
        )
    }

    /// The key in one line, as `minisign -P` takes it.
    pub fn line(&self) -> String {
        STANDARD.encode([&KEY_ALGORITHM[..], &self.id, &self.key].concat())
    }

    /// The key's number as minisign prints it: 16 hexadecimal digits.
    pub fn id(&self) -> String {
        id_text(&self.id)
    }

    /// The 32 bytes of RFC 8032.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.key
    }

    /// Whether `signature` is this key's over `message`.
    pub fn verifies(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        ParsedPublicKey::new(&ED25519, self.key)
            .is_ok_and(|key| key.verify_sig(message, signature).is_ok())
    }
}

fn id_text(id: &[u8; 8]) -> String {
    format!("{:016X}", u64::from_le_bytes(*id))
}

/// The number of the key that made a signature, from the second line of its file.
pub fn key_id_of(body: &str) -> Option<String> {
    let bytes = STANDARD.decode(body).ok()?;
    let (_, rest) = bytes.split_first_chunk::<2>()?;
    let (id, _) = rest.split_first_chunk::<8>()?;
    Some(id_text(id))
}

/// A secret key with its public one.
pub struct SecretKey {
    pair: Ed25519KeyPair,
    seed: [u8; 32],
    public: PublicKey,
}

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("SecretKey").field(&self.public.id()).finish()
    }
}

impl SecretKey {
    /// A new key from the system's source of randomness.
    pub fn generate() -> Result<Self, String> {
        let mut random = [0; 40];
        getrandom::fill(&mut random).map_err(|e| e.to_string())?;
        let (seed, id) = random.split_first_chunk::<32>().ok_or("no randomness")?;
        let id = id.try_into().map_err(|_| "no randomness".to_owned())?;
        Self::of(*seed, id)
    }

    fn of(seed: [u8; 32], id: [u8; 8]) -> Result<Self, String> {
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed).map_err(|e| e.to_string())?;
        let key = pair
            .public_key()
            .as_ref()
            .try_into()
            .map_err(|_| "does not have 32 bytes".to_owned())?;
        Ok(Self {
            pair,
            seed,
            public: PublicKey { id, key },
        })
    }

    /// Reads a secret key file that is not protected by a password (`minisign -G -W` makes such ones).
    pub fn parse(text: &str) -> Result<Self, String> {
        let body = text.lines().nth(1).unwrap_or("");
        let bytes = STANDARD
            .decode(body.trim_end())
            .map_err(|_| "is no minisign secret key".to_owned())?;
        if bytes.len() != SECRET_BYTES || !bytes.starts_with(KEY_ALGORITHM) {
            return Err("is no minisign secret key".to_owned());
        }
        if bytes.get(2..4) != Some(&[0, 0]) {
            return Err("is protected by a password, which unattended work cannot give".to_owned());
        }
        let (id, rest) = bytes
            .get(SECRET_AT..)
            .and_then(|b| b.split_first_chunk::<8>())
            .ok_or("is too short")?;
        let (seed, _) = rest.split_first_chunk::<32>().ok_or("is too short")?;
        let secret = Self::of(*seed, *id)?;
        if bytes == secret.body(&[0; 32]) || bytes == secret.body(&secret.checksum()) {
            return Ok(secret);
        }
        Err("is not a minisign secret key in its form".to_owned())
    }

    /// The body of the file, with its checksum.
    fn body(&self, checksum: &[u8; 32]) -> Vec<u8> {
        let mut body = Vec::with_capacity(SECRET_BYTES);
        body.extend_from_slice(KEY_ALGORITHM);
        body.extend_from_slice(&[0, 0]);
        body.extend_from_slice(CHECKSUM);
        body.resize(SECRET_AT, 0);
        body.extend_from_slice(&self.public.id);
        body.extend_from_slice(&self.seed);
        body.extend_from_slice(&self.public.key);
        body.extend_from_slice(checksum);
        body
    }

    /// BLAKE2b-256 of algorithm, number and secret, which some versions of minisign write.
    fn checksum(&self) -> [u8; 32] {
        let mut digest = Blake2b::<U32>::new();
        for part in [
            &KEY_ALGORITHM[..],
            &self.public.id,
            &self.seed,
            &self.public.key,
        ] {
            digest.update(part);
        }
        digest.finalize().into()
    }

    /// The secret key file. Its checksum is zero, as minisign writes it for keys without a password.
    pub fn to_text(&self) -> String {
        format!(
            "{UNTRUSTED}minisign secret key {} (keep it secret)\n{}\n",
            self.public.id(),
            STANDARD.encode(self.body(&[0; 32]))
        )
    }

    /// Its public key.
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// The bare signature of RFC 8032.
    pub fn sign_bytes(&self, message: &[u8]) -> Result<[u8; 64], String> {
        let signature = self.pair.try_sign(message).map_err(|e| e.to_string())?;
        signature
            .as_ref()
            .try_into()
            .map_err(|_| "does not have 64 bytes".to_owned())
    }

    /// Signs a file by its [`prehash`], with a comment of one line that is signed as well.
    pub fn sign(&self, prehash: &[u8; 64], comment: &str) -> Result<Signature, String> {
        if comment.chars().any(char::is_control) || comment.len() > MAX_COMMENT {
            return Err("the comment is not one line of at most 8,192 bytes".to_owned());
        }
        let signature = self.sign_bytes(prehash)?;
        let global = self.sign_bytes(&[&signature[..], comment.as_bytes()].concat())?;
        Ok(Signature {
            id: self.public.id,
            signature,
            comment: comment.to_owned(),
            global,
        })
    }
}

/// A signature with its trusted comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    id: [u8; 8],
    signature: [u8; 64],
    comment: String,
    global: [u8; 64],
}

impl Signature {
    /// Reads a `.minisig` file as this program writes it; another form is refused, so that every byte counts.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut lines = text.split('\n');
        let (_, body, comment, global) = (
            lines.next(),
            lines.next().unwrap_or(""),
            lines.next().unwrap_or(""),
            lines.next().unwrap_or(""),
        );
        let bytes = STANDARD
            .decode(body)
            .map_err(|_| "is no minisign signature".to_owned())?;
        let (algorithm, rest) = bytes.split_first_chunk::<2>().ok_or("is too short")?;
        if algorithm != PREHASHED {
            return Err("is not a signature over a BLAKE2b digest".to_owned());
        }
        let (id, signature) = rest.split_first_chunk::<8>().ok_or("is too short")?;
        let read = Self {
            id: *id,
            signature: exact(signature)?,
            comment: comment
                .strip_prefix(TRUSTED)
                .ok_or("has no trusted comment")?
                .to_owned(),
            global: exact(
                &STANDARD
                    .decode(global)
                    .map_err(|_| "has no signature over its comment".to_owned())?,
            )?,
        };
        if read.to_text() != text {
            return Err("is not in the form in which it is written".to_owned());
        }
        Ok(read)
    }

    /// The `.minisig` file.
    pub fn to_text(&self) -> String {
        let body = STANDARD.encode([&PREHASHED[..], &self.id, &self.signature].concat());
        let global = STANDARD.encode(self.global);
        format!(
            "{UNTRUSTED}signature by wangxun key {}\n{body}\n{TRUSTED}{}\n{global}\n",
            self.key_id(),
            self.comment
        )
    }

    /// The number of the key that made it.
    pub fn key_id(&self) -> String {
        id_text(&self.id)
    }

    /// What is signed besides the file.
    pub fn comment(&self) -> &str {
        &self.comment
    }

    /// Checks it against a key and a file's [`prehash`].
    pub fn check(&self, key: &PublicKey, prehash: &[u8; 64]) -> Result<(), String> {
        if key.id != self.id {
            return Err(format!("was made by key {}", self.key_id()));
        }
        if !key.verifies(prehash, &self.signature) {
            return Err("the signature is not over these bytes".to_owned());
        }
        let commented = [&self.signature[..], self.comment.as_bytes()].concat();
        if !key.verifies(&commented, &self.global) {
            return Err("the trusted comment is not the signed one".to_owned());
        }
        Ok(())
    }
}

fn exact(bytes: &[u8]) -> Result<[u8; 64], String> {
    bytes
        .try_into()
        .map_err(|_| "does not have 64 bytes".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ed25519_is_that_of_rfc_8032() {
        // Section 7.1, test 2.
        let seed = hex::decode("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
        let key = SecretKey::of(seed.unwrap().try_into().unwrap(), [0; 8]).unwrap();
        assert_eq!(
            hex::encode(key.public().bytes()),
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
        );
        assert_eq!(
            hex::encode(key.sign_bytes(&[0x72]).unwrap()),
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da\
             085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        );
    }

    #[test]
    fn keys_and_signatures_are_read_as_written() {
        let key = SecretKey::generate().unwrap();
        let again = SecretKey::parse(&key.to_text()).unwrap();
        assert_eq!(again.public(), key.public());
        assert_eq!(PublicKey::parse(&key.public().to_text()), Ok(*key.public()));
        let signed = again.sign(&prehash(b"abc"), "单位=某县 时间=1").unwrap();
        let read = Signature::parse(&signed.to_text()).unwrap();
        assert_eq!(read, signed);
        assert_eq!(read.check(key.public(), &prehash(b"abc")), Ok(()));
        assert!(read.check(key.public(), &prehash(b"abd")).is_err());
        let other = SecretKey::generate().unwrap();
        assert!(read.check(other.public(), &prehash(b"abc")).is_err());
        assert!(key.sign(&prehash(b""), "two\nlines").is_err());
        assert!(!format!("{key:?}").contains(&hex::encode(key.seed)));
    }

    #[test]
    fn every_changed_byte_of_a_signature_is_noticed() {
        let key = SecretKey::generate().unwrap();
        let text = key.sign(&prehash(b"abc"), "comment").unwrap().to_text();
        for at in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= 1;
            let good = String::from_utf8(bytes)
                .map_err(|e| e.to_string())
                .and_then(|text| Signature::parse(&text))
                .and_then(|s| s.check(key.public(), &prehash(b"abc")));
            assert!(good.is_err(), "byte {at}");
        }
    }

    #[test]
    fn a_key_with_a_password_is_refused() {
        let mut body = vec![0; SECRET_BYTES];
        body[..4].copy_from_slice(b"EdSc");
        let text = format!("{UNTRUSTED}x\n{}\n", STANDARD.encode(body));
        assert!(SecretKey::parse(&text).unwrap_err().contains("password"));
    }

    proptest::proptest! {
        #[test]
        fn foreign_text_never_panics(text in "[ -~\n]{0,300}") {
            let _ = (PublicKey::parse(&text), SecretKey::parse(&text), Signature::parse(&text));
        }
    }
}
