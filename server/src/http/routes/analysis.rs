//! What the analyses have in common.

use survey_defs::api::problem::Problem;

/// How an analysis refuses, for the description.
#[derive(utoipa::IntoResponses)]
#[expect(dead_code, reason = "only its description is used")]
pub(super) enum AnalysisProblems {
    /// A parameter is missing, unknown or malformed
    #[response(status = 400)]
    Query(Problem),
    /// Staff only
    #[response(status = 403)]
    Caller(Problem),
    /// Unknown wave, method, period or part of the index
    #[response(status = 404)]
    Unknown(Problem),
    /// The wave cannot be analysed so: the method or a filter does not fit its data, it has no
    /// standard errors or no single forms, or the waves speak of different populations
    #[response(status = 422)]
    DoesNotFit(Problem),
    /// Too many tables are computed at a time, or the store does not answer; send again after
    /// Retry-After
    #[response(status = 503)]
    Unavailable(Problem),
}
