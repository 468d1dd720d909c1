//! What may not stand on a list: each wrong entry is refused with a message that names it and says what to do.

use super::list_sample::{Keys, at, confirm, day, determination, draft, entry, header, list};
use wangxun::model::determination::Confirmed;
use wangxun::model::rule::BasisGrade;
use wangxun::model::takedown::action::{Measure, Scope};
use wangxun::model::takedown::entry::{ActionEntry, EntryDraft};
use wangxun::model::takedown::guard::Guard;
use wangxun::model::takedown::header::{ListHeader, ListPoint};
use wangxun::model::takedown::list::TakedownList;
use wangxun::model::takedown::overrule::{OverruleDraft, Overruled};
use wangxun::model::takedown::target::TakedownTarget;
use wangxun::seeds::{load_protected, load_registers};

/// Targets that are refused for what they are: the target, the refusal's code, a word of the message.
const TARGETS: [(&str, &str, &str); 47] = [
    ("domain:com.cn", "public-suffix", "com.cn"),
    ("domain:cn", "single-label", "cn"),
    ("domain:github.io", "public-suffix", "github.io"),
    ("domain:gov.cn", "public-suffix", "gov.cn"),
    ("domain:yixian.gov.cn", "government", "gov.cn"),
    ("subdomain:www.yixian.gov.cn", "government", "gov.cn"),
    ("domain:school.edu.cn", "education", "edu.cn"),
    ("domain:shop.example.", "trailing-dot", "take the dot away"),
    (
        "domain:http://shop.example/",
        "url-as-name",
        "list the address as a url",
    ),
    ("domain:shop.example/path", "url-as-name", "path"),
    ("domain:理财.example", "raw-utf8", "xn--"),
    ("domain:xn--a.example", "bad-a-label", "A-label"),
    ("domain:xn--pple-43d.example", "mixed-script", "scripts"),
    ("domain:*.shop.example", "wildcard", "subtree"),
    ("domain:*", "wildcard", "*"),
    ("domain:icbc.com.cn", "licensed-institution", "中国工商银行"),
    (
        "subdomain:bank.ecitic.com",
        "licensed-institution",
        "中信银行",
    ),
    ("domain:baidu.com", "platform", "百度"),
    ("domain:alicdn.com", "delivery-network", "阿里云"),
    (
        "domain:weebly.com",
        "shared-host",
        "list the address itself",
    ),
    ("subdomain:mp.weixin.qq.com", "shared-host", "公众号"),
    (
        "url:https://mp.weixin.qq.com/s/abc",
        "block-on-shared-host",
        "--measure remove",
    ),
    ("url:https://www.yixian.gov.cn/a", "government", "gov.cn"),
    ("url:ftp://shop.example/a", "bad-scheme", "http"),
    ("url:http://u:p@shop.example/", "user-part", "user part"),
    ("url:shop.example/a", "bad-url", "http://"),
    (
        "url:http://127.0.0.1/a",
        "special-address",
        "public address",
    ),
    ("ip:10.0.0.0/8", "special-address", "private"),
    ("ip:203.0.0.0/8", "wide-range", "/24"),
    ("ip:2001:db8::/32", "wide-range", "/64"),
    ("ip:104.16.0.1", "delivery-network", "Cloudflare"),
    ("ip:223.5.5.5", "infrastructure", "解析"),
    ("ip:203.0.113.7/24", "host-bits", "203.0.113.0/24"),
    ("ip:2130706433", "bad-address", "203.0.113.7"),
    ("domain:2130706433", "address-as-name", "ip"),
    ("domain:203.0.113.7", "address-as-name", "ip"),
    ("domain:shop.example:8080", "port", "port"),
    ("domain:admin@shop.example", "user-part", "@"),
    ("domain:shop..example", "empty-label", "dot"),
    ("domain:shop_1.example", "bad-character", "hyphens"),
    ("domain:www.shop.example", "not-registrable", "subdomain"),
    ("account:=HYPERLINK(\"x\")", "formula-cell", "formula"),
    ("phone:+8613900000000", "formula-cell", "formula"),
    ("account:微信:@SUM(A1)", "formula-cell", "formula"),
    ("phone:95588", "short-number", "licensed institutions"),
    ("app:com.tencent.mm", "platform", "微信"),
    ("shop.example", "no-kind", "kind:value"),
];

