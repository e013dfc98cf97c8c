//! Exports what a device could not send.
//!
//! The file has answers in it, and officers and citizens find the gesture that opens this panel. So it
//! is sealed, and only the server of the device can read it: there is no code to be kept or found.

use app::platform::{clock, outbox, page, taps};
use leptos::prelude::*;
use leptos::task::spawn_local;
use survey_defs::api::DeviceConfig;

use super::staff::{StaffButton, local_time};
use crate::controller::{Kiosk, kiosk};
use crate::texts;

/// The button.
#[component]
pub(super) fn Export(
    /// Where it says what it has done.
    said: RwSignal<String>,
) -> impl IntoView {
    let kiosk = kiosk();
    let is_writing = RwSignal::new(false);
    let give = move || {
        if is_writing.get_untracked() {
            return;
        }
        is_writing.set(true);
        spawn_local(async move {
            let what = written(kiosk).await;
            // The panel may be closed.
            said.try_set(what);
            is_writing.try_set(false);
        });
    };
    view! { <StaffButton name=texts::STAFF_EXPORT test_id="staff-export" on_press=give/> }
}

/// Writes the file and says so.
async fn written(kiosk: Kiosk) -> String {
    let Some(DeviceConfig { device, outbox_key: Some(key), .. }) = kiosk.config.get_untracked()
    else {
        return texts::both(texts::EXPORT_NO_KEY);
    };
    let Ok(export) = outbox::export(&key).await else { return texts::both(texts::EXPORT_FAILED) };
    if export.n_records == 0 {
        return texts::both(texts::EXPORT_NOTHING);
    }
    let day = local_time(clock::now()).replace(['/', ' ', ':'], "-");
    // Files of several devices lie side by side on one stick.
    let device = device.to_string();
    let name = ["thuocdo-", device.get(..8).unwrap_or(&device), "-", &day, ".json"].concat();
    page::download(&name, &export.text);
    // The browser shows it; two taps are one file.
    taps::screen_changed();
    texts::exported(export.n_records)
}
