//! What a person sees while a long work is under way: one line on standard error.

use crate::model::monitor::{Event, Monitor};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The monitor of the terminal: a spinner with counts for patrols, a bar for counted work.
pub struct TerminalMonitor {
    bar: ProgressBar,
    pages: AtomicU64,
    findings: AtomicU64,
    skipped: AtomicU64,
    waiting: AtomicU64,
}

impl TerminalMonitor {
    /// A monitor that draws when standard error is a terminal and `quiet` is false.
    pub fn new(quiet: bool) -> Self {
        let target = if quiet {
            ProgressDrawTarget::hidden()
        } else {
            ProgressDrawTarget::stderr_with_hz(5)
        };
        let bar = ProgressBar::with_draw_target(None, target);
        if let Ok(style) = ProgressStyle::with_template("{spinner} {elapsed_precise} {msg}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(200));
        Self {
            bar,
            pages: AtomicU64::new(0),
            findings: AtomicU64::new(0),
            skipped: AtomicU64::new(0),
            waiting: AtomicU64::new(0),
        }
    }

    /// Removes the line.
    pub fn clear(&self) {
        self.bar.finish_and_clear();
    }

    /// Counted work: a bar where the end is known.
    fn count(&self, what: &'static str, done: u64, total: u64) {
        if total == 0 {
            return self.bar.set_message(format!("{done} {what}"));
        }
        if self.bar.length() != Some(total) {
            self.bar.set_length(total);
            let bar = "{spinner} {elapsed_precise} [{bar:30}] {pos}/{len} {msg}, {eta} left";
            if let Ok(style) = ProgressStyle::with_template(bar) {
                self.bar.set_style(style.progress_chars("=> "));
            }
            self.bar.set_message(what);
        }
        self.bar.set_position(done);
    }

    fn draw(&self) {
        self.bar.set_message(format!(
            "pages {}  findings {}  skipped {}  hosts waiting {}",
            self.pages.load(Ordering::Relaxed),
            self.findings.load(Ordering::Relaxed),
            self.skipped.load(Ordering::Relaxed),
            self.waiting.load(Ordering::Relaxed),
        ));
    }
}

impl Monitor for TerminalMonitor {
    fn event(&self, event: Event) {
        match event {
            Event::Visited { finding, .. } => {
                self.pages.fetch_add(1, Ordering::Relaxed);
                self.findings
                    .fetch_add(u64::from(finding), Ordering::Relaxed);
                self.draw();
            }
            Event::Skipped { url, reason } => {
                self.skipped.fetch_add(1, Ordering::Relaxed);
                tracing::debug!(%url, %reason, "skipped");
                self.draw();
            }
            Event::Waiting { groups } => {
                self.waiting.store(groups, Ordering::Relaxed);
                self.draw();
            }
            Event::Sealed { evidence_id } => tracing::debug!(evidence_id, "sealed"),
            Event::Rechecked => {}
            Event::Progress { what, done, total } => self.count(what, done, total),
            Event::Noted(note) => tracing::warn!(code = note.code, "{}", note.message),
        }
    }
}
