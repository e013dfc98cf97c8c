//! Whether the store answers.

use std::time::Duration;

use store::{Store, StoreError};
use survey_defs::api::problem::ProblemCode;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use crate::http::error::ApiError;

/// For how long an answer of the store is good enough, so that whoever asks often cannot keep it
/// busy.
const FRESH: Duration = Duration::from_secs(1);

/// How long the store may take to answer: less than a load balancer waits.
const PATIENCE: Duration = Duration::from_secs(3);

/// Whether the store answers, asked once a second however many want to know.
#[derive(Debug, Default)]
pub struct Readiness(Mutex<Option<(Instant, bool)>>);

impl Readiness {
    /// Asks the store, unless that was done just now.
    ///
    /// # Errors
    /// `unavailable`: it does not answer, or is damaged.
    pub async fn check(&self, store: &dyn Store) -> Result<(), ApiError> {
        let mut last = self.0.lock().await;
        match *last {
            Some((at, is_ready)) if at.elapsed() < FRESH => {
                return if is_ready {
                    Ok(())
                } else {
                    Err(ApiError::new(ProblemCode::Unavailable))
                };
            }
            Some(_) | None => {}
        }
        let outcome = ping(store).await;
        *last = Some((Instant::now(), outcome.is_ok()));
        outcome
    }
}

async fn ping(store: &dyn Store) -> Result<(), ApiError> {
    match timeout(PATIENCE, store.ping()).await {
        Ok(answer) => {
            // Also one that is damaged: whoever asks can only send people elsewhere.
            answer.map_err(|error: StoreError| ApiError::caused_by(ProblemCode::Unavailable, error))
        }
        Err(error) => Err(ApiError::caused_by(ProblemCode::Unavailable, error)),
    }
}
