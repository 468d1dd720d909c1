//! Rechecks by command: ordered, told by the patrol, judged and proposed; resolvers asked whether a block works.

use super::takedown::{Desk, table};
use crate::storage::sample::{Draft, exchange};

#[test]
fn a_recheck_is_ordered_seen_and_proposed() {
    let desk = Desk::new();
    desk.determine();
    desk.add(0, &["domain:gaoxi.test"]);
    let words = ["desk", "recheck", "--order", "--actor", "甲某"];
    let ordered = desk.office.json(&words);
    let order = ordered["rechecks"][0]["order"].as_str().unwrap().to_owned();
    assert!(order.starts_with("or-"), "{ordered}");
    let twice = desk.office.json(&words);
    assert!(
        twice["rechecks"].as_array().unwrap().is_empty(),
        "the order is open"
    );
    let none = desk.office.json(&["desk", "recheck", "--actor", "甲某"]);
    assert!(none["rechecks"].as_array().unwrap().is_empty());
    report_back(&desk, &order, 404, false, None);
    let seen = desk.office.json(&["desk", "recheck", "--actor", "甲某"]);
    let one = &seen["rechecks"][0];
    assert_eq!(
        (one["result"].as_str(), one["proposal"].as_str()),
        (Some("closed"), Some("withdraw")),
        "{seen}"
    );
    let before = one["before"].as_str().unwrap();
    assert!(desk.office.items.iter().any(|id| id == before), "{seen}");
    let again = desk.office.json(&["desk", "recheck", "--actor", "甲某"]);
    assert!(
        again["rechecks"].as_array().unwrap().is_empty(),
        "told once"
    );
    let shown = desk.office.json(&["takedown", "list"]);
    assert_eq!(
        shown["entries"][0]["state"], "active",
        "a proposal lifts nothing"
    );
    let told = table(&desk.office, "复查结果");
    assert!(told.contains("gaoxi.test"), "{told}");
    assert!(
        told.contains("已关闭（建议撤回）") && told.contains(before),
        "{told}"
    );
}

/// What the patrol reports of an order, with what it sealed.
fn report_back(desk: &Desk, order: &str, status: u16, finding: bool, evidence_id: Option<String>) {
    let store = crate::storage::sample::open(&desk.office.home);
    let done = wangxun::wire::work_order::RecheckDone {
        format: wangxun::wire::work_order::ORDER_FORMAT.to_owned(),
        id: order.to_owned(),
        at: chrono::Utc::now(),
        run: "r1".to_owned(),
        status,
        finding,
        unchanged: status == 304,
        evidence_id,
        not_seen: if status == 0 { "timeout" } else { "" }.to_owned(),
    };
    store.close_recheck(&done).unwrap();
}

#[test]
fn each_outcome_of_a_recheck_has_its_proposal() {
    let desk = Desk::new();
    desk.determine();
    let hosts = ["a", "b", "c", "d", "e", "f"].map(|h| format!("domain:{h}-gaoxi.test"));
    desk.add(0, &hosts.each_ref().map(String::as_str));
    // The site as it is found again under another name.
    let mut draft = Draft::new("again", 7);
    let address = "https://www.xin-gaoxi.test/";
    let headers = [("Content-Type", "text/html; charset=utf-8")];
    draft.capture.exchanges = vec![exchange(address, 200, &headers, b"<p>again</p>", 1)];
    let store = crate::storage::sample::open(&desk.office.home);
    let moved = store.seal(&draft.item()).unwrap().evidence_id().to_owned();
    drop(store);
    let order = ["desk", "recheck", "--order", "--actor", "甲某"];
    let ordered = desk.office.json(&order);
    let orders = ordered["rechecks"].as_array().unwrap();
    assert_eq!(orders.len(), hosts.len(), "{ordered}");
    let outcomes = [
        (200, false, None, "fixed", "withdraw"),
        (200, true, None, "unchanged", "escalate"),
        (304, false, None, "unchanged", "escalate"),
        (200, true, Some(moved), "moved", "escalate"),
        (410, false, None, "closed", "withdraw"),
        (0, false, None, "not-seen", "wait"),
    ];
    for (one, (status, finding, evidence, ..)) in orders.iter().zip(&outcomes) {
        let order = one["order"].as_str().unwrap();
        report_back(&desk, order, *status, *finding, evidence.clone());
    }
    let seen = desk.office.json(&["desk", "recheck", "--actor", "甲某"]);
    let of_order = |order: &str| {
        let mut all = seen["rechecks"].as_array().unwrap().iter();
        all.find(|s| s["order"] == order).unwrap()
    };
    for (one, (.., result, proposal)) in orders.iter().zip(&outcomes) {
        let told = of_order(one["order"].as_str().unwrap());
        let words = (told["result"].as_str(), told["proposal"].as_str());
        assert_eq!(words, (Some(*result), Some(*proposal)), "{told}");
    }
}

/// A resolver that knows no listed name: every question gets an answer with this code.
fn resolver(code: impl Fn(&str) -> u8 + Send + 'static) -> std::net::SocketAddr {
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    let wait = Some(std::time::Duration::from_secs(30));
    socket.set_read_timeout(wait).unwrap();
    std::thread::spawn(move || {
        let mut buffer = [0; 512];
        for _ in 0..64 {
            let Ok((length, from)) = socket.recv_from(&mut buffer) else {
                return;
            };
            let mut answer = buffer[..length].to_vec();
            let name: String = answer[12..length - 5]
                .iter()
                .map(|b| char::from(*b))
                .collect();
            answer[2] |= 0x80;
            answer[3] = 0x80 | code(&name);
            let _ = socket.send_to(&answer, from);
        }
    });
    address
}

#[test]
fn resolvers_are_asked_whether_a_block_works() {
    let desk = Desk::new();
    desk.determine();
    desk.add(
        0,
        &[
            "domain:gaoxi.test",
            "subdomain:app.licai.example",
            "phone:0416-0000000",
        ],
    );
    let at = resolver(|name| if name.contains("gaoxi") { 3 } else { 0 }).to_string();
    let probe = ["desk", "recheck", "--probe", &at, "--actor", "甲某"];
    let said = desk.office.run(0, &probe);
    assert!(
        said.contains("NXDOMAIN") && said.contains("处置有效"),
        "{said}"
    );
    assert!(
        said.contains("NOERROR") && said.contains("处置无效"),
        "{said}"
    );
    let told = desk.office.json(&probe);
    let told = told["rechecks"].as_array().unwrap();
    assert_eq!(told.len(), 2, "a telephone number is no name");
    // A resolver that is silent says nothing about the block.
    let silent = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let at = silent.local_addr().unwrap().to_string();
    let entry = &desk.entries()[0];
    let probe = [
        "desk", "recheck", "--probe", &at, "--entry", entry, "--actor", "甲某",
    ];
    let told = desk.office.json(&probe);
    assert_eq!(told["rechecks"][0]["answer"], "no-answer", "{told}");
}
