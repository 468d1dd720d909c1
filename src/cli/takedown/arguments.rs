//! What can be asked of `wangxun takedown`.

use chrono::NaiveDate;
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

/// `wangxun takedown`.
#[derive(Debug, Subcommand)]
#[command(after_help = "Examples:
  wangxun takedown add --case WX-2026-0001 --target domain:shop.example --actor 张某
  wangxun takedown add --list referral --case WX-2026-0002 --target url:http://a.example/x --department market --actor 张某
  wangxun takedown list
  wangxun takedown build --key list.key --out out/000001 --actor 张某
  wangxun takedown verify out/000001 --key list.key.pub --seen accepted.json
  wangxun takedown letter --operator '某电信公司某县分公司' --due 2026-12-10 --out letter --actor 张某
  wangxun takedown withdraw te-abcd --reason 经复查已整改 --document 义处撤〔2026〕1号 --actor 张某
  wangxun takedown delta old.json new.json --out delta.json
  wangxun takedown apply old.json delta.json --out new.json

There are two lists. `action` holds what a competent authority has determined, and goes to operators; an entry needs a
determination with two officers' signatures. `referral` holds what is suspected and goes to departments; it has no form
that a machine would act on. Who issues lists stands in the [takedown] section of wangxun.toml: issuer, contact, email,
domain, appeal_contact, remedies, prefix, protected.")]
pub enum Takedown {
    /// Put targets of a case on a list; refused when a block would hit others
    Add(Box<Add>),
    /// List entries
    List(ListEntries),
    /// Show one entry with its reasons, receipts, rechecks and appeals
    Show {
        /// The entry (its first characters are enough)
        #[arg(value_name = "ENTRY")]
        entry: String,
    },
    /// Lift an entry: it stays visible as withdrawn in every form of the next issue
    Withdraw(Change),
    /// Put another entry in the place of one
    Supersede(Supersede),
    /// Mark entries whose last day has passed
    Expire(Expire),
    /// Set a refusal of the guard aside for one target: two officers sign
    Overrule(Overrule),
    /// Issue the next serial of a list with all its forms
    Build(Build),
    /// Sign a bundle that was built for a key that lies elsewhere
    Sign(Sign),
    /// Write the bundle of an issue again
    Export(Export),
    /// Write the letter to an operator (协助函) or to a department (线索移送函), as HTML and PDF
    Letter(Letter),
    /// Check a bundle or a signed file before anything of it is loaded
    Verify(Verify),
    /// Write what changed between two issues
    Delta(Delta),
    /// Make the newer list of an older one and a delta, byte for byte
    Apply(Apply),
    /// Appeals (申诉) against entries
    #[command(subcommand)]
    Appeal(Appeal),
}

/// Which list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Which {
    /// Determined, to operators.
    Action,
    /// Suspected, to departments.
    Referral,
}

/// `wangxun takedown add`.
#[derive(Debug, Args)]
pub struct Add {
    /// Number of the case
    #[arg(long, value_name = "NO")]
    pub case: String,
    /// Which list
    #[arg(long, value_enum, default_value = "action")]
    pub list: Which,
    /// A target: domain:, subdomain:, url:, ip:, app:, account: or phone: and the value (repeatable)
    #[arg(
        long = "target",
        value_name = "KIND:VALUE",
        required_unless_present = "targets_from"
    )]
    pub targets: Vec<String>,
    /// A file with one such target a line
    #[arg(long, value_name = "FILE")]
    pub targets_from: Option<PathBuf>,
    /// Number of the determination [default: the last one of the case]
    #[arg(long, value_name = "NUMBER")]
    pub decision: Option<String>,
    /// exact or subtree [default: subtree for a domain, exact for anything else]
    #[arg(long, value_name = "SCOPE")]
    pub scope: Option<String>,
    /// block, cease-service, remove or warn
    #[arg(long, value_name = "MEASURE", default_value = "block")]
    pub measure: String,
    /// The rule that weighs most [default: the first of the determination]
    #[arg(long, value_name = "RULE")]
    pub rule: Option<String>,
    /// The sealed item that shows it [default: the first of the determination]
    #[arg(long, value_name = "ID")]
    pub evidence: Option<String>,
    /// What it says [default: the quote of that rule's finding in the item]
    #[arg(long, value_name = "TEXT")]
    pub quote: Option<String>,
    /// ICP filing number
    #[arg(long, value_name = "NUMBER")]
    pub icp: Option<String>,
    /// Who hosts it
    #[arg(long, value_name = "TEXT")]
    pub hosting: Option<String>,
    /// First day in force [default: today]
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub valid_from: Option<NaiveDate>,
    /// Last day in force [default: until it is withdrawn]
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub valid_until: Option<NaiveDate>,
    /// Department to which it is referred (referral list): an id of lexicons/departments.toml, or a name
    #[arg(long, value_name = "ID|NAME")]
    pub department: Option<String>,
    /// Who lists it
    #[arg(long, value_name = "NAME")]
    pub actor: String,
    /// Only tell what would be listed
    #[arg(long)]
    pub dry_run: bool,
}

