/// Backups: written, restored, checked.
mod backups;
/// Requests that are wrong in themselves.
mod bad_input;
/// Forms that were not finished.
mod break_offs;
/// Instruments, methods, units, waves, the OpenAPI document.
mod catalogue;
/// Units against the whole, each other, targets and an earlier time.
mod comparison;
/// Smaller answers.
mod compression;
/// Decisions on what was kept aside, redaction, retention.
mod decisions;
/// Records that name a device.
mod device_drafts;
/// Devices: added, enrolled, heard of, revoked.
mod devices;
/// The engine's verdict is the server's verdict.
mod engine_replay;
/// Files into a wave.
mod imports;
/// Records that arrive after their wave has closed.
mod late;
/// What proves that a late record was begun in time.
mod late_rules;
/// How much callers may ask.
mod limits;
/// Connections: how many, how long, how they end.
mod listening;
/// Counters and gauges.
mod metrics;
/// What a device could not send, from a file.
mod outbox_import;
/// What hangs beside the counter, is read aloud, and helps where the form does not work.
mod posters;
/// How carefully forms were filled in.
mod quality;
/// Kiosks that send their queues off together.
mod queues;
/// Standard errors of scores.
mod precision;
/// Who may call what.
mod rights;
/// What every response carries.
mod safety;
/// Sample plans.
mod sampling;
/// Scores after submissions.
mod scores;
/// Scores over time.
mod series;
/// The application on real sockets.
mod sockets;
/// Commands of staff that decide on records.
mod staff_commands;
/// One record, batches, repetition, conflict, quarantine.
mod submissions;
