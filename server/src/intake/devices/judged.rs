use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use survey_defs::ids::DeviceId;

/// After this time the records of a device are judged again although nothing new came of it here:
/// another server may have got the evidence and ended before it could use it.
const LASTS: SignedDuration = SignedDuration::from_hours(1);

/// Devices of which all late records that wait were judged by all that is known, and when, so that not
/// every heartbeat looks through them again.
#[derive(Debug, Default)]
pub struct Judged(Mutex<HashMap<DeviceId, Timestamp>>);

/// Late records of a device are being judged. Whoever drops this before [`Judging::finish`] leaves
/// them to the next heartbeat: the caller may go away in the middle.
#[derive(Debug)]
pub(crate) struct Judging<'a> {
    judged: &'a Judged,
    device: DeviceId,
    is_finished: bool,
}

impl Judged {
    /// Whether there is nothing to judge until something new is known of the device.
    pub(crate) fn has(&self, device: DeviceId, now: Timestamp) -> bool {
        let lasts = |at: &Timestamp| now.duration_since(*at).abs() < LASTS;
        self.devices().get(&device).is_some_and(lasts)
    }

    /// To be called before anything is looked at, so that what is kept aside meanwhile is judged next
    /// time.
    pub(crate) fn begin(&self, device: DeviceId, now: Timestamp) -> Judging<'_> {
        self.devices().insert(device, now);
        Judging { judged: self, device, is_finished: false }
    }

    /// More of the device waits.
    pub(crate) fn forget(&self, device: DeviceId) {
        self.devices().remove(&device);
    }

    fn devices(&self) -> MutexGuard<'_, HashMap<DeviceId, Timestamp>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Judging<'_> {
    /// All of them are judged.
    pub(crate) fn finish(mut self) {
        self.is_finished = true;
    }
}

impl Drop for Judging<'_> {
    fn drop(&mut self) {
        if !self.is_finished {
            self.judged.forget(self.device);
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
        let (judged, device) = (Judged::default(), DeviceId::new(uuid::Uuid::nil()));
        assert!(!judged.has(device, at(0)));
        judged.begin(device, at(0)).finish();
        assert!(judged.has(device, at(0)) && judged.has(device, at(59)));
        assert!(!judged.has(device, at(60)), "another server may have lost evidence");
        assert!(!judged.has(device, at(-60)), "the clock was set back");
    }

    #[test]
    fn what_is_broken_off_or_gets_more_meanwhile_is_judged_again() {
        let (judged, device) = (Judged::default(), DeviceId::new(uuid::Uuid::nil()));
        drop(judged.begin(device, at(0)));
        assert!(!judged.has(device, at(0)), "its caller went away");
        let judging = judged.begin(device, at(0));
        judged.forget(device);
        judging.finish();
        assert!(!judged.has(device, at(0)), "more was kept aside");
    }
}
