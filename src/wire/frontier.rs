//! Row forms of the embedded frontier. Version 1; a row of another version is refused, and the frontier is rebuilt
//! from the archive.

use super::rows::{RowError, RowReader, RowWriter};
use crate::model::host_memory::{HostMemory, RobotsCopy};
use crate::model::skip::SkipReason;
use crate::model::target::{Target, TargetSource};
use crate::model::visit::VisitEnd;
use chrono::{DateTime, Utc};
use std::time::Duration;
use url::Url;

/// Version byte of every row in this file.
pub const VERSION: u8 = 1;

/// Number of kinds of skips.
pub const SKIP_KINDS: usize = 14;

/// Stable machine names of the kinds of skips, in the order of their stored numbers. Only ever appended to.
pub const SKIP_CODES: [&str; SKIP_KINDS] = [
    "out-of-scope",
    "robots",
    "robots-unreachable",
    "duplicate",
    "budget",
    "trap",
    "blocked-address",
    "scheme",
    "type",
    "size",
    "challenge",
    "throttled",
    "redirects",
    "failed",
];

/// Budgets that a skip can name, in the order of their stored numbers.
const BUDGETS: [&str; 6] = ["pages", "bytes", "minutes", "depth", "other", "advertiser"];

/// Longest kept detail of a skip, in bytes: details may quote hostile bytes.
const DETAIL_MAX: usize = 300;

/// Stored number of a skip's kind.
pub fn skip_number(reason: &SkipReason) -> u8 {
    let code = reason.code();
    let at = SKIP_CODES.iter().position(|c| *c == code);
    at.and_then(|n| u8::try_from(n).ok()).unwrap_or(u8::MAX)
}

/// The longest prefix of at most `max` bytes that ends on a character.
pub fn cut(text: &str, max: usize) -> &str {
    let mut end = text.len().min(max);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

fn write_skip(row: RowWriter, reason: &SkipReason) -> RowWriter {
    let row = row.byte(skip_number(reason));
    match reason {
        SkipReason::Budget(name) => {
            let at = BUDGETS.iter().position(|b| b == name);
            row.byte(at.and_then(|n| u8::try_from(n).ok()).unwrap_or(4))
        }
        SkipReason::Size(n) | SkipReason::Throttled(n) => row.number(*n),
        SkipReason::Duplicate => row,
        other => row.text(cut(&other.detail(), DETAIL_MAX)),
    }
}

fn read_skip(row: &mut RowReader<'_>) -> Result<SkipReason, RowError> {
    let kind = row.byte()?;
    let detail = |row: &mut RowReader<'_>| row.text("detail").map(str::to_owned);
    Ok(match kind {
        0 => SkipReason::OutOfScope(detail(row)?),
        1 => SkipReason::Robots(detail(row)?),
        2 => SkipReason::RobotsUnreachable(detail(row)?),
        3 => SkipReason::Duplicate,
        4 => {
            let number = usize::from(row.byte()?);
            let name = BUDGETS.get(number);
            SkipReason::Budget(name.ok_or(RowError::Field { field: "budget" })?)
        }
        5 => SkipReason::Trap(detail(row)?),
        6 => SkipReason::BlockedAddress(detail(row)?),
        7 => SkipReason::Scheme(detail(row)?),
        8 => SkipReason::Type(detail(row)?),
        9 => SkipReason::Size(row.number()?),
        10 => SkipReason::Challenge(detail(row)?),
        11 => SkipReason::Throttled(row.number()?),
        12 => SkipReason::Redirects(detail(row)?),
        13 => SkipReason::Failed(detail(row)?),
        _ => return Err(RowError::Field { field: "skip" }),
    })
}

/// A target in the queue. The seed stands by its number within the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetRow {
    /// Number of the seed.
    pub seed: u32,
    /// Visits tried so far.
    pub attempts: u8,
    /// The target, its `seed_id` empty.
    pub target: Target,
}

