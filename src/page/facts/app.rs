//! App pages of stores: name, package and developer, from linked data (schema.org SoftwareApplication) or from the labels
//! that Chinese stores print.

use crate::model::identity::{FactCheck, FactKind, IdentityFact};
use crate::model::page::Page;
use crate::page::pattern::constant;
use regex::Regex;
use serde_json::Value;
use std::sync::LazyLock;
use url::Url;

/// Linked data longer than this is not read for apps.
const LONGEST: usize = 256 * 1024;
/// Values looked at in one page's linked data.
const MOST_VALUES: usize = 2_000;
/// Characters kept of a name.
const NAME: usize = 80;

static PACKAGE: LazyLock<Regex> = LazyLock::new(|| {
    constant(
        r"(?i)(?:应用包名|包名|package(?: name)?)\s*[:：]?\s*([a-z][a-z0-9_]*(?:\.[a-z0-9_]+){1,8})",
    )
});
static DEVELOPER: LazyLock<Regex> = LazyLock::new(|| {
    constant(r"(?:开发者名称|开发者|开发商|运营者|应用开发者)\s*[:：]?\s*([^\s:：|，。]{2,60})")
});
static IN_ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    constant(
        r"(?i)(?:[?&](?:id|pkg|pkgname|package|packagename|apkname)=|/)([a-z][a-z0-9_]*(?:\.[a-z0-9_]+){2,8})(?:[&#/]|$)",
    )
});

/// What is known of an app.
#[derive(Default)]
struct App {
    name: String,
    package: String,
    developer: String,
}

/// The app that a page is about; `None` when it is no app's page.
pub(in crate::page) fn of_app<'a>(
    page: &Page,
    base: &Url,
    linked_data: impl Iterator<Item = &'a str>,
) -> Option<IdentityFact> {
    let mut app = linked_data.filter_map(of_linked_data).next();
    let labelled = capture(&PACKAGE, &page.text).filter(|_| speaks_of_download(&page.text));
    if app.is_none() {
        app = labelled.clone().map(|package| App {
            package,
            name: page.title.chars().take(NAME).collect(),
            ..App::default()
        });
    }
    let mut app = app?;
    if app.package.is_empty() {
        let in_address = || capture(&IN_ADDRESS, base.as_str());
        app.package = labelled.or_else(in_address).unwrap_or_default();
    }
    if app.developer.is_empty() {
        app.developer = capture(&DEVELOPER, &page.text).unwrap_or_default();
    }
    let value = match app.package.as_str() {
        "" => format!("name/{}", app.name),
        package => package.to_owned(),
    };
    let parts = [("package", app.package), ("developer", app.developer)];
    Some(IdentityFact {
        kind: FactKind::App,
        raw: app.name,
        value,
        span: None,
        check: FactCheck::None,
        parts: parts.into_iter().filter(|(_, v)| !v.is_empty()).collect(),
    })
}

/// A package alone stands on developers' pages, too; a store offers the app.
fn speaks_of_download(text: &str) -> bool {
    ["下载", "安装", "Install", "Download"]
        .iter()
        .any(|word| text.contains(word))
}

fn capture(pattern: &Regex, text: &str) -> Option<String> {
    let found = pattern.captures(text)?.get(1)?;
    Some(found.as_str().to_owned())
}

fn of_linked_data(code: &str) -> Option<App> {
    let value: Value = serde_json::from_str(code.get(..code.len().min(LONGEST))?.trim()).ok()?;
    let mut left = MOST_VALUES;
    find(&value, &mut left)
}

