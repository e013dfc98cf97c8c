//! Tells the operator of a proxy that nobody has named.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use tracing::warn;

/// A proxy that is not named forwards every request, and strangers can write the header as well.
const PAUSE: Duration = Duration::from_hours(1);

/// When the operator was told last.
#[derive(Debug, Default)]
pub struct StrangeProxies(Mutex<Option<Instant>>);

impl StrangeProxies {
    /// Warns that somebody who is not trusted says for whom they ask, unless that was said within the
    /// last hour.
    pub fn warn(&self) {
        if self.is_due(Instant::now()) {
            warn!(
                "a request has X-Forwarded-For and does not come from a trusted proxy: if it is \
                 your proxy, start with --trusted-proxy and its address, or else all who come \
                 through it share one limit"
            );
        }
    }

    fn is_due(&self, now: Instant) -> bool {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_due = last.is_none_or(|at| now.duration_since(at) >= PAUSE);
        if is_due {
            *last = Some(now);
        }
        is_due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_said_once_an_hour() {
        let (proxies, now) = (StrangeProxies::default(), Instant::now());
        let due = [0, 1, 3_599, 3_600, 3_601]
            .map(|second| proxies.is_due(now + Duration::from_secs(second)));
        assert_eq!(due, [true, false, false, true, false]);
    }
}
