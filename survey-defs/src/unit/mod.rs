//! Hanoi's units and agencies, with validity dates and successors.
//!
//! The register changed twice in a year: 579 communes until 2024-12-31, 526 until 2025-06-30, and
//! since 2025-07-01 126 wards and communes without districts. Codes were re-used on the way:
//! `00004` is Phường Trúc Bạch until 2025-06-30 and Phường Ba Đình afterwards. Therefore
//!
//! * the only key is the [`UnitKey`], a code with the first day of its row: `00004@2025-07-01`;
//! * every question to the [`Gazetteer`] that takes a code, a level or a name takes a date as well;
//! * what became of a unit is data, a [`Link`] that says whether its residents moved along;
//! * "district" means the district itself before 2025-07-01, and afterwards an approximate grouping,
//!   the [`FormerDistrict`] in which most of the residents of a new commune lived.
//!
//! Names are sorted by [`compare`], the Vietnamese order, and searched by their [`search_key`], in
//! which “Yên Hoà”, “Yên Hòa” and “yen hoa” are the same.
//!
//! The data are the CSV files in `units/`, copied into the program; a gazetteer whose rows
//! contradict one another is never built.
//!
//! ```
//! use jiff::civil::date;
//! use survey_defs::ids::UnitCode;
//! use survey_defs::unit::Gazetteer;
//!
//! let hanoi = Gazetteer::hanoi();
//! let code = UnitCode::new("00004")?;
//! assert_eq!(hanoi.on(&code, date(2025, 6, 30)).unwrap().name, "Phường Trúc Bạch");
//! assert_eq!(hanoi.on(&code, date(2025, 7, 1)).unwrap().name, "Phường Ba Đình");
//! # Ok::<(), survey_defs::ids::InvalidId>(())
//! ```
//!
//! [`UnitKey`]: crate::unit::UnitKey
//! [`Gazetteer`]: crate::unit::Gazetteer
//! [`Link`]: crate::unit::Link
//! [`FormerDistrict`]: crate::unit::FormerDistrict
//! [`compare`]: crate::unit::compare
//! [`search_key`]: fn@crate::unit::search_key

mod apportion;
mod collation;
mod district;
mod entry;
mod error;
mod gazetteer;
mod key;
mod link;
mod name_en;
mod register;
mod search;
mod search_key;
mod source;
mod table;

pub use apportion::Share;
pub use collation::compare;
pub use district::FormerDistrict;
pub use entry::{Level, Unit};
pub use error::{GazetteerError, GazetteerProblem};
pub use gazetteer::Gazetteer;
pub use key::{InvalidUnitKey, UnitKey};
pub use link::{Link, Residents};
pub use search_key::search_key;
pub use source::Sources;

#[cfg(test)]
mod tests;
