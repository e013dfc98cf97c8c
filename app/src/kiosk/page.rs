//! Which screen is open.

use app::form::host::{Host, Surface};
use app::form::layout::{Button, button};
use app::form::markup::{Element, el};
use app::form::package::Trouble as NoForm;
use app::form::preferences::Preferences;
use app::form::screens::{Again, trouble};
use app::form::session::Session;
use app::form::words::say;
use app::form::{filling, layout, screens as form_screens};
use app::platform::{appearance, idle, lockdown, worker};
use app::reactive::prelude::*;

use crate::machine::{Event, State, Trouble};
use crate::station::Station;
use crate::{keyboard, screens, strings};

/// What is drawn anew when it changes; a form stays drawn below its countdown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Screen {
    Loading,
    Enrolling,
    Attract,
    Form,
    Thanks,
    Trouble(Trouble),
    Staff,
}

impl From<State> for Screen {
    fn from(state: State) -> Self {
        match state {
            State::Starting | State::Loading => Self::Loading,
            State::Enrolling => Self::Enrolling,
            State::Attract => Self::Attract,
            State::Filling { .. } | State::Countdown { .. } => Self::Form,
            State::Thanks { .. } => Self::Thanks,
            State::Trouble(trouble) => Self::Trouble(trouble),
            State::Staff { .. } => Self::Staff,
        }
    }
}

/// The whole page.
pub(crate) fn page() -> Element {
    appearance::set("data-surface", "kiosk");
    let station = Station::start(Preferences::provide());
    lockdown::lock();
    idle::on_touch(move || station.feed(Event::Touch));
    idle::on_wake(move || station.feed(Event::Tick));
    screens::listen(station);

    let open = Memo::new(move |_| Screen::from(station.state.get()));
    let is_counting = Memo::new(move |_| matches!(station.state.get(), State::Countdown { .. }));
    // Below the countdown nothing can be reached, by finger, key or screen reader.
    let inert = move || is_counting.get().then(String::new);
    el("div")
        .class("kiosk")
        .child(
            el("div")
                .class("stage")
                .live_attr("inert", inert)
                .slot(move || draw(station, open.get())),
        )
        .slot(move || is_counting.get().then(|| screens::countdown(station)))
        .child(screens::countdown_announcer(station))
        .child(keyboard::keyboard(station))
}

fn draw(station: Station, screen: Screen) -> Option<Element> {
    let screen = match screen {
        Screen::Loading => {
            main_of(el("p").class("loading").attr("role", "status").text(say(strings::LOADING)))
        }
        Screen::Enrolling => screens::enrol(station),
        Screen::Attract => screens::attract(station),
        Screen::Form => form(station)?,
        Screen::Thanks => under_header(station, move || {
            station.language().track();
            Some(form_screens::thanks(station.outbox, screens::onward(station)))
        }),
        Screen::Trouble(Trouble::Revoked) => screens::revoked(station),
        Screen::Trouble(Trouble::Full) => screens::full(),
        Screen::Trouble(Trouble::NoForm) => no_form(station),
        Screen::Staff => screens::staff(station),
    };
    Some(el("div").class("page").child(screen))
}

fn form(station: Station) -> Option<Element> {
    let package = station.package.get_untracked()?;
    let device =
        station.config.with_untracked(|config| config.as_ref().map(|config| config.device));
    let host = Host {
        outbox: station.outbox,
        surface: Surface::Kiosk { device },
        sent: Callback::new(move |()| station.feed(Event::Sent)),
        cancelled: Callback::new(move |()| station.feed(Event::Cancelled)),
        full: Callback::new(move |()| {
            station.feed(Event::Full(true));
            station.feed(Event::Cancelled);
        }),
    };
    Some(under_header(station, move || {
        let session = Session::new(host, package.clone());
        station.holds(session);
        Some(filling(session))
    }))
}

/// A screen that a citizen uses: with the language switch, and marked if the wave is simulated.
fn under_header(
    station: Station,
    content: impl Fn() -> Option<Element> + Send + 'static,
) -> Element {
    let simulated = move || {
        station.language().track();
        is_simulated(station).then(layout::simulated)
    };
    el("div")
        .class("with-header")
        .child(layout::header())
        .slot(simulated)
        .child(el("main").class("main").slot(content))
}

/// Whether the wave is simulated, which every screen that shows its form must say.
pub(crate) fn is_simulated(station: Station) -> bool {
    let is_simulated = |package: &Option<std::sync::Arc<_>>| {
        package
            .as_ref()
            .is_some_and(|p: &std::sync::Arc<app::form::package::Package>| p.wave.simulated)
    };
    station.package.with_untracked(is_simulated)
}

fn no_form(station: Station) -> Element {
    let again = Again {
        is_trying: station.is_asking,
        try_again: Callback::new(move |()| try_again(station)),
    };
    let content = el("div").class("main-slot").slot(move || {
        let kind = station.trouble.get().unwrap_or(NoForm::Unreachable);
        Some(trouble(&kind, again))
    });
    main_of(content)
}

fn try_again(station: Station) {
    if station.trouble.with_untracked(|trouble| matches!(trouble, Some(NoForm::Outdated))) {
        worker::update_and_reload();
    }
    station.pulse();
}

/// A screen that is nothing but its content.
pub(crate) fn main_of(content: Element) -> Element {
    el("main").class("main").child(content)
}

/// The button that leaves the thanks.
pub(crate) fn done(station: Station) -> Element {
    button(Button::New, || strings::DONE, move || station.feed(Event::Close))
}
