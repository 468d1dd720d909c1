//! What can be asked of keys, signatures, time stamps and the journal.

use clap::{Args, Subcommand};
use std::path::PathBuf;

/// `wangxun keys ...`.
#[derive(Debug, Subcommand)]
pub enum Keys {
    /// Make the first key of this home; from then on items and the journal's tree heads are signed
    #[command(after_help = "Examples:
  wangxun keys init
  minisign -Vm ITEM.wacz -p HOME/keys/main-1.pub     anybody can check a signature

The secret key stays in HOME/keys, readable by its owner alone, without a password (a patrol works unattended). Give
the public key to those who shall be able to check: the court file, the superior office. Items sealed before can be
signed with `wangxun evidence sign --all`.")]
    Init,
    /// Show the public keys, the present one last
    Show,
    /// Replace the key by a new one, which the old one signs; the old public key stays, so old signatures stay verifiable
    Rotate {
        /// Why, for the journal
        #[arg(long, value_name = "TEXT", default_value = "")]
        reason: String,
    },
}

/// `wangxun journal ...`.
#[derive(Debug, Subcommand)]
pub enum Journal {
    /// Show the last entries: who did what, when, with what
    Show {
        /// Only entries with this action, such as seal or view
        #[arg(long, value_name = "ACTION")]
        action: Option<String>,
        /// Only entries about this object (evidence id, run id, file)
        #[arg(long, value_name = "OBJECT")]
        object: Option<String>,
        /// At most this many, the last ones
        #[arg(long, value_name = "N", default_value_t = 50)]
        limit: usize,
    },
    /// Sign the tree head over all entries now, and print the checkpoint: keep a copy of it elsewhere
    Checkpoint,
    /// Prove that an entry is in the journal: a text that can be checked without the journal (C2SP tlog-proof)
    #[command(after_help = "Examples:
  wangxun journal prove wx-abcdefghijklmnopqrst --out item.tlog-proof
  wangxun journal verify --proof item.tlog-proof --key main-1.pub")]
    Prove {
        /// An evidence id (its first characters are enough), or another object of the journal
        #[arg(value_name = "ID")]
        id: String,
        /// Write the proof here [default: standard output]
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Prove that the journal only grew between two checkpoints (RFC 6962, 2.1.2)
    Consistency {
        /// Lines of the earlier one [default: the first checkpoint]
        #[arg(value_name = "OLD")]
        old: Option<u64>,
        /// Lines of the later one [default: the last checkpoint]
        #[arg(value_name = "NEW")]
        new: Option<u64>,
    },
    /// The checkpoint of a day as a page in Chinese, to be printed, signed and filed
    Print {
        /// The day (Beijing) [default: today]
        #[arg(long, value_name = "YYYY-MM-DD")]
        date: Option<chrono::NaiveDate>,
    },
    /// Verify the journals; or hold them against checkpoints that were kept elsewhere; or check an inclusion proof
    #[command(after_help = "Examples:
  wangxun journal verify
  wangxun journal verify --against copy.checkpoints     notices a tail that was dropped, or history written anew
  wangxun journal verify --proof item.tlog-proof --key main-1.pub

Exit codes: 0 all passed, 1 a check failed, 3 something could not be checked.")]
    Verify {
        /// A file of checkpoints as `wangxun journal checkpoint` prints them, kept outside of this machine
        #[arg(long, value_name = "FILE", conflicts_with = "proof")]
        against: Option<PathBuf>,
        /// An inclusion proof
        #[arg(long, value_name = "FILE")]
        proof: Option<PathBuf>,
        /// A public key beside those of the home (repeatable)
        #[arg(long = "key", value_name = "FILE.pub")]
        keys: Vec<PathBuf>,
    },
}

/// `wangxun evidence sign`.
#[derive(Debug, Args)]
pub struct Sign {
    /// Identifiers of items (their first characters are enough)
    #[arg(value_name = "ID", required_unless_present = "all")]
    pub ids: Vec<String>,
    /// All items that are not signed yet
    #[arg(long, conflicts_with = "ids")]
    pub all: bool,
}

/// `wangxun evidence stamp`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  wangxun evidence stamp wx-abcdefgh
  wangxun evidence stamp --missing
  wangxun evidence stamp --all --renew --authority ntsc

Authorities stand in the configuration:
  [[timestamp]]
  name = \"ntsc\"
  url = \"https://tsa.example/tsr\"
  ca = \"tsa-root.pem\"

Only a digest and a random number are sent. A token is kept when its signature, its certificate and its chain to the
certificates in `ca` hold; anybody can check it:
  openssl ts -verify -data ITEM.wacz -in ITEM.wacz.ntsc.tsr -CAfile tsa-root.pem
A renewed token is over the package followed by the token before it.")]
pub struct Stamp {
    /// Identifiers of items (their first characters are enough)
    #[arg(value_name = "ID", required_unless_present_any = ["all", "missing"])]
    pub ids: Vec<String>,
    /// All items
    #[arg(long, conflicts_with = "ids")]
    pub all: bool,
    /// All items that lack a token of one of the authorities
    #[arg(long, conflicts_with_all = ["ids", "all", "renew"])]
    pub missing: bool,
    /// Renew: a further token where one lies there already
    #[arg(long)]
    pub renew: bool,
    /// Only this authority of the configuration (repeatable)
    #[arg(long = "authority", value_name = "NAME")]
    pub authorities: Vec<String>,
}
