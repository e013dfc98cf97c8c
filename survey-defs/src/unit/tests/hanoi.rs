//! Tests the gazetteer of Hanoi against the counts in its sources.

use std::collections::BTreeSet;

use jiff::civil::{Date, date};

use crate::ids::UnitCode;
use crate::unit::{Gazetteer, Level, Residents, Sources, Unit, UnitKey, compare};

const BEFORE_2025: Date = date(2024, 12, 31);
const LAST_WITH_DISTRICTS: Date = date(2025, 6, 30);
const TWO_LEVELS: Date = date(2025, 7, 1);

fn hanoi() -> &'static Gazetteer {
    Gazetteer::hanoi()
}

fn key(text: &str) -> UnitKey {
    text.parse().unwrap()
}

fn name_on(code: &str, day: Date) -> &'static str {
    &hanoi().on(&UnitCode::new(code).unwrap(), day).unwrap().name
}

#[test]
fn the_counts_of_the_sources_hold() {
    for (level, day, count) in [
        (Level::City, date(2020, 3, 1), 1),
        (Level::City, TWO_LEVELS, 1),
        (Level::District, BEFORE_2025, 30),
        (Level::District, LAST_WITH_DISTRICTS, 30),
        (Level::District, TWO_LEVELS, 0),
        (Level::Commune, date(2020, 2, 29), 0),
        (Level::Commune, BEFORE_2025, 579),
        (Level::Commune, date(2025, 1, 1), 526),
        (Level::Commune, LAST_WITH_DISTRICTS, 526),
        (Level::Commune, TWO_LEVELS, 126),
        (Level::Branch, date(2026, 1, 1), 12),
        (Level::Agency, date(2026, 1, 1), 17),
    ] {
        assert_eq!(hanoi().units_on(level, day).len(), count, "{level:?} on {day}");
    }
}

#[test]
fn kinds_are_counted_as_in_the_sources() {
    for (level, kind, day, count) in [
        (Level::District, "quận", BEFORE_2025, 12),
        (Level::District, "huyện", BEFORE_2025, 17),
        (Level::District, "thị xã", BEFORE_2025, 1),
        (Level::Commune, "phường", BEFORE_2025, 175),
        (Level::Commune, "xã", BEFORE_2025, 383),
        (Level::Commune, "thị trấn", LAST_WITH_DISTRICTS, 21),
        (Level::Commune, "phường", TWO_LEVELS, 51),
        (Level::Commune, "xã", TWO_LEVELS, 75),
        (Level::Agency, "sở", date(2024, 6, 30), 18),
        (Level::Agency, "tương đương sở", date(2024, 6, 30), 4),
        (Level::Agency, "sở", date(2025, 3, 1), 13),
        (Level::Agency, "tương đương sở", date(2025, 3, 1), 4),
    ] {
        let units = hanoi().units_on(level, day);
        let found = units.iter().filter(|unit| unit.kind == kind).count();
        assert_eq!(found, count, "{kind} on {day}");
    }
}

#[test]
fn a_code_means_what_its_day_says() {
    assert_eq!(name_on("00004", LAST_WITH_DISTRICTS), "Phường Trúc Bạch");
    assert_eq!(name_on("00004", TWO_LEVELS), "Phường Ba Đình");
    assert_eq!(hanoi().get(&key("00004@2025-07-01")).unwrap().name_en(), "Ba Đình Ward");
    assert_eq!(hanoi().get(&key("00004@2025-07-02")), None);
    assert_eq!(hanoi().on(&UnitCode::new("001").unwrap(), TWO_LEVELS), None);
    assert_eq!(hanoi().on(&UnitCode::new("99999").unwrap(), TWO_LEVELS), None);
}

#[test]
fn every_unit_has_an_english_name_and_no_agency_a_borrowed_one() {
    let units = hanoi().units_on(Level::Agency, date(2026, 1, 1));
    let names: BTreeSet<&str> = units.iter().map(|unit| unit.name_en()).collect();
    assert_eq!(names.len(), units.len());
    assert!(names.contains("Department of Home Affairs"));
    let title = hanoi().get(&key("SYT@2024-01-01")).unwrap().title();
    assert_eq!((title.vi.as_str(), title.en.as_str()), ("Sở Y tế", "Department of Health"));
}

