//! What the program takes from its machine: time, randomness, threads, descriptors, counters.

pub mod allowances;
pub mod buckets;
pub mod clock;
pub mod compute_gate;
pub mod fd_limit;
pub(crate) mod free_space;
pub mod json;
pub mod logging;
pub mod metrics;
pub(crate) mod private_folder;
pub mod randomness;
pub mod tasks;
