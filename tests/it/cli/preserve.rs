//! Preserve an address in advance, capture it again with officers, from the command line against a server on loopback.

use super::custody::{home, run};
use serde_json::Value;
use std::path::{Path, PathBuf};
use tokio::runtime::Runtime;
use wangxun::practice::{self, Bind, LoadPlan, Served};
use wangxun::seeds;

const FIRST: &str = "张某,某县金融办,LZ-0001";
const SECOND: &str = "李某,某县金融办,LZ-0002";

/// A few generated pages, served while the value lives, with the patrol list that covers them.
struct Web {
    _served: Served,
    _runtime: Runtime,
    list: PathBuf,
    url: String,
}

fn web(folder: &Path) -> Web {
    let runtime = Runtime::new().expect("runtime");
    let plan = LoadPlan { pages: 4, hosts: 1 };
    let served = runtime
        .block_on(practice::serve_load(plan, Bind { port: 0, log: 0 }))
        .expect("load");
    let list = practice::patrol_list(&served);
    let url = list.seeds[0].start_urls[0].to_string();
    let file = folder.join("list.toml");
    std::fs::write(&file, seeds::to_toml(&list)).expect("list");
    Web {
        _served: served,
        _runtime: runtime,
        list: file,
        url,
    }
}

fn json(home: &Path, code: i32, words: &[&str]) -> Value {
    let (out, _) = run(
        home,
        code,
        &[words, &["--format", "json", "--quiet"]].concat(),
    );
    serde_json::from_str(&out).unwrap_or_else(|e| panic!("{e}: {out}"))
}

#[test]
fn an_address_is_preserved_decided_and_attended() {
    let (folder, _) = home(0);
    let home = folder.path();
    let web = web(home);
    let list = web.list.to_string_lossy().into_owned();
    let words = [
        "preserve",
        &web.url,
        "--list",
        &list,
        "--reason",
        "可能被删除",
        "--approver",
        "赵某",
        "--officer",
        FIRST,
        "--officer",
        SECOND,
        "--case",
        "甲1号",
    ];
    let preserved = json(home, 0, &words);
    let id = preserved["evidence_id"].as_str().expect("id");
    let form = std::fs::read_to_string(preserved["form"].as_str().expect("form")).expect("form");
    assert!(
        form.contains("先行登记保存通知书") && form.contains(id),
        "{form}"
    );
    // Sealed though nothing was found, with all that the law asks for.
    let manifest = json(home, 0, &["evidence", "show", id]);
    assert_eq!(manifest["custody"]["kind"], "preserved-capture");
    assert_eq!(manifest["custody"]["case_no"], "甲1号");
    assert_eq!(
        manifest["custody"]["collectors"][1]["certificate"],
        "LZ-0002"
    );
    assert_eq!(manifest["attended"], true);
    let basis = manifest["legal_basis"].as_array().expect("basis");
    assert!(
        basis
            .iter()
            .any(|b| b == "中华人民共和国行政处罚法第五十六条")
    );
    let ended: chrono::DateTime<chrono::Utc> = manifest["captured_end"]["utc"]
        .as_str()
        .expect("time")
        .parse()
        .expect("time");
    let by: chrono::DateTime<chrono::Utc> = manifest["custody"]["preservation"]["decide_by"]["utc"]
        .as_str()
        .expect("time")
        .parse()
        .expect("time");
    let days = by - ended;
    assert!(
        (days - chrono::TimeDelta::days(7)).num_milliseconds().abs() <= 1,
        "{days}"
    );
    let (out, _) = run(home, 0, &["preserve", "list"]);
    assert!(out.contains(id) && out.contains("剩 6 天"), "{out}");
    assert_eq!(
        run(home, 0, &["preserve", "form", id]).0.trim(),
        preserved["form"].as_str().expect("form")
    );
    let decide = [
        "preserve",
        "decide",
        id,
        "--decision",
        "转为案件证据",
        "--reason",
        "查实",
        "--actor",
        "张某",
    ];
    run(home, 0, &decide);
    let (_, err) = run(home, 2, &decide);
    assert!(err.contains("already"), "{err}");
    let (out, _) = run(home, 0, &["preserve", "list"]);
    assert!(!out.contains(id), "{out}");
    let (out, _) = run(home, 0, &["preserve", "list", "--all"]);
    assert!(out.contains("转为案件证据"), "{out}");

    // Captured again with two officers, held against the first.
    let attend = [
        "evidence",
        "attend",
        id,
        "--list",
        &list,
        "--officer",
        FIRST,
        "--reason",
        "立案前复核",
        "--no-witness",
        "网上取证",
    ];
    let (_, err) = run(home, 2, &attend);
    assert!(
        err.contains("at least two officers") && err.contains("--few-officers"),
        "{err}"
    );
    let twice = [&attend[..], &["--officer", FIRST]].concat();
    assert!(run(home, 2, &twice).1.contains("named twice"));
    let attended = json(home, 0, &[&attend[..], &["--officer", SECOND]].concat());
    assert_eq!(attended["prior_capture"]["evidence_id"], id);
    assert_eq!(attended["prior_capture"]["same_payload"], true);
    assert_eq!(attended["prior_capture"]["text_likeness"], 1000);
    let again = attended["evidence_id"].as_str().expect("id");
    assert_ne!(again, id);
    let manifest = json(home, 0, &["evidence", "show", again]);
    assert_eq!(manifest["custody"]["kind"], "attended-capture");
    assert_eq!(manifest["custody"]["case_no"], "甲1号", "taken over");
    let (out, _) = run(home, 0, &["evidence", "custody", again]);
    assert!(
        out.contains("人员到场固定") && out.contains("张某、李某"),
        "{out}"
    );
    let (out, _) = run(home, 0, &["evidence", "list"]);
    assert!(
        out.contains("先行登记保存") && out.contains("人员到场固定"),
        "{out}"
    );
    run(home, 0, &["evidence", "verify"]);
}

