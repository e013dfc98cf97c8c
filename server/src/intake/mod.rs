//! How answers come in: submissions, break-offs, files, devices, and decisions on what is kept aside.

pub mod submissions;

pub mod break_offs;
pub mod quarantine;
pub mod redaction;
pub mod timeliness;

pub mod devices;

pub mod import;
pub mod outbox_file;
