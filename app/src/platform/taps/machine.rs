//! Decides which presses count after the screen has changed: a state machine without a clock.
//!
//! Moments are milliseconds of the page's own clock, the same that the browser gives its events.

/// How long a new screen has to be visible before a button that leads on or back can be pressed.
pub(super) const STEP_REST_MS: u32 = 600;
/// The same for answers and other controls that stay on the screen.
pub(super) const ANSWER_REST_MS: u32 = 350;
/// Whoever presses again at less than this distance, in CSS pixels, has not seen the new screen but
/// meant the old one: about 25 mm on a phone.
const SAME_PLACE_PX: f64 = 96.0;
/// A hand that trembles moves less than this. The next answer lies farther away.
const TREMBLE_PX: f64 = 32.0;

/// A place on the screen, in CSS pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Place {
    pub(super) x: f64,
    pub(super) y: f64,
    /// How far the page was scrolled down.
    pub(super) scrolled: f64,
}

impl Place {
    /// How far apart two places are on the glass.
    fn distance(self, other: Self) -> f64 {
        (self.x - other.x).hypot(self.y - other.y)
    }

    /// How far apart they are on the page.
    fn distance_on_page(self, other: Self) -> f64 {
        (self.x - other.x).hypot(self.y + self.scrolled - other.y - other.scrolled)
    }
}

/// What is pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Control {
    /// A button that leads to another screen.
    Step,
    /// An answer, or any other control.
    Answer,
}

/// A press, by finger, mouse, key or assistive technology.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Press {
    /// When the finger went down.
    pub(super) began_at: f64,
    /// Where; none for a key.
    pub(super) place: Option<Place>,
    pub(super) control: Control,
}

/// Whether the screen that the program shows is the one that a person sees.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Screen {
    /// The new one is not painted yet.
    Changing,
    /// It was painted at this moment.
    Painted { at: f64 },
}

/// The machine.
#[derive(Debug, Clone, Copy)]
pub(super) struct Guard {
    screen: Screen,
    /// When the page moved by itself below the buttons, which stay.
    moved_at: f64,
    /// When and where the last press that counted began.
    last: Option<(f64, Option<Place>)>,
}

impl Guard {
    /// A page that was just opened: nobody has pressed anything that could hit it by accident.
    pub(super) const fn new() -> Self {
        Self {
            screen: Screen::Painted { at: f64::NEG_INFINITY },
            moved_at: f64::NEG_INFINITY,
            last: None,
        }
    }

    /// The program has changed the screen.
    pub(super) fn change(&mut self) {
        self.screen = Screen::Changing;
    }

    /// The program has moved the page to another place.
    pub(super) fn moves(&mut self, at: f64) {
        self.moved_at = at;
    }

    /// Whether the browser has not painted the change yet.
    pub(super) fn is_changing(&self) -> bool {
        self.screen == Screen::Changing
    }

    /// The browser has painted the change.
    pub(super) fn paint(&mut self, at: f64) {
        self.screen = Screen::Painted { at };
    }

    /// Whether a press counts. One that does not must have no effect at all.
    pub(super) fn accepts(&mut self, press: Press) -> bool {
        let Screen::Painted { at } = self.screen else { return false };
        let rested = press.began_at - at;
        let is_accepted = rested >= 0.0
            && match press.control {
                Control::Step => rested >= f64::from(STEP_REST_MS),
                Control::Answer => {
                    let has_rested =
                        rested >= f64::from(ANSWER_REST_MS) || self.is_elsewhere(press);
                    let has_seen = press.began_at - self.moved_at >= f64::from(ANSWER_REST_MS);
                    has_rested && has_seen && !self.is_second_of_two(press)
                }
            };
        if is_accepted {
            self.last = Some((press.began_at, press.place));
        }
        is_accepted
    }

    /// Whether it hits another place than the last press did.
    fn is_elsewhere(&self, press: Press) -> bool {
        match (self.last, press.place) {
            (Some((_, Some(last))), Some(place)) => place.distance(last) >= SAME_PLACE_PX,
            _ => false,
        }
    }

