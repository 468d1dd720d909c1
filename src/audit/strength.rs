//! One finding for each rule and place; strength by what stands together (catalogue section 4).

use super::findings::order;
use super::group::Group;
use super::raising::Raising;
use crate::model::finding::{Finding, Strength};
use crate::model::page::BlockRole;
use crate::model::reading::ReadBlock;
use crate::model::scoring::Scoring;
use std::collections::BTreeMap;

/// Rules that show a promised return or the raising of money: beside them other words weigh more.
const STRUCTURE: [&str; 8] = [
    "AD-25-1", "AD-26-1", "AD-27-3", "AM-1", "IF-11", "IF-19-3", "YD-8", "YD-REL",
];

/// Settles severity, strength and points of a group's findings. A register's contradiction and who is paid come later, from the page
/// as a whole (see [`super::identity`]).
pub(super) fn settle(
    mut findings: Vec<Finding>,
    group: &Group<'_>,
    raising: &Raising<'_>,
    missing: bool,
    scoring: &Scoring,
) -> Vec<Finding> {
    findings.sort_by(order);
    thin_out(&mut findings);
    for finding in findings.iter_mut().filter(|f| f.rule == "IF-11") {
        raising.settle(group, finding);
    }
    // What a machine has read in an image proves no structure until somebody has looked.
    let structure = findings.iter().any(|f| {
        STRUCTURE.contains(&f.rule.as_str()) && !of_image(group.blocks.iter().copied(), f)
    });
    let promise = findings
        .iter()
        .any(|f| matches!(f.rule.as_str(), "AD-25-1" | "YD-8" | "IF-11" | "AD-26-1"));
    for finding in &mut findings {
        finding.strength = match (finding.severity, structure, finding.rule.as_str()) {
            (0 | 1, _, _) => Strength::D,
            (_, _, "QL-1" | "QL-3" | "ID-FAKE") => Strength::C,
            (_, true, _) => Strength::B,
            _ => Strength::C,
        };
        if finding.rule == "QL-1" && promise && missing {
            finding.severity = (finding.severity + 1).min(5);
        }
    }
    for finding in &mut findings {
        scale(finding, scoring);
    }
    findings
}

/// Whether a finding stands in text that a machine has read in an image.
fn of_image<'a>(mut blocks: impl Iterator<Item = &'a ReadBlock>, finding: &Finding) -> bool {
    let block = blocks.find(|b| b.index == finding.block);
    block.is_some_and(|b| b.role == BlockRole::Image)
}

/// Marks findings in text that a machine has read in an image. Such text may hold wrong characters and figures, so that it is
/// never more than words (C).
pub(super) fn mark_images(findings: &mut [Finding], blocks: &[ReadBlock]) {
    for finding in findings.iter_mut().filter(|f| of_image(blocks.iter(), f)) {
        finding.strength = finding.strength.max(Strength::C);
        let stop = if finding.remark.is_empty() { "" } else { ";" };
        finding.remark = format!("{}{stop}{READ_BY_MACHINE}", finding.remark);
    }
}

/// The remark on every finding in an image.
const READ_BY_MACHINE: &str = "图片中的文字,由机器识别(OCR),数字与用字须与原图目视核对";

/// Turns the units of a finding's parts into points.
pub(super) fn scale(finding: &mut Finding, scoring: &Scoring) {
    for part in &mut finding.contributions {
        part.points *= scoring.unit(part.name);
    }
}

/// Quotes of one rule that a verdict lists at most; where more stand, the first one's remark says so.
pub const PER_RULE: usize = 3;

/// Keeps the strongest and earliest quotes of each rule, none twice, and says on the first how many more there are.
fn thin_out(findings: &mut Vec<Finding>) {
    let mut kept: Vec<Finding> = Vec::new();
    let mut more: BTreeMap<String, usize> = BTreeMap::new();
    for finding in findings.drain(..) {
        let overlaps =
            |k: &Finding| k.span.start < finding.span.end && finding.span.start < k.span.end;
        let mut same = kept.iter().filter(|k| k.rule == finding.rule);
        if same.clone().any(overlaps) {
            continue;
        }
        if same.by_ref().count() < PER_RULE {
            kept.push(finding);
        } else {
            *more.entry(finding.rule).or_default() += 1;
        }
    }
    for (rule, count) in more {
        if let Some(first) = kept.iter_mut().find(|k| k.rule == rule) {
            let stop = if first.remark.is_empty() { "" } else { ";" };
            first.remark = format!("{}{stop}同一规则另有 {count} 处未列出", first.remark);
        }
    }
    *findings = kept;
}
