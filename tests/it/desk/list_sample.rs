//! Lists of fictitious targets, made the only way there is: from determinations that two officers signed.

use chrono::{DateTime, NaiveDate, TimeZone, Utc};
use wangxun::model::determination::{Confirmed, Determination, OfficerSignature, SignatureCheck};
use wangxun::model::rule::BasisGrade;
use wangxun::model::takedown::action::Measure;
use wangxun::model::takedown::entry::{ActionEntry, EntryDraft, NoticeBasis};
use wangxun::model::takedown::header::{Issuer, ListHeader, ListPoint};
use wangxun::model::takedown::list::TakedownList;
use wangxun::model::takedown::refusal::Refusal;
use wangxun::model::takedown::status::{EntryState, EntryStatus};
use wangxun::model::takedown::target::TakedownTarget;

/// Knows the signature `<officer>:<SHA-256 of the text>`; the officer's name is the key.
pub(crate) struct Keys;

impl Keys {
    pub(crate) fn sign(officer: &str, message: &[u8]) -> OfficerSignature {
        OfficerSignature {
            officer: officer.to_owned(),
            signature: format!(
                "{officer}:{}",
                wangxun::export::takedown::sha256_hex(message)
            ),
        }
    }
}

impl SignatureCheck for Keys {
    fn check(
        &self,
        signature: &OfficerSignature,
        message: &[u8],
        _: NaiveDate,
    ) -> Result<String, String> {
        match *signature == Self::sign(&signature.officer, message) {
            true => Ok(signature.officer.clone()),
            false => Err("another text was signed".to_owned()),
        }
    }
}

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(crate) fn at(hour: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 26, hour % 24, 0, 0).unwrap()
}

pub(crate) fn determination(number: &str) -> Determination {
    Determination {
        case_no: "WX-2026-0001".to_owned(),
        number: number.to_owned(),
        authority: "虚构县处置非法集资工作领导小组办公室".to_owned(),
        date: day("2026-11-20"),
        statement: "以承诺保本付息方式向社会公众吸收资金".to_owned(),
        rules: vec!["IF-19-1".to_owned()],
        evidence: vec!["wx-a2b3".to_owned()],
        document_sha256: "00".repeat(32),
        officer: "甲某".to_owned(),
        reviewer: "乙某".to_owned(),
    }
}

pub(crate) fn confirm(one: Determination) -> (Confirmed, Vec<OfficerSignature>) {
    let message = one.for_signing();
    let signatures = vec![
        Keys::sign(&one.officer, &message),
        Keys::sign(&one.reviewer, &message),
    ];
    let proof = Confirmed::new(one, &signatures, &Keys).unwrap();
    (proof, signatures)
}

pub(crate) fn draft(target: &str) -> Result<EntryDraft, Refusal> {
    let target = TakedownTarget::parse_typed(target)?;
    Ok(EntryDraft {
        scope: target.usual_scope(),
        target,
        measure: Measure::Block,
        reason: "IF-19-1".to_owned(),
        bases: vec![NoticeBasis {
            rule: "IF-19-1".to_owned(),
            text: "防范和处置非法集资条例第十九条(一)".to_owned(),
            grade: BasisGrade::Verified,
            confirmed_by: String::new(),
        }],
        evidence: "wx-a2b3".to_owned(),
        evidence_sha256: "ab".repeat(32),
        quote: "=保本保息，年化18%".to_owned(),
        icp: "辽ICP备00000000号".to_owned(),
        hosting: String::new(),
        first_seen: at(1),
        last_verified: at(2),
        valid_from: day("2026-11-26"),
        valid_until: None,
        appeal_contact: "虚构县金融办，0416-0000000".to_owned(),
        remedies: "虚构的救济途径说明。".to_owned(),
        listed: at(3),
    })
}

pub(crate) fn entry(target: &str) -> ActionEntry {
    let (proof, _) = confirm(determination("虚处非认〔2026〕1号"));
    ActionEntry::new(&proof, draft(target).unwrap()).unwrap()
}

pub(crate) fn withdrawn(entry: ActionEntry) -> ActionEntry {
    entry.with_status(EntryStatus {
        state: EntryState::Withdrawn,
        since: at(9),
        reason: "经复查已整改".to_owned(),
        document: "虚处撤〔2026〕1号".to_owned(),
        successor: String::new(),
    })
}

pub(crate) fn header(serial: u32, previous: Option<ListPoint>) -> ListHeader {
    ListHeader {
        list_id: "yx-action".to_owned(),
        issuer: Issuer {
            name: "虚构县处置非法集资工作领导小组办公室".to_owned(),
            email: "office@jinrong.example".to_owned(),
            domain: "jinrong.example".to_owned(),
            contact: "虚构县某路1号，0416-0000000".to_owned(),
        },
        serial,
        previous,
        issued: at(10),
        expires: at(10) + chrono::TimeDelta::days(30),
        key_id: "0123456789ABCDEF".to_owned(),
    }
}

pub(crate) fn list(serial: u32, entries: Vec<ActionEntry>) -> TakedownList {
    let proof = confirm(determination("虚处非认〔2026〕1号"));
    TakedownList::new(header(serial, None), [proof], entries)
}

/// One target of every kind, two of them lifted.
pub(crate) fn mixed() -> TakedownList {
    let targets = [
        "domain:shop.example",
        "domain:xn--fsqu00a.test",
        "subdomain:pay.licai.example",
        "url:http://forum.example/t/1?id=2",
        "ip:203.0.113.7",
        "ip:203.0.113.128/25",
        "ip:2001:db8::1",
        "app:com.example.licai",
        "account:微信公众号:某某'理财",
        "phone:0416-0000000",
    ];
    let mut entries: Vec<ActionEntry> = targets.iter().map(|t| entry(t)).collect();
    entries.push(withdrawn(entry("domain:lifted.example")));
    entries.push(withdrawn(entry("url:http://gone.example/a")));
    list(12, entries)
}
