//! Draws the buttons at the bottom of every step.

use crate::form::markup::{Element, el, icon};
use crate::form::texts::{Phrase, say};
use crate::form::{icons, texts};

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

/// A button with words that may change.
pub fn button(
    button: Button,
    label: impl Fn() -> Phrase + Send + 'static,
    press: impl Fn() + 'static,
) -> Element {
    let before = (button == Button::Back).then(|| icon(icons::BACK));
    let after = matches!(button, Button::Next | Button::Start).then(|| icon(icons::FORWARD));
    el("button")
        .attr("type", "button")
        .class(button.class())
        .test_id(button.test_id())
        .on("click", move |_| press())
        .children(before)
        .child(el("span").live_text(move || say(label()).to_owned()))
        .children(after)
}

/// The bar that keeps the buttons in reach.
pub fn actions(buttons: impl IntoIterator<Item = Element>) -> Element {
    el("div").class("actions").children(buttons)
}

/// The button that leads one step back.
pub fn back_button(press: impl Fn() + 'static) -> Element {
    button(Button::Back, || texts::BACK, press)
}
