//! Composes the page.

use app::platform::location;
use gloo::timers::callback::Interval;
use leptos::either::{Either, EitherOf3};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::controls::Controls;
use crate::devices::Devices;
use crate::layout::{Facts, Headline, Notice, SimulatedBanner, TopBar};
use crate::login::{self, Entering, LoginPage, Problem, SessionEnded};
use crate::panel::Panel;
use crate::quality::Quality;
use crate::selection::{Page, Selection};
use crate::state::Console;
use crate::table::Scores;
use crate::texts;

/// How often the page asks again by itself: often enough to watch a counter, rarely enough for a
/// server that aggregates for each request.
const REFRESH_EVERY_MS: u32 = 30_000;

/// Draws the page, when the link of its address was exchanged for a session, if it has one.
pub(crate) fn page(selection: Selection, token: Option<String>) -> impl IntoView {
    let problem = RwSignal::new(None);
    // Where the session could not be kept, the link is not used up, nor sent in the clear.
    let token = token.filter(|_| location::is_secure());
    let is_entering = RwSignal::new(token.is_some());
    if let Some(token) = token {
        spawn_local(async move {
            if let Err(error) = login::log_in(&token).await {
                problem.set(Some(Problem::Refused(error)));
            }
            is_entering.set(false);
        });
    }
    move || {
        if is_entering.get() {
            Either::Left(view! { <Entering/> })
        } else {
            Either::Right(view! { <ConsolePage selection=selection.clone() problem=problem/> })
        }
    }
}

/// Draws the console and keeps it up to date for as long as it is open, or asks for a link.
#[component]
fn ConsolePage(selection: Selection, problem: RwSignal<Option<Problem>>) -> impl IntoView {
    let console = Console::new(selection);
    provide_context(console);
    console.mirror();
    Interval::new(REFRESH_EVERY_MS, move || console.refresh_if_visible()).forget();
    let face = Memo::new(move |_| Face::of(&console));
    move || match face.get() {
        Face::Waits => {
            EitherOf3::A(view! { <p class="boot" role="status">{console.say(texts::LOADING)}</p> })
        }
        Face::AsksForLink => EitherOf3::B(view! { <LoginPage problem=problem/> }),
        Face::Open => EitherOf3::C(view! { <Opened/> }),
    }
}

/// What the page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Face {
    /// It is not known yet whether somebody has logged in.
    Waits,
    /// Nobody has.
    AsksForLink,
    /// The console.
    Open,
}

impl Face {
    fn of(console: &Console) -> Self {
        if console.session.is_first() {
            Self::Waits
        } else if console.must_log_in() {
            Self::AsksForLink
        } else {
            Self::Open
        }
    }
}

/// The console of somebody who is in, or was until now.
#[component]
fn Opened() -> impl IntoView {
    let console = Console::get();
    let is_logged_out = Memo::new(move |_| console.is_logged_out());
    let has_panel = move || {
        let is_open = console.selection.with(|selection| selection.group.is_some());
        is_open && console.page.get() == Page::Scores
    };
    view! {
        <SimulatedBanner/>
        <div class="console" class:with-panel=has_panel>
            <TopBar/>
            <Show when=move || is_logged_out.get()>
                <SessionEnded/>
            </Show>
            {move || match console.page.get() {
                Page::Scores => Either::Left(view! { <ScoresPage has_panel=Signal::derive(has_panel)/> }),
                Page::Devices => Either::Right(view! { <Devices/> }),
            }}
        </div>
    }
}

#[component]
fn ScoresPage(has_panel: Signal<bool>) -> impl IntoView {
    view! {
        <Controls/>
        <main class="main">
            <Notice/>
            <Headline/>
            <Facts/>
            <Quality/>
            <div class="work">
                <Scores/>
                <Show when=move || has_panel.get()>
                    <Panel/>
                </Show>
            </div>
        </main>
    }
}
