//! Regional units: counties and townships by code (GB/T 2260 and the township digits) and by name.

use std::collections::HashMap;

/// Rank of a unit, highest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum UnitLevel {
    /// 省、自治区、直辖市.
    Province,
    /// 地级市.
    City,
    /// 县、区、县级市.
    County,
    /// 乡、镇、街道.
    Township,
    /// 村、社区.
    Village,
}

/// One regional unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// `210000`, `210727` or `210727101`.
    pub code: String,
    /// Full name, such as 义县 or 刘龙台镇.
    pub name: String,
    /// Other names, such as older ones.
    pub aliases: Vec<String>,
}

impl Unit {
    /// The rank that the code tells.
    pub fn level(&self) -> UnitLevel {
        match self.code.len() {
            0..=6 if self.code.ends_with("0000") => UnitLevel::Province,
            0..=6 if self.code.ends_with("00") => UnitLevel::City,
            0..=6 => UnitLevel::County,
            7..=9 => UnitLevel::Township,
            _ => UnitLevel::Village,
        }
    }

    /// The code of the unit above.
    pub fn parent_code(&self) -> Option<String> {
        let code = self.code.as_str();
        match self.level() {
            UnitLevel::Province => None,
            UnitLevel::City => Some(format!("{}0000", code.get(..2)?)),
            UnitLevel::County => Some(format!("{}00", code.get(..4)?)),
            UnitLevel::Township => code.get(..6).map(str::to_owned),
            UnitLevel::Village => code.get(..9).map(str::to_owned),
        }
    }
}

/// Whether a string is a unit code: 6, 9 or 12 digits.
pub fn is_unit_code(code: &str) -> bool {
    matches!(code.len(), 6 | 9 | 12) && code.bytes().all(|b| b.is_ascii_digit())
}

/// The units that an office knows.
#[derive(Debug, Clone, Default)]
pub struct Units {
    units: Vec<Unit>,
    by_code: HashMap<String, usize>,
    /// Longer names that contain a unit's name and are somewhere else, such as 遵义县.
    strangers: Vec<String>,
}

/// A unit found in an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'u> {
    /// The unit.
    pub unit: &'u Unit,
    /// Whether a unit above it, or a registry code, confirms it; else the same name may stand for a place elsewhere.
    pub confirmed: bool,
}

/// A name of a unit where it stands in an address.
struct Named {
    start: usize,
    end: usize,
    index: usize,
}

impl Units {
    /// Indexes units; `strangers` are names elsewhere that contain a unit's name.
    pub fn new(mut units: Vec<Unit>, strangers: Vec<String>) -> Self {
        units.sort_by(|a, b| a.code.cmp(&b.code));
        let by_code = units
            .iter()
            .enumerate()
            .map(|(i, u)| (u.code.clone(), i))
            .collect();
        Self {
            units,
            by_code,
            strangers,
        }
    }

    /// All units, by code.
    pub fn all(&self) -> &[Unit] {
        &self.units
    }

    /// The unit of a code.
    pub fn by_code(&self, code: &str) -> Option<&Unit> {
        self.by_code.get(code).and_then(|i| self.units.get(*i))
    }

    /// The unit of a full name or alias, when only one bears it.
    pub fn by_name(&self, name: &str) -> Option<&Unit> {
        let mut bearers = self
            .units
            .iter()
            .filter(|u| u.name == name || u.aliases.iter().any(|a| a == name));
        match (bearers.next(), bearers.next()) {
            (Some(unit), None) => Some(unit),
            _ => None,
        }
    }

    /// Whether `inner` is `outer` or lies in it.
    pub fn lies_in(&self, inner: &Unit, outer: &Unit) -> bool {
        let mut code = Some(inner.code.clone());
        while let Some(current) = code {
            if current == outer.code {
                return true;
            }
            code = self.by_code(&current).and_then(Unit::parent_code);
        }
        false
    }

