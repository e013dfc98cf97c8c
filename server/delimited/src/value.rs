//! What stands in a field: nothing, a number, a truth value, a name.

use std::borrow::Cow;

/// Texts that say that there is no value, beside the empty one: what R, SPSS, Excel and databases write.
pub const MISSING: [&str; 9] = ["NA", "N/A", "NaN", ".", "-", "#N/A", "#NULL!", "NULL", "null"];

/// Whether a text says that there is no value.
pub fn is_missing(text: &str) -> bool {
    text.is_empty() || MISSING.contains(&text)
}

/// A finite number, with a decimal point, or with a decimal comma where the file has them. Thousands are not
/// separated: nobody can say whether `1,234` is more than a thousand or little more than one, and neither
/// whether `1.234` is in a file with decimal commas, so that such a text is no number there.
pub fn number(text: &str, has_decimal_commas: bool) -> Option<f64> {
    let is_written = |byte: &u8| byte.is_ascii_digit() || b"+-.eE".contains(byte);
    if has_decimal_commas && has_thousands(text) {
        return None;
    }
    let number: f64 = if has_decimal_commas && text.matches(',').count() == 1 && !text.contains('.')
    {
        text.replace(',', ".").parse().ok()?
    } else {
        text.parse().ok()?
    };
    // Texts such as `inf` and `nan` are numbers to the parser.
    let is_plain = text.bytes().all(|byte| byte == b',' || is_written(&byte));
    (is_plain && number.is_finite()).then_some(number)
}

/// A whole number from 0, which many programs write as `4.0`. One with three zeros may be a thousand times as
/// large (`12.000`), and is refused.
pub fn whole(text: &str, has_decimal_commas: bool) -> Option<u64> {
    let is_point = |c: char| c == '.' || (has_decimal_commas && c == ',');
    let digits = match text.split_once(is_point) {
        Some((digits, "0" | "00")) => digits,
        Some(_) => return None,
        None => text,
    };
    if digits.starts_with('+') { None } else { digits.parse().ok() }
}

/// Whether a point separates thousands, as far as one can see: `950.000`, `1.234.567`.
fn has_thousands(text: &str) -> bool {
    let mut groups = text.trim_start_matches(['+', '-']).split('.');
    let is_group = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let is_first =
        groups.next().is_some_and(|first| (1..=3).contains(&first.len()) && is_group(first));
    let mut groups = groups.peekable();
    is_first && groups.peek().is_some() && groups.all(|group| group.len() == 3 && is_group(group))
}

/// A truth value as R, pandas, Excel and polars write it.
pub fn truth(text: &str) -> Option<bool> {
    match text {
        "TRUE" | "True" | "true" | "T" => Some(true),
        "FALSE" | "False" | "false" | "F" => Some(false),
        _ => None,
    }
}

/// A name in which no two blanks stand together and nothing is that nobody sees, so that names that look alike are
/// one name. The text must be in NFC.
pub fn name(text: &str) -> Cow<'_, str> {
    let is_hidden =
        |c: char| matches!(c, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}');
    let is_odd = |c: char| is_hidden(c) || (c.is_whitespace() && c != ' ');
    if !text.contains("  ") && !text.contains(is_odd) && text.trim().len() == text.len() {
        return Cow::Borrowed(text);
    }
    let seen: String = text.chars().filter(|c| !is_hidden(*c)).collect();
    Cow::Owned(seen.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// What the values of a column are, so that each has one name however it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spelling {
    /// Words.
    Words,
    /// Numbers, of which whole ones may be written as `4` and `4.0`.
    Numbers,
    /// Truth values.
    Truths,
}

impl Spelling {
    /// That of the values of a column. A column in which a number begins with a zero (`00004`), ends with one after
    /// a point (`1.10`) or has an exponent holds codes, and one of nothing but `T` and `F` may hold letters: these are
    /// words.
    pub fn of<'a>(values: impl Iterator<Item = &'a str> + Clone, has_decimal_commas: bool) -> Self {
        if values.clone().next().is_none() {
            return Self::Words;
        }
        if values.clone().all(|text| is_plain_number(text, has_decimal_commas)) {
            return Self::Numbers;
        }
        let is_longer = values.clone().any(|text| text.len() > 1);
        let are_truths = values.into_iter().all(|text| truth(text).is_some());
        if is_longer && are_truths { Self::Truths } else { Self::Words }
    }

    /// The name of a value.
    pub fn name(self, text: &str, has_decimal_commas: bool) -> Cow<'_, str> {
        let found = match self {
            Self::Words => return name(text),
            Self::Numbers => number(text, has_decimal_commas).map(name_of_number),
            Self::Truths => truth(text).map(|truth| truth.to_string()),
        };
        found.map_or_else(|| name(text), Cow::Owned)
    }
}

/// The name of a number. Negative zero is no other number than zero.
pub fn name_of_number(number: f64) -> String {
    (number + 0.0).to_string()
}

fn is_plain_number(text: &str, has_decimal_commas: bool) -> bool {
    // Beyond this two whole numbers can be one number.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let digits = text.trim_start_matches(['+', '-']);
    let is_code =
        matches!(digits.as_bytes(), [b'0', b'0'..=b'9', ..]) || digits.contains(['e', 'E']);
    let decimals = digits.split_once(['.', ',']).map_or("", |(_, decimals)| decimals);
    let is_padded = decimals.ends_with('0') && !decimals.bytes().all(|byte| byte == b'0');
    !is_code
        && !is_padded
        && number(text, has_decimal_commas).is_some_and(|number| number.abs() < EXACT)
}
