/// Requests that are wrong in themselves.
mod bad_input;
/// Instruments, methods, units, waves, the OpenAPI document.
mod catalogue;
/// Units against the whole, each other, targets and an earlier time.
mod comparison;
/// The engine's verdict is the server's verdict.
mod engine_replay;
/// Files into a wave.
mod imports;
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
