//! Compares names in Vietnamese order.

use std::cmp::Ordering;
use std::sync::LazyLock;

use icu_collator::CollatorBorrowed;
use icu_collator::options::CollatorOptions;
use icu_locale_core::locale;

/// Made once: setting a collator up costs more than many comparisons.
static VIETNAMESE: LazyLock<CollatorBorrowed<'static>> = LazyLock::new(|| {
    CollatorBorrowed::try_new(locale!("vi").into(), CollatorOptions::default())
        .expect("the order of Vietnamese is compiled into icu_collator")
});

/// Compares two texts in Vietnamese order: a ă â b c d đ e ê …, then the tones
/// (none, huyền, hỏi, ngã, sắc, nặng), then small before capital letters.
///
/// Texts that differ only in code points, such as the two Unicode forms of one letter, are equal.
pub fn compare(left: &str, right: &str) -> Ordering {
    VIETNAMESE.compare(left, right)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_sorted(words: &[&str]) {
        for pair in words.windows(2) {
            assert_eq!(compare(pair[0], pair[1]), Ordering::Less, "{} < {}", pair[0], pair[1]);
        }
    }

    #[test]
    fn letters_follow_the_vietnamese_alphabet() {
        assert_sorted(&[
            "a", "ă", "â", "b", "c", "d", "đ", "e", "ê", "g", "h", "i", "k", "l", "m", "n", "o",
            "ô", "ơ", "p", "q", "r", "s", "t", "u", "ư", "v", "x", "y",
        ]);
        assert_sorted(&[
            "An Khánh",
            "Ăn",
            "Ân Thi",
            "Ba Đình",
            "Dương Nội",
            "Đa Phúc",
            "Định Công",
        ]);
        assert_sorted(&["Ba Đình", "Ba Vì", "Bạch Mai", "Bát Tràng", "Bất Bạt", "Bình Minh"]);
        assert_sorted(&["Ô Chợ Dừa", "Ô Diên", "Ơ", "Phù Đổng", "Quảng Bị", "Thư Lâm", "Ứng Hòa"]);
    }

    #[test]
    fn tones_decide_among_equal_letters_only() {
        assert_sorted(&["ma", "mà", "mả", "mã", "má", "mạ"]);
        assert_sorted(&["hòa an", "hoa ban", "hòa bình"]);
        assert_sorted(&["Phú Thượng", "Phúc Lộc", "Phúc Lợi", "Phúc Thọ"]);
    }

    #[test]
    fn both_unicode_forms_are_equal() {
        assert_eq!(compare("Hòa", "Ho\u{300}a"), Ordering::Equal);
    }
}
