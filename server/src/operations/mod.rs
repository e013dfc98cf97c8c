//! What operators run beside the work: backups, checks, retention, gauges.

pub mod backup;
pub mod retention;
pub mod store_gauges;
