//! The form engine: what is visible, answered, violated and next.
//!
//! [`evaluate`] is the whole truth about a set of answers; it runs in the browser after each
//! change and on the server for each submission. [`Form`] adds the steps: a pure state machine,
//! events in, a new state out.
//!
//! A question that is not relevant is never visible, never submitted and never in violation, and
//! later rules treat it as unanswered.
//!
//! ```
//! use survey_defs::engine::{Event, Form, Step};
//! use survey_defs::instrument::embedded;
//!
//! let counter = embedded().into_iter().find(|i| i.reference().id.as_str() == "counter").unwrap();
//! let form = Form::start(counter.into()).apply(Event::Next);
//! assert!(matches!(form.step(), Step::Section(_)));
//! ```

mod evaluate;
mod form;
mod violation;

#[cfg(test)]
mod tests;

pub use self::evaluate::{Answers, Evaluation, evaluate, graphemes};
pub(crate) use self::evaluate::{Verdict, copied, judge, kept};
pub use self::form::{Event, Form, Progress, Step};
pub use self::violation::{Violation, ViolationKind};
