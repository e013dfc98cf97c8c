//! Draws the screens, in the order in which a respondent meets them.

mod trouble;
mod welcome;
mod section;
mod review;
mod thanks;
mod stopped;

pub use self::review::review;
pub use self::section::{question, section};
pub use self::stopped::stopped;
pub use self::thanks::thanks;
pub use self::trouble::{Again, trouble};
pub use self::welcome::welcome;
