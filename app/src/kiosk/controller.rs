//! Runs the kiosk: holds its state in signals, sets its timers, and talks to the server.

use std::rc::Rc;
use std::sync::Arc;

use app::form::layout::CANCEL_DIALOG;
use app::form::package::{Package, Trouble as NoForm, load};
use app::form::preferences::Preferences;
use app::form::session::Session;
use app::form::texts::Phrase;
use app::platform::deadline::pause;
use app::platform::device::{self, DeviceSigner, EnrolError};
use app::platform::form_address::FormAddress;
use app::platform::outbox::Outbox;
use app::platform::storage::Room;
use app::platform::{clock, location, page, screen, sessions, storage, taps, worker};
use gloo::timers::callback::Timeout;
use jiff::Timestamp;
use leptos::prelude::*;
use leptos::task::spawn_local;
use survey_defs::answer::Level;
use survey_defs::api::DeviceConfig;
use survey_defs::device::{DeviceSettings, EnrolmentCode, Freshness, Heartbeat};
use survey_defs::generation::{Extra, Generation};
use survey_defs::paradata::{BreakOffReason, Mode};
use survey_defs::submission::AppVersion;
use web_sys::HtmlElement;

use crate::device_time::DeviceTime;
use crate::heartbeat::{self, Answer};
use crate::machine::{Effect, Event, FormSupply, Machine, Millis, Patience, State, Trouble};
use crate::texts;

/// A clock that is wrong by more than this is staff's business.
const SKEW_LIMIT_S: u64 = 86_400;

/// Enough to draw the first screen.
const SOON_MS: u32 = 2_000;

/// After how long a browser that did not answer is asked again.
const AGAIN_MS: u32 = 5_000;

/// Where the focus belongs on the screens that are not the form's.
pub(crate) const START_ID: &str = "attract-start";
pub(crate) const STAY_ID: &str = "countdown-stay";
pub(crate) const CODE_ID: &str = "enrol-code";
pub(crate) const CLOSE_ID: &str = "staff-close";

/// The handle of the kiosk that all screens share; it stands in the context.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kiosk {
    pub(crate) outbox: Outbox,
    preferences: Preferences,
    pub(crate) state: RwSignal<State>,
    /// Seconds until the countdown ends.
    pub(crate) seconds_left: RwSignal<Millis>,
    pub(crate) config: RwSignal<Option<DeviceConfig>>,
    pub(crate) package: RwSignal<Option<Arc<Package>>>,
    /// Why there is no form.
    pub(crate) trouble: RwSignal<Option<NoForm>>,
    pub(crate) is_asking: RwSignal<bool>,
    /// By how much the device's clock is ahead; none before the server has spoken.
    pub(crate) skew_s: RwSignal<Option<i64>>,
    /// Raised when a person has left, for what a screen keeps by itself.
    pub(crate) persons: RwSignal<u32>,
    inner: StoredValue<ControllerState, LocalStorage>,
}

/// The part of the state on which nothing on the screen depends.
#[derive(Debug)]
struct ControllerState {
    machine: Machine,
    /// The form that is being filled in.
    session: Option<Session>,
    /// The face that was touched on the first screen, until the form has taken it.
    first: Option<Level>,
    rendered_at: Option<Timestamp>,
    /// What the next heartbeat must follow; it is stored with the configuration.
    freshness: Option<Freshness>,
    /// When the next tick is due, and what brings it.
    tick: Option<(Millis, Timeout)>,
    /// The timer of the next sync.
    next_sync: Option<Timeout>,
    /// What had the focus before the countdown.
    focused: Option<HtmlElement>,
    device_time: DeviceTime,
}

impl Kiosk {
    /// A device that has just been switched on.
    pub(crate) fn start(preferences: Preferences) -> Self {
        let kiosk = Self {
            outbox: Outbox::start(Some(Rc::new(DeviceSigner))),
            preferences,
            state: RwSignal::new(State::Starting),
            seconds_left: RwSignal::new(0),
            config: RwSignal::new(None),
            package: RwSignal::new(None),
            trouble: RwSignal::new(None),
            is_asking: RwSignal::new(false),
            skew_s: RwSignal::new(None),
            persons: RwSignal::new(0),
            inner: StoredValue::new_local(ControllerState {
                machine: Machine::new(),
                session: None,
                first: None,
                rendered_at: None,
                freshness: None,
                tick: None,
                next_sync: None,
                focused: None,
                device_time: DeviceTime::default(),
            }),
        };
        spawn_local(async move {
            let config = kiosk.stored_config().await;
            let is_enrolled = config.is_some();
            if let Some(config) = config {
                kiosk.apply_config(config);
            }
            kiosk.feed(Event::Identified(is_enrolled));
            kiosk.sync();
        });
        kiosk
    }

