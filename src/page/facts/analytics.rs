//! Web-analytics identifiers in scripts: the best key for telling that two sites have one operator.

use crate::model::identity::{FactCheck, FactKind, IdentityFact};
use crate::page::pattern::constant;
use regex::Regex;
use std::sync::LazyLock;

/// The services: a word to look for first, the identifier's pattern, the name.
static SERVICES: LazyLock<[(&str, Regex, &str); 5]> = LazyLock::new(|| {
    [
        (
            "hm.baidu.com",
            constant(r"hm\.baidu\.com/(?:hm|h)\.js\?([0-9a-f]{32})"),
            "baidu",
        ),
        (
            "cnzz",
            constant(
                r"(?:cnzz\.com/[^\x22'\s]{0,80}?[?&](?:amp;)?(?:web_)?id=|cnzz_stat_icon_)(\d{5,12})",
            ),
            "cnzz",
        ),
        (
            "51.la",
            constant(
                r"(?:users\.51\.la/(\d{5,12})\.js|[?&]id=([A-Za-z0-9]{8,24})[^\n]{0,60}51\.la|51\.la[^\n]{0,60}[?&]id=([A-Za-z0-9]{8,24}))",
            ),
            "51la",
        ),
        (
            "LA.init",
            constant(r#"LA\.init\(\{\s*id\s*:\s*["']([A-Za-z0-9]{8,24})["']"#),
            "51la",
        ),
        (
            "google",
            constant(r"\b(UA-\d{4,10}-\d{1,4}|G-[A-Z0-9]{8,12}|GTM-[A-Z0-9]{5,9})\b"),
            "google",
        ),
    ]
});

/// The identifiers in addresses and code of scripts.
pub(in crate::page) fn of_scripts<'a>(scripts: impl Iterator<Item = &'a str>) -> Vec<IdentityFact> {
    let mut facts = Vec::new();
    for script in scripts {
        for (word, pattern, service) in SERVICES.iter() {
            if !script.contains(word) {
                continue;
            }
            for captured in pattern.captures_iter(script).take(20) {
                let id = captured.iter().skip(1).flatten().next();
                if let (Some(whole), Some(id)) = (captured.get(0), id) {
                    facts.push(IdentityFact {
                        kind: FactKind::Analytics,
                        raw: whole.as_str().to_owned(),
                        value: format!("{service}:{}", id.as_str()),
                        span: None,
                        check: FactCheck::None,
                        parts: vec![("service", (*service).to_owned())],
                    });
                }
            }
        }
    }
    facts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services() {
        for (script, wanted) in [
            (
                "hm.src = '//hm.baidu.com/hm.js?0123456789abcdef0123456789abcdef';",
                "baidu:0123456789abcdef0123456789abcdef",
            ),
            (
                "https://s4.cnzz.com/z_stat.php?id=1253000000&web_id=1253000000",
                "cnzz:1253000000",
            ),
            ("<span id='cnzz_stat_icon_1253000001'>", "cnzz:1253000001"),
            ("//js.users.51.la/19000000.js", "51la:19000000"),
            (
                "LA.init({id:\"JxAbCdEf12345678\",ck:\"x\"})",
                "51la:JxAbCdEf12345678",
            ),
            (
                "https://www.googletagmanager.com/gtag/js?id=G-ABCDEF1234",
                "google:G-ABCDEF1234",
            ),
        ] {
            let facts = of_scripts([script].into_iter());
            assert_eq!(
                facts.first().map(|f| f.value.as_str()),
                Some(wanted),
                "{script}"
            );
        }
        assert!(of_scripts(["var G-ABCDEF1234 = 1"].into_iter()).is_empty());
    }
}
