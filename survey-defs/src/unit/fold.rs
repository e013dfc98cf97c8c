use icu_normalizer::DecomposingNormalizerBorrowed;

/// Folds a text for searching: lower case, no diacritics, `đ` as `d`, words apart by one space.
///
/// Tone marks go with the diacritics, so it does not matter on which vowel they stand. Whatever is
/// neither a letter nor a digit separates words.
///
/// ```
/// use survey_defs::unit::fold;
///
/// assert_eq!(fold("Phường Yên Hoà"), fold("phường  YÊN HÒA"));
/// assert_eq!(fold("P. Đống Đa"), "p dong da");
/// ```
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut between_words = false;
    for character in DecomposingNormalizerBorrowed::new_nfd().normalize_iter(text.chars()) {
        if is_combining_mark(character) {
            continue;
        }
        if !character.is_alphanumeric() {
            between_words = true;
            continue;
        }
        if between_words && !folded.is_empty() {
            folded.push(' ');
        }
        between_words = false;
        folded.extend(character.to_lowercase().map(|lower| if lower == 'đ' { 'd' } else { lower }));
    }
    folded
}

/// The block of combining diacritical marks holds every mark into which Vietnamese decomposes.
fn is_combining_mark(character: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variants_of_one_name_fold_to_the_same_text() {
        for (variants, folded) in [
            (["Hòa", "Hoà", "HÒA", "ho\u{300}a"], "hoa"),
            (["Thụy", "Thuỵ", "thuy", " THỤY "], "thuy"),
            (["Đại Áng", "ĐẠI ÁNG", "dai  ang", "Đại-Áng"], "dai ang"),
            (["Ứng Hoà", "Ứng Hòa", "ung hoa", "Ứng, Hòa."], "ung hoa"),
            (["Đống Đa", "dong da", "đống đa", "DONG\u{a0}DA"], "dong da"),
        ] {
            for variant in variants {
                assert_eq!(fold(variant), folded, "{variant:?}");
            }
        }
    }

    #[test]
    fn folding_twice_changes_nothing() {
        for text in ["", " - ", "Chi nhánh số 1 (Tây Hồ)", "Kỳ họp thứ 20", "ẮẰẲẴẶ ỨỪỬỮỰ ỢỚỜỞỠ"]
        {
            let once = fold(text);
            assert_eq!(fold(&once), once);
            assert!(once.is_ascii(), "{once}");
        }
    }
}
