//! Reporting periods of the city and of districts.
//!
//! A period is written as a [`PeriodRef`] and becomes two days, both included, by [`resolve`]:
//!
//! | reference | means |
//! | --- | --- |
//! | `2026-q1` | a period of the city's [`Calendar`]: 2025-12-15 to 2026-03-14 |
//! | `thanh-xuan:2026-q1` | a period of another calendar: 2025-12-05 to 2026-03-05 |
//! | `2023-04` | a month |
//! | `2024` | a calendar year; the city's reporting year is `2024-year` |
//! | `2024-10-01..2024-12-31` | from one day to another |
//!
//! Calendars are data: a unit with cut-offs of its own gets a file in `periods/`. Periods of one
//! calendar overlap by design, as the first 6 months contain the first quarter.
//!
//! ```
//! use jiff::civil::date;
//! use survey_defs::period::{PeriodRef, resolve};
//!
//! let period = resolve(&"2026-q1".parse::<PeriodRef>()?)?;
//! assert_eq!((period.first, period.last), (date(2025, 12, 15), date(2026, 3, 14)));
//! assert_eq!(period.title.vi, "Quý I năm 2026");
//! assert!("2026-13".parse::<PeriodRef>().is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [`PeriodRef`]: crate::period::PeriodRef
//! [`Calendar`]: crate::period::Calendar
//! [`resolve`]: crate::period::resolve

mod calendar;
mod id;
mod reference;
mod resolve;
mod yearly;

pub use calendar::{Calendar, CalendarError, CalendarProblem};
pub use id::{InvalidPeriodId, PeriodId};
pub use reference::{InvalidPeriodRef, PeriodRef};
pub use resolve::{Period, PeriodError, resolve, resolve_in};
pub use yearly::CalendarPeriod;
