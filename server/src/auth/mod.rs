//! Who is calling: staff of the console, and devices that sign what they send.
//!
//! Everything here takes plain values. What carries them (headers, a session, the command line) is
//! the business of whoever calls.

pub mod device;
pub mod links;
pub mod rights;
pub mod secret;
pub mod sessions;
pub mod staff;
