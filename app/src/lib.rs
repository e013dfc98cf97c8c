//! The browser side of Thước Đo: three small programs in one package.
//!
//! * `form`, on a citizen's own phone (folder `phone`);
//! * `kiosk`, the same form on a device at a counter, with what many people after each other need;
//! * `console`, for the institute and the units.
//!
//! Each program is a binary in its own folder and draws what `survey-defs` decides; no rule about
//! questions, answers or scores stands here. What citizens fill in on both devices is [`form`]; all
//! programs share [`platform`], the only place that touches the browser: requests, storage, time,
//! randomness, focus. Above it is plain data.

#![expect(unreachable_pub, reason = "`#[component]` writes `pub` into what it expands to")]

pub mod platform;
pub mod form;
