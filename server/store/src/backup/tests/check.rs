//! What the checker finds.

use survey_defs::ids::SubmissionId;
use uuid::Uuid;

use super::fixture::{self, with};
use crate::backup::{Checker, DumpedRow, FindingKind, Findings, Table, Value};

fn check(rows: &[DumpedRow]) -> Findings {
    let mut checker = Checker::new();
    for row in rows {
        checker.row(row);
    }
    let seen = checker.finish();
    assert_eq!(seen.summary.total(), rows.len() as u64);
    seen.findings
}

/// What is found when one row of a table is changed, as kinds with numbers.
fn changed(
    (table, place): (Table, usize),
    change: impl Fn(&DumpedRow) -> DumpedRow,
) -> Vec<(FindingKind, Option<i64>)> {
    let mut rows = fixture::rows(9);
    let row = rows.iter_mut().filter(|row| row.table() == table).nth(place).unwrap();
    *row = change(row);
    kinds(&check(&rows))
}

/// The same when it is left out.
fn left_out((table, place): (Table, usize)) -> Vec<(FindingKind, Option<i64>)> {
    let mut rows = fixture::rows(9);
    let first = rows.iter().position(|row| row.table() == table).unwrap();
    rows.remove(first + place);
    kinds(&check(&rows))
}

fn kinds(findings: &Findings) -> Vec<(FindingKind, Option<i64>)> {
    findings.first.iter().map(|one| (one.kind, one.number)).collect()
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

#[test]
fn a_sound_world_has_no_findings() {
    assert_eq!(check(&fixture::rows(200)), Findings::default());
    assert_eq!(check(&[]), Findings::default());
}

#[test]
fn changed_texts_are_found() {
    use FindingKind::{Column, Content, Hash};
    let draft = |row: &DumpedRow| {
        let Value::Text(draft) = row.get("draft") else { panic!("a draft is text") };
        draft.clone()
    };
    let other_answer =
        |row: &DumpedRow| with(row, "draft", text(&draft(row).replace("góp ý", "góp  ý")));
    let submissions = |n| (Table::Submissions, n);
    assert_eq!(changed(submissions(4), other_answer), [(Hash, Some(5))]);
    assert_eq!(changed(submissions(2), other_answer), [(Hash, Some(3))], "the redacted one");
    let cut = |row: &DumpedRow| with(row, "draft", text(&draft(row)[1..]));
    assert_eq!(changed(submissions(0), cut), [(Hash, Some(1)), (Content, Some(1))]);
    let hash = |column| move |row: &DumpedRow| with(row, column, Value::Bytes(vec![7; 32]));
    assert_eq!(changed(submissions(0), hash("draft_sha256")), [(Hash, Some(1))]);
    assert_eq!(changed((Table::Redactions, 0), hash("draft_sha256")), [(Hash, Some(3))]);
    assert_eq!(changed((Table::Quarantine, 3), hash("body_sha256")), [(Hash, Some(4))]);
    assert_eq!(changed((Table::BreakOffs, 0), hash("content_sha256")), [(Hash, None)]);
    let none = |column| move |row: &DumpedRow| with(row, column, Value::Null);
    assert_eq!(changed(submissions(2), none("device")), [(Column, Some(3))]);
    assert_eq!(changed(submissions(5), none("device_sequence")), [(Column, Some(6))]);
    assert_eq!(changed((Table::BreakOffs, 0), none("last_item")), [(Column, None)]);
    let empty = |column| move |row: &DumpedRow| with(row, column, text("{}"));
    assert_eq!(changed((Table::Devices, 0), empty("settings")).len(), 0, "defaults hold");
    let broken = |column| move |row: &DumpedRow| with(row, column, text("["));
    assert_eq!(changed((Table::Devices, 0), broken("settings")), [(Content, None)]);
    assert_eq!(changed((Table::Devices, 1), empty("heartbeat")), [(Content, None)]);
    assert_eq!(changed((Table::Waves, 0), empty("content")), [(Content, None)]);
    assert_eq!(changed((Table::Points, 0), broken("unit")), [(Content, None)]);
    let short_code = |column| changed((Table::ShortCodes, 0), broken(column));
    assert_eq!(short_code("code"), [(Content, None)]);
    assert_eq!(short_code("folded"), [(Column, None)]);
    assert_eq!(short_code("unit"), [(Content, None)]);
}

#[test]
fn gaps_repeats_and_wrong_ends_are_found() {
    use FindingKind::{
        IdRepeated, LogEnd, NumberGap, NumberRepeated, PositionGap, PositionRepeated,
    };
    assert_eq!(
        left_out((Table::Submissions, 5)),
        [(PositionGap, Some(6)), (LogEnd, Some(9))],
        "the count is wrong as well"
    );
    assert_eq!(
        left_out((Table::Submissions, 8)),
        [(LogEnd, Some(8)), (LogEnd, Some(8))],
        "position and count"
    );
    assert_eq!(left_out((Table::WaveLogs, 1)).first(), Some(&(FindingKind::Import, Some(5))));
    let int = |column, number| move |row: &DumpedRow| with(row, column, Value::Int(number));
    let end = |column| changed((Table::WaveLogs, 1), int(column, 10));
    assert_eq!(end("position"), [(LogEnd, Some(9))]);
    assert_eq!(end("submissions"), [(LogEnd, Some(9))]);
    assert_eq!(changed((Table::WaveLogs, 0), int("position", 3)), [(LogEnd, Some(2))]);
    assert_eq!(
        changed((Table::Submissions, 6), int("position", 6)),
        [(PositionRepeated, Some(6)), (PositionGap, Some(7))]
    );
    let first_id = Value::Id(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001));
    let same_id = changed((Table::Submissions, 6), |row| with(row, "id", first_id.clone()));
    assert_eq!(same_id, [(FindingKind::Column, Some(7)), (IdRepeated, None)]);

    assert_eq!(left_out((Table::AuditLog, 2))[0], (NumberGap, Some(3)));
    assert_eq!(left_out((Table::Quarantine, 2))[0], (NumberGap, Some(3)));
    assert_eq!(
        changed((Table::AuditLog, 4), int("number", 4)),
        [(NumberRepeated, Some(4)), (NumberGap, Some(5))]
    );
    assert_eq!(left_out((Table::DossierFiles, 0)), [(NumberGap, Some(1))]);
}

