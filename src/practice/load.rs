//! The load generator: any number of linked Chinese pages, made on the fly, the same on every machine.
//!
//! Every page holds at least [`LEAST_HAN`] Han characters, links to about twenty others of its host so that all are reachable from
//! `/`, and shares no more than its menu and footer with any other.

use super::answer::{Answer, Reply};
use super::error::PracticeError;
use super::folder::address;
use super::prose::{Dice, Kind, Prose, mix};
use super::server::ServedHost;
use std::fmt::Write;

/// Han characters of a page, at least.
pub(super) const LEAST_HAN: usize = 3_000;
/// Han characters of the running text aimed at; with titles and links a page comes to about 35 KB.
const PROSE_HAN: usize = 5_200;
const _: () = assert!(PROSE_HAN >= LEAST_HAN);
/// Han characters of one paragraph, at least.
const PARAGRAPH_HAN: usize = 110;
/// Children of a page in the tree that makes all pages reachable.
const CHILDREN: u64 = 16;
/// Links to anywhere in the host beside the children.
const STRAY_LINKS: u64 = 4;
/// Advertising paragraphs of a guilty page.
const AD_PARAGRAPHS: usize = 6;
/// Of a thousand pages this many break the law, and as many warn of it.
const GUILTY_PER_MILLE: u64 = 50;
const WARNING_PER_MILLE: u64 = 50;
/// Most hosts: as many addresses as the block has.
const MOST_HOSTS: u16 = 5_000;

/// How many pages over how many hosts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoadPlan {
    /// Pages in all, at least one for each host.
    pub pages: u64,
    /// Hosts, at least one.
    pub hosts: u16,
}

/// What a load page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoadKind {
    /// News and town life.
    Plain,
    /// Quotes the bait to warn of it.
    Warning,
    /// Advertises with forbidden promises.
    Guilty,
}

impl LoadPlan {
    /// Pages of one host; the first hosts take the remainder.
    pub fn pages_of(&self, host: u16) -> u64 {
        let hosts = u64::from(self.hosts.max(1));
        self.pages / hosts + u64::from(u64::from(host) < self.pages % hosts)
    }

    /// What a page is; fixed by its host and number.
    pub fn kind(&self, host: u16, page: u64) -> LoadKind {
        match seed(usize::from(host), page, 1) % 1_000 {
            n if n < GUILTY_PER_MILLE => LoadKind::Guilty,
            n if n < GUILTY_PER_MILLE + WARNING_PER_MILLE => LoadKind::Warning,
            _ => LoadKind::Plain,
        }
    }

    /// How many pages of the whole plan are guilty, counted.
    pub fn guilty(&self) -> u64 {
        (0..self.hosts)
            .flat_map(|host| (0..self.pages_of(host)).map(move |page| (host, page)))
            .filter(|(host, page)| self.kind(*host, *page) == LoadKind::Guilty)
            .count() as u64
    }
}

/// The first pages of a plan as HTML, host by host: the same on every machine, for measurements without a network.
pub fn load_pages(plan: LoadPlan) -> Result<impl Iterator<Item = String>, PracticeError> {
    let load = Load::prepare(plan)?;
    let all =
        (0..plan.hosts).flat_map(move |host| (0..plan.pages_of(host)).map(move |n| (host, n)));
    Ok(all.map(move |(host, page)| load.page(host, page)))
}

/// The generator, ready to answer.
#[derive(Debug)]
pub(super) struct Load {
    plan: LoadPlan,
    prose: Prose,
}

impl Load {
    /// Checks the plan and reads the words.
    pub(super) fn prepare(plan: LoadPlan) -> Result<Self, PracticeError> {
        let fault = match plan {
            LoadPlan { hosts: 0, .. } => Some("at least one host is needed"),
            LoadPlan { hosts, .. } if hosts > MOST_HOSTS => Some("at most 5000 hosts"),
            LoadPlan { pages, hosts } if pages < u64::from(hosts) => {
                Some("at least one page for each host")
            }
            _ => None,
        };
        match fault {
            Some(fault) => Err(PracticeError::Load {
                pages: plan.pages,
                hosts: plan.hosts,
                fault,
            }),
            None => Ok(Self {
                plan,
                prose: Prose::bundled()?,
            }),
        }
    }

    /// The plan being served.
    pub(super) fn plan(&self) -> LoadPlan {
        self.plan
    }

    /// The hosts, by number.
    pub(super) fn hosts(&self) -> Vec<ServedHost> {
        (0..self.plan.hosts)
            .map(|n| ServedHost {
                name: format!("load-{:04}.test", n + 1),
                address: address(64, usize::from(n)),
            })
            .collect()
    }

