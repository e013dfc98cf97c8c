//! Who calls the staff's side: a browser with a session, a script with a token, a guest of the demo.
//!
//! Only what the caller shows decides. Where a request seems to come from decides nothing: a proxy that
//! leaves no trace makes everybody look like this machine.

use jiff::Timestamp;
use store::{StaffSessions, StoreError};
use survey_defs::caller::Caller;

use super::rights::{Right, permits};
use super::secret::Secret;
use super::sessions::secret_of_token;

/// What whoever shows nothing may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guests {
    /// Nothing.
    Nobody,
    /// Look: a demo that the network can reach.
    MayRead,
    /// Everything: a demo on this machine.
    MayDoAll,
}

/// What a request shows.
#[derive(Debug, Clone, Copy, Default)]
pub struct Shown<'a> {
    /// The secret of a session.
    pub session: Option<&'a str>,
    /// The text of a token.
    pub token: Option<&'a str>,
}

/// Who was recognised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Who it is.
    pub caller: Caller,
    /// When the session ends; none if there is none.
    pub expires_at: Option<Timestamp>,
}

/// Why somebody may not do something.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// Nobody was recognised.
    #[error("nobody has logged in")]
    NotLoggedIn,
    /// Who was recognised lacks the right.
    #[error("the caller lacks the right {}", .0.as_str())]
    NoRight(Right),
    /// The store does not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Guests {
    fn may(self, right: Right) -> bool {
        match self {
            Self::Nobody => false,
            Self::MayRead => !right.changes(),
            Self::MayDoAll => true,
        }
    }
}

/// Who calls with what is shown, if they have the right. A token counts before a session: whoever sends
/// one means it.
///
/// # Errors
/// [`Refusal`].
pub async fn authorize(
    (store, guests): (&dyn StaffSessions, Guests),
    shown: Shown<'_>,
    now: Timestamp,
    right: Right,
) -> Result<Identity, Refusal> {
    match identify(store, shown, now).await? {
        Some(identity) if permits(&identity.caller, right) => Ok(identity),
        Some(_) => Err(Refusal::NoRight(right)),
        None if guests.may(right) => Ok(Identity { caller: Caller::loopback(), expires_at: None }),
        None => Err(Refusal::NotLoggedIn),
    }
}

async fn identify(
    store: &dyn StaffSessions,
    Shown { session, token }: Shown<'_>,
    now: Timestamp,
) -> Result<Option<Identity>, StoreError> {
    if let Some(token) = token {
        let Some(secret) = secret_of_token(token) else { return Ok(None) };
        let is_good = store.is_staff_token(&secret.hash(), now).await?;
        let identity = Identity { caller: Caller::unnamed_api_key(), expires_at: None };
        return Ok(is_good.then_some(identity));
    }
    let Some(secret) = session.and_then(Secret::parse) else { return Ok(None) };
    let open = store.open_session(&secret.hash(), now).await?;
    Ok(open.map(|at| Identity { caller: Caller::unnamed_session(), expires_at: Some(at) }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guests_of_a_demo_on_the_network_change_nothing() {
        for right in Right::ALL {
            assert!(!Guests::Nobody.may(*right) && Guests::MayDoAll.may(*right));
            let changes = matches!(right, Right::ManageDevices | Right::ImportFiles);
            assert_eq!(Guests::MayRead.may(*right), !changes, "{right:?}");
        }
    }
}
