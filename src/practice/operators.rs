//! A generated world of operators and their sites, for measuring how well sites are joined to subjects.
//!
//! It is made as hard as what is known of the field: facts are missing from most sites; hosting companies show their own filing on
//! their customers' sites; agencies and kits leave their contacts, statistics identifiers and whole pages on the sites of many
//! operators; operators change brands and contacts; companies of one group share a contact and are still two subjects; some
//! copy another's filing, code or page. Nothing of this is told to whoever joins.

use super::prose::Dice;
use crate::model::sketch::{MINIMA, Sketch};
use crate::model::subject_fact::{Bearer, Provenance, SubjectFact, SubjectFactKind as Kind};
use std::collections::{BTreeMap, BTreeSet};

/// How many operators with how many sites, and which world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OperatorPlan {
    /// Operators.
    pub operators: usize,
    /// Sites, at least one for each operator.
    pub sites: usize,
    /// Number of the world: another one, other chances.
    pub seed: u64,
}

/// Generated sites with their facts, and the truth.
#[derive(Debug, Clone, Default)]
pub struct OperatorWorld {
    /// The sites.
    pub bearers: Vec<Bearer>,
    /// The operator of each site.
    pub operator: BTreeMap<String, usize>,
    /// Operators that stand behind two companies. Different credit codes are never joined, so they come out as two subjects.
    pub two_companies: BTreeSet<usize>,
    /// Sites that share no fact of their own with any other site of their operator: nobody could join them.
    pub loners: usize,
}

/// What one operator has.
struct Operator {
    /// Companies behind which it stands, mostly one: name and credit code.
    shells: Vec<(String, String)>,
    filings: Vec<String>,
    /// Contacts of each generation of brands.
    contacts: Vec<Vec<String>>,
    payees: Vec<String>,
    analytics: Vec<String>,
    codes: Vec<String>,
    app: Option<String>,
    address: String,
    person: String,
    brands: Vec<String>,
    /// Page design of each generation.
    designs: Vec<Design>,
    /// Whom it hires: host, agency, kit.
    host: Option<usize>,
    agency: Option<usize>,
    kit: Option<usize>,
}

#[derive(Clone)]
enum Design {
    Own(Sketch),
    Kit(usize),
}

/// What many operators use.
struct Trade {
    /// Filing of each hosting company, shown on customers' sites.
    hosts: Vec<String>,
    /// Contact of each agency.
    agencies: Vec<String>,
    /// Page, statistics identifier (where it comes with the page) and contact of each kit.
    kits: Vec<(Sketch, Option<String>)>,
}

/// Makes a world.
pub fn operator_world(plan: &OperatorPlan) -> OperatorWorld {
    let mut dice = Dice::new(plan.seed.wrapping_mul(0x5851_f42d_4c95_7f2d) ^ 0x9e37);
    let operators_wanted = plan.operators.max(1);
    let trade = Trade::new(operators_wanted, &mut dice);
    let mut operators: Vec<Operator> = Vec::with_capacity(operators_wanted);
    for number in 0..operators_wanted {
        let next = Operator::new(number, operators.last(), &trade, &mut dice);
        operators.push(next);
    }
    let mut world = OperatorWorld::default();
    for (number, count) in sizes(plan, &mut dice).into_iter().enumerate() {
        for site in 0..count {
            let id = format!("site:s{site}.o{number}-{}.test", dice.below(1_000_000));
            let bearer = site_of(number, site, count, id, &operators, &trade, &mut dice);
            world.operator.insert(bearer.id.clone(), number);
            world.bearers.push(bearer);
        }
    }
    let numbered = operators.iter().enumerate();
    let two = numbered.filter(|(_, o)| o.shells.len() > 1);
    world.two_companies = two.map(|(n, _)| n).collect();
    world.loners = loners(&world);
    world
}

