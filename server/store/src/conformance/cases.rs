//! Cases, and which records do not count because of them.

use futures::future::join_all;
use jiff::SignedDuration;
use survey_defs::audit::AuditAction;
use survey_defs::case::{AnnulmentCause, CaseState, Devices, Origin, Rule, RuleFields};
use survey_defs::ids::{DeviceId, PointId};
use survey_defs::paradata::Paradata;
use survey_defs::positions::Positions;
use uuid::Uuid;

use super::backup::dumped;
use super::decisions::audit;
use super::fixture::{accept, entry, time, wave, wave_id};
use crate::backup::Value;
use crate::cases::{Annulled, CaseStep, CaseStepped};
use crate::error::StoreError;
use crate::sender_tags::{HanoiDay, SenderTag, TaggedRecord};
use crate::store::Store;
use crate::submission_log::Entry;

checks! {
    a_case_is_read_as_it_was_opened,
    what_is_done_to_a_case_is_told_in_order,
    a_rule_finds_records_by_point_time_and_device,
    a_rule_finds_records_of_one_sender_while_their_tags_are_there,
    annulled_records_are_those_of_cases_whose_last_act_annuls,
    a_step_that_cannot_follow_changes_nothing,
    of_concurrent_steps_one_holds,
    what_one_person_decides_rests_on_the_acts_before,
    records_that_are_not_in_the_log_are_no_case,
}

const CAUSE: AnnulmentCause = AnnulmentCause::Stuffed;

fn rule(change: impl FnOnce(&mut RuleFields)) -> Rule {
    let mut fields = RuleFields {
        origin: Origin::Point { point: PointId::new("counter-1").unwrap() },
        from: time("2026-03-02T01:00:00Z"),
        until: time("2026-03-02T02:00:00Z"),
        devices: Devices::Any,
    };
    change(&mut fields);
    fields.try_into().unwrap()
}

/// The n-th entry at another point and so many seconds later, perhaps from a device.
fn placed(n: u64, point: &str, seconds: i64, device: Option<DeviceId>) -> Entry {
    let one = entry("w", n);
    let mut draft = one.submission.draft().clone();
    draft.point = PointId::new(point).unwrap();
    draft.paradata = device.map(|device| {
        let paradata = serde_json::json!({
            "mode": "standard", "orientation": "portrait", "items": {},
            "device": device, "sequence": n,
        });
        serde_json::from_value::<Paradata>(paradata).unwrap()
    });
    let received_at = one.received_at + SignedDuration::from_secs(seconds);
    Entry { submission: accept(draft), received_at, ..one }
}

async fn filled(store: &dyn Store, n: u64) {
    store.create_wave(&wave("w")).await.unwrap();
    let all: Vec<Entry> = (1..=n).map(|n| entry("w", n)).collect();
    store.record(&all).await.unwrap();
}

fn ranges(ranges: impl IntoIterator<Item = std::ops::RangeInclusive<u64>>) -> Positions {
    ranges.into_iter().collect()
}

async fn open(store: &dyn Store) -> u64 {
    store.open_case(&wave_id("w"), &rule(|_| ()), &audit("lạ")).await.unwrap()
}

async fn step(store: &dyn Store, number: u64, step: CaseStep) -> CaseStepped {
    store.step_case(&wave_id("w"), number, &step, &audit("vì")).await.unwrap()
}

/// A case about some positions that is concluded.
async fn concluded(store: &dyn Store, records: Positions) -> u64 {
    let number = open(store).await;
    let examined = step(store, number, CaseStep::Examine { records }).await;
    assert_eq!(examined, CaseStepped::Done(CaseState::Examined));
    let concluded = step(store, number, CaseStep::Conclude).await;
    assert_eq!(concluded, CaseStepped::Done(CaseState::Concluded));
    number
}

async fn annulled(store: &dyn Store) -> (u64, Positions) {
    let Annulled { acts, positions } = store.annulled(&wave_id("w")).await.unwrap();
    assert_eq!(store.annulment_acts(&wave_id("w")).await.unwrap(), acts);
    (acts, positions)
}

async fn a_case_is_read_as_it_was_opened(store: &dyn Store) {
    filled(store, 1).await;
    let device = DeviceId::new(Uuid::from_u128(7));
    let rules = [Devices::Any, Devices::None, Devices::One { device }]
        .map(|one| rule(|it| it.devices = one));
    for (number, rule) in (1..).zip(&rules) {
        let opened = store.open_case(&wave_id("w"), rule, &audit("lạ")).await.unwrap();
        assert_eq!(opened, number);
    }
    let cases = store.cases(&wave_id("w")).await.unwrap();
    assert_eq!(cases.iter().map(|case| case.rule.clone()).collect::<Vec<_>>(), rules);
    for (number, case) in (1..).zip(&cases) {
        assert_eq!((case.number, case.state), (number, CaseState::Found));
        assert!(case.records.is_empty());
        assert_eq!(case.history.len(), 1);
        assert_eq!((case.history[0].number, &*case.history[0].reason), (number, "lạ"));
        assert_eq!(case.history[0].actor, audit("").actor);
    }
    assert_eq!(store.cases(&wave_id("none")).await.unwrap(), []);
    let nowhere = store.open_case(&wave_id("none"), &rules[0], &audit("lạ")).await;
    assert!(matches!(nowhere, Err(StoreError::UnknownWave(_))), "{nowhere:?}");
}

