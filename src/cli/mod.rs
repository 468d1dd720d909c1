//! The command line: arguments, configuration, one file per command, the progress display.

mod access;
mod ads;
mod against;
mod alerts;
pub mod arguments;
mod audit;
mod behind;
mod bench;
mod bench_audit;
mod bench_evidence;
mod bench_joining;
mod bench_search;
pub mod bench_soak;
mod bench_takedown;
pub mod campaigns;
mod capture_now;
pub mod cases;
pub mod config;
mod court;
mod court_facts;
pub mod custody;
mod demo;
pub mod desk;
pub mod desk_recheck;
mod desk_report;
mod desk_store;
pub mod discover;
pub mod duty;
mod evaluate;
mod evidence;
mod evidence_page;
pub mod exit;
mod explain;
mod export;
mod extract;
mod findings;
mod findings_site;
mod history;
mod import;
mod journal;
mod journal_page;
mod keys;
mod labelled;
mod lexicon;
mod lexicon_check;
mod log_file;
pub mod officers;
pub mod opinion;
pub mod output;
mod patrol;
pub mod preserve;
mod progress;
mod reaudit;
pub mod receipts;
pub mod recheck;
mod record;
mod report;
mod rules;
pub mod seal_arguments;
mod sealing;
mod search;
mod seeds;
mod signals;
mod stamp;
mod store;
pub mod subjects;
pub mod takedown;
pub mod tips;
mod tools;
mod train;
mod vision;
mod vision_sealed;
pub mod watch;

use arguments::{Arguments, Command};
use clap::{CommandFactory, Parser};
use exit::{Done, Exit};
use std::io::Write;
use std::path::Path;
use tracing_subscriber::EnvFilter;

/// Reads the arguments, runs the command, reports trouble on standard error.
pub fn main() -> Exit {
    let arguments = Arguments::parse();
    let watches = watches(&arguments);
    let verbose = arguments.global.verbose.max(u8::from(watches));
    start_logging(verbose, arguments.global.log_json, !watches);
    match run(&arguments) {
        Ok(exit) => exit,
        Err(trouble) => {
            let message = output::terminal_safe(&format!("{:#}", trouble.error));
            // Nothing can be done when standard error is gone.
            let _ = writeln!(std::io::stderr(), "wangxun: {message}");
            trouble.exit
        }
    }
}

fn run(arguments: &Arguments) -> Done {
    let default_home = match arguments.command {
        Command::Demo(_) => Some(Path::new("storage/demo")),
        _ => None,
    };
    let settings = config::settings(&arguments.global, default_home)?;
    match &arguments.command {
        Command::Demo(asked) => demo::run(asked, &settings),
        Command::Patrol(asked) => patrol::run(asked, &settings),
        Command::Audit(asked) => audit::run(asked, &settings),
        Command::Ads(asked) => ads::run(asked, &settings),
        Command::Vision(asked) => vision::run(asked, &settings),
        Command::Evaluate(asked) => evaluate::run(asked, &settings),
        Command::Explain(asked) => explain::run(asked, &settings),
        Command::Preserve(asked) => preserve::run(asked, &settings),
        Command::Access(asked) => access::run(asked, &settings),
        Command::Evidence(asked) => evidence::run(asked, &settings),
        Command::Journal(asked) => journal::run(asked, &settings),
        Command::Keys(asked) => keys::run(asked, &settings),
        Command::Findings(asked) => findings::run(asked, &settings),
        Command::Signals(asked) => signals::run(asked, &settings),
        Command::History(asked) => history::run(asked, &settings),
        Command::Seeds(asked) => seeds::run(asked, &settings),
        Command::Discover(asked) => discover::run(asked, &settings),
        Command::Tips(asked) => tips::run(asked, &settings),
        Command::Subjects(asked) => subjects::run(asked, &settings),
        Command::Cases(asked) => cases::run(asked, &settings),
        Command::Report(asked) => desk_report::run(asked, &settings),
        Command::Officers(asked) => officers::run(asked, &settings),
        Command::Takedown(asked) => takedown::run(asked, &settings),
        Command::Receipts(asked) => receipts::run(asked, &settings),
        Command::Desk(asked) => desk::run(asked, &settings),
        Command::Campaigns(asked) => campaigns::run(asked, &settings),
        Command::Duty(asked) => duty::run(asked, &settings),
        Command::Lexicon(asked) => lexicon::run(asked, &settings),
        Command::Bench(asked) => bench::run(asked, &settings),
        Command::Completions { shell } => completions(*shell),
    }
}

/// A watch tells of its runs without being asked to.
fn watches(arguments: &Arguments) -> bool {
    use arguments::PatrolStored::Watch;
    matches!(&arguments.command, Command::Patrol(p) if matches!(p.stored, Some(Watch(_))))
}

fn start_logging(verbose: u8, json: bool, colours: bool) {
    let default = match verbose {
        0 => "wangxun=warn",
        1 => "wangxun=info",
        2 => "wangxun=debug",
        _ => "wangxun=trace,info",
    };
    let filter = EnvFilter::try_from_env("WANGXUN_LOG").unwrap_or_else(|_| EnvFilter::new(default));
    let logs = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(log_file::LogWriter);
    if json {
        logs.json().init();
    } else {
        logs.with_ansi(colours).with_target(false).init();
    }
}

/// Writes the completion script for a shell.
fn completions(shell: clap_complete::Shell) -> Done {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "wangxun", &mut script);
    output::Output.write(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Fine)
}
