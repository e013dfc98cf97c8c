//! Says why there are no weights.

/// Why there are no weights; every message names the row, cell, margin or variable to look at.
///
/// Fields count rows from 0, messages count them from 1.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum WeightError {
    /// A column does not have one entry for each row.
    #[error("{column} has {found} entries, but there are {rows} rows")]
    Rows {
        /// What the column is.
        column: String,
        /// Rows that there are.
        rows: usize,
        /// Entries that it has.
        found: usize,
    },
    /// A weight is not a finite number of at least 0, or all are 0.
    #[error("row {}: the weight is {weight}, but must be finite and not negative", .row + 1)]
    Weight {
        /// The first such row.
        row: usize,
        /// Its weight.
        weight: f64,
    },
    /// No row has a positive weight.
    #[error("no row has a positive weight")]
    NoWeight,

    /// A plan without a stage says nothing.
    #[error("the plan has no stage")]
    NoStage,
    /// A stage cannot have drawn what it says; 0 < drawn ≤ population, both finite.
    #[error("row {}, stage {}: {drawn} units drawn from {population}", .row + 1, .stage + 1)]
    Plan {
        /// The first such row.
        row: usize,
        /// The stage, from 0.
        stage: usize,
        /// Units in the population.
        population: f64,
        /// Units drawn.
        drawn: f64,
    },

    /// A margin without a variable or a cell.
    #[error("margin {margin} has no {lacking}")]
    EmptyMargin {
        /// The margin.
        margin: String,
        /// What it lacks.
        lacking: &'static str,
    },
    /// A cell does not have one name for each variable, or the sample not one column.
    #[error("margin {margin} has {variables} variables, but {what} has {found}")]
    Variables {
        /// The margin.
        margin: String,
        /// Variables of the margin.
        variables: usize,
        /// What is of another length.
        what: String,
        /// Its length.
        found: usize,
    },
    /// A cell is there twice.
    #[error("margin {margin}: cell {cell} is there twice")]
    DuplicateCell {
        /// The margin.
        margin: String,
        /// The cell.
        cell: String,
    },
    /// A total of a margin is not a finite number of at least 0.
    #[error("margin {margin}, cell {cell}: the total is {total}, but must be finite and ≥ 0")]
    CellTotal {
        /// The margin.
        margin: String,
        /// The cell.
        cell: String,
        /// Its total.
        total: f64,
    },
    /// A cell has units in the population, but no row of positive weight: merge it with another.
    #[error("margin {margin}, cell {cell}: {total} in the population, but no row with a weight")]
    EmptyCell {
        /// The margin.
        margin: String,
        /// The cell.
        cell: String,
        /// Its total.
        total: f64,
    },
    /// A row belongs to a cell that the margin does not have.
    #[error("row {}: margin {margin} has no cell {cell}", .row + 1)]
    UnknownCell {
        /// The margin.
        margin: String,
        /// The first such row.
        row: usize,
        /// Its cell.
        cell: String,
    },
    /// A row belongs to a cell that is empty in the population.
    #[error("row {}: margin {margin} has a total of 0 in cell {cell}", .row + 1)]
    ZeroCell {
        /// The margin.
        margin: String,
        /// The first such row.
        row: usize,
        /// Its cell.
        cell: String,
    },

    /// Two margins are of populations of different size, so no weights meet both.
    #[error("margin {first} has a grand total of {first_total}, margin {second} of {second_total}")]
    ContradictoryMargins {
        /// One margin.
        first: String,
        /// Its grand total.
        first_total: f64,
        /// Another margin.
        second: String,
        /// Its grand total.
        second_total: f64,
    },
    /// Raking did not meet all margins.
    #[error(
        "raking stopped after {iterations} iterations: margin {margin}, cell {cell} is off by {gap} of its total"
    )]
    NoConvergence {
        /// Iterations made.
        iterations: u32,
        /// The margin with the largest gap.
        margin: String,
        /// The cell with the largest gap.
        cell: String,
        /// Absolute difference over the total.
        gap: f64,
    },

    /// An auxiliary value or total is not a finite number.
    #[error("auxiliary variable {variable}, {at}: not a finite number")]
    Auxiliary {
        /// The variable.
        variable: String,
        /// Which entry: a row, counted from 1, or the total.
        at: String,
    },
    /// An auxiliary variable follows from those before it, and so does its total: leave it out.
    #[error("auxiliary variable {variable} is a linear combination of those before it")]
    Dependent {
        /// The variable.
        variable: String,
    },
    /// An auxiliary variable follows from those before it, but its total does not.
    #[error(
        "auxiliary variable {variable} has a total of {total}; those before it imply {implied}"
    )]
    ContradictoryTotal {
        /// The variable.
        variable: String,
        /// Its total.
        total: f64,
        /// The total that follows from the others.
        implied: f64,
    },
    /// Calibration would give a negative weight, and that was refused.
    #[error("row {}: calibration gives the negative weight {weight}", .row + 1)]
    NegativeWeight {
        /// The first such row.
        row: usize,
        /// Its calibrated weight.
        weight: f64,
    },

    /// Limits of weights are no interval.
    #[error("weights cannot be limited to {lower} … {upper}")]
    Limits {
        /// The lower limit.
        lower: f64,
        /// The upper limit.
        upper: f64,
    },
    /// The mean weight is outside the limits, so trimmed weights cannot keep their sum.
    #[error("{group}: the mean weight {mean} is outside the limits {lower} … {upper}")]
    TrimImpossible {
        /// The rows among which differences are spread.
        group: String,
        /// Their mean weight.
        mean: f64,
        /// The lower limit.
        lower: f64,
        /// The upper limit.
        upper: f64,
    },
}
