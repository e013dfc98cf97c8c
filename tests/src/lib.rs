//! The harness of the integration tests: the router without a socket on a real SQLite file with a
//! fixed clock, and a real Chromium for journeys.
#![expect(clippy::missing_panics_doc, reason = "a harness panics when a test fails")]

pub mod app;
pub mod callers;
pub mod chrome;
pub mod devices;
pub mod disk;
pub mod faults;
pub mod live;
pub mod drafts;
pub mod ledger;
pub mod numbers;
pub mod postgres;
pub mod process;
pub mod waves;