    /// What goes back for `path`; `None` where there is no page.
    pub(super) fn answer(&self, host: usize, path: &str) -> Option<Answer> {
        if path == "/robots.txt" {
            let rules = "User-agent: *\nAllow: /\n";
            return Some(Answer::now(Reply::new(200, "text/plain", rules)));
        }
        let host = u16::try_from(host).ok()?;
        let page = match path {
            "/" => 0,
            _ => path
                .strip_prefix("/p/")?
                .strip_suffix(".html")?
                .parse()
                .ok()?,
        };
        (page < self.plan.pages_of(host))
            .then(|| Reply::new(200, "text/html; charset=utf-8", self.page(host, page)))
            .map(Answer::now)
    }

    /// The page itself.
    pub(super) fn page(&self, host: u16, page: u64) -> String {
        let mut dice = Dice::new(seed(usize::from(host), page, 2));
        let mut out = String::with_capacity(40_000);
        let kind = self.plan.kind(host, page);
        let title = self.title(host, page);
        let _ = write!(
            out,
            "{HEAD}<title>{title} - 第{page}页</title>\n{STYLE}</head>\n<body>\n{MENU}\
             <div class=\"container main-content\"><div class=\"crumb\">当前位置：<a href=\"/\">首页</a> &gt; 第{page}页</div>\n\
             <h1 class=\"article-title\">{title}</h1>\n<div class=\"article-body\" id=\"article-{page}\" data-host=\"{host}\">\n"
        );
        let special = match kind {
            LoadKind::Plain => None,
            LoadKind::Warning => Some(Kind::Warning),
            LoadKind::Guilty => Some(Kind::Ad),
        };
        for n in 0..special.map_or(0, |_| AD_PARAGRAPHS) {
            self.block(special.unwrap_or(Kind::Plain), n, &mut dice, &mut out);
        }
        let mut han = 0;
        let mut n = AD_PARAGRAPHS;
        while han < PROSE_HAN {
            han += self.block(Kind::Plain, n, &mut dice, &mut out);
            n += 1;
        }
        out.push_str("</div>\n<ul class=\"related-list\">\n");
        self.links(host, page, &mut dice, &mut out);
        let _ = write!(out, "</ul></div>\n{FOOT}");
        out
    }

    fn block(&self, kind: Kind, n: usize, dice: &mut Dice, out: &mut String) -> usize {
        let _ = write!(
            out,
            "<div class=\"paragraph-wrapper layout-column col-md-12 col-sm-12\" data-index=\"{n}\" data-track=\"article.paragraph.{n}\">\
             <p class=\"text-paragraph text-indent line-height-large\" style=\"text-indent:2em;line-height:1.8;margin:0 0 14px 0;color:#333333;font-size:16px;\">"
        );
        let least = if kind == Kind::Ad { 30 } else { PARAGRAPH_HAN };
        let han = self.prose.paragraph(kind, least, dice, out);
        out.push_str("</p></div>\n");
        han
    }

    /// The title of a page, from its own dice so that links can give it.
    fn title(&self, host: u16, page: u64) -> String {
        let kind = match self.plan.kind(host, page) {
            LoadKind::Plain => Kind::Title,
            LoadKind::Warning => Kind::WarningTitle,
            LoadKind::Guilty => Kind::AdTitle,
        };
        let mut dice = Dice::new(seed(usize::from(host), page, 3));
        let mut title = String::with_capacity(80);
        self.prose.sentence(kind, &mut dice, &mut title);
        title
    }

    /// What links call a page: advertisements go by harmless names, so that pages which only link to them stay plain.
    fn link_title(&self, host: u16, page: u64) -> String {
        match self.plan.kind(host, page) {
            LoadKind::Guilty => format!("详情{page}"),
            LoadKind::Plain | LoadKind::Warning => self.title(host, page),
        }
    }

    fn links(&self, host: u16, page: u64, dice: &mut Dice, out: &mut String) {
        let pages = self.plan.pages_of(host);
        let first = page.saturating_mul(CHILDREN).saturating_add(1);
        let children = (first..first.saturating_add(CHILDREN)).take_while(|child| *child < pages);
        let mut targets: Vec<u64> = children.collect();
        let strays = CHILDREN + STRAY_LINKS - targets.len() as u64;
        targets.extend((0..strays).map(|_| dice.below(usize::try_from(pages).unwrap_or(1)) as u64));
        for target in targets {
            let title = self.link_title(host, target);
            let _ = writeln!(
                out,
                "<li class=\"related-item\"><a class=\"related-link\" href=\"/p/{target}.html\" title=\"{title}\">{title}（{target}）</a></li>"
            );
        }
    }
}

fn seed(host: usize, page: u64, purpose: u64) -> u64 {
    mix(mix(mix(purpose).wrapping_add(host as u64)).wrapping_add(page))
}

const HEAD: &str = "<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n\
    <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"generator\" content=\"wangxun-practice\">\n";
