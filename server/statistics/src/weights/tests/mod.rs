//! Tests weights against R's `survey`, against their own properties, and by what they refuse.

mod errors;
mod figures;
mod oracle;
mod properties;
mod samples;