async fn what_is_done_to_a_case_is_told_in_order(store: &dyn Store) {
    filled(store, 9).await;
    let case = open(store).await;
    let records = ranges([2..=4, 7..=7]);
    let who = survey_defs::caller::ActorName::new("Nguyễn Văn Minh").unwrap();
    let steps = [
        (CaseStep::Hear { who: who.clone() }, CaseState::Found),
        (CaseStep::Examine { records: records.clone() }, CaseState::Examined),
        (CaseStep::Contact { asked: 20, confirmed: 1 }, CaseState::Examined),
        (CaseStep::Conclude, CaseState::Concluded),
        (CaseStep::ProposeAnnulment { cause: CAUSE }, CaseState::Concluded),
        (CaseStep::Annul { cause: CAUSE }, CaseState::Annulled),
        (CaseStep::Undo, CaseState::Kept),
    ];
    for (one, state) in steps {
        assert_eq!(step(store, case, one.clone()).await, CaseStepped::Done(state), "{one:?}");
    }
    let found = store.cases(&wave_id("w")).await.unwrap().remove(0);
    assert_eq!((found.state, &found.records), (CaseState::Kept, &records));
    let told: Vec<AuditAction> = found.history.iter().map(|entry| entry.action.clone()).collect();
    assert_eq!(
        told,
        [
            AuditAction::CaseOpened { case, rule: rule(|_| ()) },
            AuditAction::CaseHeard { case, who },
            AuditAction::CaseExamined { case, records: 4 },
            AuditAction::CaseContacted { case, asked: 20, confirmed: 1 },
            AuditAction::CaseConcluded { case },
            AuditAction::AnnulmentProposed { case, cause: CAUSE, records: 4 },
            AuditAction::RecordsAnnulled { case, cause: CAUSE, records: 4, act: 1 },
            AuditAction::AnnulmentUndone { case, records: 4, act: 2 },
        ]
    );
    let log = store.audit_after(&wave_id("w"), 0, 100).await.unwrap();
    assert_eq!(log, found.history, "the audit log tells the same");
}

async fn a_rule_finds_records_by_point_time_and_device(store: &dyn Store) {
    store.create_wave(&wave("w")).await.unwrap();
    let device = |n| Some(DeviceId::new(Uuid::from_u128(n)));
    // The first arrives at 01:03:04.005.
    let all = [
        placed(1, "counter-1", 0, None),
        placed(2, "counter-2", 1, None),
        placed(3, "counter-1", 2, device(7)),
        placed(4, "counter-1", 3, device(8)),
        placed(5, "counter-1", 3_415, None),
        placed(6, "counter-1", 3_416, None),
        placed(7, "counter-1", 4, None),
    ];
    store.record(&all).await.unwrap();
    let found = async |rule: &Rule| {
        let found = store.records_of_rule(&wave_id("w"), rule).await.unwrap();
        assert!(found.iter().all(|one| one.point.as_str() == "counter-1" && !one.sampled));
        found.iter().map(|one| one.position).collect::<Vec<_>>()
    };
    assert_eq!(found(&rule(|_| ())).await, [1, 3, 4, 5, 7], "until 02:00:00.000, without it");
    assert_eq!(found(&rule(|it| it.devices = Devices::None)).await, [1, 5, 7]);
    let of = |n| rule(|it| it.devices = Devices::One { device: device(n).unwrap() });
    assert_eq!((found(&of(7)).await, found(&of(9)).await), (vec![3], vec![]));
    let later = rule(|it| it.from = time("2026-03-02T01:03:06.005Z"));
    assert_eq!(found(&later).await, [3, 4, 5, 7], "from is meant, until is not");
    let earlier = rule(|it| it.until = time("2026-03-02T01:03:06.005Z"));
    assert_eq!(found(&earlier).await, [1]);
    let record = store.records_of_rule(&wave_id("w"), &of(7)).await.unwrap().remove(0);
    assert_eq!((record.received_at, &record.unit), (all[2].received_at, &all[2].unit));
    assert_eq!(record.device, device(7));
    let units = store.submissions_by_unit(&wave_id("w")).await.unwrap();
    assert_eq!(units.into_iter().collect::<Vec<_>>(), [(all[0].unit.clone(), 7)]);
    assert!(store.records_of_rule(&wave_id("none"), &of(7)).await.unwrap().is_empty());
}

