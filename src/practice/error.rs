//! What can go wrong when the practice web is read or served.

use std::net::SocketAddr;
use std::path::PathBuf;

/// Trouble of the practice web.
#[derive(Debug, thiserror::Error)]
pub enum PracticeError {
    /// A bundled file does not follow its own grammar.
    #[error("bundled file {file}: {fault}")]
    Bundle {
        /// Path under `seeds/practice`.
        file: String,
        /// What is wrong.
        fault: String,
    },
    /// A folder to be served cannot be read.
    #[error("folder {}: {source}", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A folder to be served holds no sub-folder with files, or more than can be served.
    #[error("folder {}: {fault}", folder.display())]
    Unservable {
        /// The folder.
        folder: PathBuf,
        /// Why.
        fault: &'static str,
    },
    /// The asked number of load pages or hosts is out of range.
    #[error("load of {pages} pages over {hosts} hosts: {fault}")]
    Load {
        /// Pages asked for.
        pages: u64,
        /// Hosts asked for.
        hosts: u16,
        /// What is wrong.
        fault: &'static str,
    },
    /// A loopback address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address and port.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
}
