//! Advertisements that do not say what they are (广告法第十四条).

use super::super::findings::whole;
use super::super::group::Group;
use super::super::strength::scale;
use super::{Judge, Subject};
use crate::model::ad::AdLabel;
use crate::model::finding::{Finding, Strength};

impl Judge {
    /// The finding that a paid slot of text shows no mark. Images and frames may show one that the markup does not hold;
    /// nothing is said of them.
    pub(super) fn unlabelled(&self, group: &Group<'_>, subject: &Subject<'_>) -> Option<Finding> {
        let slot = group.slot?;
        let ad = subject.ads.iter().find(|ad| ad.slot == slot)?;
        if ad.label != AdLabel::Missing || !ad.is_paid() {
            return None;
        }
        let rule = self.rule("AD-14", subject.date)?;
        let block = group.body().max_by_key(|b| b.text.original.len())?;
        let mut kinds: Vec<&str> = ad.signals.iter().map(|s| s.kind.label()).collect();
        kinds.dedup();
        let remark = format!(
            "付费广告位({})中未见“广告”字样;样式或脚本另行标示的须看页面截图",
            kinds.join("、")
        );
        let mut finding = whole(rule, block, remark);
        // The absence of something that a style sheet may draw is a weak sign.
        finding.strength = Strength::D;
        scale(&mut finding, &self.scoring);
        Some(finding)
    }
}
