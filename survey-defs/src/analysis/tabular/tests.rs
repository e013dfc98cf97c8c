//! Tests what programs and people read of a table of scores.

use serde_json::{Value, json};

use crate::analysis::{AnnulledRecords, Cell, Kind, ScoreTable, Tabular};
use crate::text::Language;

fn json_table() -> Value {
    let text = |vi, en| json!({ "vi": vi, "en": en });
    let counts = json!({ "levels": [1, 2, 3, 40, 50], "not_applicable": 5, "no_answer": 6 });
    let precision = json!({ "se": 1.25, "df": 9, "ci_low": 84.5, "ci_high": 90.1, "deff": 1.5, "n_effective": 64.0 });
    let shown = json!({
        "n": 96, "counts": counts, "score": 87.3, "precision": precision, "caution": true,
        "suppressed": null, "counts_suppressed": null,
    });
    let withheld = |reason| {
        json!({
            "n": null, "counts": null, "score": null, "precision": null, "caution": false,
            "suppressed": reason, "counts_suppressed": null,
        })
    };
    let annulled = |records: Option<u64>, fewer_than: Option<u64>| json!({ "records": records, "fewer_than": fewer_than });
    let group = |key, name, annulled: Value, cells| json!({ "group": { "key": key, "name": name, "unit": key }, "forms_per_dossier": null, "annulled": annulled, "cells": cells });
    json!({
        "wave": "w", "wave_title": text("Đợt", "Wave"), "population": "transaction",
        "simulated": true, "instrument": { "id": "counter", "version": 1 },
        "method": {
            "id": "m5", "version": 2, "title": text("M5", "M5"), "status": "unconfirmed",
            "source": text("Nguồn", "Source"), "decimals": 2,
        },
        "period": "2026-q1", "selection": { "channel": "kiosk" },
        "filters": {
            "first_day": "2025-12-15", "last_day": "2026-03-14", "channel": "kiosk", "respondent_type": null,
        },
        "weighting": { "kind": "post_stratified", "version": 3, "cells": "units" }, "sampling": "as_collected",
        "data_position": 36029, "audit_number": 4, "annulments": 2, "dossiers_version": 3, "program": "0.1.0",
        "confidence": 0.95, "min_n": 30, "caution_n": 100,
        "by": "ward", "approximate_groups": false,
        "nodes": [
            { "node": "overall", "title": text("Chung", "Overall") },
            { "node": "factor:access", "title": text("Tiếp cận", "Access") },
        ],
        "groups": [
            group("00004@2025-07-01", text("Phường Ba Đình", "Ba Đình Ward"), annulled(Some(412), None), json!([&shown, &shown])),
            group("00008@2025-07-01", text("Phường Giảng Võ", "Giảng Võ Ward"), annulled(None, Some(5)), json!([withheld("too_few"), withheld("complementary")])),
        ],
    })
}

fn table() -> ScoreTable {
    serde_json::from_value(json_table()).unwrap()
}

#[test]
fn a_result_is_read_as_it_was_written() {
    assert_eq!(serde_json::to_value(table()).unwrap(), json_table());
}

#[test]
fn a_record_has_every_digit_under_its_own_name() {
    let records = table().records();
    assert_eq!(records.rows().len(), 4);
    for (row, key, expected) in [
        (0, "group", "00004@2025-07-01"),
        (0, "name", "Phường Ba Đình"),
        (1, "node", "factor:access"),
        (0, "score", "87.3"),
        (0, "n", "96"),
        (0, "annulled", "412"),
        (2, "annulled", ""),
        (0, "annulments", "2"),
        (0, "level_1", "1"),
        (0, "level_5", "50"),
        (0, "not_applicable", "5"),
        (0, "no_answer", "6"),
        (0, "se", "1.25"),
        (0, "df", "9"),
        (0, "ci_low", "84.5"),
        (0, "ci_high", "90.1"),
        (0, "deff", "1.5"),
        (0, "caution", "true"),
        (2, "score", ""),
        (2, "n", ""),
        (2, "suppressed", "too_few"),
        (3, "suppressed", "complementary"),
        (0, "first_day", "2025-12-15"),
        (0, "method", "m5 v2"),
        (0, "data_position", "36029"),
        (0, "audit_number", "4"),
        (0, "simulated", "true"),
    ] {
        let cell = records.cell(row, key).unwrap_or_else(|| panic!("no column {key}"));
        assert_eq!(cell.raw(), expected, "{key} in row {row}");
    }
    let keys: Vec<&str> = records.columns().iter().map(|column| column.key.as_str()).collect();
    let mut once = keys.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), keys.len(), "a column is there twice: {keys:?}");
}

#[test]
fn people_read_scores_and_why_there_are_none() {
    let overview = table().overview();
    assert_eq!(overview.notes[0].vi, "DỮ LIỆU MÔ PHỎNG / SIMULATED DATA");
    let line = &overview.notes[1];
    assert!(line.vi.contains("15/12/2025–14/3/2026") && line.vi.contains("36.029"), "{}", line.vi);
    assert!(line.en.contains("2025-12-15–2026-03-14") && line.en.contains("36,029"), "{}", line.en);
    assert!(line.en.contains("transactions (not SIPAS)"), "{}", line.en);
    let sheet = &overview.tables[0];
    let kinds: Vec<Kind> = sheet.columns().iter().map(|column| column.kind).collect();
    assert_eq!(kinds, [Kind::Words, Kind::Numbers, Kind::Numbers, Kind::Numbers, Kind::Numbers]);
    let shown = |row, key, language| sheet.cell(row, key).map(|cell: &Cell| cell.shown(language));
    assert_eq!(shown(0, "overall", Language::Vi).as_deref(), Some("87,30"));
    assert_eq!(shown(0, "n", Language::Vi).as_deref(), Some("96*"));
    assert_eq!(shown(0, "annulled", Language::Vi).as_deref(), Some("412"));
    assert_eq!(shown(1, "annulled", Language::Vi).as_deref(), Some("n < 5"));
    assert_eq!(shown(0, "group", Language::En).as_deref(), Some("Ba Đình Ward"));
    assert_eq!(shown(1, "overall", Language::Vi).as_deref(), Some("n < 30"));
    assert_eq!(shown(1, "factor:access", Language::En).as_deref(), Some("…"));
}

#[test]
fn people_see_no_column_of_annulled_records_where_there_are_none() {
    let mut table = table();
    let none = AnnulledRecords::default();
    table.groups.iter_mut().for_each(|group| group.annulled = none);
    assert!(table.overview().tables[0].columns().iter().all(|column| column.key != "annulled"));
    assert_eq!(table.records().cell(0, "annulled").map(Cell::raw).as_deref(), Some("0"));
    for (records, expected) in
        [(0, (Some(0), None)), (1, (None, Some(5))), (4, (None, Some(5))), (5, (Some(5), None))]
    {
        let AnnulledRecords { records, fewer_than } = AnnulledRecords::of(records, 5);
        assert_eq!((records, fewer_than), expected);
    }
}
