//! Describes the first stage of a design, as replicate weights need it.

/// The first stage of a design as replicate weights need it: which rows belong together, and in
/// which stratum they were drawn.
///
/// PSUs (primary sampling units) and strata are numbered from 0 without gaps.
#[derive(Debug, Clone, PartialEq)]
pub struct Psus {
    /// For each PSU its stratum, a place in `strata`.
    pub stratum_of_psu: Vec<u32>,
    /// For each row its PSU, a place in `stratum_of_psu`.
    pub psu_of_row: Vec<u32>,
    /// For each stratum the number of PSUs in its population, infinite for a stratum that was drawn
    /// with replacement; absent: all were.
    pub population_of_stratum: Option<Vec<f64>>,
    /// The names of strata, for messages; a design without strata has one.
    pub strata: Vec<String>,
}
