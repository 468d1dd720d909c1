//! Subjects are read; the worst site becomes a case, which two officers determine.

use super::office::{FIRST, Office, SECOND};
use super::site::Site;
use super::steps::Steps;
use crate::cli::cases::arguments::{Decide, Determine, Open, Sign, Step};
use crate::cli::cases::{determine, open, steps as case_steps};
use crate::cli::config::Settings;
use crate::cli::exit::{Trouble, incomplete};
use crate::cli::subjects;
use crate::desk::cases::Case;
use crate::desk::determine::written;
use crate::lexicons::rulebook;
use crate::model::rule::Rule;
use anyhow::{Context, anyhow};
use serde_json::json;
use std::path::PathBuf;

/// From this severity on a broken rule bears a determination.
const GRAVE: u8 = 4;

/// A determined case.
pub struct Determined {
    /// Its number.
    pub number: String,
    /// Where the practice's own papers of this case lie.
    pub folder: PathBuf,
}

/// From sealed evidence to a determination with two signatures and its outcome.
pub fn determined(
    site: &Site,
    subject: Option<String>,
    office: &Office,
    steps: &Steps,
    settings: &Settings,
) -> Result<Determined, Trouble> {
    let case = opened(site, subject, steps, settings)?;
    let number = case.number().to_owned();
    let folder = settings.home.join("practice").join(&number);
    std::fs::create_dir_all(&folder)
        .with_context(|| format!("{} cannot be made", folder.display()))
        .map_err(incomplete)?;
    let rules = grave(&case, settings)?;
    bases(&rules, steps, settings)?;
    let determined = Determined { number, folder };
    sign(&rules, &determined, office, steps, settings)?;
    outcome(&determined, steps, settings)?;
    Ok(determined)
}

/// Reads what was sealed; gives the subject that runs the site, where it is one.
pub fn subject(site: &Site, steps: &Steps, settings: &Settings) -> Result<Option<String>, Trouble> {
    let read = subjects::refreshed(settings)?;
    for trouble in &read.troubles {
        tracing::warn!("not read: {trouble}");
    }
    let found = read.dossiers.find(&site.host);
    let subject = match found.as_slice() {
        [one] => Some(one.id.clone()),
        _ => None,
    };
    steps.tell(
        "subjects",
        "主体",
        format!(
            "读取 {} 份证据,共 {} 个主体;发现最重的是 {}({},{} 条发现,最高 {} 级)",
            read.read,
            read.dossiers.all.len(),
            site.name,
            site.host,
            site.findings,
            site.severity
        ),
        json!({"read": read.read, "subjects": read.dossiers.all.len(), "not_read": read.troubles, "site": site.host, "subject": subject}),
    )?;
    Ok(subject)
}

fn opened(
    site: &Site,
    subject: Option<String>,
    steps: &Steps,
    settings: &Settings,
) -> Result<Case, Trouble> {
    let asked = Open {
        items: site.items.clone(),
        from_findings: false,
        min_severity: 1,
        into: None,
        title: None,
        subject,
        tip: None,
        dry_run: false,
        actor: FIRST.to_owned(),
    };
    let touched = open::opened(&asked, settings)?.touched;
    let number = touched
        .into_iter()
        .next()
        .ok_or_else(|| incomplete(anyhow!("no case was opened")))?;
    let case = step(&number, "初核", "巡查线索,证据已封存", settings)?;
    steps.tell(
        "case",
        "立案",
        format!(
            "{number} {}:{} 份封存证据,{} 级,{FIRST} 受理,状态 {}",
            case.opened.title,
            case.evidence.len(),
            case.opened.severity,
            case.state.label()
        ),
        json!({
            "case": number, "title": case.opened.title, "severity": case.opened.severity, "state": case.state.code(),
            "evidence": case.evidence.iter().map(|(e, _)| &e.id).collect::<Vec<_>>(), "rules": case.rules(),
        }),
    )?;
    Ok(case)
}

/// A step that the first officer takes alone.
pub fn step(number: &str, to: &str, why: &str, settings: &Settings) -> Result<Case, Trouble> {
    case_steps::taken(&asked(number, to, why, None), settings)
}

fn asked(number: &str, to: &str, why: &str, document: Option<String>) -> Step {
    Step {
        case: number.to_owned(),
        to: to.to_owned(),
        why: why.to_owned(),
        document,
        due: None,
        result: None,
        actor: FIRST.to_owned(),
    }
}

/// The rules on which a determination rests: of those that were broken the grave ones, the gravest first. Lesser ones are
/// marks by which the patrol scores, and some of them are no law.
fn grave(case: &Case, settings: &Settings) -> Result<Vec<Rule>, Trouble> {
    let lexicon = rulebook::load(settings.lexicons.as_deref()).map_err(incomplete)?;
    let broken = case.rules();
    let rules = broken.iter().filter_map(|id| lexicon.rule(id)).cloned();
    let mut rules: Vec<Rule> = rules.collect();
    rules.sort_by_key(|rule| std::cmp::Reverse(rule.severity));
    let most = rules.first().map_or(0, |rule| rule.severity);
    rules.retain(|rule| rule.severity >= GRAVE.min(most));
    Ok(rules)
}

