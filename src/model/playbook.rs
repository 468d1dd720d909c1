//! What is done with a case, by severity, and how long each step may take: the office's own rules.

use super::case::CaseState;
use chrono::{Days, NaiveDate};

/// The table, as officers keep it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Playbook {
    /// When a report goes up at once.
    pub immediate: Immediate,
    /// Days for each state.
    pub days: Vec<(CaseState, u32)>,
    /// By severity.
    pub plays: Vec<Play>,
}

/// When a report goes up at once (重大情况立即报告).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Immediate {
    /// Severity from which.
    pub severity: u8,
    /// Claimed yuan from which.
    pub yuan: u64,
    /// Claimed people from which.
    pub people: u64,
    /// New sites from which, within `days`.
    pub sites: usize,
    /// Days within which new sites count.
    pub days: u32,
    /// Hours within which it is reported.
    pub within_hours: u32,
    /// Departments that are called, by id.
    pub call: Vec<String>,
}

/// What is done at one severity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Play {
    /// 1 to 5.
    pub level: u8,
    /// Hours within which somebody is called.
    pub within_hours: u32,
    /// Departments that are called, by id.
    pub call: Vec<String>,
    /// What is done, in Chinese.
    pub steps: Vec<String>,
}

/// What tells whether a report goes up at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scale {
    /// Severity of the case.
    pub severity: u8,
    /// Largest claimed scale in yuan.
    pub yuan: u64,
    /// Largest claimed number of people.
    pub people: u64,
    /// Most sites that appeared within the days of the rule.
    pub sites: usize,
}

impl Playbook {
    /// What is done at this severity.
    pub fn play(&self, severity: u8) -> Option<&Play> {
        self.plays.iter().find(|p| p.level == severity)
    }

    /// Until when a case that came to this state on `day` has to go on, where the table says so.
    pub fn due(&self, state: CaseState, day: NaiveDate) -> Option<NaiveDate> {
        let (_, days) = self.days.iter().find(|(s, _)| *s == state)?;
        day.checked_add_days(Days::new(u64::from(*days)))
    }

    /// Why a report goes up at once, in Chinese; nothing when it need not.
    pub fn immediate_reasons(&self, scale: Scale) -> Vec<String> {
        let rule = &self.immediate;
        if scale.severity < rule.severity {
            return Vec::new();
        }
        let mut reasons = Vec::new();
        if rule.yuan > 0 && scale.yuan >= rule.yuan {
            reasons.push(format!("自称规模 {} 元", scale.yuan));
        }
        if rule.people > 0 && scale.people >= rule.people {
            reasons.push(format!("自称人数 {} 人", scale.people));
        }
        if rule.sites > 0 && scale.sites >= rule.sites {
            reasons.push(format!("{} 天内出现于 {} 个站点", rule.days, scale.sites));
        }
        reasons
    }
}
