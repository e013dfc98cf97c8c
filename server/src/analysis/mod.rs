//! Scores and what is computed beside them, from the log and its columnar mirror.

pub mod question;
pub mod service;
pub mod wave_data;

pub mod cache;

mod comparison;
pub mod quality;
mod scores;
mod series;

pub(crate) mod rows;

pub mod mirror;

mod error;

pub use self::error::Error;
