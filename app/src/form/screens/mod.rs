//! The screens, in the order in which a respondent meets them.

/// There is nothing to fill in, and what to do about it.
mod trouble;
/// Purpose, promise, start.
mod welcome;
/// One section of questions.
mod section;
/// All answers before sending.
mod review;
/// The form is stored.
mod thanks;

pub(crate) use self::review::review;
pub(crate) use self::section::section;
pub(crate) use self::thanks::thanks;
pub(crate) use self::trouble::trouble;
pub(crate) use self::welcome::welcome;