#[test]
fn audit_entries_that_nothing_agrees_with_are_found() {
    use FindingKind::{Audit, Content};
    // Each entry and what it speaks of hold each other.
    assert_eq!(
        left_out((Table::AuditLog, 4)),
        [(FindingKind::NumberGap, Some(5)), (Audit, Some(3))],
        "rejected without an entry"
    );
    assert_eq!(left_out((Table::Redactions, 0)), [(Audit, Some(3)), (FindingKind::Hash, Some(3)),]);
    let content = |json: String| move |row: &DumpedRow| with(row, "content", text(&json));
    let id =
        |n: u128| SubmissionId::new(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + n));
    let released = |submission, position| {
        format!(
            r#"{{"action":"released","quarantine":1,"submission":"{submission}","position":{position}}}"#
        )
    };
    let first = (Table::AuditLog, 0);
    assert_eq!(changed(first, content(released(id(2), 4))), [(Audit, Some(4))]);
    assert_eq!(changed(first, content(released(id(2), 10))), [(Audit, Some(10))]);
    assert_eq!(changed(first, content(released(id(9), 9))), [(Audit, Some(1))]);
    assert_eq!(changed(first, content("{}".to_owned())), [(Content, Some(1)), (Audit, Some(1))]);
    assert_eq!(changed(first, |row| with(row, "door", text("job"))), [(Content, Some(1))]);
    assert_eq!(
        changed(first, |row| with(row, "at_ms", Value::Int(i64::MAX))),
        [(Content, Some(1))]
    );
    let state = |word: &'static str| move |row: &DumpedRow| with(row, "state", text(word));
    assert_eq!(
        changed((Table::Quarantine, 0), state("waiting")),
        [(Audit, Some(1)), (Audit, Some(1))],
        "and the text is gone"
    );
    let back = changed((Table::Quarantine, 1), |row| with(row, "body", text("dropped")));
    assert_eq!(back, [(Audit, Some(2))], "dropped, and there");
    assert_eq!(
        changed((Table::Quarantine, 3), state("released")),
        [(Audit, Some(4)), (Audit, Some(4))],
        "and the text is there"
    );
    let gone = changed((Table::Quarantine, 2), |row| with(row, "body", Value::Null));
    assert_eq!(gone, [(Audit, Some(3))], "dropped without an entry");
}

#[test]
fn imports_that_do_not_fit_the_log_are_found() {
    use FindingKind::{Import, LogEnd, PositionGap};
    let int = |column, number| move |row: &DumpedRow| with(row, column, Value::Int(number));
    let microdata = (Table::Imports, 2);
    assert_eq!(changed(microdata, int("position", 10)), [(Import, Some(10))]);
    assert_eq!(changed(microdata, int("position", 1)), [(Import, Some(1))]);
    assert_eq!(left_out((Table::LevelCounts, 0)), [(Import, Some(1))]);
    assert_eq!(
        changed((Table::LevelCounts, 1), int("position", 3)),
        [(Import, Some(3)), (Import, Some(2))]
    );
    assert_eq!(
        left_out((Table::Imports, 0)),
        [(Import, Some(1)), (Import, Some(1)), (PositionGap, Some(1)),]
    );
    assert_eq!(left_out((Table::Imports, 1)), [(Import, Some(2)), (LogEnd, Some(1))]);
}

