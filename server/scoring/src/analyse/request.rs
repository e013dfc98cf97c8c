//! What is asked.

use statistics::design::{LonelyPsu, Nesting};
use statistics::interval::Level;
use statistics::weights::Margin;

/// What is asked of a file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Request {
    /// How its rows were drawn.
    pub sampling: Sampling,
    /// What is done to the weights before anything is estimated.
    pub weighting: Weighting,
    /// What is estimated, in the order of the rows that come out.
    pub statistics: Vec<Statistic>,
    /// Columns whose combinations of values are domains of their own, beside the whole.
    pub by: Vec<String>,
    /// Which rows are the whole; the others stay in the design, so that standard errors are right.
    pub conditions: Vec<Condition>,
    /// Columns that hold nothing but the levels 1 to 5.
    pub likert: Vec<String>,
    /// Texts that stand for a missing value, beside the empty one; also met as numbers. Columns
    /// of the design know only `NA` and `NaN`.
    pub missing: Vec<String>,
    /// How intervals of shares are made; all others are t intervals.
    pub share_interval: ShareInterval,
    /// Coverage of intervals. Those of quantiles always have 95 percent.
    pub level: Level,
}

/// How rows were drawn, by the names of columns: R's `svydesign`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sampling {
    /// Weights; without them they follow from the finite populations, and are 1 without those.
    pub weight: Option<String>,
    /// Strata, from the first stage to the last.
    pub strata: Vec<String>,
    /// Clusters, from the first stage to the last.
    pub psu: Vec<String>,
    /// Finite populations, from the first stage to the last: numbers of clusters (of rows, where a
    /// stage has no clusters), or the fractions that were drawn.
    pub fpc: Vec<String>,
    /// What happens to a stratum with one cluster.
    pub lonely: LonelyPsu,
    /// Whether clusters are numbered anew in each stratum.
    pub nesting: Nesting,
}

/// What is done to the weights.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Weighting {
    /// Nothing.
    #[default]
    AsDrawn,
    /// They are made to sum up to the cells of one margin: R's `postStratify`.
    PostStratified(Margin),
    /// They are made to sum up to the cells of several margins, by raking: R's `rake`.
    Raked(Vec<Margin>),
    /// They are made to sum up to the cells of several margins, by the linear (chi-squared)
    /// distance: R's `calibrate(calfun = "linear")`.
    Calibrated {
        /// Margins; each has the same grand total.
        margins: Vec<Margin>,
        /// Totals of columns of numbers.
        totals: Vec<PopulationTotal>,
    },
}

/// The known total of a column over the population.
#[derive(Debug, Clone, PartialEq)]
pub struct PopulationTotal {
    /// The column.
    pub column: String,
    /// Its total.
    pub total: f64,
}

/// What is estimated; values that are missing are left out, as by R's `na.rm = TRUE`.
#[derive(Debug, Clone, PartialEq)]
pub enum Statistic {
    /// The mean of a column: R's `svymean`.
    Mean(String),
    /// The total of a column: R's `svytotal`.
    Total(String),
    /// The total of one column over that of another: R's `svyratio`.
    Ratio {
        /// Above.
        numerator: String,
        /// Below.
        denominator: String,
    },
    /// The share of each value of a column: R's `svymean` of a factor.
    Share(String),
    /// A quantile of a column: R's `svyquantile`.
    Quantile {
        /// The column.
        column: String,
        /// Between 0 and 1.
        probability: f64,
    },
}

/// A column has a value, by its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// The column.
    pub column: String,
    /// The value.
    pub value: String,
}

/// How intervals of shares are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ShareInterval {
    /// Estimate ± t × standard error: R's `confint(svymean(…), df = degf(design))`.
    #[default]
    T,
    /// The t interval of the logit, taken back: R's `svyciprop(method = "logit")`.
    Logit,
    /// Clopper–Pearson with the effective sample size: R's `svyciprop(method = "beta")`.
    Beta,
}

impl Request {
    /// Every column that is needed, each once.
    pub(super) fn columns(&self) -> Vec<&str> {
        let Self {
            sampling: Sampling { weight, strata, psu, fpc, lonely: _, nesting: _ },
            weighting,
            statistics,
            by,
            conditions,
            likert,
            missing: _,
            share_interval: _,
            level: _,
        } = self;
        let of_margins = weighting.margins().iter().flat_map(Margin::variables);
        let of_statistics = statistics.iter().flat_map(Statistic::columns);
        let mut columns: Vec<&str> = [strata, psu, fpc, by, likert]
            .into_iter()
            .flatten()
            .chain(weight)
            .chain(of_margins)
            .chain(weighting.totals().iter().map(|total| &total.column))
            .chain(conditions.iter().map(|condition| &condition.column))
            .map(String::as_str)
            .chain(of_statistics)
            .collect();
        columns.sort_unstable();
        columns.dedup();
        columns
    }
}

impl Weighting {
    pub(super) fn margins(&self) -> &[Margin] {
        match self {
            Self::AsDrawn => &[],
            Self::PostStratified(margin) => std::slice::from_ref(margin),
            Self::Raked(margins) | Self::Calibrated { margins, totals: _ } => margins,
        }
    }

    fn totals(&self) -> &[PopulationTotal] {
        match self {
            Self::AsDrawn | Self::PostStratified(_) | Self::Raked(_) => &[],
            Self::Calibrated { margins: _, totals } => totals,
        }
    }
}

impl Statistic {
    fn columns(&self) -> impl Iterator<Item = &str> {
        let (first, second) = match self {
            Self::Mean(column)
            | Self::Total(column)
            | Self::Share(column)
            | Self::Quantile { column, probability: _ } => (column, None),
            Self::Ratio { numerator, denominator } => (numerator, Some(denominator)),
        };
        std::iter::once(first).chain(second).map(String::as_str)
    }
}