impl TargetRow {
    /// The row of a target; the referrer is kept as what differs from the address, since both mostly share a host.
    pub fn encode(target: &Target, seed: u32, attempts: u8) -> Vec<u8> {
        let url = target.url.as_str();
        let row = RowWriter::new(VERSION)
            .byte(attempts)
            .byte(source_number(target.source) | (target.vantage << 4))
            .byte(target.priority)
            .byte(target.offsite)
            .number(u64::from(target.depth))
            .number(u64::from(seed))
            .text(url);
        match target.referrer.as_ref().map(Url::as_str) {
            None => row.finish(),
            Some(referrer) => {
                let shared = shared_prefix(url, referrer);
                row.number(shared as u64)
                    .text(referrer.get(shared..).unwrap_or_default())
                    .finish()
            }
        }
    }

    /// The target of a row.
    pub fn decode(row: &[u8]) -> Result<Self, RowError> {
        let mut row = RowReader::new(row, VERSION)?;
        let attempts = row.byte()?;
        // The upper half of the byte was always 0 before there were vantages.
        let how = row.byte()?;
        let (source, vantage) = (source_of(how & 0x0f)?, how >> 4);
        let priority = row.byte()?;
        let offsite = row.byte()?;
        let depth = row.small("depth")?;
        let seed = row.small("seed")?;
        let text = row.text("url")?;
        let referrer = match row.small::<usize>("shared") {
            Err(RowError::Short) => None,
            Err(other) => return Err(other),
            Ok(shared) => {
                let head = text
                    .get(..shared)
                    .ok_or(RowError::Field { field: "shared" })?;
                Some(url_of(
                    &format!("{head}{}", row.text("referrer")?),
                    "referrer",
                )?)
            }
        };
        let target = Target {
            url: url_of(text, "url")?,
            seed_id: String::new(),
            depth,
            offsite,
            source,
            referrer,
            priority,
            vantage,
        };
        Ok(Self {
            seed,
            attempts,
            target,
        })
    }
}

fn url_of(text: &str, field: &'static str) -> Result<Url, RowError> {
    Url::parse(text).map_err(|_| RowError::Field { field })
}

/// Bytes that two texts share at their start, ending on a character of both.
fn shared_prefix(a: &str, b: &str) -> usize {
    let equal = a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y).count();
    (0..=equal)
        .rev()
        .find(|n| a.is_char_boundary(*n))
        .unwrap_or(0)
}

const SOURCES: [TargetSource; 11] = [
    TargetSource::Seed,
    TargetSource::Link,
    TargetSource::AdLanding,
    TargetSource::Frame,
    TargetSource::Refresh,
    TargetSource::Import,
    TargetSource::Revisit,
    TargetSource::Recheck,
    TargetSource::Sitemap,
    TargetSource::SitemapEntry,
    TargetSource::Search,
];

fn source_number(source: TargetSource) -> u8 {
    let at = SOURCES.iter().position(|s| *s == source);
    at.and_then(|n| u8::try_from(n).ok()).unwrap_or(u8::MAX)
}

fn source_of(number: u8) -> Result<TargetSource, RowError> {
    let source = SOURCES.get(usize::from(number)).copied();
    source.ok_or(RowError::Field { field: "source" })
}

/// What is known of one address of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StateRow {
    /// In the queue, under this key.
    Queued(Vec<u8>),
    /// Ended.
    Ended(VisitEnd),
}

impl StateRow {
    /// The row of this state.
    pub fn encode(&self) -> Vec<u8> {
        let row = RowWriter::new(VERSION);
        match self {
            Self::Queued(key) => row.byte(0).bytes(key).finish(),
            Self::Ended(VisitEnd::Done {
                status,
                bytes,
                finding,
                evidence_id,
            }) => row
                .byte(if *finding { 2 } else { 1 })
                .number(u64::from(*status))
                .number(*bytes)
                .text(evidence_id.as_deref().unwrap_or_default())
                .finish(),
            Self::Ended(VisitEnd::Skipped(reason)) => write_skip(row.byte(3), reason).finish(),
        }
    }

