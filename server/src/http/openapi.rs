//! The description of the HTTP interface.

use serde_json::json;
use utoipa::OpenApi;
use utoipa::openapi::extensions::Extensions;

use survey_defs::analysis::{Detail, FlagFilter, Grouping, Weights};
use survey_defs::instrument::{Comparison, Operand, Operator};
use survey_defs::unit::Level as UnitLevel;
use survey_defs::wave::{Channel, RespondentType};

use crate::http::route::{Access, PathRoutes};
use crate::http::routes::{
    break_offs, catalogue, comparison, devices, health, imports, metrics, poster, quality, scores,
    series, session, submissions,
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
        session::begin,
        session::show,
        session::end,
        health::health,
        health::ready,
        metrics::metrics,
    ),
    // Types of query parameters and of recursive rules, which are not found by themselves.
    components(schemas(
        Channel, Comparison, Detail, FlagFilter, Grouping, Operand, Operator, RespondentType,
        UnitLevel, Weights
    )),
)]
struct Description;

/// The document as JSON text, with a line break at the end. Each operation says in `x-access` who
/// may call it: `public`, `device`, or the right that staff need.
pub(super) fn describe(table: impl IntoIterator<Item = PathRoutes>) -> String {
    let mut document = Description::openapi();
    for (path, routes) in table {
        let Some(item) = document.paths.paths.get_mut(path) else {
            continue;
        };
        for route in routes {
            let operation = match route.method {
                "get" => item.get.as_mut(),
                "post" => item.post.as_mut(),
                "delete" => item.delete.as_mut(),
                _ => None,
            };
            if let Some(operation) = operation {
                operation.extensions = Some(decision(route.access));
            }
        }
    }
    let mut text = document.to_pretty_json().unwrap_or_default();
    text.push('\n');
    text
}

fn decision(access: Access) -> Extensions {
    let access = match access {
        Access::Public => json!("public"),
        Access::Device => json!("device"),
        Access::Staff(right) => json!({ "staff": right.as_str() }),
    };
    Extensions::builder().add("x-access", access).build()
}
