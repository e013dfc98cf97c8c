//! The one integration binary.
#![expect(clippy::unwrap_used, reason = "a test that cannot unwrap has failed")]

/// The HTTP interface, without a socket.
mod api;
/// Journeys in a real Chromium.
mod browser;
/// What must hold when programs, databases and disks fail.
mod durability;
/// Bounded fuzzing: no input makes the program panic or answer with a fault of its own.
mod fuzz;
/// The same answers from both databases.
mod story;
/// Instruments that the program publishes, and the numbers that it must reproduce.
mod oracle;
/// Servers that share the segments of the mirror.
mod segments;
