//! Who is competent for a case: a table of departments by sector, rules and licence (条例 20; county plan, parts D and E).

/// The table, as officers keep it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RoutingTable {
    /// Code of the county that the desk works for.
    pub county: String,
    /// Departments when nothing else fits.
    pub fallback: Vec<String>,
    /// Who leads when several sectors are tied.
    pub nested: String,
    /// Departments when nothing but advertising law was broken.
    pub advertising: Vec<String>,
    /// By sector.
    pub sectors: Vec<SectorRow>,
    /// By rule, whatever the sector: prefix of the rule's id, departments.
    pub rules: Vec<(String, Vec<String>)>,
    /// Other names of departments: name, id.
    pub aliases: Vec<(String, String)>,
}

/// Departments of a sector, in three tiers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SectorRow {
    /// The word.
    pub word: String,
    /// Other words for it.
    pub names: Vec<String>,
    /// 准入部门: who grants access to the market.
    pub access: Vec<String>,
    /// 主管部门: who is in charge.
    pub charge: Vec<String>,
    /// 政府指定牵头: whom the government appointed.
    pub appointed: Vec<String>,
}

/// What is known of a case that is to be routed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RouteQuery<'q> {
    /// Sector words, those that weigh most; several when they are tied.
    pub sectors: &'q [String],
    /// Rules that the evidence names.
    pub rules: &'q [String],
    /// Whether the operator is licensed, as far as is known.
    pub licensed: Option<bool>,
    /// Code of the unit of registration; empty when not known.
    pub region: &'q str,
}

/// Who is competent, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteAnswer {
    /// Ids of departments, the leading one first.
    pub departments: Vec<String>,
    /// Code of the unit that leads, or the id of the department that does.
    pub lead: String,
    /// Units that assist.
    pub assist: Vec<String>,
    /// By which rule, in Chinese.
    pub why: String,
}

impl RoutingTable {
    /// The row of a sector, by word or name.
    pub fn sector(&self, word: &str) -> Option<&SectorRow> {
        self.sectors
            .iter()
            .find(|s| s.word == word || s.names.iter().any(|n| n == word))
    }

    /// The department of an id or of a name that it has or had. `ids` are the departments that are known.
    pub fn department<'t>(&'t self, name: &'t str, ids: &[String]) -> Option<&'t str> {
        if ids.iter().any(|id| id == name) {
            return Some(name);
        }
        let mut hits = self.aliases.iter().filter(|(alias, _)| alias == name);
        hits.next().map(|(_, id)| id.as_str())
    }

    /// Routes a case.
    pub fn route(&self, query: RouteQuery<'_>) -> RouteAnswer {
        let (mut departments, mut why) = self.departments(query);
        departments.dedup();
        let mut seen: Vec<String> = Vec::new();
        departments.retain(|d| {
            let fresh = !seen.contains(d);
            seen.push(d.clone());
            fresh
        });
        let (lead, assist, place) = self.units(query, &departments);
        why.push(';');
        why.push_str(&place);
        RouteAnswer {
            departments,
            lead,
            assist,
            why,
        }
    }

    fn departments(&self, query: RouteQuery<'_>) -> (Vec<String>, String) {
        let mut rows: Vec<&SectorRow> = Vec::new();
        for row in query.sectors.iter().filter_map(|s| self.sector(s)) {
            if rows.iter().all(|r| r.word != row.word) {
                rows.push(row);
            }
        }
        let hit = self
            .rules
            .iter()
            .find(|(prefix, _)| query.rules.iter().any(|r| r.starts_with(prefix.as_str())));
        if let Some((prefix, departments)) = hit {
            return (departments.clone(), format!("规则 {prefix}* 的归口"));
        }
        if rows.len() > 1 {
            let owners = rows.iter().flat_map(|row| self.tier(row, query.licensed).0);
            let departments = std::iter::once(self.nested.clone()).chain(owners).collect();
            let words: Vec<&str> = rows.iter().map(|r| first_name(r)).collect();
            let why = format!("业务嵌套、归属不明({})", words.join("、"));
            return (departments, why);
        }
        let ads_only = !query.rules.is_empty() && query.rules.iter().all(|r| r.starts_with("AD-"));
        if ads_only {
            return (self.advertising.clone(), "仅涉广告法规则".to_owned());
        }
        match rows.first() {
            Some(row) => {
                let (departments, tier) = self.tier(row, query.licensed);
                (departments, format!("{}:{tier}", first_name(row)))
            }
            None => (self.fallback.clone(), "领域不明:政府指定牵头".to_owned()),
        }
    }

    /// The departments of a sector and the tier that gave them.
    fn tier(&self, row: &SectorRow, licensed: Option<bool>) -> (Vec<String>, &'static str) {
        let tiers = [
            (&row.access, "准入部门"),
            (&row.charge, "主管部门"),
            (&row.appointed, "政府指定牵头"),
            (&self.fallback, "政府指定牵头"),
        ];
        let skip = usize::from(licensed != Some(true));
        let found = tiers.iter().skip(skip).find(|(d, _)| !d.is_empty());
        let (first, tier) = found.map_or((Vec::new(), "政府指定牵头"), |(d, t)| {
            ((*d).clone(), *t)
        });
        // Without a licence the access department knows the business, and assists.
        let more = row.access.iter().filter(|_| skip == 1).cloned();
        (first.into_iter().chain(more).collect(), tier)
    }

    /// Which unit leads, which assist: the place of registration leads (条例 20); the licensed go to their department.
    fn units(
        &self,
        query: RouteQuery<'_>,
        departments: &[String],
    ) -> (String, Vec<String>, String) {
        let first = departments.first().cloned().unwrap_or_default();
        let ours = !self.county.is_empty() && query.region.starts_with(&self.county);
        match query.licensed {
            Some(true) => {
                let assist = match query.region {
                    "" => Vec::new(),
                    region => vec![region.to_owned()],
                };
                (first, assist, "持有许可:部门牵头".to_owned())
            }
            _ if query.region.is_empty() => (
                self.county.clone(),
                Vec::new(),
                "登记地不明:列入县级".to_owned(),
            ),
            _ if ours => {
                let assist = match query.region == self.county {
                    true => Vec::new(),
                    false => vec![self.county.clone()],
                };
                let place = match query.licensed {
                    Some(false) => "无许可:登记地牵头",
                    _ => "许可待核:登记地牵头",
                };
                (query.region.to_owned(), assist, place.to_owned())
            }
            _ => (
                query.region.to_owned(),
                vec![self.county.clone()],
                "登记地在外:登记地牵头,本县协助(条例第二十条)".to_owned(),
            ),
        }
    }
}

fn first_name(row: &SectorRow) -> &str {
    row.names.first().map_or(row.word.as_str(), String::as_str)
}
