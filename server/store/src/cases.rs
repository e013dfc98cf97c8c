//! Cases: records that somebody doubts, and whether they count.

use std::collections::BTreeMap;

use async_trait::async_trait;
use jiff::Timestamp;
use survey_defs::audit::{AuditEntry, NewAuditEntry};
use survey_defs::caller::ActorName;
use survey_defs::case::{AnnulmentCause, CaseState, Rule};
use survey_defs::ids::{DeviceId, PointId, WaveId};
use survey_defs::positions::Positions;
use survey_defs::unit::UnitKey;

use crate::error::StoreError;

/// Cases of a wave, what is done to them, and which records do not count because of it. Each act adds
/// its audit entry in the same transaction.
#[async_trait]
pub trait Cases: Send + Sync {
    /// Opens a case and returns its number; the reason of the audit entry says what was noticed.
    ///
    /// # Errors
    /// [`StoreError::UnknownWave`].
    async fn open_case(
        &self,
        wave: &WaveId,
        rule: &Rule,
        audit: &NewAuditEntry,
    ) -> Result<u64, StoreError>;

    /// The cases of a wave, in the order of their numbers.
    async fn cases(&self, wave: &WaveId) -> Result<Vec<Case>, StoreError>;

    /// Does something to a case. Of concurrent steps that exclude each other one is
    /// [`CaseStepped::Done`].
    ///
    /// # Errors
    /// [`StoreError::Invalid`] if an examination finds no positions, or some that the log does not
    /// have.
    async fn step_case(
        &self,
        wave: &WaveId,
        number: u64,
        step: &CaseStep,
        audit: &NewAuditEntry,
    ) -> Result<CaseStepped, StoreError>;

    /// The records that a rule means by now, in the order of the log. Reads the part of the log that
    /// was received in its window. A rule about a sender means none when the tags of that day are gone.
    async fn records_of_rule(
        &self,
        wave: &WaveId,
        rule: &Rule,
    ) -> Result<Vec<CaseRecord>, StoreError>;

    /// The records that were settled when a case was examined, in the order of the log; none before.
    async fn records_of_case(
        &self,
        wave: &WaveId,
        number: u64,
    ) -> Result<Vec<CaseRecord>, StoreError>;

    /// How many submissions of a wave each unit has.
    async fn submissions_by_unit(
        &self,
        wave: &WaveId,
    ) -> Result<BTreeMap<UnitKey, u64>, StoreError>;

    /// How often records of a wave were annulled or such an act was undone: the number of the last
    /// act, 0 without any. Reads one row.
    async fn annulment_acts(&self, wave: &WaveId) -> Result<u64, StoreError>;

    /// Which records of a wave do not count.
    async fn annulled(&self, wave: &WaveId) -> Result<Annulled, StoreError>;
}

/// A case.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// Its number in the wave, from 1 without gaps.
    pub number: u64,
    /// Which records it is about.
    pub rule: Rule,
    /// Where it stands.
    pub state: CaseState,
    /// The records that were settled when it was examined; none before.
    pub records: Positions,
    /// What was done to it, in order.
    pub history: Vec<AuditEntry>,
}

/// Something that is done to a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaseStep {
    /// It is settled for good which records it is about.
    Examine {
        /// Their positions, which may be none.
        records: Positions,
    },
    /// Somebody was heard.
    Hear {
        /// Who.
        who: ActorName,
    },
    /// People were asked whether they have answered.
    Contact {
        /// How many were asked.
        asked: u32,
        /// How many of them had answered.
        confirmed: u32,
    },
    /// It is written down what the records are.
    Conclude,
    /// Somebody wants them annulled, and a second person must confirm it.
    ProposeAnnulment {
        /// Why.
        cause: AnnulmentCause,
    },
    /// They do not count any more: two people want it.
    Annul {
        /// Why.
        cause: AnnulmentCause,
    },
    /// They do not count any more: one person may decide it, because few are annulled. That holds only as
    /// long as no other act comes between.
    AnnulAlone {
        /// Why.
        cause: AnnulmentCause,
        /// How many acts there were when it was decided that one person is enough.
        acts: u64,
    },
    /// They go on counting.
    Keep,
    /// They count again.
    Undo,
}

/// What became of a [`CaseStep`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaseStepped {
    /// It is done, an audit entry tells of it, and the case stands there.
    Done(CaseState),
    /// It cannot be done to a case that stands there.
    Refused(CaseState),
    /// Another act came between, so what the step rests on may hold no more. Nothing is done.
    Outrun,
    /// There is no such case.
    Unknown,
}

/// A record that a case is about: when it came from where, and nothing of what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseRecord {
    /// Its position in the log.
    pub position: u64,
    /// When it arrived, by server time.
    pub received_at: Timestamp,
    /// The unit that is scored.
    pub unit: UnitKey,
    /// The service point that it names.
    pub point: PointId,
    /// The device that it names.
    pub device: Option<DeviceId>,
    /// Whether it comes from a sample plan.
    pub sampled: bool,
}

/// The records of a wave that do not count.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Annulled {
    /// The number of the last act, 0 without any.
    pub acts: u64,
    /// Their positions.
    pub positions: Positions,
}
