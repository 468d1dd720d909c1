//! A generated desk: cases of all townships and sectors in all states, tips, duty, campaigns, over one month.

use crate::storage::sample::{Draft, open};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use wangxun::model::custody::Actor;
use wangxun::storage::desk::{CaseOpening, OpeningDraft, event};
use wangxun::wire::desk::campaign::CampaignFact;
use wangxun::wire::desk::case::{CaseFact, Drawn};
use wangxun::wire::desk::duty::{DutyFact, Handover, Shift};
use wangxun::wire::desk::tip::{TakenTip, TipFact};
use wangxun::wire::desk::{DeskEvent, DeskFact};

/// Cases of the world.
pub(super) const CASES: usize = 60;
const TOWNS: [&str; 8] = [
    "210727101",
    "210727102",
    "210727103",
    "210727001",
    "210727104",
    "210727105",
    "",
    "210726100",
];
const SECTORS: [&str; 7] = [
    "p2p",
    "crowdfunding",
    "wealth",
    "payment",
    "insurance",
    "advertising",
    "unheard-of",
];
/// Words that would act in a spreadsheet or on a page.
pub(super) const HOSTILE: &str = "=HYPERLINK(\"http://x.test\",\"<script>\")";

/// A home with that desk.
pub(super) struct World {
    pub(super) folder: TempDir,
    pub(super) home: PathBuf,
}

fn at(day: u64, hour: i64) -> DateTime<Utc> {
    let first: DateTime<Utc> = "2026-10-31T16:00:00Z".parse().unwrap();
    first + TimeDelta::days(day.try_into().unwrap()) + TimeDelta::hours(hour)
}

fn day(n: u64) -> NaiveDate {
    (at(n, 0) + TimeDelta::hours(8)).date_naive()
}

fn number(n: usize) -> String {
    format!("WX-2026-{n:04}")
}

fn moved(
    n: usize,
    when: DateTime<Utc>,
    from: &str,
    to: &str,
    due: Option<NaiveDate>,
    result: &str,
) -> DeskEvent {
    let fact = CaseFact::Moved {
        case: number(n),
        from: from.to_owned(),
        to: to.to_owned(),
        why: "查实".to_owned(),
        document: format!("虚处〔2026〕{n}号"),
        due,
        result: result.to_owned(),
    };
    event(when, "甲某", DeskFact::Case(fact))
}

/// How a case goes on, by its number.
fn course(n: usize) -> Vec<DeskEvent> {
    let began = (n % 24) as u64;
    let outcome = ["rectify", "close-down", "judicial"][n % 3];
    let steps = match n % 6 {
        0 => vec![],
        1 => vec![("found", "review")],
        2 => vec![
            ("found", "review"),
            ("review", "unfounded"),
            ("unfounded", "closed"),
        ],
        3 => vec![
            ("found", "review"),
            ("review", "determined"),
            ("determined", outcome),
        ],
        _ => vec![
            ("found", "review"),
            ("review", "determined"),
            ("determined", outcome),
            (outcome, "feedback"),
            ("feedback", "recheck"),
            ("recheck", "closed"),
        ],
    };
    let mut events = Vec::new();
    for (hour, (from, to)) in (2..).step_by(3).zip(steps) {
        let due = (to == "rectify").then(|| day(began + 2));
        let result = if from == "recheck" { "closed" } else { "" };
        events.push(moved(n, at(began, hour), from, to, due, result));
    }
    events
}

impl World {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().join("home");
        build(&home);
        Self { folder, home }
    }

    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

pub(super) fn build(home: &Path) {
    let store = open(home);
    let sealed: Vec<_> = (0..5)
        .map(|n| store.seal(&Draft::new(&format!("v{n}"), n).item()).unwrap())
        .collect();
    let actor = Actor {
        name: "甲某".to_owned(),
        role: "officer".to_owned(),
        unit: "虚构县金融办".to_owned(),
    };
    let opening = |n: usize| {
        let draft = OpeningDraft {
            case: number(n),
            title: match n {
                7 => HOSTILE.to_owned(),
                _ => format!("虚构{}财富管理有限公司", n % 40),
            },
            sectors: vec![SECTORS[n % SECTORS.len()].to_owned()],
            licensed: ["no", "unknown", "yes"][n % 3].to_owned(),
            severity: (n % 5 + 1) as u8,
            score: (n * 7 % 100) as f64,
            region: TOWNS[n % TOWNS.len()].to_owned(),
            source: ["patrol", "tip", "township"][n % 3].to_owned(),
            ..OpeningDraft::default()
        };
        let first = &sealed[n % sealed.len()];
        CaseOpening::new(first, &[], draft, "甲某", at((n % 24) as u64, 1))
    };
    let mut events: Vec<DeskEvent> = (0..CASES).flat_map(course).collect();
    events.extend(the_rest());
    let mut desk = store.desk().unwrap();
    desk.open_cases((0..CASES).map(opening).collect(), events, &actor)
        .unwrap();
    drop(desk);
    let archive = store.run(
        "20261103T101112Z-test",
        wangxun::storage::run::RunSettings::default(),
    );
    if let Ok((archive, _)) = archive {
        archive
            .finish(true, "pages 12, findings 5, skipped 3, queued 0, bytes 9")
            .unwrap();
    }
}

