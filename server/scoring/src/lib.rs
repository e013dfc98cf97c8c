//! Scores from answers, by columns: the only crate with polars.
//!
//! A [`Request`] names a wave, a method, a grouping and the data; [`score`] answers with a
//! [`ScoreTable`](survey_defs::analysis::ScoreTable). What a score *is* stands in
//! [`survey_defs::score`], short and slow; this crate computes the same numbers for many groups at
//! once, and its property tests hold it to that definition.
//!
//! The way of a request:
//!
//! 1. filters keep the answers of a period, a channel, a kind of respondent;
//! 2. the rows of forms are added up once: weighted sums per key (unit, stratum, sampling unit,
//!    procedure group) and month, plain counts per unit, procedure group and month; the missing rule
//!    drops forms with too few answers on the way;
//! 3. where dossier counts are known, weights are post-stratified to them;
//! 4. groups are sets of keys and months, by the gazetteer and the calendar;
//! 5. the roll-up turns the sums of a group into scores of statements, factors, contents and the
//!    whole, each with its derivatives by the sums;
//! 6. derivatives turn the sums of each sampling unit into its influence on every score, and these
//!    give standard errors that respect strata, sampling units, finite populations and that one
//!    person answers many statements;
//! 7. cells with too few respondents are suppressed, and those from which they could be computed,
//!    in one place for every reader;
//! 8. the rest is rounded, in one place as well.
//!
//! Invariants: no frame and no expression leaves this crate; groups come out in Vietnamese order
//! of names or in order of time, never in that of a hash; nothing is rounded before the end; totals
//! of parts of the data add up to those of the whole, and neither the order of rows nor the number
//! of threads matters beyond the rounding of sums.
//!
//! [`quality`] says of the same data how carefully they were given, and [`pattern`] of one form.
//!
//! Scoring blocks its thread for milliseconds and panics on a current-thread tokio runtime, so a
//! server calls it from a blocking task.
//!
//! ```
//! use std::sync::Arc;
//!
//! use jiff::civil::date;
//! use scoring::{Data, Disclosure, FillingTime, Form, Forms, Request, Uncertainty, score};
//! use survey_defs::answer::Level;
//! use survey_defs::analysis::{Detail, Filters, Grouping, SamplingBasis, Selection};
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
//!         procedure_group: None,
//!         stratum: "Ba Đình".into(),
//!         psu: format!("counter {}", position % 2),
//!         weight: 1.0,
//!         fpc: None,
//!         day: date(2026, 3, 2),
//!         channel: Channel::Kiosk,
//!         respondent_type: RespondentType::Individual,
//!         time: FillingTime::Seconds(40),
//!         arrival: None,
//!         cells: vec![Cell::Level(Level::try_from(level)?)],
//!     })
//! });
//! forms.append(&answers.collect::<Result<Vec<_>, Box<dyn std::error::Error>>>()?)?;
//!
//! # let wave = Wave::try_from(survey_defs::wave::WaveFields {
//! #     id: survey_defs::ids::WaveId::new("example")?,
//! #     title: survey_defs::text::Text { vi: "Ví dụ".into(), en: "Example".into() },
//! #     population: survey_defs::wave::Population::Transaction,
//! #     takes: survey_defs::wave::Takes::Forms,
//! #     instrument: single.reference(),
//! #     method: m4.id().clone(),
//! #     geography: date(2026, 1, 1),
//! #     opens_at: "2026-01-01T00:00:00Z".parse().expect("a time"),
//! #     closes_at: "2027-01-01T00:00:00Z".parse().expect("a time"),
//! #     simulated: true,
//! # })?;
//! let table = score(&Request {
//!     wave: &wave,
//!     method: &m4,
//!     gazetteer: Gazetteer::hanoi(),
//!     data: Data::Forms(&forms),
//!     by: Grouping::Ward,
//!     group: None,
//!     period: None,
//!     selection: Selection::default(),
//!     filters: Filters::default(),
//!     audit_number: 0,
//!     annulments: 0,
//!     detail: Detail::Overall,
//!     uncertainty: Uncertainty::StandardErrors,
//!     sampling: SamplingBasis::AsCollected,
//!     dossiers: None,
//!     disclosure: Disclosure::INTERNAL,
//! })?;
//! let ward = &table.groups[0];
//! assert_eq!(ward.group.name.vi, "Phường Ba Đình");
//! assert_eq!(ward.cells[0].score, Some(75.0));
//! assert_eq!(ward.cells[0].precision.expect("two sampling units").df, 1);
//! # Ok(())
//! # }
//! ```
#![warn(missing_docs)]

pub mod analyse;

mod data;
mod mirror;
mod error;
mod request;

mod annulled;
mod output;
mod provenance;
mod quality;
pub mod series;
mod suppress;

mod estimate;
mod covariance;
mod precision;
mod forms_per_dossier;

mod comparison;

mod channels;
mod statements;
mod group_counts;
mod influence;
mod wave_totals;
mod tally;
mod variance;
mod weighting;

mod columns;
mod groups;
mod rollup;
mod collect;
mod index_layout;
mod tree;

#[cfg(test)]
mod tests;

pub use comparison::{ComparisonError, ComparisonRequest, TargetChoice, compare};
pub use data::{Arrival, CountRow, Counts, Data, DataError, FillingTime, Form, Forms};
pub use error::ScoringError;
pub use mirror::{
    Difference, Incoming, Listed, Mirror, MirrorError, Policy, SEGMENT_MANIFEST, Segment,
    SegmentFile, Step, Steps, Writer,
};
pub use output::score;
pub use quality::{FormPattern, Irregularities, NearCopies, irregularities, pattern, quality};
pub use request::{Disclosure, Request, Uncertainty};
