//! Handlers: extract, call, map. One file per resource.

/// Instruments, methods, waves, points, units.
pub mod catalogue;
/// Comparisons.
pub mod comparison;
/// Whether the process runs and can take answers.
pub mod health;
/// Imports into a wave.
pub mod imports;
/// Pages and files of the app.
pub mod pages;
/// Quality of answers.
pub mod quality;
/// Scores.
pub mod scores;
/// Scores over time.
pub mod series;
/// Submissions.
pub mod submissions;
