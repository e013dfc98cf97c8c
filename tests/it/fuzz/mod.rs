/// Posted JSON: submissions, batches, break-offs, heartbeats, enrolments.
mod bodies;
/// Instruments, methods and outbox files.
mod files;
/// CSV files into a wave.
mod imports;
/// Small damages to valid texts.
mod mutations;
