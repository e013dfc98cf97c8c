//! Cases (*vụ việc*), and taking records out of every score (*loại phiếu khỏi số liệu*).
//!
//! A case is found, examined, concluded, and then its records are annulled or kept. Which records it is
//! about follows from a rule of point or sender, time and device, and is settled when it is examined. Nobody
//! who decides here sees an answer or a score.

mod error;
mod report;

use store::{Case, CaseStep, CaseStepped, Store};
use survey_defs::audit::{AuditAction, NewAuditEntry, Reason};
use survey_defs::caller::{Account, Actor, ActorName, Caller, Role};
use survey_defs::case::{AnnulmentCause, CaseState, Origin, Rule};
use survey_defs::ids::WaveId;

pub use self::error::Error;
pub use self::report::{CaseReport, MOST_ALONE, RecordCount, UnitShare, find, list, report};
use super::{Intake, find_wave};

/// Who does something, and why.
#[derive(Debug, Clone)]
pub struct Act<'a> {
    /// Who.
    pub caller: &'a Caller,
    /// Why, in words.
    pub reason: Reason,
}

/// What became of the wish to annul.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Annulment {
    /// The records do not count any more.
    Done,
    /// A second person must confirm it.
    Proposed,
}

/// Opens a case. What was noticed is the reason of the act.
///
/// # Errors
/// [`Error::NotAllowed`], [`Error::UnknownPoint`], [`Error::UnknownSender`]; [`Refusal::UnknownWave`](super::Refusal::UnknownWave).
pub async fn open(intake: &Intake, wave: &WaveId, rule: &Rule, act: Act<'_>) -> Result<u64, Error> {
    let audit = audit(intake, act)?;
    let store = intake.store();
    find_wave(store, wave).await?;
    let origin = &rule.fields().origin;
    // Imported records have no service point of the wave, but all name this one.
    if let Some(point) = origin.point().filter(|point| point.as_str() != IMPORTED)
        && store.point(wave, point).await?.is_none()
    {
        return Err(Error::UnknownPoint { wave: wave.clone(), point: point.clone() });
    }
    check_sender(store, wave, origin).await?;
    Ok(store.open_case(wave, rule, &audit).await?)
}

/// Refuses a rule about a sender of whom nothing is known, or nothing any more.
async fn check_sender(store: &dyn Store, wave: &WaveId, origin: &Origin) -> Result<(), Error> {
    match origin.same_sender_as() {
        Some(position) if store.same_sender(wave, position).await?.is_empty() => {
            Err(Error::UnknownSender { wave: wave.clone(), position })
        }
        Some(_) | None => Ok(()),
    }
}

/// The point that imported records name.
const IMPORTED: &str = "import";

/// Settles which records a case is about: all that its rule means by now, which may be none. Those that
/// come later are not among them.
///
/// # Errors
/// [`Error::CannotFollow`], [`Error::NotAllowed`], [`Error::UnknownCase`].
pub async fn examine(
    intake: &Intake,
    case: (&WaveId, u64),
    act: Act<'_>,
) -> Result<CaseReport, Error> {
    let audit = audit(intake, act)?;
    let (wave, number) = case;
    let found = find(intake.store(), wave, number).await?;
    let records = intake.store().records_of_rule(wave, &found.rule).await?;
    let records = records.into_iter().map(|record| record.position).collect();
    step(intake, case, &CaseStep::Examine { records }, &audit).await?;
    report(intake.store(), wave, number).await
}

/// Somebody was heard. What they said is the reason of the act.
///
/// # Errors
/// [`Error::NotAllowed`], [`Error::UnknownCase`].
pub async fn hear(
    intake: &Intake,
    case: (&WaveId, u64),
    who: ActorName,
    act: Act<'_>,
) -> Result<CaseState, Error> {
    let audit = audit(intake, act)?;
    step(intake, case, &CaseStep::Hear { who }, &audit).await
}

/// People were asked whether they have answered.
///
/// # Errors
/// [`Error::MoreConfirmed`], [`Error::NotAllowed`], [`Error::UnknownCase`].
pub async fn contact(
    intake: &Intake,
    case: (&WaveId, u64),
    (asked, confirmed): (u32, u32),
    act: Act<'_>,
) -> Result<CaseState, Error> {
    let audit = audit(intake, act)?;
    if confirmed > asked {
        return Err(Error::MoreConfirmed { asked, confirmed });
    }
    step(intake, case, &CaseStep::Contact { asked, confirmed }, &audit).await
}

/// Writes the conclusion of a case down, which is the reason of the act.
///
/// # Errors
/// [`Error::CannotFollow`], [`Error::NotAllowed`], [`Error::UnknownCase`].
pub async fn conclude(
    intake: &Intake,
    case: (&WaveId, u64),
    act: Act<'_>,
) -> Result<CaseState, Error> {
    let audit = audit(intake, act)?;
    step(intake, case, &CaseStep::Conclude, &audit).await
}

