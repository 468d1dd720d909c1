//! Who stands behind a page, as commands show it.

use super::exit::Trouble;
use super::output::Output;
use crate::model::register::LicenceKind;
use crate::wire::who::StoredWho;

/// Prints brand, operator and payee, and what the registers say; nothing where nothing is known.
pub fn show(who: &StoredWho) -> Result<(), Trouble> {
    let mut parts = Vec::new();
    if let Some(brand) = &who.brand {
        parts.push(format!("品牌「{brand}」"));
    }
    if let Some(operator) = &who.operator {
        parts.push(format!("运营主体「{operator}」"));
    }
    if let Some(payee) = &who.payee {
        let name = payee.name.as_deref().unwrap_or("未署名");
        let kind = if payee.personal { "个人" } else { "单位" };
        parts.push(format!("收款「{name}」{}({kind})", payee.account));
    }
    if !parts.is_empty() {
        Output.line(format!("主体    {}", parts.join(" ")))?;
    }
    if let Some(line) = standing(who) {
        Output.line(format!("名录    {line}"))?;
    }
    if let Some(note) = &who.disagreement {
        Output.line(format!("提示    {note}"))?;
    }
    Ok(())
}

fn standing(who: &StoredWho) -> Option<String> {
    let source = who.source.as_deref().unwrap_or("");
    match who.standing.as_str() {
        "unknown" => Some("名录未见,待核(名录不完整,不等于无许可)".to_owned()),
        "listed" => {
            let kinds: Vec<&str> = who
                .licences
                .iter()
                .filter_map(|l| LicenceKind::parse(l))
                .map(LicenceKind::label)
                .collect();
            let name = who.institution.as_deref().unwrap_or("");
            Some(format!("载有「{name}」({}),{source}", kinds.join("、")))
        }
        "refused" => {
            let name = who.institution.as_deref().unwrap_or("");
            Some(format!("{name},{source};其后是否获准待核"))
        }
        _ => None,
    }
}