type Change = (&'static str, &'static str, fn(&mut EntryDraft));

/// Entries that are refused for what they lack.
const ENTRIES: [Change; 7] = [
    ("evidence-not-determined", "sealed item", |d| {
        d.evidence = "wx-other".to_owned()
    }),
    ("evidence-digest", "SHA-256", |d| {
        d.evidence_sha256 = "12".to_owned()
    }),
    ("rule-not-determined", "rule", |d| {
        d.reason = "AD-14".to_owned()
    }),
    ("no-legal-basis", "article", |d| d.bases.clear()),
    ("basis-not-read", "confirm-basis", |d| {
        d.bases[0].grade = BasisGrade::Memory
    }),
    ("no-remedies", "wangxun.toml", |d| d.appeal_contact.clear()),
    ("ends-before-it-begins", "later last day", |d| {
        d.valid_until = Some(day("2026-11-01"))
    }),
];

/// Lists that are refused as a whole.
type Head = (&'static str, &'static str, fn(&mut ListHeader));
const HEADS: [Head; 6] = [
    ("older-serial", "counted on", |h| h.serial = 11),
    ("not-the-issue-before", "build it again", |h| {
        h.previous = None
    }),
    ("expired-list", "--expires-days", |h| h.expires = h.issued),
    ("list-id", "a-z", |h| h.list_id = "../x".to_owned()),
    ("no-issuer", "wangxun.toml", |h| h.issuer.name.clear()),
    ("lives-too-long", "400 days", |h| {
        h.expires += chrono::TimeDelta::days(4000)
    }),
];