/// Annuls the records of a case, or proposes it where a second person must confirm that.
///
/// # Errors
/// [`Error::NoRecords`], [`Error::ProposedBefore`], [`Error::CannotFollow`], [`Error::NotAllowed`], [`Error::UnknownCase`].
pub async fn annul(
    intake: &Intake,
    of: (&WaveId, u64),
    cause: AnnulmentCause,
    act: Act<'_>,
) -> Result<Annulment, Error> {
    let actor = act.caller.actor().clone();
    let audit = audit(intake, act)?;
    let (wave, number) = of;
    loop {
        // First of all: then the store notices what comes after, and it is decided anew.
        let acts = intake.store().annulment_acts(wave).await?;
        let report = report(intake.store(), wave, number).await?;
        if report.case.state == CaseState::Concluded && report.case.records.is_empty() {
            return Err(Error::NoRecords { number });
        }
        // Who proposed without a name of their own may do so again with one: else nobody could confirm.
        if let (CaseState::Concluded, Some((_, by))) = (report.case.state, proposal(&report.case))
            && (actor == *by || actor.is_another_person_than(by))
        {
            return Err(Error::ProposedBefore { number, by: by.clone() });
        }
        if report.needs_second_person() {
            step(intake, of, &CaseStep::ProposeAnnulment { cause }, &audit).await?;
            return Ok(Annulment::Proposed);
        }
        match step(intake, of, &CaseStep::AnnulAlone { cause, acts }, &audit).await {
            Ok(_) => return Ok(Annulment::Done),
            Err(Error::Outrun) => {}
            Err(error) => return Err(error),
        }
    }
}

/// Confirms a proposed annulment, as another person than the one who has proposed it.
///
/// # Errors
/// [`Error::NothingProposed`], [`Error::SamePerson`], [`Error::NotAllowed`], [`Error::UnknownCase`].
pub async fn confirm(
    intake: &Intake,
    of: (&WaveId, u64),
    act: Act<'_>,
) -> Result<CaseState, Error> {
    let second = act.caller.actor().clone();
    let audit = audit(intake, act)?;
    let (wave, number) = of;
    let found = find(intake.store(), wave, number).await?;
    let Some((cause, first)) = proposal(&found).filter(|_| found.state == CaseState::Concluded)
    else {
        return Err(Error::NothingProposed { number });
    };
    if !second.is_another_person_than(first) {
        return Err(Error::SamePerson { number, first: first.clone() });
    }
    step(intake, of, &CaseStep::Annul { cause }, &audit).await
}

/// Decides that the records of a case go on counting.
///
/// # Errors
/// [`Error::CannotFollow`], [`Error::NotAllowed`], [`Error::UnknownCase`].
pub async fn keep(intake: &Intake, case: (&WaveId, u64), act: Act<'_>) -> Result<CaseState, Error> {
    let audit = audit(intake, act)?;
    step(intake, case, &CaseStep::Keep, &audit).await
}

/// Undoes an annulment: the records count again.
///
/// # Errors
/// [`Error::CannotFollow`], [`Error::NotAllowed`], [`Error::UnknownCase`].
pub async fn undo(intake: &Intake, case: (&WaveId, u64), act: Act<'_>) -> Result<CaseState, Error> {
    let audit = audit(intake, act)?;
    step(intake, case, &CaseStep::Undo, &audit).await
}

/// Who has proposed to annul the records of a case, and why.
fn proposal(case: &Case) -> Option<(AnnulmentCause, &Actor)> {
    case.history.iter().rev().find_map(|entry| match &entry.action {
        AuditAction::AnnulmentProposed { cause, .. } => Some((*cause, &entry.actor)),
        _ => None,
    })
}

/// The audit entry of somebody who may do something to cases: the institute, never a unit, and nobody
/// who cannot be told from others.
fn audit(intake: &Intake, Act { caller, reason }: Act<'_>) -> Result<NewAuditEntry, Error> {
    let may = match caller.actor() {
        Actor::Account(Account { role, .. }) => match role {
            Role::Analyst => true,
            Role::Admin
            | Role::SurveyLead
            | Role::UnitLeader
            | Role::Coordinator
            | Role::Viewer
            | Role::Auditor => false,
        },
        Actor::LocalOperator { .. } => true,
        Actor::UnnamedStaff | Actor::System { .. } => false,
    };
    if may {
        Ok(NewAuditEntry::new(caller, intake.clock.now(), reason))
    } else {
        Err(Error::NotAllowed)
    }
}

async fn step(
    intake: &Intake,
    (wave, number): (&WaveId, u64),
    step: &CaseStep,
    audit: &NewAuditEntry,
) -> Result<CaseState, Error> {
    find_wave(intake.store(), wave).await?;
    match intake.store().step_case(wave, number, step, audit).await? {
        CaseStepped::Done(state) => Ok(state),
        CaseStepped::Refused(state) => Err(Error::CannotFollow { number, state }),
        CaseStepped::Outrun => Err(Error::Outrun),
        CaseStepped::Unknown => Err(Error::UnknownCase { wave: wave.clone(), number }),
    }
}
