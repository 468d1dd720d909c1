//! Images of pages in a patrol: which are looked at, what becomes of those that are not, what is sealed.

use base64::Engine;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use wangxun::fetch::FetchSettings;
use wangxun::lexicons;
use wangxun::model::custody::Actor;
use wangxun::model::monitor::Silent;
use wangxun::model::seed::{ImageMode, RenderMode};
use wangxun::patrol::images::{ImageBudget, ImageOrder};
use wangxun::patrol::inspect::Inspector;
use wangxun::patrol::order::{Order, carry_out_sealing};
use wangxun::patrol::pipeline::PatrolSettings;
use wangxun::patrol::rendering::Browser;
use wangxun::patrol::sealing::Sealing;
use wangxun::practice::{self, Bind};
use wangxun::storage::index::ItemQuery;
use wangxun::storage::seal::Sealed;
use wangxun::storage::store::Store;
use wangxun::storage::verify;
use wangxun::wire::manifest::Manifest;
use wangxun::{seeds, storage};

fn poster(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/vision/posters");
    fs::read(folder.join(name)).unwrap()
}

/// A web of one host with these files.
fn web(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path: PathBuf = home.path().join("alpha").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    home
}

/// Patrols the web, sealing every page; gives the manifests by address, and the names of all captures.
async fn patrolled(
    web: &Path,
    mode: ImageMode,
    budget: ImageBudget,
) -> (Vec<Manifest>, Vec<String>) {
    patrolled_by(web, (mode, budget), Browser::None).await
}

async fn patrolled_by(
    web: &Path,
    (mode, budget): (ImageMode, ImageBudget),
    browser: Browser,
) -> (Vec<Manifest>, Vec<String>) {
    let served = practice::serve_folder(web, Bind { port: 0, log: 0 })
        .await
        .unwrap();
    let mut list = practice::patrol_list(&served);
    for seed in &mut list.seeds {
        seed.images = mode;
        if matches!(browser, Browser::Use(_)) {
            seed.render = RenderMode::Always;
        }
        seed.pace.interval = Duration::ZERO;
    }
    let home = tempfile::tempdir().unwrap();
    let store = Store::open(home.path(), "main", Actor::patrol(""), &Silent)
        .unwrap()
        .0;
    let store = Arc::new(store);
    let registers = seeds::load_registers(None).unwrap().value;
    let order = Order {
        list,
        fresh: true,
        settings: PatrolSettings {
            workers: 1,
            retries: 0,
            ..PatrolSettings::default()
        },
        fetch: FetchSettings::new("test"),
        store: Arc::clone(&store),
        browser: browser.clone(),
        images: ImageOrder {
            budget,
            ..ImageOrder::none()
        },
        inspector: Inspector::compile(None, registers).unwrap().into(),
        networks: None,
        watching: None,
        monitor: Arc::new(Silent),
        legal_basis: Vec::new(),
    };
    let sealing = Sealing {
        always: true,
        ..Sealing::default()
    };
    let (_keep, stop) = watch::channel(false);
    let summary = carry_out_sealing(order, sealing, stop).await.unwrap();
    served.shutdown().await;
    let rows = store.index().items(&ItemQuery::default()).unwrap();
    let ids: Vec<String> = rows.into_iter().map(|row| row.evidence_id).collect();
    drop(store);
    let home = storage::home::Home::read_only(home.path()).unwrap();
    let report = verify::verify_store(&home, &Silent).unwrap();
    assert_eq!(report.outcome(), verify::Outcome::Pass, "{report:#?}");
    let mut manifests: Vec<Manifest> = ids
        .iter()
        .map(|id| Sealed::open(&home, id).unwrap().manifest().clone())
        .collect();
    manifests.sort_by(|a, b| a.final_url.cmp(&b.final_url));
    let captures = storage::run::read::captured(&home, &summary.run).unwrap();
    let visits = captures.map(|c| c.unwrap().visit).collect();
    (manifests, visits)
}

fn page_of<'a>(manifests: &'a [Manifest], end: &str) -> &'a Manifest {
    let found = manifests.iter().find(|m| m.final_url.ends_with(end));
    found.unwrap()
}

