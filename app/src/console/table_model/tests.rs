//! Tests order, search and the texts of cells, on a table of four groups.

use serde_json::json;
use survey_defs::analysis::AnnulledRecords;
use survey_defs::ids::FactorId;
use survey_defs::score::Node;

use super::*;

/// Wards by what is to be seen of them.
const LARGE: &str = "00001@2025-07-01";
const WITHHELD: &str = "00002@2025-07-01";
const SMALL: &str = "00003@2025-07-01";
const EMPTY: &str = "00004@2025-07-01";

/// In the server's order: large, withheld, small, without valid answers.
fn table() -> ScoreTable {
    let precision =
        |score: f64| json!({ "se": 1.0, "df": 9, "ci_low": score - 2.0, "ci_high": score + 2.0 });
    let counts = |n| json!({ "levels": [0, 0, 0, 0, n], "not_applicable": 0, "no_answer": 0 });
    let shown = |n: u64, score: f64| json!({ "n": n, "counts": counts(n), "score": score, "precision": precision(score), "caution": n < 100 });
    let withheld = json!({ "caution": false, "suppressed": "too_few" });
    let companion = json!({ "caution": false, "suppressed": "complementary" });
    let empty = json!({ "n": 0, "counts": counts(0), "caution": false });
    let text = |vi, en| json!({ "vi": vi, "en": en });
    let group = |key, name, cells| json!({ "group": { "key": key, "name": text(name, name), "unit": null }, "cells": cells });
    let table = json!({
        "wave": "w", "wave_title": text("Đợt", "Wave"), "population": "transaction",
        "simulated": true, "instrument": { "id": "counter", "version": 1 },
        "method": {
            "id": "m5", "version": 1, "title": text("M5", "M5"), "status": "unconfirmed",
            "source": text("Nguồn", "Source"), "decimals": 2,
        },
        "by": "ward", "approximate_groups": false,
        "filters": {
            "first_day": null, "last_day": null, "channel": null, "respondent_type": null,
        },
        "data_position": 7, "min_n": 30, "caution_n": 100, "confidence": 0.95,
        "weighting": { "kind": "none" }, "sampling": "as_collected",
        "nodes": [
            { "node": "overall", "title": text("Chung", "Overall") },
            { "node": "content:services", "title": text("Dịch vụ", "Services") },
            { "node": "factor:access", "title": text("Tiếp cận", "Access") },
        ],
        "groups": [
            group(LARGE, "Phường Ba", json!([shown(1234, 80.5), shown(1200, 80.5), shown(1200, 70.0)])),
            group(WITHHELD, "Phường Bốn", json!([&withheld, &withheld, &companion])),
            group(SMALL, "Xã Bốn", json!([shown(99, 90.25), shown(99, 90.25), shown(99, 60.0)])),
            group(EMPTY, "Xã Năm", json!([&empty, &empty, &empty])),
        ],
    });
    serde_json::from_value(table).unwrap()
}

fn model(language: Language) -> TableModel {
    TableModel::new(&table(), language, str::to_lowercase)
}

fn sort(column: SortColumn, descending: bool) -> Sort {
    Sort { column, descending }
}

#[test]
fn what_has_no_number_is_last_in_both_directions() {
    let overall = || SortColumn::Node(Node::Overall);
    let access = || SortColumn::Node(Node::Factor(FactorId::new("access").unwrap()));
    let absent = || SortColumn::Node(Node::Factor(FactorId::new("absent").unwrap()));
    for (sort, keys) in [
        (sort(SortColumn::Name, false), [LARGE, WITHHELD, SMALL, EMPTY]),
        (sort(SortColumn::Name, true), [EMPTY, SMALL, WITHHELD, LARGE]),
        (sort(SortColumn::N, true), [LARGE, SMALL, EMPTY, WITHHELD]),
        (sort(SortColumn::N, false), [EMPTY, SMALL, LARGE, WITHHELD]),
        (sort(overall(), true), [SMALL, LARGE, WITHHELD, EMPTY]),
        (sort(overall(), false), [LARGE, SMALL, WITHHELD, EMPTY]),
        (sort(access(), true), [LARGE, SMALL, WITHHELD, EMPTY]),
        (sort(absent(), false), [LARGE, WITHHELD, SMALL, EMPTY]),
    ] {
        assert_eq!(model(Language::Vi).keys(&sort, ""), keys, "{sort:?}");
    }
}

#[test]
fn the_search_box_narrows_any_order() {
    let model = model(Language::En);
    let keys = |needle| model.keys(&sort(SortColumn::Name, false), needle);
    assert_eq!(keys(" bốn "), [WITHHELD, SMALL]);
    assert_eq!(keys("xã bốn"), [SMALL]);
    assert!(keys("không có").is_empty());
}

#[test]
fn cells_are_written_in_the_language_of_the_page() {
    let texts = |language, key: &str| {
        let model = model(language);
        let row = model.row(key).unwrap();
        [row.n.text.clone(), row.scores[0].text.clone()]
    };
    assert_eq!(texts(Language::Vi, LARGE), ["1.234", "80,50"]);
    assert_eq!(texts(Language::En, LARGE), ["1,234", "80.50"]);
    assert_eq!(texts(Language::Vi, SMALL), ["99*", "90,25"]);
    assert_eq!(texts(Language::Vi, WITHHELD), ["n < 30", "n < 30"]);
    assert_eq!(texts(Language::Vi, EMPTY), ["0", "–"]);
    let model = model(Language::Vi);
    let cell = |key: &str, at: usize| model.row(key).unwrap().scores[at].clone();
    let interval = cell(LARGE, 0).interval;
    assert_eq!(interval.as_deref(), Some("khoảng tin cậy 95%: 78,50 – 82,50"));
    assert_eq!(cell(WITHHELD, 2).text, "…");
    assert_eq!(cell(EMPTY, 0).interval, None);
}

#[test]
fn a_withheld_row_has_no_number_anywhere() {
    let model = model(Language::Vi);
    let row = model.row(WITHHELD).unwrap();
    assert_eq!(row.levels, None);
    assert!(std::iter::once(&row.n).chain(&row.scores).all(|cell| !cell.is_shown));
}

#[test]
fn a_content_stands_over_its_factors() {
    let Head { bands, columns, .. } = model(Language::Vi).head;
    let bands: Vec<_> = bands.iter().map(|band| (band.title.as_str(), band.span)).collect();
    assert_eq!(bands, [("Chỉ số", 1), ("Dịch vụ", 2)]);
    let titles: Vec<_> = columns.iter().map(|column| column.title.as_str()).collect();
    assert_eq!(titles, ["Điểm chung", "Cả nội dung", "Tiếp cận"]);
}

#[test]
fn annulled_records_have_a_column_where_there_are_some() {
    let without = model(Language::Vi);
    assert_eq!((without.head.annulled, &without.row(LARGE).unwrap().annulled), (None, &None));
    let mut with = table();
    with.groups[0].annulled = AnnulledRecords::of(412, 5);
    with.groups[1].annulled = AnnulledRecords::of(4, 5);
    let with = TableModel::new(&with, Language::Vi, str::to_lowercase);
    assert_eq!(with.head.annulled, Some("Phiếu đã loại khỏi số liệu"));
    let text = |key| with.row(key).unwrap().annulled.as_ref().unwrap().text.clone();
    assert_eq!((&*text(LARGE), &*text(WITHHELD), &*text(SMALL)), ("412", "n < 5", "0"));
}
