//! The four elements of unlawful fund-raising (司法解释 2022 art. 1) for IF-11: all of them together make it the gravest.

use super::group::Group;
use super::speaker::Speaker;
use crate::model::claim::ClaimKind;
use crate::model::finding::Finding;
use crate::model::who::WhoWords;

/// What the elements are looked for with.
pub(super) struct Raising<'a> {
    pub(super) speaker: &'a Speaker,
    pub(super) words: &'a WhoWords,
    /// Whether the text stood on a page that anybody can open.
    pub(super) on_the_web: bool,
}

impl Raising<'_> {
    /// Severity 5 with all four elements, else 4; the remark says what was found of each.
    pub(super) fn settle(&self, group: &Group<'_>, finding: &mut Finding) {
        let elements = [
            ("非法性", self.unlicensed()),
            ("公开性", self.open(group)),
            ("利诱性", promised(group)),
            ("社会性", self.to_anybody(group)),
        ];
        let met = elements.iter().filter(|(_, how)| how.is_some()).count();
        let all = met == elements.len();
        finding.severity = finding.severity.min(if all { 5 } else { 4 });
        let told: Vec<String> = elements
            .into_iter()
            .filter_map(|(name, how)| how.map(|how| format!("{name}({how})")))
            .collect();
        let stop = if finding.remark.is_empty() { "" } else { ";" };
        finding.remark = format!(
            "{}{stop}四要素见{met}项:{}",
            finding.remark,
            told.join("、")
        );
    }

    fn unlicensed(&self) -> Option<String> {
        match self.speaker {
            Speaker::Licensed(_) => None,
            Speaker::Mentions(_) | Speaker::Unnamed => Some("未见许可,待核".into()),
        }
    }

    fn open(&self, group: &Group<'_>) -> Option<String> {
        if self.on_the_web {
            return Some("公开网页".into());
        }
        let reachable = !group.contacts().is_empty() || group.has(ClaimKind::CallToAction);
        reachable.then(|| "公布联系方式".into())
    }

    /// Addresses anybody and restricts itself to nobody.
    fn to_anybody(&self, group: &Group<'_>) -> Option<String> {
        let holds = |list: &[String]| {
            list.iter()
                .find(|w| group.body().any(|b| b.text.plain.contains(w.as_str())))
                .cloned()
        };
        match (holds(&self.words.restricted), holds(&self.words.public)) {
            (None, Some(word)) => Some(format!("「{word}」")),
            _ => None,
        }
    }
}

/// A promised return: a guarantee, or a figure.
fn promised(group: &Group<'_>) -> Option<String> {
    let kinds = [ClaimKind::Guarantee, ClaimKind::HighYield, ClaimKind::Yield];
    let claim = group
        .asserted()
        .find(|(_, c)| kinds.contains(&c.kind) || c.term == "raise-return");
    claim.map(|(block, c)| {
        let quote = block.text.original.get(c.original.clone()).unwrap_or("");
        format!("「{}」", quote.chars().take(20).collect::<String>())
    })
}
