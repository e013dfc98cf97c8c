//! One column, read as words or as numbers.

use polars::prelude::{DataType, PolarsResult, Series};
use statistics::Labels;

use super::texts::Texts;

/// A column as the file stores it.
#[derive(Debug)]
pub(super) enum Column {
    /// Trimmed texts; empty: missing.
    Text(Texts),
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

impl Missing {
    pub(in crate::analyse) fn new(words: &[String]) -> Self {
        let numbers = words.iter().filter_map(|word| word.parse().ok()).collect();
        Self { words: words.to_vec(), numbers }
    }

    /// Columns that say how rows were drawn know no codes of their own: a code such as 99 may be
    /// a good weight or the name of a cluster.
    pub(in crate::analyse) fn of_design() -> Self {
        Self::new(&["NA".to_owned(), "NaN".to_owned()])
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
            texts.push(text.unwrap_or_default().trim());
        }
        Ok(Self::Text(texts))
    }

    /// The name of a missing value is empty.
    pub(super) fn words(&self, missing: &Missing) -> Labels {
        match self {
            Self::Text(texts) => {
                Labels::of(texts.iter().map(|text| if missing.is_word(text) { "" } else { text }))
            }
            Self::Number(numbers) => Labels::of(numbers.iter().map(|&number| {
                if missing.is_number(number) { String::new() } else { number.to_string() }
            })),
        }
    }

    /// A missing value is NaN.
    pub(super) fn numbers(&self, missing: &Missing) -> Result<Vec<f64>, NoNumber> {
        match self {
            Self::Text(texts) => {
                texts.iter().enumerate().map(|(row, text)| parse(row, text, missing)).collect()
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

fn parse(row: usize, text: &str, missing: &Missing) -> Result<f64, NoNumber> {
    if missing.is_word(text) {
        return Ok(f64::NAN);
    }
    match text.parse::<f64>() {
        Ok(number) if missing.is_number(number) && !number.is_nan() => Ok(f64::NAN),
        Ok(number) if number.is_finite() => Ok(number),
        // Polars writes truth values so, and R counts them so.
        _ if text == "true" => Ok(1.0),
        _ if text == "false" => Ok(0.0),
        _ => Err(NoNumber { row, text: text.to_owned() }),
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
        Column::Text(all)
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
        for text in ["x", "1,5", "inf", "1e999", "nan"] {
            let expected = NoNumber { row: 1, text: text.to_owned() };
            assert_eq!(column(&["1", text]).numbers(&missing).unwrap_err(), expected);
        }
        let endless = Column::Number(vec![f64::INFINITY]);
        assert_eq!(endless.numbers(&missing).unwrap_err().text, "inf");
    }
}
