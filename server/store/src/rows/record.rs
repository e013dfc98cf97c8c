//! Submissions, and what they say of the sample plan.

use std::error::Error;

use survey_defs::sampling::{InvalidSampling, PopulationSize, SampleLabel, Sampling, Weight};
use survey_defs::submission::Context;

use crate::error::StoreError;
use crate::submission_log::{Record, SamplePlan, SampledUnit};
use crate::value;

#[derive(sqlx::FromRow)]
pub(crate) struct PlanRow {
    stratum: Option<String>,
    psu: Option<String>,
    fpc: Option<f64>,
}

#[derive(sqlx::FromRow)]
pub(crate) struct RecordRow<J> {
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
    draft: J,
    draft_sha256: Vec<u8>,
}

impl<J> TryFrom<RecordRow<J>> for Record
where
    String: TryFrom<J, Error: Error + Send + Sync + 'static>,
{
    type Error = StoreError;

    fn try_from(row: RecordRow<J>) -> Result<Self, StoreError> {
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
            draft_sha256,
        } = row;
        let draft = value::text(draft).map_err(|error| value::corrupt("a submission", error))?;
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
            sha256: value::bytes("the hash of a submission", draft_sha256)?,
        })
    }
}

/// Sorts what is in a sample plan from what comes from none.
pub(crate) fn sample_plan(rows: Vec<PlanRow>) -> Result<SamplePlan, StoreError> {
    let mut plan = SamplePlan::default();
    for PlanRow { stratum, psu, fpc } in rows {
        // The weight is not looked at; any will do.
        if let Some(Sampling { stratum, psu, fpc, weight: _ }) =
            sampling(psu, Some(1.0), stratum, fpc)?
        {
            plan.units.push(SampledUnit { stratum, psu, fpc });
        }
    }
    Ok(plan)
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
