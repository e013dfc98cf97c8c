//! Instruments, methods, waves, points, units.

use std::collections::hash_map::Entry;
use std::sync::{Arc, PoisonError};

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;
use survey_defs::api::problem::{Problem, ProblemCode};
use survey_defs::api::{
    FORM_GENERATION, FormPackage, InstrumentSummary, PointView, UnitView, WaveView, paths,
};
use survey_defs::ids::{InstrumentId, PointId, WaveId};
use survey_defs::instrument::{Definition, Instrument, InstrumentRef};
use survey_defs::method::MethodSummary;
use survey_defs::phrases::hanoi_day;
use survey_defs::unit::{Gazetteer, Level, Unit};
use survey_defs::wave::Wave;

use crate::catalogue::unit_name;
use crate::catalogue::waves::{self, WaveCounts};
use crate::http::error::ApiError;
use crate::http::extract::{Path, Query};
use crate::http::prepared::Prepared;
use crate::http::reply::json;
use crate::http::state::AppState;

/// Units returned by one search, when no limit is given.
const DEFAULT_LIMIT: usize = 20;

/// The most units that one search returns.
const MAX_LIMIT: usize = 200;

/// All instruments.
#[utoipa::path(get, path = paths::INSTRUMENTS, responses((status = 200, body = Vec<InstrumentSummary>)), tag = "definitions")]
pub async fn instruments(State(state): State<AppState>) -> Response {
    json(StatusCode::OK, &state.catalogue.definitions.instrument_summaries())
}

/// One version of an instrument.
#[utoipa::path(
    get,
    path = paths::INSTRUMENT,
    params(("instrument" = String, Path), ("version" = u32, Path)),
    responses((status = 200, body = Definition), (status = 404, body = Problem)),
    tag = "definitions"
)]
pub async fn instrument(
    State(state): State<AppState>,
    Path((id, version)): Path<(InstrumentId, u32)>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let reference = InstrumentRef { id, version };
    let instrument = state.catalogue.definitions.instrument(&reference);
    let instrument = instrument.ok_or_else(|| ApiError::new(ProblemCode::InstrumentUnknown))?;
    let mut prepared = state.definitions.lock().unwrap_or_else(PoisonError::into_inner);
    let prepared = match prepared.entry(reference) {
        Entry::Occupied(entry) => Arc::clone(entry.get()),
        Entry::Vacant(entry) => {
            let text = serde_json::to_vec(Instrument::definition(instrument))
                .map_err(|error| ApiError::caused_by(ProblemCode::Internal, error))?;
            Arc::clone(entry.insert(Arc::new(Prepared::json(text))))
        }
    };
    Ok(prepared.reply(&headers))
}

/// All methods.
#[utoipa::path(get, path = paths::METHODS, responses((status = 200, body = Vec<MethodSummary>)), tag = "definitions")]
pub async fn methods(State(state): State<AppState>) -> Response {
    json(StatusCode::OK, &state.catalogue.definitions.method_summaries())
}

/// All waves.
#[utoipa::path(get, path = paths::WAVES, responses((status = 200, body = Vec<WaveView>), (status = 401, body = Problem), (status = 403, body = Problem)), tag = "waves")]
pub async fn waves(State(state): State<AppState>) -> Result<Response, ApiError> {
    let now = state.clock.now();
    let counts = waves::list(&*state.store).await?.into_iter();
    let views: Vec<WaveView> = counts.map(|counts| view(counts, now)).collect();
    Ok(json(StatusCode::OK, &views))
}

/// One wave.
#[utoipa::path(
    get,
    path = paths::WAVE,
    params(("wave" = String, Path)),
    responses((status = 200, body = WaveView), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)),
    tag = "waves"
)]
pub async fn wave(
    State(state): State<AppState>,
    Path(id): Path<WaveId>,
) -> Result<Response, ApiError> {
    let wave = find_wave(&state, &id).await?;
    let counts = waves::counts(&*state.store, wave).await?;
    Ok(json(StatusCode::OK, &view(counts, state.clock.now())))
}

