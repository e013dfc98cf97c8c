//! What stands in a field: nothing, a number, a truth value.

/// Texts that say that there is no value, beside the empty one: what R, SPSS, Excel and databases write.
pub const MISSING: [&str; 9] = ["NA", "N/A", "NaN", ".", "-", "#N/A", "#NULL!", "NULL", "null"];

/// Whether a text says that there is no value.
pub fn is_missing(text: &str) -> bool {
    text.is_empty() || MISSING.contains(&text)
}

/// A finite number, with a decimal point, or with a decimal comma where the file has them. Thousands are not
/// separated: nobody can say whether `1,234` is more than a thousand or little more than one.
pub fn number(text: &str, has_decimal_commas: bool) -> Option<f64> {
    let is_written = |byte: &u8| byte.is_ascii_digit() || b"+-.eE".contains(byte);
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

/// A whole number from 0, which many programs write as `4.0`.
pub fn whole(text: &str, has_decimal_commas: bool) -> Option<u64> {
    if let Ok(number) = text.parse() {
        return Some(number);
    }
    let number = number(text, has_decimal_commas)?;
    // Beyond this a number with a fraction is not exact.
    let is_whole = number.fract() == 0.0 && (0.0..9e15).contains(&number);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked above")]
    is_whole.then_some(number as u64)
}

/// A truth value as R, pandas, Excel and polars write it.
pub fn truth(text: &str) -> Option<bool> {
    match text {
        "TRUE" | "True" | "true" | "T" => Some(true),
        "FALSE" | "False" | "false" | "F" => Some(false),
        _ => None,
    }
}