fn told(manifest: &Manifest) -> Vec<String> {
    let images = manifest.images.iter().map(|image| {
        let what = match (&image.not_seen, &image.reading) {
            (Some(why), _) => why.split(':').next().unwrap().to_owned(),
            (None, Some(reading)) => reading
                .codes
                .iter()
                .map(|code| code.payload.clone())
                .collect::<Vec<_>>()
                .join(" "),
            (None, None) => String::new(),
        };
        let kind = &image.kind;
        let address = image.address.split("/").last().unwrap().chars().take(11);
        format!("{kind} {} = {what}", address.collect::<String>())
    });
    images.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_way_of_naming_an_image_is_known_and_every_miss_has_its_reason() {
    let _ = lexicons::rulebook::load(None).unwrap();
    let inline = base64::engine::general_purpose::STANDARD.encode(poster("p12.webp"));
    let page = format!(
        "<title>首页</title><body><p>欢迎</p><a href=/b.html>下一页</a>\
         <img src=/a.jpg><img srcset='/small.jpg 320w, /b.jpg 1280w'>\
         <div style=\"background:url('/c.webp')\"></div>\
         <img src='data:image/webp;base64,{inline}'>\
         <img src=/private/d.jpg><img src=/gone.jpg><img src=/text.html><img src=/torn.png>\
         <img src=/tiny.jpg width=1 height=1></body>"
    );
    let (a, b, c) = (poster("p02.jpg"), poster("p06.jpg"), poster("p01.webp"));
    let files: [(&str, &[u8]); 8] = [
        ("robots.txt", b"User-agent: *\nDisallow: /private/\n"),
        ("index.html", page.as_bytes()),
        ("b.html", b"<title>b</title><body><img src=/a.jpg></body>"),
        ("a.jpg", &a),
        ("b.jpg", &b),
        ("c.webp", &c),
        ("text.html", b"<p>text</p>"),
        ("torn.png", b"\x89PNG\r\n\x1a\nrest"),
    ];
    let web = web(&files);
    let (manifests, visits) =
        patrolled(web.path(), ImageMode::Always, ImageBudget::default()).await;
    let front = page_of(&manifests, "/index.html");
    let expected = [
        "img a.jpg = http://yunling.test/fund",
        "img b.jpg = http://jinsui.test/rugu",
        "background c.webp = http://qinglan.test/join?c=01",
        "img data:sha256 = http://banner.test/12",
        "img d.jpg = robots",
        "img gone.jpg = failed",
        "img text.html = type",
        "img torn.png = ",
    ];
    assert_eq!(told(front), expected);
    let torn = front.images.last().unwrap().reading.as_ref().unwrap();
    assert!(
        torn.unread.as_ref().unwrap().contains("damaged"),
        "{torn:?}"
    );
    // The exchanges of those with codes are in the package, and the page asks for each address once in the run.
    let packed = front.images.iter().filter(|i| i.in_package).count();
    assert_eq!(packed, 3);
    let target = |m: &Manifest, end: &str| m.records.iter().any(|r| r.target.ends_with(end));
    assert!(target(front, "/b.jpg") && target(front, "/c.webp"));
    let second = page_of(&manifests, "/b.html");
    assert_eq!(told(second), ["img a.jpg = http://yunling.test/fund"]);
    assert!(target(second, "/a.jpg"));
    let images = visits.iter().filter(|v| v.starts_with("image-"));
    assert_eq!(images.count(), 4, "a, b, c and the torn one: {visits:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn auto_leaves_out_small_images_and_never_leaves_out_all_and_a_budget_is_held() {
    let text = "本店销售日用百货，欢迎选购。".repeat(60);
    let page = format!(
        "<title>百货</title><body><p>{text}</p><img src=/a.jpg width=300 height=400>\
         <img src=/b.jpg alt='保本理财 年化收益12%'></body>"
    );
    let (a, b) = (poster("p02.jpg"), poster("p06.jpg"));
    let files: [(&str, &[u8]); 3] = [
        ("index.html", page.as_bytes()),
        ("a.jpg", &a),
        ("b.jpg", &b),
    ];
    let web = web(&files);
    let budget = ImageBudget::default();
    let (manifests, _) = patrolled(web.path(), ImageMode::Never, budget).await;
    assert!(page_of(&manifests, "/index.html").images.is_empty());
    let (manifests, _) = patrolled(web.path(), ImageMode::Auto, budget).await;
    assert_eq!(
        told(page_of(&manifests, "/index.html"))[0],
        "img b.jpg = http://jinsui.test/rugu"
    );
    let little = ImageBudget {
        images_per_seed: 1,
        ..budget
    };
    let (manifests, _) = patrolled(web.path(), ImageMode::Always, little).await;
    let told = told(page_of(&manifests, "/index.html"));
    assert_eq!(told[0], "img b.jpg = http://jinsui.test/rugu");
    assert_eq!(told[1], "img a.jpg = budget of the seed");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_place_and_picture_of_a_slot_are_sealed_where_a_browser_showed_the_page() {
    let browser = crate::fetch::browser::installed();
    if !matches!(browser, Browser::Use(_)) {
        return println!("skipped: no browser is installed");
    }
    let page = "<title>门户</title><body style='height:2000px'><p>本地新闻</p>\
        <div class=ad data-ad-slot=7 style='position:absolute;left:40px;top:1200px;width:300px;height:250px;background:#c00'>\
        <a href='http://shop.test/' rel=sponsored>保本保息 年化收益12%</a></div></body>";
    let web = web(&[("index.html", page.as_bytes())]);
    let budget = ImageBudget::default();
    let (manifests, _) = patrolled_by(web.path(), (ImageMode::Never, budget), browser).await;
    let front = page_of(&manifests, "/index.html");
    let ad = front.ads.first().expect("an advertisement");
    assert_eq!(ad.place, Some([40, 1200, 300, 250]), "{ad:?}");
    assert!(ad.paid && ad.chain == ["http://shop.test/"], "{ad:?}");
    let picture = ad.picture.as_deref().unwrap_or_default();
    assert!(
        picture.starts_with("urn:slot:0:http://alpha.test/"),
        "{ad:?}"
    );
    assert!(front.records.iter().any(|r| r.target == picture));
}