    /// The state of a row.
    pub fn decode(row: &[u8]) -> Result<Self, RowError> {
        let mut row = RowReader::new(row, VERSION)?;
        Ok(match row.byte()? {
            0 => Self::Queued(row.bytes()?.to_vec()),
            form @ (1 | 2) => Self::Ended(VisitEnd::Done {
                status: row.small("status")?,
                bytes: row.number()?,
                finding: form == 2,
                evidence_id: Some(row.text("evidence")?)
                    .filter(|e| !e.is_empty())
                    .map(str::to_owned),
            }),
            3 => Self::Ended(VisitEnd::Skipped(read_skip(&mut row)?)),
            _ => return Err(RowError::Field { field: "state" }),
        })
    }
}

/// The counters of a run; kept by every write, so that statistics never scan.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CountersRow {
    /// Number of the next queued target.
    pub next_sequence: u64,
    /// Targets not ended.
    pub open: u64,
    /// Visits ended with an answer.
    pub done: u64,
    /// Of them, with a finding.
    pub findings: u64,
    /// Bytes of their decoded bodies.
    pub body_bytes: u64,
    /// Targets offered again.
    pub duplicates: u64,
    /// Visits put off.
    pub postponed: u64,
    /// Targets ended without an answer, by kind of skip.
    pub skipped: [u64; SKIP_KINDS],
    /// Links refused before they became targets, by kind of skip.
    pub refused: [u64; SKIP_KINDS],
}

impl CountersRow {
    /// The row of these counters.
    pub fn encode(&self) -> Vec<u8> {
        let row = RowWriter::new(VERSION)
            .number(self.next_sequence)
            .number(self.open)
            .number(self.done)
            .number(self.findings)
            .number(self.body_bytes)
            .number(self.duplicates)
            .number(self.postponed);
        let kinds = self.skipped.iter().chain(&self.refused);
        kinds.fold(row, |row, n| row.number(*n)).finish()
    }

    /// The counters of a row.
    pub fn decode(row: &[u8]) -> Result<Self, RowError> {
        let mut row = RowReader::new(row, VERSION)?;
        let mut counters = Self {
            next_sequence: row.number()?,
            open: row.number()?,
            done: row.number()?,
            findings: row.number()?,
            body_bytes: row.number()?,
            duplicates: row.number()?,
            postponed: row.number()?,
            ..Self::default()
        };
        for n in counters.skipped.iter_mut().chain(&mut counters.refused) {
            *n = row.number()?;
        }
        Ok(counters)
    }
}

/// What a run spent on one seed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SeedRow {
    /// The seed's identifier.
    pub id: String,
    /// Pages answered.
    pub pages: u64,
    /// Bytes of their decoded bodies.
    pub bytes: u64,
    /// Time under patrol.
    pub elapsed: Duration,
    /// Rows of refused links kept, by kind of skip.
    pub kept: [u32; SKIP_KINDS],
}

impl SeedRow {
    /// The row.
    pub fn encode(&self) -> Vec<u8> {
        let row = RowWriter::new(VERSION)
            .text(&self.id)
            .number(self.pages)
            .number(self.bytes)
            .number(millis(self.elapsed));
        let kept = self.kept.iter();
        kept.fold(row, |row, n| row.number(u64::from(*n))).finish()
    }

    /// The seed's figures of a row.
    pub fn decode(row: &[u8]) -> Result<Self, RowError> {
        let mut row = RowReader::new(row, VERSION)?;
        let mut seed = Self {
            id: row.text("seed")?.to_owned(),
            pages: row.number()?,
            bytes: row.number()?,
            elapsed: Duration::from_millis(row.number()?),
            ..Self::default()
        };
        for n in &mut seed.kept {
            *n = row.small("kept")?;
        }
        Ok(seed)
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// An address that was not visited, with why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkipRow {
    /// The address as met, cut at 2,048 bytes by the writer.
    pub url: String,
    /// Why.
    pub reason: SkipReason,
}

impl SkipRow {
    /// Longest kept address, in bytes: `data:` addresses may be megabytes.
    pub const URL_MAX: usize = 2048;

    /// The row.
    pub fn encode(&self) -> Vec<u8> {
        let row = RowWriter::new(VERSION).text(cut(&self.url, Self::URL_MAX));
        write_skip(row, &self.reason).finish()
    }

