//! Draws the screen that is open.

use app::form::Filling;
use app::form::host::{Host, Surface};
use app::form::layout::{Header, Simulated};
use app::form::package::Trouble as NoForm;
use app::form::preferences::Preferences;
use app::form::screens::{Again, Thanks, TroubleScreen};
use app::form::session::Session;
use app::form::texts::{self as form_texts, say};
use app::platform::{appearance, idle, lockdown, taps, worker};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::controller::{Kiosk, kiosk};
use crate::keyboard::OnScreenKeyboard;
use crate::machine::{Event, State, Trouble};
use crate::screens::{
    self, Attract, Countdown, CountdownAnnouncer, Enrol, Full, Onward, Revoked, Sign, Silent, Staff,
};
use crate::texts;

/// What is drawn anew when it changes; a form stays drawn below its countdown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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
#[component]
pub(crate) fn KioskPage() -> impl IntoView {
    appearance::set("data-surface", "kiosk");
    let kiosk = Kiosk::start(Preferences::provide());
    provide_context(kiosk);
    lockdown::lock();
    taps::watch();
    idle::on_touch(move || kiosk.feed(Event::Touch));
    idle::on_wake(move |was_away| kiosk.wake(was_away));
    screens::listen(kiosk);

    let open = Memo::new(move |_| Screen::from(kiosk.state.get()));
    let is_counting = Memo::new(move |_| matches!(kiosk.state.get(), State::Countdown { .. }));
    view! {
        <div class="kiosk">
            // Below the countdown nothing can be reached, by finger, key or screen reader.
            <div class="stage" inert=move || is_counting.get()>
                // Keyed, so that the next screen is never the old one changed in place: its heading
                // is another element, which takes the focus and is read.
                <For each=move || [open.get()] key=|screen| *screen let:screen>
                    <div class="page">{draw(screen)}</div>
                </For>
            </div>
            <Show when=move || is_counting.get()>
                <Countdown/>
            </Show>
            <CountdownAnnouncer/>
            <OnScreenKeyboard/>
        </div>
    }
}

fn draw(screen: Screen) -> AnyView {
    // Staff can look into a device that takes no answers, too: by touch, for it may have no keys.
    let is_for_staff = matches!(screen, Screen::Loading | Screen::Enrolling | Screen::Trouble(_));
    view! {
        {is_for_staff.then(|| view! { <div class="corner"><Sign/></div> })}
        {draw_content(screen)}
    }
    .into_any()
}

fn draw_content(screen: Screen) -> AnyView {
    match screen {
        Screen::Loading => view! { <Loading/> }.into_any(),
        Screen::Enrolling => view! { <Enrol/> }.into_any(),
        Screen::Attract => view! { <Attract/> }.into_any(),
        Screen::Form => view! { <Form/> }.into_any(),
        Screen::Thanks => view! { <Thanked/> }.into_any(),
        Screen::Trouble(Trouble::Revoked) => view! { <Revoked/> }.into_any(),
        Screen::Trouble(Trouble::Full) => view! { <Full/> }.into_any(),
        Screen::Trouble(Trouble::Storage) => view! { <Silent/> }.into_any(),
        Screen::Trouble(Trouble::NoForm) => view! { <WithoutForm/> }.into_any(),
        Screen::Staff => view! { <Staff/> }.into_any(),
    }
}

#[component]
fn Loading() -> impl IntoView {
    view! {
        <main class="main">
            <p class="loading" role="status">{say(texts::LOADING)}</p>
        </main>
    }
}

#[component]
fn Form() -> impl IntoView {
    let kiosk = kiosk();
    let device = kiosk.config.with_untracked(|config| config.as_ref().map(|config| config.device));
    let host = Host {
        outbox: kiosk.outbox,
        surface: Surface::Kiosk { device },
        sent: Callback::new(move |_| kiosk.feed(Event::Sent)),
        cancelled: Callback::new(move |()| kiosk.feed(Event::Cancelled)),
        full: Callback::new(move |()| {
            kiosk.feed(Event::Full(true));
            kiosk.feed(Event::Cancelled);
        }),
    };
    kiosk.package.get_untracked().map(|package| {
        let session = Session::new(host, package);
        kiosk.holds(session);
        let first = kiosk.take_first();
        let is_open = RwSignal::new(first.is_none());
        if let Some(level) = first {
            spawn_local(session.start_with(level, is_open));
        }
        view! {
            <UnderHeader>
                {move || is_open.get().then(|| view! { <Filling session=session/> })}
            </UnderHeader>
        }
    })
}

#[component]
fn Thanked() -> impl IntoView {
    let kiosk = kiosk();
    let package = kiosk.package.get_untracked();
    let number = package.and_then(|package| package.telephone.clone()).map(String::from);
    view! {
        <UnderHeader>
            <Thanks outbox=kiosk.outbox>
                // The same for everybody: bystanders must not see who has complained.
                {number.map(|number| view! {
                    <p>{say(form_texts::CALL)} " " <b class="number">{number}</b></p>
                })}
                <Onward/>
            </Thanks>
        </UnderHeader>
    }
}

/// A screen that a citizen uses: with the language switch, and marked if the wave is simulated.
#[component]
fn UnderHeader(children: Children) -> impl IntoView {
    // Said of the form that is on the screen, and not of one that arrives meanwhile.
    let is_simulated = untrack(|| kiosk().is_simulated());
    view! {
        <div class="with-header">
            <Header/>
            {is_simulated.then(|| view! { <Simulated/> })}
            <main class="main">{children()}</main>
        </div>
    }
}

/// Why there is no form.
#[component]
fn WithoutForm() -> impl IntoView {
    let kiosk = kiosk();
    let again =
        Again { is_trying: kiosk.is_asking, try_again: Callback::new(move |()| try_again(kiosk)) };
    let trouble = move || kiosk.trouble.get().unwrap_or(NoForm::Unreachable);
    view! {
        <main class="main">
            {move || view! { <TroubleScreen trouble=trouble() again=again/> }}
        </main>
    }
}

fn try_again(kiosk: Kiosk) {
    if kiosk.trouble.with_untracked(|trouble| matches!(trouble, Some(NoForm::Outdated))) {
        worker::update_and_reload();
    }
    kiosk.sync();
}
