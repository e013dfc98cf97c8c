//! One column, read as words or as numbers.

use std::borrow::Cow;

use delimited::value::{self, Spelling};
use polars::prelude::{DataType, PolarsResult, Series};
use statistics::Labels;
use survey_defs::text::nfc;

use super::texts::Texts;

/// A column as the file stores it.
#[derive(Debug)]
pub(super) enum Column {
    /// Trimmed texts in NFC; empty: missing.
    Text {
        /// The texts.
        texts: Texts,
        /// Whether the file writes numbers with a decimal comma.
        has_decimal_commas: bool,
    },
    /// NaN: missing.
    Number(Vec<f64>),
}

/// Which texts stand for a missing value, beside the empty one.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::analyse) struct Missing {
    words: Vec<String>,
    numbers: Vec<f64>,
}

/// A text that is no number, and the row where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct NoNumber {
    pub row: usize,
    pub text: String,
}

/// Gives each value of a column one name, however it is written.
#[derive(Debug, Clone, Copy)]
pub(in crate::analyse) struct Names {
    spelling: Spelling,
    has_decimal_commas: bool,
}

impl Missing {
    pub(in crate::analyse) fn new(words: &[String]) -> Self {
        let numbers = words.iter().filter_map(|word| word.parse().ok()).collect();
        Self { words: words.to_vec(), numbers }
    }

    /// Columns that say how rows were drawn know no codes of their own: a code such as 99 may be
    /// a good weight or the name of a cluster.
    pub(in crate::analyse) fn of_design() -> Self {
        Self::new(&value::MISSING.map(str::to_owned))
    }

    fn is_word(&self, text: &str) -> bool {
        text.is_empty() || self.words.iter().any(|word| word == text)
    }

    fn is_number(&self, number: f64) -> bool {
        number.is_nan() || self.numbers.contains(&number)
    }
}

impl Column {
    /// Integers beyond 2⁵³ are names, so they stay texts.
    pub(super) fn of_series(series: &Series) -> PolarsResult<Self> {
        let is_float = series.dtype().is_float();
        if is_float {
            let numbers = series.cast(&DataType::Float64)?;
            let numbers = numbers.f64()?.iter().map(|number| number.unwrap_or(f64::NAN));
            return Ok(Self::Number(numbers.collect()));
        }
        let words = series.cast(&DataType::String)?;
        let mut texts = Texts::default();
        for text in words.str()?.iter() {
            texts.push(nfc(text.unwrap_or_default()).trim());
        }
        Ok(Self::Text { texts, has_decimal_commas: false })
    }

    /// The first row that holds infinity.
    pub(super) fn infinite(&self) -> Option<usize> {
        match self {
            Self::Text { .. } => None,
            Self::Number(numbers) => numbers.iter().position(|number| number.is_infinite()),
        }
    }

    /// The name of a missing value is empty.
    pub(super) fn words(&self, missing: &Missing) -> Labels {
        match self {
            Self::Text { texts, has_decimal_commas } => {
                let spelling = spelling(texts, *has_decimal_commas, missing);
                let is_code = |text: &str| {
                    let number = value::number(text, *has_decimal_commas);
                    spelling == Spelling::Numbers
                        && number.is_some_and(|number| missing.is_number(number))
                };
                Labels::of(texts.iter().map(|text| {
                    if missing.is_word(text) || is_code(text) {
                        Cow::Borrowed("")
                    } else {
                        spelling.name(text, *has_decimal_commas)
                    }
                }))
            }
            Self::Number(numbers) => Labels::of(numbers.iter().map(|&number| {
                if missing.is_number(number) {
                    String::new()
                } else {
                    value::name_of_number(number)
                }
            })),
        }
    }

    /// How a value is called among the words.
    pub(super) fn names(&self, missing: &Missing) -> Names {
        match self {
            Self::Text { texts, has_decimal_commas } => {
                let has_decimal_commas = *has_decimal_commas;
                let spelling = spelling(texts, has_decimal_commas, missing);
                Names { spelling, has_decimal_commas }
            }
            Self::Number(_) => Names { spelling: Spelling::Numbers, has_decimal_commas: false },
        }
    }

    /// A missing value is NaN.
    pub(super) fn numbers(&self, missing: &Missing) -> Result<Vec<f64>, NoNumber> {
        match self {
            Self::Text { texts, has_decimal_commas } => {
                let given = || texts.iter().filter(|text| !missing.is_word(text));
                // R, too, counts truth values of a column that has nothing else.
                let has_truths = given().all(|text| value::truth(text).is_some());
                let how = (*has_decimal_commas, has_truths);
                texts.iter().enumerate().map(|(row, text)| parse(row, text, how, missing)).collect()
            }
            Self::Number(numbers) => {
                let read = |(row, &number): (usize, &f64)| match number {
                    _ if missing.is_number(number) => Ok(f64::NAN),
                    number if number.is_finite() => Ok(number),
                    number => Err(NoNumber { row, text: number.to_string() }),
                };
                numbers.iter().enumerate().map(read).collect()
            }
        }
    }
}

