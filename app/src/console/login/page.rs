//! What somebody sees who has not logged in.

use app::platform::location;
use leptos::either::Either;
use leptos::prelude::*;

use super::form::{Both, LoginForm, Problem};
use super::texts;

/// While the link of the address is being exchanged.
#[component]
pub(crate) fn Entering() -> impl IntoView {
    view! { <p class="boot" role="status"><Both phrase=texts::ENTERING/></p> }
}

/// How to get in. `problem` tells what was wrong with the link of the address.
#[component]
pub(crate) fn LoginPage(problem: RwSignal<Option<Problem>>) -> impl IntoView {
    view! {
        <main class="login" data-testid="login">
            <h1><Both phrase=texts::TITLE/></h1>
            {if location::is_secure() {
                Either::Left(view! {
                    <p><Both phrase=texts::FOR_STAFF/></p>
                    <ol>
                        <li><Both phrase=texts::RUN/> " " <code>"thuocdo login-link"</code></li>
                        <li><Both phrase=texts::OPEN/></li>
                    </ol>
                    <LoginForm problem=problem/>
                })
            } else {
                Either::Right(view! {
                    <div class="notice" data-testid="login-insecure">
                        <p><Both phrase=texts::INSECURE/></p>
                        <p><Both phrase=texts::SECURE_WAYS/></p>
                    </div>
                })
            }}
            <p><a href="/"><Both phrase=texts::CITIZENS/></a></p>
        </main>
    }
}
