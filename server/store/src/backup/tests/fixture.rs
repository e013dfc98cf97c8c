//! A small world in which every table has rows, and everything agrees.

use std::sync::LazyLock;

use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};
use survey_defs::submission::Draft;
use survey_defs::wave::Takes;
use uuid::Uuid;

use crate::backup::{DumpedRow, Table, Value};
use crate::conformance::{comment_of, entry, wave};
use crate::rows::wave_content;

/// The wave of submissions, and the wave of level counts.
pub(crate) const WAVES: [&str; 2] = ["counts", "w"];

/// Texts that an encoding may break.
const TEXTS: [&str; 5] = [
    "Nguyễn Thị Ánh Đào",
    "\"trích\" \\ 'dẫn', \u{1}\u{1f}\u{2028}",
    "hàng một\nhàng hai\r\n\thàng ba",
    "😀 \u{65}\u{301} \u{200b}",
    "'); DROP TABLE submissions; --",
];

/// A draft with an answer of each kind.
static FIRST: LazyLock<Json> =
    LazyLock::new(|| serde_json::to_value(entry("w", 0).submission.draft()).unwrap());

/// All rows in the order of a dump, with so many submissions, of which there must be 5 or more.
pub(crate) fn rows(submissions: i64) -> Vec<DumpedRow> {
    let mut rows = Vec::new();
    let mut add = |table: Table, values: Json| rows.push(row(table, &values));
    add(Table::Definitions, json!(["instrument", "every_kind", 3, hash("instrument")]));
    add(Table::Definitions, json!(["method", "t2b", 0, hash("method")]));
    for id in WAVES {
        let takes = match id {
            "counts" => Takes::LevelCounts,
            "w" => Takes::Sample,
            _ => Takes::Forms,
        };
        add(Table::Waves, json!([id, wave_content(&wave(id)), takes, false]));
    }
    let unit = "00004@2025-07-01";
    add(Table::Points, json!(["w", "a", text(0), "Counter 1", unit, "kiosk", "024 3825 3536"]));
    add(Table::Points, json!(["w", "b", "Quầy “hai”", "", unit, "wall_qr", null]));
    add(Table::WaveLogs, json!(["counts", "level_counts", 2, 0]));
    add(Table::WaveLogs, json!(["w", "submissions", submissions, submissions]));
    for values in audit_log() {
        add(Table::AuditLog, values);
    }
    let redacted = draft(3, "");
    add(Table::Redactions, json!(["w", 3, hash(&redacted)]));
    for n in 1..=submissions {
        add(Table::Submissions, submission(n));
    }
    add(Table::Imports, json!(["counts", hash("c"), "level_counts", 2, 2, 1, 2_000]));
    add(Table::Imports, json!(["counts", hash("b"), "level_counts", 1, 1, 2, 3_000]));
    add(Table::Imports, json!(["w", hash("a"), "microdata", 3, 2, 5, -1]));
    add(Table::LevelCounts, json!(["counts", "", "", "q1", 1, 2, 3, 4, 5, 6, 7, 1]));
    add(Table::LevelCounts, json!(["counts", "", "2026-03-01", "q1", 0, 0, 0, 0, 0, 0, 0, 2]));
    add(Table::LevelCounts, json!(["counts", unit, "", "q1", i64::MAX, 0, 0, 0, 0, 0, 0, 1]));
    add(Table::DossierFiles, json!(["w", 1, hash("d"), 5_000]));
    add(Table::DossierFiles, json!(["w", 2, hash("e"), 6_000]));
    add(Table::DossierCounts, json!(["w", 1, unit, "", 17]));
    add(Table::DossierCounts, json!(["w", 2, unit, "dat_dai", 18]));
    for (number, of, state, device, kept) in [
        (1, 2, "released", Some(id(7_001)), None),
        (2, 900, "rejected", None, None),
        (3, 901, "rejected", None, Some(text(3))),
        (4, 902, "waiting", None, Some(text(1))),
    ] {
        let sha256 = hash(kept.unwrap_or("dropped"));
        let sequence = device.map(|_| 3);
        add(
            Table::Quarantine,
            json!([
                "w",
                number,
                id(of),
                "a",
                "window_closed",
                state,
                4_000,
                (state != "waiting").then_some(5_000),
                device.is_some(),
                device,
                sequence,
                kept,
                sha256
            ]),
        );
    }
    devices(&mut add);
    for (n, reason, last_item) in [(1, "idle", Some("level")), (2, "cancelled", None)] {
        let content = json!({
            "id": id(5_000 + n), "wave": "w", "point": "a",
            "instrument": { "id": "every_kind", "version": 3 },
            "language": "vi", "app_version": "0.1.0",
            "started_at": "2026-03-02T01:02:03.123456789Z",
            "ended_at": "2026-03-02T01:03:03.987654321Z",
            "reason": reason, "last_item": last_item,
            "paradata": { "mode": "elder", "orientation": "portrait", "items": {} },
        });
        let content = content.to_string();
        let sha256 = hash(&content);
        add(
            Table::BreakOffs,
            json!(["w", id(5_000 + n), 9_000, reason, last_item, content, sha256]),
        );
    }
    add(Table::ShortCodes, json!(["AB3K7", "AB3K7", "a", unit, "kiosk", true, 7]));
    add(Table::ShortCodes, json!(["QV582", "DUSBZ", "b", unit, "wall_qr", true, -7]));
    add(Table::OutboxKeys, json!([1, hash("secret")]));
    cases(&mut add);
    rows
}

