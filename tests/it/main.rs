//! The one integration binary.
#![expect(clippy::unwrap_used, reason = "a test that cannot unwrap has failed")]

/// The HTTP interface, without a socket.
mod api;
/// Journeys in a real Chromium.
mod browser;
/// Instruments that the program publishes, and the numbers that it must reproduce.
mod oracle;
