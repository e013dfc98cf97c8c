//! Scores over time: waves or periods side by side, on the units of one day.

use std::sync::Arc;

use jiff::civil::Date;
use scoring::Disclosure;
use scoring::series::{Frame, Point, PointRequest};
use store::Store;
use survey_defs::analysis::{Filters, Grouping, SeriesQuery, SeriesTable};
use survey_defs::ids::WaveId;
use survey_defs::method::Method;
use survey_defs::period::Period;
use survey_defs::score::{InvalidNode, Node};
use survey_defs::wave::Wave;

use super::Error;
use super::scores::{Scoreboard, WaveData, method, resolve, wave};
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
    method: Arc<Method>,
    period: Option<Period>,
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
        let PlannedPoint { wave, method, period } = one;
        let data = scoreboard.data(store, definitions, wave).await?;
        let node = Arc::clone(&node);
        let point = spawn_blocking(move || point(&data, (&method, period), (by, &node, geography)));
        points.push(point.await??);
    }
    let frame = Frame { by, geography, disclosure: Disclosure::PUBLISHED };
    scoring::series::table(frame, points).ok_or_else(|| {
        Error::UnknownNode("no wave of the series has this part of the index".to_owned())
    })
}

fn point(
    data: &WaveData,
    (method, period): (&Method, Option<Period>),
    (by, node, geography): (Grouping, &Node, Date),
) -> Result<Point, Error> {
    let filters = Filters {
        first_day: period.as_ref().map(|period| period.first),
        last_day: period.as_ref().map(|period| period.last),
        ..Filters::default()
    };
    let scores = data.request(method, by, filters);
    let period = period.map(|period| period.title);
    Ok(scoring::series::point(&PointRequest { scores, node, geography, period })?)
}

async fn plan(
    store: &dyn Store,
    definitions: &Definitions,
    query: SeriesQuery,
) -> Result<Plan, Error> {
    let SeriesQuery { waves, periods, by, geography, node, method: wanted } = query;
    if by == Grouping::Month {
        return Err(invalid("the points of a series are times already; group by units"));
    }
    let node = match node {
        None => Node::Overall,
        Some(text) => text.parse().map_err(|error: InvalidNode| invalid(error.to_string()))?,
    };
    let waves = find_waves(store, &waves).await?;
    let latest = waves.iter().map(|wave| wave.geography).max().unwrap_or_default();
    let geography = geography.unwrap_or(latest);
    if geography < latest {
        let detail = format!("geography {geography}: units of {latest} cannot be led back in time");
        return Err(invalid(detail));
    }
    let periods = periods.as_deref().map(find_periods).transpose()?;
    if periods.is_some() && waves.len() > 1 {
        return Err(invalid("periods are for a single wave"));
    }
    let periods: Vec<Option<Period>> =
        periods.map_or_else(|| vec![None], |periods| periods.into_iter().map(Some).collect());
    let mut points = Vec::new();
    for wave in waves {
        let method = method(definitions, wanted.as_ref().unwrap_or(&wave.method))?;
        points.extend(periods.iter().map(|period| PlannedPoint {
            wave: wave.clone(),
            method: Arc::clone(&method),
            period: period.clone(),
        }));
    }
    if points.len() > MAX_POINTS {
        return Err(invalid(format!("{} points; a series has {MAX_POINTS} at most", points.len())));
    }
    Ok(Plan { points, by, node, geography })
}

/// The waves of a list; all of one population, because household samples and transactions never
/// meet.
async fn find_waves(store: &dyn Store, list: &str) -> Result<Vec<Wave>, Error> {
    let mut waves: Vec<Wave> = Vec::new();
    for word in list.split(',').map(str::trim) {
        let id: WaveId = word.parse().map_err(|error| invalid(format!("waves: {error}")))?;
        let wave = wave(store, &id).await?;
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

fn find_periods(list: &str) -> Result<Vec<Period>, Error> {
    list.split(',').map(|word| resolve(word.trim())).collect()
}

fn invalid(detail: impl Into<String>) -> Error {
    Error::InvalidQuery(detail.into())
}