fn ids(rules: &[Rule]) -> Vec<String> {
    rules.iter().map(|rule| rule.id.clone()).collect()
}

/// Confirms the bases that nobody has read in full.
fn bases(rules: &[Rule], steps: &Steps, settings: &Settings) -> Result<(), Trouble> {
    let rules = &ids(rules);
    let open = determine::open_bases(Some(rules), settings)?;
    for one in &open {
        determine::basis_confirmed(&one.rule, "演练,未实际核对全文", SECOND, settings)?;
    }
    let left = determine::open_bases(Some(rules), settings)?;
    let confirmed: Vec<&str> = open.iter().map(|one| one.rule.as_str()).collect();
    let line = match confirmed.as_slice() {
        [] => format!("据以认定的 {} 条规则,依据都已读过全文或已核对", rules.len()),
        some => format!(
            "据以认定的 {} 条规则中,{} 条的依据未读全文,{SECOND} 演练核对:{}",
            rules.len(),
            some.len(),
            some.join("、")
        ),
    };
    let facts = json!({"rules": rules, "confirmed": confirmed, "open": left.len()});
    steps.tell("bases", "依据", line, facts)
}

/// The last part of a case's number, for the numbers of its documents.
fn serial(number: &str) -> &str {
    let last = number.rsplit('-').next().unwrap_or(number);
    last.trim_start_matches('0')
}

fn sign(
    rules: &[Rule],
    of: &Determined,
    office: &Office,
    steps: &Steps,
    settings: &Settings,
) -> Result<(), Trouble> {
    let titles: Vec<&str> = rules.iter().map(|r| r.title.as_str()).collect();
    let told = titles.get(..3).unwrap_or(&titles).join(";");
    let statement = format!("演练:封存的网页有 {} 项违规:{told}等", titles.len());
    // Statements are one line of 500 characters at most.
    let statement: String = statement.chars().take(500).collect();
    let number = format!("演练认{}号", serial(&of.number));
    let document = of.folder.join("认定书.txt");
    std::fs::write(
        &document,
        format!(
            "{number}(演练,对象和人员均为虚构)\n案件 {}\n{statement}\n",
            of.number
        ),
    )
    .with_context(|| format!("{} cannot be written", document.display()))
    .map_err(incomplete)?;
    let asked = Determine {
        case: of.number.clone(),
        number,
        authority: "练习县处置非法集资牵头部门(虚构)".to_owned(),
        date: None,
        statement,
        document,
        rules: ids(rules),
        evidence: Vec::new(),
        officer: FIRST.to_owned(),
        reviewer: SECOND.to_owned(),
        out: None,
        actor: FIRST.to_owned(),
    };
    let one = determine::determined(&asked, settings)?;
    let mut signed = None;
    for officer in [FIRST, SECOND] {
        let asked = Sign {
            case: of.number.clone(),
            number: None,
            officer: officer.to_owned(),
            key: Some(office.key_of(officer)),
            signature: None,
        };
        signed = Some(determine::signed(&asked, settings)?);
    }
    let case = signed.ok_or_else(|| incomplete(anyhow!("nobody has signed")))?;
    let last = written(&case, None)
        .ok_or_else(|| incomplete(anyhow!("{} has no determination", of.number)))?;
    let signers: Vec<&str> = last.signatures.iter().map(|s| s.officer.as_str()).collect();
    steps.tell(
        "determined",
        "认定",
        format!(
            "{},{};{} 用各自密钥签名,状态 {}",
            one.number,
            one.authority,
            signers.join("、"),
            case.state.label()
        ),
        json!({
            "case": of.number, "number": one.number, "authority": one.authority, "statement": one.statement,
            "signed_by": signers, "state": case.state.code(),
        }),
    )
}

/// The outcome takes two as well: one proposes, another confirms.
fn outcome(of: &Determined, steps: &Steps, settings: &Settings) -> Result<(), Trouble> {
    let document = format!("演练处{}号", serial(&of.number));
    let asked = asked(
        &of.number,
        "关闭取缔",
        "违规情节严重,提请关闭",
        Some(document),
    );
    case_steps::proposed(&asked, settings)?;
    let confirm = Decide {
        case: of.number.clone(),
        comment: None,
        actor: SECOND.to_owned(),
    };
    let case = case_steps::confirmed(&confirm, settings)?;
    steps.tell(
        "outcome",
        "处置",
        format!("{FIRST} 提请,{SECOND} 确认,状态 {}", case.state.label()),
        json!({"case": of.number, "proposed_by": FIRST, "confirmed_by": SECOND, "state": case.state.code()}),
    )
}
