//! Which answers belong together, and what the groups are called.

use jiff::civil::{Date, date};
use survey_defs::analysis::{Filters, GroupKey, Grouping, ScoreTable};

use super::world::{
    WITH_DISTRICTS, WITHOUT_DISTRICTS, World, instrument, keyed, method, single_row, unit,
};
use crate::{CountRow, Counts, Data, Request, score};

fn table(rows: &[CountRow], by: Grouping, geography: Date) -> ScoreTable {
    let single = instrument("single");
    let data = Counts::new(single.clone(), 1, rows).unwrap();
    let world = World::new(&single, method("t2b"), geography);
    score(&world.request(Data::Counts(&data), by)).unwrap()
}

fn names(table: &ScoreTable) -> Vec<(GroupKey, &str)> {
    table.groups.iter().map(|row| (row.group.key.clone(), &*row.group.name.vi)).collect()
}

fn of_units(keys: &[&str]) -> Vec<CountRow> {
    keys.iter().map(|key| single_row(Some(key), None, [1, 0, 0, 0, 1])).collect()
}

#[test]
fn units_stand_in_vietnamese_order_under_their_own_keys() {
    let rows = of_units(&[
        "00367@2025-07-01",
        "00190@2025-07-01",
        "SNV@2025-03-01",
        "00235@2025-07-01",
        "00316@2025-07-01",
        "00004@2025-07-01",
        "00004@2020-03-01",
        "SCT@2024-01-01",
        "SNV@2024-01-01",
        "CN-TAYHO@2024-12-01",
        "99999@2024-01-01",
    ]);
    let wards = table(&rows, Grouping::Ward, WITHOUT_DISTRICTS);
    let expected = [
        ("00004@2025-07-01", "Phường Ba Đình"),
        ("00316@2025-07-01", "Phường Định Công"),
        ("00235@2025-07-01", "Phường Đống Đa"),
        ("00190@2025-07-01", "Phường Ô Chợ Dừa"),
        ("00367@2025-07-01", "Phường Thanh Xuân"),
        ("00004@2020-03-01", "Phường Trúc Bạch"),
    ];
    assert_eq!(names(&wards), keyed(expected));
    assert!(!wards.approximate_groups);
    assert_eq!(wards.groups[0].group.unit, Some(unit("00004@2025-07-01")));
    assert_eq!(wards.groups[0].group.name.en, "Ba Đình Ward");

    let agencies = table(&rows, Grouping::Agency, WITHOUT_DISTRICTS);
    let expected = [
        ("SCT@2024-01-01", "Sở Công Thương"),
        ("SNV@2024-01-01", "Sở Nội vụ"),
        ("SNV@2025-03-01", "Sở Nội vụ"),
    ];
    assert_eq!(names(&agencies), keyed(expected));
    let branches = table(&rows, Grouping::Branch, WITHOUT_DISTRICTS);
    assert_eq!(branches.groups.len(), 1);
}

#[test]
fn months_ascend_and_have_names_in_both_languages() {
    let months = [date(2024, 2, 1), date(2023, 12, 1), date(2023, 4, 1)];
    let rows = months.map(|month| single_row(None, Some(month), [0, 0, 0, 0, 1]));
    let table = table(&rows, Grouping::Month, WITH_DISTRICTS);
    let expected =
        [("2023-04", "Tháng 4/2023"), ("2023-12", "Tháng 12/2023"), ("2024-02", "Tháng 2/2024")];
    assert_eq!(names(&table), keyed(expected));
    assert_eq!(table.groups[0].group.name.en, "April 2023");
    assert_eq!(table.groups[0].group.unit, None);
}

#[test]
fn the_city_is_everything_also_what_belongs_to_no_unit() {
    let mut rows = of_units(&["00004@2025-07-01", "99999@2024-01-01"]);
    rows.push(single_row(None, None, [0, 0, 0, 0, 1]));
    let table = table(&rows, Grouping::City, WITHOUT_DISTRICTS);
    assert_eq!(names(&table), keyed([("city", "Thành phố Hà Nội")]));
    assert_eq!(table.groups[0].group.unit, Some(unit("01@2020-03-01")));
    assert_eq!(table.groups[0].cells[0].n, Some(5));
}

#[test]
fn no_answer_no_group() {
    for &by in Grouping::ALL {
        assert_eq!(table(&[], by, WITHOUT_DISTRICTS).groups, []);
    }
}

#[test]
fn districts_are_exact_before_july_2025_and_former_ones_afterwards() {
    let old = of_units(&["00004@2020-03-01", "001@2020-03-01", "00004@2025-07-01"]);
    let before = table(&old, Grouping::District, WITH_DISTRICTS);
    assert_eq!(names(&before), keyed([("001@2020-03-01", "Quận Ba Đình")]));
    assert_eq!(before.groups[0].cells[0].n, Some(4));
    assert!(!before.approximate_groups);

    let after = table(&old, Grouping::District, WITHOUT_DISTRICTS);
    assert_eq!(names(&after), keyed([("001@2020-03-01", "Quận Ba Đình")]));
    assert_eq!(after.groups[0].cells[0].n, Some(2));
    assert!(after.approximate_groups);
}

#[test]
fn one_group_alone_and_keys_to_which_nothing_belongs() {
    let single = instrument("single");
    let mut rows = of_units(&["00004@2025-07-01", "00367@2025-07-01"]);
    for row in &mut rows {
        row.month = Some(date(2026, 3, 1));
    }
    let data = Counts::new(single.clone(), 1, &rows).unwrap();
    let world = World::new(&single, method("t2b"), WITHOUT_DISTRICTS);
    for (by, key, n_groups) in [
        (Grouping::Ward, "00004@2025-07-01", 1),
        (Grouping::Ward, "00004@2020-03-01", 0),
        (Grouping::Ward, "city", 0),
        (Grouping::City, "city", 1),
        (Grouping::City, "", 0),
        (Grouping::Month, "2026-03", 1),
        (Grouping::Month, "2026-3", 0),
        (Grouping::Month, "2026-04", 0),
        (Grouping::Month, "x", 0),
        (Grouping::District, "001@2020-03-01", 1),
    ] {
        let Ok(group) = key.parse::<GroupKey>() else {
            assert_eq!(n_groups, 0, "{key}");
            continue;
        };
        let request = Request { group: Some(&group), ..world.request(Data::Counts(&data), by) };
        let table = score(&request).unwrap();
        assert_eq!(table.groups.len(), n_groups, "{by} {key}");
        assert!(table.groups.iter().all(|row| row.group.key == key));
    }
}

#[test]
fn a_month_of_level_counts_passes_only_whole() {
    let single = instrument("single");
    let rows = [single_row(None, Some(date(2024, 2, 1)), [0, 0, 0, 0, 1])];
    let data = Counts::new(single.clone(), 1, &rows).unwrap();
    let world = World::new(&single, method("t2b"), WITH_DISTRICTS);
    for (first_day, last_day, passes) in [
        (Some(date(2024, 2, 1)), Some(date(2024, 2, 29)), true),
        (Some(date(2024, 2, 2)), None, false),
        (None, Some(date(2024, 2, 28)), false),
        (None, None, true),
    ] {
        let filters = Filters { first_day, last_day, ..Filters::default() };
        let request = world.request(Data::Counts(&data), Grouping::City);
        let table = score(&Request { filters: filters.clone(), ..request }).unwrap();
        assert_eq!(!table.groups.is_empty(), passes, "{first_day:?} to {last_day:?}");
        assert_eq!(table.provenance.filters, filters);
    }
}
