//! Rows of several registers about one institution become one.

use super::institution::{Alias, AliasUse, DomainFact, Institution, LicenceFact, RegisterRow};
use super::name_key::{self, How, fold, forms};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Institutions and hosts after merging.
pub(super) struct Merged {
    pub(super) institutions: Vec<Institution>,
    pub(super) domains: HashMap<String, (DomainFact, Option<usize>)>,
}

/// Groups rows by the key of their name; rows without a name give domains only.
pub(super) fn merge(rows: &[RegisterRow]) -> Merged {
    let mut groups: BTreeMap<String, Vec<&RegisterRow>> = BTreeMap::new();
    for row in rows.iter().filter(|r| !r.name.is_empty()) {
        let key = name_key::key(&fold(&row.name));
        groups.entry(key).or_default().push(row);
    }
    let institutions: Vec<Institution> = groups.values().map(|rows| institution(rows)).collect();
    let mut domains = HashMap::new();
    for (index, inst) in institutions.iter().enumerate() {
        for fact in &inst.domains {
            insert_domain(&mut domains, fact.clone(), Some(index));
        }
    }
    for row in rows.iter().filter(|r| r.name.is_empty()) {
        for fact in domain_facts(row) {
            insert_domain(&mut domains, fact, None);
        }
    }
    Merged {
        institutions,
        domains,
    }
}

/// A younger row about a host replaces an older one; of equal age the first stays; a nameless row never replaces a named one.
fn insert_domain(
    domains: &mut HashMap<String, (DomainFact, Option<usize>)>,
    fact: DomainFact,
    owner: Option<usize>,
) {
    let keep = domains.get(&fact.host).is_some_and(|(known, of)| {
        (owner.is_none() && of.is_some())
            || known.provenance.as_of.as_str() >= fact.provenance.as_of.as_str()
    });
    if !keep {
        domains.insert(fact.host.clone(), (fact, owner));
    }
}

fn institution(rows: &[&RegisterRow]) -> Institution {
    let name = rows
        .iter()
        .map(|r| (r.name.chars().count(), &r.provenance.as_of, &r.name))
        .max()
        .map_or_else(String::new, |(_, _, name)| name.clone());
    let others: BTreeSet<&String> = rows
        .iter()
        .flat_map(|r| r.short_names.iter().chain([&r.name]))
        .filter(|other| **other != name)
        .collect();
    let codes: BTreeSet<String> = rows
        .iter()
        .filter_map(|r| r.code.as_deref().map(str::to_uppercase))
        .collect();
    let licences: BTreeSet<LicenceFact> = rows
        .iter()
        .map(|r| LicenceFact {
            kind: r.licence,
            provenance: r.provenance.clone(),
        })
        .collect();
    let domains: BTreeSet<DomainFact> = rows.iter().flat_map(|r| domain_facts(r)).collect();
    Institution {
        other_names: others.into_iter().cloned().collect(),
        codes: codes.into_iter().collect(),
        licences: licences.into_iter().collect(),
        province: rows.iter().find_map(|r| r.province.clone()),
        domains: domains.into_iter().collect(),
        name,
    }
}

fn domain_facts(row: &RegisterRow) -> Vec<DomainFact> {
    row.domains
        .iter()
        .map(|host| DomainFact {
            host: host.clone(),
            licence: row.licence,
            provenance: row.provenance.clone(),
        })
        .collect()
}

/// The regions that names may begin with: the provinces of the rows and 中国.
pub(super) fn regions(rows: &[RegisterRow]) -> Vec<String> {
    let provinces = rows.iter().filter_map(|r| r.province.clone());
    let set: BTreeSet<String> = provinces.chain(["中国".to_owned()]).collect();
    set.into_iter().filter(|r| !r.is_empty()).collect()
}

/// Every form of every name, with how it leads to the institution.
pub(super) fn name_index(
    institutions: &[Institution],
    aliases: &[Alias],
    regions: &[String],
) -> HashMap<String, Vec<(usize, How)>> {
    let mut index = HashMap::new();
    for (i, inst) in institutions.iter().enumerate() {
        for name in [&inst.name].into_iter().chain(&inst.other_names) {
            index_name(&mut index, i, name, regions);
        }
    }
    for alias in aliases.iter().filter(|a| a.usage != AliasUse::Latin) {
        if let Some(i) = owner(&index, &alias.institution) {
            insert(&mut index, fold(&alias.alias), i, How::Short);
        }
    }
    index
}

/// The institution that a register's own name leads to without doubt.
pub(super) fn owner(index: &HashMap<String, Vec<(usize, How)>>, name: &str) -> Option<usize> {
    let hits = index.get(&fold(name))?;
    let surest = hits.iter().min_by_key(|(i, how)| (*how, *i))?;
    Some(surest.0)
}

fn index_name(
    index: &mut HashMap<String, Vec<(usize, How)>>,
    i: usize,
    name: &str,
    regions: &[String],
) {
    for (form, how) in forms(name) {
        if let Some(rest) = name_key::without_region(&form, regions) {
            insert(index, rest.to_owned(), i, How::Variant);
        }
        insert(index, form, i, how);
    }
}

fn insert(index: &mut HashMap<String, Vec<(usize, How)>>, form: String, i: usize, how: How) {
    let hits = index.entry(form).or_default();
    match hits.iter_mut().find(|(known, _)| *known == i) {
        Some((_, known)) => *known = (*known).min(how),
        None => hits.push((i, how)),
    }
}
