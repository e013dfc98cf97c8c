//! Draws the screens that only a kiosk has.

mod bilingual;
mod attract;
mod countdown;
mod enrol;
mod thanks;
mod trouble;
mod staff;
mod export;

use app::platform::screen;
use leptos::prelude::*;

pub(crate) use self::attract::{Attract, Sign};
pub(crate) use self::countdown::{Countdown, CountdownAnnouncer};
pub(crate) use self::enrol::Enrol;
pub(crate) use self::staff::Staff;
pub(crate) use self::thanks::Onward;
pub(crate) use self::trouble::{Full, Revoked, Silent};
use crate::controller::Kiosk;
use crate::machine::{Event, State};

/// Hears keys that belong to no control: those that begin, and staff's.
pub(crate) fn listen(kiosk: Kiosk) {
    screen::on_key(move |key| {
        let name = key.key();
        let is_attracting = kiosk.state.get_untracked() == State::Attract;
        if key.ctrl_key() && key.alt_key() && name.eq_ignore_ascii_case("s") {
            kiosk.feed(Event::Staff);
        } else if is_attracting && (name == "Enter" || name == " ") && !screen::is_on_button(key) {
            kiosk.begin();
        }
    });
}
