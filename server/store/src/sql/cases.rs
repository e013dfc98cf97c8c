//! Cases: opening them, steps, and what does not count because of them.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use async_trait::async_trait;
use sqlx::QueryBuilder;
use survey_defs::audit::{AuditAction, AuditEntry, NewAuditEntry};
use survey_defs::case::{CaseState, Devices, Origin, Rule};
use survey_defs::ids::WaveId;
use survey_defs::positions::Positions;
use survey_defs::unit::UnitKey;

use super::{Backend, Connection, Driver, Json, audit_log, locks};
use crate::cases::{Annulled, Case, CaseRecord, CaseStep, CaseStepped, Cases};
use crate::error::StoreError;
use crate::rows::{CaseEventRow, CaseRecordRow, CaseRow};
use crate::value;

/// Records that are read at a time, and ranges that are written in one statement.
const PAGE: u32 = 1_000;

#[async_trait]
impl Cases for Backend {
    async fn open_case(
        &self,
        wave: &WaveId,
        rule: &Rule,
        audit: &NewAuditEntry,
    ) -> Result<u64, StoreError> {
        let mut transaction = self.write().await?;
        locks::waves(&mut transaction, [wave]).await?;
        locks::name(&mut transaction, wave).await?;
        let number: i64 = sqlx::query_scalar(
            "INSERT INTO cases (wave, number, rule)
             SELECT $1, coalesce(max(number), 0) + 1, $2 FROM cases WHERE wave = $1
             RETURNING number",
        )
        .bind(wave.as_str())
        .bind(serde_json::to_string(rule).expect("a rule is plain data"))
        .fetch_one(&mut *transaction)
        .await?;
        let case = value::unsigned("the number of a case", number)?;
        let action = AuditAction::CaseOpened { case, rule: rule.clone() };
        event(&mut transaction, (wave, case), (CaseState::Found, &action), audit).await?;
        transaction.commit().await?;
        Ok(case)
    }

    async fn cases(&self, wave: &WaveId) -> Result<Vec<Case>, StoreError> {
        let rows: Vec<CaseRow> =
            sqlx::query_as("SELECT number, rule FROM cases WHERE wave = $1 ORDER BY number")
                .bind(wave.as_str())
                .fetch_all(self.reader())
                .await?;
        let mut cases = BTreeMap::new();
        for CaseRow { number, rule } in rows {
            let case = Case {
                number: value::unsigned("the number of a case", number)?,
                rule: value::json("the rule of a case", &rule)?,
                state: CaseState::Found,
                records: Positions::default(),
                history: Vec::new(),
            };
            cases.insert(number, case);
        }
        let events: Vec<CaseEventRow> = sqlx::query_as(
            "SELECT e.case_number, e.state, a.number, a.at_ms, a.actor, a.person, a.name, a.role,
             a.system_user, a.host, a.claimed_name, a.task, a.door, a.reason, a.content
             FROM case_events e JOIN audit_log a ON a.wave = e.wave AND a.number = e.audit_number
             WHERE e.wave = $1 ORDER BY e.case_number, e.number",
        )
        .bind(wave.as_str())
        .fetch_all(self.reader())
        .await?;
        for CaseEventRow { case_number, state, entry } in events {
            if let Some(case) = cases.get_mut(&case_number) {
                case.state = value::parse("the state of a case", &state)?;
                case.history.push(AuditEntry::try_from(entry)?);
            }
        }
        let ranges: Vec<(i64, i64, i64)> = sqlx::query_as(
            "SELECT case_number, first_position, last_position FROM case_records
             WHERE wave = $1 ORDER BY case_number, first_position",
        )
        .bind(wave.as_str())
        .fetch_all(self.reader())
        .await?;
        let mut of_case: BTreeMap<i64, Vec<RangeInclusive<u64>>> = BTreeMap::new();
        for (case, first, last) in ranges {
            of_case.entry(case).or_default().push(range(first, last)?);
        }
        for (case, ranges) in of_case {
            // One that was examined meanwhile is told as it was before.
            if let Some(case) = cases.get_mut(&case).filter(|case| case.history.len() > 1) {
                case.records = ranges.into_iter().collect();
            }
        }
        Ok(cases.into_values().collect())
    }

