//! Defines tables of typed cells. The command line, CSV files and the console render them, and
//! every other output can; none of them decides what a cell says.

use std::fmt;

use jiff::civil::Date;

use super::scores::Suppression;
use crate::phrases::{self, Phrase};
use crate::text::{Language, Text};

/// A result that can be drawn.
pub trait Tabular {
    /// For programs: one row for each fact, with every digit.
    fn records(&self) -> Table;

    /// For people: what they look at first, with what must be known to read it.
    fn overview(&self) -> Overview;
}

/// What people read of a result.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Overview {
    /// What must be known before the tables are read.
    pub notes: Vec<Text>,
    /// The tables.
    pub tables: Vec<Table>,
    /// What explains the signs in the tables.
    pub remarks: Vec<Text>,
}

/// A table: each row has a cell for each column.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<Cell>>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name for programs.
    pub key: String,
    /// Its heading for people.
    pub title: Text,
    /// What its cells are.
    pub kind: Kind,
}

/// What the cells of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Words.
    Words,
    /// Numbers, or why there is none.
    Numbers,
}

/// A value of a table, or why there is none.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Nothing belongs here.
    Empty,
    /// There is no value: no valid answer, no standard error, no target.
    Missing,
    /// It is not shown.
    Suppressed {
        /// Why.
        reason: Suppression,
        /// The least n that is published.
        min_n: u64,
    },
    /// A key, an id, or a word of a closed set, for programs.
    Key(String),
    /// The name of a unit, or of a month.
    Name(Text),
    /// Words.
    Text(Text),
    /// A number of things.
    Count {
        /// How many.
        value: u64,
        /// Whether it is so low that what rests on it is to be read with caution.
        caution: bool,
    },
    /// A score in percent.
    Score {
        /// Percent.
        value: f64,
        /// How many decimals are printed.
        decimals: u8,
        /// Standard error.
        se: Option<f64>,
        /// Lower and upper limit of the confidence interval.
        interval: Option<[f64; 2]>,
        /// Whether it rests on few answers.
        caution: bool,
    },
    /// Another number.
    Number {
        /// The number.
        value: f64,
        /// How many decimals are printed for people.
        decimals: u8,
    },
    /// A difference, whose sign is always printed.
    Difference {
        /// The difference.
        value: f64,
        /// How many decimals are printed for people.
        decimals: u8,
    },
    /// A part of a whole, 0 to 1; printed in percent for people.
    Share {
        /// The part.
        value: f64,
        /// How many decimals of the percentage are printed for people.
        decimals: u8,
    },
    /// A day.
    Day(Date),
    /// Yes or no.
    Flag(bool),
}

impl Cell {
    /// A word of a closed set, if there is one.
    pub fn word(word: Option<&str>) -> Self {
        word.map_or(Self::Empty, |word| Self::Key(word.to_owned()))
    }

    /// A key or an id.
    pub fn key(key: impl fmt::Display) -> Self {
        Self::Key(key.to_string())
    }

    /// A number of things, if it is known.
    pub fn count(count: Option<u64>) -> Self {
        count.map_or(Self::Missing, |value| Self::Count { value, caution: false })
    }

    /// A number, if there is one.
    pub fn number(number: Option<f64>, decimals: u8) -> Self {
        number.map_or(Self::Missing, |value| Self::Number { value, decimals })
    }

    /// A day, if there is one.
    pub fn day(day: Option<Date>) -> Self {
        day.map_or(Self::Empty, Self::Day)
    }

    /// Whether there is a value.
    pub fn is_shown(&self) -> bool {
        match self {
            Self::Empty | Self::Missing | Self::Suppressed { .. } => false,
            Self::Key(_)
            | Self::Name(_)
            | Self::Text(_)
            | Self::Count { .. }
            | Self::Score { .. }
            | Self::Number { .. }
            | Self::Difference { .. }
            | Self::Share { .. }
            | Self::Day(_)
            | Self::Flag(_) => true,
        }
    }

    /// What to sort by.
    #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2⁵³")]
    pub fn value(&self) -> Option<f64> {
        match self {
            Self::Count { value, .. } => Some(*value as f64),
            Self::Score { value, .. }
            | Self::Number { value, .. }
            | Self::Difference { value, .. }
            | Self::Share { value, .. } => Some(*value),
            Self::Empty
            | Self::Missing
            | Self::Suppressed { .. }
            | Self::Key(_)
            | Self::Name(_)
            | Self::Text(_)
            | Self::Day(_)
            | Self::Flag(_) => None,
        }
    }

