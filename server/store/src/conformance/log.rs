//! Appending to the log and reading it.

use survey_defs::ids::ProcedureGroup;
use survey_defs::sampling::{PopulationSize, SampleLabel, Sampling, Weight};
use survey_defs::submission::Context;
use survey_defs::wave::{Channel, RespondentType, Takes};

use super::fixture::{
    entry, listed, other_content, positions, submission_id, time, wave, wave_id, wave_taking,
};
use crate::error::StoreError;
use crate::store::Store;
use crate::submission_log::{
    Entry, LogEnd, Receipt, Record, Recorded, SamplePlan, SampledUnit, Source,
};

checks! {
    submissions_are_numbered_from_1,
    the_same_again_gets_the_first_receipt,
    other_content_is_a_conflict_and_the_first_stands,
    repeats_within_a_call_count_once,
    a_refused_call_leaves_nothing,
    what_is_read_is_what_was_written,
    the_sample_plan_names_each_unit_once,
    receipt_times_are_cut_to_milliseconds,
    a_wave_is_read_page_by_page,
    each_wave_has_a_log_of_its_own,
    recorded_tells_without_writing,
}

async fn post(store: &dyn Store, entry: &Entry) -> Recorded {
    store.record(std::slice::from_ref(entry)).await.unwrap()[0]
}

async fn submissions_are_numbered_from_1(store: &dyn Store) {
    store.create_wave(&wave("w")).await.unwrap();
    assert_eq!(store.record(&[]).await.unwrap(), []);
    let single = store.record(&[entry("w", 1)]).await.unwrap();
    let received_at = entry("w", 1).received_at;
    assert_eq!(single, [Recorded::Created(Receipt { position: 1, received_at })]);

    // More than one INSERT, and a rest.
    let many: Vec<_> = (2..=178).map(|n| entry("w", n)).collect();
    let recorded = store.record(&many).await.unwrap();
    let expected: Vec<_> = (2..=178).map(Some).collect();
    assert_eq!(positions(&recorded), expected);

    let all: Vec<_> = (1..=178).map(|n| (n, submission_id(n))).collect();
    assert_eq!(listed(store, "w").await, all);
    let end = LogEnd { position: 178, submissions: 178 };
    assert_eq!(store.log_end(&wave_id("w")).await.unwrap(), end);
}

async fn the_same_again_gets_the_first_receipt(store: &dyn Store) {
    store.create_wave(&wave("w")).await.unwrap();
    let first = entry("w", 1);
    let Recorded::Created(receipt) = post(store, &first).await else {
        panic!("the first is new");
    };
    // What the server knows may differ at the second attempt; only what was sent is compared.
    let again = Entry {
        received_at: time("2027-01-01T00:00:00Z"),
        source: Source::Import,
        channel: Channel::Link,
        ..first
    };
    let recorded = store.record(&[again, entry("w", 2)]).await.unwrap();
    assert_eq!(recorded[0], Recorded::Same(receipt));
    assert_eq!(positions(&recorded), [Some(1), Some(2)]);
}

async fn other_content_is_a_conflict_and_the_first_stands(store: &dyn Store) {
    store.create_wave(&wave("w")).await.unwrap();
    let first = entry("w", 1);
    post(store, &first).await;
    let recorded = store.record(&[other_content(&first), entry("w", 2)]).await.unwrap();
    assert_eq!(positions(&recorded), [None, Some(2)]);
    let records = store.submissions_after(&wave_id("w"), 0, 10).await.unwrap();
    assert_eq!(records[0].draft, *first.submission.draft());
    assert_eq!(records.len(), 2);
}

