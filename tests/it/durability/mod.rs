/// The program is killed while it records.
mod crash;
/// The disk is full, or does not keep what it is given.
mod disk;
/// The columnar mirror beside it.
mod mirror;
/// A database of a newer program.
mod newer;
/// Several servers on one PostgreSQL.
mod servers;

const BINARY: &str = env!("CARGO_BIN_EXE_thuocdo-in-tests");
