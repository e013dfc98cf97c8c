//! Links that the server gives out, sessions that begin with them, and tokens of scripts.

use jiff::{SignedDuration, Timestamp};
use store::{NewSecret, StaffSessions, StoreError};

use super::secret::Secret;
use crate::system::randomness::Randomness;

/// How long a link works: from a terminal to the browser beside it.
pub const LINK: SignedDuration = SignedDuration::from_mins(15);

/// How long a session lasts: a working day.
pub const SESSION: SignedDuration = SignedDuration::from_hours(12);

/// What tokens begin with, so that a file that must not hold one can be searched.
pub const TOKEN_PREFIX: &str = "thuocdo_";

/// The longest name of a token, in characters.
const MAX_NAME: usize = 60;

/// A session that has begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Begun {
    /// What the browser keeps.
    pub secret: Secret,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// Why a token is not added.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Its name has other characters, or too many.
    #[error("a name has 1 to {MAX_NAME} of the characters a-z, A-Z, 0-9, - . _")]
    InvalidName,
    /// The store refuses it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes a link for logging in, and returns its secret, which nobody can read again.
///
/// # Errors
/// Those of the store.
pub async fn new_link(
    store: &dyn StaffSessions,
    randomness: &dyn Randomness,
    now: Timestamp,
) -> Result<Secret, StoreError> {
    let secret = Secret::draw(randomness);
    store.add_login_link(&new_secret(&secret, now, LINK)).await?;
    Ok(secret)
}

/// Exchanges the secret of a link for a session; none if the link is wrong, used, or over.
///
/// # Errors
/// Those of the store.
pub async fn begin(
    store: &dyn StaffSessions,
    randomness: &dyn Randomness,
    now: Timestamp,
    link: &str,
) -> Result<Option<Begun>, StoreError> {
    let Some(link) = Secret::parse(link) else { return Ok(None) };
    let secret = Secret::draw(randomness);
    let session = new_secret(&secret, now, SESSION);
    let begun = store.begin_session(&link.hash(), &session).await?;
    Ok(begun.then_some(Begun { secret, expires_at: session.expires_at }))
}

/// Ends the session with this secret, if there is one.
///
/// # Errors
/// Those of the store.
pub async fn end(
    store: &dyn StaffSessions,
    now: Timestamp,
    secret: &str,
) -> Result<(), StoreError> {
    match Secret::parse(secret) {
        Some(secret) => store.end_session(&secret.hash(), now).await,
        None => Ok(()),
    }
}

/// Makes a token of a script, and returns its text, which nobody can read again.
///
/// # Errors
/// [`Error`].
pub async fn new_token(
    store: &dyn StaffSessions,
    randomness: &dyn Randomness,
    now: Timestamp,
    (name, lasts): (&str, SignedDuration),
) -> Result<String, Error> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    if !(1..=MAX_NAME).contains(&name.len()) || !name.bytes().all(is_plain) {
        return Err(Error::InvalidName);
    }
    let secret = Secret::draw(randomness);
    store.add_staff_token(name, &new_secret(&secret, now, lasts)).await?;
    Ok([TOKEN_PREFIX, &secret.to_text()].concat())
}

/// The secret in the text of a token.
pub(super) fn secret_of_token(text: &str) -> Option<Secret> {
    Secret::parse(text.strip_prefix(TOKEN_PREFIX)?)
}

fn new_secret(secret: &Secret, now: Timestamp, lasts: SignedDuration) -> NewSecret {
    let expires_at = now.checked_add(lasts).unwrap_or(Timestamp::MAX);
    NewSecret { hash: secret.hash(), created_at: now, expires_at }
}
