//! Tests single words, and what the caret, a second press and other languages do to them.

use super::super::{Method, Tone, delete, press, tone};
use super::keys::{TELEX, VNI};

fn vni(table: &[(&str, &str)]) {
    for (keys, expected) in table {
        assert_eq!(VNI.types(keys), *expected, "{keys}");
    }
}

fn telex(table: &[(&str, &str)]) {
    for (keys, expected) in table {
        assert_eq!(TELEX.types(keys), *expected, "{keys}");
    }
}

/// Words that come out as they are typed.
fn telex_leaves(words: &str) {
    for word in words.split_whitespace() {
        assert_eq!(TELEX.types(word), word);
    }
}

#[test]
fn telex_words() {
    telex(&[
        ("hoaf", "hòa"),
        ("hofa", "hòa"),
        ("hoanf", "hoàn"),
        ("hofan", "hoàn"),
        ("hoafn", "hoàn"),
        ("thuyr", "thủy"),
        ("khoer", "khỏe"),
        ("quys", "quý"),
        ("quar", "quả"),
        ("quoocs", "quốc"),
        ("quets", "quét"),
        ("quowr", "quở"),
        ("gieengs", "giếng"),
        ("gif", "gì"),
        ("giuwx", "giữ"),
        ("giwx", "giữ"),
        ("nguyeenx", "nguyễn"),
        ("Nguyeexn", "Nguyễn"),
        ("NGUYEENX", "NGUYỄN"),
        ("thuowr", "thuở"),
        ("huow", "huơ"),
        ("thuowngf", "thường"),
        ("nguoiwf", "người"),
        ("nguoifw", "người"),
        ("dduowcj", "được"),
        ("dand", "đan"),
        ("Ddoongs", "Đống"),
        ("dana", "dân"),
        ("chieeu", "chiêu"),
        ("chieue", "chiêu"),
        ("taya", "tây"),
        ("muaw", "mưa"),
        ("cuwus", "cứu"),
        ("huuw", "hưu"),
        ("tw", "tư"),
        ("wu", "ưu"),
        ("oanhf", "oành"),
        ("ngoeof", "ngoèo"),
        ("khuyur", "khuỷu"),
        ("hoafz", "hoa"),
        ("asf", "à"),
        ("duowo", "duô"),
        ("taanw", "tăn"),
        ("Ddawks", "Đắk"),
        ("Kroong", "Krông"),
        ("Ploong", "Plông"),
        ("TOOTS", "TỐT"),
    ]);
}

#[test]
fn vni_words() {
    vni(&[
        ("hoa2", "hòa"),
        ("hoa2n", "hoàn"),
        ("nguo7i2", "người"),
        ("nguoi72", "người"),
        ("ngu7o7i2", "người"),
        ("d9u7o7c5", "được"),
        ("duoc795", "được"),
        ("thuo73", "thuở"),
        ("D9a8k1", "Đắk"),
        ("tie6ng1", "tiếng"),
        ("tieng61", "tiếng"),
        ("nguye6n4", "nguyễn"),
        ("NGUYEN64", "NGUYỄN"),
        ("hoac85", "hoặc"),
        ("tan68", "tăn"),
        ("duo76", "duô"),
        ("hoa20", "hoa"),
        ("hoa21", "hóa"),
        ("Gia1 5.000d9", "Giá 5.000đ"),
        ("QD9-UBND", "QĐ-UBND"),
        ("HD9ND", "HĐND"),
    ]);
}

#[test]
fn a_digit_that_is_no_mark_is_a_digit() {
    vni(&[
        ("so61 5", "số 5"),
        ("8h30", "8h30"),
        ("15/3", "15/3"),
        ("4G", "4G"),
        ("km2", "km2"),
        ("UBND2", "UBND2"),
        ("covid19", "covid19"),
        ("hat2", "hat2"),
        ("thang9", "thang9"),
        ("hoa0", "hoa0"),
        ("mi6", "mi6"),
        ("khu8", "khu8"),
        // The same key again.
        ("A44", "A4"),
        ("a66", "a6"),
        ("o77", "o7"),
        ("a88", "a8"),
        ("d99", "d9"),
        ("duoc777", "duoc77"),
        ("A441", "A41"),
        // Letters are letters.
        ("test visa data photo www passport", "test visa data photo www passport"),
    ]);
}

#[test]
fn a_word_ends_at_what_is_no_letter() {
    telex(&[
        ("haif lofng", "hài lòng"),
        ("phair chowf", "phải chờ"),
        ("cuar toi", "của toi"),
        ("nois, roofi ddi.", "nói, rồi đi."),
        ("rats toots", "rát tốt"),
        ("(haif)", "(hài)"),
        ("\"haif\"", "\"hài\""),
        ("haif2f", "hài2f"),
        ("soos 5 s", "số 5 s"),
        ("haif\nlofng", "hài\nlòng"),
        ("15/QDD-UBND", "15/QĐ-UBND"),
    ]);
}

#[test]
fn a_second_press_means_the_letter() {
    telex(&[
        ("ass", "as"),
        ("aaa", "aa"),
        ("ooo", "oo"),
        ("ddd", "dd"),
        ("aww", "aw"),
        ("oww", "ow"),
        ("tesst", "test"),
        ("vissa", "visa"),
        ("tanaa", "tana"),
        ("didd", "did"),
        ("duowww", "duow"),
        ("xooong", "xoong"),
        ("mooocs", "moóc"),
        // Where “ư” was a “w”, it is one again.
        ("uww", "w"),
        ("TWW", "TW"),
        ("WwC", "WC"),
        ("wwww", "www"),
    ]);
}

