//! Tests what a kiosk shows, and when.

use super::*;

const PATIENCE: Patience = Patience { idle: 45_000, countdown: 20_000, thanks: 6_000 };
const DAY: Millis = 86_400_000;

fn step(machine: &mut Machine, event: Event, now: Millis) -> (Effect, State) {
    let effect = machine.step(event, now, PATIENCE);
    (effect, machine.state())
}

fn attracting() -> Machine {
    let mut machine = Machine::new();
    machine.step(Event::Identified(true), 0, PATIENCE);
    machine.step(Event::FormLoaded(FormSupply::Ready), 0, PATIENCE);
    assert_eq!(machine.state(), State::Attract);
    machine
}

fn filling(now: Millis) -> Machine {
    let mut machine = attracting();
    machine.step(Event::Start, now, PATIENCE);
    assert_eq!(machine.state(), State::Filling { touched_at: now });
    machine
}

#[test]
fn a_device_starts_with_its_enrolment_then_its_form() {
    let mut machine = Machine::new();
    for (event, expected) in [
        (Event::Start, State::Starting),
        (Event::Staff, State::Starting),
        (Event::FormLoaded(FormSupply::Ready), State::Starting),
        (Event::FormLoaded(FormSupply::Unknown), State::Starting),
        (Event::Identified(false), State::Enrolling),
        (Event::Identified(true), State::Loading),
        (Event::FormLoaded(FormSupply::Missing), State::Trouble(Trouble::NoForm)),
        (Event::Start, State::Trouble(Trouble::NoForm)),
        (Event::FormLoaded(FormSupply::Ready), State::Attract),
        (Event::Full(true), State::Trouble(Trouble::Full)),
        (Event::Revoked(true), State::Trouble(Trouble::Revoked)),
        (Event::Full(false), State::Trouble(Trouble::Revoked)),
        (Event::Identified(false), State::Enrolling),
        (Event::Identified(true), State::Attract),
    ] {
        assert_eq!(step(&mut machine, event, 0), (Effect::Nothing, expected), "{event:?}");
    }
}

#[test]
fn a_device_that_cannot_read_its_storage_says_so_until_it_can() {
    let mut machine = Machine::new();
    let trouble = State::Trouble(Trouble::Storage);
    for (event, expected) in [
        (Event::Unidentified, trouble),
        (Event::Start, trouble),
        (Event::Unidentified, trouble),
        (Event::Identified(true), State::Loading),
        (Event::FormLoaded(FormSupply::Ready), State::Attract),
        (Event::Unidentified, State::Attract),
    ] {
        assert_eq!(step(&mut machine, event, 0), (Effect::Nothing, expected), "{event:?}");
    }
}

#[test]
fn a_form_is_filled_in_and_thanked_for() {
    let mut machine = filling(1_000);
    let thanks = State::Thanks { ends_at: 36_000 };
    assert_eq!(step(&mut machine, Event::Sent, 30_000), (Effect::Nothing, thanks));
    assert_eq!(step(&mut machine, Event::Touch, 31_000), (Effect::Nothing, thanks));
    assert_eq!(machine.next_tick(31_000, PATIENCE), Some(5_000));
    assert_eq!(step(&mut machine, Event::Tick, 36_000), (Effect::Reset, State::Attract));
    assert_eq!(machine.next_tick(36_000, PATIENCE), None);
}

#[test]
fn thanks_can_be_left_and_a_form_cancelled() {
    let mut machine = filling(0);
    step(&mut machine, Event::Sent, 1);
    assert_eq!(step(&mut machine, Event::Close, 2), (Effect::Reset, State::Attract));
    let mut machine = filling(0);
    assert_eq!(step(&mut machine, Event::Cancelled, 2), (Effect::Reset, State::Attract));
    assert_eq!(step(&mut machine, Event::Sent, 3), (Effect::Nothing, State::Attract));
}

#[test]
fn who_goes_is_counted_out() {
    let mut machine = filling(0);
    step(&mut machine, Event::Touch, 10_000);
    assert_eq!(machine.next_tick(12_000, PATIENCE), Some(43_000));
    assert_eq!(step(&mut machine, Event::Tick, 54_999).1, State::Filling { touched_at: 10_000 });
    let countdown = State::Countdown { ends_at: 75_000 };
    assert_eq!(step(&mut machine, Event::Tick, 55_000), (Effect::Nothing, countdown));
    assert_eq!(machine.next_tick(55_000, PATIENCE), Some(1_000));
    assert_eq!(machine.next_tick(55_400, PATIENCE), Some(600));
    assert_eq!(step(&mut machine, Event::Tick, 74_999), (Effect::Nothing, countdown));
    assert_eq!(step(&mut machine, Event::Tick, 75_000), (Effect::BreakOff, State::Attract));
}

