//! Who works at the command line.

use survey_defs::caller::{ActorName, Caller};

/// The user of the operating system on this machine. What they call themselves is recorded and
/// proves nothing.
pub(crate) fn caller(claimed_name: Option<ActorName>) -> Caller {
    Caller::local_operator(name(whoami::username()), name(whoami::hostname()), claimed_name)
}

/// What the system says; a container may have a user without a name.
fn name<E>(told: Result<String, E>) -> ActorName {
    let told = told.ok().and_then(|text| ActorName::new(&text).ok());
    told.unwrap_or_else(|| ActorName::new("unknown").expect("a word is a name"))
}

#[cfg(test)]
mod tests {
    use survey_defs::caller::{Actor, Door};

    use super::*;

    #[test]
    fn an_operator_is_known_by_the_system_and_says_a_name() {
        let lan = ActorName::new("Lan").unwrap();
        let caller = caller(Some(lan.clone()));
        assert_eq!((caller.door(), caller.person()), (Door::CommandLine, None));
        let Actor::LocalOperator { user, host, claimed_name } = caller.actor() else {
            panic!("{:?}", caller.actor())
        };
        assert_eq!(claimed_name.as_ref(), Some(&lan));
        assert_ne!((user.as_str(), host.as_str()), ("unknown", "unknown"));
    }

    #[test]
    fn a_user_without_a_name_is_unknown() {
        assert_eq!(name::<()>(Err(())).as_str(), "unknown");
        assert_eq!(name::<()>(Ok("\n".to_owned())).as_str(), "unknown");
    }
}