async fn repeats_within_a_call_count_once(store: &dyn Store) {
    store.create_wave(&wave("w")).await.unwrap();
    let [first, second] = [entry("w", 1), entry("w", 2)];
    let call = [first.clone(), first.clone(), other_content(&first), second.clone(), first, second];
    let recorded = store.record(&call).await.unwrap();
    assert_eq!(positions(&recorded), [Some(1), Some(1), None, Some(2), Some(1), Some(2)]);
    let created = recorded.iter().filter(|one| matches!(one, Recorded::Created(_))).count();
    assert_eq!(created, 2);
    assert_eq!(store.log_end(&wave_id("w")).await.unwrap().submissions, 2);
}

async fn a_refused_call_leaves_nothing(store: &dyn Store) {
    store.create_wave(&wave("w")).await.unwrap();
    let call = [entry("w", 1), entry("nowhere", 2)];
    let error = store.record(&call).await.unwrap_err();
    assert!(matches!(error, StoreError::UnknownWave(wave) if wave == wave_id("nowhere")));
    assert_eq!(store.log_end(&wave_id("w")).await.unwrap(), LogEnd::default());
    assert_eq!(positions(&store.record(&call[..1]).await.unwrap()), [Some(1)]);
}

async fn what_is_read_is_what_was_written(store: &dyn Store) {
    store.create_wave(&wave("w")).await.unwrap();
    store.create_wave(&wave_taking("s", Takes::Sample)).await.unwrap();
    let group = ProcedureGroup::new("land").unwrap();
    let contexts = [(None, None), (Some(true), Some(group.clone())), (Some(false), Some(group))];
    let sources = [Source::Api, Source::Import, Source::Demo];
    let full = Sampling {
        stratum: Some(SampleLabel::new("Quận “Ba Đình”").unwrap()),
        psu: SampleLabel::new("tổ 5").unwrap(),
        weight: Weight::new(1.0 / 3.0).unwrap(),
        fpc: Some(PopulationSize::new(757.0).unwrap()),
    };
    let plans = [None, Some(full.clone()), Some(Sampling { stratum: None, fpc: None, ..full })];
    let mut entries = Vec::new();
    for channel in Channel::ALL {
        for respondent_type in RespondentType::ALL {
            let n = entries.len();
            let (staff_helped, procedure_group) = contexts[n % 3].clone();
            entries.push(Entry {
                source: sources[n / 3 % 3],
                channel: *channel,
                unit: format!("CN-{n}@2024-12-14").parse().unwrap(),
                context: Context {
                    respondent_type: *respondent_type,
                    staff_helped,
                    procedure_group,
                },
                sampling: plans[n % 3].clone(),
                ..entry(if plans[n % 3].is_some() { "s" } else { "w" }, n as u64)
            });
        }
    }
    store.record(&entries).await.unwrap();
    for wave in ["w", "s"].map(wave_id) {
        let of_wave = entries.iter().filter(|entry| entry.submission.draft().wave == wave);
        let expected: Vec<_> = (1..).zip(of_wave).map(recorded_as).collect();
        assert_eq!(store.submissions_after(&wave, 0, 100).await.unwrap(), expected);
    }
}

fn recorded_as((position, entry): (u64, &Entry)) -> Record {
    let Entry { submission, received_at, source, unit, channel, context, sampling } = entry.clone();
    let draft = submission.draft().clone();
    let sha256 = crate::value::sha256(&crate::row::text(&submission));
    Record { position, received_at, source, unit, channel, context, sampling, draft, sha256 }
}

async fn the_sample_plan_names_each_unit_once(store: &dyn Store) {
    store.create_wave(&wave_taking("w", Takes::Sample)).await.unwrap();
    assert_eq!(store.sample_plan(&wave_id("w")).await.unwrap(), SamplePlan::default());
    let psu = |name: &str| SampleLabel::new(name).unwrap();
    let sampling = |name: &str, weight: f64| Sampling {
        stratum: None,
        psu: psu(name),
        weight: Weight::new(weight).unwrap(),
        fpc: Some(PopulationSize::new(36.0).unwrap()),
    };
    let plans = [sampling("b", 1.0), sampling("a", 2.0), sampling("b", 3.0)].map(Some);
    let entries: Vec<_> =
        (1..).zip(plans).map(|(n, sampling)| Entry { sampling, ..entry("w", n) }).collect();
    store.record(&entries).await.unwrap();
    let unit = |name| SampledUnit {
        stratum: None,
        psu: psu(name),
        fpc: Some(PopulationSize::new(36.0).unwrap()),
    };
    let expected = SamplePlan { units: vec![unit("a"), unit("b")] };
    assert_eq!(store.sample_plan(&wave_id("w")).await.unwrap(), expected);
}

