//! Sends records to the server: completed forms, and reports of forms not finished.
//!
//! A form is sealed into the outbox, with its id and the text that will be posted, in the same
//! transaction that ends its session. From there it is posted until the server has it, in order,
//! in batches, by one tab at a time: at the start of a page, when something was sealed, when the
//! network or the page comes back, and on a timer. What the server refuses for good is kept aside
//! and never deleted; what it does not take for another reason rests, and is given up after 180 days
//! (ADR 0026). Nothing here looks into a form, shows it or logs it.

mod kind;
mod tally;
mod machine;
mod batch;
mod verdict;
mod rest;
mod store;
mod archive;

use std::rc::Rc;

use gloo::events::EventListener;
use gloo::timers::callback::Timeout;
use jiff::Timestamp;
use leptos::prelude::*;
use leptos::task::spawn_local;
use survey_defs::api::paths;
use survey_defs::ids::SubmissionId;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::JsFuture;
use web_sys::BroadcastChannel;

pub use self::archive::{Export, export};
use self::machine::{Action, Backlog, Event, Machine};
pub use self::store::{Fate, SealError, seal, seal_break_off};
use self::store::{Record, Stock};
pub use self::tally::{RoundEnd, Sent};
use self::tally::{Rounds, Tally};
use self::verdict::{Verdict, Verdicts};
use super::database::Error;
use super::http::PlainAnswer;
use super::request_signer::RequestSigner;
use super::{clock, http, lock, storage};

/// The name of the lock that the posting tab holds, and of the channel on which it tells the
/// others what is left.
const NAME: &str = "thuocdo-outbox";

/// What may be known of the outbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Status {
    /// Records that wait on this device.
    pub pending: u32,
    /// Records on this device that the server has refused for good.
    pub refused: u32,
    /// Completed forms that were given up after 180 days: at a counter all, on a phone those of
    /// earlier pages, once.
    pub expired: u32,
    /// Whether the last record could not be stored because there was no room.
    pub is_full: bool,
    /// When the server last took a record, by the device's clock.
    pub last_success_at: Option<Timestamp>,
    /// What has become of the record that was sealed on this page last.
    pub latest: Fate,
}

/// The outbox of this page.
#[derive(Debug, Clone, Copy)]
pub struct Outbox {
    machine: StoredValue<Machine>,
    status: RwSignal<Status>,
    peers: StoredValue<Peers, LocalStorage>,
    notes: StoredValue<Notes>,
    rounds: StoredValue<Rounds, LocalStorage>,
}

/// Whom the outbox works with.
#[derive(Debug)]
struct Peers {
    /// Who signs the requests, where somebody does.
    signer: Option<Rc<dyn RequestSigner>>,
    /// Where other tabs hear what is left.
    others: Option<BroadcastChannel>,
}

/// What the outbox remembers while the page is open.
#[derive(Debug, Clone, Copy, Default)]
struct Notes {
    /// The record that was sealed on this page last.
    latest: Option<SubmissionId>,
    /// Whether the browser was asked to keep what is stored.
    has_asked: bool,
    /// How many forms earlier pages had given up; none before this page has looked.
    expired: Option<u32>,
    /// Whether records that rest are posted too.
    is_urgent: bool,
    /// Whether the browser may have kept a record although it did not say so in time.
    is_unsure: bool,
}

impl Outbox {
    /// Starts to post what older pages have left, now and whenever there is hope. `signer`
    /// signs the requests, where there is one.
    pub fn start(signer: Option<Rc<dyn RequestSigner>>) -> Self {
        let outbox = Self {
            machine: StoredValue::new(Machine::default()),
            status: RwSignal::new(Status::default()),
            peers: StoredValue::new_local(Peers {
                signer,
                others: BroadcastChannel::new(NAME).ok(),
            }),
            notes: StoredValue::new(Notes::default()),
            rounds: StoredValue::new_local(Rounds::default()),
        };
        if let Some(window) = web_sys::window() {
            EventListener::new(&window, "online", move |_| outbox.wake()).forget();
            if let Some(document) = window.document() {
                let seen = document.clone();
                let wake = move |_: &web_sys::Event| {
                    if !seen.hidden() {
                        outbox.wake();
                    }
                };
                EventListener::new(&document, "visibilitychange", wake).forget();
            }
        }
        outbox.listen();
        outbox.wake();
        outbox
    }

    /// How much is waiting.
    pub fn status(self) -> Status {
        self.status.get()
    }