/// Most operators have one or two sites, a few very many.
fn sizes(plan: &OperatorPlan, dice: &mut Dice) -> Vec<usize> {
    let operators = plan.operators.max(1);
    let mut sizes = vec![1; operators];
    for _ in operators..plan.sites {
        // The product of three throws leans towards the first operators: about one in a hundred gets a tenth of the sites.
        let lean = [(); 3].map(|()| dice.below(1_000) as f64 / 1_000.0);
        let at = (lean.iter().product::<f64>() * operators as f64) as usize;
        if let Some(size) = sizes.get_mut(at.min(operators - 1)) {
            *size += 1;
        }
    }
    sizes
}

fn chance(dice: &mut Dice, percent: usize) -> bool {
    dice.below(100) < percent
}

fn digits(dice: &mut Dice, count: usize) -> String {
    (0..count)
        .map(|_| char::from(b'0' + dice.below(10) as u8))
        .collect()
}

fn word(dice: &mut Dice, count: usize) -> String {
    const HAN: &str = "信达恒通汇聚嘉丰盛源泰和瑞祥融鑫诚德永安利华金银河山海天宇宏远东方南北中正大新兴旺隆昌富贵康宁";
    let han: Vec<char> = HAN.chars().collect();
    (0..count)
        .filter_map(|_| dice.pick(&han).copied())
        .collect()
}

fn sketch(dice: &mut Dice) -> Sketch {
    let wide = |dice: &mut Dice| dice.below(usize::MAX) as u64;
    let mut sketch = Sketch {
        simhash: wide(dice) ^ (wide(dice) << 1),
        runs: 200 + dice.below(4_000) as u32,
        ..Sketch::default()
    };
    for minimum in &mut sketch.minima {
        *minimum = dice.below(65_536) as u16 | 1;
    }
    sketch
}

/// The same page with other names in it.
fn varied(sketch: &Sketch, dice: &mut Dice) -> Sketch {
    let mut other = sketch.clone();
    for _ in 0..dice.below(4) {
        other.simhash ^= 1 << dice.below(64);
    }
    for _ in 0..dice.below(7) {
        if let Some(minimum) = other.minima.get_mut(dice.below(MINIMA)) {
            *minimum = dice.below(65_536) as u16 | 1;
        }
    }
    other
}

impl Trade {
    fn new(operators: usize, dice: &mut Dice) -> Self {
        let some = |share: usize| (operators / share).max(1);
        let hosts = (0..some(70)).map(|_| filing(dice)).collect();
        let agencies = (0..some(35)).map(|_| contact(dice)).collect();
        let kits = (0..some(25))
            .map(|n| (sketch(dice), (n % 2 == 0).then(|| analytics(dice))))
            .collect();
        Self {
            hosts,
            agencies,
            kits,
        }
    }
}

fn filing(dice: &mut Dice) -> String {
    let province = ["辽", "吉", "京", "沪", "粤", "浙"];
    let place = dice.pick(&province).copied().unwrap_or("辽");
    format!("{place}ICP备{}号", digits(dice, 10))
}

fn contact(dice: &mut Dice) -> String {
    match dice.below(4) {
        0 => format!("qq:{}", digits(dice, 9)),
        1 => format!("wechat:w{}", digits(dice, 8)),
        _ => format!("mobile:1{}", digits(dice, 10)),
    }
}

fn analytics(dice: &mut Dice) -> String {
    format!("baidu:{}", digits(dice, 32))
}

fn code(dice: &mut Dice) -> String {
    format!("9121{}X", digits(dice, 13))
}