    async fn step_case(
        &self,
        wave: &WaveId,
        number: u64,
        step: &CaseStep,
        audit: &NewAuditEntry,
    ) -> Result<CaseStepped, StoreError> {
        let mut transaction = self.write().await?;
        locks::name(&mut transaction, wave).await?;
        let Some(state) = state(&mut transaction, (wave, number)).await? else {
            return Ok(CaseStepped::Unknown);
        };
        let action = action(&mut transaction, (wave, number), step).await?;
        let Some(next) = action.case_state_after(Some(state)) else {
            return Ok(CaseStepped::Refused(state));
        };
        if let (CaseStep::AnnulAlone { acts, .. }, AuditAction::RecordsAnnulled { act, .. }) =
            (step, &action)
            && acts.checked_add(1) != Some(*act)
        {
            return Ok(CaseStepped::Outrun);
        }
        if let CaseStep::Examine { records } = step {
            settle(&mut transaction, (wave, number), records).await?;
        }
        let act = match &action {
            AuditAction::RecordsAnnulled { act, .. } => Some((*act, "annul")),
            AuditAction::AnnulmentUndone { act, .. } => Some((*act, "undo")),
            _ => None,
        };
        if let Some((act, word)) = act {
            sqlx::query(
                "INSERT INTO annulments (wave, number, case_number, act) VALUES ($1, $2, $3, $4)",
            )
            .bind(wave.as_str())
            .bind(value::clamp(act))
            .bind(value::clamp(number))
            .bind(word)
            .execute(&mut *transaction)
            .await?;
        }
        event(&mut transaction, (wave, number), (next, &action), audit).await?;
        transaction.commit().await?;
        Ok(CaseStepped::Done(next))
    }

    async fn records_of_rule(
        &self,
        wave: &WaveId,
        rule: &Rule,
    ) -> Result<Vec<CaseRecord>, StoreError> {
        let fields = rule.fields();
        let (point, same_sender_as) = match &fields.origin {
            Origin::Point { point } => (Some(point), None),
            Origin::SameSender { position, point } => {
                (point.as_ref(), Some(value::clamp(*position)))
            }
        };
        let (any, device) = match fields.devices {
            Devices::Any => (true, None),
            Devices::None => (false, None),
            Devices::One { device } => (false, Some(device.uuid())),
        };
        let (mut found, mut position) = (Vec::new(), 0);
        loop {
            let page: Vec<CaseRecordRow<Json>> = sqlx::query_as(
                "SELECT position, received_at_ms, unit, device, psu IS NOT NULL AS sampled, draft
                 FROM submissions
                 WHERE wave = $1 AND position > $2 AND received_at_ms >= $3 AND received_at_ms < $4
                 AND ($5 OR device = $6 OR (device IS NULL AND $6 IS NULL))
                 AND (CAST($8 AS BIGINT) IS NULL OR position IN (
                     SELECT others.position FROM sender_tags AS one
                     JOIN sender_tags AS others
                     ON others.day = one.day AND others.tag = one.tag AND others.wave = one.wave
                     WHERE one.wave = $1 AND one.position = $8
                 ))
                 ORDER BY position LIMIT $7",
            )
            .bind(wave.as_str())
            .bind(position)
            .bind(value::whole_ms(fields.from).as_millisecond())
            .bind(value::whole_ms(fields.until).as_millisecond())
            .bind(any)
            .bind(device)
            .bind(i64::from(PAGE))
            .bind(same_sender_as)
            .fetch_all(self.reader())
            .await?;
            let Some(last) = page.last() else {
                return Ok(found);
            };
            position = last.position;
            for row in page {
                let record = CaseRecord::try_from(row)?;
                if point.is_none_or(|point| record.point == *point) {
                    found.push(record);
                }
            }
        }
    }

