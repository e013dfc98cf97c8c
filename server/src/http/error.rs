//! Errors of the HTTP interface: a problem for the caller, a cause for the log.
//!
//! This is the one place that gives the errors of the use-cases their [`ProblemCode`]. Each has an
//! explicit `From`, so that a new source of errors must be placed by hand. Handlers name only the codes
//! of what a path refers to and does not exist.

use axum::response::{IntoResponse, Response};
use store::{Conflict, StoreError};
use survey_defs::api::problem::{Problem, ProblemCode};
use tracing::{error, warn};

use crate::analysis;
use crate::auth::staff;
use crate::documents::poster::NoPoster;
use crate::intake::devices::{self, InvalidCredential};
use crate::intake::sender::DeviceAuthError;
use crate::intake::{self, Refusal, import};
use crate::system::buckets::TooMany;
use crate::system::json;
use crate::system::metrics::Limit;

/// How a script that has not logged in may do so.
pub(crate) const CHALLENGE: &str = "Bearer";

/// A failed request.
#[derive(Debug)]
pub struct ApiError {
    problem: Box<Problem>,
    cause: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// What `crate::http::response_layer` writes a problem document from.
#[derive(Debug, Clone)]
pub(crate) struct ProblemMark(pub Problem);

impl ApiError {
    /// A problem with a code alone.
    pub fn new(code: ProblemCode) -> Self {
        Self::from(Problem::new(code))
    }

    /// A problem with a code and a detail for the caller.
    pub fn with_detail(code: ProblemCode, detail: impl Into<String>) -> Self {
        Self::from(Problem::new(code).with_detail(detail))
    }

    /// A problem whose cause is for the log only.
    pub fn caused_by(
        code: ProblemCode,
        cause: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self { cause: Some(cause.into()), ..Self::new(code) }
    }

    /// With the seconds after which the same request may be sent again. Every 503 gets some anyway.
    #[must_use]
    pub fn retry_after_s(mut self, seconds: u32) -> Self {
        self.problem.retry_after_s = Some(seconds);
        self
    }

    /// The problem document.
    pub fn problem(&self) -> &Problem {
        &self.problem
    }

