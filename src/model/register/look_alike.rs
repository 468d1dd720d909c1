//! Names and hosts that seem to imitate a licensed institution. Conservative: a clue for a person to look at.

use super::distance::within;
use super::institution::{AliasUse, Institution, RegisterData};
use super::merge::{self, Merged};
use super::name_key::{self, FORMS, How, fold, split_industry};
use std::collections::{BTreeMap, HashMap, HashSet};

/// How something resembles a licensed name or host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Resemblance {
    /// Characters that pass for one another: 招裔银行, 1cbc.
    Swapped,
    /// Letters or characters added, left out or changed.
    Misspelt,
    /// The licensed name with more around it: 平安银行信息咨询有限公司, icbc-loan.
    Extended,
    /// The same label under an unusual suffix.
    OtherSuffix,
}

impl Resemblance {
    /// The word used in JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::Swapped => "swapped",
            Self::Misspelt => "misspelt",
            Self::Extended => "extended",
            Self::OtherSuffix => "other-suffix",
        }
    }
}

/// A resemblance found. Subsidiaries may bear such names rightly.
#[derive(Debug, Clone, PartialEq)]
pub struct LookAlike<'r> {
    /// The licensed institution, where the register names it.
    pub institution: Option<&'r Institution>,
    /// The licensed name or host label that is resembled.
    pub original: String,
    /// How.
    pub how: Resemblance,
    /// Edits between the two (0 for additions and suffixes).
    pub distance: usize,
}

/// Least length of a host label that a misspelling is measured against: shorter ones are near to everything.
const LABEL_MISSPELT: usize = 7;
/// Least length of a host label that counts as part of a longer one.
const LABEL_PART: usize = 4;
/// Suffixes under which the owners of a label usually hold it themselves.
const USUAL_SUFFIXES: [&str; 7] = ["com", "cn", "com.cn", "net", "net.cn", "com.hk", "hk"];
/// Trade names of at least this length are compared with one edit.
const TRADE_ONE_EDIT: usize = 3;
/// Trade names of at least this length are compared with two edits.
const TRADE_TWO_EDITS: usize = 6;
/// Industries whose words nobody else may put in a name, so that a name built around one is a question.
const GUARDED: [&str; 8] = [
    "银行",
    "人寿",
    "财险",
    "信托",
    "消金",
    "汽车金融",
    "农商银行",
    "商业银行",
];

#[derive(Debug)]
struct Name {
    owner: usize,
    key: String,
    chars: Vec<char>,
    /// Bytes of the key before its industry, and the characters there.
    trade: usize,
    trade_chars: Vec<char>,
}

impl Name {
    fn new(owner: usize, key: String) -> Self {
        let trade = split_industry(&key).0;
        Self {
            owner,
            chars: key.chars().collect(),
            trade: trade.len(),
            trade_chars: trade.chars().collect(),
            key,
        }
    }

    /// The industry at the end of the key.
    fn industry(&self) -> &str {
        self.key.get(self.trade..).unwrap_or("")
    }
}

/// A known host label.
#[derive(Debug)]
struct Label {
    owner: Option<usize>,
    skeleton: String,
}

/// What look-alikes are compared with.
#[derive(Debug)]
pub(super) struct Shapes {
    names: Vec<Name>,
    labels: BTreeMap<String, Label>,
    swaps: HashSet<(char, char)>,
}

impl Shapes {
    pub(super) fn build(
        merged: &Merged,
        data: &RegisterData,
        index: &HashMap<String, Vec<(usize, How)>>,
        regions: &[String],
    ) -> Self {
        let mut names = Vec::new();
        for (owner, inst) in merged.institutions.iter().enumerate() {
            let mut keys: Vec<String> = Vec::new();
            for name in [&inst.name].into_iter().chain(&inst.other_names) {
                let key = name_key::key(&fold(name));
                keys.extend(name_key::without_region(&key, regions).map(str::to_owned));
                keys.push(key);
            }
            keys.sort();
            keys.dedup();
            names.extend(keys.into_iter().map(|key| Name::new(owner, key)));
        }
        Self {
            names,
            labels: labels(merged, data, index)
                .into_iter()
                .map(|(label, owner)| {
                    let skeleton = skeleton(&label);
                    (label, Label { owner, skeleton })
                })
                .collect(),
            swaps: data.confusables.iter().copied().collect(),
        }
    }