fn the_rest() -> Vec<DeskEvent> {
    let of = |day: u64, what| event(at(day, 5), "甲某", what);
    let mut all = Vec::new();
    for n in 0..9u64 {
        let receipt = format!(
            "tp-{}",
            "abcdefghij234567abc".to_owned() + &char::from(b'a' + n as u8).to_string()
        );
        all.push(of(
            n,
            DeskFact::Tip(TipFact::Taken(TakenTip {
                receipt: receipt.clone(),
                source: "tip".to_owned(),
                unit: String::new(),
                url: format!("http://gaoxi{n}.test/"),
                site: format!("gaoxi{n}.test"),
                name: "虚构高息平台".to_owned(),
                code: String::new(),
                note: "高息".to_owned(),
                received: at(n, 3),
                named: true,
            })),
        ));
        if n % 3 == 0 {
            all.push(of(
                n + 1,
                DeskFact::Tip(TipFact::Outcome {
                    receipt: receipt.clone(),
                    outcome: "verified".to_owned(),
                    comment: String::new(),
                }),
            ));
            all.push(of(
                n + 2,
                DeskFact::Tip(TipFact::Rewarded {
                    receipt: receipt.clone(),
                    fen: 123_450 + n * 100,
                    decision: format!("虚奖〔2026〕{n}号"),
                    approved_by: "乙某".to_owned(),
                    basis: "按查实标准三档".to_owned(),
                }),
            ));
            all.push(of(
                n + 3,
                DeskFact::Tip(TipFact::Paid {
                    receipt,
                    voucher: format!("PZ-{n}"),
                }),
            ));
        }
    }
    for n in 0..28u64 {
        all.push(of(
            n,
            DeskFact::Duty(DutyFact::Rostered(Shift {
                day: day(n),
                shift: "白班".to_owned(),
                officers: vec!["甲某".to_owned(), "丙某".to_owned()],
                leader: "乙某".to_owned(),
            })),
        ));
    }
    all.push(of(
        5,
        DeskFact::Duty(DutyFact::HandedOver(Handover {
            day: day(5),
            shift: "白班".to_owned(),
            from: "甲某".to_owned(),
            to: "丙某".to_owned(),
            done: "完成两轮巡查".to_owned(),
            left: "核对备案主体".to_owned(),
            cases: vec![number(3)],
        })),
    ));
    all.push(of(
        0,
        DeskFact::Campaign(CampaignFact::Begun {
            campaign: "winter".to_owned(),
            name: "冬季涉农集资广告清理".to_owned(),
            from: day(0),
            until: day(20),
            seeds: Vec::new(),
            units: Vec::new(),
            document: "虚处〔2026〕9号".to_owned(),
        }),
    ));
    all.push(of(
        10,
        DeskFact::Campaign(CampaignFact::Counted {
            campaign: "winter".to_owned(),
            unit: "210727101".to_owned(),
            found: 9,
            removed: 7,
            comment: String::new(),
        }),
    ));
    let route = |n: usize, lead: &str| {
        of(
            26,
            DeskFact::Case(CaseFact::Routed {
                case: number(n),
                departments: vec!["lead".to_owned(), "market".to_owned()],
                lead: lead.to_owned(),
                assist: vec!["210727102".to_owned()],
                why: "登记地牵头".to_owned(),
            }),
        )
    };
    all.push(route(3, "210727103"));
    all.push(route(9, "210727101"));
    all.push(of(
        26,
        DeskFact::Case(CaseFact::HandedOver {
            case: number(3),
            from: "210727001".to_owned(),
            to: "210727103".to_owned(),
            part: "lead".to_owned(),
            why: "登记地在该镇".to_owned(),
            document: "虚移〔2026〕1号".to_owned(),
        }),
    ));
    all.push(of(
        26,
        DeskFact::Case(CaseFact::Proposed {
            case: number(1),
            number: 1,
            to: "close-down".to_owned(),
            why: "无证经营,规模较大".to_owned(),
            document: "虚报〔2026〕1号".to_owned(),
            due: None,
            unit: "210727102".to_owned(),
            result: String::new(),
        }),
    ));
    all.push(of(
        26,
        DeskFact::Case(CaseFact::Wording {
            case: number(3),
            text: "有关部门已依法介入。\n请通过正规渠道反映诉求。".to_owned(),
            approved_by: "乙某".to_owned(),
            document: "虚宣〔2026〕1号".to_owned(),
        }),
    ));
    all.push(of(
        26,
        DeskFact::Case(CaseFact::Question {
            case: number(3),
            question: "我的钱能拿回来吗?".to_owned(),
            answer: "依法处置涉案资产,进展由牵头部门公布。".to_owned(),
        }),
    ));
    all.push(of(
        27,
        DeskFact::Case(CaseFact::Sampled {
            sample: "CC-1".to_owned(),
            seed: "20261127".to_owned(),
            from: day(0),
            until: day(26),
            population: 40,
            drawn: vec![
                Drawn {
                    case: number(2),
                    reviewer: "丁某".to_owned(),
                    on: day(27),
                },
                Drawn {
                    case: number(3),
                    reviewer: "丁某".to_owned(),
                    on: day(27),
                },
            ],
        }),
    ));
    all.push(of(
        27,
        DeskFact::Case(CaseFact::Reviewed {
            sample: "CC-1".to_owned(),
            case: number(2),
            agrees: false,
            comment: "证据不足以排除".to_owned(),
        }),
    ));
    all
}
