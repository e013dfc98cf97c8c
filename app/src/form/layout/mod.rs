//! The frame around the questions.

mod header;
mod heading;
mod progress;
mod actions;
mod preferences;
mod cancel;

pub use self::actions::{ActionButton, Actions, BackButton, Button};
pub use self::cancel::{Cancel, DIALOG as CANCEL_DIALOG};
pub use self::header::{Header, Languages, Simulated};
pub use self::heading::{Heading, follow, follow_title};
pub use self::progress::ProgressBar;
