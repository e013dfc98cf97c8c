//! Reading the audit log: what was done to records, by whom and why.

use async_trait::async_trait;
use survey_defs::audit::AuditEntry;
use survey_defs::ids::WaveId;

use crate::error::StoreError;

/// Reading the audit log. Each entry is added by the use-case that it tells of, in the same
/// transaction.
#[async_trait]
pub trait AuditLog: Send + Sync {
    /// The next entries of a wave after a number, at most `limit`, in order. Begin with 0.
    async fn audit_after(
        &self,
        wave: &WaveId,
        number: u64,
        limit: u32,
    ) -> Result<Vec<AuditEntry>, StoreError>;

    /// The number of the last entry of a wave; 0 without any. Reads one row.
    async fn audit_end(&self, wave: &WaveId) -> Result<u64, StoreError>;
}
