//! Draws the button and the dialog that cancel the form.

use leptos::prelude::*;

use crate::form::layout::{ActionButton, Button};
use crate::form::session::session;
use crate::form::texts::{self, say};
use crate::platform::{page, taps};

/// The id of the question.
pub const DIALOG: &str = "cancel-dialog";
const TITLE: &str = "cancel-title";
const TEXT: &str = "cancel-text";

/// The button that ends the form without sending, and the question whether that is meant. The
/// browser keeps the focus in the dialog, closes it on Escape and gives the focus back.
#[component]
pub fn Cancel() -> impl IntoView {
    let session = session();
    view! {
        <div class="cancelling">
            <button
                type="button"
                class="cancel"
                data-testid="cancel"
                on:click=move |_| {
                    if !session.is_storing() {
                        page::open_dialog(DIALOG);
                    }
                }
            >
                {say(texts::CANCEL)}
            </button>
            <dialog
                class="dialog"
                id=DIALOG
                data-testid="cancel-dialog"
                aria-labelledby=TITLE
                aria-describedby=TEXT
                on:close=|_| taps::screen_changed()
            >
                <h2 id=TITLE>{say(texts::CANCEL_TITLE)}</h2>
                <p id=TEXT>{say(texts::CANCEL_TEXT)}</p>
                <div class="dialog-actions">
                    <ActionButton
                        kind=Button::CancelStay
                        on_press=|| page::close_dialog(DIALOG)
                    >
                        {say(texts::CANCEL_STAY)}
                    </ActionButton>
                    <ActionButton
                        kind=Button::CancelConfirm
                        on_press=move || session.cancel()
                    >
                        {say(texts::CANCEL_CONFIRM)}
                    </ActionButton>
                </div>
            </dialog>
        </div>
    }
}
