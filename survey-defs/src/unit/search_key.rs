//! The form of a name in which searching ignores case, diacritics and spelling variants.

use icu_normalizer::DecomposingNormalizerBorrowed;

/// The text by which a name is searched: lower case, no diacritics, `đ` as `d`, one space between
/// words.
///
/// Tone marks go with the diacritics, so it does not matter on which vowel they stand. Whatever is
/// neither a letter nor a digit separates words.
///
/// ```
/// use survey_defs::unit::search_key;
///
/// assert_eq!(search_key("Phường Yên Hoà"), search_key("phường  YÊN HÒA"));
/// assert_eq!(search_key("P. Đống Đa"), "p dong da");
/// ```
pub fn search_key(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    let mut between_words = false;
    for character in DecomposingNormalizerBorrowed::new_nfd().normalize_iter(text.chars()) {
        if is_combining_mark(character) {
            continue;
        }
        if !character.is_alphanumeric() {
            between_words = true;
            continue;
        }
        if between_words && !key.is_empty() {
            key.push(' ');
        }
        between_words = false;
        key.extend(character.to_lowercase().map(|lower| if lower == 'đ' { 'd' } else { lower }));
    }
    key
}

/// The block of combining diacritical marks holds every mark into which Vietnamese decomposes.
fn is_combining_mark(character: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variants_of_one_name_have_the_same_key() {
        for (variants, key) in [
            (["Hòa", "Hoà", "HÒA", "ho\u{300}a"], "hoa"),
            (["Thụy", "Thuỵ", "thuy", " THỤY "], "thuy"),
            (["Đại Áng", "ĐẠI ÁNG", "dai  ang", "Đại-Áng"], "dai ang"),
            (["Ứng Hoà", "Ứng Hòa", "ung hoa", "Ứng, Hòa."], "ung hoa"),
            (["Đống Đa", "dong da", "đống đa", "DONG\u{a0}DA"], "dong da"),
        ] {
            for variant in variants {
                assert_eq!(search_key(variant), key, "{variant:?}");
            }
        }
    }

    #[test]
    fn the_key_of_a_key_is_the_key() {
        for text in ["", " - ", "Chi nhánh số 1 (Tây Hồ)", "Kỳ họp thứ 20", "ẮẰẲẴẶ ỨỪỬỮỰ ỢỚỜỞỠ"]
        {
            let once = search_key(text);
            assert_eq!(search_key(&once), once);
            assert!(once.is_ascii(), "{once}");
        }
    }
}
