//! What nothing comes of does not wait for the one writer.

use sqlx::Executor;
use survey_defs::ids::HeartbeatNonce;

use super::{open, outside};
use crate::conformance::{add_a_device, aside, beat, entry};
use crate::devices::Heard;
use crate::prelude::*;
use crate::quarantine::Quarantined;
use crate::sender_tags::HanoiDay;

#[tokio::test]
async fn what_changes_nothing_is_answered_while_another_process_writes() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("store.db");
    let store = open(&file).await;
    add_a_device(&store).await;
    let device = store.devices().await.unwrap()[0].id;
    let nonce = HeartbeatNonce::new(uuid::Uuid::from_u128(7));
    let fresh = store.freshness(device, nonce).await.unwrap();
    let mut seen = beat(1, 0, 1);
    seen.heartbeat.freshness = Some(fresh.next());
    let heard = store.record_heartbeat(device, &seen, nonce).await.unwrap();
    assert!(matches!(heard, Heard::Taken { .. }), "{heard:?}");
    let kept: Quarantined = aside(&entry("w", 1), None);
    store.quarantine(std::slice::from_ref(&kept)).await.unwrap();

    let day = HanoiDay(20_514);
    store.sender_key(day, [1; 32]).await.unwrap();
    let mut writer = outside(&file).await;
    writer.execute("BEGIN IMMEDIATE").await.unwrap();
    for stale in [Some(fresh.next()), Some(fresh), None] {
        seen.heartbeat.freshness = stale;
        let heard = store.record_heartbeat(device, &seen, nonce).await.unwrap();
        assert_eq!(heard, Heard::Stale(fresh.next()));
    }
    assert_eq!(store.forget_senders(day, day).await.unwrap(), 0);
    let known = store.known_aside(&[kept]).await.unwrap();
    assert!(known[0].is_some());
}
