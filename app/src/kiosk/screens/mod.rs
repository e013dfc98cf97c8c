//! Draws the screens that only a kiosk has.

mod attract;
mod countdown;
mod enrol;
mod thanks;
mod trouble;
mod staff;
mod export;

use app::platform::screen;

pub(crate) use self::attract::attract;
pub(crate) use self::countdown::{announcer as countdown_announcer, countdown};
pub(crate) use self::enrol::enrol;
pub(crate) use self::staff::staff;
pub(crate) use self::thanks::onward;
pub(crate) use self::trouble::{full, revoked, silent};
use crate::controller::Kiosk;
use crate::machine::{Event, State};
use app::reactive::prelude::*;

/// Hears keys that belong to no control: those that begin, and staff's.
pub(crate) fn listen(kiosk: Kiosk) {
    screen::on_key(move |key| {
        let name = key.key();
        let is_attracting = kiosk.state.get_untracked() == State::Attract;
        if key.ctrl_key() && key.alt_key() && name.eq_ignore_ascii_case("s") {
            kiosk.feed(Event::Staff);
        } else if is_attracting && (name == "Enter" || name == " ") {
            // The focused button would begin a second time.
            key.prevent_default();
            kiosk.begin();
        }
    });
}
