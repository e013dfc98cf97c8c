//! The devices page: lists devices and their state, adds and revokes them, and gives their posters.

mod texts;
mod report;
mod list;
mod row;
mod add;
mod draft;
mod code;
mod points;

use leptos::prelude::*;
use survey_defs::api::AddedDevice;

use self::add::AddDevice;
use self::code::NewCode;
use self::list::DeviceList;
use self::points::Points;
use crate::controls::WaveControl;
use crate::layout::Failure;
use crate::state::Console;

/// The page.
#[component]
pub(crate) fn Devices() -> impl IntoView {
    let console = Console::get();
    let added: RwSignal<Option<AddedDevice>> = RwSignal::new(None);
    let error = Signal::derive(move || {
        let errors = [console.waves.error, console.devices.error, console.points.error];
        errors.into_iter().find_map(|error| error.get())
    });
    let is_stale = Signal::derive(move || console.devices.value.with(Option::is_some));
    view! {
        <WaveControl/>
        <main class="main page-devices">
            <div class="notices" aria-live="polite">
                <Failure error=error is_stale=is_stale/>
            </div>
            <NewCode added=added/>
            <DeviceList/>
            <AddDevice added=added/>
            <Points/>
        </main>
    }
}