    /// The configuration that the device has stored. As long as the browser does not answer, a
    /// device that is enrolled would look like one that is not, so it is asked again.
    async fn stored_config(self) -> Option<DeviceConfig> {
        loop {
            match device::config().await {
                Ok(config) => return config,
                Err(sessions::Error::Silent) => {
                    self.feed(Event::Unidentified);
                    pause(AGAIN_MS).await;
                }
                // A browser that stores nothing has no configuration; its enrolment will say why.
                Err(sessions::Error::Broken | sessions::Error::Full) => return None,
            }
        }
    }

    /// Tells the machine what happened and does what it asks for.
    pub(crate) fn feed(self, event: Event) {
        let patience = self.patience();
        let (now, has_jumped) = self.now();
        if has_jumped {
            self.work(|inner| inner.machine.doubt(now, patience));
        }
        let effect = self.work(|inner| inner.machine.step(event, now, patience));
        if effect == Some(Effect::BreakOff) {
            // As long as the form is still there to say where it was left.
            if let Some(session) = self.work(|inner| inner.session.take()).flatten() {
                session.abandon(BreakOffReason::Idle);
            }
        }
        let state = self.machine(Machine::state);
        if let State::Countdown { ends_at } = state {
            self.seconds_left.set((ends_at - now + 999) / 1_000);
        }
        let old = self.state.get_untracked();
        let is_filled = |state| matches!(state, State::Filling { .. });
        if old != state && !(is_filled(old) && is_filled(state)) {
            // A touch keeps the panel of the staff open, and changes nothing on it.
            if std::mem::discriminant(&old) != std::mem::discriminant(&state) {
                taps::screen_changed();
            }
            self.state.set(state);
            self.move_focus(old, state);
        }
        match effect {
            Some(Effect::Reset | Effect::BreakOff) => self.forget_person(),
            Some(Effect::Nothing) | None => {}
        }
        self.arm(now, patience);
    }

    /// The page is in front again, and may have slept.
    pub(crate) fn wake(self, was_away: bool) {
        if was_away {
            self.work(|inner| inner.device_time.may_have_slept());
        }
        self.feed(Event::Tick);
    }

    /// The device's time, and whether its clock was set forward just before.
    fn now(self) -> (Millis, bool) {
        let wall = clock::now().as_millisecond();
        let uptime = Millis::try_from(clock::monotonic_ms()).unwrap_or_default();
        let is_away = !location::is_visible();
        self.work(|inner| inner.device_time.at(wall, uptime, is_away)).unwrap_or((wall, false))
    }

    /// Somebody begins; browsers allow the whole screen only now.
    pub(crate) fn begin(self) {
        screen::fill_and_stay_awake();
        self.feed(Event::Start);
    }

    /// Somebody begins by touching a face, which answers the first statement.
    pub(crate) fn begin_with(self, level: Level) {
        self.work(|inner| inner.first = Some(level));
        self.begin();
    }

    /// The face that was touched; none the next time.
    pub(crate) fn take_first(self) -> Option<Level> {
        self.work(|inner| inner.first.take()).flatten()
    }

    /// Exchanges the code for an identity.
    pub(crate) async fn enrol(self, code: EnrolmentCode) -> Result<(), EnrolError> {
        storage::persist().await;
        let config = device::enrol(code).await?;
        self.skew_s.set(Some(heartbeat::skew_s(&config)));
        self.apply_config(config);
        self.feed(Event::Identified(true));
        self.sync();
        Ok(())
    }

    /// Whether the form that would be filled in next is simulated, which must be said; followed.
    pub(crate) fn is_simulated(self) -> bool {
        let is_simulated = |package: &Arc<Package>| package.wave.simulated;
        self.package.with(|package| package.as_ref().is_some_and(is_simulated))
    }

    /// The same of the form that is being filled in, whatever arrives meanwhile.
    pub(crate) fn fills_simulated(self) -> bool {
        let session = self.inner.with_value(|inner| inner.session);
        session.is_some_and(|session| session.package().wave.simulated)
    }

    /// Whether the clock is so wrong that staff should know.
    pub(crate) fn has_wrong_clock(self) -> bool {
        self.skew_s.get().is_some_and(|skew| skew.unsigned_abs() > SKEW_LIMIT_S)
    }

