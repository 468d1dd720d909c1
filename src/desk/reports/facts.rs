//! What reports are made of: cases as the desk folds them, and rows of all the rest.

use crate::desk::campaigns::Campaign;
use crate::desk::cases::Cases;
use crate::desk::duty::ShiftHandover;
use crate::desk::opinion::Handling;
use crate::desk::tips::Tip;
use crate::model::alert::AlertLevel;
use crate::model::playbook::Playbook;
use crate::model::rule::BasisGrade;
use crate::wire::desk::duty::Shift;
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::{BTreeMap, BTreeSet};

/// Everything that reports read, as it stood at the end of a period.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// Cases, proposals, determinations, samples.
    pub cases: Cases,
    /// Subjects, by id.
    pub subjects: BTreeMap<String, SubjectRow>,
    /// Tips, in the order of their coming.
    pub tips: Vec<Tip>,
    /// Warnings of opinion, the newest first.
    pub alerts: Vec<AlertRow>,
    /// Campaigns.
    pub campaigns: Vec<Campaign>,
    /// Who is on duty, by day and shift.
    pub roster: Vec<Shift>,
    /// Handovers of shifts.
    pub handovers: Vec<ShiftHandover>,
    /// Issued takedown lists.
    pub lists: Vec<ListRow>,
    /// Receipts of operators.
    pub receipts: Vec<ReceiptRow>,
    /// Rechecks.
    pub rechecks: Vec<RecheckRow>,
    /// Runs of the patrol, in the order of their beginnings.
    pub runs: Vec<RunRow>,
    /// Platforms of the patrol list, with what became of them.
    pub sites: Vec<SiteRow>,
    /// Registrable domains that the patrol reached in the period.
    pub reached: BTreeSet<String>,
    /// Sealed items of cases, by id.
    pub items: BTreeMap<String, ItemRow>,
    /// Names of registration lists that hold watch words.
    pub registrations: Vec<RegistrationRow>,
    /// Pairs of sites that show nearly the same page.
    pub alike: BTreeSet<(String, String)>,
    /// What is done at each severity.
    pub playbook: Playbook,
    /// What things are called.
    pub names: Names,
}

/// What things are called.
#[derive(Debug, Clone, Default)]
pub struct Names {
    /// Code of the county.
    pub county: String,
    /// Townships of the county: code and name.
    pub townships: Vec<(String, String)>,
    /// Sectors: word, and the other words for it, the label first.
    pub sectors: Vec<(String, Vec<String>)>,
    /// Departments by id.
    pub departments: BTreeMap<String, String>,
    /// Rules by id.
    pub rules: BTreeMap<String, RuleName>,
}

/// A rule as papers quote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleName {
    /// What is forbidden.
    pub title: String,
    /// Legal basis with article.
    pub basis: String,
    /// How well the basis was read.
    pub grade: BasisGrade,
}

/// A subject (一户一档).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SubjectRow {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Unified credit code; empty when not known.
    pub code: String,
    /// `yes`, `no` or `unknown`.
    pub licensed: String,
    /// Sector word.
    pub sector: String,
    /// Code of the unit of registration; empty for the county's pool.
    pub region: String,
    /// Registered or shown address.
    pub address: String,
    /// Its sites.
    pub sites: Vec<String>,
    /// When it was first seen.
    pub first_seen: Option<NaiveDate>,
    /// Score, 0 to 100; a clue only.
    pub score: f64,
    /// Highest severity.
    pub severity: u8,
    /// Watch words in its name.
    pub watch_words: Vec<String>,
    /// Persons: role and masked name.
    pub persons: Vec<(String, String)>,
    /// Complaints and tips about it.
    pub complaints: u64,
    /// Where it was found: patrol, tip, township, registration list.
    pub source: String,
    /// On-site verification: how (现场核查, 约谈), by whom, when.
    pub verified: Option<(String, String, NaiveDate)>,
}

