//! Made-up captures, pages and verdicts.

use chrono::{DateTime, Duration, Utc};
use std::path::Path;
use url::Url;
use wangxun::model::alert::{Alert, AlertClass, AlertLevel, Spot};
use wangxun::model::capture::{Capture, Exchange};
use wangxun::model::claim::ClaimKind;
use wangxun::model::context::{Context, Offer};
use wangxun::model::custody::Actor;
use wangxun::model::finding::{Colour, Contribution, Finding, Score, Strength, Verdict};
use wangxun::model::monitor::Silent;
use wangxun::model::note::Note;
use wangxun::model::page::Page;
use wangxun::model::seed::RobotsPolicy;
use wangxun::model::target::TargetSource;
use wangxun::model::who::{Named, Who};
use wangxun::storage::package::ItemDraft;
use wangxun::storage::store::Store;
use wangxun::storage::warc::encode::CaptureContext;
use wangxun::wire::manifest::Tool;

pub const RUN: &str = "20261103T101112Z-test";

pub fn open(root: &Path) -> Store {
    Store::open(root, "main", Actor::patrol("某县金融办"), &Silent)
        .unwrap()
        .0
}

pub fn context(visit: &str) -> CaptureContext {
    CaptureContext {
        run: RUN.to_owned(),
        visit: visit.to_owned(),
        seed_id: "gaoxi".to_owned(),
        platform: "高息贷（虚构）".to_owned(),
        depth: 1,
        source: TargetSource::Link,
        referrer: Some(Url::parse("http://gaoxi.test/").unwrap()),
        vantage: None,
        robots: RobotsPolicy::Ignore {
            legal_basis: "防范和处置非法集资条例第十九条（示例）".to_owned(),
        },
    }
}

fn at(ms: i64) -> DateTime<Utc> {
    let start: DateTime<Utc> = "2026-11-03T10:11:12.345678901Z".parse().unwrap();
    start + Duration::milliseconds(ms)
}

/// One exchange with a body, as a server would answer.
pub fn exchange(
    url: &str,
    status: u16,
    headers: &[(&str, &str)],
    body: &[u8],
    ms: i64,
) -> Exchange {
    let url = Url::parse(url).unwrap();
    let host = url.host_str().unwrap();
    Exchange {
        request_head: format!(
            "GET {} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: wangxun/0.1\r\n\r\n",
            url.path()
        )
        .into_bytes(),
        url,
        http_version: "HTTP/1.1",
        status,
        headers: headers
            .iter()
            .map(|(n, v)| ((*n).to_owned(), v.as_bytes().to_vec()))
            .collect(),
        body: body.to_vec(),
        decoded: None,
        truncated: None,
        server: Some("192.0.2.7:443".parse().unwrap()),
        tls_chain: Vec::new(),
        started: at(ms),
        ended: at(ms + 120),
    }
}

pub const QUOTE: &str = "保本保息，年化收益18%";

pub fn page(n: usize) -> Page {
    let filler = "本页为测试所写，公司与产品均为虚构。".repeat(1 + n % 7);
    Page {
        title: format!("高息理财 第{n}页 <&\"'> \u{1F4B0}"),
        text: format!("欢迎来到虚构平台\n{QUOTE}，限时抢购\n{filler}\n"),
        ..Page::default()
    }
}

