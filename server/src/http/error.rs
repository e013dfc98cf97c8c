//! Errors of the HTTP interface: a problem for the caller, a cause for the log.
//!
//! Client-visible failures are named with their [`ProblemCode`]; infrastructure failures have an
//! explicit `From` each, so that a new source of errors must be placed by hand.

use axum::response::{IntoResponse, Response};
use store::{Conflict, StoreError};
use survey_defs::api::problem::{Problem, ProblemCode};
use survey_defs::method::MethodError;
use tracing::{error, warn};

/// A failed request.
#[derive(Debug)]
pub struct ApiError {
    problem: Box<Problem>,
    cause: Option<Box<dyn std::error::Error + Send + Sync>>,
    retry_after_s: Option<u32>,
}

/// What `crate::http::respond` writes a problem document from.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    pub problem: Problem,
    pub retry_after_s: Option<u32>,
}

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
        self.retry_after_s = Some(seconds);
        self
    }

    /// The problem document.
    pub fn problem(&self) -> &Problem {
        &self.problem
    }

    /// The problem document, if whoever has sent the request is at fault.
    ///
    /// # Errors
    /// The error itself, if the server is: the same may be sent again.
    pub fn into_fault_of_sender(self) -> Result<Problem, Self> {
        if self.problem.status >= 500 { Err(self) } else { Ok(self.into_problem()) }
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
        Self { problem: Box::new(problem), cause: None, retry_after_s: None }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        let code = match &error {
            StoreError::Unavailable(_) => ProblemCode::Unavailable,
            StoreError::Busy => ProblemCode::Busy,
            StoreError::UnknownWave(_) => ProblemCode::WaveUnknown,
            StoreError::Conflict { what: Conflict::Contents { .. } } => {
                ProblemCode::WaveHoldsCounts
            }
            StoreError::Conflict { .. }
            | StoreError::Invalid { .. }
            | StoreError::Version(_)
            | StoreError::Outdated
            | StoreError::Corrupt { .. }
            | StoreError::Fault(_) => ProblemCode::Internal,
        };
        Self::caused_by(code, error)
    }
}

impl From<MethodError> for ApiError {
    fn from(error: MethodError) -> Self {
        Self::with_detail(ProblemCode::MethodDoesNotFit, error.to_string())
    }
}

impl From<tokio::task::JoinError> for ApiError {
    fn from(error: tokio::task::JoinError) -> Self {
        Self::caused_by(ProblemCode::Internal, error)
    }
}

impl IntoResponse for ApiError {
    /// Only marks the response; `crate::http::respond` writes the document, because the request id is
    /// known there.
    fn into_response(self) -> Response {
        let mut response = ().into_response();
        let retry_after_s = self.retry_after_s;
        let refusal = Refusal { problem: self.into_problem(), retry_after_s };
        response.extensions_mut().insert(Box::new(refusal));
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