impl Operator {
    /// `before` may be of the same group: it then has companies of its own, but shares contact, statistics and manager.
    fn new(number: usize, before: Option<&Self>, trade: &Trade, dice: &mut Dice) -> Self {
        let places = ["", "辽宁", "锦州", "北京", "上海"];
        let shells = if chance(dice, 8) { 2 } else { 1 };
        let shells: Vec<(String, String)> = (0..shells)
            .map(|_| {
                let place = dice.pick(&places).copied().unwrap_or("");
                let trades = ["信息咨询", "投资管理", "网络科技", "农业发展"];
                let business = dice.pick(&trades).copied().unwrap_or("");
                let han = if chance(dice, 70) { 3 } else { 2 };
                let name = format!("{place}{}{business}有限公司", word(dice, han));
                (name, code(dice))
            })
            .collect();
        let generations = 1 + dice.below(3);
        let mut contacts: Vec<Vec<String>> = Vec::new();
        for generation in 0..generations {
            let mut list: Vec<String> = (0..1 + dice.below(4)).map(|_| contact(dice)).collect();
            // Whoever changes brands mostly keeps some number.
            if let Some(kept) = generation
                .checked_sub(1)
                .and_then(|g| contacts.get(g)?.first())
                && chance(dice, 60)
            {
                list.push(kept.clone());
            }
            contacts.push(list);
        }
        let filings = match dice.below(100) {
            0..=59 => vec![filing(dice)],
            60..=69 => vec![filing(dice), filing(dice)],
            _ => Vec::new(),
        };
        let kit = chance(dice, 35).then(|| dice.below(trade.kits.len()));
        let designs = (0..generations)
            .map(|_| match kit {
                Some(kit) if chance(dice, 70) => Design::Kit(kit),
                _ => Design::Own(sketch(dice)),
            })
            .collect();
        let count = dice.below(3);
        let payees = (0..count).map(|_| digits(dice, 19)).collect();
        let count = usize::from(chance(dice, 65)) + usize::from(chance(dice, 15));
        let mut ids: Vec<String> = (0..count).map(|_| analytics(dice)).collect();
        let mut person = word(dice, 3);
        if number.is_multiple_of(20)
            && let Some(sister) = before
        {
            person.clone_from(&sister.person);
            ids.clone_from(&sister.analytics);
            if let (Some(own), Some(shared)) = (
                contacts.first_mut(),
                sister.contacts.first().and_then(|c| c.first()),
            ) {
                own.push(shared.clone());
            }
        }
        Self {
            shells,
            filings,
            contacts,
            payees,
            analytics: ids,
            codes: (0..dice.below(3)).map(|_| digits(dice, 12)).collect(),
            app: chance(dice, 20).then(|| format!("test.app{}", digits(dice, 6))),
            address: format!("{}路{}号", word(dice, 2), dice.below(900)),
            person,
            brands: (0..generations).map(|_| word(dice, 2)).collect(),
            designs,
            host: chance(dice, 30).then(|| dice.below(trade.hosts.len())),
            agency: chance(dice, 20).then(|| dice.below(trade.agencies.len())),
            kit,
        }
    }
}

struct Draft<'d> {
    bearer: Bearer,
    dice: &'d mut Dice,
}

impl Draft<'_> {
    fn add(&mut self, kind: Kind, value: &str) {
        self.bearer.facts.push(SubjectFact {
            kind,
            value: value.to_owned(),
            detail: String::new(),
            tells: true,
            provenance: Provenance {
                source: format!("ev-{}", self.bearer.facts.len()),
                seen: "2026-11-01T00:00:00.000Z".to_owned(),
            },
        });
    }

    fn maybe(&mut self, percent: usize, kind: Kind, values: &[String]) {
        if chance(self.dice, percent)
            && let Some(value) = self.dice.pick(values).cloned()
        {
            self.add(kind, &value);
        }
    }
}

