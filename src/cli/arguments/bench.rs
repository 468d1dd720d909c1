//! Arguments of `wangxun bench`.

use clap::{Args, Subcommand};
use std::path::PathBuf;

/// `wangxun bench ...`.
#[derive(Debug, Subcommand)]
pub enum Bench {
    /// Serve generated pages (or the practice web) on loopback until Ctrl-C
    Serve {
        /// Number of generated pages
        #[arg(long, value_name = "N", default_value_t = 10_000)]
        pages: u64,
        /// Number of hosts over which they are spread
        #[arg(long, value_name = "N", default_value_t = 50)]
        hosts: u32,
        /// Serve each sub-folder of this folder as a host instead
        #[arg(long, value_name = "DIR", conflicts_with = "practice")]
        folder: Option<PathBuf>,
        /// Serve the bundled practice web instead
        #[arg(long)]
        practice: bool,
        /// Port on every loopback address, 0 = any
        #[arg(long, default_value_t = 0)]
        port: u16,
        /// Write the patrol list for what is served here
        #[arg(long, value_name = "FILE.toml")]
        list: Option<PathBuf>,
    },
    /// Time every stage of the audit on one core, beside jieba alone on the same text; load time and memory
    Audit(BenchAudit),
    /// Serve generated pages in another process and patrol them without politeness: pages per second, memory, CPU
    Crawl {
        /// Number of generated pages
        #[arg(long, value_name = "N", default_value_t = 10_000)]
        pages: u64,
        /// Number of hosts over which they are spread
        #[arg(long, value_name = "N", default_value_t = 50)]
        hosts: u32,
    },
    /// Archive, seal, verify and index pages in a home that is thrown away, beside sha256sum and openssl on the same bytes
    Evidence(crate::cli::bench_evidence::EvidenceBench),
    /// Watch the practice web for a long time: memory, threads, handles and zombies sampled into a CSV file
    Soak(crate::cli::bench_soak::SoakBench),
    /// Build a takedown list of generated entries in all forms: time, size and memory of each step
    Takedown {
        /// Entries
        #[arg(long, value_name = "N", default_value_t = 100_000)]
        entries: u32,
        /// Keep the forms in this folder
        #[arg(long, value_name = "DIR")]
        keep: Option<PathBuf>,
    },
    /// Join the sites of a generated world of operators to subjects: precision and recall by pairs, time, memory
    Joining {
        /// Operators of the world
        #[arg(long, value_name = "N", default_value_t = 2_000)]
        operators: u32,
        /// Sites, at least one for each operator
        #[arg(long, value_name = "N", default_value_t = 10_000)]
        sites: u32,
        /// Number of the world; with --worlds, of the first one
        #[arg(long, value_name = "N", default_value_t = 1)]
        world: u64,
        /// Worlds to measure
        #[arg(long, value_name = "N", default_value_t = 1)]
        worlds: u32,
    },
    /// Make generated documents searchable and search them: index size, time, latency, memory
    Search {
        /// Number of generated documents
        #[arg(long, value_name = "N", default_value_t = 1_000_000)]
        documents: u64,
        /// Searches of each kind
        #[arg(long, value_name = "N", default_value_t = 200)]
        searches: u32,
    },
}

/// `wangxun bench audit`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  wangxun bench audit
  wangxun bench audit --pages saved-pages --seconds 30
  wangxun bench audit --texts texts.jsonl --format json

Every stage runs over the same material in turn, round after round, in one thread; the best round counts. Times are
the thread's own, so that other work on the machine weighs little. Run it as a release build.")]
pub struct BenchAudit {
    /// HTML files of this folder instead of generated pages
    #[arg(long, value_name = "DIR", conflicts_with = "texts")]
    pub pages: Option<PathBuf>,
    /// Texts (JSON lines with `text`) instead of generated pages
    #[arg(long, value_name = "FILE.jsonl")]
    pub texts: Option<PathBuf>,
    /// Measure for so long
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub seconds: u64,
}
