//! Who sends records, and whether a record that names a device is taken from them.

use std::fmt;
use std::net::IpAddr;

use ipnet::IpNet;
use store::{Device, Store, StoreError};
use survey_defs::ids::{DeviceId, PointId, WaveId};
use survey_defs::quarantine::QuarantineReason;
use survey_defs::wave::Channel;

/// Who has sent records.
#[derive(Debug)]
pub enum Sender {
    /// Nobody who has proved anything: a phone, or a device whose signature is wrong.
    Anyone,
    /// A device that has signed the request; it may be revoked.
    Device(Box<Device>),
    /// Staff, who vouch for the devices whose files they bring.
    Staff,
}

/// From which address records come; none where that is this machine itself. It is for quotas only: it is
/// never stored and never logged.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct SenderAddress(pub Option<IpAddr>);

// By hand: a debug text ends up in a log line.
impl fmt::Debug for SenderAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SenderAddress")
    }
}

impl SenderAddress {
    /// The network around it: one of IPv4 with this prefix, a /48 of IPv6, which is what a household or an
    /// office may have.
    pub(crate) fn network(self, prefix_v4: u8) -> Option<IpAddr> {
        let address = self.0?;
        let prefix = if address.is_ipv4() { prefix_v4 } else { 48 };
        IpNet::new(address, prefix).ok().map(|network| network.network())
    }
}

/// Why a request is not taken as coming from the device that it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DeviceAuthError {
    /// There is no such device.
    #[error("there is no such device")]
    Unknown,
    /// Staff have revoked the device.
    #[error("this device was revoked")]
    Revoked,
    /// The sender is not this device, or it stands at another service point.
    #[error("the device did not prove its identity")]
    Unproven,
}

impl From<DeviceAuthError> for QuarantineReason {
    fn from(error: DeviceAuthError) -> Self {
        match error {
            DeviceAuthError::Revoked => Self::DeviceRevoked,
            DeviceAuthError::Unknown | DeviceAuthError::Unproven => Self::DeviceUnproven,
        }
    }
}

impl Sender {
    /// Whether it is known who has sent them, and nobody has revoked that.
    pub fn has_proved(&self) -> bool {
        match self {
            Self::Anyone => false,
            Self::Device(device) => device.revoked_at.is_none(),
            Self::Staff => true,
        }
    }

    /// Whether a record that is kept aside is known to come from staff or from a device of its wave. The key
    /// of a device says nothing of other waves, nor of other devices.
    pub(crate) fn vouches_for(&self, wave: &WaveId, reason: QuarantineReason) -> bool {
        match self {
            Self::Anyone => false,
            Self::Device(device) => {
                device.revoked_at.is_none()
                    && device.wave == *wave
                    && reason != QuarantineReason::DeviceUnproven
            }
            Self::Staff => true,
        }
    }

    /// Whether a record of a wave and point comes from a device that stands there, or from staff. The
    /// key of one counter says nothing of what it sends for another.
    pub(crate) fn stands_at(&self, wave: &WaveId, point: &PointId) -> bool {
        match self {
            Self::Anyone => false,
            Self::Device(device) => {
                device.revoked_at.is_none() && device.wave == *wave && device.point == *point
            }
            Self::Staff => true,
        }
    }

    /// The device with this id, if it is the sender and not revoked.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn into_device(
        self,
        store: &dyn Store,
        id: DeviceId,
    ) -> Result<Result<Device, DeviceAuthError>, StoreError> {
        Ok(match self {
            Self::Device(device) if device.id == id => match device.revoked_at {
                Some(_) => Err(DeviceAuthError::Revoked),
                None => Ok(*device),
            },
            Self::Anyone | Self::Device(_) | Self::Staff => Err(match store.device(id).await? {
                Some(_) => DeviceAuthError::Unproven,
                None => DeviceAuthError::Unknown,
            }),
        })
    }

    /// Whether a record of a wave and point is taken from this sender as it is: whoever names a device must
    /// be it, and a service point with devices takes nothing from anybody else.
    ///
    /// # Errors
    /// Those of the store.
    pub(crate) async fn check(
        &self,
        store: &dyn Store,
        named: Option<DeviceId>,
        place: (&WaveId, &PointId),
        channel: Channel,
    ) -> Result<Result<(), DeviceAuthError>, StoreError> {
        match named {
            Some(named) => self.check_named(store, named, place).await,
            None if channel.needs_device() && !self.stands_at(place.0, place.1) => {
                Ok(Err(DeviceAuthError::Unproven))
            }
            None => Ok(Ok(())),
        }
    }

    /// Whether a record of a wave and point that names a device is taken from this sender as it is.
    ///
    /// # Errors
    /// Those of the store.
    pub(crate) async fn check_named(
        &self,
        store: &dyn Store,
        named: DeviceId,
        place: (&WaveId, &PointId),
    ) -> Result<Result<(), DeviceAuthError>, StoreError> {
        let vouched;
        let device = match self {
            Self::Anyone => None,
            Self::Device(device) => Some(&**device),
            Self::Staff => {
                vouched = store.device(named).await?;
                vouched.as_ref()
            }
        };
        // A device never moves: it is revoked and added anew.
        let is_this =
            |device: &&Device| device.id == named && (&device.wave, &device.point) == place;
        Ok(match device.filter(is_this) {
            None => Err(DeviceAuthError::Unproven),
            Some(device) if device.revoked_at.is_some() => Err(DeviceAuthError::Revoked),
            Some(_) => Ok(()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_is_wider_than_an_address() {
        let of = |address: &str, prefix| {
            SenderAddress(Some(address.parse().unwrap())).network(prefix).unwrap()
        };
        assert_eq!(of("198.51.100.1", 24), of("198.51.100.254", 24));
        assert_ne!(of("198.51.100.1", 24), of("198.51.101.1", 24));
        assert_ne!(of("198.51.100.1", 32), of("198.51.100.2", 32));
        assert_eq!(of("2001:db8:7:1::1", 24), of("2001:db8:7:ffff::1", 32));
        assert_ne!(of("2001:db8:7::1", 24), of("2001:db8:8::1", 24));
        assert_eq!(SenderAddress(None).network(24), None);
    }
}
