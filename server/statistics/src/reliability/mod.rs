//! Measures whether items hang together, and whether a response was given with care.

mod alpha;
mod moments;
mod response;
#[cfg(test)]
mod tests;

pub use alpha::{
    Alpha, AlphaError, ItemReliability, alpha_from_covariance, cronbach_alpha,
    weighted_cronbach_alpha,
};
pub use response::{
    Flags, Limits, Response, Time, flags, intra_individual_sd, longest_run, seconds_per_answer,
    share_answered,
};
