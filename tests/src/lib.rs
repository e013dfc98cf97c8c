//! The harness of the integration tests: the router without a socket on a real SQLite file with a
//! fixed clock, and a real Chromium for journeys.
#![expect(clippy::missing_panics_doc, reason = "a harness panics when a test fails")]

/// The application under test.
pub mod app;
/// A real Chromium, driven through WebDriver.
pub mod chrome;
/// Drafts as the form makes them.
pub mod drafts;
/// Waves and service points.
pub mod waves;