#[test]
fn every_wrong_entry_is_refused_by_name() {
    let protected = load_protected(None).unwrap().value;
    let registers = load_registers(None).unwrap().value;
    let guard = Guard {
        protected: &protected,
        registers: &registers,
    };
    let mut refused = 0;
    let mut check = |code: &str, word: &str, value: &str, messages: &[String]| {
        let hit = messages
            .iter()
            .find(|m| m.contains(&format!("({code})")) && m.contains(word) && m.contains(value));
        let hit = hit
            .unwrap_or_else(|| panic!("{value}: no refusal {code} with {word:?} in {messages:?}"));
        refused += 1;
        println!("{refused:2} {hit}");
    };
    for (text, code, word) in TARGETS {
        let value = text.split_once(':').map_or(text, |(_, v)| v);
        let messages: Vec<String> = match TakedownTarget::parse_typed(text) {
            Err(refusal) => vec![refusal.to_string()],
            Ok(target) => guard
                .target(&target, target.usual_scope(), Measure::Block)
                .iter()
                .map(ToString::to_string)
                .collect(),
        };
        let shown = value.escape_debug().to_string();
        let value = if code == "formula-cell" {
            ""
        } else {
            shown.as_str()
        };
        check(code, word, value, &messages);
    }
    let (proof, _) = confirm(determination("虚处非认〔2026〕1号"));
    for (code, word, change) in ENTRIES {
        let mut one = draft("domain:shop.example").unwrap();
        change(&mut one);
        let refusal = ActionEntry::new(&proof, one).unwrap_err();
        check(code, word, "shop.example", &[refusal.to_string()]);
    }
    let before = ListPoint {
        serial: 11,
        sha256: "cd".repeat(32),
    };
    for (code, word, change) in HEADS {
        let mut head = header(12, Some(before.clone()));
        change(&mut head);
        let shown = head.stem().escape_debug().to_string();
        let proof = confirm(determination("虚处非认〔2026〕1号"));
        let one = TakedownList::new(head, [proof], vec![entry("domain:shop.example")]);
        let all = guard.list(&one, Some(&before), &[], at(11));
        let messages: Vec<String> = all.iter().map(ToString::to_string).collect();
        check(code, word, &shown, &messages);
    }
    // Entries against each other, and against the clock.
    let mut exact = draft("domain:shop.example").unwrap();
    exact.scope = Scope::Exact;
    let exact = ActionEntry::new(&proof, exact).unwrap();
    let mut past = draft("domain:old.example").unwrap();
    past.valid_until = Some(day("2026-11-26"));
    let past = ActionEntry::new(&proof, past).unwrap();
    let entries = vec![
        entry("domain:shop.example"),
        exact,
        entry("subdomain:www.shop.example"),
        past,
    ];
    let all = guard.list(
        &list(1, entries),
        None,
        &[],
        at(23) + chrono::TimeDelta::days(3),
    );
    let messages: Vec<String> = all.iter().map(ToString::to_string).collect();
    check("duplicate", "withdraw", "shop.example", &messages);
    check(
        "covered",
        "lifting one alone",
        "www.shop.example",
        &messages,
    );
    check("expired-entry", "takedown expire", "old.example", &messages);
    // Determinations that are none.
    let mut one = determination("虚处非认〔2026〕2号");
    one.reviewer = one.officer.clone();
    let same = Confirmed::new(one, &[], &Keys).unwrap_err().to_string();
    assert!(
        same.contains("甲某") && same.contains("another person"),
        "{same}"
    );
    let none = Confirmed::new(determination(" "), &[], &Keys)
        .unwrap_err()
        .to_string();
    assert!(none.contains("no number"), "{none}");
    assert!(refused + 2 >= 40, "{refused}");
    println!("{} wrong entries refused", refused + 2);
}

#[test]
fn a_sound_list_passes() {
    let protected = load_protected(None).unwrap().value;
    let registers = load_registers(None).unwrap().value;
    let guard = Guard {
        protected: &protected,
        registers: &registers,
    };
    let against = guard.list(&super::list_sample::mixed(), None, &[], at(11));
    assert!(against.is_empty(), "{against:?}");
    let page = TakedownTarget::parse_typed("url:https://mp.weixin.qq.com/s/abc").unwrap();
    assert!(
        guard
            .target(&page, Scope::Exact, Measure::Remove)
            .is_empty()
    );
}

#[test]
fn two_officers_overrule_what_can_be_overruled() {
    let protected = load_protected(None).unwrap().value;
    let registers = load_registers(None).unwrap().value;
    let guard = Guard {
        protected: &protected,
        registers: &registers,
    };
    let one = list(1, vec![entry("domain:weebly.com")]);
    assert_eq!(guard.list(&one, None, &[], at(11)).len(), 1);
    let overrule = |second: &str, code: &str| {
        let draft = OverruleDraft {
            target: TakedownTarget::parse_typed("domain:weebly.com").unwrap(),
            code: code.to_owned(),
            reason: "虚构的理由".to_owned(),
            document: "虚处批〔2026〕1号".to_owned(),
            date: day("2026-11-26"),
            officers: ["甲某".to_owned(), second.to_owned()],
        };
        let message = draft.for_signing();
        let signatures = [Keys::sign("甲某", &message), Keys::sign(second, &message)];
        Overruled::new(draft, &signatures, &Keys)
    };
    assert!(
        overrule("甲某", "shared-host")
            .unwrap_err()
            .contains("alone")
    );
    let good = overrule("乙某", "shared-host").unwrap();
    assert!(guard.list(&one, None, &[good], at(11)).is_empty());
    let other = overrule("乙某", "platform").unwrap();
    assert_eq!(guard.list(&one, None, &[other], at(11)).len(), 1);
}