    /// Posts what was sealed a moment ago.
    pub fn has_sealed(self, id: SubmissionId) {
        self.notes.update_value(|notes| notes.latest = Some(id));
        self.status.update(|status| {
            status.pending += 1;
            status.latest = Fate::Waiting;
        });
        self.wake();
    }

    /// Posts what waits, now.
    pub fn wake(self) {
        self.feed(Event::Wake);
    }

    /// Posts what waits without anybody's knowledge, unless a wait is running.
    pub fn look(self) {
        self.feed(Event::Look);
    }

    /// Posts what waits, now, and tells what came of it when there is nothing more to do.
    pub async fn send_now(self) -> Sent {
        let mut ended = None;
        self.notes.update_value(|notes| notes.is_urgent = true);
        self.rounds.update_value(|rounds| ended = rounds.until_end());
        let before = self.rounds.with_value(Rounds::tally);
        self.wake();
        if let Some(ended) = ended {
            // It is never rejected.
            let _ = JsFuture::from(ended).await;
        }
        let left = self.stock(f64::INFINITY).await.ok().map(|stock| {
            self.show(&stock);
            stock.pending
        });
        self.rounds.with_value(|rounds| rounds.since(before, left))
    }

    fn feed(self, event: Event) {
        let is_end = matches!(event, Event::Posted(_));
        let random = js_sys::Math::random();
        let action = self.machine.try_update_value(|machine| machine.step(event, random));
        match action {
            Some(Action::Post) => spawn_local(async move {
                let mut tally = Tally::default();
                let left = lock::holding(NAME, self.post_all(&mut tally)).await;
                self.rounds.update_value(|rounds| rounds.add(tally));
                self.feed(Event::Posted(left));
                // What waits for long must not be thrown away when the phone needs space.
                if left != Backlog::Nothing && !self.notes.get_value().has_asked {
                    self.notes.update_value(|notes| notes.has_asked = true);
                    storage::persist().await;
                }
            }),
            Some(Action::Wait { milliseconds, timer }) => {
                Timeout::new(milliseconds, move || self.feed(Event::Timer(timer))).forget();
            }
            Some(Action::Rest) | None => {}
        }
        if is_end && action != Some(Action::Post) {
            self.rounds.update_value(Rounds::end);
        }
    }

    async fn stock(self, after: f64) -> Result<Stock, Error> {
        store::stock(after, self.notes.get_value().latest).await
    }

    /// Posts every record once that does not rest, oldest first, until the server does not answer.
    async fn post_all(self, tally: &mut Tally) -> Backlog {
        let mut left = Backlog::Nothing;
        let mut after = 0.0;
        let mut notes = self.notes.get_value();
        self.notes.update_value(|notes| notes.is_urgent = false);
        loop {
            let Ok(stock) = self.stock(after).await else {
                tally.end = RoundEnd::Silent;
                // Where the browser has never kept anything, nothing waits either.
                let waits = self.status.with_untracked(|status| status.pending > 0)
                    || self.notes.get_value().is_unsure;
                return if waits { Backlog::Something { retry_after_s: None } } else { left };
            };
            self.notes.update_value(|notes| notes.is_unsure = false);
            self.show(&stock);
            if notes.expired.is_none() {
                notes.expired = Some(stock.expired);
                self.notes.update_value(|notes| notes.expired = Some(stock.expired));
                if stock.refused + stock.expired > 0 {
                    // A respondent is told now, and staff whenever they look. If it is not stored,
                    // the next page does it again.
                    let kept = if self.signer().is_some() { stock.expired } else { 0 };
                    let _ = store::settle(&[], &[], (0, kept)).await;
                    continue;
                }
            }
            // Records of an enrolled device count only with its signature, which only its own
            // program makes.
            if stock.is_enrolled && self.signer().is_none() {
                return Backlog::Something { retry_after_s: None };
            }
            let Some(last) = stock.next.last().map(|record| record.order) else { return left };
            let now_ms = || u64::try_from(clock::now().as_millisecond()).unwrap_or_default();
            let now = now_ms();
            let mut next = stock.next;
            next.retain(|record| notes.is_urgent || record.rest.is_over(now));
            let batch = batch::front(&next);
            if batch.is_empty() {
                left = Backlog::Something { retry_after_s: None };
                after = last;
                continue;
            }
            let verdicts = self.post(batch).await;
            let now_ms = now_ms();
            if store::settle(batch, &verdicts, (now_ms, stock.expired)).await.is_err() {
                tally.end = RoundEnd::Silent;
                return Backlog::Something { retry_after_s: None };
            }
            self.tell_others();
            tally.count(&verdicts);
            for (record, verdict) in batch.iter().zip(&verdicts) {
                match *verdict {
                    Verdict::Recorded | Verdict::Refused { .. } => {}
                    Verdict::NotNow(_) => {
                        // One record that the server stumbles over must not hold up the others.
                        left = Backlog::Something { retry_after_s: None };
                        after = record.order;
                    }
                    Verdict::NoServer { retry_after_s } => {
                        tally.end = RoundEnd::NoServer;
                        return Backlog::Something { retry_after_s };
                    }
                }
            }
        }
    }

