//! Scores and what is computed beside them, from the log and its columnar mirror.

pub mod scores;

pub(crate) mod comparison;
pub mod quality;
pub mod series;

pub(crate) mod rows;

pub mod mirror;

mod error;

pub use self::error::Error;