    /// The skip of a row.
    pub fn decode(row: &[u8]) -> Result<Self, RowError> {
        let mut row = RowReader::new(row, VERSION)?;
        Ok(Self {
            url: row.text("url")?.to_owned(),
            reason: read_skip(&mut row)?,
        })
    }
}

/// A politeness group's memory without its robots.txt copies, which are rows of their own.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GroupRow {
    /// When the group may be leased again.
    pub ready_at: Option<DateTime<Utc>>,
    /// The memory, its `robots` empty; `None` when only the moment is known.
    pub memory: Option<HostMemory>,
}

impl GroupRow {
    /// The row.
    pub fn encode(&self) -> Vec<u8> {
        let row = RowWriter::new(VERSION).moment(self.ready_at);
        match &self.memory {
            None => row.finish(),
            Some(memory) => row
                .text(&memory.group)
                .moment(memory.not_before)
                .number(millis(memory.interval))
                .number(u64::from(memory.failures))
                .finish(),
        }
    }

    /// The group of a row.
    pub fn decode(row: &[u8]) -> Result<Self, RowError> {
        let mut row = RowReader::new(row, VERSION)?;
        let ready_at = row.moment("ready")?;
        let memory = match row.text("group") {
            Err(RowError::Short) => None,
            Err(other) => return Err(other),
            Ok(group) => Some(HostMemory {
                group: group.to_owned(),
                not_before: row.moment("not before")?,
                interval: Duration::from_millis(row.number()?),
                failures: row.small("failures")?,
                robots: Vec::new(),
            }),
        };
        Ok(Self { ready_at, memory })
    }
}

/// The row of a robots.txt copy.
pub fn encode_robots(copy: &RobotsCopy) -> Vec<u8> {
    RowWriter::new(VERSION)
        .text(&copy.origin)
        .number(u64::from(copy.status))
        .moment(Some(copy.fetched))
        .bytes(&copy.body)
        .finish()
}

/// The robots.txt copy of a row.
pub fn decode_robots(row: &[u8]) -> Result<RobotsCopy, RowError> {
    let mut row = RowReader::new(row, VERSION)?;
    Ok(RobotsCopy {
        origin: row.text("origin")?.to_owned(),
        status: row.small("status")?,
        fetched: row
            .moment("fetched")?
            .ok_or(RowError::Field { field: "fetched" })?,
        body: row.bytes()?.to_vec(),
    })
}

/// A run as it stands in the list of runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunRow {
    /// SHA-256 of the patrol list.
    pub list_digest: [u8; 32],
    /// When it began.
    pub started: DateTime<Utc>,
    /// When it ended, if it has.
    pub ended: Option<DateTime<Utc>>,
}

impl RunRow {
    /// The row.
    pub fn encode(&self) -> Vec<u8> {
        RowWriter::new(VERSION)
            .bytes(&self.list_digest)
            .moment(Some(self.started))
            .moment(self.ended)
            .finish()
    }