/// The first app in a value, arrays and graphs searched. The parser bounds the depth.
fn find(value: &Value, left: &mut usize) -> Option<App> {
    *left = left.checked_sub(1)?;
    match value {
        Value::Array(items) => items.iter().find_map(|item| find(item, left)),
        Value::Object(fields) if is_app(fields.get("@type")) => {
            let text = |name: &str| fields.get(name).map(words).unwrap_or_default();
            let any = |names: &[&str]| names.iter().map(|n| text(n)).find(|t| !t.is_empty());
            let addresses = ["identifier", "installUrl", "downloadUrl", "url", "@id"];
            let package = addresses.iter().find_map(|name| package_of(&text(name)));
            Some(App {
                name: text("name"),
                package: package.unwrap_or_default(),
                developer: any(&["author", "publisher", "provider", "creator"]).unwrap_or_default(),
            })
        }
        Value::Object(fields) => {
            let inner = ["@graph", "mainEntity", "about"];
            inner.iter().find_map(|name| find(fields.get(*name)?, left))
        }
        _ => None,
    }
}

fn is_app(kind: Option<&Value>) -> bool {
    let is = |v: &Value| {
        let word = v.as_str().unwrap_or_default();
        matches!(
            word,
            "SoftwareApplication" | "MobileApplication" | "WebApplication"
        )
    };
    match kind {
        Some(Value::Array(kinds)) => kinds.iter().any(is),
        Some(kind) => is(kind),
        None => false,
    }
}

/// A text, or the name of an organisation or person.
fn words(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.as_str(),
        Value::Object(fields) => fields
            .get("name")
            .and_then(Value::as_str)
            .unwrap_or_default(),
        Value::Array(items) => return items.first().map(words).unwrap_or_default(),
        _ => "",
    };
    text.chars().filter(|c| !c.is_control()).take(500).collect()
}

/// A package as it stands alone or in a store's address.
fn package_of(text: &str) -> Option<String> {
    let alone = || capture(&IN_ADDRESS, &format!("/{text}"));
    capture(&IN_ADDRESS, text).or_else(alone)
}

#[cfg(test)]
mod tests {
    use crate::model::identity::{FactKind, IdentityFact};
    use url::Url;

    fn app(html: &str, base: &str) -> Option<IdentityFact> {
        let page = crate::page::read(html, &Url::parse(base).unwrap());
        page.facts.into_iter().find(|f| f.kind == FactKind::App)
    }

    fn told(fact: &IdentityFact) -> String {
        let parts: Vec<String> = fact.parts.iter().map(|(n, v)| format!("{n}={v}")).collect();
        format!("{} {} {}", fact.raw, fact.value, parts.join(" "))
    }

    #[test]
    fn apps_of_linked_data_and_of_labels() {
        let linked = app(
            r#"<script type="application/ld+json">{"@graph":[{"@type":"WebPage"},{"@type":["MobileApplication"],
            "name":"纸上金钱包","author":{"@type":"Organization","name":"纸上金（虚构）公司"},
            "url":"https://store.test/details?id=test.zhishangjin.wallet"}]}</script><p>安装</p>"#,
            "https://store.test/x",
        );
        assert_eq!(
            told(&linked.unwrap()),
            "纸上金钱包 test.zhishangjin.wallet package=test.zhishangjin.wallet developer=纸上金（虚构）公司"
        );
        let labelled = app(
            "<title>镜花贷</title><p>下载 12万次</p><p>包名：test.jinghua.loan</p><p>开发者：镜花（虚构）公司</p>",
            "https://store.test/app/C1000",
        );
        assert_eq!(
            told(&labelled.unwrap()),
            "镜花贷 test.jinghua.loan package=test.jinghua.loan developer=镜花（虚构）公司"
        );
    }

    #[test]
    fn other_pages_are_no_apps() {
        for html in [
            "<p>下载我们的手册</p>",
            "<p>包名：test.a.b 的写法</p>",
            r#"<script type="application/ld+json">{"@type":"Article","name":"x"}</script>"#,
            r#"<script type="application/ld+json">{"@type":</script>"#,
        ] {
            assert!(app(html, "https://store.test/").is_none(), "{html}");
        }
        let deep = format!(
            "<script type=\"application/ld+json\">{}</script>",
            "[".repeat(100_000)
        );
        assert!(app(&deep, "https://store.test/").is_none());
    }
}
