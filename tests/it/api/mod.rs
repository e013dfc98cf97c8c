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
/// The program is killed while it records.
mod crash;
/// Records that name a device.
mod device_drafts;
/// Devices: added, enrolled, heard of, revoked.
mod devices;
/// The engine's verdict is the server's verdict.
mod engine_replay;
/// Files into a wave.
mod imports;
/// What a device could not send, from a file.
mod outbox_import;
/// What hangs beside the counter, is read aloud, and helps where the form does not work.
mod posters;
/// How carefully forms were filled in.
mod quality;
/// Who may see what, and what every response carries.
mod precision;
mod safety;
mod sampling;
/// Scores after submissions.
mod scores;
/// Scores over time.
mod series;
/// One record, batches, repetition, conflict, quarantine.
mod submissions;
