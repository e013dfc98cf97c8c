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
/// The respondent has given up.
mod stopped;

pub use self::review::review;
pub use self::section::{question, section};
pub use self::stopped::stopped;
pub use self::thanks::thanks;
pub use self::trouble::{Again, trouble};
pub use self::welcome::welcome;
