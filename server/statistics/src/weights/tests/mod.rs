//! Weights against R's `survey`, against their own properties, and what they refuse.

mod errors;
mod figures;
mod oracle;
mod properties;
mod samples;