#[test]
fn units_come_in_vietnamese_order() {
    for (level, day) in [(Level::Commune, TWO_LEVELS), (Level::District, BEFORE_2025)] {
        let units = hanoi().units_on(level, day);
        assert!(units.is_sorted_by(|a, b| compare(&a.name, &b.name).is_le()));
    }
    let units = hanoi().units_on(Level::District, BEFORE_2025);
    let quan: Vec<&str> =
        units.iter().filter(|unit| unit.kind == "quận").map(|unit| unit.short_name()).collect();
    assert_eq!(
        quan,
        [
            "Ba Đình",
            "Bắc Từ Liêm",
            "Cầu Giấy",
            "Đống Đa",
            "Hà Đông",
            "Hai Bà Trưng",
            "Hoàn Kiếm",
            "Hoàng Mai",
            "Long Biên",
            "Nam Từ Liêm",
            "Tây Hồ",
            "Thanh Xuân",
        ]
    );
}

#[test]
fn the_city_has_districts_below_it_then_communes() {
    let city = key("01@2020-03-01");
    let levels = |day| -> BTreeSet<Level> {
        hanoi().children_on(&city, day).iter().map(|unit| unit.level).collect()
    };
    assert_eq!(hanoi().children_on(&city, BEFORE_2025).len(), 30);
    assert_eq!(levels(BEFORE_2025), BTreeSet::from([Level::District]));
    assert_eq!(hanoi().children_on(&city, TWO_LEVELS).len(), 126);
    assert_eq!(levels(TWO_LEVELS), BTreeSet::from([Level::Commune]));

    let ba_dinh = key("001@2020-03-01");
    assert!(hanoi().children_on(&ba_dinh, TWO_LEVELS).is_empty());
    for ward in hanoi().children_on(&ba_dinh, LAST_WITH_DISTRICTS) {
        let above = hanoi().parent_on(&ward.key, LAST_WITH_DISTRICTS).unwrap();
        assert_eq!(above.key, ba_dinh);
        assert_eq!(hanoi().parent_on(&ward.key, TWO_LEVELS), None);
    }
    assert_eq!(hanoi().parent_on(&city, TWO_LEVELS), None);
}

fn all_units() -> impl Iterator<Item = &'static Unit> {
    [Level::City, Level::District, Level::Commune, Level::Agency, Level::Branch]
        .into_iter()
        .flat_map(|level| {
            [BEFORE_2025, date(2025, 1, 1), date(2025, 3, 1), TWO_LEVELS]
                .into_iter()
                .flat_map(move |day| hanoi().units_on(level, day))
        })
        .map(|unit| (&unit.key, unit))
        .collect::<std::collections::BTreeMap<_, _>>()
        .into_values()
}

#[test]
fn every_link_leads_from_the_eve_to_the_day_and_back() {
    let rows = Sources::hanoi().successors.lines().count() - 1;
    assert_eq!(rows, 885);
    let mut seen = 0;
    for old in all_units().filter(|unit| unit.level == Level::Commune) {
        for link in hanoi().successors(&old.key) {
            assert!(old.valid_on(link.effective.yesterday().unwrap()));
            assert!(hanoi().get(&link.unit).unwrap().valid_on(link.effective));
            let back = hanoi().predecessors(&link.unit);
            assert!(back.iter().any(|b| b.unit == old.key && b.effective == link.effective));
            seen += 1;
        }
    }
    assert_eq!(seen, rows);
}