/// A warning of opinion.
#[derive(Debug, Clone, PartialEq)]
pub struct AlertRow {
    /// The item in which it stands, with the number of the warning.
    pub item: String,
    /// Number in the item.
    pub number: u32,
    /// How urgent.
    pub level: AlertLevel,
    /// Its class, in Chinese.
    pub class: String,
    /// Quote.
    pub quote: String,
    /// Times and places named.
    pub when_where: String,
    /// Platform and address.
    pub platform: String,
    /// Address of the page.
    pub url: String,
    /// When it was captured.
    pub captured: DateTime<Utc>,
    /// What was done.
    pub handled: Vec<Handling>,
}

/// An issued list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListRow {
    /// Its name with the serial.
    pub id: String,
    /// Serial.
    pub serial: u64,
    /// When it was issued.
    pub issued: DateTime<Utc>,
    /// When it expires.
    pub expires: Option<DateTime<Utc>>,
    /// Lines in force.
    pub active: u64,
    /// Lines withdrawn or expired.
    pub ended: u64,
    /// Cases on it.
    pub cases: Vec<String>,
    /// Who issued it.
    pub by: String,
}

/// A receipt of an operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptRow {
    /// Its id.
    pub id: String,
    /// The operator.
    pub operator: String,
    /// The list's serial.
    pub serial: u64,
    /// When it came in; `None` while it is waited for.
    pub received: Option<DateTime<Utc>>,
    /// Lines by result: label in Chinese and number.
    pub results: Vec<(String, u64)>,
}

/// A recheck.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecheckRow {
    /// Its id.
    pub id: String,
    /// When.
    pub at: DateTime<Utc>,
    /// The case; may be empty.
    pub case: String,
    /// What was looked at.
    pub target: String,
    /// What was seen, in Chinese.
    pub result: String,
    /// Sealed item of before and of now; may be empty.
    pub evidence: (String, String),
}

/// A run of the patrol, as the journal tells it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RunRow {
    /// Its id.
    pub id: String,
    /// When it began.
    pub began: DateTime<Utc>,
    /// When it ended or was stopped.
    pub ended: Option<DateTime<Utc>>,
    /// Whether it went through its list.
    pub complete: bool,
    /// Who ran it, and for which office.
    pub by: String,
    /// How often it was taken up again.
    pub resumed: u64,
    /// Pages that answered.
    pub pages: u64,
    /// Pages with findings.
    pub findings: u64,
    /// Targets and links not visited.
    pub skipped: u64,
    /// Targets left in the queue.
    pub queued: u64,
    /// Why targets were not visited: code and number, when it is still known.
    pub reasons: Vec<(String, u64)>,
}

/// A platform of a patrol list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SiteRow {
    /// Id of the seed.
    pub id: String,
    /// Name of the platform.
    pub name: String,
    /// Where the patrol begins there.
    pub start: String,
    /// Pages captured in the period.
    pub pages: u64,
    /// Runs in which they were captured.
    pub runs: Vec<String>,
    /// Last capture.
    pub last: Option<DateTime<Utc>>,
    /// Why its pages were not reached: reason in words and number.
    pub failed: Vec<(String, u64)>,
}

/// A sealed item.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ItemRow {
    /// Its id.
    pub id: String,
    /// Platform.
    pub platform: String,
    /// Title of the page.
    pub title: String,
    /// Address.
    pub url: String,
    /// When it was captured.
    pub captured: Option<DateTime<Utc>>,
    /// SHA-256 of the package.
    pub sha256: String,
    /// SM3 of the package; empty when not looked up.
    pub sm3: String,
    /// Bytes of the package.
    pub bytes: u64,
    /// Quotes with the rule that each breaks and its severity.
    pub quotes: Vec<(String, String, u8)>,
    /// Names by which it can be recognised: brand, operator, payee.
    pub who: Vec<String>,
}

/// A name of a registration list that holds watch words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RegistrationRow {
    /// Import and row.
    pub id: String,
    /// Registered name.
    pub name: String,
    /// Unified credit code.
    pub code: String,
    /// The words, each with where it stands (名称, 经营范围).
    pub words: Vec<(String, String)>,
    /// Code or name of the unit.
    pub region: String,
    /// When it was imported.
    pub day: Option<NaiveDate>,
}
