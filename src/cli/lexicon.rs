//! `wangxun lexicon`: checks and trains the lexicons, shows every stage of the audit on a text.

use super::arguments::{Format, Lexicon};
use super::config::Settings;
use super::exit::{Done, Exit, Trouble, misuse};
use super::output::{Output, table};
use super::tools;
use crate::patrol::inspect::Stages;
use crate::wire::verdict::VerdictLine;
use std::io::Read;

/// Longest text that is tried, in bytes.
const MOST_BYTES: u64 = 1 << 20;

/// Carries the command out.
pub fn run(asked: &Lexicon, settings: &Settings) -> Done {
    match asked {
        Lexicon::Check(asked) => super::lexicon_check::run(asked, settings),
        Lexicon::Try { text } => try_text(text, settings),
        Lexicon::Rules(asked) => super::rules::run(asked, settings),
        Lexicon::Train(asked) => super::train::run(asked, settings),
    }
}

fn try_text(text: &str, settings: &Settings) -> Done {
    let mut from_input = String::new();
    let text = if text == "-" {
        std::io::stdin()
            .lock()
            .take(MOST_BYTES)
            .read_to_string(&mut from_input)
            .map_err(misuse)?;
        from_input.trim_end()
    } else {
        text
    };
    let stages = tools::inspector(settings)?.stages(text, tools::today());
    match settings.format {
        Format::Json => Output.json(&VerdictLine::new("try", &stages.verdict))?,
        Format::Table => show(&stages)?,
    }
    Ok(Exit::Fine)
}

fn show(stages: &Stages) -> Result<(), Trouble> {
    let block = &stages.block;
    Output.line(format!("1 原文      {}", block.text.original))?;
    Output.line(format!("2 还原      {}", block.text.plain))?;
    for evasion in &block.text.evasions {
        let original = block
            .text
            .original
            .get(evasion.original.clone())
            .unwrap_or("");
        let plain = block.text.plain.get(evasion.plain.clone()).unwrap_or("");
        let weight = if evasion.strong { "强" } else { "弱" };
        Output.line(format!(
            "            {} {original:?} → {plain:?}({weight}信号)",
            evasion.class
        ))?;
    }
    Output.line("3 主张")?;
    let rows: Vec<Vec<String>> = block
        .claims
        .iter()
        .map(|c| {
            vec![
                String::new(),
                c.kind.code().to_owned(),
                c.polarity.code().to_owned(),
                block
                    .text
                    .original
                    .get(c.original.clone())
                    .unwrap_or("")
                    .to_owned(),
                c.rules.join(","),
                c.figure
                    .as_ref()
                    .map_or(String::new(), |f| f.formula.clone()),
            ]
        })
        .collect();
    Output.line(table(&["", "类别", "语气", "引文", "规则", "算式"], &rows).trim_end())?;
    let cues: Vec<String> = stages
        .verdict
        .blocks
        .iter()
        .flat_map(|b| b.cues.iter().cloned())
        .collect();
    Output.line(format!(
        "4 语境      {}({})",
        stages.verdict.context.label(),
        cues.join("、")
    ))?;
    Output.line(format!("5 业务      {}", stages.verdict.offer.label()))?;
    super::behind::show(&(&stages.verdict.who).into())?;
    Output.line("6 判定")?;
    for finding in stages
        .verdict
        .findings
        .iter()
        .chain(&stages.verdict.signals)
    {
        Output.line(format!(
            "            {} 严重度 {} 强度 {} 「{}」 {}",
            finding.rule,
            finding.severity,
            finding.strength.code(),
            finding.quote,
            finding.remark
        ))?;
        Output.line(format!("              依据 {}", finding.basis))?;
    }
    Output.line(format!("7 综合分    {:.0}", stages.verdict.score.total()))?;
    for part in &stages.verdict.score.contributions {
        Output.line(format!(
            "            {} {:+.0} {}",
            part.name, part.points, part.reason
        ))?;
    }
    super::alerts::show(&stages.verdict.alerts)?;
    let conclusion = if stages.verdict.finding {
        "有发现(线索,待人工认定)"
    } else {
        "未发现"
    };
    Output.line(format!("8 结论      {conclusion}"))
}
