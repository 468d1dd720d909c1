//! A line of the action list. It cannot be made without the proof that two officers signed a determination.

use super::action::{Measure, Scope};
use super::id;
use super::refusal::Refusal;
use super::status::{EntryState, EntryStatus};
use super::target::TakedownTarget;
use crate::model::determination::Confirmed;
use crate::model::rule::BasisGrade;
use chrono::{DateTime, NaiveDate, Utc};

/// A legal basis as it may stand in a notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeBasis {
    /// The rule.
    pub rule: String,
    /// The text with the article, in Chinese.
    pub text: String,
    /// How well it was read.
    pub grade: BasisGrade,
    /// The officer who has read the text and confirms it; empty when nobody has.
    pub confirmed_by: String,
}

impl NoticeBasis {
    /// Whether it may stand in a notice: it was read in full, or an officer has confirmed its text.
    pub fn may_be_quoted(&self) -> bool {
        self.grade == BasisGrade::Verified || !self.confirmed_by.trim().is_empty()
    }
}

/// What an entry says besides of what was determined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryDraft {
    /// What it is about.
    pub target: TakedownTarget,
    /// How far it reaches.
    pub scope: Scope,
    /// What is asked for.
    pub measure: Measure,
    /// The rule that weighs most: the reason's code.
    pub reason: String,
    /// The legal bases of the determination's rules.
    pub bases: Vec<NoticeBasis>,
    /// The sealed item that shows it.
    pub evidence: String,
    /// SHA-256 of its package, lower-case hex.
    pub evidence_sha256: String,
    /// What it says, word for word.
    pub quote: String,
    /// ICP filing number; empty when none is shown.
    pub icp: String,
    /// Who hosts it, as far as known; may be empty.
    pub hosting: String,
    /// Seen first.
    pub first_seen: DateTime<Utc>,
    /// Seen last.
    pub last_verified: DateTime<Utc>,
    /// First day in force (Beijing).
    pub valid_from: NaiveDate,
    /// Last day in force, where it ends by itself.
    pub valid_until: Option<NaiveDate>,
    /// Where the party can turn to.
    pub appeal_contact: String,
    /// Remedies, in Chinese.
    pub remedies: String,
    /// When it was put on the list.
    pub listed: DateTime<Utc>,
}

/// A determined target on the list of what operators act upon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionEntry {
    id: String,
    draft: EntryDraft,
    case_no: String,
    number: String,
    authority: String,
    date: NaiveDate,
    statement: String,
    officers: [String; 2],
    determination: String,
    status: EntryStatus,
}

impl ActionEntry {
    /// An entry that rests on a confirmed determination; active since it was listed.
    ///
    /// # Errors
    /// Says what the entry lacks, or what the determination does not bear.
    pub fn new(confirmed: &Confirmed, draft: EntryDraft) -> Result<Self, Refusal> {
        let of = confirmed.determination();
        let value = draft.target.shown().to_owned();
        let refuse = |code, problem: String, advice: &str| {
            Err(Refusal::new(code, value.clone(), problem, advice))
        };
        if !of.evidence.contains(&draft.evidence) {
            let problem = format!(
                "the determination {} does not rest on evidence {:?}",
                of.number, draft.evidence
            );
            return refuse(
                "evidence-not-determined",
                problem,
                "name a sealed item of the determination",
            );
        }
        let is_digest = |t: &str| t.len() == 64 && t.bytes().all(|b| b.is_ascii_hexdigit());
        if !is_digest(&draft.evidence_sha256) {
            let problem = format!("the digest of {} is not a SHA-256", draft.evidence);
            return refuse(
                "evidence-digest",
                problem,
                "take it from `wangxun evidence show`",
            );
        }
        if !of.rules.contains(&draft.reason) {
            let problem = format!(
                "the determination {} does not name the rule {:?}",
                of.number, draft.reason
            );
            return refuse(
                "rule-not-determined",
                problem,
                "give a rule of the determination as the reason",
            );
        }
        if draft.bases.is_empty() {
            return refuse(
                "no-legal-basis",
                "there is no legal basis".to_owned(),
                "name the article of each rule",
            );
        }
        if let Some(basis) = draft.bases.iter().find(|b| !b.may_be_quoted()) {
            let problem = format!(
                "the basis of {} ({}) was not read in full text (grade {})",
                basis.rule,
                basis.text,
                basis.grade.code()
            );
            return refuse(
                "basis-not-read",
                problem,
                "an officer reads the text and confirms it with `wangxun cases confirm-basis`",
            );
        }
        if draft.appeal_contact.trim().is_empty() || draft.remedies.trim().is_empty() {
            return refuse(
                "no-remedies",
                "the notice tells no remedies or no contact for appeals".to_owned(),
                "set appeal_contact and remedies in the [takedown] section of wangxun.toml",
            );
        }
        if draft
            .valid_until
            .is_some_and(|until| until < draft.valid_from)
        {
            return refuse(
                "ends-before-it-begins",
                format!(
                    "it is valid from {} until {}",
                    draft.valid_from,
                    draft.valid_until.unwrap_or(draft.valid_from)
                ),
                "give a later last day",
            );
        }
        if draft.valid_from < of.date {
            return refuse(
                "before-determination",
                format!(
                    "it is valid from {}, before the determination of {}",
                    draft.valid_from, of.date
                ),
                "give the day of the determination or a later one",
            );
        }
        let target = &draft.target;
        let id = entry_id(target, draft.scope, &of.case_no, &of.number);
        Ok(Self {
            id,
            case_no: of.case_no.clone(),
            number: of.number.clone(),
            authority: of.authority.clone(),
            date: of.date,
            statement: of.statement.clone(),
            officers: [of.officer.clone(), of.reviewer.clone()],
            determination: determination_id(confirmed),
            status: EntryStatus::active(draft.listed),
            draft,
        })
    }