    /// The lowest unit that an address names, by the longest name.
    ///
    /// Many townships elsewhere bear the same names (头台, 前杨): without a unit above in front of it, or a
    /// registry code (`context`, at least six digits) in the same county, the place is not confirmed; with another
    /// county in front of it, it is none of ours.
    pub fn in_address(&self, address: &str, context: Option<&str>) -> Option<Place<'_>> {
        let address: String = address.chars().take(512).collect();
        let named = self.named(&address);
        let mut candidates: Vec<Place<'_>> = named
            .iter()
            .filter_map(|n| self.place(&address, &named, n, context))
            .collect();
        candidates.sort_by_key(|p| (p.confirmed, p.unit.level(), p.unit.name.len()));
        candidates.pop()
    }

    /// Unit names in an address, longest first at each place, none inside a stranger's name.
    fn named(&self, address: &str) -> Vec<Named> {
        let strange: Vec<(usize, usize)> = self
            .strangers
            .iter()
            .flat_map(|s| address.match_indices(s.as_str()))
            .map(|(start, text)| (start, start + text.len()))
            .collect();
        let mut found = Vec::new();
        for (index, unit) in self.units.iter().enumerate() {
            for name in [&unit.name].into_iter().chain(&unit.aliases) {
                for (start, text) in address.match_indices(name.as_str()) {
                    let end = start + text.len();
                    if !strange.iter().any(|(s, e)| *s <= start && end <= *e) {
                        found.push(Named { start, end, index });
                    }
                }
            }
        }
        let inside = |n: &Named| {
            found.iter().any(|o| {
                o.start <= n.start && n.end <= o.end && (o.end - o.start) > (n.end - n.start)
            })
        };
        let keep: Vec<bool> = found.iter().map(|n| !inside(n)).collect();
        let mut keep = keep.into_iter();
        found.retain(|_| keep.next().unwrap_or(false));
        found
    }

    fn place<'u>(
        &'u self,
        address: &str,
        named: &[Named],
        at: &Named,
        context: Option<&str>,
    ) -> Option<Place<'u>> {
        let unit = self.units.get(at.index)?;
        let above_named = named.iter().any(|other| {
            other.end <= at.start
                && other.index != at.index
                && self
                    .units
                    .get(other.index)
                    .is_some_and(|upper| self.lies_in(unit, upper))
        });
        let other_county = address
            .get(..at.start)
            .is_some_and(|before| self.other_county(before, unit));
        if other_county {
            return None;
        }
        let registry = context
            .and_then(|code| code.get(..6))
            .is_some_and(|county| unit.code.starts_with(county));
        let own_right = unit.level() <= UnitLevel::County;
        Some(Place {
            unit,
            confirmed: above_named || registry || own_right,
        })
    }

    /// Whether the nearest county word in front of a township is not its own county's name.
    fn other_county(&self, before: &str, unit: &Unit) -> bool {
        if unit.level() < UnitLevel::Township {
            return false;
        }
        let county = unit.parent_code().and_then(|c| self.by_code(&c).cloned());
        let Some((head, suffix)) = before
            .char_indices()
            .rev()
            .find(|(_, c)| matches!(c, '县' | '旗' | '区'))
            .and_then(|(i, c)| Some((before.get(..i + c.len_utf8())?, c)))
        else {
            return false;
        };
        let own = county.is_some_and(|c| {
            head.ends_with(c.name.as_str())
                && !self.strangers.iter().any(|s| head.ends_with(s.as_str()))
        });
        !own && suffix != '区'
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units() -> Units {
        let unit = |code: &str, name: &str| Unit {
            code: code.to_owned(),
            name: name.to_owned(),
            aliases: Vec::new(),
        };
        Units::new(
            vec![
                unit("210000", "辽宁省"),
                unit("210700", "锦州市"),
                unit("210726", "黑山县"),
                unit("210727", "义县"),
                unit("210727110", "前杨镇"),
                unit("210727109", "头台镇"),
                unit("210727112", "头道河镇"),
            ],
            vec!["遵义县".to_owned(), "武义县".to_owned()],
        )
    }

    #[test]
    fn addresses() {
        let units = units();
        let check = |address: &str, context: Option<&str>, expected: Option<(&str, bool)>| {
            let place = units.in_address(address, context);
            let got = place.map(|p| (p.unit.code.as_str(), p.confirmed));
            assert_eq!(got, expected, "{address} {context:?}");
        };
        check(
            "辽宁省锦州市义县头台镇某村",
            None,
            Some(("210727109", true)),
        );
        check("义县前杨镇", None, Some(("210727110", true)));
        check("锦州头台镇", None, Some(("210727109", false)));
        check("锦州市头台镇", None, Some(("210727109", true)));
        check("头台镇", None, Some(("210727109", false)));
        check("头台镇", Some("210727"), Some(("210727109", true)));
        check("头台镇", Some("220101"), Some(("210727109", false)));
        check("黑山县头台镇", None, Some(("210726", true)));
        check("某某县头台镇", None, None);
        check("遵义县前杨镇", None, None);
        check("贵州省遵义县", None, None);
        check("义县", None, Some(("210727", true)));
        check("", None, None);
    }

    #[test]
    fn levels_and_parents() {
        let units = units();
        let town = units.by_code("210727110").expect("known");
        assert_eq!(town.level(), UnitLevel::Township);
        assert_eq!(town.parent_code().as_deref(), Some("210727"));
        let city = units.by_name("锦州市").expect("known");
        assert!(units.lies_in(town, city));
        assert!(!units.lies_in(city, town));
    }
}
