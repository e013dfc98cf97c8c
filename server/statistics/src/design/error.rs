//! Says why columns are no design, or why a design gives no variance.

/// Why columns are no design, or why a design gives no variance.
///
/// Rows are counted from 0, stages from 1. A stratum or cluster of a later stage is named with the
/// clusters that it lies in, as in `district 7 / school 12`.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum DesignError {
    /// There is nothing to estimate from.
    #[error("the sample has no rows")]
    NoRows,
    /// A column does not fit the rows.
    #[error("{column}: {found} values for {expected} rows")]
    Length {
        /// Which column, such as `stage 1 fpc`.
        column: String,
        /// The number of rows.
        expected: usize,
        /// The number of values in the column.
        found: usize,
    },
    /// A weight that no sampled row can have.
    #[error("row {row}: the weight {weight} is not a positive number")]
    Weight {
        /// The row.
        row: usize,
        /// Its weight.
        weight: f64,
    },
    /// A finite population that is not one.
    #[error("row {row}: the fpc {fpc} of stage {stage} is not a positive number")]
    Fpc {
        /// The row.
        row: usize,
        /// The stage.
        stage: usize,
        /// Its fpc.
        fpc: f64,
    },
    /// Sampling fractions and population sizes in one design.
    #[error(
        "row {row}: the fpc {fpc} of stage {stage} is a sampling fraction, others are population sizes"
    )]
    FpcMixed {
        /// The first row with a fraction.
        row: usize,
        /// The stage.
        stage: usize,
        /// Its fpc.
        fpc: f64,
    },
    /// A stratum has one population.
    #[error("row {row}: stage {stage}, stratum {stratum}: the fpc is {first} and {second}")]
    FpcDiffers {
        /// The first row that differs.
        row: usize,
        /// The stage.
        stage: usize,
        /// The stratum.
        stratum: String,
        /// The fpc of the stratum's first row.
        first: f64,
        /// The fpc of this row.
        second: f64,
    },
    /// More was drawn than there is.
    #[error(
        "stage {stage}, stratum {stratum}: {sampled} clusters were drawn from a population of {population}"
    )]
    FpcTooSmall {
        /// The stage.
        stage: usize,
        /// The stratum.
        stratum: String,
        /// The number of clusters in the population.
        population: f64,
        /// The number of clusters in the sample.
        sampled: u32,
    },
    /// A cluster lies in one stratum, unless clusters are numbered anew in each.
    #[error(
        "row {row}: stage {stage}, cluster {cluster} lies in the strata {first} and {second}; if clusters are numbered anew in each stratum, say so"
    )]
    ClusterInTwoStrata {
        /// The first row in the second stratum.
        row: usize,
        /// The stage.
        stage: usize,
        /// The cluster.
        cluster: String,
        /// The stratum of the cluster's first row.
        first: String,
        /// The stratum of this row.
        second: String,
    },
    /// One cluster tells nothing about how clusters differ.
    #[error("stage {stage}, stratum {stratum} has only one sampled cluster")]
    LonelyPsu {
        /// The stage.
        stage: usize,
        /// The stratum.
        stratum: String,
    },
    /// With [`LonelyPsu::Average`](super::LonelyPsu::Average) no stratum is left to average over.
    #[error(
        "stage {stage}, stratum {stratum} has only one sampled cluster, and so has every stratum beside it"
    )]
    NothingToAverage {
        /// The stage.
        stage: usize,
        /// The first such stratum.
        stratum: String,
    },
    /// An influence that is not a finite number.
    #[error("statistic {statistic}, row {row}: the influence {influence} is not a finite number")]
    Influence {
        /// The place of the statistic among those given, from 0.
        statistic: usize,
        /// The row.
        row: usize,
        /// Its influence.
        influence: f64,
    },
    /// Influences so large that their squares are no numbers.
    #[error("the variance is too large for a number")]
    Overflow,
}
