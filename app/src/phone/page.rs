//! Draws the screen that is open.

use std::sync::Arc;

use app::form::host::{Host, Surface};
use app::form::layout::{Button, button};
use app::form::markup::{Element, el};
use app::form::package::{Package, Trouble, load};
use app::form::preferences::Preferences;
use app::form::screens::{Again, stopped, thanks, trouble};
use app::form::session::Session;
use app::form::texts::say;
use app::form::{filling, layout, texts};
use app::platform;
use app::platform::form_address::FormAddress;
use app::platform::outbox::Outbox;
use app::reactive::prelude::*;

#[derive(Debug, Clone)]
enum Screen {
    Loading,
    Trouble(Trouble),
    Filling(Arc<Package>),
    Thanks(Arc<Package>),
    Stopped(Arc<Package>),
}

/// The page as a whole.
#[derive(Debug, Clone, Copy)]
struct Page {
    outbox: Outbox,
    preferences: Preferences,
    screen: RwSignal<Screen>,
    is_opening: RwSignal<bool>,
}

impl Page {
    /// Asks the server for the form; where this program is too old for it, for a new one first.
    fn open(self) {
        if self.is_opening.get_untracked() {
            return;
        }
        if self.screen.with_untracked(|old| matches!(old, Screen::Trouble(Trouble::Outdated))) {
            platform::worker::update_and_reload();
        }
        self.is_opening.set(true);
        spawn_local(async move {
            let screen = match load(FormAddress::of_this_page()).await {
                Ok(package) => Screen::Filling(package),
                Err(trouble) => Screen::Trouble(trouble),
            };
            let is_retry = self.screen.with_untracked(|old| !matches!(old, Screen::Loading));
            self.show(screen, is_retry);
            self.is_opening.set(false);
        });
    }

    fn host(self, package: &Arc<Package>) -> Host {
        let shows = |screen: fn(Arc<Package>) -> Screen| {
            let package = Arc::clone(package);
            Callback::new(move |()| self.show(screen(Arc::clone(&package)), true))
        };
        Host {
            outbox: self.outbox,
            surface: Surface::Phone,
            sent: shows(Screen::Thanks),
            cancelled: shows(Screen::Stopped),
            full: shows(|_| Screen::Trouble(Trouble::Full)),
        }
    }

    /// The next respondent: nothing of this one stays, not even the language.
    fn start_again(self, package: &Arc<Package>) {
        self.preferences.reset();
        platform::worker::update_if_waiting();
        self.show(Screen::Filling(Arc::clone(package)), true);
    }

    fn new_form(self, package: Arc<Package>) -> Element {
        button(Button::New, || texts::NEW_FORM, move || self.start_again(&package))
    }

    fn show(self, screen: Screen, takes_focus: bool) {
        self.screen.set(screen);
        if takes_focus {
            platform::page::show_heading();
        }
    }

    fn is_simulated(self) -> bool {
        self.screen.with(|screen| match screen {
            Screen::Filling(package)
            | Screen::Thanks(package)
            | Screen::Stopped(package)
            | Screen::Trouble(Trouble::Closed(package)) => package.wave.simulated,
            Screen::Trouble(
                Trouble::Unreachable
                | Trouble::Broken
                | Trouble::Unknown
                | Trouble::Outdated
                | Trouble::Full,
            )
            | Screen::Loading => false,
        })
    }
}

/// The whole page.
pub(crate) fn page(outbox: Outbox) -> Element {
    platform::appearance::set("data-surface", "phone");
    let preferences = Preferences::provide();
    let language = preferences.language();
    let page = Page {
        outbox,
        preferences,
        screen: RwSignal::new(Screen::Loading),
        is_opening: RwSignal::new(false),
    };
    page.open();
    let again =
        Again { is_trying: page.is_opening, try_again: Callback::new(move |()| page.open()) };
    let simulated = move || {
        language.track();
        page.is_simulated().then(layout::simulated)
    };
    let screen = move || {
        Some(match page.screen.get() {
            Screen::Loading => {
                el("p").class("loading").attr("role", "status").text(say(texts::LOADING))
            }
            Screen::Trouble(kind) => {
                language.track();
                trouble(&kind, again)
            }
            Screen::Filling(package) => filling(Session::new(page.host(&package), package)),
            Screen::Thanks(package) => {
                language.track();
                thanks(outbox, page.new_form(package))
            }
            Screen::Stopped(package) => {
                language.track();
                stopped(page.new_form(package))
            }
        })
    };
    el("div")
        .class("page")
        .child(layout::header())
        // Inside, so that nothing moves when it comes.
        .child(el("main").class("main").slot(simulated).slot(screen))
}
