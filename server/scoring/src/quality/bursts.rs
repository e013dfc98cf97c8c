//! Hours in which a service point got many more forms than in its own past.

use std::collections::BTreeMap;

use polars::prelude::{DataFrame, PolarsError, col};
use statistics::irregularity::{BurstLimits, HourCount};
use survey_defs::analysis::{Burst, Filters, FlagFilter};

use super::points::{Points, mask, passes};
use crate::ScoringError;
use crate::columns;
use crate::data::{Forms, hour_of_number};
use crate::error::engine;

/// From where on an hour is a burst, in every wave.
pub(super) const LIMITS: BurstLimits = BurstLimits::USUAL;

/// The forms of one point in one hour.
#[derive(Debug, Clone, Copy, Default)]
struct HourTally {
    forms: u64,
    /// Whether the hour and the channel of the point are asked for, which all of them have in common.
    is_asked: bool,
}

/// The bursts of at least `min_n` forms, the latest first.
///
/// They are judged by all forms that count. Of the filters only period and channel choose among them:
/// which of the forms of an hour pass another filter is not said.
pub(super) fn bursts(
    forms: &Forms,
    filters: &Filters,
    min_n: u64,
) -> Result<Vec<Burst>, ScoringError> {
    let filters = Filters { respondent_type: None, quality: FlagFilter::All, ..filters.clone() };
    let mut points = Points::default();
    let mut hours: Vec<BTreeMap<i32, HourTally>> = Vec::new();
    for part in forms.parts() {
        let wanted = [columns::POINT, columns::HOUR].map(col).into_iter().chain(passes(&filters));
        let mut frame = part.select(Vec::new(), wanted.collect())?;
        frame.rechunk_mut_par();
        add(&mut points, &mut hours, &frame).map_err(engine)?;
    }
    let mut found = Vec::new();
    for (point, hours) in points.into_ids().into_iter().zip(hours) {
        let counts: Vec<HourCount> = hours
            .iter()
            .map(|(hour, tally)| HourCount { hour: *hour, count: tally.forms })
            .collect();
        let bursts = statistics::irregularity::bursts(&counts, LIMITS).into_iter();
        let asked = bursts.filter(|one| one.count >= min_n && hours[&one.hour].is_asked);
        found.extend(asked.map(|one| Burst {
            point: point.clone(),
            hour: hour_of_number(one.hour),
            forms: one.count,
            usual: one.usual,
        }));
    }
    found.sort_by(|one, other| other.hour.cmp(&one.hour).then_with(|| one.point.cmp(&other.point)));
    Ok(found)
}

fn add(
    points: &mut Points,
    hours: &mut Vec<BTreeMap<i32, HourTally>>,
    frame: &DataFrame,
) -> Result<(), PolarsError> {
    let (passes, of_rows) = (mask(frame)?, frame.column(columns::HOUR)?.i32()?.cont_slice()?);
    let rows_of = points.rows(frame)?;
    hours.resize_with(rows_of.len(), BTreeMap::new);
    for (hours, rows) in hours.iter_mut().zip(rows_of) {
        // Rows of an hour stand together.
        for of_hour in rows.chunk_by(|one, next| of_rows[*one] == of_rows[*next]) {
            let tally = hours.entry(of_rows[of_hour[0]]).or_default();
            tally.forms += of_hour.len() as u64;
            tally.is_asked |= passes.as_ref().is_none_or(|passes| passes[of_hour[0]]);
        }
    }
    Ok(())
}
