//! Tests records that arrive after their wave has closed.

use std::sync::Arc;

use axum::http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use server::intake::outbox_file::{Outcome, import};
use store::{Heard, QuarantineState};
use survey_defs::api::paths::SUBMISSIONS;
use survey_defs::api::{
    OUTBOX_VERSION, OutboxFile, OutboxFormat, OutboxKind, OutboxRecord, Receipt, RecordStatus,
};
use survey_defs::audit::{AuditAction, AuditEntry};
use survey_defs::caller::{Actor, SystemTask};
use survey_defs::device::{Heartbeat, LastHeartbeat};
use survey_defs::ids::{HeartbeatNonce, WaveId};
use survey_defs::quarantine::QuarantineReason;
use survey_defs::submission::Draft;
use tests::app::{Reply, TestApp};
use tests::callers::operator;
use tests::devices::{Device, Secret, heartbeat};
use tests::drafts::{complete, from_device};
use tests::waves;

/// A kiosk at the wave `counter`, around its close.
struct Kiosk {
    app: TestApp,
    device: Device,
    closes_at: Timestamp,
}

impl Kiosk {
    async fn start() -> Self {
        let app = TestApp::start().await;
        let device = Device::enrolled(&app, Secret::pair()).await;
        let wave = app.state.store.wave(&counter()).await.unwrap().unwrap();
        Self { app, device, closes_at: wave.closes_at }
    }

    /// Some minutes from the close.
    fn at(&self, minutes: i64) -> Timestamp {
        self.closes_at + SignedDuration::from_mins(minutes)
    }

    /// Sets the server's time.
    fn now(&self, minutes: i64) {
        self.app.clock.set(self.at(minutes));
    }

    /// A heartbeat of a device whose clock is ahead by some seconds.
    async fn beat(&self, minutes: i64, sequence: u64, skew: i64) -> Reply {
        self.now(minutes);
        let now = self.at(minutes) + SignedDuration::from_secs(skew);
        let beat = Heartbeat { now, ..heartbeat(sequence) };
        let reply = self.device.beat(&self.app, &beat).await;
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.body);
        reply
    }

    /// What the device keeps of a session that began some minutes from the close by its clock.
    fn draft(&self, sequence: u64, begun: i64) -> Draft {
        let mut draft = from_device(u128::from(sequence), self.device.id);
        draft.started_at = self.at(begun);
        draft.paradata.as_mut().unwrap().sequence = Some(sequence);
        draft
    }

    /// The status of each when they are sent one by one.
    async fn send(&self, minutes: i64, drafts: &[Draft]) -> Vec<u16> {
        self.now(minutes);
        let mut statuses = Vec::new();
        for draft in drafts {
            let reply = self.device.post(&self.app, SUBMISSIONS, draft).await;
            statuses.push(reply.status.as_u16());
        }
        statuses
    }

    async fn audit_log(&self) -> Vec<AuditEntry> {
        self.app.state.store.audit_after(&counter(), 0, 1_000).await.unwrap()
    }

    async fn waiting(&self) -> u64 {
        let waiting = self.app.state.store.quarantined(&counter()).await.unwrap();
        waiting.get(&QuarantineReason::WindowClosed).copied().unwrap_or(0)
    }
}

fn counter() -> WaveId {
    "counter".parse().unwrap()
}

/// Without network from an hour before the close to an hour after it.
#[tokio::test]
async fn what_was_begun_offline_in_time_counts() {
    let kiosk = Kiosk::start().await;
    kiosk.beat(-60, 2, 3).await;
    // Two were begun in time, one after the close on a form that had not been told.
    let drafts = [kiosk.draft(3, -40), kiosk.draft(4, -1), kiosk.draft(5, 5)];
    kiosk.beat(60, 5, 4).await;
    assert_eq!(kiosk.send(61, &drafts).await, [201, 201, 202]);
    assert_eq!((kiosk.app.submissions("counter").await, kiosk.waiting().await), (2, 1));
    assert_eq!(kiosk.audit_log().await, [], "they never waited");
    // Sending all of them again changes nothing.
    assert_eq!(kiosk.send(62, &drafts).await, [200, 200, 202]);
    kiosk.beat(63, 5, 4).await;
    assert_eq!((kiosk.app.submissions("counter").await, kiosk.waiting().await), (2, 1));
}