/// The service points of a wave.
#[utoipa::path(
    get,
    path = paths::POINTS,
    params(("wave" = String, Path)),
    responses((status = 200, body = Vec<PointView>), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)),
    tag = "waves"
)]
pub async fn points(
    State(state): State<AppState>,
    Path(id): Path<WaveId>,
) -> Result<Response, ApiError> {
    find_wave(&state, &id).await?;
    let points = state.store.points(&id).await?;
    let views: Vec<PointView> = points
        .into_iter()
        .map(|point| PointView { unit_name: unit_name(&point.unit), point })
        .collect();
    Ok(json(StatusCode::OK, &views))
}

/// All that the form needs at one service point.
#[utoipa::path(
    get,
    path = paths::FORM,
    params(("wave" = String, Path), ("point" = String, Path)),
    responses((status = 200, body = FormPackage), (status = 404, body = Problem)),
    tag = "submissions"
)]
pub async fn form(
    State(state): State<AppState>,
    Path((wave, point)): Path<(WaveId, PointId)>,
) -> Result<Response, ApiError> {
    let wave = find_wave(&state, &wave).await?;
    let point = state.store.point(&wave.id, &point).await?;
    let point = point.ok_or_else(|| ApiError::new(ProblemCode::PointUnknown))?;
    let instrument = state.catalogue.definitions.instrument(&wave.instrument);
    let instrument = instrument.ok_or_else(|| ApiError::new(ProblemCode::InstrumentUnknown))?;
    let (now, wave_instrument) = (state.clock.now(), wave.instrument.clone());
    let package = FormPackage {
        open: wave.takes_forms_at(now),
        wave,
        unit_name: unit_name(&point.unit),
        point,
        instrument: instrument.as_asked(),
        generation: FORM_GENERATION,
        now,
        audio: state.recordings.addresses(&wave_instrument),
    };
    Ok(json(StatusCode::OK, &package))
}

/// What is asked of the units.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct UnitQuery {
    /// The day; today if absent.
    #[param(value_type = Option<String>, format = Date)]
    on: Option<Date>,
    /// A name or the beginning of one, with or without diacritics.
    search: Option<String>,
    /// Units of this level.
    level: Option<Level>,
    /// The most units found by a search; no more than 200.
    limit: Option<usize>,
}

/// Units in force on a day, or found by name.
#[utoipa::path(get, path = paths::UNITS, params(UnitQuery), responses((status = 200, body = Vec<UnitView>), (status = 400, body = Problem)), tag = "definitions")]
pub async fn units(
    State(state): State<AppState>,
    Query(query): Query<UnitQuery>,
) -> Result<Response, ApiError> {
    let gazetteer = Gazetteer::hanoi();
    let on = query.on.unwrap_or_else(|| hanoi_day(state.clock.now()));
    let found: Vec<&Unit> = match (&query.search, query.level) {
        (Some(text), level) => {
            let limit = query.limit.unwrap_or(DEFAULT_LIMIT).min(MAX_LIMIT);
            // The level is filtered afterwards, so all matches are asked for.
            let matches = gazetteer.search(text, on, usize::MAX).into_iter();
            matches.filter(|unit| level.is_none_or(|l| unit.level == l)).take(limit).collect()
        }
        (None, Some(level)) => gazetteer.units_on(level, on),
        (None, None) => {
            let detail = "give a search text, a level, or both";
            return Err(ApiError::with_detail(ProblemCode::QueryInvalid, detail));
        }
    };
    let views: Vec<UnitView> =
        found.into_iter().map(|unit| unit_view(gazetteer, unit, on)).collect();
    Ok(json(StatusCode::OK, &views))
}

/// The wave, or the problem that there is none.
pub async fn find_wave(state: &AppState, id: &WaveId) -> Result<Wave, ApiError> {
    state.store.wave(id).await?.ok_or_else(|| ApiError::new(ProblemCode::WaveUnknown))
}

fn view(counts: WaveCounts, now: Timestamp) -> WaveView {
    let WaveCounts { wave, submissions, quarantined } = counts;
    WaveView { open: wave.takes_forms_at(now), submissions, quarantined, wave }
}

fn unit_view(gazetteer: &Gazetteer, unit: &Unit, on: Date) -> UnitView {
    UnitView {
        key: unit.key.clone(),
        level: unit.level,
        name: unit.title(),
        valid_to: unit.valid_to,
        district: gazetteer.district_of(&unit.key, on).map(|district| district.district),
    }
}
