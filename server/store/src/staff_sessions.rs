//! Who may open the staff's side: links for logging in, sessions of browsers, tokens of scripts.

use std::fmt;

use async_trait::async_trait;
use jiff::Timestamp;

use crate::error::StoreError;

/// Links, sessions and tokens, of whose secrets the store knows hashes only. Nothing of it is in a
/// backup, and loading a backup removes what there is: a restored database has no session.
#[async_trait]
pub trait StaffSessions: Send + Sync {
    /// Adds a link. Of more than [`MOST_LINKS`], the oldest go.
    async fn add_login_link(&self, link: &NewSecret) -> Result<(), StoreError>;

    /// Uses up a link that has not expired when the session begins, and adds the session; whether it
    /// did. Concurrent calls with one link begin one session. The same call again, for an answer that
    /// was lost, finds the session. Of more than [`MOST_SESSIONS`], the oldest go.
    ///
    /// A link that is none makes the store read and not write.
    async fn begin_session(
        &self,
        link: &SecretHash,
        session: &NewSecret,
    ) -> Result<bool, StoreError>;

    /// When a session expires that is open at this moment; none if there is none.
    async fn open_session(
        &self,
        token: &SecretHash,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, StoreError>;

    /// Ends a session. One that is not open stays as it is.
    async fn end_session(&self, token: &SecretHash, now: Timestamp) -> Result<(), StoreError>;

    /// Ends all sessions that are open and removes all links; how many sessions were ended.
    async fn end_all_sessions(&self, now: Timestamp) -> Result<u64, StoreError>;

    /// Adds a token. A token of the same name that has expired makes room for it.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] if there are [`MOST_TOKENS`], or the name belongs to another token that
    /// is not revoked.
    async fn add_staff_token(&self, name: &str, token: &NewSecret) -> Result<(), StoreError>;

    /// All tokens, also those that are revoked or have expired, ordered by when they were added.
    async fn staff_tokens(&self) -> Result<Vec<StaffToken>, StoreError>;

    /// Whether a token is good at this moment.
    async fn is_staff_token(&self, token: &SecretHash, now: Timestamp) -> Result<bool, StoreError>;

    /// Revokes the token with a name; whether there was one that was not revoked.
    async fn revoke_staff_token(&self, name: &str, now: Timestamp) -> Result<bool, StoreError>;

    /// Removes links and sessions that expired before a moment, and tokens that expired or were revoked
    /// before another one; how many rows that were.
    async fn forget_staff_access(&self, before: &ForgetBefore) -> Result<u64, StoreError>;
}

/// So many links are kept: a server that starts again and again makes one each time.
pub const MOST_LINKS: i64 = 20;

/// So many sessions are kept.
pub const MOST_SESSIONS: i64 = 200;

/// So many tokens are neither revoked nor removed.
pub const MOST_TOKENS: i64 = 100;

/// The SHA-256 of a secret of 256 random bits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SecretHash(pub [u8; 32]);

// By hand: a debug text ends up in a log line.
impl fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretHash(…)")
    }
}

/// A link, session or token that is to be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewSecret {
    /// The hash of what its holder has.
    pub hash: SecretHash,
    /// From now on; cut to whole milliseconds.
    pub created_at: Timestamp,
    /// From this moment on it is worth nothing; cut to whole milliseconds.
    pub expires_at: Timestamp,
}

/// A token as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffToken {
    /// What it is for.
    pub name: String,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it expires.
    pub expires_at: Timestamp,
    /// When it was revoked; none if it was not.
    pub revoked_at: Option<Timestamp>,
}

/// What is removed when its time is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ForgetBefore {
    /// Links and sessions that expired before this moment.
    pub sessions: Timestamp,
    /// Tokens that expired or were revoked before this moment.
    pub tokens: Timestamp,
}
