//! The use-cases, in SQL that both databases take: written once, compiled once for each of them.
//!
//! `sqlite/mod.rs` and `postgres/mod.rs` include this folder with `#[path]`, so that `super` is the
//! backend, and bring what has another name or form there:
//!
//! | name | what |
//! |---|---|
//! | `Backend`, `Driver`, `Pool`, `Connection`, `Executor`, `Row` | the store and the types of the driver |
//! | `Json` | a large JSON text as the database keeps it |
//! | `Backend::reader`, `writer`, … | pools, health, closing |
//! | `Writer` | the transaction in which a group of submissions is appended |
//! | `locks` | what a writer locks, and whether a wave exists |
//! | `dialect` | the few statements and expressions that are written differently |
//! | `bulk`, `load` | many rows in one statement |
//! | `full_check` | what the database finds damaged in its files |
//! | `space` | giving room back to the disk |
//!
//! Each file is the `impl` of one capability. In both databases parameters are `$1`, `$2`, … and an
//! id is bound as a UUID. A number is bound and read as `i64`.

mod append;
mod audit_log;
mod backup;
mod break_offs;
mod cases;
mod catalogue;
mod devices;
mod heartbeats;
mod imports;
mod log;
mod log_end;
mod mirror;
mod quarantine;
mod quarantine_keep;
mod queues;
mod retention;
mod sender_tags;
mod short_codes;
mod staff_sessions;
mod store;

pub(super) use self::store::UPDATE_READINESS;

use super::{
    BACKEND, Backend, Connection, Driver, Executor, Json, Pool, Row, Writer, bulk, dialect,
    full_check, load, locks, space,
};

pub(super) use self::queues::Queues;