#[test]
fn every_commune_of_june_2025_has_a_successor_that_takes_its_residents() {
    for old in hanoi().units_on(Level::Commune, LAST_WITH_DISTRICTS) {
        let links: Vec<Residents> = hanoi()
            .successors(&old.key)
            .iter()
            .filter(|link| link.effective == TWO_LEVELS)
            .map(|link| link.residents)
            .collect();
        let moved_whole = links.iter().filter(|r| **r == Residents::All).count();
        let moved_in_part = links.iter().filter(|r| **r == Residents::Part).count();
        assert!(
            (moved_whole, moved_in_part) == (1, 0) || (moved_whole == 0 && moved_in_part >= 2),
            "{}: {links:?}",
            old.key
        );
    }
}

#[test]
fn a_merger_of_agencies_is_a_link_too() {
    let from: Vec<String> = hanoi()
        .predecessors(&key("SNNMT@2025-03-01"))
        .iter()
        .map(|link| link.unit.to_string())
        .collect();
    assert_eq!(from, ["SNNPTNT@2024-01-01", "STNMT@2024-01-01"]);
    let to = hanoi().successors(&key("SNGV@2024-01-01"));
    assert_eq!(to.len(), 1);
    assert_eq!(to[0].unit, key("VPUB@2025-03-01"));
    assert_eq!(to[0].effective, date(2025, 3, 1));
}

#[test]
fn every_new_commune_has_a_former_district() {
    let mut districts = BTreeSet::new();
    for commune in hanoi().units_on(Level::Commune, TWO_LEVELS) {
        let found = hanoi().former_district(&commune.key).unwrap();
        assert!(found.approximate);
        assert!(0.0 < found.share && found.share <= 1.0, "{}: {}", commune.name, found.share);
        assert_eq!(hanoi().get(&found.district).unwrap().level, Level::District);
        districts.insert(&found.district);
    }
    assert_eq!(districts.len(), 30);
}

#[test]
fn the_former_district_is_where_most_residents_lived_or_what_a_person_decided() {
    for (commune, district, share) in [
        ("00004@2025-07-01", "Quận Ba Đình", None),
        ("00097@2025-07-01", "Quận Tây Hồ", Some(2.5 / 6.5)),
        ("00091@2025-07-01", "Quận Tây Hồ", Some(0.4)),
        ("00337@2025-07-01", "Quận Hoàng Mai", Some(0.25)),
        ("00283@2025-07-01", "Quận Hai Bà Trưng", Some(0.5)),
    ] {
        let found = hanoi().former_district(&key(commune)).unwrap();
        assert_eq!(hanoi().get(&found.district).unwrap().name, district, "{commune}");
        if let Some(share) = share {
            assert!((found.share - share).abs() < 1e-12, "{commune}: {}", found.share);
        }
    }
}

#[test]
fn units_group_by_the_district_of_their_day() {
    let truc_bach = key("00004@2020-03-01");
    let found = hanoi().district_of(&truc_bach, LAST_WITH_DISTRICTS).unwrap();
    assert_eq!(found.district, key("001@2020-03-01"));
    assert!(!found.approximate);
    assert_eq!(hanoi().district_of(&truc_bach, TWO_LEVELS), None);
    assert!(hanoi().district_of(&key("00004@2025-07-01"), TWO_LEVELS).unwrap().approximate);

    let tay_ho = key("003@2020-03-01");
    assert_eq!(hanoi().district_of(&tay_ho, BEFORE_2025).unwrap().district, tay_ho);
    for none in ["01@2020-03-01", "SYT@2024-01-01", "CN-TAYHO@2024-12-01"] {
        assert_eq!(hanoi().district_of(&key(none), date(2025, 1, 1)), None);
    }
}

#[test]
fn the_branches_cover_every_district_once() {
    let mut served: Vec<&str> = hanoi()
        .units_on(Level::Branch, date(2026, 1, 1))
        .iter()
        .flat_map(|branch| &branch.serves)
        .map(UnitCode::as_str)
        .collect();
    served.sort_unstable();
    let mut districts: Vec<&str> = hanoi()
        .units_on(Level::District, BEFORE_2025)
        .iter()
        .map(|district| district.key.code.as_str())
        .collect();
    districts.sort_unstable();
    assert_eq!(served, districts);
}
