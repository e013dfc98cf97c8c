//! Giving room back to the disk, which PostgreSQL does by itself (autovacuum).

use std::future::{Ready, ready};

use sqlx::PgPool;

use super::PostgresStore;
use crate::error::StoreError;

pub(super) fn give_back(_: &PgPool) -> Ready<Result<bool, StoreError>> {
    ready(Ok(false))
}

pub(super) fn compact(_: &PgPool) -> Ready<Result<(), StoreError>> {
    ready(Ok(()))
}

/// PostgreSQL overwrites when it vacuums, and keeps its own log.
pub(super) fn overwrite_deleted(_: &PostgresStore) -> Ready<Result<bool, StoreError>> {
    ready(Ok(true))
}
