//! Tests the search for units.

use jiff::civil::{Date, date};

use crate::unit::Gazetteer;

const NOW: Date = date(2026, 1, 1);
const BEFORE_2025: Date = date(2024, 12, 31);

fn found(query: &str, day: Date) -> Vec<&'static str> {
    Gazetteer::hanoi().search(query, day, 10).iter().map(|unit| unit.name.as_str()).collect()
}

fn assert_first(query: &str, day: Date, name: &str) {
    assert_eq!(found(query, day).first(), Some(&name), "{query:?} on {day}");
}

#[test]
fn tone_marks_may_stand_on_either_vowel_or_be_left_out() {
    for query in ["Yên Hòa", "Yên Hoà", "YÊN HOÀ", "yen hoa", "Yên Hoa", "P. Yên Hoà"] {
        assert_first(query, NOW, "Phường Yên Hòa");
    }
}

#[test]
fn the_kind_may_be_written_out_abbreviated_or_left_out() {
    for query in ["ba dinh", "phuong ba dinh", "P. Ba Đình", "p.ba đình", "Ba Dinh Ward", "00004"]
    {
        assert_first(query, NOW, "Phường Ba Đình");
    }
    for query in ["ba dinh", "quan ba dinh", "Q. Ba Đình"] {
        assert_first(query, BEFORE_2025, "Quận Ba Đình");
    }
    assert_first("tx son tay", BEFORE_2025, "Thị xã Sơn Tây");
    assert_eq!(found("xa ba dinh", NOW), Vec::<&str>::new());
}

#[test]
fn the_best_fit_comes_first_then_the_order_of_names() {
    assert_eq!(
        found("thanh", NOW)[..5],
        [
            "Phường Thanh Liệt",
            "Phường Thanh Xuân",
            "Thanh tra thành phố Hà Nội",
            "Xã Thanh Oai",
            "Xã Thanh Trì",
        ]
    );
    let results = found("tay ho", NOW);
    assert_eq!(results[0], "Phường Tây Hồ");
    assert!(results.contains(&"Chi nhánh số 1 (Tây Hồ) Trung tâm Phục vụ hành chính công"));
    assert_eq!(found("ai mo", NOW), ["Phường Đại Mỗ"]);
}

#[test]
fn agencies_are_found_by_either_name_and_by_code() {
    for query in ["y tế", "so y te", "department of health", "SYT", "syt"] {
        assert_first(query, NOW, "Sở Y tế");
    }
}

#[test]
fn a_kind_alone_lists_its_units_and_nothing_lists_nothing() {
    let hanoi = Gazetteer::hanoi();
    assert_eq!(hanoi.search("thị xã", BEFORE_2025, 10)[0].name, "Thị xã Sơn Tây");
    let wards = hanoi.search("phường", NOW, 51);
    assert!(wards.iter().all(|unit| unit.kind == "phường"));
    assert_eq!(hanoi.search("phường", NOW, 5).len(), 5);
    for empty in ["", "  ", "…", "zzz"] {
        assert!(hanoi.search(empty, NOW, 10).is_empty(), "{empty:?}");
    }
    assert!(hanoi.search("ba dinh", date(2019, 1, 1), 10).is_empty());
}
