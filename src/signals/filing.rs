//! Filing numbers (ICP备案): missing where they must stand, or of another province than the operator.

use crate::model::context::{Context, Offer};
use crate::model::finding::Verdict;
use crate::model::identity::{FactKind, IdentityFact};
use crate::model::page::Page;
use crate::model::signal::{Observation, SignalKind};
use url::Url;

/// Characters of filing numbers, the names that they stand for, and the first two digits of GB/T 2260 codes.
const PROVINCES: [(&str, &str, &str); 31] = [
    ("京", "北京", "11"),
    ("津", "天津", "12"),
    ("冀", "河北", "13"),
    ("晋", "山西", "14"),
    ("蒙", "内蒙古", "15"),
    ("辽", "辽宁", "21"),
    ("吉", "吉林", "22"),
    ("黑", "黑龙江", "23"),
    ("沪", "上海", "31"),
    ("苏", "江苏", "32"),
    ("浙", "浙江", "33"),
    ("皖", "安徽", "34"),
    ("闽", "福建", "35"),
    ("赣", "江西", "36"),
    ("鲁", "山东", "37"),
    ("豫", "河南", "41"),
    ("鄂", "湖北", "42"),
    ("湘", "湖南", "43"),
    ("粤", "广东", "44"),
    ("桂", "广西", "45"),
    ("琼", "海南", "46"),
    ("渝", "重庆", "50"),
    ("蜀川", "四川", "51"),
    ("黔贵", "贵州", "52"),
    ("滇云", "云南", "53"),
    ("藏", "西藏", "54"),
    ("陕秦", "陕西", "61"),
    ("甘陇", "甘肃", "62"),
    ("青", "青海", "63"),
    ("宁", "宁夏", "64"),
    ("新", "新疆", "65"),
];

type Province = &'static (&'static str, &'static str, &'static str);

/// What the filing numbers of a page tell. `verdict` says whether it offers finance and who runs it.
pub fn filing(url: &Url, page: &Page, verdict: &Verdict) -> Option<Observation> {
    let promotes = verdict.context == Context::Ad && verdict.offer != Offer::None;
    let filings = || page.facts.iter().filter(|f| f.kind == FactKind::IcpFiling);
    if filings().next().is_none() {
        let licensed = page.facts.iter().any(|f| f.kind == FactKind::IcpLicence);
        // The number must stand on the home page, and is asked for there only.
        let is_home = url.path() == "/";
        if !promotes || licensed || !is_home || !faces_mainland(page) {
            return None;
        }
        let detail = "首页宣传金融产品,未见ICP备案或许可编号(互联网信息服务管理办法第十二条)";
        return Some(Observation::new(SignalKind::IcpMissing, detail));
    }
    let operator = verdict.who.operator.as_ref()?;
    let stated = stated_province(&operator.name, operator.code.as_deref(), page)?;
    let filed: Vec<(&IdentityFact, Province)> = filings()
        .filter_map(|f| Some((f, of_character(part(f, "province")?)?)))
        .collect();
    // A page may show several numbers (the group's, a partner's): one that fits is enough.
    if filed.is_empty() || filed.iter().any(|(_, p)| p.1 == stated.1) {
        return None;
    }
    let (fact, province) = filed.first()?;
    let detail = format!(
        "备案编号属{},运营主体在{}(代理备案也会如此)",
        province.1, stated.1
    );
    let found = Observation::new(SignalKind::IcpProvince, detail);
    Some(found.change(
        fact.raw.trim().to_owned(),
        format!("{}({})", operator.name, stated.1),
    ))
}

/// Where the operator is: its credit code says it, else its name, else the only credit code of the page.
fn stated_province(name: &str, code: Option<&str>, page: &Page) -> Option<Province> {
    let by_code = |code: &str| code.get(2..4).and_then(of_digits);
    let named = || {
        PROVINCES.iter().find(|p| {
            name.starts_with(p.1)
                || name.contains(&format!("({})", p.1))
                || name.contains(&format!("（{}）", p.1))
        })
    };
    let mut codes = page
        .facts
        .iter()
        .filter(|f| f.kind == FactKind::CreditCode)
        .filter_map(|f| {
            part(f, "region")
                .and_then(|r| r.get(..2))
                .and_then(of_digits)
        });
    let only = || match (codes.next(), codes.next()) {
        (Some(province), None) => Some(province),
        _ => None,
    };
    code.and_then(by_code).or_else(named).or_else(only)
}

fn of_digits(digits: &str) -> Option<Province> {
    PROVINCES.iter().find(|p| p.2 == digits)
}

fn of_character(character: &str) -> Option<Province> {
    let character = character.chars().next()?;
    PROVINCES.iter().find(|p| p.0.contains(character))
}

fn part<'f>(fact: &'f IdentityFact, name: &str) -> Option<&'f str> {
    let part = fact.parts.iter().find(|(n, _)| *n == name)?;
    Some(part.1.as_str())
}

/// A page in simplified Chinese, mostly: what is not for the mainland needs no filing.
fn faces_mainland(page: &Page) -> bool {
    const SIMPLIFIED: &str =
        "这说为国们时会对开关发经资财户业东车书长门问间见观现个价产务动办华单币帐贷款债权证实";
    const TRADITIONAL: &str =
        "這說為國們時會對開關發經資財戶業東車書長門問間見觀現個價產務動辦華單幣帳貸債權證實";
    let count = |of: &str| {
        page.text
            .chars()
            .take(20_000)
            .filter(|c| of.contains(*c))
            .count()
    };
    let (simplified, traditional) = (count(SIMPLIFIED), count(TRADITIONAL));
    simplified > 0 && simplified >= traditional
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_province_is_known_once() {
        let characters: String = PROVINCES.iter().map(|p| p.0).collect();
        for c in "京津沪渝冀晋辽吉黑苏浙皖闽赣鲁豫鄂湘粤琼川蜀贵黔云滇陕秦甘陇青蒙桂宁新藏".chars()
        {
            assert_eq!(characters.matches(c).count(), 1, "{c}");
        }
        assert_eq!(of_digits("21").map(|p| p.1), Some("辽宁"));
        assert_eq!(of_character("贵").map(|p| p.1), Some("贵州"));
    }

    #[test]
    fn the_operator_is_where_its_code_or_name_says() {
        let page = Page::default();
        let of = |name: &str, code| stated_province(name, code, &page).map(|p| p.1);
        assert_eq!(
            of("某某科技有限公司", Some("91210727MA00000000")),
            Some("辽宁")
        );
        assert_eq!(of("上海某某科技有限公司", None), Some("上海"));
        assert_eq!(of("某某(浙江)科技有限公司", None), Some("浙江"));
        assert_eq!(of("某某科技有限公司", None), None);
        assert_eq!(of("某", Some("9")), None);
    }
}
