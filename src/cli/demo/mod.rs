//! `wangxun demo`: the bundled practice web, from the first visit to the duty report.
//!
//! Each step is what a command does, by the functions of that command. The practice adds only what other people would do: two
//! officers, who sign, and an operator, who answers. What is told of a step is what the store holds after it.
//!
//! | file | part |
//! |---|---|
//! | `patrol` | the practice web is patrolled, and seen again by order |
//! | `site` | the site that the desk takes up |
//! | `office` | whose home it is: words of the lists, officers, keys |
//! | `case` | subjects, the case and its determination |
//! | `list` | the action list, from its entry to the letter |
//! | `operator` | the operator, who closes the site and answers |
//! | `recheck` | what became of it, and the duty report |
//! | `steps` | how each step is told |

mod case;
mod list;
mod office;
mod operator;
mod patrol;
mod recheck;
mod site;
mod steps;

use super::arguments::{Demo, Format};
use super::config::Settings;
use super::exit::{Done, Exit, Trouble, incomplete};
use super::output::Output;
use super::patrol::interrupted;
use super::tools;
use crate::practice::{self, Bind};
use office::Office;
use patrol::{Patrolled, Web};
use serde_json::json;
use site::Site;
use std::path::PathBuf;
use steps::Steps;

/// Carries the command out.
pub fn run(asked: &Demo, settings: &Settings) -> Done {
    office::refuse_others(settings)?;
    let settings = &office::settings(settings);
    let runtime = tools::runtime()?;
    let (served, stop) = runtime.block_on(async {
        let served = practice::serve(Bind::default()).await.map_err(incomplete)?;
        Ok::<_, Trouble>((served, interrupted()))
    })?;
    let web = Web {
        runtime: &runtime,
        served: &served,
        stop,
    };
    let exit = play(&web, settings)?;
    if asked.stay {
        if settings.format == Format::Table {
            Output.line("练习网站继续运行,按 Ctrl-C 结束")?;
        }
        let mut stop = web.stop.clone();
        // The sender lives as long as the listener for Ctrl-C.
        let _ = runtime.block_on(stop.wait_for(|stop| *stop));
    }
    runtime.block_on(served.shutdown());
    Ok(exit)
}

fn play(web: &Web<'_>, settings: &Settings) -> Done {
    let steps = Steps::new(settings.format);
    let patrolled = web.patrol(&steps, settings)?;
    if !patrolled.summary.complete {
        let line = "巡查未完成,不再往下办案;再次运行 wangxun demo 从头开始";
        steps.tell(
            "stopped",
            "停止",
            line,
            json!({"run": patrolled.summary.run}),
        )?;
        return Ok(Exit::Incomplete);
    }
    let Some(site) = Site::worst(&patrolled.seeds, &patrolled.rows) else {
        let line = "没有发现违规站点,无案可办";
        steps.tell("no-site", "停止", line, json!({}))?;
        return Ok(Exit::Fine);
    };
    let subject = case::subject(&site, &steps, settings)?;
    let office = Office::staffed(&steps, settings)?;
    let case = case::determined(&site, subject, &office, &steps, settings)?;
    let issued = list::issued(&site, &case, &office, &steps, settings)?;
    operator::answered(&issued, &case, web.served, &steps, settings)?;
    let seen = recheck::seen_again(web, &case, &steps, settings)?;
    if !seen.complete {
        return Ok(Exit::Incomplete);
    }
    let reports = recheck::reported(&steps, settings)?;
    end(
        &patrolled, &case, &issued, &reports, &office, &steps, settings,
    )?;
    Ok(Exit::Fine)
}

/// Where everything is, and how to go on.
fn end(
    patrolled: &Patrolled,
    case: &case::Determined,
    issued: &list::Issued,
    reports: &[PathBuf],
    office: &Office,
    steps: &Steps,
    settings: &Settings,
) -> Result<(), Trouble> {
    let home = &settings.home;
    let shown: Vec<String> = reports.iter().map(|p| p.display().to_string()).collect();
    let wangxun = format!("wangxun --home {}", home.display());
    let bundle = issued.bundle.display();
    let commands = [
        format!("{wangxun} evidence verify"),
        format!("{wangxun} findings"),
        format!("{wangxun} cases show {}", case.number),
        format!("{wangxun} takedown show {}", issued.entry),
        format!(
            "wangxun takedown verify {bundle} --key {}.pub",
            office.list_key.display()
        ),
        format!(
            "{wangxun} takedown withdraw {} --reason 经复查已关闭 --document 演练撤1号 --actor {}",
            issued.entry,
            office::FIRST
        ),
        format!(
            "{wangxun} cases propose {} --to 结案 --why 复查已关闭 --result 已关闭 --actor {}",
            case.number,
            office::FIRST
        ),
        format!(
            "{wangxun} cases confirm {} --actor {}",
            case.number,
            office::SECOND
        ),
    ];
    if steps.are_json() {
        let facts = json!({
            "reports": shown, "findings": patrolled.report.display().to_string(),
            "list": issued.bundle.display().to_string(), "evidence": home.join("evidence").display().to_string(),
            "journal": home.join("journal").display().to_string(), "archive": patrolled.archive.display().to_string(),
            "keys": office.keys.display().to_string(), "commands": commands,
        });
        return steps.tell("end", "", "", facts);
    }
    Output.line("")?;
    for (name, place) in [
        ("日报", shown.join("  ")),
        ("发现", patrolled.report.display().to_string()),
        ("清单", bundle.to_string()),
        ("证据", home.join("evidence").display().to_string()),
        ("档案", patrolled.archive.display().to_string()),
        ("日志", home.join("journal").display().to_string()),
        (
            "密钥",
            format!("{}(虚构人员,仅供演练)", office.keys.display()),
        ),
    ] {
        Output.line(format!("{name}  {place}"))?;
    }
    Output.line("\n接下来可以试(撤回和结案由人决定,演练到此为止):")?;
    commands
        .iter()
        .try_for_each(|command| Output.line(format!("  {command}")))
}
