//! Handlers: extract, call, map. One file per resource.

/// Instruments, methods, waves, points, units.
pub mod catalogue;
/// Whether the process runs and can take answers.
pub mod health;
/// Imports into a wave.
pub mod imports;
/// Pages and files of the app.
pub mod pages;
/// Scores.
pub mod scores;
/// Submissions.
pub mod submissions;