#[tokio::test]
async fn what_arrives_before_the_heartbeat_is_released_by_it() {
    let kiosk = Kiosk::start().await;
    kiosk.beat(-60, 2, 3).await;
    let drafts = [kiosk.draft(3, -40), kiosk.draft(4, -1), kiosk.draft(5, 5)];
    assert_eq!(kiosk.send(60, &drafts).await, [202, 202, 202]);
    kiosk.beat(61, 5, 4).await;
    assert_eq!((kiosk.app.submissions("counter").await, kiosk.waiting().await), (2, 1));

    let log = kiosk.audit_log().await;
    assert_eq!(log.len(), 2);
    let timeliness = Actor::System { task: SystemTask::Timeliness };
    for (entry, (draft, n)) in log.iter().zip(drafts.iter().zip(1..)) {
        assert_eq!((&entry.actor, entry.at), (&timeliness, kiosk.at(61)));
        let action = AuditAction::Released { quarantine: n, submission: draft.id, position: n };
        assert_eq!(entry.action, action);
        assert!(entry.reason.contains("clock"), "{}", entry.reason);
    }
    // The device repeats what it got no other word of, and gets the receipt of the first arrival.
    let reply = kiosk.device.post(&kiosk.app, SUBMISSIONS, &drafts[0]).await;
    let receipt: Receipt = reply.json();
    assert_eq!((reply.status, receipt.status), (StatusCode::OK, RecordStatus::Recorded));
    assert_eq!((receipt.position, receipt.received_at), (Some(1), kiosk.at(60)));
}

#[tokio::test]
async fn a_clock_that_was_set_back_offline_proves_nothing() {
    let kiosk = Kiosk::start().await;
    kiosk.beat(-60, 2, 0).await;
    // Begun half an hour after the close, by a clock that says half an hour before it.
    let draft = [kiosk.draft(3, -30)];
    assert_eq!(kiosk.send(60, &draft).await, [202]);
    kiosk.beat(61, 3, -3600).await;
    assert_eq!(kiosk.send(62, &draft).await, [202]);
    // Somebody sets it right again: what was marked stays.
    kiosk.beat(63, 3, 0).await;
    kiosk.beat(64, 4, 0).await;
    assert_eq!(kiosk.send(65, &draft).await, [202]);
    assert_eq!((kiosk.app.submissions("counter").await, kiosk.waiting().await), (0, 1));
    assert_eq!(kiosk.audit_log().await, []);
}

#[tokio::test]
async fn the_device_s_time_without_heartbeats_decides_nothing() {
    let kiosk = Kiosk::start().await;
    // Never heard of before the close, but its clock says that all was in time.
    let drafts = [kiosk.draft(1, -30), kiosk.draft(2, -20)];
    assert_eq!(kiosk.send(60, &drafts).await, [202, 202]);
    kiosk.beat(61, 2, 0).await;
    assert_eq!(kiosk.waiting().await, 2);
    assert_eq!(kiosk.app.submissions("counter").await, 0);
}

#[tokio::test]
async fn a_heartbeat_before_the_close_needs_no_clock() {
    let kiosk = Kiosk::start().await;
    kiosk.beat(-1, 4, 0).await;
    // The clock of the device stands at 1970; session 5 begins after the heartbeat.
    let mut drafts = [kiosk.draft(3, 0), kiosk.draft(4, 0), kiosk.draft(5, -2)];
    drafts[0].started_at = Timestamp::UNIX_EPOCH;
    assert_eq!(kiosk.send(30, &drafts).await, [201, 201, 202]);
}

