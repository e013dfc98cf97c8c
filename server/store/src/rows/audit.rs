//! Entries of the audit log.

use survey_defs::audit::AuditEntry;
use survey_defs::caller::{Account, Actor, ActorName};
use survey_defs::ids::PersonId;
use uuid::Uuid;

use crate::error::StoreError;
use crate::value;

#[derive(sqlx::FromRow)]
pub(crate) struct AuditRow {
    number: i64,
    at_ms: i64,
    actor: String,
    person: Option<Uuid>,
    name: Option<String>,
    role: Option<String>,
    system_user: Option<String>,
    host: Option<String>,
    claimed_name: Option<String>,
    task: Option<String>,
    door: String,
    reason: String,
    content: String,
}

/// Who did something, as columns: which of them are there depends on the kind.
#[derive(Default)]
pub(crate) struct ActorColumns<'a> {
    pub(crate) kind: &'a str,
    pub(crate) person: Option<Uuid>,
    pub(crate) name: Option<&'a str>,
    pub(crate) role: Option<&'a str>,
    pub(crate) system_user: Option<&'a str>,
    pub(crate) host: Option<&'a str>,
    pub(crate) claimed_name: Option<&'a str>,
    pub(crate) task: Option<&'a str>,
}

impl<'a> From<&'a Actor> for ActorColumns<'a> {
    fn from(actor: &'a Actor) -> Self {
        let kind = actor.kind();
        match actor {
            Actor::Account(Account { person, name, role }) => Self {
                kind,
                person: Some(person.uuid()),
                name: Some(name.as_str()),
                role: Some(role.as_str()),
                ..Self::default()
            },
            Actor::LocalOperator { user, host, claimed_name } => Self {
                kind,
                system_user: Some(user.as_str()),
                host: Some(host.as_str()),
                claimed_name: claimed_name.as_ref().map(ActorName::as_str),
                ..Self::default()
            },
            Actor::UnnamedStaff => Self { kind, ..Self::default() },
            Actor::System { task } => Self { kind, task: Some(task.as_str()), ..Self::default() },
        }
    }
}

impl ActorColumns<'_> {
    /// # Errors
    /// [`StoreError::Corrupt`] if the kind is unknown, or lacks a column or has one of another kind.
    pub(crate) fn read(&self) -> Result<Actor, StoreError> {
        const WHAT: &str = "who has done something";
        let Self { kind, person, name, role, system_user, host, claimed_name, task } = self;
        let named = |name: &str| ActorName::new(name).map_err(|error| value::corrupt(WHAT, error));
        match (*kind, person, name, role, system_user, host, claimed_name, task) {
            ("account", Some(person), Some(name), Some(role), None, None, None, None) => {
                let (person, role) = (PersonId::new(*person), value::parse(WHAT, role)?);
                Ok(Actor::Account(Account { person, name: named(name)?, role }))
            }
            ("local_operator", None, None, None, Some(user), Some(host), claimed, None) => {
                let claimed_name = claimed.map(named).transpose()?;
                Ok(Actor::LocalOperator { user: named(user)?, host: named(host)?, claimed_name })
            }
            ("unnamed_staff", None, None, None, None, None, None, None) => Ok(Actor::UnnamedStaff),
            ("system", None, None, None, None, None, None, Some(task)) => {
                Ok(Actor::System { task: value::parse(WHAT, task)? })
            }
            (kind, ..) => Err(value::unknown_word(WHAT, kind)),
        }
    }
}

impl TryFrom<AuditRow> for AuditEntry {
    type Error = StoreError;

    fn try_from(row: AuditRow) -> Result<Self, StoreError> {
        let who = ActorColumns {
            kind: &row.actor,
            person: row.person,
            name: row.name.as_deref(),
            role: row.role.as_deref(),
            system_user: row.system_user.as_deref(),
            host: row.host.as_deref(),
            claimed_name: row.claimed_name.as_deref(),
            task: row.task.as_deref(),
        };
        Ok(Self {
            number: value::unsigned("the number of an audit entry", row.number)?,
            at: value::time("the time of an audit entry", row.at_ms)?,
            actor: who.read()?,
            door: value::parse("the door of an audit entry", &row.door)?,
            action: value::json("an audit entry", &row.content)?,
            reason: row.reason,
        })
    }
}
