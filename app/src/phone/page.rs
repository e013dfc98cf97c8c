//! Draws the screen that is open.

use std::sync::Arc;

use app::form::Filling;
use app::form::host::{Host, Surface};
use app::form::layout::{ActionButton, Button, Header, Simulated};
use app::form::package::{Package, Trouble, load};
use app::form::preferences::Preferences;
use app::form::screens::{Again, Stopped, Thanks, TroubleScreen};
use app::form::session::Session;
use app::form::texts::{self, say};
use app::platform;
use app::platform::form_address::FormAddress;
use app::platform::outbox::Outbox;
use leptos::prelude::*;
use leptos::task::spawn_local;
use survey_defs::wave::Telephone;

#[derive(Debug, Clone)]
enum Screen {
    Loading,
    Trouble(Trouble),
    Filling(Arc<Package>),
    Thanks {
        package: Arc<Package>,
        /// Whether the form complains of something.
        complains: bool,
    },
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
            sent: {
                let package = Arc::clone(package);
                Callback::new(move |complains| {
                    let package = Arc::clone(&package);
                    self.show(Screen::Thanks { package, complains }, true);
                })
            },
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

    fn show(self, screen: Screen, takes_focus: bool) {
        self.screen.set(screen);
        if takes_focus {
            platform::page::show_heading();
        }
    }

    fn is_simulated(self) -> bool {
        self.screen.with(|screen| match screen {
            Screen::Filling(package)
            | Screen::Thanks { package, .. }
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
#[component]
pub(crate) fn PhonePage(outbox: Outbox) -> impl IntoView {
    platform::appearance::set("data-surface", "phone");
    let page = Page {
        outbox,
        preferences: Preferences::provide(),
        screen: RwSignal::new(Screen::Loading),
        is_opening: RwSignal::new(false),
    };
    page.open();
    view! {
        <div class="page">
            <Header/>
            <main class="main">
                // Inside, so that nothing moves when it comes.
                {move || page.is_simulated().then(|| view! { <Simulated/> })}
                {move || (outbox.status().expired > 0).then(|| view! { <Expired/> })}
                {move || draw(page, page.screen.get())}
            </main>
        </div>
    }
}

/// That forms were given up; said once.
#[component]
fn Expired() -> impl IntoView {
    view! { <p class="notice" role="status" data-testid="expired">{say(texts::EXPIRED)}</p> }
}

fn draw(page: Page, screen: Screen) -> AnyView {
    match screen {
        Screen::Loading => {
            view! { <p class="loading" role="status">{say(texts::LOADING)}</p> }.into_any()
        }
        Screen::Trouble(trouble) => {
            let again = Again {
                is_trying: page.is_opening,
                try_again: Callback::new(move |()| page.open()),
            };
            let is_unknown = matches!(trouble, Trouble::Unknown);
            view! {
                <TroubleScreen trouble=trouble again=again/>
                {is_unknown.then(|| view! { <a class="button" href="/">{say(texts::FIND_OFFICE)}</a> })}
            }
            .into_any()
        }
        Screen::Filling(package) => {
            let session = Session::new(page.host(&package), package);
            view! { <Filling session=session/> }.into_any()
        }
        Screen::Thanks { package, complains } => view! {
            <Thanks outbox=page.outbox>
                {complains.then(|| view! { <h2>{say(texts::COMPLAINT)}</h2> })}
                <p>{say(texts::THANKS_NEXT)}</p>
                {package.telephone.clone().map(|number| view! { <Call number=number/> })}
            </Thanks>
        }
        .into_any(),
        Screen::Stopped(package) => view! {
            <Stopped>
                <NewForm page=page package=package/>
            </Stopped>
        }
        .into_any(),
    }
}

/// Where somebody is reached who can settle a matter.
#[component]
fn Call(number: Telephone) -> impl IntoView {
    view! {
        <a
            class="button button-primary"
            href=["tel:", &number.dialled()].concat()
            data-testid="telephone"
        >
            {say(texts::CALL)} " " <span class="number">{String::from(number.clone())}</span>
        </a>
    }
}

/// The button that begins another form.
#[component]
fn NewForm(page: Page, package: Arc<Package>) -> impl IntoView {
    let start = move || page.start_again(&package);
    view! {
        <ActionButton kind=Button::New on_press=start>
            {say(texts::NEW_FORM)}
        </ActionButton>
    }
}
