//! Turns typed text into answers and answers into text to read.

use jiff::civil::Date;
use survey_defs::answer::{Answer, Finite};
use survey_defs::ids::OptionId;
use survey_defs::instrument::{Instrument, Question};
use survey_defs::text::Language;

use crate::form::texts;

/// The answer that is typed into a number field. What cannot be read as a number stays a text,
/// which the engine refuses: so it is neither lost nor sent.
pub fn number(typed: &str, integer: bool) -> Option<Answer> {
    let typed = typed.trim();
    if typed.is_empty() {
        return None;
    }
    Some(read_number(typed, integer).map_or_else(|| Answer::Text(typed.into()), Answer::Number))
}

/// Reads digits with at most one comma or point. In a whole number a separator before three
/// digits may mean thousands to one reader and thousandths to another, so it means nothing here.
fn read_number(typed: &str, integer: bool) -> Option<Finite> {
    // Enough for anything that is counted, and exact in a double.
    const MAX_DIGITS: usize = 15;
    let (sign, digits) = match typed.strip_prefix(['-', '−']) {
        Some(digits) => (-1.0, digits),
        None => (1.0, typed),
    };
    let (whole, fraction) = digits.split_once([',', '.']).unwrap_or((digits, "0"));
    let is_number = [whole, fraction]
        .iter()
        .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
    if !is_number || whole.len() + fraction.len() > MAX_DIGITS || (integer && fraction.len() == 3) {
        return None;
    }
    let append = |number: f64, byte: u8| number * 10.0 + f64::from(byte - b'0');
    let scaled = whole.bytes().chain(fraction.bytes()).fold(0.0, append);
    let scale = fraction.bytes().fold(1.0, |scale, _| scale * 10.0);
    Finite::try_from(sign * scaled / scale).ok()
}

/// A number as it is read: 480; 2,5 or 2.5.
pub fn number_text(number: Finite, language: Language) -> String {
    let text = number.get().to_string();
    match language {
        Language::Vi => text.replace('.', ","),
        Language::En => text,
    }
}

/// A day as it is read in both languages: 01/07/2025.
pub fn date_text(day: Date) -> String {
    format!("{:02}/{:02}/{}", day.day(), day.month(), day.year())
}

/// A day as date fields have it: 2025-07-01.
pub fn iso_text(day: Date) -> String {
    format!("{:04}-{:02}-{:02}", day.year(), day.month(), day.day())
}

/// Reads a day as date fields have it.
pub fn iso_date(text: &str) -> Option<Date> {
    let (year, rest) = text.split_once('-')?;
    let (month, day) = rest.split_once('-')?;
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// An answer as it is read on the review screen.
pub fn answer_text(
    instrument: &Instrument,
    question: &Question,
    answer: &Answer,
    language: Language,
) -> String {
    let choice = |id: &OptionId| {
        let set = question.kind.options();
        let choices = set.map_or(&[][..], |set| instrument.choices(set));
        let choice = choices.iter().find(|choice| choice.id == *id);
        choice.map_or(id.as_str(), |choice| choice.text.get(language)).to_owned()
    };
    match answer {
        Answer::Level(level) => texts::level(level.index()).get(language).into(),
        Answer::NotApplicable => texts::NOT_APPLICABLE.get(language).into(),
        Answer::Option(id) => choice(id),
        Answer::Options(ids) => ids.iter().map(choice).collect::<Vec<_>>().join("; "),
        Answer::Number(number) => {
            let number = number_text(*number, language);
            match unit(question, language) {
                Some(unit) => [number.as_str(), unit].join(" "),
                None => number,
            }
        }
        Answer::Text(text) => text.clone(),
        Answer::Date(day) => date_text(*day),
    }
}

/// The unit of a number question.
fn unit(question: &Question, language: Language) -> Option<&str> {
    use survey_defs::instrument::QuestionKind;
    match &question.kind {
        QuestionKind::Number { unit, .. } => unit.as_ref().map(|unit| unit.get(language)),
        QuestionKind::Satisfaction { .. }
        | QuestionKind::Single { .. }
        | QuestionKind::Multiple { .. }
        | QuestionKind::ShortText { .. }
        | QuestionKind::LongText { .. }
        | QuestionKind::Date { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finite(number: f64) -> Finite {
        Finite::try_from(number).unwrap()
    }

    #[test]
    fn typed_numbers() {
        for (typed, integer, expected) in [
            ("15", true, Some(15.0)),
            (" 15 ", true, Some(15.0)),
            ("007", true, Some(7.0)),
            ("-3", true, Some(-3.0)),
            ("1,5", true, Some(1.5)),
            ("1.50", false, Some(1.5)),
            ("0,125", false, Some(0.125)),
            ("0.1", false, Some(0.1)),
            ("1.000", true, None),
            ("1.000,5", false, None),
            ("15 phút", true, None),
            ("1e3", true, None),
            ("１５", true, None),
            (",5", true, None),
            ("5.", true, None),
            ("-", true, None),
            ("1234567890123456", true, None),
        ] {
            let text = || Answer::Text(typed.trim().into());
            let expected = expected.map_or_else(text, |number| Answer::Number(finite(number)));
            assert_eq!(number(typed, integer), Some(expected), "{typed:?}");
        }
        assert_eq!(number("  ", true), None);
    }

    #[test]
    fn numbers_and_days_as_they_are_read() {
        for (number, vi, en) in [(480.0, "480", "480"), (2.5, "2,5", "2.5"), (0.0, "0", "0")] {
            assert_eq!(number_text(finite(number), Language::Vi), vi);
            assert_eq!(number_text(finite(number), Language::En), en);
        }
        let day = jiff::civil::date(2025, 7, 1);
        assert_eq!(date_text(day), "01/07/2025");
        assert_eq!(iso_text(day), "2025-07-01");
        assert_eq!(iso_date("2025-07-01"), Some(day));
        for bad in ["", "2025-07", "2025-02-29", "2025-07-01T00:00", "x-y-z", "120250-07-01"] {
            assert_eq!(iso_date(bad), None, "{bad:?}");
        }
        let moment = "2026-03-31T17:00:00Z".parse().unwrap();
        assert_eq!(date_text(survey_defs::phrases::hanoi_day(moment)), "01/04/2026");
    }
}
