//! Lists under a lead-in: what a notice forbids, asks about or warns of is not claimed by it.

use crate::model::claim::Polarity;
use crate::model::page::BlockRole;
use crate::model::reading::ReadBlock;
use std::borrow::Cow;

/// The mark of words that make a lead-in of a block which ends with a colon.
const LEAD: &str = "lead-in";

/// Blocks with the claims of governed lists turned: a block that ends with a colon and forbids, warns or announces
/// clean-up (不得从事下列活动:) speaks for the list items and numbered paragraphs that follow it.
pub(super) fn turned(blocks: &[ReadBlock]) -> Cow<'_, [ReadBlock]> {
    if !blocks.iter().any(leads) {
        return Cow::Borrowed(blocks);
    }
    let mut governed = false;
    let mut turned = blocks.to_vec();
    for block in &mut turned {
        if leads(block) {
            governed = true;
        } else if governed && !continues(block) {
            governed = false;
        }
        if governed {
            list(block);
        }
    }
    Cow::Owned(turned)
}

fn list(block: &mut ReadBlock) {
    for claim in &mut block.claims {
        if claim.polarity == Polarity::Asserted && !claim.term.starts_with("contact-") {
            claim.polarity = Polarity::Listed;
        }
    }
}

fn leads(block: &ReadBlock) -> bool {
    block.text.plain.trim_end().ends_with([':', '：']) && block.marks.iter().any(|m| m.id == LEAD)
}

/// Whether a block still belongs to the list: an item, a heading between items, or a paragraph that begins with a number,
/// a bracket or a quotation mark.
fn continues(block: &ReadBlock) -> bool {
    let numbered =
        |c: char| c.is_ascii_digit() || "(（“\"「『一二三四五六七八九十①②③④⑤⑥⑦⑧⑨⑩●·•-—".contains(c);
    match block.role {
        BlockRole::ListItem | BlockRole::Heading | BlockRole::Cell | BlockRole::Quote => true,
        BlockRole::Paragraph | BlockRole::Other => {
            block.text.plain.trim_start().starts_with(numbered)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::claim::{Claim, ClaimKind};
    use crate::model::cue::CueHit;
    use crate::model::offset_map::NormalText;

    fn block(role: BlockRole, plain: &str, lead: bool) -> ReadBlock {
        let claim = Claim {
            kind: ClaimKind::Guarantee,
            plain: 0..3,
            original: 0..3,
            polarity: Polarity::Asserted,
            term: "t".into(),
            rules: Vec::new(),
            figure: None,
            evaded: false,
        };
        ReadBlock {
            index: 0,
            role,
            path: String::new(),
            start: 0,
            slot: None,
            href: None,
            text: NormalText {
                original: plain.into(),
                plain: plain.into(),
                ..NormalText::default()
            },
            claims: vec![claim],
            cues: Vec::new(),
            marks: lead
                .then(|| CueHit {
                    id: LEAD.into(),
                    number: 0,
                    plain: 0..3,
                })
                .into_iter()
                .collect(),
            topics: Vec::new(),
            words: Vec::new(),
        }
    }

    fn polarities(blocks: &[ReadBlock]) -> Vec<Polarity> {
        let blocks = turned(blocks);
        blocks
            .iter()
            .flat_map(|b| b.claims.iter().map(|c| c.polarity))
            .collect()
    }

    #[test]
    fn a_forbidding_lead_in_governs_its_list_and_no_more() {
        let found = polarities(&[
            block(BlockRole::Paragraph, "不得有下列行为：", true),
            block(BlockRole::ListItem, "承诺保本；", false),
            block(BlockRole::Paragraph, "（二）承诺收益。", false),
            block(BlockRole::Paragraph, "我们保本。", false),
            block(BlockRole::ListItem, "保本保息", false),
        ]);
        let (l, a) = (Polarity::Listed, Polarity::Asserted);
        assert_eq!(found, [l, l, l, a, a]);
    }

    #[test]
    fn a_plain_lead_in_governs_nothing() {
        let found = polarities(&[
            block(BlockRole::Paragraph, "产品优势：", false),
            block(BlockRole::ListItem, "保本保息", false),
        ]);
        assert_eq!(found, [Polarity::Asserted, Polarity::Asserted]);
    }
}
