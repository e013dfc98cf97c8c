//! The harness of the integration tests: the router without a socket on a real SQLite file with a
//! fixed clock, and real browsers for journeys.
#![expect(clippy::missing_panics_doc, reason = "a harness panics when a test fails")]

pub mod app;
pub mod callers;
pub mod chrome;
pub mod devices;
pub mod disk;
mod driver;
pub mod faults;
pub mod firefox;
pub mod live;
pub mod drafts;
pub mod ledger;
pub mod numbers;
pub mod page;
pub mod postgres;
pub mod process;
mod slot;
pub mod staff;
pub mod waves;
