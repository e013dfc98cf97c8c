//! The browser side of Thước Đo: two small programs in one package, `form` for citizens and
//! `console` for the institute and the units.
//!
//! Each program is a binary in its own folder and draws what `survey-defs` decides; no rule about
//! questions, answers or scores stands here. What they share is [`platform`], the only place that
//! touches the browser: requests, storage, time, randomness, focus. Above it is plain data.

/// The browser: requests, storage, time, ids, the page itself.
pub mod platform;