#[test]
fn what_is_missing_is_told_before_anything_is_fetched() {
    let (folder, ids) = home(1);
    let home = folder.path();
    let web = web(home);
    let closed = "http://127.0.0.1:9/";
    let words = [
        "preserve",
        closed,
        "--reason",
        "x",
        "--approver",
        "赵某",
        "--officer",
        FIRST,
    ];
    let (_, err) = run(home, 2, &words);
    assert!(err.contains("at least two officers"), "{err}");
    let few = [&words[..], &["--few-officers", "只有一人在岗"]].concat();
    let (_, err) = run(home, 2, &few);
    assert!(err.contains("contact"), "{err}");
    std::fs::write(
        home.join("wangxun.toml"),
        "contact = \"mailto:duty@office.example\"\n",
    )
    .expect("file");
    let (_, err) = run(home, 3, &few);
    assert!(
        err.contains("was not captured") && err.contains("特殊地址"),
        "{err}"
    );
    let own = [
        "preserve",
        closed,
        "--reason",
        "x",
        "--approver",
        "李某",
        "--officer",
        FIRST,
        "--officer",
        SECOND,
    ];
    assert!(run(home, 2, &own).1.contains("another person"));
    let list = web.list.to_string_lossy().into_owned();
    let elsewhere = [
        "preserve",
        "http://elsewhere.test/",
        "--list",
        &list,
        "--reason",
        "x",
        "--approver",
        "赵某",
        "--officer",
        FIRST,
        "--officer",
        SECOND,
    ];
    assert!(run(home, 2, &elsewhere).1.contains("covers"));
    assert!(
        run(
            home,
            2,
            &[
                "preserve",
                "file:///etc/passwd",
                "--reason",
                "x",
                "--approver",
                "y"
            ]
        )
        .1
        .contains("http")
    );
    let attend = [
        "evidence",
        "attend",
        &ids[0],
        "--officer",
        FIRST,
        "--officer",
        SECOND,
        "--reason",
        "x",
    ];
    assert!(run(home, 2, &attend).1.contains("--no-witness"));
    run(home, 0, &["evidence", "verify"]);
}

#[test]
fn a_page_that_is_gone_is_sealed_as_gone() {
    let (folder, _) = home(0);
    let home = folder.path();
    let web = web(home);
    let list = web.list.to_string_lossy().into_owned();
    let url = format!(
        "{}no-such-page",
        web.url.split_inclusive('/').take(3).collect::<String>()
    );
    let words = [
        "evidence",
        "attend",
        &url,
        "--list",
        &list,
        "--officer",
        FIRST,
        "--few-officers",
        "只有一人在岗",
        "--witness",
        "王某",
        "--reason",
        "复核",
    ];
    let attended = json(home, 0, &words);
    assert_eq!(attended["status"], 404);
    assert!(attended["prior_capture"].is_null());
    let id = attended["evidence_id"].as_str().expect("id");
    let manifest = json(home, 0, &["evidence", "show", id]);
    assert_eq!(manifest["custody"]["few_collectors_reason"], "只有一人在岗");
    assert_eq!(manifest["custody"]["witness"], "王某");
    run(home, 0, &["evidence", "verify"]);
}