#[test]
fn who_stays_keeps_the_form() {
    let mut machine = filling(0);
    step(&mut machine, Event::Tick, 45_000);
    let countdown = State::Countdown { ends_at: 65_000 };
    assert_eq!(step(&mut machine, Event::Touch, 50_000).1, countdown, "not by chance");
    let filling = State::Filling { touched_at: 64_999 };
    assert_eq!(step(&mut machine, Event::Stay, 64_999), (Effect::Nothing, filling));
}

#[test]
fn who_comes_after_somebody_left_begins_anew() {
    let mut machine = filling(0);
    let filling = State::Filling { touched_at: 0 };
    assert_eq!(step(&mut machine, Event::Anew, 1), (Effect::Nothing, filling), "nobody has left");
    step(&mut machine, Event::Tick, 45_000);
    assert_eq!(step(&mut machine, Event::Anew, 50_000), (Effect::BreakOff, State::Attract));
    assert_eq!(step(&mut machine, Event::Stay, 50_001), (Effect::Nothing, State::Attract));
}

#[test]
fn a_device_that_slept_never_shows_the_old_form() {
    for event in
        [Event::Touch, Event::Tick, Event::Stay, Event::Anew, Event::Sent, Event::Cancelled]
    {
        let mut machine = filling(0);
        assert_eq!(step(&mut machine, event, DAY), (Effect::BreakOff, State::Attract));
    }
    let mut machine = filling(0);
    assert_eq!(step(&mut machine, Event::Touch, 50_000).1, State::Countdown { ends_at: 65_000 });
    let mut machine = filling(0);
    step(&mut machine, Event::Sent, 1);
    assert_eq!(step(&mut machine, Event::Touch, DAY), (Effect::Reset, State::Attract));
}

#[test]
fn a_clock_that_is_set_back_ends_nothing_early_and_nothing_late() {
    let mut machine = filling(DAY);
    assert_eq!(step(&mut machine, Event::Tick, 0).1, State::Filling { touched_at: 0 });
    let countdown = State::Countdown { ends_at: 65_000 };
    assert_eq!(step(&mut machine, Event::Tick, 45_000).1, countdown);
    assert_eq!(step(&mut machine, Event::Tick, 0).1, State::Countdown { ends_at: 20_000 });
}

#[test]
fn nobody_is_interrupted_by_news_of_the_device() {
    for news in [
        Event::Revoked(true),
        Event::Full(true),
        Event::FormLoaded(FormSupply::Missing),
        Event::Staff,
    ] {
        let mut machine = filling(0);
        let filling = State::Filling { touched_at: 0 };
        assert_eq!(step(&mut machine, news, 1), (Effect::Nothing, filling), "{news:?}");
    }
    let mut machine = filling(0);
    step(&mut machine, Event::Revoked(true), 1);
    step(&mut machine, Event::Sent, 2);
    let revoked = State::Trouble(Trouble::Revoked);
    assert_eq!(step(&mut machine, Event::Tick, 6_002), (Effect::Reset, revoked));
}

#[test]
fn a_screen_that_somebody_touched_and_left_is_reset_once() {
    let mut machine = attracting();
    step(&mut machine, Event::Touch, 1_000);
    assert_eq!(machine.next_tick(1_000, PATIENCE), Some(45_000));
    assert_eq!(step(&mut machine, Event::Tick, 46_000), (Effect::Reset, State::Attract));
    assert_eq!(step(&mut machine, Event::Tick, DAY), (Effect::Nothing, State::Attract));
}

#[test]
fn the_panel_of_the_staff_closes_by_itself() {
    let mut machine = attracting();
    assert_eq!(step(&mut machine, Event::Staff, 0).1, State::Staff { ends_at: 60_000 });
    assert_eq!(step(&mut machine, Event::Touch, 9_000).1, State::Staff { ends_at: 69_000 });
    assert_eq!(
        step(&mut machine, Event::FormLoaded(FormSupply::Missing), 9_001).0,
        Effect::Nothing
    );
    let missing = State::Trouble(Trouble::NoForm);
    assert_eq!(step(&mut machine, Event::Tick, 69_000), (Effect::Reset, missing));
}
