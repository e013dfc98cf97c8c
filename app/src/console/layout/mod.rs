//! The frame of the page: header, banner, facts, notices.

mod top;
mod notice;
mod headline;
mod facts;

pub(crate) use self::facts::Facts;
pub(crate) use self::headline::Headline;
pub(crate) use self::notice::{Failure, Notice};
pub(crate) use self::top::{SimulatedBanner, TopBar};
