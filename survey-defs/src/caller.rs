//! Who asks for something, how far they reach, and through which door they came in.
//!
//! A [`Caller`] exists for one call. It is made where calls come in, and every use-case by which staff
//! change something takes one. What the audit log keeps of it is the [`Actor`] and the [`Door`], by value: a person
//! who is renamed or leaves later changes nothing in the log.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ids::PersonId;
use crate::text::line;
use crate::unit::UnitKey;
use crate::wire::wire_enum;

/// Who makes a call. Each constructor is one way in, so there is no caller with an account at the
/// command line, and no local operator behind a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    actor: Actor,
    scope: Scope,
    door: Door,
}

impl Caller {
    /// A person with an account who has logged in with a browser.
    pub fn session(account: Account, scope: Scope) -> Self {
        Self { actor: Actor::Account(account), scope, door: Door::Session }
    }

    /// A program that has the key of an account.
    pub fn api_key(account: Account, scope: Scope) -> Self {
        Self { actor: Actor::Account(account), scope, door: Door::ApiKey }
    }

    /// Somebody at the command line of the server. Who may read the database may do everything, so
    /// the scope is all units. The claimed name is what they say of themselves with `--as`: it is
    /// recorded and proves nothing.
    pub fn local_operator(user: ActorName, host: ActorName, claimed: Option<ActorName>) -> Self {
        let actor = Actor::LocalOperator { user, host, claimed_name: claimed };
        Self { actor, scope: Scope::AllUnits, door: Door::CommandLine }
    }

    /// Somebody who has logged in with a browser, and whom nobody has asked for a name.
    pub fn unnamed_session() -> Self {
        Self { actor: Actor::UnnamedStaff, scope: Scope::AllUnits, door: Door::Session }
    }

    /// A program that has a token which belongs to no account.
    pub fn unnamed_api_key() -> Self {
        Self { actor: Actor::UnnamedStaff, scope: Scope::AllUnits, door: Door::ApiKey }
    }

    /// Somebody who reaches the pages of staff in a demo and has not logged in.
    pub fn loopback() -> Self {
        Self { actor: Actor::UnnamedStaff, scope: Scope::AllUnits, door: Door::Loopback }
    }

    /// The program itself.
    pub fn task(task: SystemTask) -> Self {
        Self { actor: Actor::System { task }, scope: Scope::AllUnits, door: Door::Job }
    }

    /// Who it is.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The person; none if the caller has no account.
    pub fn person(&self) -> Option<PersonId> {
        self.account().map(|account| account.person)
    }

    /// The role; none if the caller has no account.
    pub fn role(&self) -> Option<Role> {
        self.account().map(|account| account.role)
    }

    /// Which units the caller reaches.
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// How the call came in.
    pub fn door(&self) -> Door {
        self.door
    }

    fn account(&self) -> Option<&Account> {
        match &self.actor {
            Actor::Account(account) => Some(account),
            Actor::LocalOperator { .. } | Actor::UnnamedStaff | Actor::System { .. } => None,
        }
    }
}

/// Who does something. Only [`Actor::Account`] is a person whom the program has recognised; no
/// value of another kind equals one, whatever names it carries.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", deny_unknown_fields)]
pub enum Actor {
    /// A person with an account.
    Account(Account),
    /// Somebody at the command line of the server, as the operating system knows them.
    LocalOperator {
        /// The user of the operating system.
        user: ActorName,
        /// The name of the machine.
        host: ActorName,
        /// What they call themselves; not verified.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        claimed_name: Option<ActorName>,
    },
    /// Somebody of the staff whom nobody has asked for a name.
    UnnamedStaff,
    /// The program itself.
    System {
        /// What it was doing.
        task: SystemTask,
    },
}

impl Actor {
    /// The word for the kind of actor, in the database and in JSON.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Account(_) => "account",
            Self::LocalOperator { .. } => "local_operator",
            Self::UnnamedStaff => "unnamed_staff",
            Self::System { .. } => "system",
        }
    }

    /// Whether this is certainly another person than the other. Two local operators are, if the
    /// operating system knows them as different users, or if both give a name and the names differ
    /// in more than their case. Of nobody without a name it is certain.
    pub fn is_another_person_than(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Account(one), Self::Account(other)) => one.person != other.person,
            (
                Self::LocalOperator { user, claimed_name, host: _ },
                Self::LocalOperator { user: other_user, claimed_name: other_name, host: _ },
            ) => {
                let folded = |name: &ActorName| name.as_str().to_lowercase();
                let names = claimed_name.as_ref().zip(other_name.as_ref());
                user != other_user || names.is_some_and(|(one, other)| folded(one) != folded(other))
            }
            (
                Self::Account(_)
                | Self::LocalOperator { .. }
                | Self::UnnamedStaff
                | Self::System { .. },
                _,
            ) => false,
        }
    }
}

