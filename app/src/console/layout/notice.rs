//! Tells what went wrong and what to do.

use app::platform::http;
use leptos::either::Either;
use leptos::prelude::*;
use survey_defs::api::problem::{Problem, ProblemCode};
use survey_defs::phrases::Phrase;
use survey_defs::text::Language;

use crate::state::Console;
use crate::texts;

/// The first thing that went wrong on the page itself, or that there is nothing to show yet.
#[component]
pub(crate) fn Notice() -> impl IntoView {
    let console = Console::get();
    let error = Signal::derive(move || {
        let errors = [console.waves.error, console.scores.error, console.methods.error];
        errors.into_iter().find_map(|error| error.get()).or_else(|| unknown_wave(&console))
    });
    let has_no_waves = move || {
        console.waves.value.with(|waves| waves.as_ref().is_some_and(|waves| waves.is_empty()))
    };
    view! {
        <div class="notices" aria-live="polite">
            <Failure error=error is_stale=Signal::derive(move || console.table_model.with(Option::is_some))/>
            <Show when=has_no_waves>
                <div class="notice notice-empty">
                    <p><strong>{console.say(texts::NO_WAVES)}</strong></p>
                    <p>{console.say(texts::NO_WAVES_ADVICE)}</p>
                </div>
            </Show>
        </div>
    }
}

/// One error: what it is, what to do, and a button to try again.
#[component]
pub(crate) fn Failure(
    /// The error, if any.
    #[prop(into)]
    error: Signal<Option<http::Error>>,
    /// Whether older data are still shown.
    #[prop(into)]
    is_stale: Signal<bool>,
) -> impl IntoView {
    let console = Console::get();
    move || {
        let Some(error) = error.get() else {
            return Either::Left(());
        };
        let language = console.language.get();
        let heading = if is_stale.get() { texts::ERROR_STALE } else { texts::ERROR };
        Either::Right(view! {
            <div class="notice notice-error">
                <p><strong>{heading.get(language)}": "</strong>{title(&error, language)}</p>
                <p>{advice(&error).get(language)}</p>
                <p class="fine">{particulars(&error, language)}</p>
                <button type="button" class="small-button" on:click=move |_| console.refresh()>
                    {texts::RETRY.get(language)}
                </button>
            </div>
        })
    }
}

/// A link to a wave that is not there asks the server nothing; the sentence is the server's.
fn unknown_wave(console: &Console) -> Option<http::Error> {
    let has_waves = console.waves.value.with(|waves| waves.as_ref().is_some_and(|w| !w.is_empty()));
    let is_unknown = has_waves && console.wave.with(Option::is_none);
    is_unknown.then(|| http::Error::Problem(Box::new(Problem::new(ProblemCode::WaveUnknown))))
}

fn title(error: &http::Error, language: Language) -> String {
    match error {
        http::Error::Unreachable => texts::UNREACHABLE.get(language).to_owned(),
        http::Error::Unreadable { .. } => texts::UNREADABLE.get(language).to_owned(),
        http::Error::Problem(problem) => match language {
            Language::Vi => problem.title.clone(),
            Language::En => problem.title_en.clone(),
        },
    }
}

/// What helps whoever looks into it: the detail, where it is in the language of the page, and the
/// request in the log.
fn particulars(error: &http::Error, language: Language) -> String {
    match error {
        http::Error::Unreachable => String::new(),
        http::Error::Unreadable { status } => format!("HTTP {status}"),
        http::Error::Problem(problem) => {
            let request = problem.request_id.as_ref();
            let request = request.map(|id| format!("{}: {id}", texts::REQUEST_ID.get(language)));
            let detail = problem.detail.clone().filter(|_| language == Language::En);
            let parts = [detail, request];
            parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
        }
    }
}

fn advice(error: &http::Error) -> Phrase {
    match error {
        http::Error::Unreachable => texts::ADVICE_CONNECTION,
        http::Error::Unreadable { .. } => texts::ADVICE_RELOAD,
        http::Error::Problem(problem) => match problem.code {
            ProblemCode::LoginRequired => texts::ADVICE_LOGIN,
            ProblemCode::StaffOnly => texts::ADVICE_STAFF,
            ProblemCode::WaveUnknown => texts::ADVICE_WAVE,
            ProblemCode::MethodUnknown | ProblemCode::MethodDoesNotFit => texts::ADVICE_METHOD,
            ProblemCode::PeriodUnknown | ProblemCode::QueryInvalid => texts::ADVICE_PERIOD,
            ProblemCode::FilterDoesNotFit => texts::NO_GROUPS_ADVICE,
            ProblemCode::Timeout | ProblemCode::Unavailable | ProblemCode::Internal => {
                texts::ADVICE_WAIT
            }
            // All others are about requests that this page never sends.
            _ => texts::ADVICE_RELOAD,
        },
    }
}