impl Names {
    /// The name of a value, as somebody writes it who need not have the file before them.
    pub(in crate::analyse) fn of(self, text: &str) -> String {
        let text = nfc(text.trim());
        let name = self.spelling.name(&text, self.has_decimal_commas);
        // A point may be written where the file has a comma.
        if name == text { self.spelling.name(&text, false) } else { name }.into_owned()
    }
}

/// What the values of a column are.
fn spelling(texts: &Texts, has_decimal_commas: bool, missing: &Missing) -> Spelling {
    Spelling::of(texts.iter().filter(|text| !missing.is_word(text)), has_decimal_commas)
}

fn parse(
    row: usize,
    text: &str,
    (has_decimal_commas, has_truths): (bool, bool),
    missing: &Missing,
) -> Result<f64, NoNumber> {
    if missing.is_word(text) {
        return Ok(f64::NAN);
    }
    if has_truths && let Some(truth) = value::truth(text) {
        return Ok(f64::from(u8::from(truth)));
    }
    match value::number(text, has_decimal_commas) {
        Some(number) if missing.is_number(number) => Ok(f64::NAN),
        Some(number) => Ok(number),
        None => Err(NoNumber { row, text: text.to_owned() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(texts: &[&str]) -> Column {
        let mut all = Texts::default();
        for text in texts {
            all.push(text);
        }
        Column::Text { texts: all, has_decimal_commas: false }
    }

    #[test]
    fn codes_of_missing_values_are_met_as_texts_and_as_numbers() {
        let missing = Missing::new(&["NA".to_owned(), "99".to_owned()]);
        let read = column(&["1", "", "NA", "99", "99.0", "9"]).numbers(&missing).unwrap();
        let missed: Vec<bool> = read.iter().map(|number| number.is_nan()).collect();
        assert_eq!(missed, [false, true, true, true, true, false]);
        let stored = Column::Number(vec![1.0, f64::NAN, 99.0]);
        assert_eq!(stored.words(&missing).names(), ["1", ""]);
        let words = column(&["b", "NA", "", "a"]).words(&missing);
        assert_eq!(
            (words.names(), words.codes()),
            (&["b", "", "a"].map(String::from)[..], &[0, 1, 1, 2][..])
        );
    }

    #[test]
    fn what_is_no_number_is_named_with_its_row() {
        let missing = Missing::of_design();
        for text in ["x", "1,5", "inf", "1e999", "nan", "1_000", "0x10"] {
            let expected = NoNumber { row: 1, text: text.to_owned() };
            assert_eq!(column(&["1", text]).numbers(&missing).unwrap_err(), expected);
        }
        let endless = Column::Number(vec![f64::INFINITY]);
        assert_eq!(endless.numbers(&missing).unwrap_err().text, "inf");
    }

    #[test]
    fn a_value_has_one_name_however_it_is_written() {
        let missing = Missing::of_design();
        let names = |texts: &[&str]| column(texts).words(&missing).names().to_vec();
        assert_eq!(names(&["4", "4.0", "NA", "+4", "5.5", "-0.0"]), ["4", "", "5.5", "0"]);
        assert_eq!(names(&["TRUE", "true", "T", "F", "False"]), ["true", "false"]);
        // Codes and letters are words.
        assert_eq!(names(&["1.1", "1.10", "1.2"]), ["1.1", "1.10", "1.2"]);
        assert_eq!(names(&["00004", "4", "4.0"]), ["00004", "4", "4.0"]);
        assert_eq!(names(&["F", "T", "F"]), ["F", "T"]);
        assert_eq!(names(&["4", "4.0", "x"]), ["4", "4.0", "x"]);
        assert_eq!(names(&["9007199254740993", "9007199254740992"]).len(), 2);
        let coded = Missing::new(&["99".to_owned()]);
        assert_eq!(column(&["4.0", "99.0", "99"]).words(&coded).names(), ["4", ""]);
        // One truth value among numbers is none.
        assert_eq!(column(&["4", "T"]).numbers(&missing).unwrap_err().text, "T");
        assert_eq!(column(&["F", "T", "NA"]).numbers(&missing).unwrap()[..2], [0.0, 1.0]);
        assert_eq!(column(&["4.0", "5"]).names(&missing).of(" 4 "), "4");
        assert_eq!(column(&["TRUE", "FALSE"]).names(&missing).of("T"), "true");
        assert_eq!(Column::Number(vec![4.0, -0.0]).words(&missing).names(), ["4", "0"]);
        assert_eq!(Column::Number(vec![4.0]).names(&missing).of("4.0"), "4");
        let mut texts = Texts::default();
        for text in ["4,5", "4", "4,0"] {
            texts.push(text);
        }
        let commas = Column::Text { texts, has_decimal_commas: true };
        assert_eq!(commas.words(&missing).names(), ["4.5", "4"]);
        assert_eq!(["4,5", "4.5"].map(|text| commas.names(&missing).of(text)), ["4.5", "4.5"]);
        assert_eq!(commas.numbers(&missing).unwrap(), [4.5, 4.0, 4.0]);
    }
}
