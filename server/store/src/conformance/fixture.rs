//! Waves, points and entries to play with.

use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;
use survey_defs::audit::{AuditAction, AuditEntry};
use survey_defs::caller::{Actor, Door, SystemTask};
use survey_defs::ids::{SubmissionId, WaveId};
use survey_defs::instrument::Instrument;
use survey_defs::sampling::{SampleLabel, Sampling, Weight};
use survey_defs::short_code::ShortCode;
use survey_defs::submission::{Context, Draft, Submission};
use survey_defs::wave::{Channel, RespondentType, ServicePoint, Takes, Wave};
use uuid::Uuid;

use crate::backup::{Column, Table};
use crate::short_codes::CodeSource;
use crate::store::Store;
use crate::submission_log::{Entry, Recorded, Source};

/// An instrument with each kind of question, independent of those that citizens fill in.
const INSTRUMENT: &str = r#"
id = "every_kind"
version = 3
wording = "draft"
title = { vi = "Thử", en = "Test" }
intro = { vi = "Thử", en = "Test" }
estimated_seconds = 10
contents = [{ id = "all", title = { vi = "Tất cả", en = "All" }, factors = [
  { id = "all", title = { vi = "Tất cả", en = "All" } },
] }]

[option_sets]
colours = [
  { id = "red", text = { vi = "Đỏ", en = "Red" } },
  { id = "green", text = { vi = "Xanh", en = "Green" } },
]

[[sections]]
id = "only"
title = { vi = "Thử", en = "Test" }
questions = [
  { id = "level", text = { vi = "?", en = "?" }, kind = { satisfaction = { not_applicable = true } }, factor = "all", required = true },
  { id = "skipped", text = { vi = "?", en = "?" }, kind = { satisfaction = { not_applicable = true } }, factor = "all" },
  { id = "one", text = { vi = "?", en = "?" }, kind = { single = { options = "colours" } } },
  { id = "some", text = { vi = "?", en = "?" }, kind = { multiple = { options = "colours" } } },
  { id = "number", text = { vi = "?", en = "?" }, kind = { number = { integer = false } } },
  { id = "line", text = { vi = "?", en = "?" }, kind = { short_text = { max_graphemes = 50 } } },
  { id = "comment", text = { vi = "?", en = "?" }, kind = { long_text = { max_graphemes = 300 } } },
  { id = "day", text = { vi = "?", en = "?" }, kind = { date = {} } },
]
"#;

pub(super) fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(super) fn wave_id(id: &str) -> WaveId {
    WaveId::new(id).unwrap()
}

pub(crate) fn wave(id: &str) -> Wave {
    serde_json::from_value(serde_json::json!({
        "id": id,
        "title": { "vi": "Đợt thử", "en": "Trial wave" },
        "population": "transaction",
        "instrument": { "id": "every_kind", "version": 3 },
        "method": "t2b",
        "geography": "2025-07-01",
        // Finer than a millisecond: a wave is kept to the letter.
        "opens_at": "2026-01-01T00:00:00.000000001Z",
        "closes_at": "2026-12-31T16:59:59.999999999Z",
        "simulated": true,
    }))
    .unwrap()
}

/// The same wave, which takes something else than forms.
pub(crate) fn wave_taking(id: &str, takes: Takes) -> Wave {
    wave(id).changed(|fields| fields.takes = takes).unwrap()
}

/// Codes from numbers: 222A2, 322A2, …; the same ones each time.
#[derive(Debug, Default)]
pub(crate) struct NumberedCodes(AtomicU64);

impl CodeSource for NumberedCodes {
    fn draw(&self) -> ShortCode {
        let number = self.0.fetch_add(1, Ordering::Relaxed);
        ShortCode::from_random((number + 8 * 31_u64.pow(3)).to_le_bytes())
    }

    fn made_at(&self) -> Timestamp {
        time("2026-01-02T03:04:05.678901Z")
    }
}

pub(super) fn point(wave: &str, id: &str) -> ServicePoint {
    serde_json::from_value(serde_json::json!({
        "id": id,
        "wave": wave,
        "name": { "vi": "Quầy số 1", "en": "Counter 1" },
        "unit": "00004@2025-07-01",
        "channel": "kiosk",
    }))
    .unwrap()
}

/// The n-th submission. Equal arguments, equal content.
pub(crate) fn entry(wave: &str, n: u64) -> Entry {
    let comment = comment_of(n);
    let draft = serde_json::json!({
        "id": submission_id(n),
        "wave": wave,
        "point": "counter-1",
        "instrument": { "id": "every_kind", "version": 3 },
        "language": "vi",
        "started_at": "2026-03-02T01:02:03.123456789Z",
        "finished_at": "2026-03-02T01:03:03.987654321Z",
        "app_version": "0.1.0",
        "answers": {
            "level": { "level": n % 5 + 1 },
            "skipped": "not_applicable",
            "one": { "option": "red" },
            "some": { "options": ["green", "red"] },
            // Not exact with a parser that is only nearly right.
            "number": { "number": 7.038_531e-26 },
            "line": { "text": "Nguyễn \"Đ\" \\ 😀" },
            "comment": { "text": comment },
            "day": { "date": "2026-03-01" },
        },
    });
    Entry {
        submission: accept(serde_json::from_value(draft).unwrap()),
        received_at: time("2026-03-02T01:03:04.005Z"),
        source: Source::Api,
        unit: "00004@2025-07-01".parse().unwrap(),
        channel: Channel::Kiosk,
        context: Context {
            respondent_type: RespondentType::Individual,
            staff_helped: None,
            procedure_group: None,
        },
        sampling: None,
    }
}

