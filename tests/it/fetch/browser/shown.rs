//! What a page shows.

use super::super::server::{html, reply};
use super::{fetcher, reasons, render, renderer, site};
use wangxun::fetch::browser::{BrowserError, BrowserSettings, Renderer};

fn page(path: &str) -> Option<Vec<u8>> {
    match path {
        "/" => Some(html(
            "<title>演练</title><body><p id=a></p><div style='height:3000px'></div><p id=b></p><img src=/missing.png>\
             <script>document.cookie = 'x=1'; console.log('开始'); alert('您好');\
             setTimeout(() => { a.textContent = '两秒之后'; fetch('/more.txt').then(r => r.text()).then(t => a.textContent += t) }, 2000);\
             new IntersectionObserver((e, o) => { if (e[0].isIntersecting) { o.disconnect(); b.textContent = '看到之后'; } }).observe(b);\
             </script>",
        )),
        "/more.txt" => Some(reply(
            "200 OK",
            &["Content-Type: text/plain; charset=utf-8"],
            "，再加一句".as_bytes(),
        )),
        _ => None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_late_or_when_it_is_seen_is_there() {
    let Some(renderer) = renderer(|s| s.pdf = true).await else {
        return;
    };
    let (server, seed) = site("127.0.0.1", page).await;
    let shown = render(&fetcher(), &renderer, &seed, &server.url("/"))
        .await
        .expect("rendered");
    assert!(shown.dom.contains("两秒之后，再加一句"), "{}", shown.dom);
    assert!(shown.dom.contains("看到之后"), "{}", shown.dom);
    assert!(shown.height > 3_000, "{}", shown.height);
    let view = shown.view.as_ref().expect("a picture");
    assert!(view.starts_with(b"\x89PNG") && view.len() > 1_000);
    assert_eq!(shown.full_page.len(), 1);
    let pdf = shown.pdf.as_ref().expect("a print");
    assert!(pdf.starts_with(b"%PDF-") && pdf.len() > 1_000);
    assert_eq!(reasons(&shown, "/missing.png"), ["missing HTTP 404"]);
    assert_eq!(reasons(&shown, "/more.txt"), ["loaded "]);
    let said: Vec<(&str, &str)> = shown
        .messages
        .iter()
        .map(|m| (m.kind.as_str(), m.text.as_str()))
        .collect();
    assert!(
        said.contains(&("log", "开始")) && said.contains(&("alert", "您好")),
        "{said:?}"
    );
    assert!(shown.browser.contains('/'), "{}", shown.browser);
    assert!(shown.notes.is_empty(), "{:?}", shown.notes);
    // The page itself was asked for once: the browser was given what had been fetched.
    let asked = server.paths();
    assert_eq!(asked.iter().filter(|p| *p == "/").count(), 1, "{asked:?}");
    let agents = server.seen();
    assert!(
        agents.iter().all(|s| s.head.contains("Wangxun/")),
        "our name is always told"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn root_without_the_setting_is_refused() {
    let Some(_present) = renderer(|_| {}).await else {
        return;
    };
    let super::Browser::Use(mut settings) = super::installed() else {
        return;
    };
    if !settings.no_sandbox {
        println!("skipped: not root");
        return;
    }
    settings.no_sandbox = false;
    let refused = Renderer::start(settings).await.expect_err("refused");
    assert!(matches!(refused, BrowserError::Root));
    assert!(refused.to_string().contains("no_sandbox = true"));
}

#[tokio::test]
async fn a_program_that_is_no_browser_is_told() {
    let mut settings = BrowserSettings::new("/bin/false");
    settings.no_sandbox = true;
    let refused = Renderer::start(settings).await.expect_err("refused");
    assert!(matches!(refused, BrowserError::Start { .. }), "{refused}");
}
