//! Waves, service points, instruments and methods.

pub mod cache;
pub mod definitions;
pub mod recordings;