async fn a_rule_finds_records_of_one_sender_while_their_tags_are_there(store: &dyn Store) {
    store.create_wave(&wave("w")).await.unwrap();
    let device = Some(DeviceId::new(Uuid::from_u128(7)));
    let all = [
        placed(1, "counter-1", 0, None),
        placed(2, "counter-2", 1, None),
        placed(3, "counter-1", 2, device),
        placed(4, "counter-1", 3, None),
        placed(5, "counter-1", 3_416, None),
        placed(6, "counter-1", 4, None),
    ];
    store.record(&all).await.unwrap();
    let day = HanoiDay::of(all[0].received_at);
    let tagged = |position, tag: u8| {
        let tag = SenderTag([tag; 8]);
        TaggedRecord { wave: wave_id("w"), position, day, tag }
    };
    let tags = [(1, 1), (2, 1), (3, 1), (4, 2), (5, 1)].map(|(at, tag)| tagged(at, tag));
    store.tag_senders(&tags).await.unwrap();
    let same_as = |position, point: Option<&str>| Origin::SameSender {
        position,
        point: point.map(|point| point.parse().unwrap()),
    };
    let found = async |rule: &Rule| -> Vec<u64> {
        let found = store.records_of_rule(&wave_id("w"), rule).await.unwrap();
        found.iter().map(|one| one.position).collect()
    };
    let sent = rule(|it| it.origin = same_as(2, None));
    assert_eq!(found(&sent).await, [1, 2, 3], "in the window");
    let longer = |it: &mut RuleFields| it.until = time("2026-03-02T03:00:00Z");
    let until = rule(|it| {
        it.origin = same_as(1, Some("counter-1"));
        longer(it);
    });
    assert_eq!(found(&until).await, [1, 3, 5]);
    let of_none = rule(|it| {
        it.origin = same_as(1, None);
        it.devices = Devices::None;
        longer(it);
    });
    assert_eq!(found(&of_none).await, [1, 2, 5]);
    assert_eq!(found(&rule(|it| it.origin = same_as(4, None))).await, [4]);
    for unknown in [6, 7, 0, u64::MAX] {
        let rule = rule(|it| it.origin = same_as(unknown, None));
        assert_eq!(found(&rule).await, [] as [u64; 0], "{unknown}");
    }

    let open_by_sender = store.open_case(&wave_id("w"), &sent, &audit("lạ")).await.unwrap();
    for row in dumped(store).await {
        let is_tag = |value: &Value| matches!(value, Value::Bytes(bytes) if bytes == &[1; 8]);
        assert!(!row.values().iter().any(is_tag), "a tag is in a backup: {row:?}");
    }

    // What was settled stays when the tags are gone.
    let of_case = async |number| -> Vec<u64> {
        let found = store.records_of_case(&wave_id("w"), number).await.unwrap();
        assert!(found.iter().all(|one| one.unit == all[0].unit && !one.sampled));
        found.iter().map(|one| one.position).collect()
    };
    let case = open_by_sender;
    assert_eq!(of_case(case).await, [] as [u64; 0]);
    step(store, case, CaseStep::Examine { records: ranges([1..=3]) }).await;
    let later = HanoiDay(day.0 + 1);
    assert_eq!(store.forget_senders(later, later).await.unwrap(), 5);
    assert_eq!(found(&sent).await, [] as [u64; 0]);
    assert_eq!(of_case(case).await, [1, 2, 3]);
    let second = concluded(store, ranges([2..=2, 4..=4, 6..=6])).await;
    assert_eq!((of_case(second).await, of_case(second + 1).await), (vec![2, 4, 6], vec![]));
    assert_eq!(store.cases(&wave_id("w")).await.unwrap()[0].rule, sent);
}

async fn annulled_records_are_those_of_cases_whose_last_act_annuls(store: &dyn Store) {
    filled(store, 20).await;
    assert_eq!(annulled(store).await, (0, Positions::default()));
    let one = concluded(store, ranges([2..=4, 9..=9])).await;
    let other = concluded(store, ranges([4..=6])).await;
    let third = concluded(store, ranges([20..=20])).await;
    assert_eq!(annulled(store).await, (0, Positions::default()), "nobody has annulled");
    step(store, one, CaseStep::Annul { cause: CAUSE }).await;
    assert_eq!(annulled(store).await, (1, ranges([2..=4, 9..=9])));
    step(store, other, CaseStep::Annul { cause: CAUSE }).await;
    step(store, third, CaseStep::Keep).await;
    assert_eq!(annulled(store).await, (2, ranges([2..=6, 9..=9])));
    // What the other case annuls as well stays annulled.
    step(store, one, CaseStep::Undo).await;
    assert_eq!(annulled(store).await, (3, ranges([4..=6])));
    step(store, other, CaseStep::Undo).await;
    assert_eq!(annulled(store).await, (4, Positions::default()));
    let none = store.annulled(&wave_id("none")).await.unwrap();
    assert_eq!(none, Annulled::default());
}

