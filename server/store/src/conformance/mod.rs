//! What every backend must do, as tests against `&dyn Store`.
//!
//! Each file has the checks of one capability, and names them in `checks!`, which runs each of them
//! on both databases. Each check gets a store of its own, empty, and knows nothing of the backend. A
//! check that is missing from the list is dead code, which the compiler reports.

/// Runs checks on every backend. Whatever a check does, what is stored agrees with itself then.
macro_rules! checks {
    ($($check:ident,)*) => {
        checks! { sqlite: $($check)* }
        checks! { postgres: $($check)* }
    };
    ($backend:ident: $($check:ident)*) => {
        mod $backend {$(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $check() {
                let fresh = crate::conformance::$backend().await;
                super::$check(fresh.store.as_ref()).await;
                crate::conformance::backup::agrees(fresh.store.as_ref()).await;
            }
        )*}
    };
}

mod fixture;

mod audit;
mod backup;
mod break_offs;
mod cases;
mod catalogue;
mod concurrency;
mod decisions;
mod devices;
mod dossiers;
mod expiry;
mod history;
mod imports;
mod lead;
mod level_counts;
mod log;
mod heartbeat_history;
mod quarantine;
mod redaction;
mod segments;
mod sender_tags;
mod short_codes;
mod staff_sessions;

pub(crate) use self::backup::agrees;
pub(crate) use self::decisions::{aside, audit as audit_entry};
pub(crate) use self::devices::{add_a_device, wrong_secrets_then};
pub(crate) use self::fixture::{
    NumberedCodes, accept, audit_of_the_release_before, columns_before, comment_of, entry,
    name_before, other_content, sampled, tables_before, wave,
};
pub(crate) use self::heartbeat_history::beat;

use crate::store::Store;

/// A fresh store, and whatever must live as long as it.
struct Fresh {
    store: Box<dyn Store>,
    _folder: Option<tempfile::TempDir>,
}

async fn sqlite() -> Fresh {
    let folder = tempfile::tempdir().unwrap();
    let store =
        crate::SqliteStore::open(&folder.path().join("new").join("store.db")).await.unwrap();
    Fresh { store: Box::new(store), _folder: Some(folder) }
}

async fn postgres() -> Fresh {
    let url = crate::postgres::fresh_database().await;
    let store = crate::PostgresStore::open(&url).await.unwrap();
    Fresh { store: Box::new(store), _folder: None }
}
