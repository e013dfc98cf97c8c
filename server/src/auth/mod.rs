//! Who is calling.

pub mod staff;
