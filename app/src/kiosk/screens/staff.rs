//! Draws the panel for staff, which never shows an answer.

use app::form::layout::Heading;
use app::form::texts::{Phrase, language, say};
use app::platform::{storage, worker};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::export::Export;
use crate::controller::{CLOSE_ID, kiosk};
use crate::machine::Event;
use crate::texts;

/// The panel.
#[component]
pub(crate) fn Staff() -> impl IntoView {
    let kiosk = kiosk();
    let said = RwSignal::new(String::new());
    let send = move || {
        said.set(texts::both(texts::SENDING));
        kiosk.sync();
        spawn_local(async move {
            let sent = kiosk.outbox.send_now().await;
            // The panel may be closed.
            said.try_set(texts::sent(sent));
        });
    };
    view! {
        <main class="main">
            <div class="card staff" data-testid="staff">
                <Heading>{say(texts::STAFF)}</Heading>
                <Facts/>
                <div class="staff-buttons">
                    <StaffButton name=texts::STAFF_SEND test_id="staff-send" on_press=send/>
                    <StaffButton
                        name=texts::STAFF_UPDATE
                        test_id="staff-update"
                        on_press=move || {
                            worker::look_for_update();
                            said.set(texts::both(texts::UPDATE_ASKED));
                        }
                    />
                    <Export said=said/>
                    <StaffButton
                        name=texts::STAFF_CLOSE
                        test_id="staff-close"
                        id=CLOSE_ID
                        on_press=move || kiosk.feed(Event::Close)
                    />
                </div>
                <p role="status" data-testid="staff-said">{move || said.get()}</p>
            </div>
        </main>
    }
}

/// What the device knows of itself.
#[component]
fn Facts() -> impl IntoView {
    let kiosk = kiosk();
    let language = language();
    let is_persisted = RwSignal::new(None::<bool>);
    spawn_local(async move {
        let answer = storage::is_persisted().await;
        is_persisted.try_set(Some(answer));
    });
    let queue = move || kiosk.outbox.status();
    let name = move || {
        let name = kiosk.config.with(|config| Some(config.as_ref()?.name.clone()));
        name.unwrap_or_else(|| "–".into())
    };
    let success = move || match queue().last_success_at {
        Some(at) => local_time(at),
        None => texts::NEVER.get(language.get()).to_owned(),
    };
    let skew = move || kiosk.skew_s.get().map_or_else(|| "–".into(), |skew| skew.to_string());
    let persisted = move || match is_persisted.get() {
        Some(true) => texts::YES.get(language.get()),
        Some(false) => texts::NO.get(language.get()),
        None => "…",
    };
    view! {
        <dl class="staff-facts">
            <Fact name=texts::STAFF_NAME test_id="staff-name">{move || name()}</Fact>
            <Fact name=texts::STAFF_STATE test_id="staff-state">
                {move || kiosk.status().get(language.get())}
            </Fact>
            <Fact name=texts::STAFF_QUEUED test_id="staff-queued">
                {move || queue().pending.to_string()}
            </Fact>
            <Fact name=texts::STAFF_REFUSED test_id="staff-refused">
                {move || queue().refused.to_string()}
            </Fact>
            // Rare, and the panel is full.
            <Show when=move || { queue().expired > 0 }>
                <Fact name=texts::STAFF_EXPIRED test_id="staff-expired">
                    {move || queue().expired.to_string()}
                </Fact>
            </Show>
            <Fact name=texts::STAFF_SUCCESS test_id="staff-success">{move || success()}</Fact>
            <Fact name=texts::STAFF_SKEW test_id="staff-skew">{move || skew()}</Fact>
            <Fact name=texts::STAFF_VERSION test_id="staff-version">
                {env!("CARGO_PKG_VERSION")}
            </Fact>
            <Fact name=texts::STAFF_PERSISTED test_id="staff-persisted">
                {move || persisted()}
            </Fact>
        </dl>
    }
}

#[component]
fn Fact(
    name: Phrase,
    test_id: &'static str,
    /// What is the case.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="row">
            <dt>{texts::both(name)}</dt>
            <dd data-testid=test_id>{children()}</dd>
        </div>
    }
}

/// A button with its name in both languages.
#[component]
pub(super) fn StaffButton(
    name: Phrase,
    test_id: &'static str,
    /// Where it takes the focus.
    #[prop(optional)]
    id: Option<&'static str>,
    /// What it does.
    #[prop(into)]
    on_press: Callback<()>,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class="button"
            id=id
            data-testid=test_id
            on:click=move |_| on_press.run(())
        >
            {texts::both(name)}
        </button>
    }
}

/// A moment as the device's staff read it.
pub(super) fn local_time(at: jiff::Timestamp) -> String {
    let local = jiff::tz::Offset::constant(7).to_datetime(at);
    let (day, time) = (local.date(), local.time());
    format!(
        "{:02}/{:02}/{} {:02}:{:02}",
        day.day(),
        day.month(),
        day.year(),
        time.hour(),
        time.minute()
    )
}
