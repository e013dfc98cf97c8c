//! The device's clock.

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
