//! Shows the method with its status and source: no score stands without them.

use leptos::prelude::*;
use survey_defs::ids::MethodId;
use survey_defs::method::{MethodSummary, Status};
use survey_defs::phrases;
use survey_defs::text::Language;

use super::select::{Choice, Select};
use crate::state::Console;
use crate::texts;

/// The list of methods; of each the latest version, which is the one that scores.
#[component]
pub(super) fn MethodChoice() -> impl IntoView {
    let console = Console::get();
    let options = Signal::derive(move || {
        let language = console.language.get();
        let methods = console.methods.value.get();
        let methods = methods.as_ref().map_or(&[][..], |methods| &methods[..]);
        methods
            .iter()
            .filter(|one| is_latest(one, methods))
            .map(|one| option(one, language))
            .collect()
    });
    let value = Signal::derive(move || console.method_id().map(String::from).unwrap_or_default());
    let choose = Callback::new(move |id: String| {
        let own = console.wave.with(|view| view.as_ref().map(|view| view.wave.method.clone()));
        let chosen = MethodId::new(id).ok();
        console.selection.update(|selection| {
            selection.method = if chosen == own { None } else { chosen };
        });
    });
    view! { <Select testid="method" label=phrases::METHOD options=options value=value choose=choose/> }
}

/// Status and source of the method that is wanted.
#[component]
pub(super) fn MethodStatus() -> impl IntoView {
    let console = Console::get();
    let method = Memo::new(move |_| {
        let id = console.method_id()?;
        let methods = console.methods.value.get()?;
        methods.iter().find(|one| one.id == id && is_latest(one, &methods)).cloned()
    });
    let text = move || {
        let language = console.language.get();
        method.get().map(|method| {
            view! {
                <span class="badge" class:badge-notice=method.status == Status::Unconfirmed>
                    {phrases::status(method.status).get(language)}
                </span>
                <span>
                    {texts::SOURCE.get(language)} ": " {method.source.get(language).to_owned()}
                </span>
            }
        })
    };
    view! { <p class="method-status" data-testid="method-status">{text}</p> }
}

fn is_latest(method: &MethodSummary, methods: &[MethodSummary]) -> bool {
    !methods.iter().any(|other| other.id == method.id && other.version > method.version)
}

fn option(method: &MethodSummary, language: Language) -> Choice {
    let MethodSummary { id, version, title, status, .. } = method;
    let status = phrases::status(*status).get(language);
    let name = format!("{} ({id} v{version}, {status})", title.get(language));
    Choice { value: id.to_string(), name }
}