async fn receipt_times_are_cut_to_milliseconds(store: &dyn Store) {
    store.create_wave(&wave("w")).await.unwrap();
    let fine = Entry { received_at: time("2026-03-02T01:03:04.005999999Z"), ..entry("w", 1) };
    let Recorded::Created(receipt) = post(store, &fine).await else {
        panic!("it is new");
    };
    assert_eq!(receipt.received_at, time("2026-03-02T01:03:04.005Z"));
    assert_eq!(store.record(&[fine]).await.unwrap(), [Recorded::Same(receipt)]);
    let records = store.submissions_after(&wave_id("w"), 0, 1).await.unwrap();
    assert_eq!(records[0].received_at, receipt.received_at);
}

async fn a_wave_is_read_page_by_page(store: &dyn Store) {
    store.create_wave(&wave("even")).await.unwrap();
    store.create_wave(&wave("odd")).await.unwrap();
    let entries: Vec<_> =
        (1..=60).map(|n| entry(if n % 2 == 0 { "even" } else { "odd" }, n)).collect();
    store.record(&entries).await.unwrap();
    for (wave, rest) in [("even", 0), ("odd", 1)] {
        let all: Vec<_> =
            (1..).zip((1..=60).filter(|n| n % 2 == rest).map(submission_id)).collect();
        assert_eq!(listed(store, wave).await, all);
        let end = store.log_end(&wave_id(wave)).await.unwrap();
        assert_eq!((end.position, end.submissions), (30, 30));
    }
    let even = wave_id("even");
    assert_eq!(store.submissions_after(&even, 0, 0).await.unwrap(), []);
    assert_eq!(store.submissions_after(&even, 30, 9).await.unwrap(), []);
    assert_eq!(store.submissions_after(&even, u64::MAX, u32::MAX).await.unwrap(), []);
    assert_eq!(store.submissions_after(&even, 7, u32::MAX).await.unwrap().len(), 23);
}

async fn each_wave_has_a_log_of_its_own(store: &dyn Store) {
    store.create_wave(&wave("w")).await.unwrap();
    store.create_wave(&wave("x")).await.unwrap();
    let call = [entry("w", 1), entry("x", 1), entry("x", 2), entry("w", 1)];
    let recorded = store.record(&call).await.unwrap();
    assert_eq!(positions(&recorded), [Some(1), Some(1), Some(2), Some(1)]);
    assert!(matches!(recorded[3], Recorded::Same(_)));
    for (wave, position) in [("w", 1), ("x", 2)] {
        assert_eq!(store.log_end(&wave_id(wave)).await.unwrap().position, position);
    }
}

async fn recorded_tells_without_writing(store: &dyn Store) {
    store.create_wave(&wave("w")).await.unwrap();
    let first = entry("w", 1);
    assert_eq!(store.recorded(&first.submission).await.unwrap(), None);
    assert_eq!(store.log_end(&wave_id("w")).await.unwrap(), LogEnd::default());

    let Recorded::Created(receipt) = post(store, &first).await else {
        panic!("the first is new");
    };
    let same = store.recorded(&first.submission).await.unwrap();
    assert_eq!(same, Some(Recorded::Same(receipt)));
    let other = store.recorded(&other_content(&first).submission).await.unwrap();
    assert_eq!(other, Some(Recorded::Conflict));
}