    /// The run of a row.
    pub fn decode(row: &[u8]) -> Result<Self, RowError> {
        let mut row = RowReader::new(row, VERSION)?;
        Ok(Self {
            list_digest: row
                .bytes()?
                .try_into()
                .map_err(|_| RowError::Field { field: "digest" })?,
            started: row
                .moment("started")?
                .ok_or(RowError::Field { field: "started" })?,
            ended: row.moment("ended")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn reasons() -> Vec<SkipReason> {
        let d = || "详情".to_owned();
        vec![
            SkipReason::OutOfScope(d()),
            SkipReason::Robots(d()),
            SkipReason::RobotsUnreachable(d()),
            SkipReason::Duplicate,
            SkipReason::Budget("bytes"),
            SkipReason::Trap(d()),
            SkipReason::BlockedAddress(d()),
            SkipReason::Scheme(d()),
            SkipReason::Type(d()),
            SkipReason::Size(1 << 40),
            SkipReason::Challenge(d()),
            SkipReason::Throttled(90),
            SkipReason::Redirects(d()),
            SkipReason::Failed(d()),
        ]
    }

    #[test]
    fn every_reason_is_kept_as_it_is() {
        for (number, reason) in reasons().into_iter().enumerate() {
            assert_eq!(usize::from(skip_number(&reason)), number);
            let state = StateRow::Ended(VisitEnd::Skipped(reason.clone()));
            assert_eq!(StateRow::decode(&state.encode()), Ok(state));
            let row = SkipRow {
                url: "http://a.test/".to_owned(),
                reason,
            };
            assert_eq!(SkipRow::decode(&row.encode()), Ok(row));
        }
    }

    #[test]
    fn long_details_and_addresses_are_cut_on_a_character() {
        let row = SkipRow {
            url: "中".repeat(2000),
            reason: SkipReason::Trap("中".repeat(2000)),
        };
        let back = SkipRow::decode(&row.encode()).unwrap();
        assert_eq!(back.url.len(), 2046);
        assert_eq!(back.reason, SkipReason::Trap("中".repeat(100)));
    }

    #[test]
    fn targets_come_back() {
        for referrer in [
            None,
            Some("http://a.test/list?page=1"),
            Some("https://b.test/"),
        ] {
            let target = Target {
                url: Url::parse("http://a.test/list/7").unwrap(),
                seed_id: String::new(),
                depth: 300,
                offsite: 1,
                source: TargetSource::AdLanding,
                referrer: referrer.map(|r| Url::parse(r).unwrap()),
                priority: 9,
                vantage: 3,
            };
            let row = TargetRow {
                seed: 70_000,
                attempts: 2,
                target,
            };
            assert_eq!(
                TargetRow::decode(&TargetRow::encode(&row.target, 70_000, 2)),
                Ok(row)
            );
        }
    }

    #[test]
    fn groups_runs_and_robots_come_back() {
        let moment = DateTime::from_timestamp_millis(1_800_000_000_123);
        let group = GroupRow {
            ready_at: moment,
            memory: Some(HostMemory {
                group: "a.test".to_owned(),
                not_before: None,
                interval: Duration::from_millis(1500),
                failures: 3,
                robots: Vec::new(),
            }),
        };
        assert_eq!(GroupRow::decode(&group.encode()), Ok(group));
        let bare = GroupRow {
            ready_at: moment,
            memory: None,
        };
        assert_eq!(GroupRow::decode(&bare.encode()), Ok(bare));
        let run = RunRow {
            list_digest: [7; 32],
            started: moment.unwrap(),
            ended: None,
        };
        assert_eq!(RunRow::decode(&run.encode()), Ok(run));
        let copy = RobotsCopy {
            origin: "http://a.test".to_owned(),
            status: 404,
            fetched: moment.unwrap(),
            body: vec![0, 255],
        };
        assert_eq!(decode_robots(&encode_robots(&copy)), Ok(copy));
    }

    proptest! {
        #[test]
        fn hostile_rows_do_not_panic(mut row in proptest::collection::vec(any::<u8>(), 0..80)) {
            if let Some(first) = row.first_mut() {
                *first = VERSION;
            }
            let _ = TargetRow::decode(&row);
            let _ = StateRow::decode(&row);
            let _ = CountersRow::decode(&row);
            let _ = SeedRow::decode(&row);
            let _ = SkipRow::decode(&row);
            let _ = GroupRow::decode(&row);
            let _ = decode_robots(&row);
            let _ = RunRow::decode(&row);
        }

        #[test]
        fn counters_come_back(numbers in proptest::collection::vec(any::<u64>(), 35)) {
            let mut counters = CountersRow {
                next_sequence: numbers[0],
                open: numbers[1],
                done: numbers[2],
                findings: numbers[3],
                body_bytes: numbers[4],
                duplicates: numbers[5],
                postponed: numbers[6],
                ..CountersRow::default()
            };
            counters.skipped.copy_from_slice(&numbers[7..21]);
            counters.refused.copy_from_slice(&numbers[21..35]);
            prop_assert_eq!(CountersRow::decode(&counters.encode()), Ok(counters.clone()));
            let seed = SeedRow { id: "s-1".to_owned(), pages: numbers[0], bytes: numbers[1], ..SeedRow::default() };
            prop_assert_eq!(SeedRow::decode(&seed.encode()), Ok(seed));
        }
    }
}
