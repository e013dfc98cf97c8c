//! Draws the buttons at the bottom of every step.

use leptos::prelude::*;

use crate::form::icons::{self, Icon};
use crate::form::texts::{self, say};

/// What a button is, as the tests know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Button {
    Start,
    Back,
    Next,
    Send,
    New,
    Resume,
    Restart,
    CancelStay,
    CancelConfirm,
}

impl Button {
    fn test_id(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Back => "back",
            Self::Next => "next",
            Self::Send => "send",
            Self::New => "new",
            Self::Resume => "resume-continue",
            Self::Restart => "resume-restart",
            Self::CancelStay => "cancel-stay",
            Self::CancelConfirm => "cancel-confirm",
        }
    }

    fn class(self) -> &'static str {
        match self {
            Self::Back | Self::New | Self::Restart | Self::CancelConfirm => "button",
            Self::Start | Self::Next | Self::Send | Self::Resume | Self::CancelStay => {
                "button button-primary"
            }
        }
    }
}

/// A button with its words.
#[component]
pub fn ActionButton(
    /// What it is.
    kind: Button,
    /// What it does.
    #[prop(into)]
    on_press: Callback<()>,
    children: Children,
) -> impl IntoView {
    let before = (kind == Button::Back).then(|| view! { <Icon drawing=icons::BACK/> });
    let after = matches!(kind, Button::Next | Button::Start)
        .then(|| view! { <Icon drawing=icons::FORWARD/> });
    view! {
        <button
            type="button"
            class=kind.class()
            data-testid=kind.test_id()
            on:click=move |_| on_press.run(())
        >
            {before}
            <span>{children()}</span>
            {after}
        </button>
    }
}

/// The bar that keeps the buttons in reach.
#[component]
pub fn Actions(children: Children) -> impl IntoView {
    view! { <div class="actions">{children()}</div> }
}

/// The button that leads one step back.
#[component]
pub fn BackButton(
    /// What it does.
    #[prop(into)]
    on_press: Callback<()>,
) -> impl IntoView {
    view! {
        <ActionButton kind=Button::Back on_press=on_press>
            {say(texts::BACK)}
        </ActionButton>
    }
}