    /// The problem document, after the cause has gone to the log.
    pub fn into_problem(self) -> Problem {
        if let Some(cause) = &self.cause {
            let cause = chain(&**cause);
            let code = self.problem.code.as_str();
            if self.problem.code == ProblemCode::Internal {
                error!(problem.code = code, %cause, "a request failed");
            } else {
                warn!(problem.code = code, %cause, "a request could not be served");
            }
        }
        *self.problem
    }
}

/// An error and its sources in one line: each layer hides what lies below it from its readers,
/// but the log wants all of it.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let sources = std::iter::successors(Some(error), |error| error.source());
    sources.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

impl From<Problem> for ApiError {
    fn from(problem: Problem) -> Self {
        Self { problem: Box::new(problem), cause: None }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        let code = match &error {
            StoreError::Unavailable(_) => ProblemCode::Unavailable,
            StoreError::Busy => ProblemCode::Busy,
            StoreError::UnknownWave(_) => ProblemCode::WaveUnknown,
            StoreError::Conflict { what: Conflict::Takes { .. } } => ProblemCode::WaveTakesOther,
            StoreError::Conflict { .. }
            | StoreError::Invalid { .. }
            | StoreError::Version(_)
            | StoreError::Outdated
            | StoreError::InUse
            | StoreError::Unsafe { .. }
            | StoreError::Empty
            | StoreError::Corrupt { .. }
            | StoreError::Fault(_) => ProblemCode::Internal,
        };
        Self::caused_by(code, error)
    }
}

/// The problem of a refused record.
pub(crate) fn refusal(refusal: Refusal) -> Problem {
    let (code, detail) = match refusal {
        Refusal::Json(json::Error::Malformed(text)) => (ProblemCode::BodyMalformed, Some(text)),
        Refusal::Json(json::Error::Shape(text)) => (ProblemCode::BodyShape, Some(text)),
        Refusal::TooLarge { .. } => (ProblemCode::BodyTooLarge, Some(refusal.to_string())),
        Refusal::UnknownWave(_) => (ProblemCode::WaveUnknown, None),
        Refusal::TakesOther(_) => (ProblemCode::WaveTakesOther, None),
        Refusal::WindowClosed(_) => (ProblemCode::WaveNotOpen, None),
        Refusal::UnknownInstrument(_) => (ProblemCode::InstrumentUnknown, None),
        Refusal::UnknownPoint(_) => (ProblemCode::PointUnknown, None),
        Refusal::UnknownQuestion(_) => (ProblemCode::NodeUnknown, None),
        Refusal::Invalid(violations) => {
            return Problem { violations, ..Problem::new(ProblemCode::SubmissionInvalid) };
        }
        Refusal::Conflict => (ProblemCode::SubmissionConflict, None),
        Refusal::Device(error) => (device_code(error), None),
    };
    Problem { detail, ..Problem::new(code) }
}

fn device_code(error: DeviceAuthError) -> ProblemCode {
    match error {
        DeviceAuthError::Unknown => ProblemCode::DeviceUnknown,
        DeviceAuthError::Revoked => ProblemCode::DeviceRevoked,
        DeviceAuthError::Unproven => ProblemCode::DeviceUnproven,
    }
}

impl From<DeviceAuthError> for ApiError {
    fn from(error: DeviceAuthError) -> Self {
        Self::new(device_code(error))
    }
}

impl From<staff::Refusal> for ApiError {
    fn from(refusal: staff::Refusal) -> Self {
        match refusal {
            staff::Refusal::NotLoggedIn => Self::new(ProblemCode::LoginRequired),
            staff::Refusal::NoRight(_) => Self::new(ProblemCode::StaffOnly),
            staff::Refusal::Store(error) => error.into(),
        }
    }
}

impl From<json::Error> for ApiError {
    fn from(error: json::Error) -> Self {
        refusal(Refusal::Json(error)).into()
    }
}

impl From<TooMany> for ApiError {
    fn from(too_many: TooMany) -> Self {
        // The first two speak of one record: others of the same sender may pass.
        let code = match too_many.limit {
            Limit::PointRecords | Limit::WaveRecords => ProblemCode::PlaceFull,
            Limit::AsideRecords | Limit::AddressAside | Limit::Quarantine => {
                ProblemCode::QuarantineFull
            }
            _ => ProblemCode::RateLimited,
        };
        let seconds = u32::try_from(too_many.wait.as_secs() + 1).unwrap_or(u32::MAX);
        Self::new(code).retry_after_s(seconds)
    }
}

impl From<intake::Error> for ApiError {
    fn from(error: intake::Error) -> Self {
        match error {
            intake::Error::Refused(refused) => refusal(refused).into(),
            intake::Error::Store(error) => error.into(),
            intake::Error::Task(error) => error.into(),
            intake::Error::TooMany(too_many) => too_many.into(),
            intake::Error::LostResult => Self::caused_by(ProblemCode::Internal, error),
        }
    }
}

impl From<devices::Error> for ApiError {
    fn from(error: devices::Error) -> Self {
        use devices::Error::{
            CodeEnded, CodeExpired, CodeUsed, InvalidName, InvalidSettings, Json, Revoked,
            StaleHeartbeat, Store, UnknownDevice, UnknownPoint, UnknownWave, WrongCode,
        };
        let code = match error {
            Store(error) => return error.into(),
            Json(error) => return error.into(),
            UnknownWave(_) => return Self::new(ProblemCode::WaveUnknown),
            UnknownPoint(_) => return Self::new(ProblemCode::PointUnknown),
            UnknownDevice(_) => return Self::new(ProblemCode::DeviceUnknown),
            InvalidName | InvalidSettings(_) => ProblemCode::DeviceInvalid,
            devices::Error::InvalidCredential(
                InvalidCredential::PublicKey | InvalidCredential::Token,
            ) => ProblemCode::BodyShape,
            StaleHeartbeat(freshness) => {
                let problem = Problem::new(ProblemCode::HeartbeatStale);
                return Problem { freshness: Some(freshness), ..problem }.into();
            }
            WrongCode => return Self::new(ProblemCode::EnrolmentRefused),
            CodeEnded => return Self::new(ProblemCode::EnrolmentCodeEnded),
            CodeExpired => return Self::new(ProblemCode::EnrolmentCodeExpired),
            CodeUsed => return Self::new(ProblemCode::EnrolmentCodeUsed),
            Revoked => return Self::new(ProblemCode::DeviceRevoked),
        };
        Self::with_detail(code, error.to_string())
    }
}

impl From<import::Error> for ApiError {
    fn from(error: import::Error) -> Self {
        match error {
            import::Error::UnknownInstrument(_) => Self::new(ProblemCode::InstrumentUnknown),
            import::Error::Rejected(rows) => {
                let detail = format!("{} invalid rows; nothing was imported", rows.len());
                let problem = Problem::new(ProblemCode::ImportRejected).with_detail(detail);
                Problem { rows, ..problem }.into()
            }
            import::Error::Repeated => Self::new(ProblemCode::ImportRepeated),
            import::Error::TakesOther { .. } => {
                Self::with_detail(ProblemCode::WaveTakesOther, error.to_string())
            }
            import::Error::FormChanged { .. } => {
                Self::with_detail(ProblemCode::ImportConflict, error.to_string())
            }
            import::Error::Conflict(what) => {
                Self::with_detail(ProblemCode::ImportConflict, what.to_string())
            }
            import::Error::Store(error) => error.into(),
            import::Error::Task(error) => error.into(),
        }
    }
}

impl From<analysis::Error> for ApiError {
    fn from(error: analysis::Error) -> Self {
        use analysis::Error::{
            DossiersDoNotFit, Fault, FilterDoesNotFit, InvalidQuery, MethodDoesNotFit,
            NoStandardErrors, PopulationsDiffer, QualityNeedsForms, Store, UnknownInstrument,
            UnknownMethod, UnknownNode, UnknownPeriod, UnknownWave,
        };
        let code = match error {
            Store(error) => return error.into(),
            Fault(_) => return Self::caused_by(ProblemCode::Internal, error),
            UnknownInstrument(_) => return Self::new(ProblemCode::InstrumentUnknown),
            QualityNeedsForms => return Self::new(ProblemCode::QualityNeedsForms),
            UnknownWave(_) => ProblemCode::WaveUnknown,
            UnknownMethod { .. } => ProblemCode::MethodUnknown,
            UnknownPeriod(_) => ProblemCode::PeriodUnknown,
            UnknownNode(_) => ProblemCode::NodeUnknown,
            InvalidQuery(_) => ProblemCode::QueryInvalid,
            PopulationsDiffer(_) => ProblemCode::PopulationsDiffer,
            MethodDoesNotFit(_) => ProblemCode::MethodDoesNotFit,
            FilterDoesNotFit(_) => ProblemCode::FilterDoesNotFit,
            DossiersDoNotFit(_) => ProblemCode::DossiersDoNotFit,
            NoStandardErrors(_) => ProblemCode::NoStandardErrors,
        };
        Self::with_detail(code, error.to_string())
    }
}

impl From<NoPoster> for ApiError {
    fn from(error: NoPoster) -> Self {
        Self::with_detail(ProblemCode::PointWithoutPoster, error.to_string())
    }
}

impl From<posters::Error> for ApiError {
    fn from(error: posters::Error) -> Self {
        Self::with_detail(ProblemCode::QueryInvalid, error.to_string())
    }
}

impl From<tokio::task::JoinError> for ApiError {
    fn from(error: tokio::task::JoinError) -> Self {
        Self::caused_by(ProblemCode::Internal, error)
    }
}

impl IntoResponse for ApiError {
    /// Only marks the response; `crate::http::response_layer` writes the document, because the request id is
    /// known there.
    fn into_response(self) -> Response {
        let mut response = ().into_response();
        response.extensions_mut().insert(Box::new(ProblemMark(self.into_problem())));
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caller_gets_the_sentence_and_the_log_gets_the_chain() {
        let disk = std::io::Error::other("disk I/O error at /var/lib");
        let error = ApiError::from(StoreError::Unavailable(Box::new(disk)));
        let cause = error.cause.as_deref().map(|cause| chain(cause)).unwrap();
        assert!(cause.ends_with(": disk I/O error at /var/lib"), "{cause}");
        let problem = error.into_problem();
        assert_eq!((problem.code, problem.status), (ProblemCode::Unavailable, 503));
        assert!(!serde_json::to_string(&problem).unwrap().contains("/var/lib"));
    }
}
