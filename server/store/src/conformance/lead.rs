//! Tasks that one server does for all.

use crate::leadership::LeaderTask;
use crate::store::Store;

checks! {
    one_leads_a_task,
    a_lead_passes_on,
}

async fn one_leads_a_task(store: &dyn Store) {
    let mut mirror = store.lead(LeaderTask::Mirror).await.unwrap().expect("nobody leads yet");
    assert!(mirror.holds().await.unwrap());
    assert!(store.lead(LeaderTask::Mirror).await.unwrap().is_none());
    // Each task has a lead of its own.
    let mut retention = store.lead(LeaderTask::Retention).await.unwrap().unwrap();
    assert!(store.lead(LeaderTask::Retention).await.unwrap().is_none());
    assert!(retention.holds().await.unwrap() && mirror.holds().await.unwrap());
}

async fn a_lead_passes_on(store: &dyn Store) {
    for _ in 0..3 {
        let mut lead = loop {
            // The end of a lead may reach the database a moment after it was dropped.
            if let Some(lead) = store.lead(LeaderTask::Mirror).await.unwrap() {
                break lead;
            }
            store.waves().await.unwrap();
        };
        assert!(lead.holds().await.unwrap());
        assert!(store.lead(LeaderTask::Mirror).await.unwrap().is_none());
        drop(lead);
    }
}
