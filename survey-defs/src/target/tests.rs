//! Tests targets: the embedded ones, and files that must be refused.

use super::*;

fn read(toml: &str) -> Result<Targets, TargetError> {
    let mut targets = Targets::default();
    targets.add("test.toml", toml, Gazetteer::hanoi()).map(|()| targets)
}

fn value(unit: &str, year: i16, population: Population) -> Option<f64> {
    let unit = unit.parse().unwrap();
    Targets::embedded().get(Aim { unit: &unit, year, population }).map(|target| target.value)
}

#[test]
fn the_city_and_thanh_xuan_have_targets_for_2024_and_other_units_have_none() {
    let household = Population::Household;
    assert_eq!(value("01@2020-03-01", 2024, household), Some(85.0));
    assert_eq!(value("009@2020-03-01", 2024, household), Some(90.0));
    assert_eq!(value("001@2020-03-01", 2024, household), None);
    assert_eq!(value("009@2020-03-01", 2023, household), None);
    assert_eq!(value("01@2020-03-01", 2024, Population::Transaction), None);
}

#[test]
fn broken_files_are_refused_with_file_and_unit() {
    let (_, good) = embedded_toml()[0];
    for (from, to, reason) in [
        ("year = 2024", "year = 2026", "test.toml: there was no unit 009@2020-03-01 in 2026"),
        ("value = 85.0", "value = 101.0", "the target of 01@2020-03-01 is 101, not from 0 to 100"),
        ("value = 85.0", "value = nan", "is NaN, not from 0 to 100"),
        ("009@2020-03-01", "01@2020-03-01", "01@2020-03-01 has two targets for 2024"),
        ("009@2020-03-01", "999@2020-03-01", "there was no unit 999@2020-03-01"),
        ("value", "least", "unknown field"),
    ] {
        assert!(good.contains(from), "{from}");
        let error = read(&good.replace(from, to)).unwrap_err().to_string();
        assert!(error.contains(reason), "{from} → {to}: {error}");
    }
    read(good).unwrap();
}
