//! What the audit is given: a page's blocks, normalised and searched for claims.

use super::claim::Claim;
use super::cue::CueHit;
use super::offset_map::NormalText;
use super::page::BlockRole;

/// One block, normalised, with its claims and the cues of its context.
#[derive(Debug, Clone)]
pub struct ReadBlock {
    /// Index of the block in the page.
    pub index: usize,
    /// What kind of place it is.
    pub role: BlockRole,
    /// Where it stood (CSS path; empty for bare texts).
    pub path: String,
    /// Byte offset of the block in the text record.
    pub start: usize,
    /// Number of the advertisement container, if it stands in one.
    pub slot: Option<u32>,
    /// Landing address of the link it stands in, if any.
    pub href: Option<String>,
    /// Text with the obfuscation undone.
    pub text: NormalText,
    /// Claims found in it.
    pub claims: Vec<Claim>,
    /// Cues of context met in it.
    pub cues: Vec<CueHit>,
    /// Named facts about speaker or trade met in it.
    pub marks: Vec<CueHit>,
    /// High-incidence topics met in it (tags, never rules).
    pub topics: Vec<CueHit>,
    /// Words of the trained model met in it: indices into [`super::wording::Wording::words`], sorted, without doubles.
    pub words: Vec<u32>,
}
