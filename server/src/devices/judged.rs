use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use survey_defs::ids::DeviceId;

/// Devices of which all late records that wait were judged by all that this server knows, so that
/// not every heartbeat looks through them again.
#[derive(Debug, Default)]
pub struct Judged(Mutex<HashSet<DeviceId>>);

impl Judged {
    /// Whether there is nothing to judge until something new is known of the device.
    pub(crate) fn has(&self, device: DeviceId) -> bool {
        self.devices().contains(&device)
    }

    pub(crate) fn remember(&self, device: DeviceId) {
        self.devices().insert(device);
    }

    pub(crate) fn forget(&self, device: DeviceId) {
        self.devices().remove(&device);
    }

    fn devices(&self) -> MutexGuard<'_, HashSet<DeviceId>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
