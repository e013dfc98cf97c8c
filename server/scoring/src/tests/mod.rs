//! The columnar scores against the scalar reference, and what the reference does not speak of:
//! groups, filters, suppression, refusals.

mod examples;
mod groups;
mod irregularity;
mod annulled;
mod comparison;
mod design;
mod properties;
mod quality;
mod reference;
mod refusals;
mod segments;
mod series;
mod strategies;
mod suppression;
mod r_survey;
mod uncertainty;
mod versions;
mod weighting;
mod world;
