//! Handlers: extract, call, map. One file per resource.

/// What the analyses have in common.
mod analysis;
/// Forms that were not finished.
pub mod break_offs;
/// Recorded readings.
pub mod audio;
/// Instruments, methods, waves, points, units.
pub mod catalogue;
/// Comparisons.
pub mod comparison;
/// Devices at counters.
pub mod devices;
/// Whether the process runs and can take answers.
pub mod health;
/// Imports into a wave.
pub mod imports;
/// Counters and gauges.
pub mod metrics;
/// Pages and files of the app.
pub mod pages;
/// Posters of service points.
pub mod poster;
/// Quality of answers.
pub mod quality;
/// Scores.
pub mod scores;
/// Scores over time.
pub mod series;
/// Sessions of staff.
pub mod session;
/// Submissions.
pub mod submissions;