    /// As programs read it: every digit, nothing where there is no value; names in Vietnamese.
    pub fn raw(&self) -> String {
        match self {
            Self::Empty | Self::Missing | Self::Suppressed { .. } => String::new(),
            Self::Key(key) => key.clone(),
            Self::Name(text) | Self::Text(text) => text.vi.clone(),
            Self::Count { value, .. } => value.to_string(),
            Self::Score { value, .. }
            | Self::Number { value, .. }
            | Self::Difference { value, .. }
            | Self::Share { value, .. } => value.to_string(),
            Self::Day(day) => day.to_string(),
            Self::Flag(flag) => flag.to_string(),
        }
    }

    /// As people read it.
    pub fn shown(&self, language: Language) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Missing => "–".to_owned(),
            Self::Suppressed { reason, min_n } => {
                phrases::withheld(*reason, *min_n).get(language).to_owned()
            }
            Self::Key(key) => key.clone(),
            Self::Name(text) | Self::Text(text) => text.get(language).to_owned(),
            Self::Count { value, caution } => {
                phrases::whole(*value, language) + if *caution { "*" } else { "" }
            }
            Self::Score { value, decimals, .. } | Self::Number { value, decimals } => {
                phrases::decimal(*value, *decimals, language)
            }
            Self::Difference { value, decimals } => phrases::signed(*value, *decimals, language),
            Self::Share { value, decimals } => phrases::percent(100.0 * value, *decimals, language),
            Self::Day(day) => phrases::day(*day, language),
            Self::Flag(flag) => {
                let word = if *flag { phrases::YES } else { phrases::NO };
                word.get(language).to_owned()
            }
        }
    }

    /// A number that belongs to the cell, such as its standard error, with its decimals.
    pub fn with_its_decimals(&self, number: f64, language: Language) -> String {
        let decimals = match self {
            Self::Score { decimals, .. }
            | Self::Number { decimals, .. }
            | Self::Difference { decimals, .. }
            | Self::Share { decimals, .. } => *decimals,
            Self::Empty
            | Self::Missing
            | Self::Suppressed { .. }
            | Self::Key(_)
            | Self::Name(_)
            | Self::Text(_)
            | Self::Count { .. }
            | Self::Day(_)
            | Self::Flag(_) => 0,
        };
        phrases::decimal(number, decimals, language)
    }

    /// The confidence interval of a score: `80,10 – 84,30`.
    pub fn interval(&self, language: Language) -> Option<String> {
        let Self::Score { decimals, interval: Some(limits), .. } = self else {
            return None;
        };
        Some(limits.map(|limit| phrases::decimal(limit, *decimals, language)).join(" – "))
    }

    /// Why there is no value, in words.
    pub fn note(&self) -> Option<Phrase> {
        match self {
            Self::Suppressed { reason, .. } => Some(phrases::suppression(*reason)),
            Self::Missing => Some(phrases::NO_SCORE),
            Self::Empty
            | Self::Key(_)
            | Self::Name(_)
            | Self::Text(_)
            | Self::Count { .. }
            | Self::Score { .. }
            | Self::Number { .. }
            | Self::Difference { .. }
            | Self::Share { .. }
            | Self::Day(_)
            | Self::Flag(_) => None,
        }
    }
}

impl Table {
    /// The columns.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The rows, each with a cell for each column.
    pub fn rows(&self) -> &[Vec<Cell>] {
        &self.rows
    }

    /// The cell of a row in the column with this key.
    pub fn cell(&self, row: usize, key: &str) -> Option<&Cell> {
        let column = self.columns.iter().position(|column| column.key == key)?;
        self.rows.get(row)?.get(column)
    }
}

/// A table whose columns say by themselves what stands in their cells.
pub struct Columns<'a, R> {
    columns: Vec<Column>,
    cells: Vec<CellOf<'a, R>>,
}

type CellOf<'a, R> = Box<dyn Fn(&R) -> Cell + 'a>;

