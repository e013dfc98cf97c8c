//! Work off the async threads.

use tokio::task::JoinError;
use tracing::Span;

/// Runs a closure on the blocking pool inside the caller's tracing span. Everything that computes
/// goes through here: polars panics on a current-thread runtime when called directly.
///
/// # Errors
/// [`JoinError`] if the closure panicked.
#[expect(clippy::disallowed_methods, reason = "the wrapper that the ban points to")]
pub async fn spawn_blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, JoinError> {
    let span = Span::current();
    tokio::task::spawn_blocking(move || span.in_scope(work)).await
}
