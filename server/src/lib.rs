//! The thuocdo server: routes, use-cases and the command line.
//!
//! An answer comes in through [`ingest`], is recorded by the store, and comes out again through
//! [`scores`]. Handlers in [`routes`] extract, call and map; what is written and what is computed
//! is decided below them. Only `main` and the command line construct a real clock or a store.

/// The command line, the composition root.
pub mod cli;
/// The clock, passed in wherever “now” matters.
pub mod clock;
/// Randomness, passed in wherever something must not be guessed.
pub mod randomness;
/// What handlers share.
pub mod state;

/// Recorded readings of instruments.
pub mod audio;
/// The app inside the binary.
pub mod assets;
/// Errors of the HTTP interface.
pub mod error;
/// Extractors whose rejections are problem documents.
pub mod extract;
/// The description of the HTTP interface.
pub mod openapi;
/// Smaller answers.
mod compress;
/// Sockets.
pub mod listen;
/// Descriptors of the process.
pub mod descriptors;
/// What callers may use.
pub mod limits;
/// Counters and gauges.
pub mod metrics;
/// What every response gets.
pub mod respond;
/// Every path on one screen.
pub mod router;
/// Handlers by resource.
pub mod routes;
/// The right to see the staff's side, as a type.
pub mod staff;

/// Files into a wave, all or nothing.
pub mod import;
/// Recorded submissions as forms that are scored.
mod forms;
/// What the store has said once and never says otherwise.
pub mod known;
/// One answer's way into the store.
pub mod ingest;
/// Whether a late record was begun in time.
pub mod late;
/// Decisions on what was kept aside.
pub mod quarantine;
/// Taking free text out of what is recorded.
pub mod redaction;
/// Dropping what is kept no longer.
pub mod retention;
/// Devices at counters.
pub mod devices;
/// Forms that were not finished.
pub mod break_offs;
/// Records that a device gave out as a file.
pub mod outbox;
/// The log in columns on disk.
pub mod mirror;
/// Backups, and whether what is stored is sound.
pub mod backup;
/// Comparisons of groups.
mod comparison;
/// Quality of answers.
pub mod quality;
/// Scores from the log.
pub mod scores;
/// Scores over time.
pub mod series;
/// Posters of service points.
mod poster;
/// What to do where the form does not work.
mod help;
/// Simulated waves for the demo.
pub mod simulate;

/// The definitions that come with the program.
pub mod definitions;
/// Work off the async threads.
pub mod tasks;
/// Structured logs.
pub mod trace;
