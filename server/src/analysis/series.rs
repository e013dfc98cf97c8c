//! Scores over time: waves or periods side by side, on the units of one day.

use jiff::civil::Date;
use scoring::series::{Frame, PointRequest, point, table};
use store::Store;
use survey_defs::analysis::{Grouping, SeriesQuery, SeriesTable};
use survey_defs::ids::WaveId;
use survey_defs::period::PeriodRef;
use survey_defs::target::Targets;
use survey_defs::wave::Wave;

use super::Error;
use super::question::{Loaded, Question, Subject};
use super::wave_data::wave;
use crate::catalogue::definitions::Definitions;

/// The most points of a series: five years of quarters, and some.
const MAX_POINTS: usize = 24;

impl Question for SeriesQuery {
    const NAME: &'static str = "series";
    type Answer = SeriesTable;

    async fn subjects(
        &self,
        store: &dyn Store,
        definitions: &Definitions,
    ) -> Result<Vec<Subject>, Error> {
        if self.by == Grouping::Month {
            return Err(invalid("the points of a series are times already; group by units"));
        }
        let waves = find_waves(store, self.waves.as_slice()).await?;
        let latest = latest(&waves);
        if let Some(geography) = self.geography.filter(|geography| *geography < latest) {
            let detail =
                format!("geography {geography}: units of {latest} cannot be led back in time");
            return Err(invalid(detail));
        }
        if self.periods.is_some() && waves.len() > 1 {
            return Err(invalid("periods are for a single wave"));
        }
        let periods: Vec<Option<&PeriodRef>> = match &self.periods {
            Some(periods) => periods.as_slice().iter().map(Some).collect(),
            None => vec![None],
        };
        let n_points = waves.len() * periods.len();
        if n_points > MAX_POINTS {
            return Err(invalid(format!("{n_points} points; a series has {MAX_POINTS} at most")));
        }
        let points =
            waves.iter().flat_map(|wave| periods.iter().map(move |period| (wave, *period)));
        points
            .map(|(wave, period)| Subject::of(definitions, wave.clone(), period, &self.selection))
            .collect()
    }

    fn answer(&self, subjects: &[Loaded], _: &Targets) -> Result<SeriesTable, Error> {
        let days = subjects.iter().map(|loaded| loaded.subject.wave.geography);
        let geography = self.geography.or_else(|| days.max()).unwrap_or_default();
        let mut points = Vec::new();
        for loaded in subjects {
            points.push(point(&PointRequest {
                scores: loaded.request(self.by),
                node: &self.node,
                geography,
                period_title: loaded.period_title(),
            })?);
        }
        table(Frame { by: self.by, geography }, points).ok_or_else(|| {
            Error::UnknownNode("no wave of the series has this part of the index".to_owned())
        })
    }
}

/// The latest geography of some waves.
fn latest(waves: &[Wave]) -> Date {
    waves.iter().map(|wave| wave.geography).max().unwrap_or_default()
}

/// The waves of a list; all of one population, because household samples and transactions never
/// meet.
async fn find_waves(store: &dyn Store, list: &[WaveId]) -> Result<Vec<Wave>, Error> {
    let mut waves: Vec<Wave> = Vec::new();
    for id in list {
        let wave = wave(store, id).await?;
        if let Some(first) = waves.first().filter(|first| first.population != wave.population) {
            let detail = format!(
                "{} is of {}s, {} of {}s",
                first.id, first.population, wave.id, wave.population
            );
            return Err(Error::PopulationsDiffer(detail));
        }
        waves.push(wave);
    }
    Ok(waves)
}

fn invalid(detail: impl Into<String>) -> Error {
    Error::InvalidQuery(detail.into())
}
