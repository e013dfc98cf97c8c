//! Search keys of names for the search box, with the browser's own Unicode tables: those of
//! `survey_defs::unit::search_key` would cost every visitor some tens of kilobytes.

use js_sys::JsString;

/// Small letters without diacritics, `đ` as `d`, so that `dong da` finds `Đống Đa`.
pub(crate) fn search_key(text: &str) -> String {
    let decomposed = String::from(JsString::from(text).normalize("NFD"));
    strip(&decomposed)
}

/// What is left of decomposed text.
fn strip(decomposed: &str) -> String {
    decomposed
        .chars()
        .filter(|c| !('\u{300}'..='\u{36f}').contains(c))
        .flat_map(char::to_lowercase)
        .map(|c| if c == 'đ' { 'd' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_capitals_and_bars_go() {
        for (decomposed, key) in
            [("Đo\u{302}\u{301}ng Đa", "dong da"), ("Ho\u{300}a La\u{323}c", "hoa lac")]
        {
            assert_eq!(strip(decomposed), key);
        }
    }
}