    /// The status of the device, in a word.
    pub(crate) fn status(self) -> Phrase {
        self.state.track();
        match self.machine(Machine::status) {
            State::Enrolling => texts::STATE_NOT_ENROLLED,
            State::Trouble(Trouble::Revoked) => texts::STATE_REVOKED,
            State::Trouble(Trouble::Full) => texts::STATE_FULL,
            State::Trouble(Trouble::Storage) => texts::STATE_SILENT,
            State::Trouble(Trouble::NoForm) | State::Starting | State::Loading => {
                texts::STATE_NO_FORM
            }
            State::Attract
            | State::Filling { .. }
            | State::Countdown { .. }
            | State::Thanks { .. }
            | State::Staff { .. } => texts::STATE_ENROLLED,
        }
    }

    /// Syncs with the server now, and from then on again and again.
    pub(crate) fn sync(self) {
        if self.is_asking.get_untracked() {
            return;
        }
        self.is_asking.set(true);
        spawn_local(async move {
            self.send_heartbeat().await;
            self.refresh_form().await;
            self.is_asking.set(false);
            // Storage that was silent may have kept a record after nobody waited for it any more.
            self.outbox.look();
            self.feed(Event::Full(storage::room().await == Room::Full));
            let is_attracting = self.state.get_untracked() == State::Attract;
            if is_attracting {
                worker::update_if_waiting();
                worker::look_for_update();
            }
            let is_working = is_attracting || !self.machine(Machine::is_resting);
            // The first heartbeat came before the first screen; the next one proves that.
            let is_unproven = self.inner.with_value(|inner| inner.rendered_at.is_none());
            let wait = if is_attracting && is_unproven {
                SOON_MS
            } else {
                heartbeat::interval_ms(is_working, js_sys::Math::random())
            };
            let timer = Timeout::new(wait, move || self.sync());
            self.work(|inner| inner.next_sync = Some(timer));
        });
    }

    async fn send_heartbeat(self) {
        let device =
            self.config.with_untracked(|config| config.as_ref().map(|config| config.device));
        let (Some(device), Some(heartbeat)) = (device, self.heartbeat().await) else { return };
        match heartbeat::send(device, &heartbeat).await {
            Answer::Config(config) => {
                self.skew_s.set(Some(heartbeat::skew_s(&config)));
                self.apply_config(*config);
                self.feed(Event::Revoked(false));
            }
            Answer::Revoked => self.feed(Event::Revoked(true)),
            Answer::None => {}
        }
    }

    async fn heartbeat(self) -> Option<Heartbeat> {
        let now = clock::now();
        if screen::is_drawn("[data-testid=attract], .filling") {
            self.work(|inner| inner.rendered_at = Some(now));
        }
        let queue = untrack(|| self.outbox.status());
        Some(Heartbeat {
            app_version: AppVersion::try_from(env!("CARGO_PKG_VERSION").to_owned()).ok()?,
            now,
            rendered_at: self.inner.with_value(|inner| inner.rendered_at),
            queued: queue.pending,
            refused: queue.refused,
            last_success_at: queue.last_success_at,
            storage_persisted: storage::is_persisted().await,
            sequence: sessions::begun().await.unwrap_or(0),
            freshness: self.inner.with_value(|inner| inner.freshness).map(Freshness::next),
            generation: Generation::THIS,
            extra: Extra::default(),
        })
    }

    /// Asks the server for the form. The form that is there stays while the server does not answer.
    async fn refresh_form(self) {
        let Some(address) = self.address() else { return };
        let form_supply = match load(Some(address.clone())).await {
            // The device was sent elsewhere meanwhile; the next sync asks again.
            _ if self.address().as_ref() != Some(&address) => FormSupply::Unknown,
            Ok(package) => {
                self.package.set(Some(package));
                FormSupply::Ready
            }
            Err(NoForm::Unreachable | NoForm::Broken) if self.has_form_for(&address) => {
                FormSupply::Ready
            }
            Err(trouble) => {
                // Nobody is there to press the button that loads the newer program.
                if matches!(trouble, NoForm::Outdated) && self.machine(Machine::is_resting) {
                    worker::update_and_reload();
                }
                self.trouble.set(Some(trouble));
                FormSupply::Missing
            }
        };
        self.feed(Event::FormLoaded(form_supply));
    }

    fn has_form_for(self, address: &FormAddress) -> bool {
        let is_same = |package: &Arc<Package>| package.address == *address;
        self.package.with_untracked(|package| package.as_ref().is_some_and(is_same))
    }

    fn address(self) -> Option<FormAddress> {
        self.config.with_untracked(|config| {
            let config = config.as_ref()?;
            Some(FormAddress { wave: config.wave.clone(), point: config.point.clone() })
        })
    }

