//! What a process uses.

/// A process, as the kernel accounts for it; zeros where it does not tell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ProcessFigures {
    /// Resident memory, bytes.
    pub memory_bytes: u64,
    /// Threads.
    pub threads: u64,
    /// Open file descriptors.
    pub handles: u64,
    /// Child processes that have ended and were not waited for.
    pub zombies: u64,
}
