//! The description of the HTTP interface.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use utoipa::OpenApi;

use survey_defs::api::{Detail, Grouping, Quality};
use survey_defs::instrument::{Comparison, Operand, Operator};
use survey_defs::unit::Level as UnitLevel;
use survey_defs::wave::{Channel, RespondentType};

use crate::http::routes::{
    break_offs, catalogue, comparison, devices, health, imports, metrics, poster, quality, scores,
    series, submissions,
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Thước Đo",
        description = "Collects answers to citizen-satisfaction surveys and serves scores. Errors are problem documents with stable codes.",
        license(name = "Apache-2.0 OR MIT", identifier = "Apache-2.0 OR MIT"),
    ),
    paths(
        submissions::record,
        break_offs::record,
        break_offs::summary,
        devices::list,
        devices::add,
        devices::revoke,
        devices::enrol,
        devices::heartbeat,
        catalogue::form,
        catalogue::instruments,
        catalogue::instrument,
        catalogue::methods,
        catalogue::units,
        catalogue::waves,
        catalogue::wave,
        catalogue::points,
        poster::poster,
        scores::scores,
        comparison::comparison,
        quality::quality,
        series::series,
        imports::create,
        health::health,
        health::ready,
        metrics::metrics,
    ),
    // Types of query parameters and of recursive rules, which are not found by themselves.
    components(schemas(
        Channel, Comparison, Detail, Grouping, Operand, Operator, Quality, RespondentType,
        UnitLevel
    )),
)]
struct Description;

/// The document as JSON text, with a line break at the end.
pub fn document() -> String {
    let mut text = Description::openapi().to_pretty_json().unwrap_or_default();
    text.push('\n');
    text
}

/// Serves the document.
pub async fn serve() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], document()).into_response()
}