    /// The institution that a host imitates.
    pub(super) fn domain<'r>(
        &self,
        host: &str,
        institutions: &'r [Institution],
    ) -> Option<LookAlike<'r>> {
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        let registrable = psl::domain_str(&host)?;
        let (label, suffix) = registrable.split_once('.')?;
        let found = |original: &str, owner: Option<usize>, how, distance| LookAlike {
            institution: owner.and_then(|i| institutions.get(i)),
            original: original.to_owned(),
            how,
            distance,
        };
        if let Some(known) = self.labels.get(label) {
            let unusual = label.len() > LABEL_PART && !USUAL_SUFFIXES.contains(&suffix);
            return unusual.then(|| found(label, known.owner, Resemblance::OtherSuffix, 0));
        }
        let shape = skeleton(label);
        self.labels
            .iter()
            .filter_map(|(known, facts)| {
                let same_shape = shape == facts.skeleton;
                let (how, distance) = label_resemblance(label, known, same_shape)?;
                Some((how, distance, known, facts.owner))
            })
            .min()
            .map(|(how, distance, known, owner)| found(known, owner, how, distance))
    }

    /// The institution that a name imitates.
    pub(super) fn name<'r>(
        &self,
        name: &str,
        institutions: &'r [Institution],
        regions: &[String],
    ) -> Option<LookAlike<'r>> {
        let folded = fold(name);
        let key = name_key::key(&folded);
        let asked: Vec<char> = key.chars().collect();
        if asked.len() < 4 {
            return None;
        }
        let bare = name_key::without_region(&key, regions).unwrap_or(&key);
        let is_company = FORMS.iter().any(|form| folded.ends_with(form));
        let misspelling = Misspelling::new(&key, regions);
        self.names
            .iter()
            .filter_map(|known| {
                let (how, distance) = self
                    .swapped(&asked, &known.chars)
                    .map(|d| (Resemblance::Swapped, d))
                    .or_else(|| {
                        let distance = misspelling.of(known);
                        distance.map(|d| (Resemblance::Misspelt, d))
                    })
                    .or_else(|| {
                        let extends = is_company && extends(bare, &known.key);
                        extends.then_some((Resemblance::Extended, 0))
                    })?;
                let length = known.chars.len();
                Some(((how, distance, usize::MAX - length), known))
            })
            .min_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.key.cmp(&b.1.key)))
            .and_then(|((how, distance, _), known)| {
                Some(LookAlike {
                    institution: Some(institutions.get(known.owner)?),
                    original: known.key.clone(),
                    how,
                    distance,
                })
            })
    }

    /// One or two places differ, and every one by characters that pass for one another.
    fn swapped(&self, asked: &[char], known: &[char]) -> Option<usize> {
        if asked.len() != known.len() {
            return None;
        }
        let mut differing = asked.iter().zip(known).filter(|(a, k)| a != k);
        let count = differing.clone().count();
        let pass = differing.all(|(a, k)| self.swaps.contains(&(*k, *a)));
        ((1..=2).contains(&count) && pass).then_some(count)
    }
}

/// Labels of the registrable domains and the pinyin of the aliases.
fn labels(
    merged: &Merged,
    data: &RegisterData,
    index: &HashMap<String, Vec<(usize, How)>>,
) -> BTreeMap<String, Option<usize>> {
    let mut out = BTreeMap::new();
    let mut hosts: Vec<_> = merged.domains.iter().collect();
    hosts.sort_by(|a, b| a.0.cmp(b.0));
    for (host, (_, owner)) in hosts {
        let label = psl::domain_str(host).and_then(|d| d.split_once('.'));
        if let Some((label, _)) = label {
            let known = out.entry(label.to_owned()).or_insert(*owner);
            *known = known.or(*owner);
        }
    }
    let latin = data.aliases.iter().filter(|a| a.usage == AliasUse::Latin);
    for alias in latin {
        let owner = merge::owner(index, &alias.institution);
        out.insert(alias.alias.to_ascii_lowercase(), owner);
    }
    out
}

