//! Callers.

use survey_defs::caller::{ActorName, Caller};

/// Somebody at the command line.
pub fn operator() -> Caller {
    let name = |text| ActorName::new(text).expect("a word is a name");
    Caller::local_operator(name("tester"), name("localhost"), None)
}

/// A user of the operating system who says a name of their own.
pub fn operator_named(claimed: &str) -> Caller {
    let name = |text| ActorName::new(text).expect("a name");
    Caller::local_operator(name("root"), name("máy chủ"), Some(name(claimed)))
}
