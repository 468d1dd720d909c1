//! The forms of a list: a withdrawal stands in all of them, deltas lead from one issue to the next byte for byte, and what is
//! read again was signed.

use super::list_sample::{
    Keys, at, confirm, determination, draft, entry, header, list, mixed, withdrawn,
};
use proptest::prelude::*;
use std::collections::BTreeMap;
use wangxun::export::takedown::{action_forms, delta, sha256_hex};
use wangxun::model::takedown::entry::ActionEntry;
use wangxun::model::takedown::header::ListPoint;
use wangxun::model::takedown::list::TakedownList;
use wangxun::wire::takedown::{ListFile, to_bytes};

fn text(list: &TakedownList, ending: &str) -> String {
    let forms = action_forms(list).unwrap();
    let form = forms.iter().find(|f| f.name.ends_with(ending)).unwrap();
    String::from_utf8_lossy(&form.bytes).into_owned()
}

#[test]
fn a_withdrawal_reaches_every_form_in_the_same_serial() {
    let before = list(
        1,
        vec![entry("domain:shop.example"), entry("domain:stays.example")],
    );
    let after = list(
        2,
        vec![
            withdrawn(entry("domain:shop.example")),
            entry("domain:stays.example"),
        ],
    );
    let id = entry("domain:shop.example").id().to_owned();
    assert!(
        text(&before, ".rpz").contains("\nshop.example CNAME .\n*.")
            || text(&before, ".rpz").contains("\nshop.example CNAME .\n")
    );
    for (form, shown) in [
        (".domains.txt", "# withdrawn shop.example"),
        (".hosts", "# withdrawn shop.example"),
        (".rpz", "; withdrawn shop.example"),
        (".csv", "已撤回"),
        (".json", "\"state\":\"withdrawn\""),
        (".stix.json", "\"revoked\":true"),
        (".xarf.jsonl", "wangxun:withdrawn"),
    ] {
        let text = text(&after, form);
        assert!(text.contains(shown), "{form}: {text}");
        assert!(text.contains(&id), "{form} names the entry");
        assert!(!super::forms::text(&before, form).contains(shown), "{form}");
    }
    for form in [".domains.txt", ".hosts", ".rpz"] {
        let after = text(&after, form);
        let blocked = after
            .lines()
            .filter(|l| !l.starts_with(['#', ';']))
            .any(|l| l.contains("shop.example"));
        assert!(!blocked, "{form}: {after}");
    }
    assert!(
        text(&after, ".rpz").contains(" 2 3600 "),
        "the zone has the list's serial"
    );
}

#[test]
fn forms_are_the_same_each_time_and_neutral() {
    let (one, two) = (
        action_forms(&mixed()).unwrap(),
        action_forms(&mixed()).unwrap(),
    );
    assert_eq!(one, two);
    let csv = text(&mixed(), ".csv");
    assert!(csv.contains("'=保本保息"), "{csv}");
    assert!(!csv.contains(",=保本"));
    let zone = text(&mixed(), ".rpz");
    let owners: Vec<&str> = zone
        .lines()
        .filter_map(|l| l.strip_suffix(" CNAME ."))
        .collect();
    let mut once = owners.clone();
    once.dedup();
    assert_eq!(owners, once);
    assert!(owners.contains(&"*.xn--fsqu00a.test") && owners.iter().all(|o| o.is_ascii()));
    assert!(owners.contains(&"25.128.113.0.203.rpz-ip"), "{owners:?}");
}

#[test]
fn a_list_that_is_read_again_was_signed() {
    let file = ListFile::from(&mixed());
    let bytes = file.to_bytes().unwrap();
    let again = ListFile::parse(&bytes).unwrap().confirm(&Keys).unwrap();
    assert!(ListFile::from(&again) == file);
    let text = String::from_utf8(bytes).unwrap();
    for (from, to) in [
        ("以承诺保本付息方式", "以其他方式"),
        (
            "domain\",\"valid_from\":\"2026-11-26\",\"value\":\"shop.example\"",
            "domain\",\"valid_from\":\"2026-11-26\",\"value\":\"good.example\"",
        ),
        ("\"甲某:", "\"甲某;"),
        ("\"measure\":\"block\"", "\"measure\":\"warn\""),
    ] {
        assert!(text.contains(from), "{from}");
        let changed = text.replacen(from, to, 1);
        let read = ListFile::parse(changed.as_bytes()).and_then(|f| f.confirm(&Keys));
        assert!(read.is_err(), "{from} -> {to}");
    }
    let spaced = text.replacen(",", ", ", 1);
    assert!(
        ListFile::parse(spaced.as_bytes()).is_err(),
        "only the canonical form is read"
    );
}

/// A step of the history: which of thirty targets, and what happens to it.
fn steps() -> impl Strategy<Value = Vec<Vec<(u8, u8)>>> {
    prop::collection::vec(prop::collection::vec((0u8..30, 0u8..3), 0..4), 50)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn deltas_one_to_fifty_give_the_full_list_byte_for_byte(steps in steps()) {
        let proofs = [1, 2].map(|n| confirm(determination(&format!("虚处非认〔2026〕{n}号"))));
        let mut entries: BTreeMap<u8, ActionEntry> = BTreeMap::new();
        let mut previous: Option<(ListPoint, ListFile)> = None;
        let (mut full, mut applied): (Vec<u8>, Vec<u8>) = (Vec::new(), Vec::new());
        for (serial, changes) in (1u32..).zip(&steps) {
            for (n, what) in changes {
                let fresh = || {
                    let proof = &proofs[usize::from(n % 2)].0;
                    ActionEntry::new(proof, draft(&format!("domain:shop-{n}.example")).unwrap()).unwrap()
                };
                let known = entries.remove(n).unwrap_or_else(fresh);
                let next = match what {
                    0 => known,
                    1 => withdrawn(known),
                    _ => known.seen_again(at(serial % 24)),
                };
                entries.insert(*n, next);
            }
            let head = header(serial, previous.as_ref().map(|(p, _)| p.clone()));
            let list = TakedownList::new(head, proofs.clone(), entries.values().cloned().collect());
            let file = ListFile::from(&list);
            full = file.to_bytes().unwrap();
            match &previous {
                None => applied = full.clone(),
                Some((_, old)) => {
                    let change = to_bytes(&delta::between(old, &file).unwrap()).unwrap();
                    let change = delta::parse(&change).unwrap();
                    let skipped = delta::apply(&full, &change);
                    prop_assert!(skipped.is_err(), "a delta fits one issue only");
                    applied = delta::apply(&applied, &change).unwrap();
                }
            }
            prop_assert_eq!(&applied, &full, "serial {}", serial);
            previous = Some((ListPoint { serial, sha256: sha256_hex(&full) }, file));
        }
        prop_assert_eq!(applied, full);
    }
}
