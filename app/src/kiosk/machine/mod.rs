//! Decides what a kiosk shows and when it changes by itself: a state machine without a clock or a
//! timer.
//!
//! Moments are milliseconds by the device's clock. They are compared, never counted, so a device
//! that slept or whose timers were late does at its next event what is due by then.

/// A moment by the device's clock, in milliseconds.
pub(crate) type Millis = i64;

/// How long the staff panel stays open without a touch.
const STAFF_MS: Millis = 60_000;

/// What is on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// What the device has stored is being read.
    Starting,
    /// The device waits for its code.
    Enrolling,
    /// It waits for its first form.
    Loading,
    /// It waits for somebody.
    Attract,
    /// Somebody fills in the form.
    Filling {
        /// The last sign of life.
        touched_at: Millis,
    },
    /// The form is still there, but perhaps nobody else.
    Countdown {
        /// When the answers are discarded.
        ends_at: Millis,
    },
    /// The form is stored.
    Thanks {
        /// When the device waits for the next.
        ends_at: Millis,
    },
    /// No answers can be taken.
    Trouble(Trouble),
    /// The panel for staff.
    Staff {
        /// When it closes by itself.
        ends_at: Millis,
    },
}

/// Why no answers can be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Trouble {
    /// Staff have revoked the device.
    Revoked,
    /// The device has no room for another answer.
    Full,
    /// There is no form to fill in; the program knows why.
    NoForm,
    /// The browser does not say what the device has stored, so nobody knows who it is.
    Storage,
}

/// Whether there is a form to fill in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FormSupply {
    /// Nobody knows yet.
    Unknown,
    /// There is.
    Ready,
    /// There is none.
    Missing,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Event {
    /// The device knows whether it is enrolled.
    Identified(bool),
    /// The browser does not say whether it is.
    Unidentified,
    /// The form was asked for.
    FormLoaded(FormSupply),
    /// The server has said whether the device is revoked.
    Revoked(bool),
    /// The storage is full, or no longer.
    Full(bool),
    /// Somebody touched the device.
    Touch,
    /// Somebody wants to begin.
    Start,
    /// Somebody is still there.
    Stay,
    /// Somebody else is there: the form that was left is discarded.
    Anew,
    /// The form is stored.
    Sent,
    /// The respondent gave up.
    Cancelled,
    /// Staff open their panel.
    Staff,
    /// Somebody leaves a screen that would go by itself: thanks, the panel.
    Close,
    /// Time has passed.
    Tick,
}

/// What the program has to do besides drawing the new state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Nothing.
    Nothing,
    /// A person has left: nothing of that person may stay.
    Reset,
    /// Somebody left an unfinished form: to be reported without its answers, then as
    /// [`Self::Reset`].
    BreakOff,
}

/// How long the device is patient, in the mode that is on now; milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Patience {
    pub(crate) idle: Millis,
    pub(crate) countdown: Millis,
    pub(crate) thanks: Millis,
}

/// The machine.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Machine {
    state: State,
    is_enrolled: Option<bool>,
    /// Whether the browser was asked in vain.
    is_silent: bool,
    is_revoked: bool,
    is_full: bool,
    form_supply: FormSupply,
    /// The last touch of a screen that belongs to nobody, where somebody may still have changed the
    /// language or typed.
    touched_at: Option<Millis>,
}

impl Machine {
    pub(crate) const fn new() -> Self {
        Self {
            state: State::Starting,
            is_enrolled: None,
            is_silent: false,
            is_revoked: false,
            is_full: false,
            form_supply: FormSupply::Unknown,
            touched_at: None,
        }
    }

    pub(crate) fn state(&self) -> State {
        self.state
    }

    /// Whether nobody's form is open, so that the program may be exchanged.
    pub(crate) fn is_resting(&self) -> bool {
        match self.state {
            State::Starting
            | State::Enrolling
            | State::Loading
            | State::Attract
            | State::Trouble(_) => true,
            State::Filling { .. }
            | State::Countdown { .. }
            | State::Thanks { .. }
            | State::Staff { .. } => false,
        }
    }

    /// The next state.
    pub(crate) fn step(&mut self, event: Event, now: Millis, patience: Patience) -> Effect {
        self.mend_clock(now, patience);
        // What is due comes first: a touch wakes a device, but not the form of who has long left.
        let due = self.pass(now, patience);
        let effect = self.happen(event, now, patience);
        if due == Effect::Nothing { effect } else { due }
    }

    /// After how many milliseconds a tick is needed; none if time changes nothing.
    pub(crate) fn next_tick(&self, now: Millis, patience: Patience) -> Option<Millis> {
        let at = match self.state {
            State::Filling { touched_at } => touched_at + patience.idle,
            // On the second, for who reads it.
            State::Countdown { ends_at } => now + (ends_at - now - 1).rem_euclid(1_000) + 1,
            State::Thanks { ends_at } | State::Staff { ends_at } => ends_at,
            State::Starting
            | State::Enrolling
            | State::Loading
            | State::Attract
            | State::Trouble(_) => self.touched_at? + patience.idle,
        };
        Some((at - now).max(1))
    }

