//! Whether items hang together, and whether a response was given with care.

/// Cronbach's alpha.
mod alpha;
/// From columns of answers to covariances.
mod moments;
/// Patterns of one response.
mod response;
#[cfg(test)]
mod tests;

pub use alpha::{
    Alpha, AlphaError, ItemReliability, alpha_from_covariance, cronbach_alpha,
    weighted_cronbach_alpha,
};
pub use response::{
    Flags, Limits, Response, flags, intra_individual_sd, longest_run, seconds_per_answer,
    share_answered,
};