impl<R> fmt::Debug for Columns<'_, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Columns").field("columns", &self.columns).finish_non_exhaustive()
    }
}

impl<R> Default for Columns<'_, R> {
    fn default() -> Self {
        Self { columns: Vec::new(), cells: Vec::new() }
    }
}

impl<'a, R> Columns<'a, R> {
    /// One more column, of words.
    #[must_use]
    pub fn words(
        self,
        key: impl Into<String>,
        title: impl Into<Text>,
        cell: impl Fn(&R) -> Cell + 'a,
    ) -> Self {
        self.with(key.into(), title.into(), Kind::Words, Box::new(cell))
    }

    /// One more column, of numbers.
    #[must_use]
    pub fn numbers(
        self,
        key: impl Into<String>,
        title: impl Into<Text>,
        cell: impl Fn(&R) -> Cell + 'a,
    ) -> Self {
        self.with(key.into(), title.into(), Kind::Numbers, Box::new(cell))
    }

    fn with(mut self, key: String, title: Text, kind: Kind, cell: CellOf<'a, R>) -> Self {
        self.columns.push(Column { key, title, kind });
        self.cells.push(cell);
        self
    }

    /// The table of some rows.
    pub fn of(self, rows: impl IntoIterator<Item = R>) -> Table {
        let Self { columns, cells } = self;
        let row = |row: R| cells.iter().map(|cell| cell(&row)).collect();
        Table { columns, rows: rows.into_iter().map(row).collect() }
    }
}

impl From<Phrase> for Text {
    fn from(phrase: Phrase) -> Self {
        phrase.text()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const N: Phrase = Phrase::new("số phiếu", "forms");

    fn table() -> Table {
        let count = |row: &(&str, u64)| Cell::count(Some(row.1));
        Columns::default()
            .words("group", Phrase::new("Đơn vị", "Unit"), |row: &(&str, u64)| Cell::key(row.0))
            .numbers("n", N, count)
            .of([("a", 1234), ("b", 5)])
    }

    #[test]
    fn each_column_fills_its_own_cells() {
        let table = table();
        assert_eq!(
            table.columns()[1],
            Column { key: "n".into(), title: N.into(), kind: Kind::Numbers }
        );
        assert_eq!(table.cell(0, "n").map(Cell::raw).as_deref(), Some("1234"));
        assert_eq!(table.cell(1, "group"), Some(&Cell::Key("b".into())));
        assert_eq!((table.cell(2, "n"), table.cell(0, "m")), (None, None));
    }

    #[test]
    fn people_and_programs_read_the_same_value() {
        let score = Cell::Score {
            value: 88.026,
            decimals: 2,
            se: Some(1.0),
            interval: Some([86.0, 90.5]),
            caution: true,
        };
        let withheld = |reason| Cell::Suppressed { reason, min_n: 30 };
        for (cell, raw, vi, en) in [
            (score.clone(), "88.026", "88,03", "88.03"),
            (Cell::Count { value: 36_029, caution: false }, "36029", "36.029", "36,029"),
            (Cell::Count { value: 42, caution: true }, "42", "42*", "42*"),
            (Cell::Share { value: 0.125, decimals: 1 }, "0.125", "12,5%", "12.5%"),
            (Cell::Difference { value: 1.5, decimals: 1 }, "1.5", "+1,5", "+1.5"),
            (Cell::Day(jiff::civil::date(2026, 7, 1)), "2026-07-01", "1/7/2026", "2026-07-01"),
            (withheld(Suppression::TooFew), "", "n < 30", "n < 30"),
            (withheld(Suppression::Complementary), "", "…", "…"),
            (Cell::Missing, "", "–", "–"),
            (Cell::Empty, "", "", ""),
            (Cell::Flag(true), "true", "có", "yes"),
        ] {
            assert_eq!(cell.raw(), raw);
            assert_eq!(cell.shown(Language::Vi), vi);
            assert_eq!(cell.shown(Language::En), en);
        }
        assert_eq!(score.interval(Language::Vi).as_deref(), Some("86,00 – 90,50"));
        assert!(score.is_shown() && !withheld(Suppression::TooFew).is_shown());
        assert_eq!(withheld(Suppression::TooFew).value(), None);
        assert_eq!(Cell::Missing.note(), Some(phrases::NO_SCORE));
    }
}