const STYLE: &str = "<style>\nbody{margin:0;font:16px/1.8 \"PingFang SC\",\"Microsoft YaHei\",sans-serif;color:#333;background:#f6f6f6}\n\
    .container{max-width:1080px;margin:0 auto;padding:0 16px}.nav-bar{background:#b1231b}.nav-bar a{color:#fff;padding:0 18px;line-height:48px}\n\
    .article-title{font-size:28px;line-height:1.5}.article-body{background:#fff;padding:24px}.related-list{columns:2;padding:16px 32px}\n</style>\n";
const MENU: &str = "<div class=\"nav-bar\"><div class=\"container\"><a href=\"/\">首页</a><a href=\"/\">镇村</a><a href=\"/\">民生</a></div></div>\n";
const FOOT: &str =
    "<div class=\"footer\"><p>演练用生成页面，内容全部虚构</p></div>\n</body>\n</html>\n";

#[cfg(test)]
mod tests {
    use super::super::prose::is_han;
    use super::*;
    use proptest::prelude::*;
    use std::collections::{BTreeSet, HashMap};

    fn load(pages: u64, hosts: u16) -> Load {
        Load::prepare(LoadPlan { pages, hosts }).unwrap()
    }

    /// Texts between tags: finer than any reader's blocks.
    fn blocks(page: &str) -> Vec<String> {
        let body = page.split_once("</style>").unwrap().1;
        body.split('<')
            .filter_map(|piece| piece.split_once('>'))
            .map(|(_, text)| text.trim().to_owned())
            .filter(|text| !text.is_empty())
            .collect()
    }

    fn shared(a: &str, b: &str) -> (usize, usize) {
        let (a, b) = (blocks(a), blocks(b));
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for block in &a {
            *counts.entry(block).or_default() += 1;
        }
        let both = b.iter().filter(|block| {
            counts.get_mut(block.as_str()).is_some_and(|n| {
                *n > 0 && {
                    *n -= 1;
                    true
                }
            })
        });
        (both.count(), a.len().min(b.len()))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn no_two_pages_share_more_than_a_fifth(h1 in 0..4_u16, p1 in 0..2_500_u64, h2 in 0..4_u16, p2 in 0..2_500_u64) {
            prop_assume!((h1, p1) != (h2, p2));
            let load = load(10_000, 4);
            let (both, blocks) = shared(&load.page(h1, p1), &load.page(h2, p2));
            prop_assert!(both * 5 <= blocks, "{both} of {blocks}");
        }

        #[test]
        fn every_page_is_long_enough(page in 0..1_000_000_u64) {
            let page = load(1_000_000, 1).page(0, page);
            let text = page.split_once("</style>").unwrap().1;
            prop_assert!(text.chars().filter(|c| is_han(*c)).count() >= LEAST_HAN);
            prop_assert!((28_000..42_000).contains(&page.len()), "{}", page.len());
        }
    }

    #[test]
    fn all_pages_are_reachable_within_the_host() {
        let load = load(1_000, 3);
        for host in 0..3 {
            let mut seen = BTreeSet::from([0_u64]);
            let mut open = vec![0];
            while let Some(page) = open.pop() {
                let text = load.page(host, page);
                let links = text.split("href=\"/p/").skip(1);
                let targets: Vec<u64> = links
                    .filter_map(|l| l.split_once(".html")?.0.parse().ok())
                    .collect();
                assert_eq!(targets.len(), 20);
                open.extend(targets.into_iter().filter(|t| seen.insert(*t)));
            }
            assert_eq!(seen.len() as u64, load.plan.pages_of(host));
        }
    }

    #[test]
    fn the_share_of_guilty_pages_is_known() {
        let plan = LoadPlan {
            pages: 10_000,
            hosts: 7,
        };
        assert!((400..600).contains(&plan.guilty()), "{}", plan.guilty());
        let load = load(100, 1);
        for page in 0..100 {
            let guilty = load.plan.kind(0, page) == LoadKind::Guilty;
            let title = load.title(0, page);
            assert_eq!(
                guilty,
                title.contains("保本保息")
                    || title.contains("零风险")
                    || title.contains("不看征信"),
                "{title}"
            );
        }
    }

    #[test]
    fn pages_are_split_over_hosts_without_loss() {
        let plan = LoadPlan {
            pages: 1_003,
            hosts: 10,
        };
        assert_eq!((0..10).map(|h| plan.pages_of(h)).sum::<u64>(), 1_003);
        let load = load(1_003, 10);
        assert!(load.answer(0, "/p/100.html").is_some());
        assert!(load.answer(9, "/p/100.html").is_none());
        for path in [
            "/p/-1.html",
            "/p/.html",
            "/p/99999999999999999999.html",
            "/x",
        ] {
            assert!(load.answer(0, path).is_none(), "{path}");
        }
    }

    #[test]
    fn impossible_plans_are_refused() {
        for (pages, hosts) in [(0, 1), (5, 0), (3, 4), (10_000, 5_001)] {
            assert!(Load::prepare(LoadPlan { pages, hosts }).is_err());
        }
    }
}