    /// A trembling hand presses twice at one place; what lies there may have moved meanwhile.
    fn is_second_of_two(&self, press: Press) -> bool {
        match (self.last, press.place) {
            (Some((at, Some(last))), Some(place)) => {
                press.began_at - at < f64::from(ANSWER_REST_MS)
                    && place.distance_on_page(last) < TREMBLE_PX
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Option<Place> = Some(Place { x: 180.0, y: 600.0, scrolled: 0.0 });
    const TREMBLING: Option<Place> = Some(Place { x: 190.0, y: 620.0, scrolled: 0.0 });
    /// The next answer.
    const BESIDE: Option<Place> = Some(Place { x: 180.0, y: 654.0, scrolled: 0.0 });
    const ELSEWHERE: Option<Place> = Some(Place { x: 180.0, y: 200.0, scrolled: 0.0 });
    const SCROLLED: Option<Place> = Some(Place { x: 180.0, y: 600.0, scrolled: 54.0 });
    const KEY: Option<Place> = None;

    #[test]
    fn a_page_that_has_moved_takes_steps_at_once_and_answers_when_they_were_seen() {
        for rested in 0..=700 {
            let began_at = 1_000.0 + f64::from(rested);
            for place in [HERE, ELSEWHERE, KEY] {
                let mut guard = Guard::new();
                let first = Press { began_at: 400.0, place: HERE, control: Control::Answer };
                assert!(guard.accepts(first));
                guard.moves(1_000.0);
                let step = Press { began_at, place, control: Control::Step };
                assert!(guard.clone().accepts(step), "{rested}");
                let answer = Press { control: Control::Answer, ..step };
                assert_eq!(guard.accepts(answer), rested >= 350, "{rested} {place:?}");
            }
        }
    }

    fn press(began_at: i32, place: Option<Place>, control: Control) -> Press {
        Press { began_at: began_at.into(), place, control }
    }

    /// A page on which “next” was pressed at 0, and whose next screen was painted later.
    fn moved(paint_ms: i32) -> Guard {
        let mut guard = Guard::new();
        assert!(guard.accepts(press(0, HERE, Control::Step)));
        guard.change();
        guard.paint(paint_ms.into());
        guard
    }

    #[test]
    fn the_first_press_on_a_page_counts() {
        for control in [Control::Step, Control::Answer] {
            for place in [HERE, KEY] {
                assert!(Guard::new().accepts(press(0, place, control)));
            }
        }
    }

    #[test]
    fn every_press_at_every_millisecond_after_a_change_counts_or_not() {
        for paint_ms in [0, 1, 16, 100, 349, 350, 600, 3_000] {
            for began in -100..=paint_ms + 1_000 {
                let accepts =
                    |place, control| moved(paint_ms).accepts(press(began, place, control));
                let rested = began - paint_ms;
                for place in [HERE, TREMBLING, BESIDE, ELSEWHERE, KEY] {
                    let expected = rested >= 600;
                    assert_eq!(accepts(place, Control::Step), expected, "{paint_ms} {began}");
                }
                for place in [HERE, TREMBLING, BESIDE, SCROLLED, KEY] {
                    let expected = rested >= 350;
                    assert_eq!(accepts(place, Control::Answer), expected, "{paint_ms} {began}");
                }
                let expected = rested >= 0;
                assert_eq!(accepts(ELSEWHERE, Control::Answer), expected, "{paint_ms} {began}");
            }
        }
    }

    #[test]
    fn nothing_counts_until_the_new_screen_is_painted() {
        let mut guard = Guard::new();
        guard.change();
        for began in 0..5_000 {
            for (place, control) in [(HERE, Control::Step), (ELSEWHERE, Control::Answer)] {
                assert!(!guard.accepts(press(began, place, control)), "{began}");
            }
        }
        // The finger went down before, and is lifted long after.
        guard.paint(5_000.0);
        assert!(!guard.accepts(press(4_999, ELSEWHERE, Control::Answer)));
        assert!(guard.accepts(press(5_600, HERE, Control::Step)));
    }

    #[test]
    fn a_second_change_begins_a_new_rest() {
        let mut guard = moved(0);
        assert!(guard.accepts(press(700, HERE, Control::Step)));
        guard.change();
        guard.paint(710.0);
        assert!(!guard.accepts(press(1_300, HERE, Control::Step)));
        assert!(guard.accepts(press(1_310, HERE, Control::Step)));
    }

    #[test]
    fn two_quick_presses_at_one_place_are_one_answer() {
        for gap in 0..=1_000 {
            let mut guard = moved(0);
            assert!(guard.accepts(press(2_000, HERE, Control::Answer)));
            let second = |place| guard.clone().accepts(press(2_000 + gap, place, Control::Answer));
            assert_eq!(second(HERE), gap >= 350, "{gap}");
            assert_eq!(second(TREMBLING), gap >= 350, "{gap}");
            assert!(second(BESIDE) && second(ELSEWHERE) && second(SCROLLED), "{gap}");
            // The arrow keys go through answers as fast as they are held.
            assert!(second(KEY), "{gap}");
        }
    }

    #[test]
    fn what_does_not_count_delays_nothing() {
        let mut guard = moved(0);
        for began in 0..600 {
            assert!(!guard.accepts(press(began, HERE, Control::Step)), "{began}");
        }
        assert!(guard.accepts(press(600, HERE, Control::Step)));
    }
}
