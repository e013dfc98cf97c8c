//! What runs beside the work for operators: backups, checks, retention, readiness, gauges, a watch.

pub mod backup;
pub mod readiness;
pub mod retention;
pub mod store_gauges;
pub mod watch;
