//! The score table as plain data, ready to be drawn: every text is final, so that a row needs no
//! reactive parts of its own.

mod head;
mod cell;

#[cfg(test)]
mod tests;

use std::cmp::Ordering;
use std::collections::BTreeMap;

use survey_defs::analysis::Cell::Missing;
use survey_defs::analysis::{GroupScores, ScoreTable};
use survey_defs::text::Language;

pub(crate) use self::cell::Cell;
pub(crate) use self::head::{Band, Column, Depth, Head, title};
use crate::selection::{Sort, SortColumn};

/// A table in one language.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TableModel {
    pub(crate) head: Head,
    /// In the server's order.
    rows: Vec<Row>,
    positions: BTreeMap<String, usize>,
}

/// The row of one group.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    pub(crate) key: String,
    pub(crate) name: String,
    /// What the search box looks into: the key of the name in both languages.
    search_key: String,
    pub(crate) n: Cell,
    /// How many records were annulled, in a table that has a column for it.
    pub(crate) annulled: Option<Cell>,
    /// Counts of the five levels below the whole index, where they may be shown.
    pub(crate) levels: Option<[u64; 5]>,
    pub(crate) scores: Vec<Cell>,
}

/// Where the cells of a column stand in a row.
#[derive(Debug, Clone, Copy)]
enum Place {
    Name,
    N,
    Score(usize),
}

impl TableModel {
    /// `search_key` makes the search keys of names.
    pub(crate) fn new(
        table: &ScoreTable,
        language: Language,
        search_key: fn(&str) -> String,
    ) -> Self {
        let head = Head::new(table, language);
        let rows: Vec<Row> = table
            .groups
            .iter()
            .map(|group| Row::new(group, (table, &head, language), search_key))
            .collect();
        let positions = rows.iter().enumerate().map(|(at, row)| (row.key.clone(), at)).collect();
        Self { head, rows, positions }
    }

    pub(crate) fn row(&self, key: &str) -> Option<&Row> {
        self.rows.get(*self.positions.get(key)?)
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The keys of the rows to be drawn, in order. `needle` is a search key. Rows without a number
    /// stand last in both directions; equal numbers stay in the server's order.
    pub(crate) fn keys(&self, sort: &Sort, needle: &str) -> Vec<String> {
        let needle = needle.trim();
        let mut rows: Vec<&Row> =
            self.rows.iter().filter(|row| row.search_key.contains(needle)).collect();
        let directed = |order: Ordering| {
            if sort.descending { order.reverse() } else { order }
        };
        match self.place(&sort.column) {
            Place::Name if sort.descending => rows.reverse(),
            Place::Name => {}
            place => rows.sort_by(|left, right| match (left.value(place), right.value(place)) {
                (Some(left), Some(right)) => directed(left.total_cmp(&right)),
                (left, right) => right.is_some().cmp(&left.is_some()),
            }),
        }
        rows.into_iter().map(|row| row.key.clone()).collect()
    }

    /// Where a column stands. A link may ask for one that this table does not have; then the order
    /// is the server's.
    fn place(&self, column: &SortColumn) -> Place {
        match column {
            SortColumn::Name => Place::Name,
            SortColumn::N => Place::N,
            SortColumn::Node(_) => {
                let at = self.head.columns.iter().position(|one| one.sort == *column);
                at.map_or(Place::Name, Place::Score)
            }
        }
    }
}

impl Row {
    fn new(
        scores: &GroupScores,
        (table, head, language): (&ScoreTable, &Head, Language),
        search_key: fn(&str) -> String,
    ) -> Self {
        let GroupScores { group, cells, forms_per_dossier: _, annulled: _ } = scores;
        let annulled = head.annulled.map(|_| table.annulled(scores));
        // The first node of every table is the whole index.
        let overall = cells.first();
        Self {
            key: group.key.to_string(),
            name: group.name.get(language).to_owned(),
            search_key: search_key(&format!("{}\n{}", group.name.vi, group.name.en)),
            n: Cell::new(&overall.map_or(Missing, |cell| table.n(cell)), language),
            annulled: annulled.map(|cell| Cell::new(&cell, language)),
            levels: overall.and_then(|cell| cell.counts).map(|counts| counts.levels),
            scores: cells.iter().map(|cell| Cell::new(&table.score(cell), language)).collect(),
        }
    }

    /// The number to sort by.
    fn value(&self, place: Place) -> Option<f64> {
        match place {
            Place::Name => None,
            Place::N => self.n.value,
            Place::Score(at) => self.scores.get(at)?.value,
        }
    }
}
