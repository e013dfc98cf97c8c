//! Completed forms on their way to the server.
//!
//! A form is sealed into the outbox, with its id and the text that will be posted, in the same
//! transaction that ends its session. From there it is posted until the server has it, in order,
//! one at a time, by one tab at a time: at the start of a page, when something was sealed, when
//! the network comes back, and on a timer. What the server refuses for good is kept aside and
//! never deleted. Nothing here looks into a form, shows it or logs it.

/// When to post and when to wait.
mod machine;
/// What an answer of the server means for the record.
mod verdict;
/// The records.
mod store;

use gloo::events::EventListener;
use gloo::timers::callback::Timeout;
use leptos::prelude::*;
use leptos::task::spawn_local;
use survey_defs::api::paths;
use survey_defs::ids::SubmissionId;

use self::machine::{Action, Event, Left, Machine};
pub use self::store::{SealError, seal};
use self::verdict::Verdict;
use super::{http, lock};

/// What the respondent may know of the outbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Status {
    /// Forms that wait on this device.
    pub pending: u32,
    /// Forms that the server has refused since the page was opened.
    pub refused: u32,
}

/// The outbox of this page.
#[derive(Debug, Clone, Copy)]
pub struct Outbox {
    machine: StoredValue<Machine>,
    status: RwSignal<Status>,
}

impl Outbox {
    /// Starts to post what older pages have left, now and whenever the network comes back.
    pub fn start() -> Self {
        let outbox = Self {
            machine: StoredValue::new(Machine::default()),
            status: RwSignal::new(Status::default()),
        };
        if let Some(window) = web_sys::window() {
            EventListener::new(&window, "online", move |_| outbox.wake()).forget();
        }
        outbox.wake();
        outbox
    }

    /// How much is waiting.
    pub fn status(self) -> Status {
        self.status.get()
    }

    /// Posts what was sealed a moment ago.
    pub fn has_sealed(self) {
        self.status.update(|status| status.pending += 1);
        self.wake();
    }

    fn wake(self) {
        self.feed(Event::Wake);
    }

    fn feed(self, event: Event) {
        let random = js_sys::Math::random();
        let action = self.machine.try_update_value(|machine| machine.step(event, random));
        match action {
            Some(Action::Post) => spawn_local(async move {
                let left = lock::holding("thuocdo-outbox", self.post_all()).await;
                self.feed(Event::Posted(left));
            }),
            Some(Action::Wait { milliseconds, timer }) => {
                Timeout::new(milliseconds, move || self.feed(Event::Timer(timer))).forget();
            }
            Some(Action::Rest) | None => {}
        }
    }

    /// Posts every record once, oldest first, until the server does not answer.
    async fn post_all(self) -> Left {
        let mut left = Left::Nothing;
        let mut after = 0.0;
        loop {
            let Ok(pending) = store::count().await else {
                // Where the browser has never kept anything, nothing waits either.
                let waits = self.status.with_untracked(|status| status.pending > 0);
                return if waits { Left::Something { retry_after_s: None } } else { left };
            };
            self.status.update(|status| status.pending = pending);
            let record = match store::first_after(after).await {
                Ok(Some(record)) => record,
                Ok(None) => return left,
                Err(_) => return Left::Something { retry_after_s: None },
            };
            let answer = http::post_text(paths::SUBMISSIONS, &record.body).await;
            let stored = match verdict::verdict(answer.as_ref().ok(), &record.id) {
                Verdict::Recorded => store::remove(&record).await,
                Verdict::Refused { status } => {
                    let stored = store::refuse(&record, status).await;
                    self.status.update(|status| status.refused += 1);
                    stored
                }
                Verdict::NotNow => {
                    // One record that the server stumbles over must not hold up the others.
                    left = Left::Something { retry_after_s: None };
                    after = record.order;
                    Ok(())
                }
                Verdict::NoServer { retry_after_s } => return Left::Something { retry_after_s },
            };
            if stored.is_err() {
                return Left::Something { retry_after_s: None };
            }
        }
    }
}

/// Posts a form past the outbox, for browsers that keep nothing. True if the server has it.
pub async fn post_unstored(id: SubmissionId, body: &str) -> bool {
    let answer = http::post_text(paths::SUBMISSIONS, body).await;
    verdict::verdict(answer.as_ref().ok(), &id.to_string()) == Verdict::Recorded
}
