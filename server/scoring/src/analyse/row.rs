//! What comes back.

/// One estimate, with what is known of its precision.
///
/// The order of the fields is that of columns in a printed table.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Row {
    /// What was estimated.
    pub statistic: Kind,
    /// The column, or `numerator/denominator`.
    pub variable: String,
    /// The value whose share this is, or the probability of a quantile.
    pub level: Option<String>,
    /// Which rows it speaks of, such as `stype=E;sch.wide=Yes`; none: all.
    pub domain: Option<String>,
    /// The estimate; none where no row of the domain has a value (and for the ratio to zero).
    pub estimate: Option<f64>,
    /// Its standard error.
    pub se: Option<f64>,
    /// Degrees of freedom of the design in the domain.
    pub df: u64,
    /// Design effect, against simple random sampling without replacement.
    pub deff: Option<f64>,
    /// Lower end of the interval; none without degrees of freedom.
    pub ci_low: Option<f64>,
    /// Upper end of the interval.
    pub ci_high: Option<f64>,
    /// Rows of the domain with a value.
    pub n: u64,
    /// Why there is no estimate.
    pub missing: Option<NoEstimate>,
}

/// Why a group has no estimate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NoEstimate {
    /// No row of it has a value.
    NoValue,
    /// The denominators of its rows add up to 0.
    ZeroDenominator,
}

impl NoEstimate {
    /// The word in tables, CSV and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoValue => "no_value",
            Self::ZeroDenominator => "zero_denominator",
        }
    }
}

/// The kinds of estimates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A mean.
    Mean,
    /// A total.
    Total,
    /// A ratio of totals.
    Ratio,
    /// A share.
    Share,
    /// A quantile.
    Quantile,
}

impl Kind {
    /// The word in tables, CSV and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mean => "mean",
            Self::Total => "total",
            Self::Ratio => "ratio",
            Self::Share => "share",
            Self::Quantile => "quantile",
        }
    }
}
