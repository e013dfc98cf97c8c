//! Files and checks without a database; what needs one is in the conformance suite.

mod check;
mod file;
/// The other database.
mod postgres;
/// Rows of every table.
pub(crate) mod fixture;

use async_trait::async_trait;
use futures::StreamExt as _;

use super::{Backend, DumpSource, Sender, Table, dump};
use crate::error::StoreError;

/// A database without rows.
struct Empty;

#[async_trait]
impl DumpSource for Empty {
    const BACKEND: Backend = Backend::Sqlite;

    async fn send(&mut self, _: Table, _: &mut Sender) -> Result<(), StoreError> {
        Ok(())
    }
}

/// Panics at the table after the first.
struct Panics;

#[async_trait]
impl DumpSource for Panics {
    const BACKEND: Backend = Backend::Sqlite;

    async fn send(&mut self, table: Table, _: &mut Sender) -> Result<(), StoreError> {
        assert_eq!(table, Table::ALL[0], "in the middle of a secret");
        Ok(())
    }
}

#[tokio::test]
async fn a_dump_whose_sender_panics_does_not_look_complete() {
    assert_eq!(dump(Empty).rows.count().await, 0);
    let mut cut_off = dump(Panics).rows;
    let error = cut_off.next().await.unwrap().unwrap_err();
    assert!(matches!(error, StoreError::Fault(_)), "{error:?}");
    assert!(!format!("{error:?}").contains("secret"), "{error:?}");
    assert!(cut_off.next().await.is_none());
}
