//! What differs between two judgements of a page.

use crate::audit::PER_RULE;
use crate::wire::manifest::StoredFinding;
use crate::wire::reaudit::{ChangeKind, FindingChange};

/// What differs between two lists of findings of a page, sorted. A finding is the same when its rule and advertiser are
/// and its quote is, or overlaps: a word more or less in a quote is no other finding. Where a list is cut, because the
/// judge lists only so many quotes of a rule, what it does not hold may still stand in the page and is not counted.
pub(super) fn differences(before: &[StoredFinding], after: &[StoredFinding]) -> Vec<FindingChange> {
    let mut open: Vec<Option<&StoredFinding>> = after.iter().map(Some).collect();
    let mut changes = Vec::new();
    let mut unmatched = Vec::new();
    for old in before {
        let exact = |new: &StoredFinding| same_matter(old, new) && old.quote == new.quote;
        match take(&mut open, &exact) {
            Some(new) => changes.extend(reweighed(old, new)),
            None => unmatched.push(old),
        }
    }
    for old in unmatched {
        let alike = |new: &StoredFinding| same_matter(old, new) && overlap(old, new);
        match take(&mut open, &alike) {
            Some(new) => changes.extend(reweighed(old, new)),
            None if is_cut(after, &old.rule) => {}
            None => changes.push(change(ChangeKind::Lost, old, Some(old.severity), None)),
        }
    }
    for new in open.into_iter().flatten() {
        if !is_cut(before, &new.rule) {
            changes.push(change(ChangeKind::New, new, None, Some(new.severity)));
        }
    }
    changes.sort();
    changes.dedup();
    changes
}

/// Takes the first that fits out of the list.
fn take<'a>(
    open: &mut [Option<&'a StoredFinding>],
    fits: &dyn Fn(&StoredFinding) -> bool,
) -> Option<&'a StoredFinding> {
    let found = open.iter_mut().find(|slot| slot.is_some_and(fits))?;
    found.take()
}

fn same_matter(a: &StoredFinding, b: &StoredFinding) -> bool {
    a.rule == b.rule && a.advertiser == b.advertiser
}

fn overlap(a: &StoredFinding, b: &StoredFinding) -> bool {
    a.quote.contains(&b.quote) || b.quote.contains(&a.quote) || a.start < b.end && b.start < a.end
}

fn is_cut(list: &[StoredFinding], rule: &str) -> bool {
    list.iter().filter(|f| f.rule == rule).count() >= PER_RULE
}

/// Named by the quote of the first judgement, under which lists know it.
fn reweighed(old: &StoredFinding, new: &StoredFinding) -> Option<FindingChange> {
    let (was, now) = (Some(old.severity), Some(new.severity));
    (was != now).then(|| change(ChangeKind::Severity, old, was, now))
}

fn change(
    change: ChangeKind,
    of: &StoredFinding,
    was: Option<u8>,
    now: Option<u8>,
) -> FindingChange {
    FindingChange {
        change,
        rule: of.rule.clone(),
        quote: of.quote.clone(),
        advertiser: of.advertiser.clone(),
        was,
        now,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(rule: &str, quote: &str, severity: u8) -> StoredFinding {
        StoredFinding {
            rule: rule.into(),
            title: String::new(),
            basis: String::new(),
            severity,
            strength: "C".into(),
            quote: quote.into(),
            start: 0,
            end: 0,
            block: 0,
            path: String::new(),
            remark: String::new(),
            advertiser: None,
            contributions: Vec::new(),
            image: None,
        }
    }

    fn told(before: &[StoredFinding], after: &[StoredFinding]) -> Vec<(ChangeKind, String)> {
        let changes = differences(before, after).into_iter();
        changes.map(|c| (c.change, c.quote)).collect()
    }

    #[test]
    fn new_lost_and_reweighed_findings_are_told() {
        let before = [
            finding("A", "甲", 3),
            finding("A", "乙", 3),
            finding("B", "甲", 2),
        ];
        let after = [
            finding("A", "甲", 4),
            finding("B", "甲", 2),
            finding("C", "丙", 2),
        ];
        let expected = [
            (ChangeKind::New, "丙".to_owned()),
            (ChangeKind::Lost, "乙".to_owned()),
            (ChangeKind::Severity, "甲".to_owned()),
        ];
        assert_eq!(told(&before, &after), expected);
        assert!(told(&after, &after).is_empty());
    }

    #[test]
    fn quotes_that_a_full_list_does_not_hold_are_not_counted() {
        let full: Vec<StoredFinding> = ["一", "二", "三"].map(|q| finding("A", q, 3)).into();
        let other: Vec<StoredFinding> = ["零", "一", "二"].map(|q| finding("A", q, 3)).into();
        assert!(told(&full, &other).is_empty());
        let shorter = [finding("A", "一", 3)];
        let lost = [
            (ChangeKind::Lost, "三".to_owned()),
            (ChangeKind::Lost, "二".to_owned()),
        ];
        assert_eq!(told(&full, &shorter), lost);
    }

    #[test]
    fn a_quote_that_grew_is_the_same_finding() {
        let before = [finding("A", "保本保息", 4), finding("B", "保本保息", 3)];
        let after = [finding("A", "保本", 4), finding("B", "保本", 4)];
        let expected = [(ChangeKind::Severity, "保本保息".to_owned())];
        assert_eq!(told(&before, &after), expected);
        let mut elsewhere = finding("A", "保本", 4);
        elsewhere.advertiser = Some("http://shop.test/".into());
        assert_eq!(told(&before[..1], &[elsewhere]).len(), 2);
    }
}