    /// Posts records of one kind: together, and if the server does not take them together, one
    /// after the other until it does not answer. The verdicts are in the order of the records.
    async fn post(self, records: &[Record]) -> Vec<Verdict> {
        if let [record] = records {
            return vec![self.post_one(record).await];
        }
        let answer = self.ask(records).await;
        match verdict::of_batch(answer.as_ref(), records) {
            Verdicts::Each(verdicts) => verdicts,
            Verdicts::NoServer { retry_after_s } => vec![Verdict::NoServer { retry_after_s }],
            Verdicts::Alone => {
                let mut verdicts = Vec::new();
                for record in records {
                    let verdict = self.post_one(record).await;
                    verdicts.push(verdict);
                    if let Verdict::NoServer { .. } = verdict {
                        break;
                    }
                }
                verdicts
            }
        }
    }

    async fn post_one(self, record: &Record) -> Verdict {
        let answer = self.ask(std::slice::from_ref(record)).await;
        verdict::of_one(answer.as_ref(), &record.id)
    }

    /// The server's answer to records of one kind; none if it has not answered, or if the
    /// request could not be signed.
    async fn ask(self, records: &[Record]) -> Option<PlainAnswer> {
        self.ask_text(records.first()?.kind.path(), &batch::text(records)).await
    }

    fn signer(self) -> Option<Rc<dyn RequestSigner>> {
        self.peers.with_value(|peers| peers.signer.clone())
    }

    async fn ask_text(self, path: &str, text: &str) -> Option<PlainAnswer> {
        let headers = match self.signer() {
            Some(signer) => signer.sign(path, text).await?,
            None => Vec::new(),
        };
        http::post_with(path, text, &headers).await.ok()
    }

    /// Posts a form past the outbox, for browsers that keep nothing. True if the server has it.
    pub async fn post_unstored(self, id: SubmissionId, body: &str) -> bool {
        let answer = self.ask_text(paths::SUBMISSIONS, body).await;
        let is_recorded = verdict::of_one(answer.as_ref(), &id.to_string()) == Verdict::Recorded;
        if is_recorded {
            self.notes.update_value(|notes| {
                notes.latest = Some(id);
                notes.is_unsure = true;
            });
            self.status.update(|status| status.latest = Fate::Recorded);
            // It must not wait here for the next form, if it was stored after all.
            self.wake();
        }
        is_recorded
    }

    fn show(self, stock: &Stock) {
        let expired = match (self.signer(), self.notes.get_value().expired) {
            (None, Some(earlier)) => earlier,
            _ => stock.expired,
        };
        let last_success_at = match i64::try_from(stock.last_success_ms) {
            Ok(0) | Err(_) => None,
            Ok(milliseconds) => Timestamp::from_millisecond(milliseconds).ok(),
        };
        self.status.set(Status {
            pending: stock.pending,
            refused: stock.refused,
            expired,
            is_full: storage::was_full(),
            last_success_at,
            latest: stock.latest,
        });
    }

    /// Shows what another tab has left whenever it tells.
    fn listen(self) {
        self.peers.with_value(|peers| {
            let Some(channel) = &peers.others else { return };
            let told = Closure::<dyn Fn()>::new(move || {
                spawn_local(async move {
                    if let Ok(stock) = self.stock(f64::INFINITY).await {
                        self.show(&stock);
                    }
                });
            });
            channel.set_onmessage(Some(told.into_js_value().unchecked_ref()));
        });
    }

    fn tell_others(self) {
        self.peers.with_value(|peers| {
            // Other tabs that are not told look for themselves when they post.
            let _ = peers.others.as_ref().map(|channel| channel.post_message(&NAME.into()));
        });
    }
}
