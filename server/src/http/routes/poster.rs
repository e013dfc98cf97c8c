//! `GET /api/v1/waves/{wave}/points/{point}/poster`.

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use posters::{Format, PageFormat, PublicUrl, Size};
use serde::Deserialize;
use survey_defs::api::paths;
use survey_defs::api::problem::{Problem, ProblemCode};
use survey_defs::ids::{PointId, WaveId};
use survey_defs::text::Language;
use survey_defs::wave::Wave;

use super::catalogue::find_wave;
use crate::catalogue::short_codes::{self, RandomCodes};
use crate::documents::poster::{self, Print, Subject};
use crate::http::error::ApiError;
use crate::http::extract::{Path, Query};
use crate::http::state::AppState;
use crate::system::tasks;

/// How a poster is printed.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct PosterQuery {
    /// `pdf` (the default) or `svg`.
    #[param(value_type = Option<String>)]
    format: FormatWord,
    /// `a4` (the default) or `a5`.
    #[param(value_type = Option<String>)]
    size: SizeWord,
    /// The large language: `vi` (the default) or `en`. The poster shows the other one small.
    #[param(value_type = Option<String>)]
    language: Language,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum FormatWord {
    #[default]
    Pdf,
    Svg,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum SizeWord {
    #[default]
    A4,
    A5,
}

impl PosterQuery {
    fn print(&self) -> Print {
        let size = match self.size {
            SizeWord::A4 => Size::A4,
            SizeWord::A5 => Size::A5,
        };
        let format = match self.format {
            FormatWord::Pdf => Format::Pdf,
            FormatWord::Svg => Format::Svg,
        };
        Print { page: PageFormat { size, language: self.language }, format }
    }
}

/// The poster of a service point, with its QR code.
#[utoipa::path(
    get,
    path = paths::POSTER,
    params(("wave" = String, Path), ("point" = String, Path), PosterQuery),
    responses(
        (status = 200, description = "The file", content(
            (Vec<u8> = "application/pdf"), (String = "image/svg+xml")
        )),
        (status = 400, description = "A parameter is unknown or malformed, or a name cannot be printed", body = Problem),
        (status = 401, body = Problem),
        (status = 403, body = Problem),
        (status = 404, description = "Unknown wave or point", body = Problem),
        (status = 422, description = "The point is for interviewers or for entering paper forms, so it has no poster", body = Problem),
        (status = 503, description = "Too many tables are being computed, or the store does not answer; send again after Retry-After", body = Problem),
    ),
    tag = "waves"
)]
pub async fn poster(
    State(state): State<AppState>,
    Path((wave, point)): Path<(WaveId, PointId)>,
    Query(query): Query<PosterQuery>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let wave = find_wave(&state, &wave).await?;
    let point = state.store.point(&wave.id, &point).await?;
    let point = point.ok_or_else(|| ApiError::new(ProblemCode::PointUnknown))?;
    poster::check(&point)?;
    let instrument = state.catalogue.definitions.instrument(&wave.instrument);
    let instrument = instrument.ok_or_else(|| ApiError::new(ProblemCode::InstrumentUnknown))?;
    let base = public_url(&state, &headers, &wave)?;
    let chosen = query.print();
    let codes = RandomCodes { randomness: &*state.intake.randomness, now: state.clock.now() };
    let code = short_codes::of(&*state.store, &point, &codes).await?;
    let code = code.ok_or_else(|| ApiError::new(ProblemCode::PointUnknown))?;
    let poster = Subject { wave: &wave, point: &point, instrument, code }.poster(&base);
    let file = tasks::spawn_blocking(move || poster.draw(chosen.page, chosen.format)).await??;
    let disposition = format!("attachment; filename=\"{}\"", chosen.file_name(&point));
    let headers = [
        (header::CONTENT_TYPE, chosen.media_type().to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
        (header::CACHE_CONTROL, "no-cache".to_owned()),
    ];
    Ok((headers, file).into_response())
}

/// The address that stands on posters: the one of the command line; for simulated waves else the
/// one under which this request came. Staff come by the address of this machine, which nobody's
/// phone can reach, so it must not hang on a wall.
fn public_url(state: &AppState, headers: &HeaderMap, wave: &Wave) -> Result<PublicUrl, ApiError> {
    if let Some(url) = &state.public_url {
        return Ok(url.clone());
    }
    if !wave.simulated {
        let detail = "start the server with --public-url and the address that phones can reach";
        return Err(ApiError::with_detail(ProblemCode::QueryInvalid, detail));
    }
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    format!("http://{host}").parse().map_err(|error: posters::NotAPublicUrl| {
        ApiError::with_detail(ProblemCode::QueryInvalid, format!("the header host: {error}"))
    })
}
