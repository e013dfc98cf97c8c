//! Defines known population totals, and checks them.

use std::collections::HashSet;

use super::WeightError;
use super::sum::sum;

/// Known totals of a population in the cells of one variable or of several crossed ones.
///
/// It has a version, because weights can only be made again with the totals that made them. Every
/// value is valid: each cell has one name for each variable, none is there twice, totals are finite
/// and not negative. A total of 0 says that the population has no such unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Margin {
    name: String,
    version: String,
    variables: Vec<String>,
    cells: Vec<MarginCell>,
}

/// One cell of a [`Margin`].
#[derive(Debug, Clone, PartialEq)]
pub struct MarginCell {
    /// One name for each variable of the margin, in their order.
    pub names: Vec<String>,
    /// Units in the population, at least 0.
    pub total: f64,
}

impl Margin {
    /// Checks the cells.
    ///
    /// # Errors
    /// [`WeightError::EmptyMargin`], [`WeightError::Variables`], [`WeightError::DuplicateCell`],
    /// [`WeightError::CellTotal`].
    pub fn new(
        name: impl Into<String>,
        version: impl Into<String>,
        variables: Vec<String>,
        cells: Vec<MarginCell>,
    ) -> Result<Self, WeightError> {
        let margin = Self { name: name.into(), version: version.into(), variables, cells };
        margin.check()?;
        Ok(margin)
    }

    /// What it is called in messages and reports.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Which edition of the totals this is.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The crossed variables.
    pub fn variables(&self) -> &[String] {
        &self.variables
    }

    /// The cells.
    pub fn cells(&self) -> &[MarginCell] {
        &self.cells
    }

    /// The size of the population.
    pub fn grand_total(&self) -> f64 {
        sum(self.cells.iter().map(|cell| cell.total))
    }

    /// A cell as messages name it: `variable=name`, joined by commas.
    pub(super) fn describe<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> String {
        let parts: Vec<String> =
            self.variables.iter().zip(names).map(|(v, name)| format!("{v}={name}")).collect();
        parts.join(", ")
    }

    pub(super) fn describe_cell(&self, cell: usize) -> String {
        self.describe(self.cells[cell].names.iter().map(String::as_str))
    }

    fn check(&self) -> Result<(), WeightError> {
        let margin = || self.name.clone();
        for (lacking, empty) in
            [("variable", self.variables.is_empty()), ("cell", self.cells.is_empty())]
        {
            if empty {
                return Err(WeightError::EmptyMargin { margin: margin(), lacking });
            }
        }
        let mut known = HashSet::new();
        for (place, MarginCell { names, total }) in self.cells.iter().enumerate() {
            if names.len() != self.variables.len() {
                return Err(WeightError::Variables {
                    margin: margin(),
                    variables: self.variables.len(),
                    what: format!("the cell {}", names.join(", ")),
                    found: names.len(),
                });
            }
            let cell = || self.describe_cell(place);
            if !known.insert(names) {
                return Err(WeightError::DuplicateCell { margin: margin(), cell: cell() });
            }
            if !(total.is_finite() && *total >= 0.0) {
                return Err(WeightError::CellTotal {
                    margin: margin(),
                    cell: cell(),
                    total: *total,
                });
            }
        }
        Ok(())
    }
}

/// Checks that margins speak of one population: their grand totals differ by no more than
/// `tolerance`, relative to the largest.
///
/// # Errors
/// [`WeightError::ContradictoryMargins`] with the smallest and the largest.
pub fn check_one_population(margins: &[&Margin], tolerance: f64) -> Result<(), WeightError> {
    let totals = || margins.iter().map(|margin| (margin.name(), margin.grand_total()));
    let smallest = totals().min_by(|a, b| a.1.total_cmp(&b.1));
    let largest = totals().max_by(|a, b| a.1.total_cmp(&b.1));
    if let (Some((first, first_total)), Some((second, second_total))) = (smallest, largest)
        && second_total - first_total > tolerance * second_total
    {
        let (first, second) = (first.to_owned(), second.to_owned());
        return Err(WeightError::ContradictoryMargins { first, first_total, second, second_total });
    }
    Ok(())
}