/// `wangxun takedown list`.
#[derive(Debug, Args)]
pub struct ListEntries {
    /// Only this list
    #[arg(long, value_enum)]
    pub list: Option<Which>,
    /// Also what no longer holds
    #[arg(long)]
    pub all: bool,
    /// The issues instead of the entries
    #[arg(long)]
    pub issues: bool,
}

/// `wangxun takedown withdraw`.
#[derive(Debug, Args)]
pub struct Change {
    /// The entries (their first characters are enough)
    #[arg(value_name = "ENTRY", required = true)]
    pub entries: Vec<String>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// Number of the document
    #[arg(long, value_name = "NUMBER")]
    pub document: String,
    /// Who does it
    #[arg(long, value_name = "NAME")]
    pub actor: String,
    /// Only tell what would be lifted
    #[arg(long)]
    pub dry_run: bool,
}

/// `wangxun takedown supersede`.
#[derive(Debug, Args)]
pub struct Supersede {
    /// The entry that is replaced
    #[arg(value_name = "ENTRY")]
    pub entry: String,
    /// The entry in its place
    #[arg(long, value_name = "ENTRY")]
    pub by: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// Number of the document
    #[arg(long, value_name = "NUMBER")]
    pub document: Option<String>,
    /// Who does it
    #[arg(long, value_name = "NAME")]
    pub actor: String,
}

/// `wangxun takedown expire`.
#[derive(Debug, Args)]
pub struct Expire {
    /// Who does it
    #[arg(long, value_name = "NAME")]
    pub actor: String,
    /// Only tell what has expired
    #[arg(long)]
    pub dry_run: bool,
    /// With --dry-run: what will have expired on this day
    #[arg(long, value_name = "YYYY-MM-DD", requires = "dry_run")]
    pub as_of: Option<NaiveDate>,
}

/// `wangxun takedown overrule`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  wangxun takedown overrule --target domain:lapsed.example --code licensed-institution --reason 域名已易主 \\
      --document 义处批〔2026〕2号 --second 李某 --officer 张某 --key zhang.key
  wangxun takedown overrule --id ov-abcd --officer 李某 --key li.key")]
pub struct Overrule {
    /// One that was written before, to sign it
    #[arg(long, value_name = "ID", conflicts_with_all = ["target", "code", "reason", "document", "second"])]
    pub id: Option<String>,
    /// The target, as it would be listed
    #[arg(long, value_name = "KIND:VALUE", required_unless_present = "id")]
    pub target: Option<String>,
    /// The refusal's code, as the guard names it
    #[arg(long, value_name = "CODE", required_unless_present = "id")]
    pub code: Option<String>,
    /// Why it stands on the list all the same
    #[arg(long, value_name = "TEXT", required_unless_present = "id")]
    pub reason: Option<String>,
    /// Number of the document
    #[arg(long, value_name = "NUMBER", required_unless_present = "id")]
    pub document: Option<String>,
    /// The second officer, who signs later
    #[arg(long, value_name = "NAME", required_unless_present = "id")]
    pub second: Option<String>,
    /// Who signs now
    #[arg(long, value_name = "NAME")]
    pub officer: String,
    /// The officer's secret key
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
}

/// `wangxun takedown build`.
#[derive(Debug, Args)]
pub struct Build {
    /// Which list
    #[arg(long, value_enum, default_value = "action")]
    pub list: Which,
    /// The list's secret key, to sign at once
    #[arg(long, value_name = "FILE", required_unless_present_any = ["public", "dry_run"])]
    pub key: Option<PathBuf>,
    /// The list's public key; `takedown sign` signs where the secret key is
    #[arg(long = "pub", value_name = "FILE.pub", conflicts_with = "key")]
    pub public: Option<PathBuf>,
    /// A new folder for the bundle
    #[arg(long, value_name = "DIR", required_unless_present = "dry_run")]
    pub out: Option<PathBuf>,
    /// Days after which it is not to be used any more
    #[arg(long, value_name = "N", default_value_t = 30)]
    pub expires_days: i64,
    /// Who issues it
    #[arg(long, value_name = "NAME")]
    pub actor: String,
    /// Only check; nothing is issued
    #[arg(long)]
    pub dry_run: bool,
}

/// `wangxun takedown sign`.
#[derive(Debug, Args)]
pub struct Sign {
    /// The bundle's folder
    #[arg(value_name = "DIR")]
    pub bundle: PathBuf,
    /// The list's secret key
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
}

