//! What operators run beside the work: backups, checks, retention, readiness, gauges.

pub mod backup;
pub mod readiness;
pub mod retention;
pub mod store_gauges;
