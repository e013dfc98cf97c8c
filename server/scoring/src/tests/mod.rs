//! The columnar scores against the scalar reference, and what the reference does not speak of:
//! groups, filters, suppression, refusals.

mod examples;
mod groups;
mod properties;
mod reference;
mod refusals;
mod strategies;
mod suppression;
mod world;
