//! Says why a comparison cannot be made.

/// What is wrong with the input of a comparison; groups are counted from 0.
///
/// Every variant is a mistake of the caller: a group whose score or standard error is missing is no
/// error, it is reported as not estimable.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CompareError {
    /// Two inputs that belong together differ in length.
    #[error("{what}: {found} entries for {expected} groups")]
    Length {
        /// Which input.
        what: &'static str,
        /// Its entries.
        found: usize,
        /// The number of groups.
        expected: usize,
    },
    /// The covariance matrix is not square.
    #[error("covariance matrix, row {row}: {found} entries for {expected} groups")]
    NotSquare {
        /// The row.
        row: usize,
        /// Its entries.
        found: usize,
        /// The number of groups.
        expected: usize,
    },
    /// The covariance matrix differs from its transpose.
    #[error(
        "covariance matrix: row {row}, column {column} differs from row {column}, column {row}"
    )]
    NotSymmetric {
        /// The row.
        row: usize,
        /// The column.
        column: usize,
    },
    /// A covariance in the matrix is missing, or larger than the two variances allow.
    #[error(
        "covariance matrix, groups {first} and {second}: {value} is not possible beside their \
         variances"
    )]
    Covariance {
        /// One of the groups.
        first: usize,
        /// The other.
        second: usize,
        /// The covariance.
        value: f64,
    },
    /// A number is outside its range.
    #[error("{what}, group {group}: {value} is not {range}")]
    OutOfRange {
        /// Which input.
        what: &'static str,
        /// The group.
        group: usize,
        /// The number.
        value: f64,
        /// What it should be.
        range: &'static str,
    },
    /// A setting that holds for all groups is outside its range.
    #[error("{what}: {value} is not {range}")]
    Setting {
        /// Which setting.
        what: &'static str,
        /// Its value.
        value: f64,
        /// What it should be.
        range: &'static str,
    },
}

/// An error level must leave room for an alternative: at one half, both directions would be
/// accepted.
pub(super) fn check_alpha(alpha: f64) -> Result<(), CompareError> {
    if alpha > 0.0 && alpha < 0.5 {
        Ok(())
    } else {
        Err(CompareError::Setting { what: "alpha", value: alpha, range: "between 0 and 0.5" })
    }
}

pub(super) fn check_length(
    what: &'static str,
    found: usize,
    expected: usize,
) -> Result<(), CompareError> {
    if found == expected { Ok(()) } else { Err(CompareError::Length { what, found, expected }) }
}

pub(super) fn check_not_infinite(what: &'static str, values: &[f64]) -> Result<(), CompareError> {
    match values.iter().position(|value| value.is_infinite()) {
        None => Ok(()),
        Some(group) => Err(CompareError::OutOfRange {
            what,
            group,
            value: values[group],
            range: "a finite number or NaN",
        }),
    }
}