    async fn records_of_case(
        &self,
        wave: &WaveId,
        number: u64,
    ) -> Result<Vec<CaseRecord>, StoreError> {
        let (mut found, mut position) = (Vec::new(), 0);
        loop {
            let page: Vec<CaseRecordRow<Json>> = sqlx::query_as(
                "SELECT s.position, s.received_at_ms, s.unit, s.device,
                 s.psu IS NOT NULL AS sampled, s.draft
                 FROM case_records r JOIN submissions s ON s.wave = r.wave
                 AND s.position >= CASE WHEN r.first_position > $3 THEN r.first_position ELSE $3 + 1 END
                 AND s.position <= r.last_position
                 WHERE r.wave = $1 AND r.case_number = $2 AND r.last_position > $3
                 ORDER BY r.first_position, s.position LIMIT $4",
            )
            .bind(wave.as_str())
            .bind(value::clamp(number))
            .bind(position)
            .bind(i64::from(PAGE))
            .fetch_all(self.reader())
            .await?;
            let Some(last) = page.last() else {
                return Ok(found);
            };
            position = last.position;
            for row in page {
                found.push(CaseRecord::try_from(row)?);
            }
        }
    }

    async fn submissions_by_unit(
        &self,
        wave: &WaveId,
    ) -> Result<BTreeMap<UnitKey, u64>, StoreError> {
        let rows: Vec<(String, i64)> = sqlx::query_as(
            "SELECT unit, count(*) FROM submissions WHERE wave = $1 GROUP BY unit ORDER BY unit",
        )
        .bind(wave.as_str())
        .fetch_all(self.reader())
        .await?;
        let of_unit = |(unit, count): (String, i64)| {
            let unit = value::parse("the unit of a submission", &unit)?;
            Ok((unit, value::unsigned("a number of submissions", count)?))
        };
        rows.into_iter().map(of_unit).collect()
    }

    async fn annulment_acts(&self, wave: &WaveId) -> Result<u64, StoreError> {
        let last: Option<i64> =
            sqlx::query_scalar("SELECT max(number) FROM annulments WHERE wave = $1")
                .bind(wave.as_str())
                .fetch_one(self.reader())
                .await?;
        value::unsigned("the number of an annulment", last.unwrap_or(0))
    }

    async fn annulled(&self, wave: &WaveId) -> Result<Annulled, StoreError> {
        // One statement, so that number and positions are of one moment.
        let rows: Vec<(i64, Option<i64>, Option<i64>)> = sqlx::query_as(
            "SELECT acts.last, r.first_position, r.last_position
             FROM (
                 SELECT coalesce(max(number), 0) AS last FROM annulments WHERE wave = $1
             ) AS acts
             LEFT JOIN case_records r ON r.wave = $1 AND r.case_number IN (
                 SELECT a.case_number FROM annulments a
                 WHERE a.wave = $1 AND a.act = 'annul' AND NOT EXISTS (
                     SELECT 1 FROM annulments later
                     WHERE later.wave = $1 AND later.case_number = a.case_number
                     AND later.number > a.number
                 )
             )",
        )
        .bind(wave.as_str())
        .fetch_all(self.reader())
        .await?;
        let acts = rows.first().map_or(0, |(acts, ..)| *acts);
        let ranges = rows.into_iter().filter_map(|(_, first, last)| first.zip(last));
        let positions = ranges.map(|(first, last)| range(first, last)).collect::<Result<_, _>>()?;
        Ok(Annulled { acts: value::unsigned("the number of an annulment", acts)?, positions })
    }
}

/// Where a case stands, if there is one.
async fn state(
    connection: &mut Connection,
    (wave, number): (&WaveId, u64),
) -> Result<Option<CaseState>, StoreError> {
    let state: Option<String> = sqlx::query_scalar(
        "SELECT state FROM case_events WHERE wave = $1 AND case_number = $2
         ORDER BY number DESC LIMIT 1",
    )
    .bind(wave.as_str())
    .bind(value::clamp(number))
    .fetch_optional(connection)
    .await?;
    state.map(|state| value::parse("the state of a case", &state)).transpose()
}