#[test]
fn abbreviations() {
    telex_leaves(
        "UBND BHYT BHXH CCCD CMND TTHC UBMTTQ GPLX KT-XH TP.HCM THPT THCS PCCC VNeID QR ATM",
    );
    telex_leaves("sms z zz PDF USB OTP ID 4G ok OK kg km2 GPKD CSDL TNMT SMS");
    telex(&[
        ("QDD", "QĐ"),
        ("HDDND", "HĐND"),
        ("NDD-CP", "NĐ-CP"),
        ("DDKKD", "ĐKKD"),
        ("LDDTBXH", "LĐTBXH"),
        ("5.000dd", "5.000đ"),
        ("VNDD", "VNĐ"),
        ("ddc", "đc"),
    ]);
}

#[test]
fn words_of_other_languages() {
    telex_leaves(
        "internet website email Zalo wifi Wifi WIFI facebook Facebook app online request class fax \
         server SERVER web video camera scan card form file laptop robot smartphone phone iPhone \
         copy computer mail gmail youtube chat excel google good zoom logo menu admin link click \
         download upload update windows system service center staff print printer scanner slow \
         hello welcome free banking smartbanking barcode platform cloud digital android samsung \
         touchscreen display speaker clip live market supermarket hotel restaurant toilet next \
         browser chrome security standard export customs certificate workshop Canada \
         manager banana weekend need meeting Twitter Google.com http://example.org a@b.com",
    );
    // These could be Vietnamese as well.
    telex(&[
        ("test", "tét"),
        ("visa", "vía"),
        ("passport", "pasport"),
        ("passsport", "passport"),
        ("data", "dât"),
        ("version", "vesion"),
        ("photo", "phôt"),
        ("photoo", "photo"),
    ]);
}

#[test]
fn no_syllable_has_it() {
    // Only the sharp and the heavy tone stand before a stop, and “chh” is no beginning.
    telex(&[
        ("hatf", "hatf"),
        ("hats", "hát"),
        ("chhas", "chhas"),
        ("blas", "blas"),
        ("taai", "taai"),
    ]);
}

#[test]
fn the_caret_in_the_middle() {
    // Only what is before the caret is known: here it stood before the bar.
    for (before, key, after) in [
        ("Tôi hai| lòng", 'f', "Tôi hài"),
        ("Tôi hài|lòng", ' ', "Tôi hài "),
        ("Tôi hoà|", 'n', "Tôi hoàn"),
        ("hòa|, vui", 'n', "hoàn"),
        ("Ngu|yễn", 'w', "Ngư"),
        ("tho| gian", 'w', "thơ"),
        ("thơ| gian", 'i', "thơi"),
        ("thơi| gian", 'f', "thời"),
        ("5| ngày", 's', "5s"),
        ("|ai", 's', "s"),
        ("(|hài", 'f', "(f"),
    ] {
        let (before, _) = before.split_once('|').unwrap();
        assert_eq!(press(before, key, Method::Telex), after, "{before} {key}");
    }
}

#[test]
fn deleted_and_typed_again() {
    for (before, left) in [
        ("tốt", "tố"),
        ("tố", "t"),
        ("", ""),
        ("hoàn", "hòa"),
        ("toán, ", "toán,"),
        ("hoà ", "hoà"),
        ("hài lòng", "hài lòn"),
        ("trowfk", "trờ"),
        ("took", "tô"),
        ("xoong", "xoon"),
        ("internet", "interne"),
        ("UBND", "UBN"),
        ("đ", ""),
    ] {
        assert_eq!(delete(before, Method::Telex), left, "{before}");
    }
    assert_eq!(TELEX.types_after("Trờ", "k"), "Trowfk");
    assert_eq!(TELEX.types_after("Cấn bộ tốt", "m"), "Cấn bộ tostom");
    assert_eq!(delete("Cấn bộ tostom", Method::Telex), "Cấn bộ tốt");
    assert_eq!(delete("trowfk", Method::Off), "trowf");
    assert_eq!(TELEX.types_after(&delete("Xin chàj", Method::Telex), "o"), "Xin chào");
}

#[test]
fn keys_that_say_what_they_do() {
    let letter = |before, key| press(before, key, Method::Off);
    assert_eq!(tone("hoa", Tone::Grave), "hòa");
    assert_eq!(tone("hòa", Tone::Grave), "hoa");
    assert_eq!(tone("hòa", Tone::Acute), "hóa");
    assert_eq!(letter("hòa", 'n'), "hoàn");
    assert_eq!(letter("hòa", 'k'), "hòak");
    assert_eq!(letter("hòa", 's'), "hòas");
    assert_eq!(letter("thuở", 'n'), "thưởn");
    assert_eq!(letter("ng", 'ư'), "ngư");
    assert_eq!(tone(&letter("cảm ", 'ơ'), Tone::Acute), "cảm ớ");
    assert_eq!(tone("hết 5", Tone::Acute), "hết 5");
    assert_eq!(tone("hết ", Tone::Acute), "hết ");
    assert_eq!(tone("", Tone::Dot), "");
    assert_eq!(tone("Nguyên", Tone::Tilde), "Nguyễn");
    assert_eq!(tone("resume", Tone::Acute), "resumé");
    assert_eq!(tone("résumé", Tone::Acute), "résume");
    assert_eq!(tone("hàt", Tone::Acute), "hát");
    assert_eq!(tone("UBND", Tone::Dot), "ỤBND");
    assert_eq!(tone("BHXH", Tone::Dot), "BHXH");
    assert_eq!(delete("tốt", Method::Off), "tố");
}
