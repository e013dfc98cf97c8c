//! The harness of the integration tests: the router without a socket on a real SQLite file with a
//! fixed clock, and a real Chromium for journeys.
#![expect(clippy::missing_panics_doc, reason = "a harness panics when a test fails")]

/// The application under test.
pub mod app;
/// Who makes calls.
pub mod callers;
/// A real Chromium, driven through WebDriver.
pub mod chrome;
/// Devices at counters.
pub mod devices;
/// A disk that fails when told to.
pub mod disk;
/// What goes wrong between the browser and the application, request by request.
pub mod faults;
/// The application on a real socket of this machine.
pub mod live;
/// Drafts as the form makes them.
pub mod drafts;
/// Clients that post numbered records.
pub mod ledger;
/// Numbers that look random.
pub mod numbers;
/// Databases of a throw-away PostgreSQL.
pub mod postgres;
/// The real program, as a process that can be killed.
pub mod process;
/// Waves and service points.
pub mod waves;