    fn apply_config(self, config: DeviceConfig) {
        screen::set_property(
            "--mm",
            &[&config.settings.pixels_per_mm.get().to_string(), "px"].concat(),
        );
        screen::set_property(
            "--thanks",
            &[&config.settings.thanks_seconds.to_string(), "s"].concat(),
        );
        self.work(|inner| inner.freshness = config.freshness);
        // The server's time and its count are in every answer and are no news.
        let is_old = |old: &DeviceConfig| {
            *old == DeviceConfig { now: old.now, freshness: old.freshness, ..config.clone() }
        };
        if !self.config.with_untracked(|old| old.as_ref().is_some_and(is_old)) {
            self.config.set(Some(config));
        }
        if self.address().is_some_and(|address| !self.has_form_for(&address)) {
            self.feed(Event::FormLoaded(FormSupply::Unknown));
        }
    }

    /// Nothing of the person who has left may stay for the next.
    fn forget_person(self) {
        self.work(|inner| (inner.session, inner.first, inner.focused) = (None, None, None));
        self.preferences.reset();
        screen::forget_person(texts::TITLE.vi);
        self.persons.update(|n| *n += 1);
        if self.state.get_untracked() == State::Enrolling && self.address().is_some() {
            // Nobody has enrolled it anew: the revoked device says again what it is.
            self.feed(Event::Identified(true));
            self.feed(Event::Revoked(true));
        }
        self.sync();
    }

    fn move_focus(self, old: State, new: State) {
        if old == State::Attract {
            // Somebody is there: no new release until the device waits again.
            worker::hold();
        }
        match new {
            State::Attract => screen::focus_soon(START_ID),
            State::Enrolling => screen::focus_soon(CODE_ID),
            State::Staff { .. } => screen::focus_soon(CLOSE_ID),
            State::Countdown { ends_at } => {
                // It would lie over the countdown, and make it inert.
                page::close_dialog(CANCEL_DIALOG);
                let left = (ends_at - self.now().0).max(0).to_string();
                screen::set_property("--countdown", &[&left, "ms"].concat());
                self.work(|inner| inner.focused = screen::focused());
                screen::focus_soon(STAY_ID);
            }
            State::Filling { .. } if matches!(old, State::Countdown { .. }) => {
                let focused = self.work(|inner| inner.focused.take()).flatten();
                screen::give_back_focus(focused);
            }
            State::Filling { .. } | State::Thanks { .. } | State::Trouble(_) => {
                page::show_heading();
            }
            State::Starting | State::Loading => {}
        }
    }

    /// How long the device is patient: twice as long with those who asked for the elder mode.
    fn patience(self) -> Patience {
        let settings =
            self.config.with_untracked(|config| config.as_ref().map(|config| config.settings));
        let settings = settings.unwrap_or_else(DeviceSettings::default);
        let factor = match self.preferences.now().mode {
            Mode::Standard => 1_000,
            Mode::Elder => 2_000,
        };
        Patience {
            idle: Millis::from(settings.idle_seconds) * factor,
            countdown: Millis::from(settings.countdown_seconds) * factor,
            thanks: Millis::from(settings.thanks_seconds) * 1_000,
        }
    }

    fn work<T>(self, work: impl FnOnce(&mut ControllerState) -> T) -> Option<T> {
        self.inner.try_update_value(work)
    }

    fn machine<T>(self, read: impl FnOnce(&Machine) -> T) -> T {
        self.inner.with_value(|inner| read(&inner.machine))
    }

    /// The form that is on the screen now.
    pub(crate) fn holds(self, session: Session) {
        self.work(|inner| inner.session = Some(session));
    }

    /// Sets the timer for the next tick. One that comes too early only looks at the clock.
    fn arm(self, now: Millis, patience: Patience) {
        let Some(wait) = self.machine(|machine| machine.next_tick(now, patience)) else {
            self.work(|inner| inner.tick = None);
            return;
        };
        let due = now + wait;
        let is_armed = |armed: &Option<(Millis, _)>| {
            armed.as_ref().is_some_and(|(at, _)| (now..=due).contains(at))
        };
        if self.inner.with_value(|inner| is_armed(&inner.tick)) {
            return;
        }
        let timer = Timeout::new(u32::try_from(wait).unwrap_or(u32::MAX), move || {
            self.work(|inner| inner.tick = None);
            self.feed(Event::Tick);
        });
        self.work(|inner| inner.tick = Some((due, timer)));
    }
}

/// The kiosk that this program runs.
pub(crate) fn kiosk() -> Kiosk {
    expect_context()
}