fn site_of(
    number: usize,
    site: usize,
    count: usize,
    id: String,
    operators: &[Operator],
    trade: &Trade,
    dice: &mut Dice,
) -> Bearer {
    let Some(own) = operators.get(number) else {
        return Bearer::default();
    };
    // Brands follow one another in time.
    let generation = site * own.contacts.len() / count.max(1);
    let stranger = dice.pick(operators);
    let mut draft = Draft {
        bearer: Bearer {
            id,
            ..Bearer::default()
        },
        dice,
    };
    let shell = draft.dice.below(own.shells.len());
    if let Some((name, code)) = own.shells.get(shell) {
        draft.maybe(18, Kind::CreditCode, std::slice::from_ref(code));
        draft.maybe(40, Kind::Name, std::slice::from_ref(name));
    }
    draft.maybe(50, Kind::Icp, &own.filings);
    if let Some(contacts) = own.contacts.get(generation) {
        draft.maybe(65, Kind::Contact, contacts);
        draft.maybe(35, Kind::Contact, contacts);
    }
    draft.maybe(20, Kind::Payee, &own.payees);
    draft.maybe(70, Kind::Analytics, &own.analytics);
    draft.maybe(25, Kind::QrTarget, &own.codes);
    draft.maybe(30, Kind::Address, std::slice::from_ref(&own.address));
    draft.maybe(25, Kind::Person, std::slice::from_ref(&own.person));
    if let Some(app) = &own.app {
        draft.maybe(30, Kind::App, std::slice::from_ref(app));
    }
    if let Some(brand) = own.brands.get(generation) {
        draft.maybe(80, Kind::Brand, std::slice::from_ref(brand));
    }
    hired(own, trade, &mut draft);
    if let Some(design) = own.designs.get(generation) {
        let page = match design {
            Design::Own(sketch) => Some(sketch),
            Design::Kit(kit) => trade.kits.get(*kit).map(|(sketch, _)| sketch),
        };
        if let Some(page) = page {
            let page = varied(page, draft.dice);
            draft.bearer.pages.push(page);
        }
    }
    if let Some(stranger) = stranger {
        copied(stranger, &mut draft);
    }
    draft.bearer
}

/// What host, agency and kit leave on a site.
fn hired(own: &Operator, trade: &Trade, draft: &mut Draft<'_>) {
    if let Some(filing) = own.host.and_then(|h| trade.hosts.get(h)) {
        draft.maybe(60, Kind::Icp, std::slice::from_ref(filing));
    }
    if let Some(contact) = own.agency.and_then(|a| trade.agencies.get(a)) {
        draft.maybe(40, Kind::Contact, std::slice::from_ref(contact));
    }
    if let Some((_, Some(id))) = own.kit.and_then(|k| trade.kits.get(k)) {
        draft.maybe(60, Kind::Analytics, std::slice::from_ref(id));
    }
}

/// What is taken from a stranger's site: a filing, a code, a contact left in a copied page, a number that had another owner before.
fn copied(stranger: &Operator, draft: &mut Draft<'_>) {
    if chance(draft.dice, 1) {
        draft.maybe(100, Kind::Icp, &stranger.filings);
    }
    if draft.dice.below(1_000) < 2
        && let Some((_, code)) = stranger.shells.first()
    {
        draft.maybe(100, Kind::CreditCode, std::slice::from_ref(code));
    }
    if chance(draft.dice, 1)
        && let Some(contacts) = stranger.contacts.first()
    {
        draft.maybe(100, Kind::Contact, contacts);
    }
}

fn loners(world: &OperatorWorld) -> usize {
    let mut holders: BTreeMap<(usize, Kind, &str), usize> = BTreeMap::new();
    let mut sites: BTreeMap<usize, usize> = BTreeMap::new();
    let of = |bearer: &Bearer| world.operator.get(&bearer.id).copied().unwrap_or(0);
    for bearer in &world.bearers {
        *sites.entry(of(bearer)).or_default() += 1;
        for fact in &bearer.facts {
            let key = (of(bearer), fact.kind, fact.value.as_str());
            *holders.entry(key).or_default() += 1;
        }
    }
    let alone = |bearer: &&Bearer| {
        let shares = |f: &SubjectFact| {
            let key = (of(bearer), f.kind, f.value.as_str());
            !matches!(f.kind, Kind::Brand | Kind::Person) && holders.get(&key) > Some(&1)
        };
        sites.get(&of(bearer)) > Some(&1) && !bearer.facts.iter().any(shares)
    };
    world.bearers.iter().filter(alone).count()
}

