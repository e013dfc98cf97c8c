//! Numbers as each language writes them: `1.234,5` in Vietnamese, `1,234.5` in English.

use crate::method::Rounding;
use crate::text::Language;

/// A whole number with its thousands apart: `36.029`, `36,029`.
pub fn whole(number: u64, language: Language) -> String {
    let digits = number.to_string();
    let separator = match language {
        Language::Vi => '.',
        Language::En => ',',
    };
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(digit);
    }
    text
}

/// A number below a thousand, such as a score, with a fixed number of decimals; halves are rounded away from
/// zero, as scores are.
pub fn decimal(number: f64, decimals: u8, language: Language) -> String {
    let number = Rounding { decimals }.round(number);
    let text = format!("{number:.0$}", usize::from(decimals));
    match language {
        Language::Vi => text.replace('.', ","),
        Language::En => text,
    }
}

/// A difference, whose sign is always said.
pub fn signed(number: f64, decimals: u8, language: Language) -> String {
    let sign = if number.is_sign_negative() { "" } else { "+" };
    [sign, &decimal(number, decimals, language)].concat()
}

/// A number of percent: `88,02%`, `88.02%`.
pub fn percent(number: f64, decimals: u8, language: Language) -> String {
    decimal(number, decimals, language) + "%"
}

/// A part of a whole in percent.
#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2⁵³")]
pub fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 * 100.0 / whole as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_apart() {
        for (number, vi, en) in [
            (0, "0", "0"),
            (999, "999", "999"),
            (1_234, "1.234", "1,234"),
            (36_029, "36.029", "36,029"),
            (7_654_321, "7.654.321", "7,654,321"),
        ] {
            assert_eq!(whole(number, Language::Vi), vi);
            assert_eq!(whole(number, Language::En), en);
        }
    }

    #[test]
    fn decimals_follow_the_method() {
        for (number, decimals, vi, en) in [
            (86.5, 2, "86,50", "86.50"),
            (100.0, 1, "100,0", "100.0"),
            (82.0, 0, "82", "82"),
            (12.5, 0, "13", "13"),
            (0.125, 2, "0,13", "0.13"),
            (1.005, 2, "1,01", "1.01"),
        ] {
            assert_eq!(decimal(number, decimals, Language::Vi), vi);
            assert_eq!(decimal(number, decimals, Language::En), en);
        }
        assert_eq!(percent(88.02, 2, Language::Vi), "88,02%");
        assert_eq!(percent(95.0, 0, Language::En), "95%");
    }

    #[test]
    fn differences_have_signs() {
        for (number, vi) in [(1.25, "+1,25"), (-1.25, "-1,25"), (0.0, "+0,00")] {
            assert_eq!(signed(number, 2, Language::Vi), vi);
        }
    }
}
