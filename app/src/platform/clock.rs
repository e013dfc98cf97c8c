//! Reads the device's clock.

use jiff::Timestamp;

/// The time by the device's clock, which may be wrong: it is recorded and decides nothing.
pub fn now() -> Timestamp {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "JavaScript dates are whole numbers of milliseconds below 2^53"
    )]
    let milliseconds = js_sys::Date::now() as i64;
    // JavaScript knows years that jiff does not; such a clock is as good as none.
    Timestamp::from_millisecond(milliseconds).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// Milliseconds since the page was opened. They never go back, whoever sets the device's clock.
pub fn monotonic_ms() -> u64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a page is not open for 2^53 milliseconds, and not for less than none"
    )]
    let milliseconds = event_ms() as u64;
    milliseconds
}

/// The same to the fraction, as the browser times its events.
pub(super) fn event_ms() -> f64 {
    let performance = web_sys::window().and_then(|window| window.performance());
    performance.map(|clock| clock.now()).unwrap_or_default()
}