/// How well groups of sites agree with the truth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct JoinFigures {
    /// Of the pairs of sites that were joined, those of one operator.
    pub precision: f64,
    /// Of the pairs of sites of one operator, those that were joined.
    pub recall: f64,
    /// The same without operators that stand behind two companies.
    pub company_recall: f64,
    /// Mean of the recall of single operators with two sites or more: large ones weigh no more than small ones.
    pub operator_recall: f64,
    /// Groups.
    pub groups: usize,
    /// Groups with sites of several operators.
    pub mixed: usize,
}

impl OperatorWorld {
    /// Holds groups against the truth.
    pub fn figures(&self, groups: &[Vec<String>]) -> JoinFigures {
        let pairs = |n: usize| (n * n.saturating_sub(1) / 2) as f64;
        let mut truth: BTreeMap<usize, usize> = BTreeMap::new();
        for operator in self.operator.values() {
            *truth.entry(*operator).or_default() += 1;
        }
        let (mut joined, mut right, mut mixed) = (0.0, 0.0, 0);
        let mut by_operator: BTreeMap<usize, f64> = BTreeMap::new();
        for group in groups {
            let mut parts: BTreeMap<usize, usize> = BTreeMap::new();
            for operator in group.iter().filter_map(|id| self.operator.get(id)) {
                *parts.entry(*operator).or_default() += 1;
            }
            joined += pairs(parts.values().sum());
            mixed += usize::from(parts.len() > 1);
            for (operator, count) in parts {
                right += pairs(count);
                *by_operator.entry(operator).or_default() += pairs(count);
            }
        }
        let several: Vec<f64> = truth
            .iter()
            .filter(|(_, n)| **n > 1)
            .map(|(o, n)| by_operator.get(o).copied().unwrap_or(0.0) / pairs(*n))
            .collect();
        let all: f64 = truth.values().map(|n| pairs(*n)).sum();
        let one = |operator: &usize| !self.two_companies.contains(operator);
        let of_one: f64 = truth
            .iter()
            .filter(|(o, _)| one(o))
            .map(|(_, n)| pairs(*n))
            .sum();
        let found: f64 = by_operator
            .iter()
            .filter(|(o, _)| one(o))
            .map(|(_, n)| n)
            .sum();
        let share = |part: f64, whole: f64| if whole > 0.0 { part / whole } else { 1.0 };
        JoinFigures {
            precision: share(right, joined),
            recall: share(right, all),
            company_recall: share(found, of_one),
            operator_recall: share(several.iter().sum(), several.len() as f64),
            groups: groups.len(),
            mixed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAN: OperatorPlan = OperatorPlan {
        operators: 200,
        sites: 1_000,
        seed: 7,
    };

    #[test]
    fn the_same_world_twice_and_every_site_has_an_operator() {
        let (one, other) = (operator_world(&PLAN), operator_world(&PLAN));
        assert_eq!(one.bearers, other.bearers);
        assert_eq!(one.bearers.len(), 1_000);
        assert_eq!(one.operator.len(), 1_000);
        assert!(one.loners > 0 && one.loners < 200, "{}", one.loners);
    }

    #[test]
    fn figures_count_pairs() {
        let mut world = OperatorWorld::default();
        for (id, operator) in [("a", 0), ("b", 0), ("c", 0), ("d", 1)] {
            world.operator.insert(id.to_owned(), operator);
        }
        let groups = [vec!["a", "b", "d"], vec!["c"]];
        let groups = groups.map(|g| g.into_iter().map(str::to_owned).collect());
        let figures = world.figures(&groups);
        assert!((figures.precision - 1.0 / 3.0).abs() < 1e-9);
        assert!((figures.recall - 1.0 / 3.0).abs() < 1e-9);
        assert_eq!((figures.groups, figures.mixed), (2, 1));
    }
}