#[tokio::test]
async fn a_record_before_the_close_needs_no_heartbeat() {
    let kiosk = Kiosk::start().await;
    assert_eq!(kiosk.send(-1, &[kiosk.draft(4, -5)]).await, [201]);
    let late = [kiosk.draft(3, 0), kiosk.draft(5, -2)];
    assert_eq!(kiosk.send(30, &late).await, [201, 202]);
}

#[tokio::test]
async fn who_has_not_proved_itself_is_not_helped_by_evidence() {
    let kiosk = Kiosk::start().await;
    kiosk.beat(-1, 9, 0).await;
    kiosk.now(10);
    let reply = kiosk.app.post_json(SUBMISSIONS, &kiosk.draft(3, -5)).await;
    let status = reply.json::<Receipt>().status;
    assert_eq!(status, RecordStatus::Quarantined(QuarantineReason::DeviceUnproven));
    // A phone is late, whatever its clock says; and so is a form of a kiosk that has no number.
    let phone = Draft { started_at: kiosk.at(-5), ..complete("counter", 70, 4) };
    let reply = kiosk.app.post_json(SUBMISSIONS, &phone).await;
    let status = reply.json::<Receipt>().status;
    assert_eq!(status, RecordStatus::Quarantined(QuarantineReason::WindowClosed));
    let mut unnumbered = kiosk.draft(71, -5);
    unnumbered.paradata.as_mut().unwrap().sequence = None;
    assert_eq!(kiosk.send(11, &[unnumbered]).await, [202]);
    kiosk.beat(12, 10, 0).await;
    assert_eq!(kiosk.app.submissions("counter").await, 0);
    // The device itself brings it.
    assert_eq!(kiosk.send(13, &[kiosk.draft(3, -5)]).await, [201]);
}

/// The browser's profile is wiped each night: after the close it counts from 1 again, below what
/// had been counted before.
#[tokio::test]
async fn numbers_that_begin_anew_prove_nothing() {
    let kiosk = Kiosk::start().await;
    assert_eq!(kiosk.send(-60, &[kiosk.draft(2, -62), kiosk.draft(3, -61)]).await, [201, 201]);
    kiosk.beat(-50, 9, 0).await;
    let with_id = |id: u128, sequence, begun| {
        let mut draft = kiosk.draft(sequence, begun);
        draft.id = from_device(id, kiosk.device.id).id;
        draft
    };
    // The number is known under another id, even before a heartbeat tells of the new count.
    assert_eq!(kiosk.send(30, &[with_id(103, 3, 20)]).await, [202]);
    kiosk.beat(31, 1, 0).await;
    let late = [with_id(104, 4, 25), with_id(105, 5, 26)];
    assert_eq!(kiosk.send(32, &late).await, [202, 202]);
    kiosk.beat(33, 5, 0).await;
    assert_eq!((kiosk.app.submissions("counter").await, kiosk.waiting().await), (2, 3));
    assert_eq!(kiosk.audit_log().await, []);
}

#[tokio::test]
async fn what_is_too_early_stays_aside() {
    let kiosk = Kiosk::start().await;
    let opens_at = kiosk.app.state.store.wave(&counter()).await.unwrap().unwrap().opens_at;
    kiosk.app.clock.set(opens_at - SignedDuration::from_secs(1));
    let early = kiosk.draft(3, -5);
    let reply = kiosk.device.post(&kiosk.app, SUBMISSIONS, &early).await;
    assert_eq!(reply.status, StatusCode::ACCEPTED);
    // A heartbeat before the opening counts session 4 as well; it is sent after the close.
    kiosk.app.clock.set(opens_at - SignedDuration::from_mins(1));
    let beat = Heartbeat { now: kiosk.app.state.clock.now(), ..heartbeat(4) };
    kiosk.device.beat(&kiosk.app, &beat).await;
    assert_eq!(kiosk.send(10, &[kiosk.draft(4, -5)]).await, [202]);
    kiosk.beat(11, 6, 0).await;
    assert_eq!(kiosk.waiting().await, 2);
    let kept = kiosk.app.state.store.quarantine_after(&counter(), 0, 9).await.unwrap();
    assert!(kept.iter().all(|one| one.state == QuarantineState::Waiting));
    assert_eq!(kept[0].session, None, "nobody reconsiders what was too early");
    assert_eq!(kept[1].session, Some((kiosk.device.id, 4)));
}

