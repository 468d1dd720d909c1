//! `wangxun bench joining`: how well the sites of generated operators are joined to subjects.

use super::arguments::Format;
use super::bench::Usage;
use super::config::Settings;
use super::exit::{Done, Exit, misuse};
use super::output::{Output, table};
use crate::dossier::join;
use crate::practice::{JoinFigures, OperatorPlan, operator_world};
use anyhow::anyhow;
use serde_json::{Value, json};
use std::time::Instant;

struct Measured {
    world: u64,
    sites: usize,
    loners: usize,
    links: usize,
    related: usize,
    common: usize,
    seconds: f64,
    figures: JoinFigures,
    circles: JoinFigures,
}

/// Carries the command out.
pub fn run([operators, sites]: [u32; 2], first: u64, worlds: u32, settings: &Settings) -> Done {
    if operators == 0 || sites < operators || worlds == 0 {
        return Err(misuse(anyhow!(
            "give at least one operator, one site for each of them, and one world"
        )));
    }
    let measured: Vec<Measured> = (0..u64::from(worlds))
        .map(|n| measure(operators, sites, first.wrapping_add(n)))
        .collect();
    match settings.format {
        Format::Json => {
            for one in &measured {
                Output.json_line(&json_of(one))?;
            }
        }
        Format::Table => {
            let rows: Vec<Vec<String>> = measured.iter().map(row).collect();
            let header = [
                "world",
                "sites",
                "precision",
                "recall",
                "one company",
                "per operator",
                "circles' precision",
                "circles' recall",
                "groups",
                "mixed",
                "alone",
                "common facts",
                "ties",
                "seconds",
            ];
            Output.line(table(&header, &rows).trim_end())?;
            let peak = Usage::of("self").peak_bytes as f64 / 1e6;
            Output.line(format!(
                "by pairs of sites; one company = recall without operators behind two companies, which are never joined; alone = sites that share no fact with a site of their operator; peak memory {peak:.0} MB"
            ))?;
        }
    }
    Ok(Exit::Fine)
}

fn measure(operators: u32, sites: u32, seed: u64) -> Measured {
    let world = operator_world(&OperatorPlan {
        operators: operators as usize,
        sites: sites as usize,
        seed,
    });
    let began = Instant::now();
    let joined = join(&world.bearers, &[]);
    Measured {
        world: seed,
        sites: world.bearers.len(),
        loners: world.loners,
        links: joined.links.len(),
        related: joined.related.len(),
        common: joined.common.len(),
        seconds: began.elapsed().as_secs_f64(),
        figures: world.figures(&joined.groups),
        circles: world.figures(&joined.circles),
    }
}

fn json_of(one: &Measured) -> Value {
    json!({
        "world": one.world, "sites": one.sites, "alone": one.loners, "links": one.links, "ties": one.related,
        "common_facts": one.common, "seconds": one.seconds, "precision": one.figures.precision,
        "recall": one.figures.recall, "recall_one_company": one.figures.company_recall, "recall_per_operator": one.figures.operator_recall,
        "circle_precision": one.circles.precision, "circle_recall": one.circles.recall,
        "groups": one.figures.groups, "mixed_groups": one.figures.mixed,
    })
}

fn row(one: &Measured) -> Vec<String> {
    let figures = &one.figures;
    vec![
        one.world.to_string(),
        one.sites.to_string(),
        format!("{:.4}", figures.precision),
        format!("{:.4}", figures.recall),
        format!("{:.4}", figures.company_recall),
        format!("{:.4}", figures.operator_recall),
        format!("{:.4}", one.circles.precision),
        format!("{:.4}", one.circles.recall),
        figures.groups.to_string(),
        figures.mixed.to_string(),
        one.loners.to_string(),
        one.common.to_string(),
        one.related.to_string(),
        format!("{:.2}", one.seconds),
    ]
}
