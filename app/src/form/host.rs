//! Describes the program around a form: where it is filled in, and what happens when it ends.

use leptos::prelude::*;
use survey_defs::ids::DeviceId;

use crate::platform::outbox::Outbox;

/// What the form needs to know of the program around it; a handle.
#[derive(Debug, Clone, Copy)]
pub struct Host {
    /// Where completed forms go.
    pub outbox: Outbox,
    /// What kind of place it is.
    pub surface: Surface,
    /// Called when the form is stored, with whether it complains of something.
    pub sent: Callback<bool>,
    /// Called when the respondent gives up.
    pub cancelled: Callback<()>,
    /// Called when no form can be begun because the device has no room for another.
    pub full: Callback<()>,
}

/// What kind of place a form is filled in at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Surface {
    /// The respondent's own device: an unfinished form outlives a reload of its tab, and the
    /// browser's back button leads one step back.
    Phone,
    /// A device that many people use one after the other: nothing outlives a session, and there is
    /// no history.
    Kiosk {
        /// Which device it is; none while it is not enrolled.
        device: Option<DeviceId>,
    },
}
