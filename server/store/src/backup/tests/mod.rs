//! Files and checks without a database; what needs one is in the conformance suite.

/// What the checker finds.
mod check;
/// Files, whole and damaged.
mod file;
/// The other database.
mod postgres;
/// Rows of every table.
pub(crate) mod fixture;

use futures::{StreamExt as _, stream};

use super::{Backend, Dump};
use crate::error::StoreError;

#[tokio::test]
async fn a_dump_whose_sender_panics_does_not_look_complete() {
    let well = Dump::new(Backend::Sqlite, stream::empty(), tokio::spawn(async {}));
    assert_eq!(well.rows.count().await, 0);
    let panics = tokio::spawn(async { panic!("in the middle of a secret") });
    let mut cut_off = Dump::new(Backend::Sqlite, stream::empty(), panics).rows;
    let error = cut_off.next().await.unwrap().unwrap_err();
    assert!(matches!(error, StoreError::Fault(_)), "{error:?}");
    assert!(!format!("{error:?}").contains("secret"), "{error:?}");
    assert!(cut_off.next().await.is_none());
}
