//! Decisions of staff on several entries at once.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use store::{QuarantineEntry, QuarantineFilter, QuarantineState};
use survey_defs::audit::{NewAuditEntry, Reason};
use survey_defs::caller::Caller;
use survey_defs::ids::WaveId;
use survey_defs::quarantine::QuarantineReason;

use super::listing::{all, entry};
use super::{Outcome, ReleaseRequest, reject, reject_and_drop, release};
use crate::intake::{Error, Intake, find_wave};

/// Which entries of a wave are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// These numbers. Of a range of several, those that exist.
    Numbers(Vec<RangeInclusive<u64>>),
    /// All that wait and that a filter lets through.
    Waiting(QuarantineFilter),
}

/// What is decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// They count.
    Release {
        /// What is overridden, besides the reason for which each was quarantined.
        overriding: Vec<QuarantineReason>,
    },
    /// They never count.
    Reject,
    /// They never count, and their texts are dropped at once.
    RejectAndDrop,
}

/// Decides on each entry that is meant, in the order of their numbers.
///
/// # Errors
/// [`super::super::Refusal::UnknownWave`]; those of the store, where what was decided until then
/// stands.
pub async fn decide(
    intake: &Intake,
    wave: &WaveId,
    (selection, decision): (&Selection, &Decision),
    (reason, caller): (Reason, &Caller),
) -> Result<Vec<(u64, Outcome)>, Error> {
    let audit = NewAuditEntry::new(caller, intake.clock.now(), reason);
    find_wave(intake.store(), wave).await?;
    let filter = match selection {
        Selection::Numbers(_) => QuarantineFilter::default(),
        Selection::Waiting(filter) => {
            QuarantineFilter { state: Some(QuarantineState::Waiting), ..filter.clone() }
        }
    };
    let numbers = selection.numbers(&all(intake.store(), wave, &filter).await?);
    let mut outcomes = Vec::with_capacity(numbers.len());
    for number in numbers {
        outcomes.push((number, decide_one(intake, (wave, number), decision, &audit).await?));
    }
    Ok(outcomes)
}

async fn decide_one(
    intake: &Intake,
    (wave, number): (&WaveId, u64),
    decision: &Decision,
    audit: &NewAuditEntry,
) -> Result<Outcome, Error> {
    match decision {
        Decision::Reject => Ok(reject(intake.store(), wave, number, audit).await?),
        Decision::RejectAndDrop => Ok(reject_and_drop(intake.store(), wave, number, audit).await?),
        Decision::Release { overriding } => match entry(intake.store(), wave, number).await? {
            None => Ok(Outcome::Unknown),
            Some(entry) if entry.state != QuarantineState::Waiting => {
                Ok(Outcome::Before(entry.state))
            }
            Some(entry) => {
                let request =
                    ReleaseRequest { audit: audit.clone(), overriding: overriding.clone() };
                release(intake, wave, &entry, &request).await
            }
        },
    }
}

impl Selection {
    fn numbers(&self, entries: &[QuarantineEntry]) -> BTreeSet<u64> {
        match self {
            Self::Numbers(ranges) => {
                ranges.iter().flat_map(|range| existing(range, entries)).collect()
            }
            Self::Waiting(_) => entries.iter().map(|entry| entry.number).collect(),
        }
    }
}

fn existing(range: &RangeInclusive<u64>, entries: &[QuarantineEntry]) -> Vec<u64> {
    if range.start() == range.end() {
        // A single number is meant even where it does not exist, so that this is told.
        return vec![*range.start()];
    }
    entries.iter().map(|entry| entry.number).filter(|number| range.contains(number)).collect()
}
