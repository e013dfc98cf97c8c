//! Draws the screen that is open.

use app::form::host::{Host, Surface};
use app::form::layout::{Button, button};
use app::form::markup::{Element, el};
use app::form::package::Trouble as NoForm;
use app::form::preferences::Preferences;
use app::form::screens::{Again, trouble};
use app::form::session::Session;
use app::form::texts::say;
use app::form::{filling, layout, screens as form_screens};
use app::platform::{appearance, idle, lockdown, taps, worker};
use app::reactive::prelude::*;

use crate::controller::Kiosk;
use crate::machine::{Event, State, Trouble};
use crate::{keyboard, screens, texts};

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
    let kiosk = Kiosk::start(Preferences::provide());
    lockdown::lock();
    taps::watch();
    idle::on_touch(move || kiosk.feed(Event::Touch));
    idle::on_wake(move || kiosk.feed(Event::Tick));
    screens::listen(kiosk);

    let open = Memo::new(move |_| Screen::from(kiosk.state.get()));
    let is_counting = Memo::new(move |_| matches!(kiosk.state.get(), State::Countdown { .. }));
    // Below the countdown nothing can be reached, by finger, key or screen reader.
    let inert = move || is_counting.get().then(String::new);
    el("div")
        .class("kiosk")
        .child(
            el("div")
                .class("stage")
                .live_attr("inert", inert)
                .slot(move || draw(kiosk, open.get())),
        )
        .slot(move || is_counting.get().then(|| screens::countdown(kiosk)))
        .child(screens::countdown_announcer(kiosk))
        .child(keyboard::keyboard(kiosk))
}

fn draw(kiosk: Kiosk, screen: Screen) -> Option<Element> {
    let screen = match screen {
        Screen::Loading => {
            main_of(el("p").class("loading").attr("role", "status").text(say(texts::LOADING)))
        }
        Screen::Enrolling => screens::enrol(kiosk),
        Screen::Attract => screens::attract(kiosk),
        Screen::Form => form(kiosk)?,
        Screen::Thanks => under_header(kiosk, move || {
            kiosk.language().track();
            Some(form_screens::thanks(kiosk.outbox, screens::onward(kiosk)))
        }),
        Screen::Trouble(Trouble::Revoked) => screens::revoked(kiosk),
        Screen::Trouble(Trouble::Full) => screens::full(),
        Screen::Trouble(Trouble::Storage) => screens::silent(),
        Screen::Trouble(Trouble::NoForm) => no_form(kiosk),
        Screen::Staff => screens::staff(kiosk),
    };
    Some(el("div").class("page").child(screen))
}

fn form(kiosk: Kiosk) -> Option<Element> {
    let package = kiosk.package.get_untracked()?;
    let device = kiosk.config.with_untracked(|config| config.as_ref().map(|config| config.device));
    let host = Host {
        outbox: kiosk.outbox,
        surface: Surface::Kiosk { device },
        sent: Callback::new(move |()| kiosk.feed(Event::Sent)),
        cancelled: Callback::new(move |()| kiosk.feed(Event::Cancelled)),
        full: Callback::new(move |()| {
            kiosk.feed(Event::Full(true));
            kiosk.feed(Event::Cancelled);
        }),
    };
    Some(under_header(kiosk, move || {
        let session = Session::new(host, package.clone());
        kiosk.holds(session);
        Some(filling(session))
    }))
}

/// A screen that a citizen uses: with the language switch, and marked if the wave is simulated.
fn under_header(kiosk: Kiosk, content: impl Fn() -> Option<Element> + Send + 'static) -> Element {
    let simulated = move || {
        kiosk.language().track();
        is_simulated(kiosk).then(layout::simulated)
    };
    el("div")
        .class("with-header")
        .child(layout::header())
        .slot(simulated)
        .child(el("main").class("main").slot(content))
}

/// Whether the wave is simulated, which every screen that shows its form must say.
pub(crate) fn is_simulated(kiosk: Kiosk) -> bool {
    let is_simulated = |package: &Option<std::sync::Arc<_>>| {
        package
            .as_ref()
            .is_some_and(|p: &std::sync::Arc<app::form::package::Package>| p.wave.simulated)
    };
    kiosk.package.with_untracked(is_simulated)
}

fn no_form(kiosk: Kiosk) -> Element {
    let again =
        Again { is_trying: kiosk.is_asking, try_again: Callback::new(move |()| try_again(kiosk)) };
    let content = el("div").class("main-slot").slot(move || {
        let kind = kiosk.trouble.get().unwrap_or(NoForm::Unreachable);
        Some(trouble(&kind, again))
    });
    main_of(content)
}

fn try_again(kiosk: Kiosk) {
    if kiosk.trouble.with_untracked(|trouble| matches!(trouble, Some(NoForm::Outdated))) {
        worker::update_and_reload();
    }
    kiosk.sync();
}

/// A screen that is nothing but its content.
pub(crate) fn main_of(content: Element) -> Element {
    el("main").class("main").child(content)
}

/// The button that leaves the thanks.
pub(crate) fn done(kiosk: Kiosk) -> Element {
    button(Button::New, || texts::DONE, move || kiosk.feed(Event::Close))
}
