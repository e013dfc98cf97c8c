//! Taking free text out of a submission.

use survey_defs::answer::Answer;
use survey_defs::audit::AuditAction;
use survey_defs::ids::QuestionId;
use survey_defs::submission::Draft;

use super::decisions::audit;
use super::fixture::{comment_of, entry, other_content, submission_id, wave, wave_id};
use crate::error::StoreError;
use crate::store::Store;
use crate::submission_log::{Recorded, Redacted};

checks! {
    a_redaction_takes_text_out_and_is_told,
    a_repetition_of_the_original_is_the_same,
    a_redaction_changes_nothing_else,
    a_submission_is_found_by_its_id,
}

fn questions(ids: &[&str]) -> Vec<QuestionId> {
    ids.iter().map(|id| QuestionId::new(*id).unwrap()).collect()
}

/// The n-th draft without the answers to these questions.
fn without(n: u64, ids: &[&str]) -> Draft {
    let mut draft = entry("w", n).submission.draft().clone();
    for id in questions(ids) {
        draft.answers.remove(&id);
    }
    draft
}

async fn recorded(store: &dyn Store) {
    store.create_wave(&wave("w")).await.unwrap();
    store.record(&(1..=3).map(|n| entry("w", n)).collect::<Vec<_>>()).await.unwrap();
}

async fn a_redaction_takes_text_out_and_is_told(store: &dyn Store) {
    recorded(store).await;
    let all = async || store.submissions_after(&wave_id("w"), 0, 9).await.unwrap();
    let before = all().await;
    let end = store.log_end(&wave_id("w")).await.unwrap();
    let ids = questions(&["comment"]);
    let redact =
        async || store.redact(&without(2, &["comment"]), &ids, &audit("Có tên người.")).await;
    assert_eq!(redact().await.unwrap(), Redacted::Done);
    assert_eq!(redact().await.unwrap(), Redacted::Before);

    let after = all().await;
    assert_eq!((&after[0], &after[2]), (&before[0], &before[2]), "the others are as they were");
    let mut expected = before[1].clone();
    expected.draft = without(2, &["comment"]);
    assert_eq!(after[1], expected, "position, receipt and hash stay");
    assert_eq!(store.submission(&wave_id("w"), submission_id(2)).await.unwrap(), Some(expected));
    assert_eq!(store.log_end(&wave_id("w")).await.unwrap(), end);
    let text = serde_json::to_string(&after[1].draft).unwrap();
    assert!(!text.contains("góp ý") && comment_of(2).contains("góp ý"));

    let log = store.audit_after(&wave_id("w"), 0, 9).await.unwrap();
    assert_eq!(log.len(), 1);
    let action =
        AuditAction::Redacted { position: 2, submission: submission_id(2), questions: ids.clone() };
    assert_eq!((&log[0].action, log[0].reason.as_str()), (&action, "Có tên người."));

    // What was answered otherwise can go later.
    let more = questions(&["line", "comment"]);
    let both = without(2, &["line", "comment"]);
    assert_eq!(store.redact(&both, &more, &audit("b")).await.unwrap(), Redacted::Done);
    let log = store.audit_after(&wave_id("w"), 1, 9).await.unwrap();
    let AuditAction::Redacted { questions, .. } = &log[0].action else { panic!("{log:?}") };
    assert_eq!(*questions, self::questions(&["line"]), "those that were there");
}

async fn a_repetition_of_the_original_is_the_same(store: &dyn Store) {
    recorded(store).await;
    let redacted = without(2, &["comment"]);
    store.redact(&redacted, &questions(&["comment"]), &audit("a")).await.unwrap();
    let original = entry("w", 2);
    let again = store.record(&[original.clone(), other_content(&original)]).await.unwrap();
    assert!(matches!(again[0], Recorded::Same(receipt) if receipt.position == 2), "{again:?}");
    assert_eq!(again[1], Recorded::Conflict);
    let told = store.recorded(&original.submission).await.unwrap();
    assert!(matches!(told, Some(Recorded::Same(_))));
    // The repetition does not bring the text back.
    let record = store.submission(&wave_id("w"), submission_id(2)).await.unwrap().unwrap();
    assert_eq!(record.draft, redacted);
    let other = super::fixture::accept(redacted);
    assert_eq!(store.recorded(&other).await.unwrap(), Some(Recorded::Conflict));
}

async fn a_redaction_changes_nothing_else(store: &dyn Store) {
    recorded(store).await;
    let before = store.submissions_after(&wave_id("w"), 0, 9).await.unwrap();
    let mut other_text = without(2, &["comment"]);
    other_text
        .answers
        .insert(QuestionId::new("line").unwrap(), Answer::Text("một câu khác".to_owned()));
    let mut other_time = without(2, &["comment"]);
    other_time.finished_at += jiff::SignedDuration::from_nanos(1);
    let mut more = without(2, &["comment"]);
    more.answers.insert(QuestionId::new("new").unwrap(), Answer::NotApplicable);
    for (draft, ids) in [
        (other_text, &["comment"][..]),
        (other_time, &["comment"]),
        (more, &["comment"]),
        // More is gone than was said, less than was said, and what is no text.
        (without(2, &["comment", "line"]), &["comment"]),
        (without(2, &["comment"]), &["comment", "line"]),
        (without(2, &["level"]), &["level"]),
        (without(2, &["day", "comment"]), &["day", "comment"]),
        (without(2, &["comment"]), &[]),
    ] {
        let refused = store.redact(&draft, &questions(ids), &audit("a")).await.unwrap_err();
        assert!(matches!(refused, StoreError::Invalid { .. }), "{refused:?}");
        let told = format!("{refused} {refused:?}");
        assert!(!told.contains("góp ý") && !told.contains("câu khác"), "{told}");
    }
    let unknown = entry("w", 8).submission.draft().clone();
    assert_eq!(store.redact(&unknown, &[], &audit("a")).await.unwrap(), Redacted::Unknown);
    let elsewhere = entry("x", 2).submission.draft().clone();
    assert_eq!(store.redact(&elsewhere, &[], &audit("a")).await.unwrap(), Redacted::Unknown);
    let nothing_to_do = without(2, &[]);
    let not_answered = questions(&["nobody_answered"]);
    let outcome = store.redact(&nothing_to_do, &not_answered, &audit("a")).await.unwrap();
    assert_eq!(outcome, Redacted::Before);
    assert_eq!(store.submissions_after(&wave_id("w"), 0, 9).await.unwrap(), before);
    assert_eq!(store.audit_after(&wave_id("w"), 0, 9).await.unwrap(), []);
}

async fn a_submission_is_found_by_its_id(store: &dyn Store) {
    recorded(store).await;
    let listed = store.submissions_after(&wave_id("w"), 1, 1).await.unwrap();
    let found = store.submission(&wave_id("w"), submission_id(2)).await.unwrap();
    assert_eq!(found.as_ref(), listed.first());
    assert_eq!(store.submission(&wave_id("w"), submission_id(9)).await.unwrap(), None);
    assert_eq!(store.submission(&wave_id("x"), submission_id(2)).await.unwrap(), None);
}