/// What the audit log says of a step.
async fn action(
    connection: &mut Connection,
    (wave, case): (&WaveId, u64),
    step: &CaseStep,
) -> Result<AuditAction, StoreError> {
    let (records, act): (i64, i64) = sqlx::query_as(
        "SELECT coalesce((
             SELECT CAST(sum(last_position - first_position + 1) AS BIGINT) FROM case_records
             WHERE wave = $1 AND case_number = $2
         ), 0),
         coalesce((SELECT max(number) FROM annulments WHERE wave = $1), 0) + 1",
    )
    .bind(wave.as_str())
    .bind(value::clamp(case))
    .fetch_one(connection)
    .await?;
    let records = value::unsigned("a number of records", records)?;
    let act = value::unsigned("the number of an annulment", act)?;
    Ok(match step {
        CaseStep::Examine { records } => AuditAction::CaseExamined { case, records: records.len() },
        CaseStep::Hear { who } => AuditAction::CaseHeard { case, who: who.clone() },
        CaseStep::Contact { asked, confirmed } => {
            AuditAction::CaseContacted { case, asked: *asked, confirmed: *confirmed }
        }
        CaseStep::Conclude => AuditAction::CaseConcluded { case },
        CaseStep::ProposeAnnulment { cause } => {
            AuditAction::AnnulmentProposed { case, cause: *cause, records }
        }
        CaseStep::Annul { cause } | CaseStep::AnnulAlone { cause, acts: _ } => {
            AuditAction::RecordsAnnulled { case, cause: *cause, records, act }
        }
        CaseStep::Keep => AuditAction::RecordsKept { case },
        CaseStep::Undo => AuditAction::AnnulmentUndone { case, records, act },
    })
}

/// Settles which records a case is about.
async fn settle(
    connection: &mut Connection,
    (wave, case): (&WaveId, u64),
    records: &Positions,
) -> Result<(), StoreError> {
    let end: Option<i64> = sqlx::query_scalar("SELECT submissions FROM wave_logs WHERE wave = $1")
        .bind(wave.as_str())
        .fetch_optional(&mut *connection)
        .await?;
    let last = records.ranges().last().map(|range| *range.end());
    let is_beyond = |last: u64| value::clamp(last) > end.unwrap_or(0);
    if last.is_some_and(is_beyond) || records.contains(0) {
        let what = format!("case {case} of wave {wave} is about records that are not in the log");
        return Err(StoreError::Invalid { what });
    }
    for ranges in records.ranges().chunks(PAGE as usize) {
        let mut statement = QueryBuilder::<Driver>::new(
            "INSERT INTO case_records (wave, case_number, first_position, last_position) ",
        );
        statement.push_values(ranges, |mut values, range| {
            values
                .push_bind(wave.as_str())
                .push_bind(value::clamp(case))
                .push_bind(value::clamp(*range.start()))
                .push_bind(value::clamp(*range.end()));
        });
        statement.build().execute(&mut *connection).await?;
    }
    Ok(())
}

/// Adds what was done to a case, with its audit entry.
async fn event(
    connection: &mut Connection,
    (wave, case): (&WaveId, u64),
    (state, action): (CaseState, &AuditAction),
    audit: &NewAuditEntry,
) -> Result<(), StoreError> {
    let entry = audit_log::add(&mut *connection, wave, audit, action).await?;
    sqlx::query(
        "INSERT INTO case_events (wave, case_number, number, state, audit_number)
         SELECT $1, $2, coalesce(max(number), 0) + 1, $3, $4
         FROM case_events WHERE wave = $1 AND case_number = $2",
    )
    .bind(wave.as_str())
    .bind(value::clamp(case))
    .bind(state.as_str())
    .bind(value::clamp(entry))
    .execute(connection)
    .await?;
    Ok(())
}

fn range(first: i64, last: i64) -> Result<RangeInclusive<u64>, StoreError> {
    let position = |number| value::unsigned("a position", number);
    Ok(position(first)?..=position(last)?)
}
