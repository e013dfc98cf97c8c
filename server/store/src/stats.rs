use std::time::Duration;

/// What a store has done with its log since it was opened, for the operator's gauges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StoreStats {
    /// Transactions that appended to the log.
    pub commits: u64,
    /// Transactions that failed; of a shared one that is tried again in parts, each part counts.
    pub failed_commits: u64,
    /// Rows that went through commits, repetitions included.
    pub rows: u64,
    /// The time that all these transactions took together.
    pub commit_time: Duration,
    /// Rows that wait for their commit at the moment, those of the commit under way included.
    pub waiting_rows: u64,
    /// Calls that were refused with [`crate::StoreError::Busy`].
    pub refused_busy: u64,
}
