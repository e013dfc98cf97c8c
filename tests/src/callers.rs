//! Callers.

use survey_defs::caller::{ActorName, Caller};

/// Somebody at the command line.
pub fn operator() -> Caller {
    let name = |text| ActorName::new(text).expect("a word is a name");
    Caller::local_operator(name("tester"), name("localhost"), None)
}
