//! What operators run beside the work: backups, checks, retention.

pub mod backup;
pub mod retention;
