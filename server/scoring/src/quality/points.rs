//! Service points in columns, and rows of all forms that say whether they pass filters.

use hashbrown::HashMap;
use polars::prelude::{DataFrame, Expr, PolarsError};
use survey_defs::analysis::Filters;
use survey_defs::ids::PointId;

use crate::columns;
use crate::tally::wanted;

/// Whether a row passes the filters.
const PASSES: &str = "passes";

/// The service points that occur, each with a number.
#[derive(Debug, Default)]
pub(super) struct Points {
    ids: Vec<PointId>,
    numbers: HashMap<String, usize>,
}

impl Points {
    /// For each point so far, and of the frame, the rows of the frame that arrived there. Imported forms
    /// arrived nowhere.
    pub(super) fn rows(&mut self, frame: &DataFrame) -> Result<Vec<Vec<usize>>, PolarsError> {
        let mut rows = vec![Vec::new(); self.ids.len()];
        // Rows of a unit stand together, so a point is often that of the row before.
        let mut last: Option<(&str, usize)> = None;
        let points = frame.column(columns::POINT)?.str()?;
        for (row, id) in points.iter().enumerate() {
            let Some(id) = id.filter(|id| *id != columns::NO_POINT) else {
                continue;
            };
            let number = match last {
                Some((same, number)) if same == id => number,
                _ => self.number(id),
            };
            last = Some((id, number));
            rows.resize_with(self.ids.len(), Vec::new);
            rows[number].push(row);
        }
        Ok(rows)
    }

    /// The points by their numbers.
    pub(super) fn into_ids(self) -> Vec<PointId> {
        self.ids
    }

    fn number(&mut self, id: &str) -> usize {
        if let Some(number) = self.numbers.get(id) {
            return *number;
        }
        let number = self.ids.len();
        self.ids.push(id.parse().expect("the id of a point was written"));
        self.numbers.insert(id.to_owned(), number);
        number
    }
}

/// A column that says whether a row passes the filters; none where all do.
pub(super) fn passes(filters: &Filters) -> Option<Expr> {
    wanted(filters).into_iter().reduce(Expr::and).map(|passes| passes.alias(PASSES))
}

/// What that column says, if it is there.
pub(super) fn mask(frame: &DataFrame) -> Result<Option<Vec<bool>>, PolarsError> {
    let Ok(column) = frame.column(PASSES) else {
        return Ok(None);
    };
    Ok(Some(column.bool()?.iter().map(|passes| passes == Some(true)).collect()))
}