    fn happen(&mut self, event: Event, now: Millis, patience: Patience) -> Effect {
        match event {
            Event::Identified(is_enrolled) => {
                self.is_enrolled = Some(is_enrolled);
                self.is_revoked = false;
                self.settle();
            }
            Event::Unidentified => {
                self.is_silent = true;
                self.settle();
            }
            Event::FormLoaded(form_supply) => {
                self.form_supply = form_supply;
                self.settle();
            }
            Event::Revoked(is_revoked) => {
                self.is_revoked = is_revoked;
                self.settle();
            }
            Event::Full(is_full) => {
                self.is_full = is_full;
                self.settle();
            }
            Event::Touch => self.touch(now),
            Event::Start if self.state == State::Attract => {
                self.touched_at = None;
                self.state = State::Filling { touched_at: now };
            }
            Event::Stay if matches!(self.state, State::Countdown { .. }) => {
                self.state = State::Filling { touched_at: now };
            }
            Event::Anew if matches!(self.state, State::Countdown { .. }) => {
                return self.leave(Effect::BreakOff);
            }
            Event::Sent if self.has_form() => {
                self.state = State::Thanks { ends_at: now + patience.thanks };
            }
            Event::Cancelled if self.has_form() => return self.leave(Effect::Reset),
            Event::Staff if self.is_resting() && self.state != State::Starting => {
                self.state = State::Staff { ends_at: now + STAFF_MS };
            }
            Event::Close if matches!(self.state, State::Thanks { .. } | State::Staff { .. }) => {
                return self.leave(Effect::Reset);
            }
            Event::Start
            | Event::Stay
            | Event::Anew
            | Event::Sent
            | Event::Cancelled
            | Event::Staff
            | Event::Close
            | Event::Tick => {}
        }
        Effect::Nothing
    }

    /// Does what is due.
    fn pass(&mut self, now: Millis, patience: Patience) -> Effect {
        if let State::Filling { touched_at } = self.state
            && now >= touched_at + patience.idle
        {
            // From when it should have begun: who comes back after that never sees the form.
            let ends_at = touched_at + patience.idle + patience.countdown;
            self.state = State::Countdown { ends_at };
        }
        match self.state {
            State::Countdown { ends_at } if now >= ends_at => self.leave(Effect::BreakOff),
            State::Thanks { ends_at } | State::Staff { ends_at } if now >= ends_at => {
                self.leave(Effect::Reset)
            }
            State::Starting
            | State::Enrolling
            | State::Loading
            | State::Attract
            | State::Trouble(_)
                if self.touched_at.is_some_and(|at| now >= at + patience.idle) =>
            {
                self.leave(Effect::Reset)
            }
            State::Starting
            | State::Enrolling
            | State::Loading
            | State::Attract
            | State::Filling { .. }
            | State::Countdown { .. }
            | State::Thanks { .. }
            | State::Trouble(_)
            | State::Staff { .. } => Effect::Nothing,
        }
    }

    fn touch(&mut self, now: Millis) {
        match &mut self.state {
            State::Filling { touched_at } => *touched_at = now,
            State::Staff { ends_at } => *ends_at = now + STAFF_MS,
            // Only on purpose: by their buttons.
            State::Countdown { .. } | State::Thanks { .. } => {}
            State::Starting
            | State::Enrolling
            | State::Loading
            | State::Attract
            | State::Trouble(_) => self.touched_at = Some(now),
        }
    }

    /// The clock was set forward, or the device has slept without a sign of it: whoever is there is
    /// asked, and nobody sees the answers meanwhile.
    pub(crate) fn doubt(&mut self, now: Millis, patience: Patience) {
        if self.has_form() {
            self.state = State::Countdown { ends_at: now + patience.countdown };
        }
    }

    /// A clock that was set back must not keep a form open for years.
    fn mend_clock(&mut self, now: Millis, patience: Patience) {
        match &mut self.state {
            State::Filling { touched_at } => *touched_at = now.min(*touched_at),
            State::Countdown { ends_at } => *ends_at = (*ends_at).min(now + patience.countdown),
            State::Thanks { ends_at } => *ends_at = (*ends_at).min(now + patience.thanks),
            State::Staff { ends_at } => *ends_at = (*ends_at).min(now + STAFF_MS),
            State::Starting
            | State::Enrolling
            | State::Loading
            | State::Attract
            | State::Trouble(_) => {}
        }
        self.touched_at = self.touched_at.map(|at| at.min(now));
    }

    fn has_form(&self) -> bool {
        matches!(self.state, State::Filling { .. } | State::Countdown { .. })
    }

    fn leave(&mut self, effect: Effect) -> Effect {
        self.touched_at = None;
        self.state = self.rest();
        effect
    }

    /// Shows what has become of the device, unless somebody is using it.
    fn settle(&mut self) {
        if self.is_resting() {
            self.state = self.rest();
        }
    }

    /// The status of the device, whoever uses it.
    pub(crate) fn status(&self) -> State {
        self.rest()
    }

    /// What is shown while nobody uses the device.
    fn rest(&self) -> State {
        match (self.is_enrolled, self.form_supply) {
            (None, _) if self.is_silent => State::Trouble(Trouble::Storage),
            (None, _) => State::Starting,
            (Some(false), _) => State::Enrolling,
            (Some(true), _) if self.is_revoked => State::Trouble(Trouble::Revoked),
            (Some(true), _) if self.is_full => State::Trouble(Trouble::Full),
            (Some(true), FormSupply::Unknown) => State::Loading,
            (Some(true), FormSupply::Ready) => State::Attract,
            (Some(true), FormSupply::Missing) => State::Trouble(Trouble::NoForm),
        }
    }
}

#[cfg(test)]
mod tests;
