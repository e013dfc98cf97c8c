//! Throw-away PostgreSQL clusters for tests and benchmarks.
//!
//! A [`Cluster`] is a real PostgreSQL with `fsync` on, in a temporary folder, on a free port of
//! 127.0.0.1. It ends with the process that started it, also when that process is killed.

mod cluster;

mod guard;

mod programs;

mod process;

pub use crate::cluster::{Cluster, Frozen, shared};