#[test]
fn forged_cases_and_annulments_are_found() {
    use FindingKind::{Case, Content, NumberGap};
    let int = |column, number| move |row: &DumpedRow| with(row, column, Value::Int(number));
    let word = |column, word: &'static str| move |row: &DumpedRow| with(row, column, text(word));
    let added = |table: Table, like: usize, changes: &[(&str, Value)]| {
        let mut rows = fixture::rows(9);
        let of_table: Vec<_> = rows.iter().filter(|row| row.table() == table).cloned().collect();
        let last = rows.iter().rposition(|row| row.table() == table).unwrap();
        let forged = changes
            .iter()
            .fold(of_table[like].clone(), |row, (column, value)| with(&row, column, value.clone()));
        rows.insert(last + 1, forged);
        kinds(&check(&rows))
    };
    // An annulment that nobody has decided, of records that a case is about already.
    let act = [("number", Value::Int(4)), ("case_number", Value::Int(3))];
    assert_eq!(added(Table::Annulments, 0, &act), [(Case, Some(4)), (Case, Some(3))]);
    let undo = [("number", Value::Int(4)), ("act", text("undo"))];
    assert_eq!(added(Table::Annulments, 0, &undo), [(Case, Some(4)), (Case, Some(1))]);
    assert_eq!(
        left_out((Table::Annulments, 2)),
        [(Case, Some(2))],
        "a step tells of an undoing that is not there"
    );
    assert_eq!(left_out((Table::Annulments, 0)), [(NumberGap, Some(1)), (Case, Some(1))]);
    // More, fewer and other records than were settled.
    let more = [("first_position", Value::Int(6)), ("last_position", Value::Int(7))];
    assert_eq!(added(Table::CaseRecords, 2, &more)[0], (Case, Some(2)));
    let of_open = [("case_number", Value::Int(3))];
    assert_eq!(added(Table::CaseRecords, 2, &of_open), [(Case, Some(3))]);
    let of_none = [("case_number", Value::Int(4))];
    assert_eq!(added(Table::CaseRecords, 2, &of_none), [(Case, Some(4))]);
    let records = |place| (Table::CaseRecords, place);
    assert_eq!(left_out(records(1))[0], (Case, Some(1)), "fewer than the audit log says");
    let beyond = changed(records(2), |row| {
        with(&with(row, "first_position", Value::Int(7)), "last_position", Value::Int(10))
    });
    assert_eq!(beyond, [(Case, Some(2))], "the log ends at 9");
    assert_eq!(changed(records(1), int("first_position", 2))[0], (Case, Some(1)), "they overlap");
    // Steps that do not follow, or that no audit entry tells of.
    let events = |place| (Table::CaseEvents, place);
    assert_eq!(changed(events(6), word("state", "kept"))[0], (Case, Some(1)));
    assert_eq!(changed(events(1), word("state", "annulled"))[0], (Case, Some(1)));
    assert_eq!(left_out(events(4))[0], (Case, Some(1)));
    assert_eq!(changed(events(12), int("audit_number", 19))[0], (Case, Some(3)));
    assert_eq!(left_out((Table::Cases, 2)), [(Case, Some(3)), (Case, Some(18))]);
    assert_eq!(changed((Table::Cases, 0), word("rule", "{}"))[0], (Content, Some(1)));
    let other = r#"{"origin":{"kind":"point","point":"b"},"from":"2026-03-02T01:00:00Z","until":"2026-03-02T02:00:00Z","devices":{"kind":"any"}}"#;
    assert_eq!(changed((Table::Cases, 0), word("rule", other)), [(Case, Some(1))]);
}

#[test]
fn many_findings_are_counted_and_the_first_are_kept() {
    let mut rows = fixture::rows(200);
    for row in rows.iter_mut().filter(|row| row.table() == Table::Submissions) {
        *row = with(row, "draft_sha256", Value::Bytes(vec![0; 32]));
    }
    let findings = check(&rows);
    assert_eq!((findings.total(), findings.first.len()), (199, 100), "one is redacted");
}

#[test]
fn findings_do_not_quote_answers() {
    let mut rows = fixture::rows(9);
    for row in rows.iter_mut().filter(|row| row.table() == Table::Submissions) {
        let Value::Text(draft) = row.get("draft") else { panic!("a draft is text") };
        *row = with(row, "draft", text(&draft.replace("\"text\":", "\"level\":")));
    }
    let told = serde_json::to_string(&check(&rows)).unwrap();
    assert!(told.contains("cannot be read") && !told.contains("Nguyễn") && !told.contains("góp"));
}
