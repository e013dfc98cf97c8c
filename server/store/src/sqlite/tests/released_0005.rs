//! The database of the release before the table of acts became the audit log, made by that release.

use survey_defs::ids::WaveId;

use super::upgrade::{Opened, opened};
use crate::conformance::{agrees, audit_of_the_release_before};
use crate::prelude::*;

const DUMP: &str = include_str!("../../../../../tests/fixtures/schema/sqlite-0005.sql");

#[tokio::test]
async fn acts_of_the_release_before_are_told_by_the_audit_log() {
    let Opened { store, outside: _, _folder } = opened(DUMP).await;
    for (wave, expected) in audit_of_the_release_before() {
        assert_eq!(store.audit_after(&wave, 0, 99).await.unwrap(), expected, "{wave}");
    }
    // Of the late records one was of a device, which had proved itself.
    let summer = WaveId::new("summer").unwrap();
    let kept = store.quarantine_after(&summer, 0, 9).await.unwrap();
    let proven: Vec<bool> = kept.iter().map(|one| one.proven).collect();
    assert_eq!(proven, [false, false, false, true, false]);
    assert!(kept.iter().all(|one| one.proven == one.session.is_some()));
    agrees(&store).await;
}
