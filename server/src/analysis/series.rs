//! Scores over time: waves or periods side by side, on the units of one day.

use std::sync::Arc;

use jiff::civil::Date;
use scoring::series::{Frame, Point, PointRequest};
use store::Store;
use survey_defs::analysis::{Grouping, SeriesQuery, SeriesTable};
use survey_defs::ids::WaveId;
use survey_defs::period::PeriodRef;
use survey_defs::score::Node;
use survey_defs::wave::Wave;

use super::Error;
use super::scores::{Scoreboard, Terms, WaveData, wave};
use crate::catalogue::definitions::Definitions;
use crate::system::tasks::spawn_blocking;

/// The most points of a series: five years of quarters, and some.
const MAX_POINTS: usize = 24;

/// What a query asks for, checked.
struct Plan {
    points: Vec<PlannedPoint>,
    by: Grouping,
    node: Node,
    geography: Date,
}

struct PlannedPoint {
    wave: Wave,
    terms: Terms,
}

/// The series that a query asks for, from everything that was recorded before the call.
///
/// # Errors
/// Problems of the query (unknown wave, method, period or node; waves of different populations; a
/// method that does not fit a wave); those of the store.
pub async fn table(
    scoreboard: &Scoreboard,
    store: &dyn Store,
    definitions: &Definitions,
    query: SeriesQuery,
) -> Result<SeriesTable, Error> {
    let Plan { points: planned, by, node, geography } = plan(store, definitions, query).await?;
    let node = Arc::new(node);
    let mut points = Vec::new();
    for one in planned {
        let PlannedPoint { wave, terms } = one;
        let data = scoreboard.data(store, definitions, wave).await?;
        let node = Arc::clone(&node);
        let point = spawn_blocking(move || point(&data, &terms, (by, &node, geography)));
        points.push(point.await??);
    }
    scoring::series::table(Frame { by, geography }, points).ok_or_else(|| {
        Error::UnknownNode("no wave of the series has this part of the index".to_owned())
    })
}

fn point(
    data: &WaveData,
    terms: &Terms,
    (by, node, geography): (Grouping, &Node, Date),
) -> Result<Point, Error> {
    let (scores, period_title) = (data.request(terms, by), terms.period_title.clone());
    Ok(scoring::series::point(&PointRequest { scores, node, geography, period_title })?)
}

async fn plan(
    store: &dyn Store,
    definitions: &Definitions,
    query: SeriesQuery,
) -> Result<Plan, Error> {
    let SeriesQuery { waves, periods, by, geography, node, selection } = query;
    if by == Grouping::Month {
        return Err(invalid("the points of a series are times already; group by units"));
    }
    let waves = find_waves(store, waves.as_slice()).await?;
    let latest = waves.iter().map(|wave| wave.geography).max().unwrap_or_default();
    let geography = geography.unwrap_or(latest);
    if geography < latest {
        let detail = format!("geography {geography}: units of {latest} cannot be led back in time");
        return Err(invalid(detail));
    }
    if periods.is_some() && waves.len() > 1 {
        return Err(invalid("periods are for a single wave"));
    }
    let periods: Vec<Option<&PeriodRef>> = periods
        .as_ref()
        .map_or_else(|| vec![None], |list| list.as_slice().iter().map(Some).collect());
    let mut points = Vec::new();
    for wave in waves {
        for period in &periods {
            let terms = Terms::of(definitions, &wave, *period, &selection)?;
            points.push(PlannedPoint { wave: wave.clone(), terms });
        }
    }
    if points.len() > MAX_POINTS {
        return Err(invalid(format!("{} points; a series has {MAX_POINTS} at most", points.len())));
    }
    Ok(Plan { points, by, node, geography })
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