/// In one line, for people: `Nguyễn Thị Lan (analyst)`, `root@server, says “Lan”`.
impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Account(Account { person: _, name, role }) => write!(f, "{name} ({role})"),
            Self::LocalOperator { user, host, claimed_name: None } => write!(f, "{user}@{host}"),
            Self::LocalOperator { user, host, claimed_name: Some(name) } => {
                write!(f, "{user}@{host}, says “{name}”")
            }
            Self::UnnamedStaff => f.write_str("staff"),
            Self::System { task } => task.fmt(f),
        }
    }
}

/// A person with an account, as it is at the moment of the call.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// Who it is, for ever.
    pub person: PersonId,
    /// What they are called now.
    pub name: ActorName,
    /// In which role they act.
    pub role: Role,
}

/// What a person with an account may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// *Quản trị*: accounts, devices, operation.
    Admin,
    /// *Chuyên viên phân tích* of the institute: waves, records, analyses.
    Analyst,
    /// *Phụ trách khảo sát* of a unit: waves of the own unit and what lies below it; counts and
    /// results, never single records.
    SurveyLead,
    /// *Lãnh đạo đơn vị*: reads, approves the unit's own survey, replies.
    UnitLeader,
    /// *Cơ quan tổng hợp*: what is due, sent, late, returned; never an answer.
    Coordinator,
    /// *Người xem*: released publications of all units.
    Viewer,
    /// *Kiểm tra*: reads everything but answers' free text, changes nothing.
    Auditor,
}
wire_enum!(Role {
    Admin = "admin",
    Analyst = "analyst",
    SurveyLead = "survey_lead",
    UnitLeader = "unit_leader",
    Coordinator = "coordinator",
    Viewer = "viewer",
    Auditor = "auditor",
});

/// Work that the program does by itself and that the audit log tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SystemTask {
    /// Deciding from heartbeats and receipts whether a late record was begun in time.
    Timeliness,
    /// Dropping what is kept no longer.
    Retention,
}
wire_enum!(SystemTask { Timeliness = "timeliness", Retention = "retention" });

/// Which units a caller reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Every unit.
    AllUnits,
    /// These units and what lies below them. An empty set reaches nothing.
    Units(BTreeSet<UnitKey>),
}

/// How a call came in.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Door {
    /// A browser that has logged in.
    Session,
    /// A program with a key.
    ApiKey,
    /// The command line of the server.
    CommandLine,
    /// The pages of staff without a session: in a demo, and in entries from before there were
    /// sessions.
    Loopback,
    /// None: the program does it by itself.
    Job,
}
wire_enum!(Door {
    Session = "session",
    ApiKey = "api_key",
    CommandLine = "command_line",
    Loopback = "loopback",
    Job = "job",
});

/// The name of a person, user or machine as the audit log keeps it: 1 to 200 characters without
/// hidden ones, in NFC, without spaces around it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ActorName(String);

/// A text that is not a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a name has 1 to {} characters and no hidden characters", ActorName::MAX_CHARS)]
pub struct InvalidActorName;

impl ActorName {
    /// The longest name, in characters.
    pub const MAX_CHARS: usize = 200;

