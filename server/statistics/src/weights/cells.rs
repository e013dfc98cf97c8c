//! Finds the cell of a margin for each row.

use std::collections::HashMap;

use super::sum::{check_rows, group_sums};
use super::{Margin, WeightError};
use crate::Labels;

/// The cell of a margin that each row belongs to; every cell with units in the population has a
/// row, and no other cell has one.
#[derive(Debug)]
pub(super) struct Cells<'a> {
    pub(super) margin: &'a Margin,
    pub(super) of_row: Vec<u32>,
}

/// The combinations of several codes that occur.
#[derive(Debug)]
pub(super) struct Crossing {
    /// The combination of each row, numbered in order of first appearance.
    pub(super) of_row: Vec<u32>,
    /// The row where each combination appears first.
    pub(super) first_rows: Vec<usize>,
}

impl<'a> Cells<'a> {
    /// Finds the cell of each row.
    pub(super) fn of(
        margin: &'a Margin,
        variables: &[Labels],
        rows: usize,
    ) -> Result<Self, WeightError> {
        let name = || margin.name().to_owned();
        if variables.len() != margin.variables().len() {
            return Err(WeightError::Variables {
                margin: name(),
                variables: margin.variables().len(),
                what: "the sample".to_owned(),
                found: variables.len(),
            });
        }
        for (labels, variable) in variables.iter().zip(margin.variables()) {
            check_rows(variable, rows, labels.len())?;
        }

        let places: HashMap<Vec<&str>, u32> = (0..)
            .zip(margin.cells())
            .map(|(place, cell)| (cell.names.iter().map(String::as_str).collect(), place))
            .collect();
        let crossing = Crossing::of(rows, variables.iter().map(Labels::codes));
        let cell_of_row = |row| {
            let names: Vec<&str> = variables.iter().map(|labels| labels.name_of(row)).collect();
            let cell = || margin.describe(names.iter().copied());
            let place = *places.get(&names).ok_or_else(|| WeightError::UnknownCell {
                margin: name(),
                row,
                cell: cell(),
            })?;
            if margin.cells()[place as usize].total > 0.0 {
                Ok(place)
            } else {
                Err(WeightError::ZeroCell { margin: name(), row, cell: cell() })
            }
        };
        let place_of_combination: Vec<u32> =
            crossing.first_rows.iter().map(|row| cell_of_row(*row)).collect::<Result<_, _>>()?;
        let of_row = crossing.of_row.iter().map(|code| place_of_combination[*code as usize]);
        Ok(Self { margin, of_row: of_row.collect() })
    }

    /// The sum of weights in each cell; an error where it is 0 and should not be.
    pub(super) fn filled_sums(&self, weights: &[f64]) -> Result<Vec<f64>, WeightError> {
        let cells = self.margin.cells();
        let sums = group_sums(cells.len(), &self.of_row, weights.iter().copied());
        match (0..cells.len()).find(|cell| sums[*cell] <= 0.0 && cells[*cell].total > 0.0) {
            Some(cell) => Err(WeightError::EmptyCell {
                margin: self.margin.name().to_owned(),
                cell: self.margin.describe_cell(cell),
                total: cells[cell].total,
            }),
            None => Ok(sums),
        }
    }
}

impl Crossing {
    /// Crosses columns of codes; without any, all rows are in one combination.
    pub(super) fn of<'b>(rows: usize, columns: impl IntoIterator<Item = &'b [u32]>) -> Self {
        let mut of_row = vec![0; rows];
        // Crossed two by two: a product of numbers of codes could leave the range of integers.
        for column in columns {
            let mut known = HashMap::new();
            for (code, other) in of_row.iter_mut().zip(column) {
                let next = u32::try_from(known.len()).expect("fewer than 2³² rows");
                *code = *known.entry((*code, *other)).or_insert(next);
            }
        }
        let mut first_rows = Vec::new();
        for (row, code) in of_row.iter().enumerate() {
            if *code as usize == first_rows.len() {
                first_rows.push(row);
            }
        }
        Self { of_row, first_rows }
    }
}
