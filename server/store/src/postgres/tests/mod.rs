//! What only PostgreSQL can get wrong: several servers, restarts, partitions, locks.

mod accidents;

mod servers;

mod tables;

mod opening;

/// Databases that released programs left.
mod released;

use std::sync::atomic::{AtomicUsize, Ordering};

use cluster::Cluster;
use survey_defs::ids::WaveId;
use tokio::sync::OnceCell;

use super::PostgresStore;
use crate::conformance::{entry, wave};
use crate::prelude::*;
use crate::submission_log::Entry;

/// The name of the database whose tables are copied for each test.
const TEMPLATE: &str = "migrated";

/// The URL of a database with empty tables.
pub(crate) async fn fresh_database() -> String {
    static NUMBER: AtomicUsize = AtomicUsize::new(1);
    static TEMPLATE_MADE: OnceCell<()> = OnceCell::const_new();
    let cluster = shared();
    let make = || async {
        let url = cluster.create_database(TEMPLATE).unwrap();
        PostgresStore::open(&url).await.unwrap().pool.close().await;
    };
    TEMPLATE_MADE.get_or_init(make).await;
    let name = format!("fresh_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
    cluster.create_database_like(&name, TEMPLATE).unwrap()
}

/// Where PostgreSQL is not installed, tests fail and say what to install.
fn shared() -> &'static Cluster {
    cluster::shared().unwrap()
}

/// A store with wave w in a database of its own, and the URL of the database.
async fn with_wave() -> (PostgresStore, String) {
    let url = fresh_database().await;
    let store = PostgresStore::open(&url).await.unwrap();
    store.create_wave(&wave("w")).await.unwrap();
    (store, url)
}

fn entries(numbers: std::ops::Range<u64>) -> Vec<Entry> {
    numbers.map(|n| entry("w", n)).collect()
}

/// The number of submissions of wave w, by its log and by its end; positions are without gaps.
async fn count(store: &PostgresStore) -> u64 {
    let wave = WaveId::new("w").unwrap();
    let listed = store.submissions_after(&wave, 0, u32::MAX).await.unwrap();
    let positions: Vec<u64> = listed.iter().map(|record| record.position).collect();
    assert_eq!(positions, (1..=listed.len() as u64).collect::<Vec<_>>());
    let end = store.log_end(&wave).await.unwrap();
    assert_eq!((end.submissions, end.position), (listed.len() as u64, listed.len() as u64));
    end.submissions
}
