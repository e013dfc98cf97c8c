//! Header, banner, facts, notices.

/// Product name, language, banner.
mod top;
/// What went wrong and what to do.
mod notice;
/// The whole city at a glance.
mod headline;
/// What was asked and how the numbers came about.
mod facts;

pub(crate) use self::facts::Facts;
pub(crate) use self::headline::Headline;
pub(crate) use self::notice::{Failure, Notice};
pub(crate) use self::top::{SimulatedBanner, TopBar};
