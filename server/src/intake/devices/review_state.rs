//! Which devices have late records that must be reviewed again.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use survey_defs::ids::DeviceId;

/// After this time the records of a device are reviewed again although nothing new came of it here:
/// another server may have got the evidence and ended before it could use it.
const LASTS: SignedDuration = SignedDuration::from_hours(1);

/// When all waiting late records of each device were last reviewed with all evidence known then, so
/// that not every heartbeat reads them again.
#[derive(Debug, Default)]
pub struct ReviewState(Mutex<HashMap<DeviceId, Timestamp>>);

/// Late records of a device are being reviewed. Whoever drops this before [`ReviewGuard::finish`] leaves
/// them to the next heartbeat: the caller may go away in the middle.
#[derive(Debug)]
pub(crate) struct ReviewGuard<'a> {
    state: &'a ReviewState,
    device: DeviceId,
    is_finished: bool,
}

impl ReviewState {
    /// Whether all waiting records were reviewed and nothing new is known of the device.
    pub(crate) fn is_reviewed(&self, device: DeviceId, now: Timestamp) -> bool {
        let lasts = |at: &Timestamp| now.duration_since(*at).abs() < LASTS;
        self.devices().get(&device).is_some_and(lasts)
    }

    /// To be called before anything is looked at, so that what is quarantined meanwhile is reviewed next
    /// time.
    pub(crate) fn begin(&self, device: DeviceId, now: Timestamp) -> ReviewGuard<'_> {
        self.devices().insert(device, now);
        ReviewGuard { state: self, device, is_finished: false }
    }

    /// More of the device waits.
    pub(crate) fn forget(&self, device: DeviceId) {
        self.devices().remove(&device);
    }

    fn devices(&self) -> MutexGuard<'_, HashMap<DeviceId, Timestamp>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ReviewGuard<'_> {
    /// All of them are reviewed.
    pub(crate) fn finish(mut self) {
        self.is_finished = true;
    }
}

impl Drop for ReviewGuard<'_> {
    fn drop(&mut self) {
        if !self.is_finished {
            self.state.forget(self.device);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minute)
    }

    #[test]
    fn what_was_judged_to_the_end_rests_for_an_hour() {
        let (state, device) = (ReviewState::default(), DeviceId::new(uuid::Uuid::nil()));
        assert!(!state.is_reviewed(device, at(0)));
        state.begin(device, at(0)).finish();
        assert!(state.is_reviewed(device, at(0)) && state.is_reviewed(device, at(59)));
        assert!(!state.is_reviewed(device, at(60)), "another server may have lost evidence");
        assert!(!state.is_reviewed(device, at(-60)), "the clock was set back");
    }

    #[test]
    fn what_is_broken_off_or_gets_more_meanwhile_is_judged_again() {
        let (state, device) = (ReviewState::default(), DeviceId::new(uuid::Uuid::nil()));
        drop(state.begin(device, at(0)));
        assert!(!state.is_reviewed(device, at(0)), "its caller went away");
        let review = state.begin(device, at(0));
        state.forget(device);
        review.finish();
        assert!(!state.is_reviewed(device, at(0)), "more was kept aside");
    }
}
