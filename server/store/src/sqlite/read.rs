use survey_defs::ids::WaveId;
use survey_defs::sampling::{InvalidSampling, PopulationSize, SampleLabel, Sampling, Weight};
use survey_defs::submission::Context;

use super::{SqliteStore, value};
use crate::error::StoreError;
use crate::record::{Record, SamplePlan, SampledUnit};

pub(super) async fn ping(store: &SqliteStore) -> Result<(), StoreError> {
    sqlx::query("SELECT position FROM log_head").execute(&store.readers).await?;
    Ok(())
}

pub(super) async fn submissions_after(
    store: &SqliteStore,
    wave: &WaveId,
    position: u64,
    limit: u32,
) -> Result<Vec<Record>, StoreError> {
    let rows: Vec<RecordRow> = sqlx::query_as(
        "SELECT position, received_at_ms, source, unit, channel, respondent_type, staff_helped,
         procedure_group, stratum, psu, weight, fpc, draft
         FROM submissions WHERE wave = ?1 AND position > ?2 ORDER BY position LIMIT ?3",
    )
    .bind(wave.as_str())
    .bind(value::clamp(position))
    .bind(limit)
    .fetch_all(&store.readers)
    .await?;
    rows.into_iter().map(Record::try_from).collect()
}

pub(super) async fn sample_plan(
    store: &SqliteStore,
    wave: &WaveId,
) -> Result<SamplePlan, StoreError> {
    let rows: Vec<PlanRow> = sqlx::query_as(
        "SELECT stratum, psu, fpc, count(*) AS n FROM submissions WHERE wave = ?1
         GROUP BY stratum, psu, fpc ORDER BY stratum, psu, fpc",
    )
    .bind(wave.as_str())
    .fetch_all(&store.readers)
    .await?;
    let mut plan = SamplePlan::default();
    for PlanRow { stratum, psu, fpc, n } in rows {
        // The weight is not looked at; any will do.
        match sampling(psu, Some(1.0), stratum, fpc)? {
            Some(Sampling { stratum, psu, fpc, weight: _ }) => {
                plan.units.push(SampledUnit { stratum, psu, fpc });
            }
            None => plan.unplanned += value::unsigned("a number of submissions", n)?,
        }
    }
    Ok(plan)
}

#[derive(sqlx::FromRow)]
struct PlanRow {
    stratum: Option<String>,
    psu: Option<String>,
    fpc: Option<f64>,
    n: i64,
}

#[derive(sqlx::FromRow)]
struct RecordRow {
    position: i64,
    received_at_ms: i64,
    source: String,
    unit: String,
    channel: String,
    respondent_type: String,
    staff_helped: Option<bool>,
    procedure_group: Option<String>,
    stratum: Option<String>,
    psu: Option<String>,
    weight: Option<f64>,
    fpc: Option<f64>,
    draft: String,
}

impl TryFrom<RecordRow> for Record {
    type Error = StoreError;

    fn try_from(row: RecordRow) -> Result<Self, StoreError> {
        let RecordRow {
            position,
            received_at_ms,
            source,
            unit,
            channel,
            respondent_type,
            staff_helped,
            procedure_group,
            stratum,
            psu,
            weight,
            fpc,
            draft,
        } = row;
        let group = procedure_group.map(|group| value::parse("a procedure group", &group));
        Ok(Self {
            position: value::unsigned("a position", position)?,
            received_at: value::time("a receipt time", received_at_ms)?,
            source: value::source(&source)?,
            unit: value::parse("the unit of a submission", &unit)?,
            channel: value::parse("the channel of a submission", &channel)?,
            context: Context {
                respondent_type: value::parse("a respondent type", &respondent_type)?,
                staff_helped,
                procedure_group: group.transpose()?,
            },
            sampling: sampling(psu, weight, stratum, fpc)?,
            draft: value::json("a submission", &draft)?,
        })
    }
}

/// A form of a sample plan has at least a sampling unit and a weight.
fn sampling(
    psu: Option<String>,
    weight: Option<f64>,
    stratum: Option<String>,
    fpc: Option<f64>,
) -> Result<Option<Sampling>, StoreError> {
    let (Some(psu), Some(weight)) = (psu, weight) else {
        return Ok(None);
    };
    let read = || -> Result<Sampling, InvalidSampling> {
        Ok(Sampling {
            stratum: stratum.map(|stratum| SampleLabel::new(&stratum)).transpose()?,
            psu: SampleLabel::new(&psu)?,
            weight: Weight::new(weight)?,
            fpc: fpc.map(PopulationSize::new).transpose()?,
        })
    };
    read().map(Some).map_err(|error| value::corrupt("the sampling of a submission", error))
}
