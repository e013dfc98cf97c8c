//! Draws the screens, in the order in which a respondent meets them.

mod trouble;
mod welcome;
mod section;
mod review;
mod thanks;
mod stopped;

pub use self::review::Review;
pub use self::section::{Question, Section};
pub use self::stopped::Stopped;
pub use self::thanks::Thanks;
pub use self::trouble::{Again, TroubleScreen};
pub use self::welcome::Welcome;
