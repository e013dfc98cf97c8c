//! Throw-away PostgreSQL clusters for tests and benchmarks.
//!
//! A [`Cluster`] is a real PostgreSQL with `fsync` on, in a temporary folder, on a free port of
//! 127.0.0.1. It ends with the process that started it, also when that process is killed.

/// One cluster: folder, port, start and end.
mod cluster;

/// What outlives the test process by a moment, to clean up.
mod guard;

/// PostgreSQL's programs, and the user they run as.
mod programs;

/// Processes that are killed and waited for.
mod process;

pub use crate::cluster::{Cluster, Frozen, shared};
