//! Scores from answers, by columns: the only crate with polars.
//!
//! A [`Request`] names a wave, a method, a grouping and the data; [`score`] answers with a
//! [`ScoreTable`](survey_defs::api::ScoreTable). What a score *is* stands in
//! [`survey_defs::score`], short and slow; this crate computes the same numbers for many groups at
//! once, and its property tests hold it to that definition.
//!
//! The way of a request:
//!
//! 1. filters keep the answers of a period, a channel, a kind of respondent;
//! 2. groups are assigned: units by the gazetteer, months by the day of receipt;
//! 3. the missing rule blanks forms with too few answers;
//! 4. levels are counted per group and question, respondents per group and node;
//! 5. the roll-up turns counts into scores of statements, factors, contents and the whole;
//! 6. cells with too few respondents are suppressed, in one place for every reader;
//! 7. the rest is rounded, in one place as well.
//!
//! Invariants: no frame and no expression leaves this crate; groups come out in Vietnamese order
//! of names or in order of time, never in that of a hash; nothing is rounded before the end.
//!
//! Scoring blocks its thread for milliseconds and panics on a current-thread tokio runtime, so a
//! server calls it from a blocking task.
//!
//! ```
//! use std::sync::Arc;
//!
//! use jiff::civil::date;
//! use scoring::{Data, Disclosure, Form, Forms, Request, score};
//! use survey_defs::answer::Level;
//! use survey_defs::api::{Detail, Filters, Grouping};
//! use survey_defs::counts::Cell;
//! use survey_defs::unit::Gazetteer;
//! use survey_defs::wave::{Channel, RespondentType, Wave};
//! use survey_defs::{instrument, method};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let single = instrument::embedded().into_iter().find(|one| one.reference().id.as_str() == "single");
//! let single = Arc::new(single.expect("it is embedded"));
//! let m4 = method::embedded().into_iter().find(|method| method.id().as_str() == "m4");
//! let m4 = m4.expect("it is embedded");
//!
//! let mut forms = Forms::new(Arc::clone(&single));
//! let answers = (1..).zip([5, 5, 4, 2]).map(|(position, level)| {
//!     Ok(Form {
//!         position,
//!         unit: "00004@2025-07-01".parse()?,
//!         day: date(2026, 3, 2),
//!         channel: Channel::Kiosk,
//!         respondent_type: RespondentType::Individual,
//!         cells: vec![Cell::Level(Level::try_from(level)?)],
//!     })
//! });
//! forms.append(&answers.collect::<Result<Vec<_>, Box<dyn std::error::Error>>>()?)?;
//!
//! # let wave: Wave = Wave {
//! #     id: survey_defs::ids::WaveId::new("example")?,
//! #     title: survey_defs::text::Text { vi: "Ví dụ".into(), en: "Example".into() },
//! #     population: survey_defs::wave::Population::Transaction,
//! #     instrument: single.reference(),
//! #     method: m4.id().clone(),
//! #     geography: date(2026, 1, 1),
//! #     opens_at: "2026-01-01T00:00:00Z".parse().expect("a time"),
//! #     closes_at: "2027-01-01T00:00:00Z".parse().expect("a time"),
//! #     simulated: true,
//! # };
//! let table = score(&Request {
//!     wave: &wave,
//!     method: &m4,
//!     gazetteer: Gazetteer::hanoi(),
//!     data: Data::Forms(&forms),
//!     by: Grouping::Ward,
//!     group: None,
//!     filters: Filters::default(),
//!     detail: Detail::Overall,
//!     disclosure: Disclosure { min_n: 1 },
//! })?;
//! let ward = &table.groups[0];
//! assert_eq!(ward.group.name.vi, "Phường Ba Đình");
//! assert_eq!(ward.cells[0].score, Some(75.0));
//! # Ok(())
//! # }
//! ```
#![warn(missing_docs)]

/// Answers in columns: forms and level counts.
mod data;
/// Why nothing comes back.
mod error;
/// What is asked for.
mod request;

/// Unrounded scores of all groups.
mod estimate;
/// From a request to a table.
mod output;
/// Which cells are not shown.
mod suppress;

/// The names of all columns.
mod columns;
/// Levels to percent.
mod conversion;
/// Which answers belong together.
mod groups;
/// Forms with too few answers.
mod missing;
/// Counts to scores of nodes.
mod rollup;
/// The one place where a plan is executed.
mod run;
/// Which answers count.
mod select;
/// Counting levels and respondents.
mod tally;
/// The index as a tree of nodes.
mod tree;

#[cfg(test)]
mod tests;

pub use data::{CountRow, Counts, Data, DataError, Form, Forms};
pub use error::ScoringError;
pub use output::score;
pub use request::{Disclosure, Request};