/// What the cases of wave w are about, as the audit log tells it as well.
fn rule() -> Json {
    json!({
        "origin": { "kind": "point", "point": "counter-1" },
        "from": "2026-03-02T01:00:00Z", "until": "2026-03-02T02:00:00.5Z",
        "devices": { "kind": "one", "device": id(7_001) },
    })
}

/// One case that annuls, one of which the annulment was undone, and one that is open.
fn cases(add: &mut impl FnMut(Table, Json)) {
    for number in 1..=3 {
        add(Table::Cases, json!(["w", number, rule().to_string()]));
    }
    for (case, first, last) in [(1, 1, 2), (1, 4, 4), (2, 2, 5)] {
        add(Table::CaseRecords, json!(["w", case, first, last]));
    }
    for (case, number, state, audit) in [
        (1, 1, "found", 6),
        (1, 2, "examined", 7),
        (1, 3, "examined", 8),
        (1, 4, "examined", 9),
        (1, 5, "concluded", 10),
        (1, 6, "concluded", 11),
        (1, 7, "annulled", 12),
        (2, 1, "found", 13),
        (2, 2, "examined", 14),
        (2, 3, "concluded", 15),
        (2, 4, "annulled", 16),
        (2, 5, "kept", 17),
        (3, 1, "found", 18),
    ] {
        add(Table::CaseEvents, json!(["w", case, number, state, audit]));
    }
    for (number, case, act) in [(1, 1, "annul"), (2, 2, "annul"), (3, 2, "undo")] {
        add(Table::Annulments, json!(["w", number, case, act]));
    }
}

/// What the audit log tells of cases, from entry 6 on.
fn case_actions() -> Vec<Json> {
    let (one, two) = (json!({ "case": 1 }), json!({ "case": 2 }));
    let of = |case: &Json, action: &str, more: Json| {
        let mut all = case.clone();
        all["action"] = json!(action);
        all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        all
    };
    vec![
        of(&one, "case_opened", json!({ "rule": rule() })),
        of(&one, "case_examined", json!({ "records": 3 })),
        of(&one, "case_heard", json!({ "who": "Trưởng bộ phận Một cửa" })),
        of(&one, "case_contacted", json!({ "asked": 20, "confirmed": 0 })),
        of(&one, "case_concluded", json!({})),
        of(&one, "annulment_proposed", json!({ "cause": "stuffed", "records": 3 })),
        of(&one, "records_annulled", json!({ "cause": "stuffed", "records": 3, "act": 1 })),
        of(&two, "case_opened", json!({ "rule": rule() })),
        of(&two, "case_examined", json!({ "records": 4 })),
        of(&two, "case_concluded", json!({})),
        of(&two, "records_annulled", json!({ "cause": "other", "records": 4, "act": 2 })),
        of(&two, "annulment_undone", json!({ "records": 4, "act": 3 })),
        of(&json!({ "case": 3 }), "case_opened", json!({ "rule": rule() })),
    ]
}

/// An entry of each kind of actor, and of each action.
fn audit_log() -> Vec<Json> {
    let lan = json!([id(7), "Nguyễn Thị Lan", "analyst", null, null, null, null, "session"]);
    let root = json!([null, null, null, "root", "máy chủ", "Lan", null, "command_line"]);
    let task = |task| json!([null, null, null, null, null, null, task, "job"]);
    let staff = json!([null, null, null, null, null, null, null, "loopback"]);
    let mut entries = vec![
        (
            1,
            "local_operator",
            root.clone(),
            json!({"action": "released", "quarantine": 1, "submission": id(2), "position": 2}),
        ),
        (
            2,
            "system",
            task("timeliness"),
            json!({"action": "rejected", "quarantine": 2, "submission": id(900)}),
        ),
        (
            3,
            "account",
            lan,
            json!({
                "action": "redacted", "position": 3, "submission": id(3), "questions": ["line"],
            }),
        ),
        (4, "system", task("retention"), json!({"action": "bodies_dropped", "quarantine": [2]})),
        (
            5,
            "unnamed_staff",
            staff,
            json!({"action": "rejected", "quarantine": 3, "submission": id(901)}),
        ),
    ];
    let of_cases = (6..).zip(case_actions());
    entries.extend(of_cases.map(|(n, action)| (n, "local_operator", root.clone(), action)));
    let row = |(number, actor, who, action): &(i64, &str, Json, Json)| {
        let mut values = vec![json!("w"), json!(number), json!(1_000 + number), json!(actor)];
        values.extend(who.as_array().unwrap().clone());
        values.extend([json!(text(*number)), json!(action.to_string())]);
        Json::Array(values)
    };
    entries.iter().map(row).collect()
}

