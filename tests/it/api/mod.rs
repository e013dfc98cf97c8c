/// Requests that are wrong in themselves.
mod bad_input;
/// Instruments, methods, units, waves, the OpenAPI document.
mod catalogue;
/// The engine's verdict is the server's verdict.
mod engine_replay;
/// Files into a wave.
mod imports;
/// Who may see what, and what every response carries.
mod safety;
/// Scores after submissions.
mod scores;
/// One record, batches, repetition, conflict, quarantine.
mod submissions;
