//! Says why there are no replicates, or no variance from them.

/// Why there are no replicates, or no variance from them.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ReplicateError {
    /// The unstratified jackknife was asked of a stratified design.
    #[error("the unstratified jackknife needs one stratum, not {0}")]
    Stratified(usize),
    /// A stratum in which nothing can be left out or repeated.
    #[error("stratum {stratum:?} has one PSU")]
    LonelyPsu {
        /// Its name.
        stratum: String,
    },
    /// There is no PSU.
    #[error("no PSU")]
    NoPsus,
    /// A population below the sample, or not a number.
    #[error("stratum {stratum:?} has {psus} PSUs of a population of {population}")]
    Population {
        /// The name of the stratum.
        stratum: String,
        /// PSUs drawn.
        psus: usize,
        /// PSUs there are said to be.
        population: f64,
    },
    /// A row's PSU is not among the PSUs.
    #[error("row {row} is in PSU {psu} of {psus}, counted from 0")]
    UnknownPsu {
        /// The row, counted from 0.
        row: usize,
        /// Its PSU.
        psu: u32,
        /// How many there are.
        psus: usize,
    },
    /// A PSU's stratum is not among the strata.
    #[error("PSU {psu} is in stratum {stratum} of {strata}, counted from 0")]
    UnknownStratum {
        /// The PSU, counted from 0.
        psu: usize,
        /// Its stratum.
        stratum: u32,
        /// How many there are.
        strata: usize,
    },
    /// Populations are not one for each stratum.
    #[error("{populations} populations for {strata} strata")]
    Populations {
        /// Populations given.
        populations: usize,
        /// Strata given.
        strata: usize,
    },
    /// Too few bootstrap replicates for a variance.
    #[error("a bootstrap takes at least 2 replicates, not {0}")]
    TooFewReplicates(usize),
    /// Weights are not one for each row.
    #[error("{weights} weights for {rows} rows")]
    Weights {
        /// Rows of the design.
        rows: usize,
        /// Weights given.
        weights: usize,
    },
    /// Estimates are not one for each replicate.
    #[error("{estimates} estimates for {replicates} replicates")]
    Estimates {
        /// Replicates of the design.
        replicates: usize,
        /// Estimates given.
        estimates: usize,
    },
    /// The statistic is not a number on the whole, or in a replicate: a small domain may lose all
    /// of its rows in one.
    #[error("{}: the statistic is {value}", place(*.replicate))]
    NotFinite {
        /// The replicate, counted from 0; absent: the whole.
        replicate: Option<usize>,
        /// What it is.
        value: f64,
    },
}

fn place(replicate: Option<usize>) -> String {
    replicate
        .map_or_else(|| "whole sample".to_owned(), |replicate| format!("replicate {replicate}"))
}