/// `wangxun takedown export`.
#[derive(Debug, Args)]
pub struct Export {
    /// Which list
    #[arg(long, value_enum, default_value = "action")]
    pub list: Which,
    /// Which issue [default: the last]
    #[arg(long, value_name = "N")]
    pub serial: Option<u32>,
    /// Only this form, on standard output: json, csv, xlsx, domains.txt, hosts, rpz, stix.json, xarf.jsonl
    #[arg(long, value_name = "FORM", required_unless_present = "out")]
    pub form: Option<String>,
    /// A new folder for all forms
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

/// `wangxun takedown letter`.
#[derive(Debug, Args)]
pub struct Letter {
    /// Which list
    #[arg(long, value_enum, default_value = "action")]
    pub list: Which,
    /// The operator, or the department of the referral list
    #[arg(long, value_name = "NAME")]
    pub operator: String,
    /// Number of the letter [default: left to be filled by hand]
    #[arg(long, value_name = "NUMBER")]
    pub number: Option<String>,
    /// Day until which the receipt is expected [default: in 10 days]
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub due: Option<NaiveDate>,
    /// Folder for letter.html and letter.pdf
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Only HTML
    #[arg(long)]
    pub no_pdf: bool,
    /// Who sends it
    #[arg(long, value_name = "NAME")]
    pub actor: String,
}

/// `wangxun takedown verify`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  wangxun takedown verify bundle --key issuer.pub --seen accepted.json
  wangxun takedown verify yx-action-000012.rpz --key issuer.pub --last-serial 11

Refused are a bad signature, another key, a wrong name, an expired list, a serial older than the one accepted last, a file
that is missing or does not belong. With --seen the accepted serial is remembered in that file. No home is needed.
Exit codes: 0 it may be loaded, 1 it may not.")]
pub struct Verify {
    /// The bundle's folder, or one file with its signature beside it
    #[arg(value_name = "DIR|FILE")]
    pub what: PathBuf,
    /// The issuer's public key
    #[arg(long, value_name = "FILE.pub")]
    pub key: PathBuf,
    /// The serial accepted last
    #[arg(long, value_name = "N", conflicts_with = "seen")]
    pub last_serial: Option<u32>,
    /// File that remembers what was accepted
    #[arg(long, value_name = "FILE.json")]
    pub seen: Option<PathBuf>,
}

/// `wangxun takedown delta`.
#[derive(Debug, Args)]
pub struct Delta {
    /// The older list (canonical JSON)
    #[arg(value_name = "OLD.json")]
    pub old: PathBuf,
    /// The newer list (canonical JSON)
    #[arg(value_name = "NEW.json")]
    pub new: PathBuf,
    /// Where the delta goes
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

/// `wangxun takedown apply`.
#[derive(Debug, Args)]
pub struct Apply {
    /// The list at hand (canonical JSON)
    #[arg(value_name = "FULL.json")]
    pub full: PathBuf,
    /// Deltas in their order
    #[arg(value_name = "DELTA.json", required = true)]
    pub deltas: Vec<PathBuf>,
    /// Where the newer list goes
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

/// `wangxun takedown appeal`.
#[derive(Debug, Subcommand)]
#[command(after_help = "Examples:
  wangxun takedown appeal file te-abcd --party 网站经营者 --grounds 已取得许可 --actor 张某
  wangxun takedown appeal assign AP-2026-0001 --reviewer 王某 --actor 张某
  wangxun takedown appeal decide AP-2026-0001 --outcome lifted --reason 许可属实 --document 义处复〔2026〕1号 --actor 王某
  wangxun takedown appeal list")]
pub enum Appeal {
    /// Enter an appeal
    File {
        /// The entry
        #[arg(value_name = "ENTRY")]
        entry: String,
        /// In which role the party objects; no name of a person
        #[arg(long, value_name = "ROLE")]
        party: String,
        /// The grounds; personal data is masked
        #[arg(long, value_name = "TEXT")]
        grounds: String,
        /// When it came in [default: today]
        #[arg(long, value_name = "YYYY-MM-DD")]
        received: Option<NaiveDate>,
        /// Days in which it is to be decided
        #[arg(long, value_name = "N", default_value_t = 15)]
        days: i64,
        /// Who enters it
        #[arg(long, value_name = "NAME")]
        actor: String,
    },
    /// Name who reviews it: an officer without part in the determination or the entry
    Assign {
        /// The appeal
        #[arg(value_name = "NUMBER")]
        number: String,
        /// Who reviews it
        #[arg(long, value_name = "NAME")]
        reviewer: String,
        /// Who assigns
        #[arg(long, value_name = "NAME")]
        actor: String,
    },
    /// Decide it: upheld, lifted (the entry is withdrawn with it) or partly
    Decide {
        /// The appeal
        #[arg(value_name = "NUMBER")]
        number: String,
        /// upheld, lifted or partly
        #[arg(long, value_name = "OUTCOME")]
        outcome: String,
        /// Why
        #[arg(long, value_name = "TEXT")]
        reason: String,
        /// Number of the document
        #[arg(long, value_name = "NUMBER")]
        document: String,
        /// The reviewer
        #[arg(long, value_name = "NAME")]
        actor: String,
    },
    /// List appeals with their deadlines, and who has confirmed the lifting
    List,
}