/// A page behind a redirect, with TLS, a chunked answer and a header in Latin-1.
pub fn capture(n: usize) -> Capture {
    let html = format!(
        "<html><head><title>第{n}页</title></head><body>{}</body></html>",
        page(n).text
    );
    let mut hop = exchange(
        &format!("http://www.gaoxi.test/go?b=2&a={n}#part"),
        302,
        &[
            ("Location", "https://www.gaoxi.test/p"),
            ("Content-Length", "0"),
        ],
        b"",
        n as i64,
    );
    hop.tls_chain.clear();
    let mut last = exchange(
        &format!("https://www.gaoxi.test/Page/{n}/?q=%E4%BF%9D%E6%9C%AC"),
        200,
        &[
            ("Content-Type", "text/html; charset=utf-8"),
            ("Transfer-Encoding", "chunked"),
            ("Set-Cookie", "a=1"),
            ("Set-Cookie", "b=100%; path=/"),
        ],
        html.as_bytes(),
        200 + n as i64,
    );
    last.headers
        .push(("X-Odd".to_owned(), b"caf\xe9 %41".to_vec()));
    last.http_version = "HTTP/2.0";
    last.tls_chain = vec![
        b"leaf certificate (made up)".to_vec(),
        b"root certificate (made up)".to_vec(),
    ];
    Capture {
        requested: Url::parse(&format!("http://www.gaoxi.test/go?b=2&a={n}#part")).unwrap(),
        exchanges: vec![hop, last],
        notes: vec![Note::new("charset-mislabelled", "line\r\nbreak 100%")],
        rendering: None,
        images: Vec::new(),
    }
}

pub fn verdict(page: &Page) -> Verdict {
    let start = page.text.find(QUOTE).unwrap();
    let finding = |rule: &str| Finding {
        rule: rule.to_owned(),
        title: "承诺保本".to_owned(),
        basis: "广告法第二十五条第一项".to_owned(),
        severity: 4,
        strength: Strength::B,
        quote: QUOTE.to_owned(),
        span: start..start + QUOTE.len(),
        block: 1,
        path: "body > p".to_owned(),
        remark: "年化 18%".to_owned(),
        advertiser: None,
        contributions: vec![Contribution {
            name: "compliance",
            points: 30.0,
            reason: "保本".to_owned(),
        }],
    };
    Verdict {
        context: Context::Ad,
        offer: Offer::Wealth,
        finding: true,
        claims: vec![ClaimKind::Guarantee],
        findings: vec![finding("AD-25-1"), finding("YD-01")],
        signals: Vec::new(),
        alerts: vec![Alert {
            class: AlertClass::Gathering,
            level: AlertLevel::Urgent,
            reported: false,
            quote: QUOTE.to_owned(),
            span: start..start + QUOTE.len(),
            block: 1,
            path: "body > p".to_owned(),
            places: vec![Spot {
                quote: QUOTE.to_owned(),
                span: start..start + QUOTE.len(),
            }],
            times: Vec::new(),
            remark: "有聚集的时间或地点".to_owned(),
        }],
        who: Who {
            brand: Some(Named {
                name: "高息财富".to_owned(),
                span: None,
                code: None,
            }),
            ..Who::default()
        },
        topics: Vec::new(),
        score: Score {
            colour: Colour::Orange,
            contributions: vec![Contribution {
                name: "compliance",
                points: 60.5,
                reason: "保本".to_owned(),
            }],
        },
        blocks: Vec::new(),
        lexicon_version: "0123456789abcdef".to_owned(),
        notes: Vec::new(),
    }
}

/// Everything that a draft borrows.
pub struct Draft {
    context: CaptureContext,
    pub capture: Capture,
    pub page: Page,
    pub verdict: Verdict,
    tool: Tool,
    basis: Vec<String>,
}

impl Draft {
    pub fn new(visit: &str, n: usize) -> Self {
        let page = page(n);
        Self {
            context: context(visit),
            capture: capture(n),
            verdict: verdict(&page),
            page,
            tool: Tool {
                name: "wangxun".to_owned(),
                version: "0.1.0".to_owned(),
                sha256: None,
            },
            basis: vec!["防范和处置非法集资条例第二十一条".to_owned()],
        }
    }

    pub fn item(&self) -> ItemDraft<'_> {
        ItemDraft {
            context: &self.context,
            capture: &self.capture,
            page: &self.page,
            charset: "utf-8",
            verdict: &self.verdict,
            tool: &self.tool,
            legal_basis: &self.basis,
            environment: None,
            imported: None,
            signals: &[],
            compared: None,
            pictures: &[],
            slots: &[],
        }
    }
}
