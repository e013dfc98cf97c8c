//! Tests what must hold when programs, databases and disks fail.

mod crash;
mod disk;
mod mirror;
mod newer;
mod operation;
mod postgres_servers;

const BINARY: &str = env!("CARGO_BIN_EXE_thuocdo-in-tests");