#[tokio::test]
async fn staff_bring_a_file_after_the_close() {
    let kiosk = Kiosk::start().await;
    kiosk.beat(-60, 2, 0).await;
    let record = |draft: &Draft| OutboxRecord {
        id: draft.id,
        kind: OutboxKind::Submission,
        body: serde_json::to_string(draft).unwrap(),
    };
    let records = vec![record(&kiosk.draft(3, -30)), record(&kiosk.draft(4, 30))];
    let exported_at = waves::now();
    let format = OutboxFormat::Outbox;
    let file = OutboxFile { format, version: OUTBOX_VERSION, exported_at, records };
    kiosk.now(90);
    let outcomes = async || -> Vec<Outcome> {
        let imported = import(&kiosk.app.state.intake, &file, &operator()).await.unwrap();
        imported.into_iter().map(|one| one.outcome).collect()
    };
    let aside = Outcome::Quarantined(QuarantineReason::WindowClosed);
    assert_eq!(outcomes().await, [aside.clone(), aside.clone()]);
    // The device comes back to the network later.
    kiosk.beat(120, 4, 0).await;
    assert_eq!(outcomes().await, [Outcome::Repeated, aside]);
}

#[tokio::test]
async fn many_records_wait_for_one_heartbeat() {
    let kiosk = Kiosk::start().await;
    kiosk.beat(-300, 0, 0).await;
    let drafts: Vec<_> = (1..=130).map(|n| kiosk.draft(n, -200)).collect();
    kiosk.now(10);
    for batch in drafts.chunks(65) {
        let reply = kiosk.device.post(&kiosk.app, SUBMISSIONS, &batch).await;
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.body);
    }
    assert_eq!(kiosk.waiting().await, 130);
    kiosk.beat(11, 130, 0).await;
    assert_eq!((kiosk.waiting().await, kiosk.app.submissions("counter").await), (0, 130));
    assert_eq!(kiosk.audit_log().await.len(), 130);
}

#[tokio::test]
async fn evidence_that_another_server_has_lost_is_used_within_an_hour() {
    let mut kiosk = Kiosk::start().await;
    kiosk.beat(-10, 2, 3).await;
    // Another server sets a record aside and keeps the heartbeat that proves it, and ends.
    let here = std::mem::take(&mut Arc::make_mut(&mut kiosk.app.state.intake).reviews);
    assert_eq!(kiosk.send(5, &[kiosk.draft(3, -5)]).await, [202]);
    let lost = LastHeartbeat {
        received_at: kiosk.at(6),
        clock_skew_s: 3,
        heartbeat: kiosk
            .device
            .next(&Heartbeat { now: kiosk.at(6) + SignedDuration::from_secs(3), ..heartbeat(3) }),
    };
    let nonce = HeartbeatNonce::new(uuid::Uuid::nil());
    let store = &kiosk.app.state.store;
    let heard = store.record_heartbeat(kiosk.device.id, &lost, nonce).await.unwrap();
    assert!(matches!(heard, Heard::Taken { is_evidence: true, .. }), "{heard:?}");
    Arc::make_mut(&mut kiosk.app.state.intake).reviews = here;

    kiosk.beat(7, 3, 3).await;
    assert_eq!(kiosk.waiting().await, 1, "this server was told nothing new");
    kiosk.beat(50, 3, 3).await;
    assert_eq!((kiosk.app.submissions("counter").await, kiosk.waiting().await), (1, 0));
}