pub(crate) fn comment_of(n: u64) -> String {
    format!("góp ý số {n}\nrất cụ thể")
}

pub(super) fn submission_id(n: u64) -> SubmissionId {
    SubmissionId::new(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + u128::from(n)))
}

pub(crate) fn accept(draft: Draft) -> Submission {
    let instrument = Instrument::from_toml("every_kind.toml", INSTRUMENT).unwrap();
    Submission::accept(&instrument, draft).unwrap()
}

/// The same id with other content: the smallest difference that there is.
pub(crate) fn other_content(entry: &Entry) -> Entry {
    let mut draft = entry.submission.draft().clone();
    draft.finished_at += jiff::SignedDuration::from_nanos(1);
    Entry { submission: accept(draft), ..entry.clone() }
}

/// The receipt's position of each result.
pub(super) fn positions(recorded: &[Recorded]) -> Vec<Option<u64>> {
    recorded
        .iter()
        .map(|one| match one {
            Recorded::Created(receipt) | Recorded::Same(receipt) => Some(receipt.position),
            Recorded::Conflict | Recorded::Rejected(_) => None,
        })
        .collect()
}

/// The position and id of everything that is in a wave, read in small pages.
pub(super) async fn listed(store: &dyn Store, wave: &str) -> Vec<(u64, SubmissionId)> {
    let mut listed: Vec<(u64, SubmissionId)> = Vec::new();
    loop {
        let after = listed.last().map_or(0, |(position, _)| *position);
        let page = store.submissions_after(&wave_id(wave), after, 7).await.unwrap();
        if page.is_empty() {
            return listed;
        }
        listed.extend(page.iter().map(|record| (record.position, record.draft.id)));
    }
}

/// What a table was called in the fixtures, if it is there in the same form.
pub(crate) fn name_before(table: Table) -> &'static str {
    if table == Table::HeartbeatHistory { "device_marks" } else { table.as_str() }
}

/// The tables that were there in the fixtures of the release before, in another form the audit log.
pub(crate) fn tables_before() -> impl Iterator<Item = Table> {
    let is_new = |table: &Table| {
        use Table::{Annulments, AuditLog, CaseEvents, CaseRecords, Cases, OutboxKeys, ShortCodes};
        matches!(
            table,
            AuditLog | ShortCodes | OutboxKeys | Cases | CaseEvents | CaseRecords | Annulments
        )
    };
    Table::ALL.into_iter().filter(move |table| !is_new(table))
}

/// The columns of a table that were there in the fixtures of the release before.
pub(crate) fn columns_before(table: Table) -> Vec<&'static Column> {
    let is_new = |column: &Column| match table {
        Table::Devices => ["code_public", "code_wrong_secrets"].contains(&column.name),
        Table::Waves => ["takes", "mixed"].contains(&column.name),
        Table::Quarantine => ["point", "proven"].contains(&column.name),
        _ => false,
    };
    table.columns().iter().filter(|column| !is_new(column)).collect()
}

/// The n-th submission as one of a sample.
pub(crate) fn sampled(wave: &str, n: u64) -> Entry {
    let sampling = Sampling {
        stratum: None,
        psu: SampleLabel::new("tổ 5").unwrap(),
        weight: Weight::new(2.0).unwrap(),
        fpc: None,
    };
    Entry { sampling: Some(sampling), ..entry(wave, n) }
}

/// What the audit log says after the acts in the fixtures of the release before were rewritten.
pub(crate) fn audit_of_the_release_before() -> [(WaveId, Vec<AuditEntry>); 2] {
    let staff = || (Actor::UnnamedStaff, Door::CommandLine);
    let system = |task| (Actor::System { task }, Door::Job);
    let text = |n, position| AuditAction::Redacted {
        position,
        submission: submission_id(n),
        questions: vec!["comment".parse().unwrap()],
    };
    let released = |quarantine, n, position| {
        let submission = submission_id(n);
        AuditAction::Released { quarantine, submission, position }
    };
    let rejected =
        |quarantine, n| AuditAction::Rejected { quarantine, submission: submission_id(n) };
    let dropped = |number| AuditAction::BodiesDropped { quarantine: vec![number] };
    let (first, then, later) = (1_777_781_106_789, 1_795_852_800_123, 1_813_132_800_123);
    let evidence = "begun in time: before the heartbeat of 2026-03-04T04:00:00Z";
    let entries = |entries: Vec<((Actor, Door), i64, &str, AuditAction)>| {
        let entry = |(number, ((actor, door), ms, reason, action)): (u64, (_, _, &str, _))| {
            let at = Timestamp::from_millisecond(ms).unwrap();
            AuditEntry { number, at, actor, door, reason: reason.to_owned(), action }
        };
        (1..).zip(entries).map(entry).collect()
    };
    let spring = entries(vec![
        (staff(), first, "phiên bản được công nhận", released(1, 0x33, 22)),
        (staff(), first, "nhận ra một người", text(2, 2)),
        (staff(), then, "nhận ra một người", text(0x2bd, 27)),
    ]);
    let summer = entries(vec![
        (staff(), first, "ngoài đợt", rejected(1, 0x32)),
        (staff(), first, "máy bị thu hồi", rejected(3, 0x36)),
        (staff(), first, "có tên người", dropped(3)),
        (system(SystemTask::Timeliness), then, evidence, released(4, 0x2c6, 19)),
        (system(SystemTask::Retention), later, "kept for 180 days", dropped(1)),
        (staff(), then, "“ngoài đợt” {\"deed\":1}", rejected(5, 0x2c7)),
    ]);
    [(wave_id("spring"), spring), (wave_id("summer"), summer)]
}