fn label_resemblance(label: &str, known: &str, same_shape: bool) -> Option<(Resemblance, usize)> {
    if let Some(distance) = label_swapped(label, known, same_shape) {
        return Some((Resemblance::Swapped, distance));
    }
    if known.len() >= LABEL_MISSPELT && label.len() >= LABEL_MISSPELT {
        let (a, k): (Vec<char>, Vec<char>) = (label.chars().collect(), known.chars().collect());
        let shared = a.iter().zip(&k).take_while(|(x, y)| x == y).count();
        if shared >= 4 && !label.starts_with("bankof") && within(&a, &k, 1).is_some() {
            return Some((Resemblance::Misspelt, 1));
        }
    }
    let extended = known.len() >= LABEL_PART && label.split('-').any(|part| part == known)
        || known.len() >= 8 && (label.starts_with(known) || label.ends_with(known));
    extended.then_some((Resemblance::Extended, 0))
}

/// The same shape with other letters: digits for letters, rn for m, a hyphen more.
fn label_swapped(label: &str, known: &str, same_shape: bool) -> Option<usize> {
    if !same_shape {
        return None;
    }
    let has_digit = label.bytes().any(|b| b.is_ascii_digit());
    let long_enough =
        known.len() >= LABEL_PART || (known.len() == 3 && label.len() == 3 && has_digit);
    let distance = label
        .chars()
        .zip(known.chars())
        .filter(|(a, b)| a != b)
        .count();
    long_enough.then_some(distance.max(1))
}

fn skeleton(label: &str) -> String {
    label
        .replace("rn", "m")
        .replace("vv", "w")
        .chars()
        .filter(|c| *c != '-')
        .map(|c| match c {
            '0' => 'o',
            '1' | 'i' => 'l',
            '5' => 's',
            '8' => 'b',
            c => c,
        })
        .collect()
}

/// A name that may misspell a known one: the trade names differ by one character (two when long) in the same industry.
struct Misspelling<'a> {
    asked: &'a str,
    trade: Vec<char>,
    industry: &'a str,
    /// Regions that the name begins with. A shared region is no part of the trade name, or 上海东亚期货 would be near to
    /// 上海东证期货.
    regions: Vec<&'a str>,
}

impl<'a> Misspelling<'a> {
    fn new(asked: &'a str, regions: &'a [String]) -> Self {
        let (trade, industry) = split_industry(asked);
        let begins = regions.iter().map(String::as_str);
        Self {
            asked,
            trade: trade.chars().collect(),
            industry,
            regions: begins.filter(|r| asked.starts_with(r)).collect(),
        }
    }

    fn of(&self, known: &Name) -> Option<usize> {
        let shared = self.regions.iter().find_map(|region| {
            Some((
                self.asked.strip_prefix(region)?,
                known.key.strip_prefix(region)?,
            ))
        });
        let Some((asked, known)) = shared else {
            let same = !self.industry.is_empty() && self.industry == known.industry();
            return same.then(|| edits(&self.trade, &known.trade_chars))?;
        };
        let (asked_trade, asked_tail) = split_industry(asked);
        let (known_trade, known_tail) = split_industry(known);
        if asked_tail.is_empty() || asked_tail != known_tail {
            return None;
        }
        let (a, k): (Vec<char>, Vec<char>) =
            (asked_trade.chars().collect(), known_trade.chars().collect());
        edits(&a, &k)
    }
}

/// Edits between two trade names, as far as so many are a misspelling of so long a name.
fn edits(a: &[char], k: &[char]) -> Option<usize> {
    let most = match a.len().min(k.len()) {
        n if n >= TRADE_TWO_EDITS => 2,
        n if n >= TRADE_ONE_EDIT => 1,
        _ => return None,
    };
    within(a, k, most).filter(|d| *d > 0)
}

/// A company name that begins with a guarded licensed name and goes on.
fn extends(bare: &str, known: &str) -> bool {
    let (_, tail) = split_industry(known);
    GUARDED.contains(&tail)
        && bare
            .strip_prefix(known)
            .is_some_and(|rest| rest.chars().count() >= 2)
}
