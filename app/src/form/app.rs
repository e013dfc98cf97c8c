//! Which screen is open.

use std::sync::Arc;

use app::platform::outbox::Outbox;
use app::platform::page;
use app::platform::place::Place;
use leptos::prelude::*;
use leptos::task::spawn_local;
use survey_defs::engine::{Form, Step};
use survey_defs::text::Language;

use crate::markup::{Element, el};
use crate::package::{Package, Trouble, load};
use crate::session::Session;
use crate::words::{language, say};
use crate::{layout, screens, strings};

#[derive(Debug, Clone)]
enum Screen {
    Loading,
    Trouble(Trouble),
    Filling(Arc<Package>),
    Thanks(Arc<Package>),
}

/// The page as a whole; a handle for the screens.
#[derive(Debug, Clone, Copy)]
pub(crate) struct App {
    outbox: Outbox,
    language: RwSignal<Language>,
    screen: RwSignal<Screen>,
    is_opening: RwSignal<bool>,
}

impl App {
    pub(crate) fn outbox(self) -> Outbox {
        self.outbox
    }

    /// Whether the server is being asked for the form.
    pub(crate) fn is_opening(self) -> bool {
        self.is_opening.get()
    }

    /// Asks the server for the form.
    pub(crate) fn open(self) {
        if self.is_opening.get_untracked() {
            return;
        }
        self.is_opening.set(true);
        spawn_local(async move {
            let screen = match load(Place::of_this_page()).await {
                Ok(package) => Screen::Filling(package),
                Err(trouble) => Screen::Trouble(trouble),
            };
            let is_retry = self.screen.with_untracked(|old| !matches!(old, Screen::Loading));
            self.show(screen, is_retry);
            self.is_opening.set(false);
        });
    }

    /// The form is stored.
    pub(crate) fn thank(self, package: Arc<Package>) {
        self.show(Screen::Thanks(package), true);
    }

    /// The next respondent: nothing of this one stays, not even the language.
    pub(crate) fn start_again(self) {
        let package = self.screen.with_untracked(|screen| match screen {
            Screen::Thanks(package) => Some(Arc::clone(package)),
            Screen::Loading | Screen::Trouble(_) | Screen::Filling(_) => None,
        });
        if let Some(package) = package {
            layout::speak(self.language, Language::default());
            self.show(Screen::Filling(package), true);
        }
    }

    fn show(self, screen: Screen, takes_focus: bool) {
        self.screen.set(screen);
        if takes_focus {
            page::show_heading();
        }
    }

    fn is_simulated(self) -> bool {
        self.screen.with(|screen| match screen {
            Screen::Filling(package)
            | Screen::Thanks(package)
            | Screen::Trouble(Trouble::Closed(package)) => package.wave.simulated,
            Screen::Trouble(Trouble::Unreachable | Trouble::Broken | Trouble::Unknown)
            | Screen::Loading => false,
        })
    }
}

/// The whole page.
pub(crate) fn app(outbox: Outbox) -> AnyView {
    let language = RwSignal::new(Language::default());
    provide_context(language);
    let app = App {
        outbox,
        language,
        screen: RwSignal::new(Screen::Loading),
        is_opening: RwSignal::new(false),
    };
    app.open();
    let simulated = move || {
        language.track();
        app.is_simulated().then(layout::simulated)
    };
    let screen = move || {
        Some(match app.screen.get() {
            Screen::Loading => {
                el("p").class("loading").attr("role", "status").text(say(strings::LOADING))
            }
            Screen::Trouble(trouble) => {
                language.track();
                screens::trouble(app, &trouble)
            }
            Screen::Filling(package) => filling(app, package),
            Screen::Thanks(_) => {
                language.track();
                screens::thanks(app)
            }
        })
    };
    el("div")
        .class("page")
        .child(layout::header())
        .slot(simulated)
        .child(el("main").class("main").slot(screen))
        .into_view()
}

/// A fresh form, from the welcome screen to the outbox. Its session ends with this element.
fn filling(app: App, package: Arc<Package>) -> Element {
    let session = Session::new(package);
    let language = language();
    page::on_back_button(move || session.back());
    let step = Memo::new(move |_| session.read(Form::step));
    el("div").class("filling").slot(move || {
        language.track();
        match step.get() {
            Step::Welcome => Some(screens::welcome(session)),
            Step::Section(index) => Some(screens::section(session, index)),
            Step::Review => Some(screens::review(app, session)),
            Step::Sent => None,
        }
    })
}