async fn a_step_that_cannot_follow_changes_nothing(store: &dyn Store) {
    filled(store, 5).await;
    let case = open(store).await;
    let before = store.cases(&wave_id("w")).await.unwrap();
    for one in
        [CaseStep::Conclude, CaseStep::Annul { cause: CAUSE }, CaseStep::Keep, CaseStep::Undo]
    {
        assert_eq!(step(store, case, one.clone()).await, CaseStepped::Refused(CaseState::Found));
        assert_eq!(step(store, case + 1, one).await, CaseStepped::Unknown);
    }
    assert_eq!(store.cases(&wave_id("w")).await.unwrap(), before);
    let case = concluded(store, ranges([1..=1])).await;
    step(store, case, CaseStep::Annul { cause: CAUSE }).await;
    let again = step(store, case, CaseStep::Annul { cause: CAUSE }).await;
    assert_eq!(again, CaseStepped::Refused(CaseState::Annulled));
    let more = step(store, case, CaseStep::Examine { records: ranges([2..=2]) }).await;
    assert_eq!(more, CaseStepped::Refused(CaseState::Annulled), "what it is about is settled");
    assert_eq!(annulled(store).await, (1, ranges([1..=1])));
}

async fn of_concurrent_steps_one_holds(store: &dyn Store) {
    filled(store, 3).await;
    let case = concluded(store, ranges([1..=2])).await;
    let both = (0..8).map(|n| {
        let one = if n % 2 == 0 { CaseStep::Annul { cause: CAUSE } } else { CaseStep::Keep };
        step(store, case, one)
    });
    let done = join_all(both).await.into_iter().filter(|one| matches!(one, CaseStepped::Done(_)));
    assert_eq!(done.count(), 1);
    assert!(annulled(store).await.0 <= 1);
    let opened = join_all((0..8).map(|_| open(store))).await;
    let mut numbers = opened.clone();
    numbers.sort_unstable();
    assert_eq!(numbers, (case + 1..=case + 8).collect::<Vec<_>>());
}

async fn what_one_person_decides_rests_on_the_acts_before(store: &dyn Store) {
    filled(store, 9).await;
    let alone = |acts| CaseStep::AnnulAlone { cause: CAUSE, acts };
    let one = concluded(store, ranges([1..=3])).await;
    let other = concluded(store, ranges([5..=7])).await;
    assert_eq!(step(store, one, alone(1)).await, CaseStepped::Outrun, "there is no act yet");
    assert_eq!(step(store, one, alone(u64::MAX)).await, CaseStepped::Outrun);
    // Both were decided when there was none; at the same moment.
    let both = join_all([one, other].map(|case| step(store, case, alone(0)))).await;
    let done = CaseStepped::Done(CaseState::Annulled);
    let first = both.iter().position(|one| *one == done).unwrap();
    assert_eq!(both[1 - first], CaseStepped::Outrun);
    let (first, second) = if first == 0 { (one, other) } else { (other, one) };
    let waiting = store.cases(&wave_id("w")).await.unwrap();
    let waiting = waiting.into_iter().find(|case| case.number == second).unwrap();
    assert_eq!((waiting.state, waiting.history.len()), (CaseState::Concluded, 3));
    assert_eq!(annulled(store).await.0, 1);
    // Decided anew it holds, also after what came between was undone.
    step(store, first, CaseStep::Undo).await;
    assert_eq!(step(store, second, alone(1)).await, CaseStepped::Outrun);
    assert_eq!(step(store, second, alone(2)).await, done);
    assert_eq!(step(store, second, alone(3)).await, CaseStepped::Refused(CaseState::Annulled));
    assert_eq!(annulled(store).await.0, 3);
}

async fn records_that_are_not_in_the_log_are_no_case(store: &dyn Store) {
    filled(store, 3).await;
    let case = open(store).await;
    for wrong in [ranges([3..=4]), ranges([0..=1])] {
        let step = CaseStep::Examine { records: wrong };
        let examined = store.step_case(&wave_id("w"), case, &step, &audit("vì")).await;
        assert!(matches!(examined, Err(StoreError::Invalid { .. })), "{examined:?}");
    }
    let found = store.cases(&wave_id("w")).await.unwrap().remove(0);
    assert_eq!((found.state, found.history.len()), (CaseState::Found, 1));
    // A rule may mean none: the case can still be ended.
    let none = CaseStep::Examine { records: Positions::default() };
    assert_eq!(step(store, case, none).await, CaseStepped::Done(CaseState::Examined));
}