fn devices(add: &mut impl FnMut(Table, Json)) {
    let settings = serde_json::to_string(&survey_defs::device::DeviceSettings::default()).unwrap();
    let heartbeat = json!({
        "app_version": "0.1.0", "now": "2026-03-02T01:02:03Z", "queued": 0, "refused": 0,
        "storage_persisted": true, "sequence": 4,
    });
    let heartbeat = heartbeat.to_string();
    let key = base64(&[4; 65]);
    // Waiting, enrolled with a key, revoked after its code was dropped.
    add(
        Table::Devices,
        json!([
            id(7_000),
            "w",
            "a",
            text(2),
            settings,
            100,
            hash("code"),
            200,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            "K7QM",
            4
        ]),
    );
    add(
        Table::Devices,
        json!([
            id(7_001),
            "w",
            "a",
            "Quầy 1",
            settings,
            100,
            hash("used"),
            200,
            "public_key",
            key,
            150,
            null,
            heartbeat,
            160,
            -7,
            "2XR9",
            0
        ]),
    );
    add(
        Table::Devices,
        json!([
            id(7_002),
            "w",
            "b",
            "Quầy 2",
            settings,
            100,
            null,
            200,
            "token",
            hash("token"),
            150,
            170,
            null,
            null,
            null,
            null,
            5
        ]),
    );
    add(Table::HeartbeatHistory, json!(["w", id(7_001), 1, 150, 0, false]));
    add(Table::HeartbeatHistory, json!(["w", id(7_001), 4, 160, -7, true]));
}

/// The n-th submission of wave w; that at position 3 is redacted, every third is of a device, every
/// second is of a sample plan.
fn submission(n: i64) -> Json {
    let original = draft(n, text(n));
    let left = if n == 3 { draft(n, "") } else { original.clone() };
    let device = (n % 3 == 0).then(|| id(7_001));
    let planned = n % 2 == 0;
    let turn = usize::try_from(n % 3).unwrap();
    let source = ["api", "import", "demo"][turn];
    let staff_helped = [Some(true), Some(false), None][turn];
    json!([
        "w",
        n,
        id(n),
        1_772_413_384_005_i64 + n,
        source,
        "00004@2025-07-01",
        "kiosk",
        "individual",
        staff_helped,
        planned.then_some("dat_dai"),
        planned.then_some("Tầng 1"),
        "Tổ 1",
        1.0 + 0.1 * f64::from(i32::try_from(n).unwrap()),
        planned.then_some(40.0),
        device,
        device.map(|_| n),
        left,
        hash(&original),
    ])
}

/// The JSON of the n-th draft with an answer in free text, or none.
fn draft(n: i64, answer: &str) -> String {
    let mut json = FIRST.clone();
    json["id"] = json!(id(n));
    json["answers"]["comment"]["text"] = json!(comment_of(n.unsigned_abs()));
    if n % 3 == 0 {
        json["paradata"] = json!({
            "mode": "standard", "orientation": "landscape", "items": {}, "device": id(7_001),
            "sequence": n,
        });
    }
    let answers = json["answers"].as_object_mut().unwrap();
    if answer.is_empty() {
        answers.remove("line");
    } else {
        answers["line"] = json!({ "text": answer });
    }
    let draft: Draft = serde_json::from_value(json).unwrap();
    serde_json::to_string(&draft).unwrap()
}

fn text(n: i64) -> &'static str {
    TEXTS[usize::try_from(n).unwrap() % TEXTS.len()]
}

fn id(n: i64) -> Uuid {
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + u128::from(n.unsigned_abs()))
}

fn hash(text: &str) -> String {
    base64(&Sha256::digest(text))
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

fn row(table: Table, values: &Json) -> DumpedRow {
    let line = serde_json::to_vec(values).unwrap();
    DumpedRow::from_line(table, &line).unwrap_or_else(|| panic!("{table:?}: {values}"))
}

/// The same row with another value in one column.
pub(crate) fn with(row: &DumpedRow, column: &str, value: Value) -> DumpedRow {
    let columns = row.table().columns();
    let place = columns.iter().position(|one| one.name == column).unwrap();
    let mut values = row.values().to_vec();
    values[place] = value;
    DumpedRow::new(row.table(), values).unwrap()
}