    /// Checks and normalises a name.
    ///
    /// # Errors
    /// [`InvalidActorName`].
    pub fn new(text: &str) -> Result<Self, InvalidActorName> {
        line(text, Self::MAX_CHARS).map(Self).ok_or(InvalidActorName)
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for ActorName {
    type Error = InvalidActorName;

    fn try_from(text: String) -> Result<Self, InvalidActorName> {
        Self::new(&text)
    }
}

impl std::str::FromStr for ActorName {
    type Err = InvalidActorName;

    fn from_str(text: &str) -> Result<Self, InvalidActorName> {
        Self::new(text)
    }
}

impl From<ActorName> for String {
    fn from(name: ActorName) -> String {
        name.0
    }
}

impl fmt::Display for ActorName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Actor {
    /// Whether this actor can have come in through a door. Entries from before the audit log told names
    /// are of staff without a name at the command line.
    pub fn comes_through(&self, door: Door) -> bool {
        match self {
            Self::Account(_) => matches!(door, Door::Session | Door::ApiKey),
            Self::LocalOperator { .. } => door == Door::CommandLine,
            Self::UnnamedStaff => door != Door::Job,
            Self::System { .. } => door == Door::Job,
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const NAMES: [&str; 5] = ["Lan", "root", "account", "local_operator", "Nguyễn Thị Lan"];

    fn name(text: &str) -> ActorName {
        ActorName::new(text).unwrap()
    }

    fn account(text: &str, role: Role) -> Account {
        Account { person: PersonId::new(Uuid::from_u128(7)), name: name(text), role }
    }

    fn operator(user: &str, claimed: Option<&str>) -> Caller {
        Caller::local_operator(name(user), name("server"), claimed.map(name))
    }

    #[test]
    fn a_local_operator_never_equals_an_account() {
        for user in NAMES {
            for claimed in NAMES.map(Some).into_iter().chain([None]) {
                let operator = operator(user, claimed);
                assert_eq!((operator.person(), operator.role()), (None, None));
                let json = serde_json::to_string(operator.actor()).unwrap();
                assert_eq!(serde_json::from_str::<Actor>(&json).unwrap(), *operator.actor());
                for known in NAMES {
                    for role in Role::ALL {
                        let account = account(known, *role);
                        for by in [Caller::session, Caller::api_key] {
                            let account = by(account.clone(), Scope::AllUnits);
                            assert_ne!(account, operator);
                            assert_ne!(account.actor(), operator.actor());
                            assert_ne!(serde_json::to_string(account.actor()).unwrap(), json);
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn a_second_person_is_another_one_for_certain() {
        let of = |user, claimed| operator(user, claimed).actor().clone();
        let person = |number, role| {
            let person = PersonId::new(Uuid::from_u128(number));
            Actor::Account(Account { person, name: name("Lan"), role })
        };
        for (one, other, expected) in [
            (of("root", None), of("root", None), false),
            (of("root", Some("Lan")), of("root", Some("Lan")), false),
            (of("root", Some("Lan")), of("root", Some("LAN")), false),
            (of("root", Some("Lan")), of("root", None), false),
            (of("root", Some("Lan")), of("root", Some("Minh")), true),
            (of("lan", None), of("minh", None), true),
            (person(1, Role::Analyst), person(1, Role::Admin), false),
            (person(1, Role::Analyst), person(2, Role::Analyst), true),
            (person(1, Role::Analyst), of("root", Some("Minh")), false),
            (Actor::UnnamedStaff, Actor::UnnamedStaff, false),
            (Actor::UnnamedStaff, of("root", Some("Minh")), false),
            (Actor::System { task: SystemTask::Retention }, of("root", None), false),
        ] {
            assert_eq!(one.is_another_person_than(&other), expected, "{one} {other}");
            assert_eq!(other.is_another_person_than(&one), expected, "{other} {one}");
        }
    }

    #[test]
    fn what_a_claimed_name_says_cannot_make_an_account_of_an_operator() {
        let forged = r#"{"kind":"local_operator","user":"root","host":"server",
            "person":"00000000-0000-0000-0000-000000000007","role":"admin"}"#;
        assert!(serde_json::from_str::<Actor>(forged).is_err());
        for bad in ["", " ", "a\nb", "\u{1b}[1m", "x".repeat(201).as_str()] {
            assert!(ActorName::new(bad).is_err(), "{bad:?} was accepted");
        }
    }

    #[test]
    fn each_way_in_has_its_door_and_its_scope() {
        let units = Scope::Units(["00004@2025-07-01".parse().unwrap()].into());
        let lead = account("Lan", Role::SurveyLead);
        let session = Caller::session(lead.clone(), units.clone());
        assert_eq!((session.door(), session.scope()), (Door::Session, &units));
        assert_eq!((session.person(), session.role()), (Some(lead.person), Some(lead.role)));
        assert_eq!(Caller::api_key(lead, units).door(), Door::ApiKey);
        for (caller, door) in [
            (operator("root", None), Door::CommandLine),
            (Caller::unnamed_session(), Door::Session),
            (Caller::unnamed_api_key(), Door::ApiKey),
            (Caller::loopback(), Door::Loopback),
            (Caller::task(SystemTask::Retention), Door::Job),
        ] {
            assert_eq!((caller.door(), caller.scope()), (door, &Scope::AllUnits));
            assert!(caller.actor().comes_through(door));
        }
    }

    #[test]
    fn the_kind_in_json_is_the_word_of_the_kind() {
        let actors = [
            Actor::Account(account("Lan", Role::Analyst)),
            operator("root", Some("Lan")).actor().clone(),
            Actor::UnnamedStaff,
            Actor::System { task: SystemTask::Timeliness },
        ];
        for actor in actors {
            let json = serde_json::to_value(&actor).unwrap();
            assert_eq!(json["kind"], actor.kind());
            assert_eq!(serde_json::from_value::<Actor>(json).unwrap(), actor);
        }
    }

    #[test]
    fn an_actor_in_one_line() {
        let line = operator("root", Some(" Lan ")).actor().to_string();
        assert_eq!(line, "root@server, says “Lan”");
        assert_eq!(Actor::Account(account("Lan", Role::Admin)).to_string(), "Lan (admin)");
        assert_eq!(Caller::task(SystemTask::Retention).actor().to_string(), "retention");
    }
}