    /// The same entry in another state.
    #[must_use]
    pub fn with_status(mut self, status: EntryStatus) -> Self {
        self.status = status;
        self
    }

    /// The same entry as it was seen at a later time.
    #[must_use]
    pub fn seen_again(mut self, at: DateTime<Utc>) -> Self {
        self.draft.last_verified = self.draft.last_verified.max(at);
        self
    }

    /// `te-` and 20 characters of base32 over target, scope, case and decision.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What it says besides.
    pub fn draft(&self) -> &EntryDraft {
        &self.draft
    }

    /// What it is about.
    pub fn target(&self) -> &TakedownTarget {
        &self.draft.target
    }

    /// Number of the case.
    pub fn case_no(&self) -> &str {
        &self.case_no
    }

    /// Number of the decision.
    pub fn number(&self) -> &str {
        &self.number
    }

    /// The authority that decided.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// Date of the decision.
    pub fn date(&self) -> NaiveDate {
        self.date
    }

    /// What was determined.
    pub fn statement(&self) -> &str {
        &self.statement
    }

    /// Officer and reviewer.
    pub fn officers(&self) -> &[String; 2] {
        &self.officers
    }

    /// Identifier of the determination in the list.
    pub fn determination(&self) -> &str {
        &self.determination
    }

    /// Where it stands.
    pub fn status(&self) -> &EntryStatus {
        &self.status
    }

    /// Whether operators are to act upon it.
    pub fn is_active(&self) -> bool {
        self.status.state == EntryState::Active
    }

    /// The legal bases, each once, as a notice quotes them.
    pub fn legal_basis(&self) -> String {
        let mut texts: Vec<&str> = Vec::new();
        for basis in &self.draft.bases {
            if !texts.contains(&basis.text.as_str()) {
                texts.push(&basis.text);
            }
        }
        texts.join("；")
    }

    /// The statement of reasons with remedies, in Chinese: what was determined by whom, on which basis, what it rests on, and
    /// where the party can turn to (反电信网络诈骗法 32 asks for both).
    pub fn notice(&self) -> String {
        let quote = match self.draft.quote.is_empty() {
            true => String::new(),
            false => format!("固定的内容载有“{}”。", self.draft.quote),
        };
        format!(
            "{}于{}以《{}》认定：{}。{quote}依据：{}。处置措施：{}。救济：{}联系：{}。",
            self.authority,
            chinese_date(self.date),
            self.number,
            self.statement.trim_end_matches('。'),
            self.legal_basis(),
            self.draft.measure.label_for(self.draft.target.kind()),
            self.draft.remedies,
            self.draft.appeal_contact,
        )
    }
}

/// Identifier of an entry: `te-` and 20 characters of base32 over target, scope, case and decision.
pub fn entry_id(target: &TakedownTarget, scope: Scope, case: &str, decision: &str) -> String {
    let parts = [
        target.kind().code(),
        target.value(),
        scope.code(),
        case,
        decision,
    ];
    id::of("te", &parts)
}

/// 2026年11月20日.
pub fn chinese_date(day: NaiveDate) -> String {
    use chrono::Datelike;
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

/// Identifier of a determination: `dt-` and 20 characters of base32 over the text that officers signed.
pub fn determination_id(confirmed: &Confirmed) -> String {
    let text = confirmed.determination().for_signing();
    id::of("dt", &[&String::from_utf8_lossy(&text)])
}
